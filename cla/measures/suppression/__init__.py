"""Small numbers: which are hidden, what is hidden with them, and proof that nothing follows.

Rule sets are data (``profiles``). Counts that add up go through ``tables``, estimates of measures
through ``estimates``, figures that hold one another (years and windows of years, pools) through
``wholes``; ``bounds`` is the attack that all of them have to stand.
"""

from cla.measures.suppression.bounds import exposed
from cla.measures.suppression.estimates import REASON, hidden, suppress
from cla.measures.suppression.profiles import (
    DFE_CLA_LA,
    DFE_OUTCOMES,
    EXCHANGE,
    INTERNAL,
    Rules,
    profiles,
    rules,
)
from cla.measures.suppression.rounding import count_words, percent_words, rounded
from cla.measures.suppression.tables import Hidden, hide_parts, protect, suppress_table
from cla.measures.suppression.wholes import pool_may_be_shown, safe_whole, safe_wholes

__all__ = [
    "DFE_CLA_LA",
    "DFE_OUTCOMES",
    "EXCHANGE",
    "INTERNAL",
    "REASON",
    "Hidden",
    "Rules",
    "count_words",
    "exposed",
    "hidden",
    "hide_parts",
    "percent_words",
    "pool_may_be_shown",
    "profiles",
    "protect",
    "rounded",
    "rules",
    "safe_whole",
    "safe_wholes",
    "suppress",
    "suppress_table",
]
