"""The case finder: rules as chips, what they lack, one list with the reason for each child."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla.access import User
from cla.reports import Report
from cla.ui import data, pupil_pages, report_page
from cla.ui.words import counted, safe_md

NAME = "case_finder"


def show(title: str, user: User) -> None:
    """The page: selection, rules and their counts, the list, what the rules mean."""
    model = data.model_or_stop(user, title)
    filters = report_page.begin(title, model, user)
    report = data.report(NAME, model, filters, user)
    if report_page.described(report, filters, user, ""):
        pupil_pages.listed(NAME, report, filters, user)
    if "flags" in report.frames:
        meanings(report)


def meanings(report: Report) -> None:
    """Every rule: what it means, how many children it finds, what to load where it lacks data."""
    st.header("What the rules look for")
    flags = report.frames["flags"]
    for sentence in flags.loc[flags["lacks"] != "", ["title", "lacks"]].to_dict("records"):
        st.markdown(f"- **{safe_md(sentence['title'])}**: {safe_md(sentence['lacks'])}")
    table = pd.DataFrame(
        {
            "Case": flags["title"],
            "What it means": [safe_md(text) for text in flags["meaning"]],
            "Children": [counted(int(count), "child", "children") for count in flags["count"]],
        }
    ).set_index("Case")
    st.table(table, border="horizontal", alt="What the rules look for, and how many they find")
