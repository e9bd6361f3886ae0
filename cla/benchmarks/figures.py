"""Published figures of the Department for Education for England and its regions.

Contains public sector information licensed under the Open Government Licence v3.0. The figures are
in data/reference/benchmarks (attainment, context), one row a measure, group, characteristic, area
and period, each with its release and source. A figure that is not a number keeps DfE's symbol: c
suppressed, x not available, z not applicable, k rounds to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import pandas as pd

from cla import measures, reference

LOOKED_AFTER = "CLA 12m+"
ALL_PUPILS = "All pupils"
ENGLAND = "England"
TOTAL = "Total"
ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0. "
    "Source: Department for Education."
)

_KEY = ["measure", "group", "characteristic", "category", "area", "period"]
_NUMBERS = ["value", "low", "high", "n", "numerator"]


@dataclass(frozen=True)
class Figure:
    """One published figure; percentages are 0 to 100. ``value`` is None when ``symbol`` stands for
    it.

    ``n`` is the denominator where published (national and regional ones are rounded to 10);
    ``confidence`` is "verified" (two of DfE's publications agree), "single source" or "derived";
    ``others`` are differing figures of earlier releases, in words; ``source`` names the
    publication.
    """

    measure: str
    period: str
    group: str
    area: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    symbol: str
    release: str
    source: str
    confidence: str
    others: str
    note: str


def _file(measure_id: str) -> str:
    """Attainment is asked for on every page; the other figures, five times as many, stay unread
    till then."""
    return "attainment" if measure_id.startswith(("ks", "eyfs")) else "context"


def _held_as(measure_id: str) -> str:
    """The id of a measure of the book among the published figures."""
    if measure_id in measures.book:
        return measures.book[measure_id].published_as
    return measure_id


@cache
def _figures(file: str) -> pd.DataFrame:
    table = reference.table("benchmarks", f"{file}.csv.gz")
    numbers = {name: pd.to_numeric(table[name].replace("", None)) for name in _NUMBERS}
    return table.assign(**numbers)


@cache
def _places(file: str) -> dict[tuple[str, ...], int]:
    """The row of each figure by its whole key."""
    table = _figures(file)
    return dict(
        zip(zip(*(table[name] for name in _KEY), strict=True), range(len(table)), strict=True)
    )


@cache
def _sources() -> dict[str, str]:
    table = reference.table("benchmarks", "sources.csv")
    return dict(zip(table["id"], table["title"], strict=True))


@lru_cache(maxsize=10_000)
def published(
    measure_id: str,
    academic_year: str,
    group: str = LOOKED_AFTER,
    area: str = ENGLAND,
    characteristic: str = TOTAL,
    category: str = TOTAL,
) -> Figure | None:
    """The published figure, or None where none is held. Never raises for an unknown name.

    ``academic_year`` is "2024/25"; figures of a year to 31 March have the period "2025". ``area``
    is "England" or a region by name.
    """
    key = (_held_as(measure_id), group, characteristic, category, area, academic_year)
    place = _places(_file(measure_id)).get(key)
    if place is None:
        return None
    row = _figures(_file(measure_id)).iloc[place]
    return Figure(
        measure=measure_id,
        period=academic_year,
        group=group,
        area=area,
        value=_number(row["value"]),
        low=_number(row["low"]),
        high=_number(row["high"]),
        n=None if pd.isna(row["n"]) else int(row["n"]),
        symbol=row["symbol"],
        release=row["release"],
        source=_sources()[row["source"]],
        confidence=row["confidence"],
        others=row["others"],
        note=row["note"],
    )


def series(
    measure_id: str,
    group: str = LOOKED_AFTER,
    area: str = ENGLAND,
    characteristic: str = TOTAL,
    category: str = TOTAL,
) -> pd.DataFrame:
    """The published figures of a measure over the years, in order, gaps shown.

    Columns: period, value, low, high, n (numbers, missing in a gap), symbol, release, source,
    reason. Academic years between the first and the last without a figure have a row with the
    reason.
    """
    table = _figures(_file(measure_id))
    rows = table[
        (table["measure"] == _held_as(measure_id))
        & (table["group"] == group)
        & (table["area"] == area)
        & (table["characteristic"] == characteristic)
        & (table["category"] == category)
    ]
    held = rows[["period", *_NUMBERS[:4], "symbol", "release", "source"]].copy()
    held["source"] = held["source"].map(_sources())
    held["reason"] = ""
    missing = [year for year in _between(held["period"]) if year not in set(held["period"])]
    gaps = pd.DataFrame(
        {
            "period": missing,
            "symbol": "x",
            "release": "",
            "source": "",
            "reason": [_why_missing(measure_id, year) for year in missing],
        }
    )
    whole = pd.concat([held, gaps], ignore_index=True) if missing else held
    return whole.sort_values("period", ignore_index=True)


def groups(measure_id: str, area: str = ENGLAND) -> tuple[str, ...]:
    """The groups a measure is published for in an area ("CLA 12m+", "All pupils", ...)."""
    table = _figures(_file(measure_id))
    held = table["measure"] == _held_as(measure_id)
    rows = table[held & (table["area"] == area)]
    return tuple(sorted(rows["group"].unique()))


def areas() -> tuple[str, ...]:
    """England, then the regions by name."""
    names = sorted(set(_figures("attainment")["area"]) - {ENGLAND})
    return (ENGLAND, *names)


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _between(periods: pd.Series) -> list[str]:
    """Every academic year from the first to the last of these; none for years to 31 March."""
    academic = sorted(period for period in periods if "/" in period)
    if not academic:
        return []
    return [
        f"{year}/{(year + 1) % 100:02d}"
        for year in range(int(academic[0][:4]), int(academic[-1][:4]) + 1)
    ]


def _why_missing(measure_id: str, academic_year: str) -> str:
    if measure_id in measures.book:
        state = measures.available(measure_id, academic_year)
        if not state.available:
            return state.reason
    return "No figure is published, or none is held."
