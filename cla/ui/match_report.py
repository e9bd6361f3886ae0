"""The parts of the page that says how results were matched, and who is not matched."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla.access import User
from cla.reports import Filters, Model, academic_year
from cla.stages import capitalised
from cla.ui import data, downloads, match_links, pupil_table, report_page
from cla.ui.words import safe_md

_COLUMNS = {
    "child": "Child",
    "upn": "UPN",
    "sex": "Sex",
    "dob": "Born",
    "age": "Age",
    "reason": "Why there is no match",
    "action": "What to do",
}
_LOOK_AGAIN = {"child": "Child", "how": "How", "note": "What to know", "count": "Results"}


def stages(model: Model, year: int) -> dict[str, str]:
    """The stages with results for a year, with titles: those the page can be about."""
    return {stage: capitalised(stage) for stage in model.stages(year)}


def matched(model: Model, filters: Filters, user: User, stage: str) -> None:
    """How the children were matched: by tier and reason, the UPNs, what to look at again."""
    report = data.report("match_report", model, filters, user, stage=stage)
    st.header(f"{capitalised(stage)}, {academic_year(filters.year)}")
    if not report_page.described(report, filters, user, ""):
        return
    match_links.to_decide(model, filters.year, stage, user)
    tiers = report.frames["tiers"]
    left, right = st.columns([3, 2])
    with left:
        _counts("How they were matched", "label", tiers[tiers["count"].fillna(1) > 0])
    with right:
        upns = report.frames["upns"]
        _counts("The UPNs of the return", "grade", upns[upns["count"].fillna(1) > 0])
    for name, title, meaning in (
        ("differences", "Matched, with something to know", ""),
        ("duplicates", "Results not used, since they are not certain", ""),
        (
            "possible",
            "The same birth date and sex, and nothing more",
            "How many results share them with a child who is not matched. They are strangers as a "
            "rule, and are never matched.",
        ),
    ):
        frame = report.frames.get(name)
        if frame is not None and len(frame):
            with st.expander(f"{title} ({len(frame):,})"):
                if meaning:
                    st.markdown(meaning)
                headed = frame.rename(columns=_LOOK_AGAIN)
                st.dataframe(headed, hide_index=True, placeholder="", alt=title)


def not_matched(model: Model, filters: Filters, user: User, stage: str) -> None:
    """Who has no result, why, and what to do; as a table, a child to open, a file."""
    report = data.report("not_matched", model, filters, user, stage=stage)
    st.header("Not matched")
    if report.empty:
        st.info(safe_md(report.empty), icon=":material/info:")
        return
    _counts("", "reason", report.frames["reasons"])
    rows = report.frames["children"]
    columns = [name for name in _COLUMNS if name in rows]
    st.dataframe(
        rows[columns].rename(columns=_COLUMNS),
        hide_index=True,
        column_config={"Born": st.column_config.DateColumn(format="DD/MM/YYYY")},
        alt="Children not matched",
    )
    pupil_table.open_one(rows, user.la, filters, key="unmatched_open")
    downloads.download(
        "Download these rows (CSV)",
        rows[columns].rename(columns=_COLUMNS),
        report_page.caption(report, filters, user, personal=True),
        user,
        stem=f"{stage}-not-matched",
        permission="cla.pupils",
        key="unmatched_csv",
    )
    report_page.notes(report)


def _counts(title: str, what: str, frame: pd.DataFrame) -> None:
    """A table of labels and how many children each has."""
    if title:
        st.subheader(title)
    heading = "What" if title else "Why"
    shown = pd.DataFrame(
        {heading: frame[what].map(safe_md), "Children": frame["count"].astype("Int64")}
    )
    st.table(
        shown.set_index(heading), border="horizontal", alt=title or "Children not matched by reason"
    )
