"""Where we stand among all authorities: the funnel of one measure.

Published figures of looked-after children by authority, against the number of children behind
each. The funnel holds what chance alone would do around England's figure: of a hundred authorities
no different from England, about five lie outside the inner lines and fewer than one outside the
outer ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cla import authorities, benchmarks, measures
from cla.reports import disclosure
from cla.reports.comparators import (
    closest_published,
    nearest_years,
    neighbours_of,
    of_figure,
    region_of,
)
from cla.reports.figures import figures
from cla.reports.filters import Filters
from cla.reports.model import Model, academic_year
from cla.reports.report import Report

AREAS = (
    "code3",
    "name",
    "region",
    "n",
    "value",
    "low",
    "high",
    "symbol",
    "ours",
    "neighbour",
    "same_region",
    "outside",
)
POINTS = 60
"""Places at which the lines of the funnel are worked out."""
NO_LIMITS = (
    "No lines are drawn: for an average they need the spread between pupils, which DfE does not "
    "publish for this measure."
)
OF_ALL = (
    "The published figures are of all children looked after 12 months at 31 March; ours here is "
    "of your selection."
)


def funnel(model: Model, filters: Filters, about: str, *, child_level: bool) -> Report:
    """All authorities and ours in one measure (``about``). Raises KeyError for an unknown one.

    frames: "areas" (``AREAS``; one row an authority, ours first and from our own data, the symbol
    where DfE shows no figure), "limits" (n, low95, high95, low998, high998; empty without),
    "centre" (value, label, year, release, source). ``outside`` is "above 99.8%", "above 95%",
    "below 95%", "below 99.8%" or "".
    """
    filters, refused = disclosure.allowed(filters, child_level)
    definition, year = measures.book[about], academic_year(filters.year)
    title = f"All authorities: {definition.label}"
    found = _published(model, about, year)
    if found is None:
        why = measures.available(about, year).reason or "No figures of authorities are published."
        return Report(title, filters.words(model), notes=refused, empty=why)
    when, held = found
    centre = of_figure(closest_published(model.published, about, when, benchmarks.LOOKED_AFTER))
    own = _own(model, filters, about, child_level)
    areas = _marked(model, pd.concat([own, _others(model, held)], ignore_index=True))
    limits = _limits(about, when, centre.value, areas)
    areas = areas.assign(outside=_outside(areas, about, when, centre.value))
    frames = {
        "areas": areas[list(AREAS)],
        "limits": limits,
        "centre": pd.DataFrame(
            [
                {
                    "value": centre.value,
                    "label": "England, looked after",
                    "year": centre.year,
                    "release": centre.release,
                    "source": centre.source,
                }
            ]
        ),
    }
    notes = _notes(filters, when, year, limits, areas)
    return Report(title, filters.words(model), frames, None, (*notes, *refused))


def _published(model: Model, name: str, year: str) -> tuple[str, pd.DataFrame] | None:
    """The closest year in which authorities have figures, and these."""
    for one in nearest_years(name, year):
        held = model.published.of_areas(name, one, benchmarks.LOOKED_AFTER)
        if held["value"].notna().any():
            return one, held
    return None


def _own(model: Model, filters: Filters, name: str, child_level: bool) -> pd.DataFrame:
    """Ours, from our own data and selection."""
    stage = measures.book[name].stage
    own = figures(model, filters, stage, child_level=child_level).of(name)
    row = {
        "code3": _code3(model.la),
        "name": "Ours",
        "region": region_of(model.la),
        "n": own.n,
        "value": own.value,
        "low": own.low,
        "high": own.high,
        "symbol": own.symbol if own.value is None else "",
        "ours": True,
    }
    numbers = {"n": "float", "value": "float", "low": "float", "high": "float"}
    return pd.DataFrame([row]).astype(numbers)


def _others(model: Model, held: pd.DataFrame) -> pd.DataFrame:
    """The published figures of the other authorities; ours is among them only by our own data."""
    return held[held["code3"] != _code3(model.la)].assign(ours=False)


def _code3(la: str) -> str:
    try:
        return authorities.find(la).code3
    except authorities.UnknownAuthorityError:
        return ""


def _marked(model: Model, areas: pd.DataFrame) -> pd.DataFrame:
    """With who is our neighbour and who is of our region."""
    neighbours = [one.code3 for one in neighbours_of(model.la)]
    region = region_of(model.la)
    return areas.assign(
        neighbour=areas["code3"].isin(neighbours) & ~areas["ours"],
        same_region=(areas["region"] == region) & (region != "") & ~areas["ours"],
    )


def _limits(name: str, year: str, centre: float, areas: pd.DataFrame) -> pd.DataFrame:
    """The lines of the funnel from the smallest to the largest number of children."""
    columns = ["n", "low95", "high95", "low998", "high998"]
    sizes = areas.loc[areas["n"] > 0, "n"]
    if np.isnan(centre) or sizes.empty:
        return pd.DataFrame(columns=columns)
    spread = np.geomspace(max(1.0, sizes.min()), sizes.max() * 1.05, POINTS)
    found = _limits_at(name, year, centre, sorted({round(float(n)) for n in spread}))
    return pd.DataFrame(columns=columns) if found is None else found


def _limits_at(name: str, year: str, centre: float, ns: Sequence[int]) -> pd.DataFrame | None:
    return measures.funnel_limits(name, year, centre, list(ns))


def _outside(areas: pd.DataFrame, name: str, year: str, centre: float) -> list[str]:
    """Which line of the funnel each figure lies outside of, in words; "" inside or unknown."""
    known = areas["n"].gt(0) & areas["value"].notna()
    words = np.full(len(areas), "", dtype=object)
    if np.isnan(centre) or not known.any():
        return list(words)
    sizes = sorted({int(n) for n in areas.loc[known, "n"]})
    found = _limits_at(name, year, centre, sizes)
    if found is None:
        return list(words)
    at = found.set_index("n").reindex(areas["n"].where(known))
    value = areas["value"].to_numpy()
    for column, said in (("high95", "above 95%"), ("high998", "above 99.8%")):
        words[(value > at[column].to_numpy()) & known.to_numpy()] = said
    for column, said in (("low95", "below 95%"), ("low998", "below 99.8%")):
        words[(value < at[column].to_numpy()) & known.to_numpy()] = said
    return [str(word) for word in words]


def _notes(
    filters: Filters, when: str, year: str, limits: pd.DataFrame, areas: pd.DataFrame
) -> list[str]:
    notes = []
    others = areas[~areas["ours"]]
    shown = int(others["value"].notna().sum())
    notes.append(
        f"{shown} of {len(others)} other authorities have a published figure for {when}; the rest "
        "are suppressed or not available and stand in the table with DfE's symbol."
    )
    if when != year:
        notes.append(f"Figures of authorities for {year} are not held: these are of {when}.")
    if limits.empty:
        notes.append(NO_LIMITS)
    if filters.active or filters != filters.cleared():
        notes.append(OF_ALL)
    without = int((others["value"].notna() & ~others["n"].gt(0)).sum())
    if without:
        notes.append(f"Of {without} the number of children is not published: not drawn.")
    return notes
