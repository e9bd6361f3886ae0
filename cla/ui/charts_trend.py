"""A line over the years: broken where the scale changed, years without a figure marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from cla.ui.charts import BLUE, DARK, GREY, MARKS, PALE, TEMPLATE, plain


@dataclass(frozen=True)
class Line:
    """What ours are held against: its name, its mark and a figure a year, NaN where none.

    ``hovers`` say each figure in words.
    """

    name: str
    key: str
    values: Sequence[float | None]
    hovers: Sequence[str]


def line(points: pd.DataFrame, other: Line | None, *, ours: str) -> go.Figure:
    """Our figures with their intervals over the years, and what they are held against.

    ``points``: one row a year in order, with academic_year, value, low, high (rounded as they are
    shown), hover (the figure in words), segment, broken, unit. Ours are filled circles on a full
    line, the other open marks on a dashed one.
    """
    figure = go.Figure()
    years = points["academic_year"].tolist()
    for place, broken in enumerate(points["broken"]):
        if broken:
            figure.add_vline(x=place - 0.5, line={"color": GREY, "width": 1.5, "dash": "dot"})
            figure.add_annotation(
                x=place - 0.5, y=1, yref="paper", yanchor="bottom", text="break",
                showarrow=False, font={"size": 11, "color": GREY},
            )  # fmt: skip
    for place, value in enumerate(points["value"]):
        if pd.isna(value):
            figure.add_vrect(x0=place - 0.5, x1=place + 0.5, fillcolor=PALE, line_width=0)
            figure.add_annotation(
                x=place, y=0.5, yref="paper", text="no figure", textangle=-90,
                showarrow=False, font={"size": 12, "color": DARK},
            )  # fmt: skip
    if other is not None:
        _add_other(figure, points, other)
    _add_ours(figure, points, ours)
    percent = points["unit"].iloc[0] == "percent"
    figure.update_layout(
        template=TEMPLATE,
        height=320,
        xaxis={
            "range": [-0.5, len(years) - 0.5],
            "tickmode": "array",
            "tickvals": list(range(len(years))),
            "ticktext": [plain(year) for year in years],
            "showgrid": False,
        },
        yaxis={
            "range": [0, 100] if percent else None,
            "ticksuffix": "%" if percent else "",
            "gridcolor": PALE,
            "zeroline": not percent,
            "zerolinecolor": GREY,
        },
        legend={"y": 1.1},
        margin={"t": 60},
    )
    return figure


def _add_ours(figure: go.Figure, points: pd.DataFrame, ours: str) -> None:
    numbered = points.assign(place=range(len(points)))
    valued = numbered[numbered["value"].notna()]
    for position, (_, part) in enumerate(valued.groupby("segment", sort=True)):
        figure.add_scatter(
            x=part["place"],
            y=part["value"],
            mode="lines+markers",
            name=f"{plain(ours)}, with 95% interval",
            legendgroup="ours",
            showlegend=position == 0,
            line={"color": BLUE, "width": 2.5},
            marker={"symbol": "circle", "size": 11, "color": BLUE},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (part["high"] - part["value"]).fillna(0),
                "arrayminus": (part["value"] - part["low"]).fillna(0),
                "color": BLUE,
                "thickness": 1.5,
                "width": 5,
            },
            customdata=[plain(hover) for hover in part["hover"]],
            hovertemplate="%{customdata}<extra></extra>",
        )


def _add_other(figure: go.Figure, points: pd.DataFrame, other: Line) -> None:
    shape, colour = MARKS[other.key]
    numbered = pd.DataFrame(
        {
            "value": pd.Series(list(other.values), dtype="float64"),
            "place": range(len(points)),
            "hover": list(other.hovers),
        }
    )
    missing = numbered["value"].isna().to_numpy()
    broken = (points["broken"] != "").to_numpy()
    numbered["part"] = (missing | broken).cumsum()
    shown = True
    for _, part in numbered[~missing].groupby("part", sort=True):
        figure.add_scatter(
            x=part["place"],
            y=part["value"],
            mode="lines+markers",
            name=plain(other.name),
            legendgroup="other",
            showlegend=shown,
            line={"color": colour, "width": 1.5, "dash": "dash"},
            marker={"symbol": shape, "size": 11, "color": colour, "line": {"width": 2}},
            customdata=[plain(hover) for hover in part["hover"]],
            hovertemplate="%{customdata}<extra></extra>",
        )
        shown = False
