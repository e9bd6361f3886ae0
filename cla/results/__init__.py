"""Results of the six assessments of English schools: readers for DfE's layouts, one tidy row a
pupil.

What is read, from where and what is not, era by era: docs/results.md.
"""

from cla import upn
from cla.results.checks import check_titles
from cla.results.fields import Field, columns_of, fields, signatures
from cla.results.gcse import PILLARS, Subject, subjects
from cla.results.mapping import ByHand, Known, fingerprint
from cla.results.prior import ks1_aps, ks1_points, ks2_band, level_points, levels
from cla.results.read import Results, Surveyed, doubled, from_table, read, survey
from cla.results.recognise import stage_of
from cla.results.tidy import outcomes

__all__ = [
    "PILLARS",
    "ByHand",
    "Field",
    "Known",
    "Results",
    "Subject",
    "Surveyed",
    "check_titles",
    "columns_of",
    "doubled",
    "fields",
    "fingerprint",
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
    "survey",
    "upn",
]
