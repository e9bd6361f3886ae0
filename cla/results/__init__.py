"""Key stage results: readers for the GIAP and NPD layouts, one tidy row a pupil."""

from cla import upn
from cla.results.read import Results, read

__all__ = ["Results", "read", "upn"]
