"""Like for like as it is shown: expected for similar children, ours, and what lies between.

Frames: "like" (a row a measure that can be compared) and "like_parts" (the groups behind it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from cla import measures
from cla.measures import round_half_up
from cla.reports import Report
from cla.reports.by_group import lower_first
from cla.ui.measure_words import NOTHING, SHORT, Row, children, places, value
from cla.ui.words import safe_md

WAYS = {
    "pooled": "Children of the other authorities here, under the same filters",
    "standardised": "Published rates of each group, weighted by our children",
    "nearest": "Beside the nearest figure that is published",
}
"""The ways to compare like with like, best first."""
NEAREST = "nearest"
_OFFERED = 2  # with fewer there is nothing to choose


@dataclass(frozen=True, eq=False)
class Parts:
    """What is behind one comparison: its groups, the sum that gives the expected figure, sources.

    Beside the nearest figure there are no groups: the table is empty.
    """

    measure: str
    label: str
    table: pd.DataFrame
    formula: str
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Presented:
    """Like for like, ready to draw.

    ``compared`` says how many of ours stand beside how many similar children, ``alone`` which
    measures have none, ``ways`` which way was used and why no better one, ``choices`` the
    characteristics to choose from.
    """

    compared: tuple[str, ...]
    alone: str
    table: pd.DataFrame
    ways: tuple[str, ...]
    parts: tuple[Parts, ...]
    choices: dict[str, str]
    sentences: tuple[str, ...]
    export: pd.DataFrame


def present(report: Report) -> Presented | None:
    """Like for like of a benchmark report; None where the report has none."""
    frame = report.frames.get("like")
    if frame is None or frame.empty:
        return None
    rows = frame.to_dict("records")
    behind = report.frames.get("like_parts", pd.DataFrame())
    choices = report.frames.get("like_choices", pd.DataFrame(columns=["name", "title"]))
    offered = dict(zip(choices["name"], choices["title"], strict=True))
    return Presented(
        compared=_compared(rows),
        alone=_alone(rows),
        table=_table(rows),
        ways=_ways(rows),
        parts=_parts(rows, behind),
        choices=offered if len(offered) >= _OFFERED else {},
        sentences=tuple(str(row["said"]) for row in rows if row["said"]),
        export=_export(frame),
    )


def _usable(row: Row) -> bool:
    return bool(row["way"]) and not pd.isna(row["expected"])


def _compared(rows: Sequence[Row]) -> tuple[str, ...]:
    """Who stands beside whom, once for all measures that say the same."""
    said: dict[str, list[str]] = {}
    usable = [row for row in rows if _usable(row)]
    for row in usable:
        if row["way"] != NEAREST and not pd.isna(row["n"]):
            said.setdefault(_whom(row), []).append(_name(row))
    alone = len(said) == 1 and len(next(iter(said.values()))) == len(usable)
    return tuple(f"{whom}." if alone else f"{whom}: {', '.join(of)}." for whom, of in said.items())


def _alone(rows: Sequence[Row]) -> str:
    """What has nobody similar to be compared with, "" for nothing."""
    usable = [row for row in rows if _usable(row)]
    nobody = [_name(row) for row in usable if row["way"] == NEAREST]
    if not nobody:
        return ""
    of = "any measure here" if len(nobody) == len(usable) else ", ".join(nobody)
    return f"No similar children to compare with in {of}: the nearest figure stands beside ours."


def _name(row: Row) -> str:
    """A measure in few words; the label of a group of one as it is."""
    definition = measures.book[str(row["measure"])]
    return definition.short if row["label"] == definition.label else str(row["label"])


def _whom(row: Row) -> str:
    """ "Comparing 28 of ours with 164 similar children"."""
    known = not pd.isna(row["theirs_n"])
    theirs = f"{int(row['theirs_n']):,} " if known else ""
    whose = str(row["whose"])
    similar = whose if "similar children" in whose else f"similar children ({whose})"
    return f"Comparing {int(row['n']):,} of ours with {theirs}{similar}"


def _table(rows: Sequence[Row]) -> pd.DataFrame:
    table = {
        "Measure": [safe_md(_name(row)) for row in rows],
        "Ours": [safe_md(_figure(row, "value")) for row in rows],
        "Expected": [safe_md(_figure(row, "expected")) for row in rows],
        "Difference": [safe_md(_difference(row)) for row in rows],
        "95% interval": [safe_md(_interval(row)) for row in rows],
        "Verdict": [safe_md(SHORT.get(row["verdict"], row["verdict"]) or NOTHING) for row in rows],
        "Ours, children": [safe_md(children(row["n"])) for row in rows],
        "Theirs, children": [safe_md(children(row["theirs_n"])) for row in rows],
        "Compared by": [safe_md(row["by"] or _by(row)) for row in rows],
    }
    return pd.DataFrame(table).set_index("Measure")


def _by(row: Row) -> str:
    return {"pooled": "same filters", NEAREST: "nearest figure"}.get(str(row["way"]), NOTHING)


def _figure(row: Row, name: str) -> str:
    return value(row[name], str(row["unit"]), places=places(row))


def _difference(row: Row) -> str:
    return value(row["difference"], str(row["unit"]), signed=True, places=places(row))


def _interval(row: Row) -> str:
    """The interval of the difference, each end with its sign."""
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return NOTHING
    low, high = (
        value(row[name], str(row["unit"]), signed=True, places=places(row))
        for name in ("low", "high")
    )
    return f"{low} to {high}"


def _ways(rows: Sequence[Row]) -> tuple[str, ...]:
    """Which way was used and why not a better one; each with its measures where they differ."""
    said: dict[str, list[str]] = {}
    for row in rows:
        way = WAYS.get(str(row["way"]), "")
        by = f", by {lower_first(str(row['by']))}" if row["by"] else ""
        told = ". ".join(one for one in (f"{way}{by}" if way else "", str(row["why"] or "")) if one)
        if told:
            said.setdefault(told.rstrip("."), []).append(_name(row))
    if len(said) == 1:
        return (f"{next(iter(said))}.",)
    return tuple(f"{', '.join(labels)}: {told}." for told, labels in said.items())


def _parts(rows: Sequence[Row], behind: pd.DataFrame) -> tuple[Parts, ...]:
    found = []
    for row in rows:
        if _usable(row):
            own = behind[behind["measure"] == row["measure"]] if len(behind) else behind
            found.append(_part(row, own.to_dict("records")))
    return tuple(found)


def _part(row: Row, groups: Sequence[Row]) -> Parts:
    digits, unit = places(row), str(row["unit"])
    table = {
        "Group": [safe_md(one["label"]) for one in groups],
        "Ours, children": [safe_md(children(one["n"])) for one in groups],
        "Ours": [safe_md(value(one["value"], unit, places=digits)) for one in groups],
        "Theirs": [safe_md(value(one["theirs"], unit, places=digits)) for one in groups],
        "Year": [safe_md(one.get("theirs_year") or NOTHING) for one in groups],
    }
    if any(_known(one.get("theirs_n")) for one in groups):
        table["Theirs, children"] = [safe_md(children(one.get("theirs_n"))) for one in groups]
    sources = [f"Source: {one['source']}" for one in groups if one["source"]]
    return Parts(
        measure=str(row["measure"]),
        label=str(row["label"]),
        table=pd.DataFrame(table).set_index("Group"),
        formula=_formula(row, groups),
        sources=tuple(dict.fromkeys([str(row.get("method") or ""), *sources])),
    )


def _known(number: Any) -> bool:
    return number is not None and not pd.isna(number)


def _formula(row: Row, groups: Sequence[Row]) -> str:
    """The expected figure as a sum: "(12 × 35.1 + 16 × 20.2) ÷ 28 = 26.6%"."""
    digits = places(row)
    counted = [one for one in groups if not pd.isna(one["n"]) and not pd.isna(one["theirs"])]
    whole = sum(int(one["n"]) for one in counted)
    expected = _figure(row, "expected")
    if not whole:
        return f"Nearest: {row['whose']}, {expected}. {_apart(row)}"
    parts = " + ".join(
        f"{int(one['n']):,} × {value(one['theirs'], 'score', places=digits)}" for one in counted
    )
    return f"Expected: ({parts}) ÷ {whole:,} = {expected}. {_apart(row)}"


def _apart(row: Row) -> str:
    """The difference as a sum, with its interval."""
    beside = "nearest" if row["way"] == NEAREST else "expected"
    points = " percentage points" if row["unit"] == "percent" else ""
    return (
        f"Difference: ours {_figure(row, 'value')} less {beside} {_figure(row, 'expected')} = "
        f"{_difference(row)}{points}, 95% interval {_interval(row)}."
    )


_HEADINGS = {
    "label": "Measure",
    "way": "Way",
    "by": "Compared by",
    "whose": "Similar children",
    "n": "Ours, children",
    "theirs_n": "Theirs, children",
    "value": "Ours",
    "expected": "Expected",
    "difference": "Difference",
    "low": "95% interval from",
    "high": "95% interval to",
    "verdict": "Verdict",
    "why": "Why not a better way",
}


def _export(frame: pd.DataFrame) -> pd.DataFrame:
    """The comparisons for a file, numbers rounded as they are shown."""
    rows = frame.copy()
    digits = [places(row) for row in rows.to_dict("records")]
    for name in ("value", "expected", "difference", "low", "high"):
        numbers: list[Any] = [
            None if pd.isna(cell) else round_half_up(float(cell), one)
            for cell, one in zip(rows[name], digits, strict=True)
        ]
        rows[name] = pd.Series(numbers, rows.index, dtype="float64")
    rows["way"] = rows["way"].map(WAYS).fillna("")
    return rows[list(_HEADINGS)].rename(columns=_HEADINGS)


def draw(shown: Presented, choose: Any) -> None:
    """The panel under the measures; ``choose`` draws the choice of a characteristic."""
    st.header("Like for like", anchor="like-for-like")
    if shown.choices:
        choose(shown.choices)
    for said in shown.compared:
        st.markdown(f"**{safe_md(said)}**")
    if shown.alone:
        st.markdown(safe_md(shown.alone))
    st.table(shown.table, border="horizontal", alt="Ours beside what is expected")
    for said in shown.ways:
        st.caption(safe_md(said))
    grouped = [one for one in shown.parts if len(one.table)]
    if grouped:
        behind = st.expander("The groups behind it", key="like_parts", on_change="rerun")
        if behind.open:
            with behind:
                for one in grouped:
                    st.markdown(f"**{safe_md(one.label)}**")
                    draw_part(one)


def draw_part(one: Parts) -> None:
    """The groups of a measure, the sum, and where its figures are from."""
    if len(one.table):
        st.table(one.table, border="horizontal", alt=f"{one.label}: ours and theirs by group")
    st.markdown(safe_md(one.formula))
    for said in one.sources:
        if said:
            st.caption(safe_md(said))
