"""The children of other authorities, as sums: the same selection, never a child of theirs.

Three things keep a single child of another authority out of sight. What an authority gives is
withheld below ten children; a pool is shown of at least two authorities; and it is hidden where the
rest of the same authorities' children, which the pool without filters would show, are one to nine.
What is shown is rounded as DfE rounds the figures of regions: numbers of children to ten, and
percentages to whole ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla import cohort, measures
from cla.benchmarks import TOTAL
from cla.measures import Cell, round_half_up
from cla.reports import split_safety
from cla.reports.comparators import Beside
from cla.reports.figures import measured_columns, scale_broke, spoken
from cla.reports.filters import DEFAULT_AS_AT, DEFAULT_COHORT, Filters
from cla.reports.filters_table import FILTERS
from cla.reports.model import Model, academic_year

LEAST = measures.rules(measures.EXCHANGE).denominator_max + 1
"""Children below which what an authority gives is withheld from the others."""
AUTHORITIES = 2
"""Authorities that a pool needs, so that it is not the figure of one of them."""
WITHHELD = "Fewer than two other authorities have ten or more such children: withheld."
SMALL_REST = "Withheld: beside the pool of all children it would show what a few of them did."
SUPPRESSED = "c: suppressed, too few children of the pool reached it or did not."
BY_NAME = "A filter on single schools or teams cannot be applied to other authorities."
PENDING = "The figures of the other authorities are being worked out; open the page again soon."
SOURCE = "the returns and results of the other authorities that use this program"

Rows = Callable[[str, int, str], Sequence[pd.DataFrame]]
"""The rows of the other authorities: of a stage, a collection year, with care as at a day."""


def slim(model: Model, stage: str, year: int, as_at: str = DEFAULT_AS_AT) -> pd.DataFrame:
    """What a pool needs of the children at the end of a key stage; nothing that names a child.

    Empty when the year or the stage is not loaded.
    """
    if year not in model.years or stage not in model.stages(year):
        return pd.DataFrame()
    pupils = model.pupils(stage, year, as_at)
    kept = [
        *cohort.COHORTS.values(),
        *(name for name, one in FILTERS.items() if not one.dynamic and name in pupils),
        *measured_columns(stage, pupils),
    ]
    return pupils.loc[pupils["matched"], list(dict.fromkeys(kept))].reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class Others:
    """The other authorities that ours can be held against: of this installation, and by files.

    ``shared`` are the cells of the files (``cla.benchmarks.cells``), of authorities that are not in
    the installation; None without any. ``pending``: the rows are still being read.
    """

    rows: Rows
    shared: pd.DataFrame | None = None
    pending: bool = False

    def pool(
        self,
        filters: Filters,
        stage: str,
        names: Sequence[str],
        years: int = 1,
        column: str = "",
    ) -> dict[tuple[str, str], Beside]:
        """The pooled figure of each measure under the same filters, and of its groups by a column.

        By (measure, category); category "" is everybody of the selection.
        """
        if self.pending:
            return {(name, ""): Beside(note=PENDING) for name in names}
        if any(FILTERS[name].dynamic for name in filters.active):
            return {(name, ""): Beside(note=BY_NAME) for name in names}
        given = self._given(filters, stage, names, years, column)
        if given.empty:
            return {}
        found: dict[tuple[str, str], Beside] = {}
        for (name, category), cells in given.groupby(["measure", "category"], sort=False):
            found[str(name), str(category)] = _beside(str(name), cells, academic_year(filters.year))
        return found

    def _given(
        self, filters: Filters, stage: str, names: Sequence[str], years: int, column: str
    ) -> pd.DataFrame:
        """What each authority gives: ``_CELLS`` and the academic year; years on another scale than
        the latest are left out."""
        latest = academic_year(filters.year)
        parts = []
        for back in range(years):
            one = filters.replace(year=filters.year - back)
            when = academic_year(one.year)
            of_year = [name for name in names if _comparable(name, when, latest)]
            given = [
                _of_authority(frame, one, of_year, column).assign(la=str(place))
                for place, frame in enumerate(self.rows(stage, one.year, one.as_at))
                if len(frame)
            ]
            given.append(_of_files(self.shared, one, of_year, column))
            parts += [part.assign(academic_year=when) for part in given if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


_CELLS = ("measure", "category", "la", "n", "total_low", "total_high", "squares", "rest")


def _comparable(name: str, year: str, latest: str) -> bool:
    available = measures.available(name, year).available
    return available and (year == latest or not scale_broke(name, year, latest))


def _of_authority(
    frame: pd.DataFrame, filters: Filters, names: Sequence[str], column: str
) -> pd.DataFrame:
    """The cells of one authority's children under the filters, and how many others it has."""
    everybody = frame[frame[cohort.COHORTS[filters.cohort]]]
    chosen = filters.apply(frame)
    whole = measures.cells(everybody, names).set_index("measure")["n"]
    parts = [measures.cells(chosen, names).assign(category="")]
    if column in frame:
        for category, rows in chosen.groupby(chosen[column].astype("str"), sort=False):
            parts.append(measures.cells(rows, names).assign(category=str(category)))
    cells = pd.concat(parts, ignore_index=True)
    cells["rest"] = cells["measure"].map(whole) - cells["n"]
    return cells.rename(columns={"total": "total_low"}).assign(total_high=cells["total"])


