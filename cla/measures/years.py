"""Which years have a measure, why the others have not, and where its scale broke."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cla import reference
from cla.measures.book import book


@dataclass(frozen=True)
class Availability:
    """Whether the year has a figure; ``reason`` says why not, or what to mind if it has."""

    available: bool
    reason: str = ""


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
        return Availability(False, f"It is not known yet whether {academic_year} will have it.")
    row = rows[fits].iloc[0]
    return Availability(row["available"] == "1", row["reason"])


def breaks(measure_id: str) -> tuple[Break, ...]:
    """The years in which the scale of the measure broke, in order."""
    rows = reference.table("attainment", "breaks.csv")
    rows = rows[rows["family"] == book[measure_id].family].sort_values("academic_year")
    return tuple(map(Break, rows["academic_year"], rows["reason"]))


def breaks_between(measure_id: str, first: str, second: str) -> tuple[Break, ...]:
    """The breaks that keep two academic years, in either order, from being compared."""
    early, late = sorted((first, second))
    return tuple(b for b in breaks(measure_id) if early < b.academic_year <= late)
