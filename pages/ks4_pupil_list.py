"""Key stage 4, one row a child: who got what, who is nearly there, who has no result."""

import streamlit as st

from cla.access import require
from cla.ui import children, data, downloads, pupil_table, report_page, states

user = require("cla.pupils")

TITLE = "Key stage 4 pupil list"
COLUMNS = {
    "child": "Child",
    "upn": "UPN",
    "sex": "Sex",
    "age": "Age",
    "sen": "SEN",
    "placement": "Placement",
    "months_in_care": "Months in care",
    "laestab": "School (LAESTAB)",
    "urn": "School (URN)",
    "matched": "Matched by",
    "english": "English",
    "maths": "Maths",
    "basics": "English and maths",
    "passes": "Grade 4+ passes",
    "ebacc_entered": "EBacc entered",
    "ebacc_94": "EBacc at 4+",
    "ebacc_95": "EBacc at 5+",
    "ebacc_aps": "EBacc points",
    "att8": "Attainment 8",
    "att8_eng": "A8 English",
    "att8_mat": "A8 maths",
    "att8_ebacc": "A8 EBacc",
    "att8_open": "A8 open",
    "p8": "Progress 8",
    "flags_text": "To look at",
}
AT_FIRST = (
    "child",
    "sex",
    "sen",
    "placement",
    "months_in_care",
    "english",
    "maths",
    "basics",
    "att8",
    "flags_text",
)

model = data.model_or_stop(user, TITLE)
filters = report_page.begin(TITLE, model, user, stage="ks4")
report = data.report("ks4_pupil_list", model, filters, user)

if report_page.described(report, filters, user, "ks4"):
    rows = report.frames["pupils"]
    flags = dict(zip(report.frames["flags"]["flag"], report.frames["flags"]["count"], strict=True))
    flag = st.pills(
        "Find cases",
        [name for name, count in flags.items() if count],
        format_func=lambda name: f"{name} ({flags[name]:,})",
        key="ks4_flag",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Search", key="ks4_search", placeholder="Identifier, UPN, SEN, ...", width=320
        )
        columns = pupil_table.chosen_columns(COLUMNS, AT_FIRST, "ks4_columns")
    if flag:
        rows = rows[rows["flags"].map(lambda own: flag in own)]
    rows = pupil_table.search(rows, words, ("child", "upn", "sen", "placement", "flags_text"))
    if rows.empty:
        states.nobody_left()
    else:
        chosen = pupil_table.draw(
            rows,
            COLUMNS,
            columns,
            key="ks4_pupils",
            alt=f"Key stage 4 results of {len(rows)} children",
        )
        if chosen:
            children.open_child(user.la, chosen, filters, among=rows["child"].astype(str).tolist())
        pupil_table.open_one(rows, user.la, filters, key="ks4_open")
        downloads.download(
            "Download these rows (CSV)",
            rows[columns].rename(columns=COLUMNS),
            report_page.caption(report, filters, user, personal=True),
            user,
            stem="ks4-pupil-list",
            permission="cla.pupils",
            key="ks4_csv",
        )
