"""Which years have a measure, why the others have not, and where its scale broke."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cla import reference
from cla.measures.book import Measure, book

STATES = ("published", "none", "optional", "assessed", "autumn", "planned")
"""Published by DfE; none; optional, without national figures (key stage 1 since 2023/24); grades
set by schools (2020, 2021); the autumn phonics checks; due and not published yet."""


@dataclass(frozen=True)
class Availability:
    """Whether the year has a figure; ``reason`` says why not, or what to mind if it has.

    ``state`` is one of STATES.
    """

    available: bool
    reason: str = ""
    state: str = "published"


@dataclass(frozen=True)
class Break:
    """The first academic year on a new scale, and what changed."""

    academic_year: str
    reason: str


@cache
def available(measure_id: str, academic_year: str) -> Availability:
    """Whether the measure exists for "2024/25". Raises KeyError for a measure not in the book."""
    rows = reference.table("attainment", "availability.csv")
    rows = rows[rows["family"] == book[measure_id].family]
    fits = (rows["first"] <= academic_year) & (
        (rows["last"] >= academic_year) | (rows["last"] == "")
    )
    if not fits.any():
        unknown = f"It is not known yet whether {academic_year} will have it."
        return Availability(False, unknown, "none")
    row = rows[fits].iloc[0]
    return Availability(row["state"] != "none", row["reason"], row["state"])


@cache
def current(measure_id: str, academic_year: str) -> bool:
    """Whether the measure is of the scale and the framework that the year has.

    True for a year that merely has no figure of it (no Progress 8 in 2024/25); False before its
    first year, and after its last where another measure has taken its place (levels from 2015/16).
    Raises KeyError for a measure not in the book.
    """
    rows = reference.table("attainment", "availability.csv")
    rows = rows[(rows["family"] == book[measure_id].family) & (rows["state"] != "none")]
    until = book[measure_id].until
    return rows["first"].min() <= academic_year and (not until or academic_year <= until)


def breaks(measure_id: str) -> tuple[Break, ...]:
    """The years in which the scale of the measure broke, in order."""
    rows = reference.table("attainment", "breaks.csv")
    rows = rows[rows["family"] == book[measure_id].family].sort_values("academic_year")
    return tuple(map(Break, rows["academic_year"], rows["reason"]))


def breaks_between(measure_id: str, first: str, second: str) -> tuple[Break, ...]:
    """The breaks that keep two academic years, in either order, from being compared."""
    early, late = sorted((first, second))
    return tuple(b for b in breaks(measure_id) if early < b.academic_year <= late)


def of_stage(stage: str, academic_year: str | None = None) -> list[Measure]:
    """The measures of a stage of ``cla.stages``, in the order of the book.

    With an academic year only those of its scale and framework (``current``): no levels in 2024/25.
    """
    return [
        measure
        for measure in book.values()
        if measure.stage == stage and (not academic_year or current(measure.id, academic_year))
    ]
