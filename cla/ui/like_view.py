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
from cla.ui.measure_words import NOTHING, Row, children, places, value
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
    """The groups behind one comparison: the table, and the sum that gives the expected figure.

    ``key`` is the measure's id and the label of the row of the measures it belongs to.
    """

    key: tuple[str, str]
    label: str
    table: pd.DataFrame
    formula: str
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Presented:
    """Like for like, ready to draw.

    ``compared`` says how many of ours stand beside how many similar children, ``ways`` which way
    was used and why no better one, ``choices`` the characteristics to choose from.
    """

    compared: tuple[str, ...]
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
    """Who stands beside whom, once for all measures that say the same; what has nobody similar."""
    said: dict[str, list[str]] = {}
    usable = [row for row in rows if _usable(row)]
    for row in usable:
        if row["way"] != NEAREST and not pd.isna(row["n"]):
            said.setdefault(_whom(row), []).append(_name(row))
    alone = len(said) == 1 and len(next(iter(said.values()))) == len(usable)
    told = [f"{whom}." if alone else f"{whom}: {', '.join(of)}." for whom, of in said.items()]
    nobody = [_name(row) for row in usable if row["way"] == NEAREST]
    if nobody:
        of = "any measure here" if len(nobody) == len(usable) else ", ".join(nobody)
        told.append(f"No similar children to compare with in {of}: the nearest figure instead.")
    return tuple(told)


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
        "Verdict": [safe_md(row["verdict"] or NOTHING) for row in rows],
        "Ours, children": [safe_md(children(row["n"])) for row in rows],
        "Similar children": [safe_md(children(row["theirs_n"])) for row in rows],
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
        if behind.empty or not _usable(row):
            continue
        own = behind[behind["measure"] == row["measure"]]
        if len(own):
            found.append(_part(row, own.to_dict("records")))
    return tuple(found)


def _part(row: Row, groups: Sequence[Row]) -> Parts:
    digits, unit = places(row), str(row["unit"])
    table = {
        "Group": [safe_md(one["label"]) for one in groups],
        "Ours, children": [safe_md(children(one["n"])) for one in groups],
        "Ours": [safe_md(value(one["value"], unit, places=digits)) for one in groups],
        "Theirs": [safe_md(value(one["theirs"], unit, places=digits)) for one in groups],
    }
    if any(not pd.isna(one.get("theirs_n")) for one in groups):
        table["Theirs, children"] = [safe_md(children(one.get("theirs_n"))) for one in groups]
    return Parts(
        key=(str(row["measure"]), str(row["label"])),
        label=str(row["label"]),
        table=pd.DataFrame(table).set_index("Group"),
        formula=_formula(row, groups),
        sources=tuple(dict.fromkeys(str(one["source"]) for one in groups if one["source"])),
    )


def _formula(row: Row, groups: Sequence[Row]) -> str:
    """The expected figure as a sum: "(12 × 35.1 + 16 × 20.2) ÷ 28 = 26.6%"."""
    digits, unit = places(row), str(row["unit"])
    counted = [one for one in groups if not pd.isna(one["n"]) and not pd.isna(one["theirs"])]
    whole = sum(int(one["n"]) for one in counted)
    if not whole:
        return ""
    expected = _figure(row, "expected")
    parts = " + ".join(
        f"{int(one['n']):,} × {value(one['theirs'], 'score', places=digits)}" for one in counted
    )
    said = f"Expected: ({parts}) ÷ {whole:,} = {expected}"
    apart = f"ours {_figure(row, 'value')} less expected {expected} = {_difference(row)}"
    points = " percentage points" if unit == "percent" else ""
    return f"{said}. Difference: {apart}{points}, 95% interval {_interval(row)}."


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
    st.table(shown.table, border="horizontal", alt="Ours beside what is expected")
    for said in shown.ways:
        st.caption(safe_md(said))
    if shown.parts:
        behind = st.expander("The groups behind it", key="like_parts", on_change="rerun")
        if behind.open:
            with behind:
                draw_parts(shown.parts)


def draw_parts(parts: Sequence[Parts]) -> None:
    """The groups of each measure, and the sum."""
    for one in parts:
        st.markdown(f"**{safe_md(one.label)}**")
        st.table(one.table, border="horizontal", alt=f"{one.label}: ours and theirs by group")
        st.markdown(safe_md(one.formula))
        for source in one.sources:
            st.caption(safe_md(f"Source: {source}"))
