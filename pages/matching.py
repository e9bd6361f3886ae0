"""How results were matched to the cohort, who is not matched and why, who is 12 months in care."""

import streamlit as st

from cla.access import require
from cla.reports import STAGE_LABELS, year_name
from cla.ui import data, filter_bar, match_report, report_page

user = require("cla.pupils")

TITLE = "Who is matched"

model = data.model_or_stop(user, TITLE)
filters = report_page.begin(TITLE, model, user)
loaded = match_report.stages(model, filters.year)
if loaded:
    stage = filter_bar.choose_stage(loaded)
    match_report.matched(model, filters, user, stage)
    match_report.not_matched(model, filters, user, stage)
else:
    known = ", ".join(STAGE_LABELS.values())
    st.info(f"No results of this year are loaded ({known}). Import them.", icon=":material/info:")

st.header(f"Twelve months at 31 March, {year_name(filters.year)}")
differences = data.cohort_differences(model, filters.year, user)
report_page.tables(differences, {"children": "Our calculation and the OC2 file disagree"})
