"""Stacked bars of 100%: every part with its words and count in it, never colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from cla.reports import distributions
from cla.ui.charts import BLUE, DARK, PALE, TEAL, TEMPLATE, WHITE, plain, wrapped

# Fill and words of the parts: pale below the standard, dark at and above it, hatched without one.
_NOT_MET = ("#EDF0F3", "#DDE3EA", "#CBD4DE", "#B8C4D1", "#A6B4C4", "#94A5B8")
_BAND = ("#EDF0F3", "#D5DEE8", "#B5C5D7", "#8FA8C3", "#5F83AB", "#2F5F93", BLUE)
_MET = (BLUE, "#2A5D93", "#3F76B0")
_PATTERNS = {distributions.UNSCORED: "/", distributions.NONE: ".", "hidden": "x"}


@dataclass(frozen=True)
class Part:
    """One part of a bar. ``count`` is None where it stands for hidden numbers."""

    label: str
    short: str
    kind: str
    count: int | None
    percent: float


@dataclass(frozen=True)
class Bar:
    """One bar: its label and its parts from the left."""

    label: str
    parts: tuple[Part, ...]


def bars(rows: Sequence[Bar]) -> go.Figure:
    """The bars from the top in the order given. Parts of the same label have the same look."""
    figure = go.Figure()
    names = [wrapped(bar.label) for bar in rows]
    kinds = {part.label: (part.short, part.kind) for bar in rows for part in bar.parts}
    looks = _looks(kinds)
    for label, (short, kind) in kinds.items():
        own = {bar.label: part for bar in rows for part in bar.parts if part.label == label}
        if not any(part.percent > 0 for part in own.values()):
            continue
        parts = [own.get(bar.label) for bar in rows]
        fill, words = looks[label]
        figure.add_bar(
            orientation="h",
            y=names,
            x=[part.percent if part else 0 for part in parts],
            name=plain(label),
            text=[_inside(short, part) for part in parts],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont={"color": words, "size": 12},
            constraintext="inside",
            marker=_marker(fill, kind),
            customdata=[
                _told(bar.label, label, part) for bar, part in zip(rows, parts, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.update_layout(
        template=TEMPLATE,
        barmode="stack",
        bargap=0.25,
        height=48 + 56 * len(rows),
        margin={"l": 8, "r": 20, "t": 30, "b": 8},
        showlegend=False,
        xaxis={"range": [0, 100], "dtick": 20, "ticksuffix": "%", "side": "top"},
        yaxis={
            "range": [len(rows) - 0.45, -0.55],
            "categoryorder": "array",
            "categoryarray": names,
        },
        uniformtext={"minsize": 10, "mode": "hide"},
    )
    return figure


def key(rows: Sequence[Bar]) -> str:
    """The parts that are there, in words and in the order they stand in; "" where none is short."""
    found = {part.short: part.label for bar in rows for part in bar.parts if part.percent > 0}
    order = dict.fromkeys(part.short for bar in rows for part in bar.parts)
    told = [
        short if short == found[short] else f"{short}: {found[short]}"
        for short in order
        if short in found
    ]
    return f"From the left: {'; '.join(told)}." if told else ""


def _inside(short: str, part: Part | None) -> str:
    """The words in a part, above its count. Where they do not fit they are left out by the chart:
    the table has them."""
    if part is None or part.percent <= 0:
        return ""
    if part.count is None:
        return plain(short)
    return f"{plain(short)}<br>{part.count}"


def _told(bar: str, label: str, part: Part | None) -> str:
    if part is None:
        return ""
    count = "numbers hidden" if part.count is None else f"{part.count:,}"
    return plain(f"{bar}. {label}: {count} ({part.percent:.1f}%)")


def _looks(kinds: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Fill and colour of the words of each label, by the place among those of its kind."""
    found: dict[str, tuple[str, str]] = {}
    seen: dict[str, int] = {}
    for label, (_, kind) in kinds.items():
        place = seen[kind] = seen.get(kind, -1) + 1
        found[label] = _look(kind, place)
    return found


def _look(kind: str, place: int) -> tuple[str, str]:
    if kind == distributions.NOT_MET:
        return _NOT_MET[min(place, len(_NOT_MET) - 1)], DARK
    if kind == distributions.BAND:
        fill = _BAND[min(place, len(_BAND) - 1)]
        return fill, WHITE if place >= 4 else DARK
    if kind == distributions.MET:
        return _MET[min(place, len(_MET) - 1)], WHITE
    if kind == distributions.HIGHER:
        return TEAL, DARK
    return (PALE, DARK) if place % 2 else (WHITE, DARK)


def _marker(fill: str, kind: str) -> dict[str, object]:
    marker: dict[str, object] = {"color": fill, "line": {"color": DARK, "width": 0.6}}
    if kind in _PATTERNS:
        marker["pattern"] = {
            "shape": _PATTERNS[kind],
            "fgcolor": "#7A858F",
            "bgcolor": fill,
            "size": 6,
            "solidity": 0.12,
        }
    return marker
