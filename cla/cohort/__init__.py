"""Who is looked after, since when and where; the cohorts; and matching to results."""

from cla.cohort.children import COHORTS, children, cohort_differences, year_group
from cla.cohort.history import history, spans
from cla.cohort.matching import Matches, former_upns, match

__all__ = [
    "COHORTS",
    "Matches",
    "children",
    "cohort_differences",
    "former_upns",
    "history",
    "match",
    "spans",
    "year_group",
]
