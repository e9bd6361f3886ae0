"""The rule sets for small numbers, by name: rows of data/reference/attainment/suppression.csv.

DfE does not have one rule. Its tables of looked-after children hide counts of 1 to 5 and show
zeros; its tables of outcomes hide more, and zeros too. Other outputs have rules of their own. So a
rule set is data, with its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cla import reference

DFE_CLA_LA = "dfe_cla_la"
DFE_OUTCOMES = "dfe_outcomes"
INTERNAL = "internal"
EXCHANGE = "exchange"


@dataclass(frozen=True)
class Rules:
    """One rule set. Numbers up to a limit are hidden; a limit of 0 hides nothing.

    ``count_max`` is of plain counts (a true zero is shown). Of measures: ``denominator_max`` hides
    the number of pupils with all that follows; ``numerator_max`` the percentage that so few reached
    (nobody, too, unless ``zero_shown``) or that all but so few reached (all is shown);
    ``percent_denominator_max`` the percentage of so few pupils, ``average_denominator_max`` their
    average. ``area_base`` is what counts of regions, countries and pools are rounded to,
    ``percent_places`` the decimals of percentages; those above 0 and below ``low_below`` are "k".
    """

    profile: str
    title: str
    count_max: int
    zero_shown: bool
    denominator_max: int
    numerator_max: int
    percent_denominator_max: int
    average_denominator_max: int
    area_base: int
    percent_places: int
    low_below: float
    symbol: str
    source: str

    @property
    def hides(self) -> bool:
        """Whether this rule set hides anything at all."""
        return bool(self.count_max or self.denominator_max)

    def few(self, reached: float, n: float) -> bool:
        """Whether a standard is one that a few of ``n`` pupils reached, or missed."""
        least = 1 if self.zero_shown else 0
        limit = self.numerator_max if self.hides else -1
        return bool(least <= reached <= limit or 0 < n - reached <= limit)

    def small(self, count: float) -> bool:
        """Whether a count is one to hide; a true zero is not."""
        return bool(0 < count <= self.count_max)


@cache
def rules(profile: str = DFE_OUTCOMES) -> Rules:
    """A rule set by name. Raises KeyError."""
    for row in reference.rows("attainment", "suppression.csv"):
        if row["profile"] == profile:
            return _of(row)
    raise KeyError(profile)


@cache
def profiles() -> tuple[str, ...]:
    """The names of the rule sets."""
    return tuple(row["profile"] for row in reference.rows("attainment", "suppression.csv"))


def _of(row: dict[str, str]) -> Rules:
    return Rules(
        profile=row["profile"],
        title=row["title"],
        count_max=int(row["count_max"]),
        zero_shown=row["zero_shown"] == "yes",
        denominator_max=int(row["denominator_max"]),
        numerator_max=int(row["numerator_max"]),
        percent_denominator_max=int(row["percent_denominator_max"]),
        average_denominator_max=int(row["average_denominator_max"]),
        area_base=int(row["area_base"]),
        percent_places=int(row["percent_places"]),
        low_below=float(row["low_below"]),
        symbol=row["symbol"],
        source=row["source"],
    )
