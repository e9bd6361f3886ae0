"""Who of the cohort has no results and why, how the others were matched, who counts as twelve
months.
"""

import streamlit as st

from cla.access import require
from cla.reports import academic_year, year_name
from cla.ui import data, downloads, filter_bar, pupil_table, report_page
from cla.ui.words import safe_md

user = require("cla.pupils")

TITLE = "Who is matched"
STAGES = {"ks2": "Key stage 2", "ks4": "Key stage 4"}
COLUMNS = {
    "child": "Child",
    "upn": "UPN",
    "sex": "Sex",
    "dob": "Born",
    "age": "Age",
    "reason": "Why there is no match",
    "action": "What to do",
}

model = data.model_or_stop(user, TITLE)
filters = report_page.begin(TITLE, model, user)
stage = filter_bar.choose_stage(STAGES)
report = data.report("not_matched", model, filters, user, stage=stage)

st.header(f"{STAGES[stage]}, {academic_year(filters.year)}: not matched")
if report_page.described(report, filters, user, ""):
    reasons = report.frames["reasons"]
    st.table(
        reasons.assign(reason=reasons["reason"].map(safe_md))
        .rename(columns={"reason": "Why", "count": "Children"})
        .set_index("Why"),
        border="horizontal",
        alt="Children not matched by reason",
    )
    rows = report.frames["children"]
    columns = [name for name in COLUMNS if name in rows]
    st.dataframe(
        rows[columns].rename(columns=COLUMNS),
        hide_index=True,
        column_config={"Born": st.column_config.DateColumn(format="DD/MM/YYYY")},
        alt="Children not matched",
    )
    pupil_table.open_one(rows, user.la, filters, key="unmatched_open")
    downloads.download(
        "Download these rows (CSV)",
        rows[columns].rename(columns=COLUMNS),
        report_page.caption(report, filters, user, personal=True),
        user,
        stem=f"{stage}-not-matched",
        permission="cla.pupils",
        key="unmatched_csv",
    )

st.header("How the others were matched")
matched = data.report("match_report", model, filters, user, stage=stage)
report_page.tables(
    matched,
    {
        "tiers": "By tier",
        "differences": "Matched, with a difference",
        "duplicates": "Results twice",
    },
)

st.header(f"Twelve months at 31 March, {year_name(filters.year)}")
differences = data.cohort_differences(model, filters.year, user)
report_page.tables(differences, {"children": "Our calculation and the OC2 file disagree"})
