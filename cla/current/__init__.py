"""The list of the children looked after now, handed in between two returns."""

from cla.current.read import CurrentList, read

__all__ = ["CurrentList", "read"]
