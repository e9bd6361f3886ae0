"""All authorities beside each other: the funnel, the table with the same figures, where we stand.

Frames of the report "funnel": "areas" (a row an authority), "limits" (what chance allows by number
of children) and "centre" (the figure it scatters around).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from pandas.io.formats.style import Styler

from cla import measures
from cla.measures import round_half_up
from cla.reports import Report
from cla.ui import charts
from cla.ui.charts_funnel import Centre, Points, funnel
from cla.ui.measure_words import NOTHING, Row, children, value
from cla.ui.words import NO_NUMBER, counted, safe_md

OURS, NEIGHBOUR, SAME_REGION = "ours", "neighbour", "same region"
INSIDE = "within the limits"
_OUR_ROW = "background-color: #cfe0f1; color: #0b0c0c"


@dataclass(frozen=True, eq=False)
class Presented:
    """All authorities ready to draw; ``figure`` is None where no authority has a figure.

    ``table`` has numbers as numbers, so that it sorts; ``symbols`` stand where there is none.
    """

    title: str
    sentences: tuple[str, ...]
    figure: go.Figure | None
    alt: str
    table: pd.DataFrame
    symbols: pd.Series
    places: int
    unit: str
    export: pd.DataFrame


def present(report: Report, authority: str, measure: str) -> Presented:
    """The funnel of a measure by its id, made once and drawn often."""
    definition = measures.book[measure]
    places = max(1, definition.places) if definition.unit != "percent" else 1
    areas = report.frames.get("areas", pd.DataFrame())
    if areas.empty:
        empty = pd.DataFrame()
        return Presented(
            definition.label, (), None, "", empty, pd.Series(dtype="str"), places, definition.unit,
            empty,
        )  # fmt: skip
    areas = areas.assign(
        value=_rounded(areas["value"], places),
        name=areas["name"].mask(areas["ours"].astype(bool), authority),
    )
    areas = areas.sort_values(["value", "name"], ascending=[False, True], ignore_index=True)
    centre = _centre(report, places)
    limits = report.frames.get("limits", pd.DataFrame())
    table = _table(areas, limited=len(limits) > 0)
    symbols = areas["symbol"].fillna("").astype("str").where(areas["value"].isna(), "")
    symbols = symbols.mask(areas["value"].isna() & symbols.eq(""), NOTHING)
    sentences = (
        _standing(areas, authority, definition.unit, places, limited=len(limits) > 0),
        *_outside(areas, limited=len(limits) > 0),
        *_middle(centre, definition.unit, places),
        *_hidden(areas),
    )
    return Presented(
        title=definition.label,
        sentences=sentences,
        figure=_figure(areas, limits, centre, authority, definition, places),
        alt=f"Every authority by number of children and {definition.label}. {' '.join(sentences)} "
        "All in the table.",
        table=table,
        symbols=symbols.reset_index(drop=True),
        places=places,
        unit=definition.unit,
        export=_export(table, areas["symbol"]),
    )


def _rounded(numbers: pd.Series, places: int) -> pd.Series:
    """Figures as they are shown: what is drawn and ranked holds no more than the table."""
    found = [None if pd.isna(one) else round_half_up(float(one), places) for one in numbers]
    return pd.Series(found, numbers.index, dtype="float64")


@dataclass(frozen=True)
class _Middle:
    label: str
    value: float
    words: str


def _centre(report: Report, places: int) -> _Middle | None:
    """The figure in the middle, where the report gives one."""
    frame = report.frames.get("centre", pd.DataFrame())
    if frame.empty or pd.isna(frame["value"].iloc[0]):
        return None
    row = frame.iloc[0]
    middle = round_half_up(float(row["value"]), places)
    when = f" in {row['year']}" if row["year"] else ""
    source = f" ({row['source']}, {row['release']})" if row["source"] else ""
    return _Middle(str(row["label"]), middle, f"{when}{source}")


def _table(areas: pd.DataFrame, *, limited: bool) -> pd.DataFrame:
    kinds = {"ours": OURS, "neighbour": NEIGHBOUR, "same_region": SAME_REGION}
    who = [
        ", ".join(words for name, words in kinds.items() if row.get(name))
        for row in areas.to_dict("records")
    ]
    stands = areas["outside"].fillna("").astype("str")
    stands = stands.mask(stands.eq("") & areas["value"].notna(), INSIDE)
    table = pd.DataFrame(
        {
            "Authority": areas["name"].astype("str"),
            "Figure": areas["value"],
            "Children": areas["n"].astype("Float64"),
            "To us": who,
            "Beside the limits": stands.where(areas["value"].notna(), ""),
            "Region": areas["region"].astype("str"),
        }
    ).reset_index(drop=True)
    return table if limited else table.drop(columns="Beside the limits")


def _export(table: pd.DataFrame, symbols: pd.Series) -> pd.DataFrame:
    """The table for a file, DfE's symbol in the place of a number that is not shown."""
    signs = symbols.fillna("").astype("str").set_axis(table.index)
    numbers = ("Figure", "Children")
    filled = {
        name: table[name].astype("object").mask(table[name].isna(), signs) for name in numbers
    }
    return table.assign(**filled)


