"""The words and headings that the parts of the Data quality page share."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla.ssda903 import tracking
from cla.ui.words import safe_md

STATES = {
    tracking.NEW: "new",
    tracking.KNOWN: "known",
    tracking.ALTERED: "known, record altered",
}
RULE_COLUMNS = {
    "rule": "Rule",
    "findings": "Findings",
    "title": "What it says",
    "children": "Children",
    "new": "New",
    "accepted": "Accepted",
    "stage": "Stage",
    "tables": "Table",
}
FINDING_COLUMNS = {
    "rule": "Rule",
    "table": "Table",
    "line": "Line",
    "fields": "Fields",
    "message": "What is wrong",
    "state": "New or known",
    "since": "Known since",
}
ROWS_AT_ONCE = 50
"""Rows sent to the browser at a time."""
_SAID = "quality: what was done"
_ONE = {"children": "child"}


def page_of(count: int, key: str) -> slice:
    """Which of so many rows to show now; buttons for the pages when there are several."""
    pages = max(1, -(-count // ROWS_AT_ONCE))
    if pages == 1:
        return slice(0, count)
    if st.session_state.get(key, 1) > pages:
        st.session_state[key] = pages
    first = (st.pagination(pages, key=key) - 1) * ROWS_AT_ONCE
    return slice(first, min(first + ROWS_AT_ONCE, count))


def span(shown: slice, count: int, what: str) -> str:
    """ "Records 51 to 100 of 1,204"."""
    if count == 1:
        return f"1 {_ONE.get(what, what.removesuffix('s'))}"
    if shown.start == 0 and shown.stop >= count:
        return f"{count:,} {what}"
    return f"{what.capitalize()} {shown.start + 1:,} to {shown.stop:,} of {count:,}"


def listing(findings: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Findings as rows for people, with their headings; columns that say nothing are left out."""
    shown = pd.DataFrame(index=findings.index)
    names = {**FINDING_COLUMNS, "child": "Child"}
    for name in (*more, *FINDING_COLUMNS):
        if name not in findings or findings[name].isna().all():
            continue
        column = findings[name]
        if name == "since":
            column = column.dt.tz_convert("Europe/London").dt.strftime("%d/%m/%Y %H:%M")
        elif name == "state":
            column = column.astype("str").map(STATES)
        shown[names[name]] = column.astype("Int64") if name == "line" else column.astype("str")
    return shown


def say_after(sentence: str) -> None:
    """Keep a sentence for the top of the page at its next run, and run it."""
    st.session_state[_SAID] = sentence
    st.rerun()


def said() -> None:
    """What was done at the end of the last run."""
    sentence = st.session_state.pop(_SAID, "")
    if sentence:
        st.success(safe_md(sentence), icon=":material/check_circle:")
