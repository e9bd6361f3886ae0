"""Results of the six assessments of English schools: readers for DfE's layouts, one tidy row a
pupil.

What is read, from where and what is not, era by era: docs/results.md.
"""

from cla import upn
from cla.results.checks import check_titles
from cla.results.fields import Field, columns_of, fields, signatures
from cla.results.gcse import PILLARS, Subject, subjects
from cla.results.prior import ks1_aps, ks1_points, ks2_band, level_points, levels
from cla.results.read import Results, from_table, read
from cla.results.recognise import stage_of
from cla.results.tidy import outcomes

__all__ = [
    "PILLARS",
    "Field",
    "Results",
    "Subject",
    "check_titles",
    "columns_of",
    "fields",
    "from_table",
    "ks1_aps",
    "ks1_points",
    "ks2_band",
    "level_points",
    "levels",
    "outcomes",
    "read",
    "signatures",
    "stage_of",
    "subjects",
    "upn",
]
