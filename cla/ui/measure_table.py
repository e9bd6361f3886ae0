"""Measures beside what they are held against: the chart, the table, the sentences.

The frames come from ``cla.reports`` (``Report.frames["measures"]``) with values at full
precision; ``measure_words`` rounds them and puts them into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from cla import measures as book
from cla.ui import charts, like_view, measure_words
from cla.ui.measure_export import export
from cla.ui.measure_words import Row, own_value, places, sentence, value, year_before
from cla.ui.words import safe_md

__all__ = ["ORDERS", "Group", "Presented", "draw", "own_value", "present", "sentence", "value"]

ORDERS = {
    "headings": "Under headings",
    "order": "Measure order",
    "gap": "Largest gap first",
}
"""How the rows can be ordered, by what the address says."""
_WORTH_LEAVING_OUT = 3  # words that labels share
_UNITS = {"percent": "Percentages", "score": "Scores"}
_NEW_LINE = "  \n"  # within a cell
_NO_BREAK = "\u00a0"


def ordered(measures: pd.DataFrame, order: str, against: str) -> pd.DataFrame:
    """The rows under their headings; in one list by the code book; or by the gap, lowest first."""
    if order not in ("order", "gap"):
        return measures
    flat = measures.assign(group=measures["unit"].map(_UNITS))
    if order == "gap" and f"{against}_gap" in flat:
        flat = flat.sort_values(f"{against}_gap", na_position="last", kind="stable")
    elif order == "order":
        place = {name: at for at, name in enumerate(book.book)}
        flat = flat.sort_values("measure", key=lambda ids: ids.map(place), kind="stable")
    return flat.sort_values("unit", kind="stable", ignore_index=True)


def shown(measures: pd.DataFrame, compared: Mapping[str, str]) -> pd.DataFrame:
    """The table for the screen, one row a measure; its cells are markdown.

    One comparator has a column each for figure, gap, chance and verdict; several have one cell each
    that holds them under each other.
    """
    rows = measures.to_dict("records")
    table: dict[str, list[str]] = {
        "Measure": [safe_md(row["label"]) for row in rows],
        "Ours": [safe_md(own_value(row)) for row in rows],
        "Children": [safe_md(measure_words.children(row["n"])) for row in rows],
        "95% interval": [safe_md(measure_words.interval(row)) for row in rows],
    }
    if len(compared) == 1:
        table |= _one(rows, *next(iter(compared.items())))
    else:
        for name, title in compared.items():
            heading, when = _headed(rows, name, title)
            table[heading] = [_cell(row, name, when) for row in rows]
    if measure_words.OWN_LAST not in measures:
        table["Year before"] = [safe_md(year_before(row)) for row in rows]
        table["Change"] = [
            safe_md(value(row["change"], row["unit"], signed=True, places=places(row)))
            for row in rows
        ]
    return pd.DataFrame(table).set_index("Measure")


def _one(rows: Sequence[Row], name: str, title: str) -> dict[str, list[str]]:
    heading, when = _headed(rows, name, title)
    return {
        heading: [safe_md(_figure(row, name, when)) for row in rows],
        "Gap": [safe_md(measure_words.gap(row, name)) for row in rows],
        "95% interval of the gap": [safe_md(measure_words.gap_interval(row, name)) for row in rows],
        "Chance we are above": [safe_md(measure_words.chance(row, name)) for row in rows],
        "Verdict": [safe_md(measure_words.verdict(row, name)) for row in rows],
    }


def _headed(rows: Sequence[Row], name: str, title: str) -> tuple[str, str]:
    """The heading of a comparator, and the year in it where all its figures are of one."""
    years = {measure_words.year(row, name) for row in rows if not pd.isna(row[name])} - {""}
    when = years.pop() if len(years) == 1 else ""
    return safe_md(f"{title}, {when}" if when else title), when


def _figure(row: Row, name: str, when: str) -> str:
    """The figure of a comparator, with its year unless the heading says it."""
    told, its = measure_words.figure(row, name), measure_words.year(row, name)
    return f"{told} ({its})" if its and its != when and not pd.isna(row[name]) else told


def _cell(row: Row, name: str, when: str) -> str:
    """Figure, gap, chance and verdict of a comparator under each other."""
    lines = [f"**{safe_md(_figure(row, name, when))}**"]
    apart, above = measure_words.gap(row, name), measure_words.chance(row, name)
    judged = measure_words.short_verdict(row, name)
    lines += [safe_md(f"gap {apart}")] if apart != measure_words.NOTHING else []
    lines += [safe_md(f"chance {above}")] if above != measure_words.NOTHING else []
    if judged != measure_words.NOTHING:
        lines.append(safe_md(judged))
    return _NEW_LINE.join(line.replace(" ", _NO_BREAK) for line in lines)


def each(measures: pd.DataFrame, compared: Mapping[str, str]) -> pd.DataFrame:
    """One measure against each comparator in a row of its own; ``measures`` has one row."""
    (row,) = measures.to_dict("records")
    told: list[Mapping[str, str]] = [
        {
            "Compared with": title,
            "Figure": measure_words.figure(row, name),
            "Year": measure_words.year(row, name) or measure_words.NOTHING,
            "Children": measure_words.children(row.get(f"{name}_n")),
            "Gap": measure_words.gap(row, name),
            "95% interval of the gap": measure_words.gap_interval(row, name),
            "Chance we are above": measure_words.chance(row, name),
            "Verdict": measure_words.short_verdict(row, name),
        }
        for name, title in compared.items()
    ]
    return pd.DataFrame(told).map(safe_md).set_index("Compared with")


def about_verdict() -> str:
    """What the words beside a figure mean, as a line under the tables."""
    return (
        "Gap: ours less that figure. Chance: how likely it is that we are above it, once the luck "
        "of so few children is allowed for. Verdict: above or below where the whole 95% interval "
        "of the gap is, else no different from what chance allows; with five children or fewer it "
        "is too few to say."
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


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart ready to draw, with what to say to those who cannot see it."""

    unit: str
    figure: go.Figure
    alt: str


