"""Measures beside what they are held against: the chart, the table, the sentences.

The frames come from ``cla.reports`` (``Report.frames["measures"]``) with values at full
precision; here
they are rounded and put into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from cla.measures import round_half_up
from cla.reports.disclosure import HIDDEN
from cla.ui import charts
from cla.ui.words import counted, safe_md

Row = Mapping[Any, Any]

VERDICT = (
    "Verdict: whether our 95% interval lies above or below the figure of looked-after children in"
    " England, or holds it."
)
ORDERS = {"As published": "order", "Largest gap first": "gap"}


def value(number: float | None, unit: str, *, signed: bool = False) -> str:
    """A value as it is shown: one place, half away from zero, with its unit.

    "–" when there is none.
    """
    if number is None or pd.isna(number):
        return "–"
    shown = f"{round_half_up(float(number), 1):{'+' if signed else ''}.1f}".replace("-", "−")
    return f"{shown}%" if unit == "percent" and not signed else shown


def own_value(row: Row) -> str:
    """Our value of a measure; "c" where it is suppressed, as DfE writes it."""
    suppressed = str(row["reason"]).startswith("Suppressed")
    return HIDDEN if suppressed else value(row["value"], row["unit"])


def ordered(measures: pd.DataFrame, by: str) -> pd.DataFrame:
    """The rows in the order of the code book, or by the gap to looked-after children in England."""
    if by != "gap":
        return measures
    return measures.sort_values("gap", na_position="last", kind="stable")


def shown(measures: pd.DataFrame) -> pd.DataFrame:
    """The table for the screen: text in every cell, one row a measure."""
    rows = measures.to_dict("records")
    return pd.DataFrame(
        {
            "Measure": [row["label"] for row in rows],
            "Ours": [own_value(row) for row in rows],
            "Children": ["–" if pd.isna(row["n"]) else f"{int(row['n']):,}" for row in rows],
            "95% interval": [_interval(row) for row in rows],
            "England, looked after": [_published(row, "england_cla") for row in rows],
            "Gap": [value(row["gap"], row["unit"], signed=True) for row in rows],
            "Verdict": [_verdict(row) for row in rows],
            "England, all pupils": [_published(row, "england_all") for row in rows],
            "Year before": [_year_before(row) for row in rows],
        }
    )


def shortened(measures: pd.DataFrame) -> pd.DataFrame:
    """The rows with the words left out that every label begins with; their heading says them."""
    labels = [str(label).split() for label in measures["label"]]
    shared = 0
    while len(labels) > 1 and len({tuple(words[: shared + 1]) for words in labels}) == 1:
        shared += 1
    rest = [" ".join(words[shared:] or words) for words in labels]
    return measures.assign(label=[label[:1].upper() + label[1:] for label in rest])


def export(measures: pd.DataFrame) -> pd.DataFrame:
    """The table for a file: numbers as numbers, to one place, and where England's come from."""
    rows = measures.copy()
    for name in ("value", "low", "high", "england_cla", "england_all", "gap", "last_year"):
        rows[name] = [None if pd.isna(cell) else _one_place(cell) for cell in rows[name]]
    return rows[list(_HEADINGS)].rename(columns=_HEADINGS)


def _one_place(number: float) -> float:
    return float(round_half_up(float(number), 1))


_HEADINGS = {
    "label": "Measure",
    "group": "Group",
    "unit": "Unit",
    "value": "Ours",
    "n": "Children",
    "low": "95% interval from",
    "high": "95% interval to",
    "england_cla": "England, looked-after children",
    "england_cla_source": "Source (looked-after children)",
    "gap": "Gap to looked-after children in England",
    "verdict": "Verdict",
    "england_all": "England, all pupils",
    "england_all_source": "Source (all pupils)",
    "last_year": "Ours, year before",
    "last_year_n": "Children, year before",
    "reason": "Why a figure is missing",
}


