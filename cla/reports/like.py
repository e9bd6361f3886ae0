"""Like for like: how our children did beside children like them.

Three ways, the best that the data allow for each measure:

pooled        the children of other authorities under the same filters, weighted to our mix of one
              characteristic;
standardised  figures that DfE publishes by one characteristic, weighted to our mix;
nearest       no figure of such a group is known: the closest that is, and that is said.

The first two are indirect standardisation (``benchmarks.standardise``): what would be expected if
our children of each group had done as well as theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cla import benchmarks, measures
from cla.reports.by_group import group_of, labels, lower_first
from cla.reports.comparators import Beside, closest_published, nearest_years
from cla.reports.comparison import number, verdict_of
from cla.reports.figures import Figures, Together
from cla.reports.filters import TITLES, Filters
from cla.reports.model import Model
from cla.reports.pooled import Others

CHARACTERISTICS: Mapping[str, str] = {
    "sen": "SEN",
    "placement": "Placement",
    "time_in_care_months": "Period of care",
    "sex": "Sex",
    "ethnicity": "Ethnicity",
}
"""What similar children can share, by our column, with the name DfE publishes it under."""
POOLED, STANDARDISED, NEAREST = "pooled", "standardised", "nearest"
ENOUGH_THERE = 30
"""Children a pool needs before it is preferred to what DfE publishes."""
ENOUGH_OF_OURS = 0.8
"""The part of our children whose group must have a figure."""
_WHOSE = {
    benchmarks.LOOKED_AFTER: "looked-after children in England",
    benchmarks.ALL_PUPILS: "all pupils in England",
}
COLUMNS = (
    "measure",
    "label",
    "unit",
    "way",
    "by",
    "whose",
    "n",
    "theirs_n",
    "value",
    "expected",
    "difference",
    "low",
    "high",
    "verdict",
    "said",
    "why",
    "method",
)
PARTS = (
    "measure",
    "category",
    "label",
    "n",
    "value",
    "theirs",
    "theirs_n",
    "theirs_year",
    "expected",
    "source",
)


@dataclass(frozen=True, eq=False)
class Theirs:
    """The figures of similar children by group: category, value, n, year, source.

    ``groups`` says which of these groups each of our bands belongs to; ``why`` what kept the better
    ways from being used.
    """

    way: str
    whose: str
    frame: pd.DataFrame
    groups: Mapping[str, str]
    why: str = ""


def like_for_like(
    model: Model,
    filters: Filters,
    own: Figures | Together,
    names: Sequence[str],
    column: str,
    others: Others | None,
) -> dict[str, pd.DataFrame]:
    """frames: "like" (``COLUMNS``), "like_parts" (``PARTS``), "like_choices" (name, title).

    One row a measure that has a figure. ``own`` keeps the columns of ``CHARACTERISTICS``.
    ``column`` is one of these, or "" for the one with which most measures have similar children.
    """
    valued = [name for name in names if own.raw(name).value is not None]
    choices = [name for name in CHARACTERISTICS if name in own.everybody()]
    best = column if column in choices else _serves_best(model, own, valued, choices)
    found = _similar(model, filters, own, valued, best, others)
    rows, parts = [], []
    for name in valued:
        row, of_groups = _compared(model, own, name, best, found[name])
        rows.append(row)
        parts.append(of_groups)
    return {
        "like": pd.DataFrame(rows, columns=list(COLUMNS)),
        "like_parts": pd.concat(parts, ignore_index=True) if parts else _no_parts(),
        "like_choices": pd.DataFrame(
            {"name": choices, "title": [TITLES[name] for name in choices]}
        ).sort_values("name", key=lambda names: names != best, kind="stable", ignore_index=True),
    }


def _serves_best(
    model: Model, own: Figures | Together, names: Sequence[str], columns: Sequence[str]
) -> str:
    """The characteristic that DfE publishes most measures by, looked-after children first."""

    def published(column: str) -> tuple[int, ...]:
        name = CHARACTERISTICS[column]
        held = [
            any(
                name in model.published.characteristics(one, year, group)
                for year in nearest_years(one, own.academic_year)
            )
            for group in _WHOSE
            for one in names
        ]
        return sum(held[: len(names)]), sum(held[len(names) :])

    return max(columns, key=published, default=next(iter(CHARACTERISTICS)))


def _similar(
    model: Model,
    filters: Filters,
    own: Figures | Together,
    names: Sequence[str],
    column: str,
    others: Others | None,
) -> dict[str, Theirs]:
    """For each measure the figures of similar children, the best there are."""
    years = len(own.parts) if isinstance(own, Together) else 1
    stage = measures.book[names[0]].stage if names else ""
    pools = others.pool(filters, stage, names, years, column) if others and names else {}
    sizes = group_of(own.everybody(), column).value_counts()
    return {
        name: _pooled(name, pools, sizes) or _published(model, filters, own, name, column, sizes)
        for name in names
    }


def _pooled(name: str, pools: Mapping[tuple[str, str], Beside], sizes: pd.Series) -> Theirs | None:
    """The groups of the pool, where they are enough; None where they are not."""
    groups = {category: one for (of, category), one in pools.items() if of == name and category}
    frame = pd.DataFrame(
        {
            "category": list(groups),
            "value": [one.value for one in groups.values()],
            "n": [one.n for one in groups.values()],
            "year": [one.year for one in groups.values()],
            "source": [one.source for one in groups.values()],
        }
    )
    known = frame[frame["value"].notna()]
    own_bands = {str(band): str(band) for band in sizes.index}
    if known["n"].sum() < ENOUGH_THERE or _covered(known, own_bands, sizes) < ENOUGH_OF_OURS:
        return None
    return Theirs(POOLED, "similar children of other authorities", frame, own_bands)


def _covered(known: pd.DataFrame, groups: Mapping[str, str], sizes: pd.Series) -> float:
    """The part of our children whose group has a figure."""
    if not sizes.sum():
        return 0.0
    has = [groups.get(str(band), "") in set(known["category"]) for band in sizes.index]
    return float(sizes[has].sum() / sizes.sum())


def _published(
    model: Model,
    filters: Filters,
    own: Figures | Together,
    name: str,
    column: str,
    sizes: pd.Series,
) -> Theirs:
    """What DfE publishes by the characteristic: of looked-after children, else of all pupils."""
    characteristic = CHARACTERISTICS[column]
    why = "Too few children of other authorities here for a pool. "
    for group, whose in _WHOSE.items():
        for year in nearest_years(name, own.academic_year):
            held = model.published.categories(name, year, group, characteristic)
            frame, groups = _in_blocks(held, characteristic, year)
            if len(frame) and _covered(frame, groups, sizes) >= ENOUGH_OF_OURS:
                said = (why + _unfiltered(filters)).strip()
                return Theirs(STANDARDISED, whose, frame, groups, said)
        why += f"No figures of {whose} by {lower_first(TITLES[column])} are held. "
    return _none(why)


def _unfiltered(filters: Filters) -> str:
    """What published figures cannot follow."""
    return "The published figures are without your filters." if filters.active else ""


def _in_blocks(
    held: pd.DataFrame, characteristic: str, year: str
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Published categories in the smallest groups that DfE's and ours have in common, and which of
    them each of our bands belongs to."""
    known = held[held["value"].notna()].set_index("category")
    if known.empty:
        return pd.DataFrame(columns=["category", "value", "n", "year", "source"]), {}
    rows: list[dict[str, object]] = []
    groups: dict[str, str] = {}
    for block in benchmarks.blocks(characteristic, list(known.index)):
        theirs = known.loc[list(block.categories)]
        sizes = theirs["n"].astype("float")
        if len(theirs) > 1 and not sizes.gt(0).all():
            continue  # a mean of categories needs their sizes
        value = theirs["value"].astype("float")
        name = " and ".join(block.categories)
        several = len(theirs) > 1
        rows.append(
            {
                "category": name,
                "value": float(np.average(value, weights=sizes if several else None)),
                "n": sizes.sum(min_count=len(theirs)),
                "year": year,
                "source": theirs["source"].iloc[0],
            }
        )
        groups |= dict.fromkeys(block.bands, name)
    return pd.DataFrame(rows, columns=["category", "value", "n", "year", "source"]), groups