@dataclass(frozen=True, eq=False)
class One:
    """One measure by itself: what ours is, in words, and a table with a row a comparator."""

    label: str
    ours: str
    table: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Group:
    """The measures under one heading: charts, the table, each by itself, what has to be said.

    ``notes`` say why figures are missing, and what has to be known of the comparators.
    """

    title: str
    charts: tuple[Chart, ...]
    table: pd.DataFrame
    each: tuple[One, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Presented:
    """A frame of measures as it is shown: its groups, a sentence each, the table for a file.

    ``compared`` are the comparators shown, with their titles; ``like`` is like for like.
    """

    compared: Mapping[str, str]
    groups: tuple[Group, ...]
    sentences: tuple[str, ...]
    export: pd.DataFrame
    like: like_view.Presented | None = None


def present(
    measures: pd.DataFrame,
    ours: str,
    order: str = "headings",
    against: str = "",
    compare: str = "",
) -> Presented:
    """Everything to show of measures, made once and drawn often.

    ``compare`` names the comparators to show, parted by commas: "" for all that have figures.
    ``against`` is the one that orders the rows by gap, and whose verdict stands in the sentences.
    """
    compared = measure_words.chosen(measures, compare.split(","))
    against = against if against in compared else next(iter(compared), "")
    sorted_rows = ordered(measures, order, against)
    rows = sorted_rows.to_dict("records")
    grouped = sorted_rows.groupby("group", sort=False)
    return Presented(
        compared=compared,
        groups=tuple(_group(str(title), own, ours, compared, against) for title, own in grouped),
        sentences=tuple(
            sentence(row, compared, against) for row in rows if not pd.isna(row["value"])
        ),
        export=export(sorted_rows, compared),
    )


def _group(
    title: str, measures: pd.DataFrame, ours: str, compared: Mapping[str, str], against: str
) -> Group:
    rows = shortened(measures)
    records = rows.to_dict("records")
    held = {name: one for name, one in compared.items() if _has_any(records, name)} or compared
    return Group(
        title=title,
        charts=_charts(rows, ours, held, against),
        table=shown(rows, held),
        each=tuple(_one_by_one(rows.iloc[[at]], row, held) for at, row in enumerate(records)),
        notes=(
            *dict.fromkeys(str(row["reason"]) for row in records if row["reason"]),
            *_not_held([title for name, title in compared.items() if name not in held]),
            *_of_comparators(records, compared),
        ),
    )


def _has_any(rows: Sequence[Row], name: str) -> bool:
    """Whether a comparator has a figure, or a symbol in its place, for any of some measures."""
    return any(measure_words.figure(row, name) != measure_words.NOTHING for row in rows)


def _one_by_one(measure: pd.DataFrame, row: Row, held: Mapping[str, str]) -> One:
    said = f"Ours: {measure_words.ours(row)}. {measure_words.one_child(row)}".strip()
    return One(str(row["label"]), str(row["reason"]) or said, each(measure, held))


def _not_held(titles: Sequence[str]) -> tuple[str, ...]:
    return (f"No figures for these measures: {'; '.join(titles)}.",) if titles else ()


def _of_comparators(rows: Sequence[Row], compared: Mapping[str, str]) -> tuple[str, ...]:
    """What has to be known of the comparators of some rows; once where it is the same."""
    said: dict[str, list[str]] = {}
    for name, title in compared.items():
        by_note: dict[str, list[str]] = {}
        for row in rows:
            if measure_words.note(row, name):
                by_note.setdefault(measure_words.note(row, name), []).append(str(row["label"]))
        for note, labels in by_note.items():
            of = "" if len(labels) == len(rows) else f" ({'; '.join(labels)})"
            said.setdefault(note, []).append(f"{title}{of}")
    return tuple(f"{'; '.join(titles)}: {note}" for note, titles in said.items())


def _charts(
    measures: pd.DataFrame, ours: str, compared: Mapping[str, str], against: str
) -> tuple[Chart, ...]:
    return tuple(
        _chart(str(unit), rows, ours, compared, against)
        for unit, rows in measures.groupby("unit", sort=False)
        if rows[["value", *compared]].notna().any(axis=None)
    )


def _chart(
    unit: str, measures: pd.DataFrame, ours: str, compared: Mapping[str, str], against: str
) -> Chart:
    """A chart of what the table shows: every number in it is rounded as it is there."""
    rows = measures.to_dict("records")
    figure = charts.intervals(
        measures["label"].tolist(),
        [measure_words.rounded(row, "value") for row in rows],
        [measure_words.rounded(row, "low") for row in rows],
        [measure_words.rounded(row, "high") for row in rows],
        [
            charts.Comparator(
                title,
                [measure_words.rounded(row, name) for row in rows],
                charts.MARKS[name],
                [f"{row['label']}: {measure_words.beside(row, name, title)}" for row in rows],
            )
            for name, title in compared.items()
            if measures[name].notna().any()
        ],
        unit=unit,
        ours=ours,
        hovers=[sentence(row, compared, against) for row in rows],
    )
    gist = "; ".join(f"{row['label']} {own_value(row)}" for row in rows)
    alt = f"Our figures with 95% intervals beside the published ones: {gist}. All in the table."
    return Chart(unit, figure, alt)


def draw(group: Group, key: str, *, chart: bool = True, table: bool = True) -> None:
    """One group on the page: heading, charts, table, and under it what has to be said."""
    st.header(safe_md(group.title))
    if chart:
        for one in group.charts:
            charts.draw(one.figure, alt=one.alt, key=f"{key}_{group.title}_{one.unit}")
    if table:
        st.table(group.table, border="horizontal", alt=f"{group.title}: ours beside the others")
    for said in group.notes:
        st.caption(safe_md(said))


def draw_each(group: Group) -> None:
    """One group with every measure by itself: what ours is, then a row a comparator."""
    st.header(safe_md(group.title))
    for one in group.each:
        st.subheader(safe_md(one.label))
        st.markdown(safe_md(one.ours))
        st.table(one.table, border="horizontal", alt=f"{one.label}: ours beside the others")
    for said in group.notes:
        st.caption(safe_md(said))


def draw_sentences(sentences: Sequence[str]) -> None:
    """Each figure as a sentence that can be copied into a report."""
    for one in sentences:
        st.code(one, language=None, wrap_lines=True)
