"""Who is looked after, since when and where; the cohorts; and matching to results."""

from cla.cohort.children import (
    COHORTS,
    CURRENT,
    STATUTORY,
    children,
    cohort_differences,
    year_group,
)
from cla.cohort.history import history, spans
from cla.cohort.matching import Matches, decide, match
from cla.cohort.matching_pairs import Candidates, candidates

__all__ = [
    "COHORTS",
    "CURRENT",
    "STATUTORY",
    "Candidates",
    "Matches",
    "candidates",
    "children",
    "cohort_differences",
    "decide",
    "history",
    "match",
    "spans",
    "year_group",
]
