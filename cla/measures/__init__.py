"""Measures of attainment: the code book, the years it holds for, values with intervals,
suppression.

Every page, export and comparator calls ``measure``; nothing else works out a figure of results.
"""

from cla.measures.book import Measure, book
from cla.measures.cells import UNIT, Cell, cell, cells
from cla.measures.chance import chance_above, chance_method
from cla.measures.estimates import Estimate, estimate, measure, over_years, standard_deviation
from cla.measures.funnel import funnel_limits
from cla.measures.intervals import (
    national_sd,
    progress_interval,
    round_half_up,
    student_t,
    wilson,
)
from cla.measures.suppression import (
    DFE_CLA_LA,
    DFE_OUTCOMES,
    EXCHANGE,
    INTERNAL,
    REASON,
    count_words,
    hide_parts,
    percent_words,
    pool_may_be_shown,
    profiles,
    rounded,
    rules,
    safe_whole,
    safe_wholes,
    suppress,
    suppress_table,
)
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
    "DFE_CLA_LA",
    "DFE_OUTCOMES",
    "EXCHANGE",
    "INTERNAL",
    "REASON",
    "STATES",
    "UNIT",
    "Availability",
    "Break",
    "Cell",
    "Estimate",
    "Measure",
    "available",
    "book",
    "breaks",
    "breaks_between",
    "cell",
    "cells",
    "chance_above",
    "chance_method",
    "count_words",
    "current",
    "estimate",
    "funnel_limits",
    "hide_parts",
    "measure",
    "national_sd",
    "of_stage",
    "over_years",
    "percent_words",
    "pool_may_be_shown",
    "profiles",
    "progress_interval",
    "round_half_up",
    "rounded",
    "rules",
    "safe_whole",
    "safe_wholes",
    "standard_deviation",
    "student_t",
    "suppress",
    "suppress_table",
    "wilson",
]
