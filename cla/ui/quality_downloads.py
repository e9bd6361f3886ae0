"""The findings on the screen as files: one CSV, and a workbook with the whole failing records."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from cla.access import User, current_store
from cla.reports import year_name
from cla.ssda903 import layout
from cla.ssda903.sent import values_of
from cla.store import imports
from cla.ui import downloads, quality, report_page
from cla.ui.quality_data import Checked
from cla.ui.quality_words import RULE_COLUMNS, STATES
from cla.ui.words import moment

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV_COLUMNS = {
    "rule": "Rule",
    "stage": "Stage",
    "severity": "Severity",
    "table": "Table",
    "line": "Line",
    "child": "Child",
    "fields": "Fields",
    "values": "Values",
    "message": "What is wrong",
    "state": "New or known",
    "since": "Known since",
    "accepted": "Accepted",
    "note": "Accepted because",
    "name": "Accepted by",
}


def draw(checked: Checked, findings: pd.DataFrame, selection: str, user: User) -> None:
    """Two buttons; each makes its file when it is pressed."""
    caption = downloads.Caption(
        title=f"Findings of the return {year_name(checked.row.year)}",
        authority=report_page.authority_name(user.la),
        selection=selection,
        source=f"SSDA903 return imported {moment(checked.row.created)}. {rules_of(checked)}",
        personal=True,
    )
    made = {
        "Workbook (Excel)": ("xlsx", _EXCEL, lambda lines: workbook(checked, findings, lines)),
        "List (CSV)": ("csv", "text/csv", lambda lines: as_csv(checked, findings, lines)),
    }
    with st.container(horizontal=True, vertical_alignment="center", key="quality_downloads"):
        for label, (ending, mime, content_of) in made.items():
            st.download_button(
                label,
                data=downloads.audited(content_of, len(findings), caption, user, "cla.quality"),
                file_name=downloads.file_name(
                    "findings", caption.authority, datetime.now(UTC), ending
                ),
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"findings_{ending}",
                disabled=findings.empty,
            )


def rules_of(checked: Checked) -> str:
    """Which list of rules was used, in a sentence."""
    year = year_name(checked.row.year)
    if checked.book.official:
        return f"Rules of {year}."
    return f"Not DfE's list of {year}, which could not be read: the earliest known rules."


def as_csv(checked: Checked, findings: pd.DataFrame, lines: list[str]) -> bytes:
    """One row a finding."""
    notes = checked.accepted.set_index("key")[["note", "name"]]
    rows = findings.join(notes, on="key")
    rows = rows.assign(
        fields=findings["fields"].astype("str").str.replace(" ", ", "),
        values=values_of(findings, _tables(checked, findings)),
        state=findings["state"].map(STATES),
        since=findings["since"].dt.tz_convert("Europe/London").dt.tz_localize(None),
    )
    return downloads.csv_file(rows[list(_CSV_COLUMNS)].rename(columns=_CSV_COLUMNS), lines)


def workbook(checked: Checked, findings: pd.DataFrame, lines: list[str]) -> bytes:
    """One sheet a table."""
    from cla.ui import workbook as excel  # the writer is loaded when somebody first needs it

    tables = _tables(checked, findings)
    counts = quality.by_rule(findings, checked.book)
    rules = counts[[name for name in RULE_COLUMNS if name in counts]].rename(columns=RULE_COLUMNS)
    not_run = checked.not_run[["rule", "title", "lacks"]].rename(
        columns={"rule": "Rule", "title": "What it says", "lacks": "What is lacking"}
    )
    return excel.workbook(findings, tables, rules, not_run, lines)


def _tables(checked: Checked, findings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables that these findings are about, as they were sent, in the order of the return."""
    names = sorted(findings["table"].unique().astype("str"), key=layout.TABLES.index)
    return imports.frames_of(current_store(), checked.row.id, checked.row.la, names)