def _figure(
    areas: pd.DataFrame,
    limits: pd.DataFrame,
    centre: _Middle | None,
    authority: str,
    definition: measures.Measure,
    places: int,
) -> go.Figure | None:
    drawn = areas[areas["value"].notna() & areas["n"].notna()]
    if drawn.empty:
        return None
    ours, near = drawn["ours"].astype(bool), drawn["neighbour"].astype(bool)

    def points(name: str, own: pd.DataFrame) -> Points:
        rows = own.to_dict("records")
        return Points(
            name,
            own["n"].tolist(),
            own["value"].tolist(),
            [_said(row, definition.unit, places, limited=len(limits) > 0) for row in rows],
        )

    return funnel(
        points("Other authorities", drawn[~ours & ~near]),
        points("Statistical neighbours", drawn[near & ~ours]),
        points(authority, drawn[ours]),
        None if centre is None else Centre(centre.label, centre.value),
        limits,
        unit=definition.unit,
        measure=definition.short,
    )


def _said(row: Row, unit: str, places: int, *, limited: bool) -> str:
    """An authority in words, as its row of the table says it."""
    stands = f", {row['outside'] or INSIDE}" if limited else ""
    figure = value(row["value"], unit, places=places)
    return f"{row['name']}: {figure} of {children(row['n'])} children{stands}"


def _standing(areas: pd.DataFrame, authority: str, unit: str, places: int, *, limited: bool) -> str:
    """Where ours stand among the authorities with a figure."""
    own, known = areas[areas["ours"].astype(bool)], areas[areas["value"].notna()]
    if own.empty or pd.isna(own["value"].iloc[0]):
        return f"{authority} has no figure that can be placed among the others."
    row = own.iloc[0]
    higher = int((known["value"] > row["value"]).sum())
    same = int((known["value"] == row["value"]).sum()) - 1
    tied = f", level with {counted(same, 'other', 'others')}" if same else ""
    size = "" if pd.isna(row["n"]) else f" of {children(row['n'])} children"
    said = (
        f"{authority}: {value(row['value'], unit, places=places)}{size}, "
        f"{_ordinal(higher + 1)} highest of "
        f"{counted(len(known), 'authority', 'authorities')} with a figure{tied}"
    )
    if not limited:
        return f"{said}."
    if row["outside"]:
        return f"{said}; {row['outside']}: chance alone would seldom take so few children so far."
    return f"{said}; within the limits of what chance allows for so many children."


def _outside(areas: pd.DataFrame, *, limited: bool) -> tuple[str, ...]:
    """How many authorities lie outside the limits."""
    if not limited:
        return ()
    outside = areas.loc[areas["value"].notna(), "outside"].fillna("").astype("str")
    far, some = int(outside.str.contains("99.8", regex=False).sum()), int(outside.ne("").sum())
    return (
        f"{counted(some, 'authority lies', 'authorities lie')} outside the 95% limits, "
        f"{far or 'none'} outside the 99.8% limits. Were only chance at work, about 5 in 100 and "
        "2 in 1,000 would.",
    )


def _middle(centre: _Middle | None, unit: str, places: int) -> tuple[str, ...]:
    if centre is None:
        return ()
    figure = value(centre.value, unit, places=places)
    return (f"The line in the middle is {centre.label}: {figure}{centre.words}.",)


def _hidden(areas: pd.DataFrame) -> tuple[str, ...]:
    hidden = int(areas["value"].isna().sum())
    if not hidden:
        return ()
    have = counted(hidden, "authority has", "authorities have")
    return (f"{have} no figure that is shown: the table has DfE's symbol, c where suppressed.",)


def _ordinal(number: int) -> str:
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def styled(shown: Presented) -> Styler:
    """The table with figures in words and symbols where there is none; it sorts by number."""
    numbers = ["Figure", "Children"]
    table = shown.table.fillna(dict.fromkeys(numbers, NO_NUMBER))
    style = table.style.format(
        {
            "Figure": lambda cell: value(_number(cell), shown.unit, places=shown.places),
            "Children": lambda cell: children(_number(cell)),
        }
    )
    own = table.index[table["To us"].str.startswith(OURS)]
    style = style.map(_always(_OUR_ROW), subset=(own, list(table.columns)))
    for symbol in shown.symbols[shown.symbols != ""].unique():
        cells = (shown.symbols.index[shown.symbols == symbol], ["Figure"])
        style = style.format(_always(str(symbol)), subset=cells)
    return style


def _number(cell: Any) -> float | None:
    return None if pd.isna(cell) or cell == NO_NUMBER else float(cell)


def _always(text: str) -> Callable[[object], str]:
    """A function that gives this text for any cell."""
    return lambda _: text


def draw(shown: Presented, notes: Sequence[str], key: str) -> None:
    """The sentence where we stand, the funnel, and beside it the table."""
    st.header(safe_md(shown.title))
    for place, said in enumerate(shown.sentences):
        (st.markdown if place == 0 else st.caption)(safe_md(said))
    if shown.table.empty:
        return
    left, right = st.columns([3, 2])
    with left:
        if shown.figure is None:
            st.caption("No authority has a figure with its number of children, so none is drawn.")
        else:
            charts.draw(shown.figure, alt=shown.alt, key=f"{key}_funnel")
    with right:
        st.dataframe(
            styled(shown),
            hide_index=True,
            placeholder="",
            height=520,
            key=f"{key}_areas",
            alt=f"{shown.title}: every authority",
        )
    for note in notes:
        st.caption(safe_md(note))
