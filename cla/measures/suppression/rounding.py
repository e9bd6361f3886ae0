"""How numbers are rounded and written where DfE's tables are the model.

Halves go away from zero, as in DfE's dfeR::round_five_up. Order: hide on the exact numbers, work
percentages out from exact numbers, round what is left for display.
"""

from __future__ import annotations

from cla.measures.intervals import round_half_up
from cla.measures.suppression.profiles import DFE_CLA_LA, rules

LOW = "k"
"""DfE's symbol for a number that rounds to 0 and is not 0."""
NOT_APPLICABLE = "z"
AUTHORITY, REGION, ENGLAND, POOL = "authority", "region", "england", "pool"


def rounded(n: int, profile: str = DFE_CLA_LA, level: str = AUTHORITY) -> int:
    """A count as it is published: of an authority as it is, of larger areas to the nearest ten."""
    base = 1 if level == AUTHORITY else rules(profile).area_base
    return int(round_half_up(n / base)) * base


def count_words(n: int | None, profile: str = DFE_CLA_LA, level: str = AUTHORITY) -> str:
    """A count in a table: "c" where it is hidden (None), "k" where it rounds to 0 and is not 0."""
    if n is None:
        return rules(profile).symbol
    shown = rounded(n, profile, level)
    return LOW if n and not shown else f"{shown:,}"


def percent_words(value: float | None, n: int | None, profile: str = DFE_CLA_LA) -> str:
    """A percentage in a table: "c" hidden, "z" of nobody, "k" above 0 and below what is shown."""
    limits = rules(profile)
    if n == 0:
        return NOT_APPLICABLE
    if value is None:
        return limits.symbol
    if 0 < value < limits.low_below:
        return LOW
    return f"{round_half_up(value, limits.percent_places):.{limits.percent_places}f}"
