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
    measures = measure_table.ordered(report.frames["measures"], measure_table.ORDERS[order])
    for group, rows in measures.groupby("group", sort=False):
        st.header(str(group))
        rows = measure_table.shortened(rows)
        measure_table.draw_chart(rows, ours=report_page.authority_name(user.la), key=f"ks2_{group}")
        measure_table.draw_table(rows)
    st.caption(measure_table.VERDICT)
    with st.expander("Sentences to copy into a report"):
        measure_table.draw_sentences(measures)
    downloads.download(
        "Download this table (CSV)",
        measure_table.export(measures),
        report_page.caption(report, filters, user, personal=False),
        user,
        stem="ks2-benchmark",
        permission="cla.view",
        key="ks2_csv",
    )
