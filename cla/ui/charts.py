"""Charts of small frames: one look, no meaning by colour alone, every chart beside its table."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

# The Government Analysis Function's accessible categorical palette, and grey for what is
# background.
BLUE, TEAL, PINK, ORANGE, GREY, PURPLE = (
    "#12436D",
    "#28A197",
    "#801650",
    "#F46A25",
    "#3D3D3D",
    "#A285D1",
)
PALE = "#DFE3E8"
DARK, WHITE = "#0B0C0C", "white"
# A fill and the colour of the words on it, at least 4.5 to 1.
_FILLS = (
    (BLUE, WHITE),
    (TEAL, DARK),
    (PINK, WHITE),
    (PURPLE, DARK),
    (ORANGE, DARK),
    (GREY, WHITE),
)
_PLAIN_FILLS = ((PALE, DARK), ("#C3CAD3", DARK))
_PATTERNS = ("", "/", ".", "\\", "x", "|")
VIOLET = "#6A51A3"
MARKS = {
    "england_cla": ("diamond-open", PINK),
    "region_cla": ("triangle-up-open", TEAL),
    "neighbours_cla": ("triangle-down-open", VIOLET),
    "england_all": ("square-open", GREY),
    "pooled": ("cross-open", ORANGE),
    "own_last": ("circle-open", BLUE),
}
"""The mark of each comparator: shape and colour, the same in every chart."""
_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}

TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": "Source Sans, Arial, sans-serif", "size": 14, "color": DARK},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "colorway": [fill for fill, _ in _FILLS],
        "margin": {"l": 8, "r": 28, "t": 36, "b": 8},
        "xaxis": {"gridcolor": PALE, "zeroline": False, "automargin": True, "fixedrange": True},
        "yaxis": {"automargin": True, "fixedrange": True},
        "legend": {
            "orientation": "h",
            "y": 1.0,
            "yanchor": "bottom",
            "x": 0,
            "title": {"text": ""},
        },
        "hoverlabel": {"bgcolor": WHITE, "font": {"color": DARK}},
    }
)


@dataclass(frozen=True)
class Comparator:
    """One figure a row to hold ours against, None where there is none; ``mark`` of ``MARKS``.

    ``hovers`` say each figure in words.
    """

    name: str
    values: Sequence[float | None]
    mark: tuple[str, str]
    hovers: Sequence[str]


def plain(text: object) -> str:
    """Text for a chart.

    Plotly reads a little HTML, so nothing that looks like it is let through.
    """
    return html.escape(str(text), quote=False)


def wrapped(label: str, width: int = 24) -> str:
    return "<br>".join(plain(line) for line in textwrap.wrap(label, width)) or " "


def intervals(
    labels: Sequence[str],
    values: Sequence[float | None],
    lows: Sequence[float | None],
    highs: Sequence[float | None],
    comparators: Sequence[Comparator],
    *,
    unit: str,
    ours: str,
    hovers: Sequence[str],
) -> go.Figure:
    """A dot with its 95% interval for each row, and the comparators as open marks of other shapes.

    Rows are drawn from the top in the order given, the comparators a little below ours so that they
    do not cover it. A row without a value shows its comparators only.
    """
    rows = list(range(len(labels)))
    beneath = [row + _BENEATH for row in rows]
    figure = go.Figure()
    for comparator in comparators:
        mark, colour = comparator.mark
        figure.add_scatter(
            x=list(comparator.values),
            y=beneath,
            mode="markers",
            cliponaxis=False,
            name=plain(comparator.name),
            marker={"symbol": mark, "size": 11, "color": colour, "line": {"width": 2}},
            customdata=[_hover(hover) for hover in comparator.hovers],
            hovertemplate="%{customdata}<extra></extra>",
        )
    numbers = pd.DataFrame({"value": values, "low": lows, "high": highs}, dtype=float)
    figure.add_scatter(
        x=numbers["value"],
        y=rows,
        mode="markers",
        cliponaxis=False,
        name=f"{plain(ours)}, with 95% interval",
        marker={"symbol": "circle", "size": 12, "color": BLUE},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": (numbers["high"] - numbers["value"]).fillna(0),
            "arrayminus": (numbers["value"] - numbers["low"]).fillna(0),
            "color": BLUE,
            "thickness": 2,
            "width": 5,
        },
        customdata=[_hover(hover) for hover in hovers],
        hovertemplate="%{customdata}<extra></extra>",
    )
    percent = unit == "percent"
    below = (numbers < 0).any(axis=None)
    figure.update_layout(
        template=TEMPLATE,
        height=150 + 60 * len(rows),
        xaxis={
            "range": [0, 100] if percent else None,
            "dtick": 20 if percent else None,
            "ticksuffix": "%" if percent else "",
            "title": {"text": "" if percent else plain(unit.capitalize())},
            "zeroline": bool(below),
            "zerolinecolor": GREY,
            "zerolinewidth": 1,
        },
        yaxis={
            "range": [len(rows) - 0.4, -0.6],
            "tickmode": "array",
            "tickvals": rows,
            "ticktext": [wrapped(label) for label in labels],
            "showgrid": False,
            "zeroline": False,
        },
    )
    return figure


_BENEATH = 0.26
"""How far below ours the comparators of a row are drawn, in rows."""


def _hover(text: str) -> str:
    """What is said of a mark, in lines short enough for a narrow screen."""
    return wrapped(text, 60)


def timeline(segments: pd.DataFrame, marks: pd.DataFrame, plain_lanes: Sequence[str]) -> go.Figure:
    """What happened in one child's care, on one axis of time.

    ``segments``: lane, label, start, end, detail; ``marks``: lane, label, date, detail. Lanes are
    drawn from the top in order of appearance. Each kind of segment of a lane has its colour, its
    pattern when colours run out, and its words; ``plain_lanes`` only alternate two greys. A mark
    that is ``strong`` has bold words.
    """
    figure = go.Figure()
    lanes = list(dict.fromkeys([*segments["lane"].astype(str), *marks["lane"].astype(str)]))
    for lane in lanes:
        own = segments[segments["lane"] == lane]
        for position, kind in enumerate(dict.fromkeys(own["label"])):
            look = _plain_look(position) if lane in plain_lanes else _look(position)
            _add_segments(figure, lane, own[own["label"] == kind], str(kind), look)
    if len(marks):
        _add_marks(figure, marks)
    figure.update_layout(
        template=TEMPLATE,
        barmode="overlay",
        height=70 + 58 * max(len(lanes), 1),
        xaxis={"type": "date", "side": "top"},
        yaxis={"autorange": "reversed", "categoryorder": "array", "categoryarray": lanes},
        uniformtext={"minsize": 10, "mode": "hide"},
    )
    return figure


@dataclass(frozen=True)
class _Look:
    """The fill of a segment, the colour of its words, and its pattern."""

    fill: str
    words: str
    pattern: str = ""


def _look(position: int) -> _Look:
    fill, words = _FILLS[position % len(_FILLS)]
    return _Look(fill, words, _PATTERNS[position // len(_FILLS) % len(_PATTERNS)])


def _plain_look(position: int) -> _Look:
    return _Look(*_PLAIN_FILLS[position % len(_PLAIN_FILLS)])


def _add_segments(figure: go.Figure, lane: str, own: pd.DataFrame, kind: str, look: _Look) -> None:
    marker = {"color": look.fill, "line": {"color": WHITE, "width": 2}}
    if look.pattern:
        pattern = {"shape": look.pattern, "fgcolor": WHITE, "bgcolor": look.fill, "size": 6}
        marker["pattern"] = {**pattern, "solidity": 0.15}
    figure.add_bar(
        orientation="h",
        y=[lane] * len(own),
        base=own["start"],
        x=(own["end"] - own["start"]).dt.total_seconds() * 1000,
        width=0.72,
        name=plain(kind),
        text=[plain(kind)] * len(own),
        textposition="inside",
        insidetextanchor="start",
        textangle=0,
        insidetextfont={"color": look.words, "size": 12},
        marker=marker,
        customdata=[plain(detail) for detail in own["detail"]],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
    )


def _add_marks(figure: go.Figure, marks: pd.DataFrame) -> None:
    labels = [plain(label) for label in marks["label"]]
    if "strong" in marks:  # what must not be overlooked stands out in its words, not by colour
        loud = zip(labels, marks["strong"], strict=True)
        labels = [f"<b>{label}</b>" if strong else label for label, strong in loud]
    figure.add_scatter(
        x=marks["date"],
        y=marks["lane"].astype(str),
        mode="markers+text",
        text=labels,
        textposition="top center",
        textfont={"size": 11},
        marker={
            "symbol": "diamond",
            "size": 10,
            "color": ORANGE,
            "line": {"width": 1, "color": GREY},
        },
        customdata=[plain(detail) for detail in marks["detail"]],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
    )


def draw(figure: go.Figure, *, alt: str, key: str) -> None:
    """The chart on the page, with a name and gist for those who cannot see it."""
    st.plotly_chart(figure, theme=None, config=_CONFIG, alt=alt, key=key)
