"""Key stage 2: every measure of our children beside England's, with how sure one can be."""

import streamlit as st

from cla.access import require
from cla.ui import data, downloads, measure_table, report_page

user = require("cla.view")

TITLE = "Key stage 2 benchmark"
model = data.model_or_stop(user, TITLE)
filters = report_page.begin(TITLE, model, user, stage="ks2")
report = data.report("ks2_benchmark", model, filters, user)

if report_page.described(report, filters, user, "ks2"):
    order = st.segmented_control(
        "Order of the measures",
        list(measure_table.ORDERS),
        default="As published",
        required=True,
        key="ks2_order",
        persist_state="session",
    )
    shown = data.measures("ks2_benchmark", model, filters, user, measure_table.ORDERS[order])
    for group in shown.groups:
        measure_table.draw(group, "ks2")
    st.caption(measure_table.VERDICT)
    with st.expander("Sentences to copy into a report"):
        measure_table.draw_sentences(shown.sentences)
    downloads.download(
        "Download this table (CSV)",
        shown.export,
        report_page.caption(report, filters, user, personal=False),
        user,
        stem="ks2-benchmark",
        permission="cla.view",
        key="ks2_csv",
    )
