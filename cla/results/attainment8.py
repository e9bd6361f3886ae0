"""Attainment 8, the EBacc average point score and Progress 8 of one pupil, from points.

Source of the rules: DfE, Secondary accountability measures; the estimates of Progress 8 are DfE's
tables by prior attainment group in data/reference/attainment/progress8_estimates.csv.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from cla import reference


@dataclass(frozen=True)
class Attainment8:
    """The four elements of one pupil's Attainment 8, in points, and the slots filled."""

    english: float
    maths: float
    ebacc: float
    open: float
    ebacc_filled: int
    open_filled: int

    @property
    def total(self) -> float:
        """Attainment 8: the elements added up."""
        return self.english + self.maths + self.ebacc + self.open


def attainment8(
    language: float | None = None,
    literature: float | None = None,
    maths: float | None = None,
    ebacc: Sequence[float] = (),
    other: Sequence[float] = (),
) -> Attainment8:
    """Attainment 8 from points; None means not taken, 0 means taken and ungraded.

    English is the better of language and literature, doubled only if both were taken; maths is
    doubled; the three best EBacc subjects; the three best of what is left, the other English among
    it. A combined science award fills two slots: give the average of its two digits twice.
    """
    english = [points for points in (language, literature) if points is not None]
    best_english = max(english, default=0.0)
    lower_english = [min(english)] if len(english) == 2 else []
    ranked = sorted(ebacc, reverse=True)
    open_slots = sorted([*ranked[3:], *other, *lower_english], reverse=True)[:3]
    return Attainment8(
        english=best_english * len(english),
        maths=2 * (maths or 0.0),
        ebacc=sum(ranked[:3]),
        open=sum(open_slots),
        ebacc_filled=len(ranked[:3]),
        open_filled=len(open_slots),
    )


def ebacc_points(
    language: float | None = None,
    literature: float | None = None,
    maths: float | None = None,
    sciences: Sequence[float] = (),
    humanities: Sequence[float] = (),
    languages: Sequence[float] = (),
) -> float:
    """The EBacc average point score: six slots, an empty one 0, divided by six.

    English counts only if both language and literature were taken; two best sciences, best
    humanity, best language.
    """
    both = language is not None and literature is not None
    english = max(language or 0.0, literature or 0.0) if both else 0.0
    total = (
        english
        + (maths or 0.0)
        + sum(sorted(sciences, reverse=True)[:2])
        + max(humanities, default=0.0)
        + max(languages, default=0.0)
    )
    return total / 6


@cache
def _estimates(academic_year: str, release: str) -> pd.DataFrame:
    """DfE's estimates of the year, by default of the latest release held; empty without any."""
    table = reference.table("attainment", "progress8_estimates.csv")
    table = table[table["academic_year"] == academic_year]
    chosen = release or table["release"].max()  # "revised" sorts after "provisional"
    table = table[table["release"] == chosen]
    numbers = table.drop(columns=["academic_year", "release", "source"]).astype(float)
    return numbers.sort_values("average_low", ignore_index=True)


def progress8_years() -> list[str]:
    """The academic years whose estimate table is held."""
    return sorted(set(reference.table("attainment", "progress8_estimates.csv")["academic_year"]))


def progress8(
    attainment: pd.DataFrame, ks2_average: pd.Series, academic_year: str, release: str = ""
) -> pd.DataFrame:
    """Progress 8 and its elements before DfE's floor, one row a pupil; missing without a KS2
    average.

    ``attainment`` has columns att8, att8_eng, att8_mat, att8_ebacc, att8_open; ``ks2_average`` is
    the mean of reading and maths in half points, 59 to 120. The difference to the estimate of the
    prior attainment group is divided by 10 (English and maths by 2, EBacc and open by 3). Years
    without a table: all missing.
    """
    table = _estimates(academic_year, release)
    result = pd.DataFrame(index=attainment.index)
    group = pd.Series(float("nan"), index=attainment.index)
    if len(table):
        position = table["average_low"].searchsorted(ks2_average.fillna(-1), side="right") - 1
        known = ks2_average.notna() & (position >= 0)
        group = pd.Series(position, index=attainment.index, dtype="float64").where(known)
    for score, element, slots in (
        ("p8", "att8", 10),
        ("p8_eng", "att8_eng", 2),
        ("p8_mat", "att8_mat", 2),
        ("p8_ebacc", "att8_ebacc", 3),
        ("p8_open", "att8_open", 3),
    ):
        estimate = group.map(table[element]) if len(table) else group
        result[score] = (attainment[element] - estimate) / slots
    result["att8_pred"] = group.map(table["att8"]) if len(table) else group
    result["prior_group"] = group.map(table["prior_group"]) if len(table) else group
    return result