def _of_files(
    shared: pd.DataFrame | None, filters: Filters, names: Sequence[str], column: str
) -> pd.DataFrame:
    """The cells of files that fit: of everybody or one group, in the cohort that files are of."""
    if shared is None or filters.cohort != DEFAULT_COHORT or filters.as_at != DEFAULT_AS_AT:
        return pd.DataFrame()
    fits = shared[
        (shared["academic_year"] == academic_year(filters.year)) & shared["measure"].isin(names)
    ]
    if not filters.active:
        rows = fits[fits["characteristic"].isin([TOTAL, column])]
        whole = rows["characteristic"] == TOTAL
        return _file_cells(rows.assign(category=rows["category"].astype("str").mask(whole, "")))
    (name, values), *more = filters.narrowed
    if more or column or len(values) > 1 or name not in split_safety.SPLITS:
        return pd.DataFrame()
    rows = fits[(fits["characteristic"] == name) & (fits["category"] == values[0])]
    return _file_cells(rows.assign(category=""))


def _file_cells(rows: pd.DataFrame) -> pd.DataFrame:
    """The cells as they are pooled; of nobody where the sum is not even known to lie in a range."""
    known = rows["n"].notna() & rows["total_low"].notna()
    numbers = {
        name: rows[name].where(known).fillna(0)
        for name in ("n", "squares", "total_low", "total_high")
    }
    texts = {name: rows[name].astype("str") for name in ("measure", "category", "la")}
    return rows.assign(rest=0, **numbers, **texts)[[*_CELLS]]


def _beside(name: str, cells: pd.DataFrame, year: str) -> Beside:
    """The figure of the cells that may be shown, rounded; without one, why."""
    given = cells[cells["n"] >= LEAST]
    own = given["la"].nunique()
    if own < AUTHORITIES:
        return Beside(note=WITHHELD if cells["n"].sum() else "")
    n, rest = int(given["n"].sum()), int(given["rest"].sum())
    if not measures.pool_may_be_shown(n, n + rest):
        return Beside(note=SMALL_REST)
    low, high = (_estimate(name, given, which, year) for which in ("total_low", "total_high"))
    shown = measures.suppress([low, high])
    if any(one.value is None for one in shown):
        return Beside(note=SUPPRESSED)
    years = spoken([str(one) for one in given["academic_year"].unique()])
    return _rounded(name, low, high, own, cells["la"].nunique() - own, years)


def _estimate(name: str, cells: pd.DataFrame, which: str, year: str) -> measures.Estimate:
    proportion = measures.book[name].statistic == "proportion"  # a square of 1 is 1
    squares = which if proportion else "squares"
    by_year = {
        str(when): Cell(int(some["n"].sum()), int(some[which].sum()), int(some[squares].sum()))
        for when, some in cells.groupby("academic_year", sort=False)
    }
    if set(by_year) == {year}:
        return measures.estimate(name, year, by_year[year])
    return measures.over_years(name, by_year)


def _rounded(
    name: str,
    low: measures.Estimate,
    high: measures.Estimate,
    authorities: int,
    withheld: int,
    year: str,
) -> Beside:
    """As DfE rounds what it publishes of regions, with what was left out."""
    places = 0 if measures.book[name].unit == "percent" else measures.book[name].places
    value = ((low.value or 0) + (high.value or 0)) / 2
    n = measures.rounded(low.n or 0, measures.EXCHANGE, "pool")
    note = f"{authorities} authorities"
    if withheld:
        note += f"; {withheld} more withheld, with fewer than ten children"
    if low.value != high.value:
        ends = [round_half_up(one.value or 0, places) for one in (low, high)]
        note += f"; withheld numbers leave it between {ends[0]:g} and {ends[1]:g}"
    return Beside(
        value=round_half_up(value, places),
        year=year,
        release="",
        source=SOURCE,
        n=float(n),
        note=f"{note}.",
        low=np.nan if low.low is None else low.low,
        high=np.nan if high.high is None else high.high,
    )
