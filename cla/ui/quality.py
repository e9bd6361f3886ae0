"""Findings about a return, counted by rule, table and child; records with failing cells marked.

A findings frame has one row a finding: rule, severity, table, row (label in the table), child,
fields, message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from cla.ssda903.rules import Rule
from cla.ui.words import counted, safe_md

STAGES = {
    "1": "stage 1",
    "2": "stage 2",
    "tool": "checks of DfE's tool",
    "portal": "checks of DfE's portal",
    "unknown": "stage not known",
}
ROWS_AT_ONCE = 50
MARK = "background-color: #FFF1CC; color: #0B0C0C; font-weight: 600"


def by_rule(findings: pd.DataFrame, book: Mapping[str, Rule]) -> pd.DataFrame:
    """rule, title, severity, stage, tables, findings, children; the most frequent first."""
    counts = _counts(findings, "rule")
    codes = [str(code) for code in counts["rule"]]
    severities = findings.drop_duplicates("rule").set_index("rule")["severity"]
    counts.insert(1, "title", [book[code].title if code in book else "" for code in codes])
    counts.insert(2, "severity", [str(severities[code]) for code in codes])
    counts.insert(3, "stage", [str(book[code].stage) if code in book else "" for code in codes])
    counts.insert(4, "tables", [", ".join(book[c].tables) if c in book else "" for c in codes])
    return counts


def by_table(findings: pd.DataFrame) -> pd.DataFrame:
    """table, findings, children, rules; the most frequent first."""
    counts = _counts(findings, "table")
    rules = findings.groupby("table", observed=True)["rule"].nunique()
    return counts.assign(rules=[int(rules[table]) for table in counts["table"]])


def by_child(findings: pd.DataFrame) -> pd.DataFrame:
    """child, findings, rules (how many), codes; the most frequent first."""
    own = findings[findings["child"].notna()]
    grouped = own.groupby("child", observed=True)["rule"]
    counts = pd.DataFrame(
        {
            "findings": grouped.size(),
            "rules": grouped.nunique(),
            "codes": grouped.unique().map(lambda codes: ", ".join(sorted(map(str, codes)))),
        }
    )
    return counts.sort_values("findings", ascending=False, kind="stable").reset_index()


def _counts(findings: pd.DataFrame, by: str) -> pd.DataFrame:
    grouped = findings.groupby(by, observed=True)
    counts = pd.DataFrame({"findings": grouped.size(), "children": grouped["child"].nunique()})
    return counts.sort_values("findings", ascending=False, kind="stable").reset_index()


def narrowed(findings: pd.DataFrame, **wanted: Sequence[str]) -> pd.DataFrame:
    """The findings whose columns hold one of the wanted values; an empty choice narrows nothing."""
    kept = pd.Series(True, index=findings.index)
    for column, values in wanted.items():
        if values:
            kept &= findings[column].isin(list(values))
    return findings[kept]


def fields_of(cell: object) -> tuple[str, ...]:
    """The fields of a finding, however they were kept."""
    if isinstance(cell, str):
        return tuple(re.findall(r"[^\s,]+", cell))
    return tuple(str(part) for part in cell)  # type: ignore[attr-defined]


def failing_records(findings: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table that these findings are about, with a first column that names what to
    look at.
    """
    looked: dict[Any, dict[str, None]] = {}
    for row, cell in zip(findings["row"], findings["fields"], strict=True):
        looked.setdefault(row, {}).update(dict.fromkeys(fields_of(cell)))
    kept = [row for row in looked if row in table.index]
    rows = table.loc[kept].copy()
    here = [[field for field in looked[row] if field in table.columns] for row in kept]
    rows.insert(0, "Look at", [", ".join(fields) for fields in here])
    if "line" in findings:
        lines = findings.drop_duplicates("row").set_index("row")["line"]
        rows.insert(1, "Line", lines.loc[kept].to_numpy())
    return rows


def marked(records: pd.DataFrame) -> Styler:
    """The records with the failing cells marked by colour and weight; words say the same."""
    looked = [set(fields_of(cell)) for cell in records["Look at"]]

    def marks(frame: pd.DataFrame) -> pd.DataFrame:
        columns = {
            name: np.where([name in fields for fields in looked], MARK, "") for name in frame
        }
        return pd.DataFrame(columns, index=frame.index)

    return records.style.apply(marks, axis=None)


def draw_rule(rule: Rule | None, code: str) -> None:
    """What a rule means: its sentence, the fields it reads, since when."""
    st.subheader(f"Rule {safe_md(code)}")
    if rule is None:
        st.markdown("This rule is not in the rulebook of this year any more.")
        return
    st.markdown(safe_md(rule.title))
    if rule.condition:
        st.markdown(safe_md(rule.condition))
    where = f"Looks at {', '.join(rule.fields)} of {', '.join(rule.tables)}."
    st.caption(safe_md(f"{where} {STAGES.get(rule.stage, rule.stage).capitalize()}."))


def draw_records(findings: pd.DataFrame, table: pd.DataFrame | None, name: str) -> None:
    """The failing records of one table, a page at a time."""
    if table is None:
        st.info(f"The table {safe_md(name)} is not kept with this import.")
        return
    rows = [row for row in findings["row"].unique() if row in table.index]
    st.markdown(f"#### {safe_md(name)}: {counted(len(rows), 'record')}")
    first = 0
    if len(rows) > ROWS_AT_ONCE:
        pages = -(-len(rows) // ROWS_AT_ONCE)
        first = (st.pagination(pages, key=f"records_{name}") - 1) * ROWS_AT_ONCE
    here = findings[findings["row"].isin(rows[first : first + ROWS_AT_ONCE])]
    st.dataframe(
        marked(failing_records(here, table)),
        hide_index=True,
        placeholder="",
        alt=f"Records of {name} to look at; the first column names the fields",
    )
