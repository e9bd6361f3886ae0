"""Measures of attainment: the code book, the years it holds for, values with intervals,
suppression.

Every page, export and comparator calls ``measure``; nothing else works out a figure of results.
"""

from cla.measures.book import Measure, book
from cla.measures.estimates import Estimate, measure
from cla.measures.intervals import national_sd, progress_interval, round_half_up, wilson
from cla.measures.suppression import DFE_OUTCOMES, suppress, suppress_parts
from cla.measures.years import (
    STATES,
    Availability,
    Break,
    available,
    breaks,
    breaks_between,
    current,
    of_stage,
)

__all__ = [
    "DFE_OUTCOMES",
    "STATES",
    "Availability",
    "Break",
    "Estimate",
    "Measure",
    "available",
    "book",
    "breaks",
    "breaks_between",
    "current",
    "measure",
    "national_sd",
    "of_stage",
    "progress_interval",
    "round_half_up",
    "suppress",
    "suppress_parts",
    "wilson",
]
