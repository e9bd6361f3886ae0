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
_FILLS = (BLUE, TEAL, PINK, PURPLE, ORANGE, GREY)
_PATTERNS = ("", "/", ".", "\\", "x", "|")
_COMPARATOR_MARKS = (("diamond-open", PINK), ("square-open", GREY), ("triangle-up-open", TEAL))
_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}

_TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": "Source Sans, Arial, sans-serif", "size": 14, "color": "#0B0C0C"},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "colorway": list(_FILLS),
        "margin": {"l": 8, "r": 16, "t": 36, "b": 8},
        "xaxis": {"gridcolor": PALE, "zeroline": False, "automargin": True, "fixedrange": True},
        "yaxis": {"automargin": True, "fixedrange": True},
        "legend": {
            "orientation": "h",
            "y": 1.0,
            "yanchor": "bottom",
            "x": 0,
            "title": {"text": ""},
        },
        "hoverlabel": {"bgcolor": "white", "font": {"color": "#0B0C0C"}},
    }
)


@dataclass(frozen=True)
class Comparator:
    """One figure a row to hold ours against, None where there is none."""

    name: str
    values: Sequence[float | None]


def plain(text: object) -> str:
    """Text for a chart.

    Plotly reads a little HTML, so nothing that looks like it is let through.
    """
    return html.escape(str(text), quote=False)


def _wrapped(label: str, width: int = 24) -> str:
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

    Rows are drawn from the top in the order given. A row without a value shows its comparators
    only.
    """
    rows = [_wrapped(label) for label in labels]
    figure = go.Figure()
    for (mark, colour), comparator in zip(_COMPARATOR_MARKS, comparators, strict=False):
        figure.add_scatter(
            x=list(comparator.values),
            y=rows,
            mode="markers",
            name=plain(comparator.name),
            marker={"symbol": mark, "size": 12, "color": colour, "line": {"width": 2}},
            hovertemplate=f"{plain(comparator.name)}: %{{x:.1f}}<extra></extra>",
        )
    numbers = pd.DataFrame({"value": values, "low": lows, "high": highs}, dtype=float)
    figure.add_scatter(
        x=numbers["value"],
        y=rows,
        mode="markers",
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
        customdata=[plain(hover) for hover in hovers],
        hovertemplate="%{customdata}<extra></extra>",
    )
    percent = unit == "percent"
    figure.update_layout(
        template=_TEMPLATE,
        height=150 + 52 * len(rows),
        xaxis={
            "range": [0, 100] if percent else None,
            "ticksuffix": "%" if percent else "",
            "title": {"text": "" if percent else plain(unit.capitalize())},
        },
        yaxis={"autorange": "reversed", "categoryorder": "array", "categoryarray": rows},
    )
    return figure


def timeline(segments: pd.DataFrame, marks: pd.DataFrame) -> go.Figure:
    """What happened in one child's care, on one axis of time.

    ``segments``: lane, label, start, end, detail; ``marks``: lane, label, date, detail. Lanes are
    drawn
    from the top in order of appearance. Each kind of segment has a colour, a pattern and its words.
    """
    figure = go.Figure()
    lanes = list(dict.fromkeys([*segments["lane"], *marks["lane"]]))
    kinds = list(dict.fromkeys(segments["label"]))
    for position, kind in enumerate(kinds):
        own = segments[segments["label"] == kind]
        figure.add_bar(
            orientation="h",
            y=own["lane"],
            base=own["start"],
            x=(own["end"] - own["start"]).dt.total_seconds() * 1000,
            width=0.72,
            name=plain(kind),
            text=[plain(kind)] * len(own),
            textposition="inside",
            insidetextanchor="start",
            textangle=0,
            insidetextfont={"color": "white", "size": 12},
            marker={
                "color": _FILLS[position % len(_FILLS)],
                "line": {"color": "white", "width": 2},
                "pattern": {
                    "shape": _PATTERNS[position // len(_FILLS) % len(_PATTERNS)],
                    "fgcolor": "white",
                    "size": 6,
                    "solidity": 0.15,
                },
            },
            customdata=[plain(detail) for detail in own["detail"]],
            hovertemplate="%{customdata}<extra></extra>",
            showlegend=False,
        )
    if len(marks):
        figure.add_scatter(
            x=marks["date"],
            y=marks["lane"],
            mode="markers+text",
            text=[plain(label) for label in marks["label"]],
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
    figure.update_layout(
        template=_TEMPLATE,
        barmode="overlay",
        height=70 + 58 * max(len(lanes), 1),
        xaxis={"type": "date", "side": "top"},
        yaxis={"autorange": "reversed", "categoryorder": "array", "categoryarray": lanes},
        uniformtext={"minsize": 10, "mode": "hide"},
    )
    return figure


def draw(figure: go.Figure, *, alt: str, key: str) -> None:
    """The chart on the page, with a name and gist for those who cannot see it."""
    st.plotly_chart(figure, theme=None, config=_CONFIG, alt=alt, key=key)
