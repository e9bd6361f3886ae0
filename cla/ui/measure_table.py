"""Measures beside what they are held against: the chart, the table, the sentences.

The frames come from ``cla.reports`` (``Report.frames["measures"]``) with values at full
precision; here they are rounded and put into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from cla import measures as book
from cla.measures import round_half_up
from cla.reports.comparison import COMPARATORS
from cla.reports.disclosure import HIDDEN
from cla.ui import charts
from cla.ui.words import counted, safe_md

Row = Mapping[Any, Any]

ORDERS = {
    "headings": "Under headings",
    "order": "Measure order",
    "gap": "Largest gap first",
}
"""How the rows can be ordered, by what the address says."""
_WORTH_LEAVING_OUT = 3  # words that labels share
_UNITS = {"percent": "Percentages", "score": "Scores"}


def value(number: float | None, unit: str, *, signed: bool = False, places: int = 1) -> str:
    """A value as it is shown: rounded half away from zero, with its unit.

    "–" when there is none.
    """
    if number is None or pd.isna(number):
        return "–"
    rounded = round_half_up(float(number), places) + 0.0  # no minus before a zero
    shown = f"{rounded:{'+' if signed else ''}.{places}f}".replace("-", "−")
    return f"{shown}%" if unit == "percent" and not signed else shown


def places(row: Row) -> int:
    """The decimals of a measure: one for percentages, what DfE publishes for scores."""
    return max(1, book.book[row["measure"]].places) if row["unit"] != "percent" else 1


def own_value(row: Row) -> str:
    """Our value of a measure; "c" where it is suppressed, as DfE writes it."""
    suppressed = str(row["reason"]).startswith("Suppressed")
    return HIDDEN if suppressed else value(row["value"], row["unit"], places=places(row))


def comparators(measures: pd.DataFrame) -> dict[str, str]:
    """What these measures can be held against, with names; a region only where it has figures."""
    region = next(iter(measures["region"]), "") if len(measures) else ""
    names = {**COMPARATORS, "region_cla": f"{region}, looked after"}
    return {name: title for name, title in names.items() if region or name != "region_cla"}


def ordered(measures: pd.DataFrame, order: str, against: str) -> pd.DataFrame:
    """The rows under their headings; in one list by the code book; or by the gap, lowest first."""
    if order not in ("order", "gap"):
        return measures
    flat = measures.assign(group=measures["unit"].map(_UNITS))
    if order == "gap":
        flat = flat.sort_values(f"{against}_gap", na_position="last", kind="stable")
    else:
        place = {name: at for at, name in enumerate(book.book)}
        flat = flat.sort_values("measure", key=lambda ids: ids.map(place), kind="stable")
    return flat.sort_values("unit", kind="stable", ignore_index=True)


def shown(measures: pd.DataFrame, against: str) -> pd.DataFrame:
    """The table for the screen: text in every cell, one row a measure."""
    rows = measures.to_dict("records")
    beside = comparators(measures)
    table: dict[str, list[str]] = {
        "Measure": [row["label"] for row in rows],
        "Ours": [own_value(row) for row in rows],
        "Children": ["–" if pd.isna(row["n"]) else f"{int(row['n']):,}" for row in rows],
        "95% interval": [_interval(row) for row in rows],
    }
    for name, title in beside.items():
        table[title] = [value(row[name], row["unit"], places=places(row)) for row in rows]
    table["Gap"] = [
        value(row[f"{against}_gap"], row["unit"], signed=True, places=places(row)) for row in rows
    ]
    table["Verdict"] = [row[f"{against}_verdict"] or "–" for row in rows]
    table["Year before"] = [_year_before(row) for row in rows]
    table["Change"] = [
        value(row["change"], row["unit"], signed=True, places=places(row)) for row in rows
    ]
    return pd.DataFrame(table)


def about_verdict(measures: pd.DataFrame, against: str) -> str:
    """What gap and verdict mean, as a line under the tables."""
    held = comparators(measures)[against]
    return (
        f"Gap: ours less the figure of {held}. Verdict: whether our 95% interval lies above or "
        "below that figure, or holds it; with five children or fewer it is too few to say."
    )


def shortened(measures: pd.DataFrame) -> pd.DataFrame:
    """The rows with the words left out that most labels begin with; their heading says them.

    Labels that begin otherwise stay whole.
    """
    labels = [str(label).split() for label in measures["label"]]
    begin: list[str] = []
    for length in range(1, max(map(len, labels), default=1)):
        starts = [tuple(words[:length]) for words in labels if len(words) > length]
        common = max(starts, key=starts.count, default=())
        if starts.count(common) <= len(labels) / 2 or len(labels) < 2:
            break
        begin = list(common)
    if len(begin) < _WORTH_LEAVING_OUT:
        begin = []
    rest = [
        words[len(begin) :] if words[: len(begin)] == begin and len(words) > len(begin) else words
        for words in labels
    ]
    shown = [" ".join(words) for words in rest]
    return measures.assign(label=[label[:1].upper() + label[1:] for label in shown])


def export(measures: pd.DataFrame) -> pd.DataFrame:
    """The table for a file: numbers as numbers, and where the published ones come from."""
    rows = measures.copy()
    beside = comparators(measures)
    headings = {**_HEADINGS}
    for name, title in beside.items():
        headings |= {
            name: title,
            f"{name}_year": f"{title}: year",
            f"{name}_source": f"{title}: source",
            f"{name}_gap": f"Gap to {title}",
            f"{name}_verdict": f"Verdict against {title}",
        }
    headings |= _LAST_HEADINGS
    digits = [places(row) for row in measures.to_dict("records")]
    numbers = ("value", "low", "high", "last_year", "change")
    for name in (*numbers, *beside, *(f"{name}_gap" for name in beside)):
        rows[name] = [
            None if pd.isna(cell) else round_half_up(float(cell), places)
            for cell, places in zip(rows[name], digits, strict=True)
        ]
    return rows[list(headings)].rename(columns=headings)


_HEADINGS = {
    "label": "Measure",
    "group": "Heading",
    "unit": "Unit",
    "value": "Ours",
    "n": "Children",
    "low": "95% interval from",
    "high": "95% interval to",
}
_LAST_HEADINGS = {
    "last_year": "Ours, year before",
    "last_year_n": "Children, year before",
    "change": "Change",
    "reason": "Why a figure is missing",
}


def sentence(row: Row, beside: Mapping[str, str], against: str = "england_cla") -> str:
    """One measure in one sentence, for a report; ``beside`` names the comparators to be told."""
    label, unit, digits = str(row["label"]), str(row["unit"]), places(row)
    if row["reason"]:
        return f"{label}: {row['reason']}"
    own = value(row["value"], unit, places=digits)
    average = "" if unit == "percent" else " on average"
    said = f"{label}: {own}{average}"
    if not pd.isna(row["n"]):
        between = "," if average else ""
        said += f"{between} of {counted(int(row['n']), 'child', 'children')}"
    if not pd.isna(row["low"]):
        said += f" (95% interval {_interval(row)})"
    for name, title in beside.items():
        if pd.isna(row[name]):
            continue
        told = value(row[name], unit, places=digits)
        said += f"; {title} {told} in {row[f'{name}_year']}"
        if name == against and row[f"{name}_verdict"]:
            said += f" ({row[f'{name}_verdict']})"
    if not pd.isna(row["change"]):
        said += f"; the year before {_year_before(row)}"
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


def present(
    measures: pd.DataFrame, ours: str, order: str = "headings", against: str = "england_cla"
) -> Presented:
    """Everything to show of measures, made once and drawn often."""
    against = against if against in comparators(measures) else "england_cla"
    sorted_rows = ordered(measures, order, against)
    rows = sorted_rows.to_dict("records")
    beside = comparators(measures)
    grouped = sorted_rows.groupby("group", sort=False)
    return Presented(
        groups=tuple(_group(str(title), own, ours, against) for title, own in grouped),
        sentences=tuple(
            sentence(row, beside, against) for row in rows if not pd.isna(row["value"])
        ),
        export=export(sorted_rows),
    )


def _group(title: str, measures: pd.DataFrame, ours: str, against: str) -> Group:
    rows = shortened(measures)
    table = shown(rows, against).map(safe_md).set_index("Measure")
    reasons = tuple(dict.fromkeys(reason for reason in rows["reason"] if reason))
    return Group(title, _charts(rows, ours, against), table, reasons)


def _charts(measures: pd.DataFrame, ours: str, against: str) -> tuple[Chart, ...]:
    """A chart for each unit among the rows, since percentages and scores share no scale."""
    beside = list(comparators(measures))
    return tuple(
        _chart(str(unit), rows, ours, against)
        for unit, rows in measures.groupby("unit", sort=False)
        if rows[["value", *beside]].notna().any(axis=None)
    )


def _chart(unit: str, measures: pd.DataFrame, ours: str, against: str) -> Chart:
    rows = measures.to_dict("records")
    beside = comparators(measures)
    figure = charts.intervals(
        measures["label"].tolist(),
        measures["value"].tolist(),
        measures["low"].tolist(),
        measures["high"].tolist(),
        [
            charts.Comparator(title, measures[name].tolist(), charts.MARKS[name])
            for name, title in beside.items()
            if measures[name].notna().any()
        ],
        unit=unit,
        ours=ours,
        hovers=[sentence(row, beside, against) for row in rows],
    )
    gist = "; ".join(
        f"{row['label']} {value(row['value'], unit, places=places(row))}" for row in rows
    )
    alt = f"Our figures with 95% intervals beside the published ones: {gist}. All in the table."
    return Chart(unit, figure, alt)


def draw(group: Group, key: str, *, chart: bool = True, table: bool = True) -> None:
    """One group on the page: heading, charts, table, and under it why figures are missing."""
    st.header(group.title)
    if chart:
        for one in group.charts:
            charts.draw(one.figure, alt=one.alt, key=f"{key}_{group.title}_{one.unit}")
    if table:
        st.table(group.table, border="horizontal", alt=f"{group.title}: ours beside the published")
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
    return f"{value(low, 'score', places=places(row))} to {value(high, unit, places=places(row))}"


def _year_before(row: Row) -> str:
    if pd.isna(row["last_year"]):
        return "–"
    before = value(row["last_year"], str(row["unit"]), places=places(row))
    return before if pd.isna(row["last_year_n"]) else f"{before} of {int(row['last_year_n']):,}"
