"""Published figures of the Department for Education: England, its regions and authorities.

Contains public sector information licensed under the Open Government Licence v3.0. The figures are
in data/reference/benchmarks (attainment, context), one a measure, group, characteristic, area and
period, each with its release and source. A figure that is not a number keeps DfE's symbol
(``SYMBOLS``): it is never nought and never averaged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import pandas as pd

from cla import measures
from cla.benchmarks import files, places, tidy
from cla.benchmarks.files import ENGLAND
from cla.benchmarks.tidy import TOTAL, Key

LOOKED_AFTER = "CLA 12m+"
ALL_PUPILS = "All pupils"
ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0. "
    "Source: Department for Education."
)
WIDE, AUTHORITIES = "wide", "authorities"
"""The two shelves: England and the regions; the authorities."""

_CELLS = (*tidy.NUMBERS, "symbol", "release", "source", "confidence", "others", "note")
_OF_AREA = ["value", "low", "high", "n", "numerator", "symbol", "release", "source"]
_OF_YEAR = ["period", "value", "low", "high", "n", "symbol", "release", "source"]


@dataclass(frozen=True)
class Figure:
    """One published figure; percentages are 0 to 100. ``value`` is None when ``symbol`` stands for
    it.

    ``n`` is the denominator and ``numerator`` the number counted (of an average the sum of the
    scores), where published (national and regional counts are rounded to 10); ``confidence`` is
    "verified" (two of DfE's publications agree), "single source" or "derived"; ``others`` are
    differing figures of other releases, in words; ``source`` names the publication.
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
    numerator: float | None = None


class Library:
    """The published figures: what is shipped, and over it what an analyst imported.

    Nothing is read before it is asked for. Measures go by the ids of the book or by those of the
    published figures. Unknown names find nothing; no method raises for them.
    """

    def __init__(self, imported: pd.DataFrame | None = None) -> None:
        self._imported = imported
        self._rows = lru_cache(maxsize=2_000)(self._merged)
        self._figure = lru_cache(maxsize=40_000)(self._found)
        self._areas = lru_cache(maxsize=300)(self._listed)
        self._series = lru_cache(maxsize=2_000)(self._over_years)
        self._categories = lru_cache(maxsize=1_000)(self._by_category)

    def with_imported(self, frame: pd.DataFrame | None) -> Library:
        """A library with these figures (``tidy.COLUMNS``) over the ones of this.

        One takes the place of another of its key when its release is as late or later. Symbols that
        say nothing (x, -) never take the place of a number. ValueError when a column is missing.
        """
        if frame is None or frame.empty:
            return self
        given = tidy.whole(frame)
        if self._imported is not None:
            given = pd.concat([self._imported, given], ignore_index=True)
        return Library(given)

    def figure(
        self,
        measure: str,
        academic_year: str,
        group: str = LOOKED_AFTER,
        area: str = ENGLAND,
        characteristic: str = TOTAL,
        category: str = TOTAL,
    ) -> Figure | None:
        """The published figure, or None where none is held.

        ``academic_year`` is "2024/25"; figures of a year to 31 March have the period "2025".
        ``area`` is "England", a region by name, or the three digits of an authority.
        """
        return self._figure(measure, academic_year, group, area, characteristic, category)

    def of_areas(
        self,
        measure: str,
        academic_year: str,
        group: str = LOOKED_AFTER,
        level: str = "authority",
        characteristic: str = TOTAL,
        category: str = TOTAL,
    ) -> pd.DataFrame:
        """A figure in every area of a level ("authority", "regional", "national"), by name.

        Columns: code3 (three digits, "" above authorities), name, region, value, low, high, n,
        numerator, symbol, release, source. Authorities are those of that year, also such as have
        ended since. Regions are the nine; the two halves of London are left out.
        """
        return self._areas(measure, academic_year, group, level, characteristic, category).copy(
            deep=False
        )

    def characteristics(
        self, measure: str, academic_year: str, group: str = LOOKED_AFTER, area: str = ENGLAND
    ) -> tuple[str, ...]:
        """The characteristics by which a measure is published in an area, without the total."""
        keys = self._keys(measure, area, group=group, period=academic_year)
        return tuple(sorted({key.characteristic for key in keys} - {TOTAL}))

    def categories(
        self,
        measure: str,
        academic_year: str,
        group: str,
        characteristic: str,
        area: str = ENGLAND,
    ) -> pd.DataFrame:
        """The figures of a measure by the categories of one characteristic, without its total.

        Columns: category, value, low, high, n, numerator, symbol, release, source. Categories may
        overlap (all with special needs, and each kind of provision).
        """
        return self._categories(measure, academic_year, group, characteristic, area).copy(
            deep=False
        )

    def _by_category(
        self, measure: str, academic_year: str, group: str, characteristic: str, area: str
    ) -> pd.DataFrame:
        keys = self._keys(
            measure, area, group=group, characteristic=characteristic, period=academic_year
        )
        rows = [
            {"category": name} | vars(figure)
            for name in sorted({key.category for key in keys} - {TOTAL})
            if (figure := self.figure(measure, academic_year, group, area, characteristic, name))
        ]
        return _table(rows, ["category", *_OF_AREA])

    def series(
        self,
        measure: str,
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
        return self._series(measure, group, area, characteristic, category).copy(deep=False)

    def _over_years(
        self, measure: str, group: str, area: str, characteristic: str, category: str
    ) -> pd.DataFrame:
        keys = self._keys(
            measure, area, group=group, characteristic=characteristic, category=category
        )
        rows: list[dict[str, object]] = []
        for period in _between(sorted(key.period for key in keys)):
            figure = self.figure(measure, period, group, area, characteristic, category)
            if figure is not None:
                rows.append(vars(figure) | {"reason": ""})
            else:
                why = _why_missing(measure, period)
                rows.append({"period": period, "symbol": "x", "reason": why})
        text = {"release": "", "source": ""}
        return _table(rows, [*_OF_YEAR, "reason"]).fillna(text)

    def groups(self, measure: str, area: str = ENGLAND) -> tuple[str, ...]:
        """The groups a measure is published for in an area ("CLA 12m+", "All pupils", ...)."""
        return tuple(sorted({key.group for key in self._keys(measure, area)}))

    def periods(
        self, measure: str, group: str = LOOKED_AFTER, area: str = ENGLAND
    ) -> tuple[str, ...]:
        """The years of which a measure is published for a group in an area, in order."""
        return tuple(sorted({key.period for key in self._keys(measure, area, group=group)}))

    def _keys(self, measure: str, area: str, **wanted: str) -> list[Key]:
        """The keys of a measure that an area has a row for, with these parts."""
        held = _held_as(measure)
        keys = dict.fromkeys(
            key
            for shelf in self._shelves(held, _kind(area))
            for key in shelf.of_measure.get(held, ())
            if all(getattr(key, name) == what for name, what in wanted.items())
            and shelf.has(key, area)
        )
        return list(keys)

    def _shelves(self, held: str, kind: str) -> list[tidy.Shelf]:
        part = files.part_of(held)
        under = files.wide(part) if kind == WIDE else files.authorities(part)
        return [under] if self._imported is None else [under, self._over[kind]]

    @cached_property
    def _over(self) -> dict[str, tidy.Shelf]:
        assert self._imported is not None
        of_authority = self._imported["level"] == "authority"
        return {
            WIDE: tidy.Shelf.of(self._imported[~of_authority]),
            AUTHORITIES: tidy.Shelf.of(self._imported[of_authority]),
        }

    def _merged(self, key: Key, kind: str) -> _Rows:
        under, *over = self._shelves(key.measure, kind)
        if not any(key in shelf.places for shelf in over):
            at = under.places.get(key, slice(0, 0))
            areas = enumerate(under.areas[at], start=at.start)
            return _Rows(under.frame, at, {area: row for row, area in areas})
        rows = under.rows(key)
        for shelf in over:
            rows = tidy.newest(rows, shelf.rows(key))
        places = {area: row for row, area in enumerate(rows["area"].tolist())}
        return _Rows(rows, slice(0, len(rows)), places)

    def _found(
        self, measure: str, period: str, group: str, area: str, characteristic: str, category: str
    ) -> Figure | None:
        key = Key(_held_as(measure), group, characteristic, category, period)
        rows = self._rows(key, _kind(area))
        place = rows.places.get(area)
        if place is None:
            return None
        cells: dict[str, Any] = {name: rows.frame[name].array[place] for name in _CELLS}
        for name in tidy.NUMBERS:
            as_read = _count if name == "n" else _number
            cells[name] = as_read(cells[name])
        return Figure(measure, period, group, area, **cells)

    def _listed(
        self, measure: str, period: str, group: str, level: str, characteristic: str, category: str
    ) -> pd.DataFrame:
        key = Key(_held_as(measure), group, characteristic, category, period)
        found = self._rows(key, AUTHORITIES if level == "authority" else WIDE)
        rows = found.frame.iloc[found.at]
        rows = rows[rows["level"] == level]
        if level == "regional":
            rows = rows[rows["area"].isin(places.regions())]
        codes = rows["area"].astype(object)
        known = places.known()
        table = rows[_OF_AREA].astype({"symbol": object, "release": object, "source": object})
        table.insert(0, "code3", codes if level == "authority" else "")
        table.insert(1, "name", [known[code].name if code in known else code for code in codes])
        table.insert(2, "region", [known[code].region if code in known else "" for code in codes])
        return table.sort_values("name", ignore_index=True)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Where the rows of one key are in a frame, and the place of each area in it."""

    frame: pd.DataFrame
    at: slice
    places: dict[str, int]


@cache
def shipped() -> Library:
    """The shipped figures, one library a process."""
    return Library()


def published(
    measure_id: str,
    academic_year: str,
    group: str = LOOKED_AFTER,
    area: str = ENGLAND,
    characteristic: str = TOTAL,
    category: str = TOTAL,
) -> Figure | None:
    """``Library.figure`` of what is shipped."""
    return shipped().figure(measure_id, academic_year, group, area, characteristic, category)


def series(
    measure_id: str,
    group: str = LOOKED_AFTER,
    area: str = ENGLAND,
    characteristic: str = TOTAL,
    category: str = TOTAL,
) -> pd.DataFrame:
    """``Library.series`` of what is shipped."""
    return shipped().series(measure_id, group, area, characteristic, category)


def groups(measure_id: str, area: str = ENGLAND) -> tuple[str, ...]:
    """``Library.groups`` of what is shipped."""
    return shipped().groups(measure_id, area)


def areas() -> tuple[str, ...]:
    """England, then the regions by name, with the two halves of London."""
    return (ENGLAND, *sorted((*places.regions(), *places.HALVES_OF_LONDON)))


def symbol_words(symbol: str) -> str:
    """What a symbol of the Department means, "" for none."""
    return tidy.SYMBOLS.get(symbol, "no figure" if symbol else "")


def _held_as(measure_id: str) -> str:
    """The id of a measure of the book among the published figures."""
    if measure_id in measures.book:
        return measures.book[measure_id].published_as
    return measure_id


def _kind(area: str) -> str:
    return AUTHORITIES if area.isdigit() else WIDE


def _table(rows: list[dict[str, object]], columns: list[str]) -> pd.DataFrame:
    table = pd.DataFrame({name: [row.get(name) for row in rows] for name in columns})
    numbers = [name for name in columns if name in tidy.NUMBERS]
    return table.astype(dict.fromkeys(numbers, float))


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _count(value: float) -> int | None:
    return None if pd.isna(value) else round(value)


def _between(periods: list[str]) -> list[str]:
    """These periods and every academic year between the first and the last, in order."""
    academic = [period for period in periods if "/" in period]
    if not academic:
        return periods
    years = range(int(academic[0][:4]), int(academic[-1][:4]) + 1)
    return sorted({*periods, *(f"{year}/{(year + 1) % 100:02d}" for year in years)})


def _why_missing(measure_id: str, academic_year: str) -> str:
    if measure_id in measures.book:
        state = measures.available(measure_id, academic_year)
        if not state.available:
            return state.reason
    return "No figure is published, or none is held."
