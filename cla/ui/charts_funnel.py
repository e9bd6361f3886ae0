"""A funnel: every authority by its number of children, and how far chance alone would take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from cla.ui.charts import BLUE, DARK, GREY, PINK, TEAL, TEMPLATE, WHITE, plain, wrapped


@dataclass(frozen=True)
class Points:
    """Authorities of one kind: across their numbers of children, up their figures, in words."""

    name: str
    across: Sequence[float]
    up: Sequence[float]
    hovers: Sequence[str]


@dataclass(frozen=True)
class Centre:
    """The figure that chance scatters around."""

    name: str
    value: float


_LIMITS = (
    ("95% limits", ("low95", "high95"), "dash"),
    ("99.8% limits", ("low998", "high998"), "dot"),
)


def funnel(
    others: Points,
    neighbours: Points,
    ours: Points,
    centre: Centre | None,
    limits: pd.DataFrame,
    *,
    unit: str,
    measure: str,
) -> go.Figure:
    """Others as small open circles, neighbours as open triangles, ours as a large filled diamond
    with its name; the centre as a full line, the limits as lines of different dashes.

    ``limits``: n, low95, high95, low998, high998, sorted by n; empty where there are none.
    """
    figure = go.Figure()
    for name, (low, high), dash in _LIMITS if len(limits) else ():
        for column in (low, high):
            figure.add_scatter(
                x=limits["n"],
                y=limits[column],
                mode="lines",
                name=name,
                legendgroup=name,
                showlegend=column == low,
                line={"color": GREY, "width": 1.5, "dash": dash},
                hoverinfo="skip",
            )
    most = max([*others.across, *neighbours.across, *ours.across], default=1.0)
    if centre is not None:
        figure.add_scatter(
            x=[0, most * 1.03],
            y=[centre.value, centre.value],
            mode="lines",
            name=plain(centre.name),
            line={"color": PINK, "width": 2},
            hoverinfo="skip",
        )
    _add(figure, others, {"symbol": "circle-open", "size": 7, "color": GREY, "line": {"width": 1}})
    _add(
        figure,
        neighbours,
        {"symbol": "triangle-up-open", "size": 11, "color": TEAL, "line": {"width": 2}},
    )
    _add(
        figure,
        ours,
        {"symbol": "diamond", "size": 17, "color": BLUE, "line": {"color": WHITE, "width": 1.5}},
    )
    for across, up in zip(ours.across, ours.up, strict=True):
        to_the_left = across > most / 2
        figure.add_annotation(
            x=across, y=up, text=f"<b>{plain(ours.name)}</b>",
            ax=-46 if to_the_left else 46, ay=-46,
            arrowcolor=DARK, arrowwidth=1.5, standoff=8, bgcolor=WHITE, bordercolor=DARK,
            borderpad=3, font={"size": 13, "color": DARK},
        )  # fmt: skip
    percent = unit == "percent"
    figure.update_layout(
        template=TEMPLATE,
        height=520,
        xaxis={"title": {"text": "Children"}, "range": [0, most * 1.03]},
        yaxis={
            "title": {"text": plain(measure)},
            "range": [-3, 103] if percent else None,
            "ticksuffix": "%" if percent else "",
            "gridcolor": "#DFE3E8",
            "zeroline": False,
        },
    )
    return figure


def _add(figure: go.Figure, points: Points, marker: dict[str, object]) -> None:
    if not points.across:
        return
    figure.add_scatter(
        x=list(points.across),
        y=list(points.up),
        mode="markers",
        name=plain(points.name),
        marker=marker,
        cliponaxis=False,
        customdata=[wrapped(hover, 60) for hover in points.hovers],
        hovertemplate="%{customdata}<extra></extra>",
    )
