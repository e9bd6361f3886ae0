"""What our figures stand beside: published figures, neighbours, other authorities, our last year.

A comparator never hides where it comes from: ``Beside`` carries its year, its publication, the
number of children behind it, and in words what has to be known of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cla import authorities, benchmarks, measures
from cla.benchmarks import Library
from cla.reports.model import Model, academic_year

COMPARATORS: Mapping[str, str] = {
    "england_cla": "England, looked after",
    "region_cla": "Region, looked after",
    "neighbours_cla": "Statistical neighbours, looked after",
    "england_all": "England, all pupils",
    "pooled": "Other authorities here, looked after",
    "own_last": "Ours, the year before",
}
"""What ours stand beside, by the name of the column of the figure."""
PUBLISHED = ("england_cla", "region_cla", "neighbours_cla", "england_all")
EARLIER_YEARS = 2
"""How many years a published figure may lie before ours."""


@dataclass(frozen=True)
class Beside:
    """One figure to hold ours against; ``value`` is NaN where there is none, and ``note`` says why.

    ``low`` and ``high`` are its own uncertainty where it is a figure of few children (pooled ones,
    our own of last year); NaN for what DfE publishes, which is taken as it stands. ``n`` is NaN
    where the number of children is not published.
    """

    value: float = np.nan
    year: str = ""
    release: str = ""
    source: str = ""
    n: float = np.nan
    note: str = ""
    low: float = np.nan
    high: float = np.nan

    @property
    def uncertain(self) -> bool:
        """Whether chance is at work in this figure as in ours."""
        return not np.isnan(self.low)


NOTHING = Beside()


def published_beside(model: Model, name: str, year: str) -> dict[str, Beside]:
    """The published figures that stand beside a measure of an academic year."""
    region = region_of(model.la)
    return {
        "england_cla": _nearest(model.published, name, year, benchmarks.LOOKED_AFTER),
        "region_cla": _nearest(model.published, name, year, benchmarks.LOOKED_AFTER, region),
        "neighbours_cla": _neighbours(model.published, model.la, name, year),
        "england_all": _nearest(model.published, name, year, benchmarks.ALL_PUPILS),
    }


@lru_cache(maxsize=1000)
def region_of(la: str) -> str:
    """The region whose figures stand beside an authority's; "" where none are published.

    An invented authority has the region of the one it is compared as, or none.
    """
    try:
        region = authorities.compared(la).region
    except authorities.UnknownAuthorityError:
        return ""
    return region if region in benchmarks.areas() else ""


@lru_cache(maxsize=1000)
def neighbours_of(la: str) -> tuple[benchmarks.Neighbour, ...]:
    """The statistical neighbours of an authority; none for one DfE's model does not know."""
    try:
        return benchmarks.neighbours(la)
    except authorities.UnknownAuthorityError:
        return ()


@lru_cache(maxsize=10_000)
def nearest_years(name: str, year: str) -> tuple[str, ...]:
    """The academic years whose figures may stand beside ours: the year, then the two before it.

    Only where the year has the measure, and as far back as its scale is the same.
    """
    if not measures.available(name, year).available:
        return ()
    summer = int(year[:4]) + 1
    years = (academic_year(summer - back) for back in range(EARLIER_YEARS + 1))
    return tuple(
        one for one in years if one == year or not measures.breaks_between(name, one, year)
    )


def closest_published(
    library: Library,
    name: str,
    year: str,
    group: str,
    area: str = benchmarks.ENGLAND,
    characteristic: str = benchmarks.TOTAL,
    category: str = benchmarks.TOTAL,
) -> benchmarks.Figure | None:
    """The figure of an academic year, else of the closest of ``nearest_years``; None without."""
    for one in nearest_years(name, year):
        figure = library.figure(name, one, group, area, characteristic, category)
        if figure is not None and figure.value is not None:
            return figure
    return None


def of_figure(figure: benchmarks.Figure | None) -> Beside:
    """A published figure as it stands beside ours; with its symbol in words where it has none."""
    if figure is None:
        return NOTHING
    if figure.value is None:
        words = benchmarks.symbol_words(figure.symbol)
        return Beside(year=figure.period, note=f"{figure.symbol}: {words}" if words else "")
    return Beside(
        value=float(figure.value),
        year=figure.period,
        release=figure.release,
        source=figure.source,
        n=np.nan if figure.n is None else float(figure.n),
        note=figure.note,
    )


def _nearest(
    library: Library, name: str, year: str, group: str, area: str = benchmarks.ENGLAND
) -> Beside:
    if not area:
        return NOTHING
    found = closest_published(library, name, year, group, area)
    if found is None and measures.available(name, year).available:
        found = library.figure(name, year, group, area)
    return of_figure(found)


def _neighbours(library: Library, la: str, name: str, year: str) -> Beside:
    """The mean of the neighbours of the closest year in which enough of them are published."""
    if not neighbours_of(la):
        return NOTHING
    tried = nearest_years(name, year)
    for one in tried:
        mean = benchmarks.neighbour_mean(library, la, name, one)
        if mean.value is not None:
            return Beside(
                value=mean.value,
                year=one,
                release=mean.release,
                source=mean.source,
                n=np.nan if mean.n is None else float(mean.n),
                note=f"Mean of the {mean.used} of {mean.of} neighbours whose figure is published.",
            )
    few = f"Fewer than three of the neighbours have a published figure for {year}." if tried else ""
    return Beside(note=few)