def sentence(row: Row) -> str:
    """One measure in one sentence, for a report."""
    label, unit = str(row["label"]), str(row["unit"])
    if row["reason"]:
        return f"{label}: {row['reason']}"
    own = value(row["value"], unit)
    said = f"{label}: {own} of {counted(int(row['n']), 'child', 'children')}"
    if unit != "percent":
        said = f"{label}: {own} on average, of {counted(int(row['n']), 'child', 'children')}"
    said += f" (95% interval {_interval(row)})"
    if not pd.isna(row["england_cla"]):
        said += f"; looked-after children in England {value(row['england_cla'], unit)}"
        said += f" ({row['england_cla_release']}), {row['verdict']}" if row["verdict"] else ""
    return said + "."


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart ready to draw, with what to say to those who cannot see it."""

    unit: str
    figure: go.Figure
    alt: str


@dataclass(frozen=True, eq=False)
class Group:
    """The measures under one heading: charts, the table in words, why figures are missing."""

    title: str
    charts: tuple[Chart, ...]
    table: pd.DataFrame
    reasons: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Presented:
    """A frame of measures as it is shown: its groups, a sentence each, the table for a file."""

    groups: tuple[Group, ...]
    sentences: tuple[str, ...]
    export: pd.DataFrame


def present(measures: pd.DataFrame, ours: str) -> Presented:
    """Everything to show of measures, made once and drawn often."""
    rows = measures.to_dict("records")
    grouped = measures.groupby("group", sort=False)
    return Presented(
        groups=tuple(_group(str(title), own, ours) for title, own in grouped),
        sentences=tuple(sentence(row) for row in rows if not pd.isna(row["value"])),
        export=export(measures),
    )


def _group(title: str, measures: pd.DataFrame, ours: str) -> Group:
    rows = shortened(measures)
    table = shown(rows).map(safe_md).set_index("Measure")
    reasons = tuple(dict.fromkeys(reason for reason in rows["reason"] if reason))
    return Group(title, _charts(rows, ours), table, reasons)


def _charts(measures: pd.DataFrame, ours: str) -> tuple[Chart, ...]:
    """A chart for each unit among the rows, since percentages and scores share no scale."""
    return tuple(
        _chart(str(unit), rows, ours)
        for unit, rows in measures.groupby("unit", sort=False)
        if rows["value"].notna().any() or rows["england_cla"].notna().any()
    )


def _chart(unit: str, measures: pd.DataFrame, ours: str) -> Chart:
    rows = measures.to_dict("records")
    figure = charts.intervals(
        measures["label"].tolist(),
        measures["value"].tolist(),
        measures["low"].tolist(),
        measures["high"].tolist(),
        [
            charts.Comparator("England, looked-after children", measures["england_cla"].tolist()),
            charts.Comparator("England, all pupils", measures["england_all"].tolist()),
        ],
        unit=unit,
        ours=ours,
        hovers=[sentence(row) for row in rows],
    )
    gist = "; ".join(f"{row['label']} {value(row['value'], unit)}" for row in rows)
    alt = f"Our figures with 95% intervals beside England's: {gist}. All are in the table."
    return Chart(unit, figure, alt)


def draw(group: Group, key: str) -> None:
    """One group on the page: heading, charts, table, and under it why figures are missing."""
    st.header(group.title)
    for chart in group.charts:
        charts.draw(chart.figure, alt=chart.alt, key=f"{key}_{group.title}_{chart.unit}")
    st.table(group.table, border="horizontal", alt=f"{group.title}: ours beside England's")
    for reason in group.reasons:
        st.caption(safe_md(reason))


def draw_sentences(sentences: Sequence[str]) -> None:
    """Each figure as a sentence that can be copied into a report."""
    for one in sentences:
        st.code(one, language=None, wrap_lines=True)


def _interval(row: Row) -> str:
    low, high, unit = row["low"], row["high"], str(row["unit"])
    if pd.isna(low) or pd.isna(high):
        return "–"
    return f"{value(low, 'score')} to {value(high, unit)}"


def _published(row: Row, name: str) -> str:
    if pd.isna(row[name]):
        return "–"
    return f"{value(row[name], str(row['unit']))}"


def _verdict(row: Row) -> str:
    return str(row["verdict"]) if row["verdict"] else "–"


def _year_before(row: Row) -> str:
    if pd.isna(row["last_year"]):
        return "–"
    before = value(row["last_year"], str(row["unit"]))
    return f"{before} of {int(row['last_year_n']):,}"