def _none(why: str) -> Theirs:
    frame = pd.DataFrame(columns=["category", "value", "n", "year", "source"])
    return Theirs(NEAREST, "", frame, {}, why)


def _compared(
    model: Model, own: Figures | Together, name: str, column: str, theirs: Theirs
) -> tuple[dict[str, object], pd.DataFrame]:
    """The row of a measure and the rows of its groups."""
    if theirs.way == NEAREST:
        return _nearest(model, own, name, theirs), _no_parts()
    ours = _our_groups(own, name, column, theirs.groups)
    result = benchmarks.standardise(ours, theirs.frame, name, own.academic_year)
    same = f" of the same {lower_first(TITLES[column])}" if theirs.way == STANDARDISED else ""
    words = {
        "by": TITLES[column],
        "whose": theirs.whose + same,
        "way": theirs.way,
        "n": result.n,
        "theirs_n": number(result.theirs_n),
        "value": result.value,
        "expected": result.expected,
        "difference": result.difference,
        "low": result.low,
        "high": result.high,
        "why": _why(theirs, result.left_out),
        "method": result.method,
    }
    row = _row(name, words)
    parts = result.parts.merge(
        theirs.frame[["category", "year", "source"]], on="category", how="left"
    )
    known = labels(column)
    parts = parts.assign(
        measure=name,
        label=[known.get(one, one) for one in parts["category"]],
        theirs_year=parts["year"].fillna(""),
        source=parts["source"].fillna("no figure: left out"),
    )
    return row, parts[list(PARTS)]


