"""Who is in the cohort, who joined and left, and what people decided about single children."""

import streamlit as st

from cla.access import require
from cla.ui import cohort_page, data, filter_bar, report_page
from cla.ui.words import safe_md

user = require("cla.pupils")

TITLE = "Cohort"
model = data.model_or_stop(user, TITLE)
st.title(TITLE)
st.caption(safe_md(report_page.authority_name(user.la)))
filters = filter_bar.current(model, user)
filter_bar.draw(model, filters, user, cohort=False, narrowing=False)
report = data.report("cohort_members", model, filters, user)

if report.empty:
    st.info(safe_md(report.empty), icon=":material/info:")
else:
    cohort_page.sizes(report)
    cohort_page.movements(report, filters, user)
    cohort_page.other_years(report, filters)
    cohort_page.children(report, filters, user)
    cohort_page.decide(model, report, filters, user)
    cohort_page.decided(filters, user)