def _why(theirs: Theirs, left_out: int) -> str:
    out = f"{left_out} of ours are in a group without a figure and left out. " if left_out else ""
    return (out + theirs.why).strip()


def _our_groups(
    own: Figures | Together, name: str, column: str, groups: Mapping[str, str]
) -> pd.DataFrame:
    """category, n, total, squares of a measure, over the years."""
    frames = (
        [own]
        if isinstance(own, Figures)
        else [part for part in own.parts if part.academic_year in own.used(name)]
    )
    cells = [
        measures.cells(part.matched, [name], by=_grouped(part.matched, column, groups))
        for part in frames
    ]
    whole = pd.concat(cells, ignore_index=True)
    return whole.groupby("category", sort=False)[["n", "total", "squares"]].sum().reset_index()


def _grouped(pupils: pd.DataFrame, column: str, groups: Mapping[str, str]) -> pd.Series:
    """The group that each child is compared in; its own band where nobody is to compare with."""
    own = group_of(pupils, column)
    return own.map(dict(groups)).fillna(own)


def _nearest(model: Model, own: Figures | Together, name: str, theirs: Theirs) -> dict[str, object]:
    """The closest figure that is published, and that it is not of similar children."""
    estimate = own.raw(name)
    for group, whose in _WHOSE.items():
        figure = closest_published(model.published, name, own.academic_year, group)
        if figure is not None and figure.value is not None:
            words = {
                "way": NEAREST,
                "whose": f"{whose}, {figure.period}",
                "n": estimate.n,
                "theirs_n": number(figure.n),
                "value": estimate.value,
                "expected": figure.value,
                "difference": number(estimate.value) - figure.value,
                "low": number(estimate.low) - figure.value,
                "high": number(estimate.high) - figure.value,
                "why": theirs.why.strip(),
                "method": f"Source: {figure.source}.",
            }
            return _row(name, words)
    why = theirs.why + "No national figure is held either."
    return _row(name, {"way": "", "n": estimate.n, "value": estimate.value, "why": why.strip()})


def _row(name: str, words: Mapping[str, Any]) -> dict[str, object]:
    definition = measures.book[name]
    row: dict[str, object] = dict.fromkeys(COLUMNS, "")
    row |= dict.fromkeys(
        ("n", "theirs_n", "value", "expected", "difference", "low", "high"), np.nan
    )
    row |= {"measure": name, "label": definition.label, "unit": definition.unit, **words}
    if row["way"]:
        row["verdict"] = verdict_of(
            int(words["n"] or 0), number(words["low"]), number(words["high"])
        )
    return row | {"said": _said(row)}


def _said(row: Mapping[str, object]) -> str:
    """Who is compared with whom, in a sentence."""
    if not row["way"]:
        return ""
    count = row["n"]
    with_whom = f"{row['whose']}"
    if isinstance(row["theirs_n"], int | float) and not np.isnan(row["theirs_n"]):
        with_whom = f"{row['theirs_n']:,.0f} {with_whom}"
    if row["way"] == NEAREST:
        return (
            f"No figures of similar children are held. The nearest are those of {with_whom}, "
            "without regard to who our children are."
        )
    by = "" if row["way"] == STANDARDISED else f" by {lower_first(str(row['by']))}"
    return f"Comparing {count:,.0f} of ours with {with_whom}{by}."


def _no_parts() -> pd.DataFrame:
    return pd.DataFrame(columns=list(PARTS))
