"""One child, one page.

Care on one axis of time, results beside England's, what is missing, what is wrong.
"""

import streamlit as st

from cla.access import require
from cla.ui import child_page, children, data, filter_bar, quality_data
from cla.ui.words import safe_md

user = require("cla.pupils")

TITLE = "Pupil details"
model = data.model_or_stop(user, TITLE)
filters = filter_bar.current(model, user)
child = children.child_of(model, st.query_params.get("child", ""))
if child is None:
    st.title(TITLE)
    st.info(
        "There is no such child in the returns of this authority. Choose one from the pupil list."
    )
    st.page_link("case_finder.py", label="Case finder", icon=":material/person_search:")
    st.page_link("ks2_pupil_list.py", label="Key stage 2 pupil list", icon=":material/list:")
    st.page_link("ks4_pupil_list.py", label="Key stage 4 pupil list", icon=":material/list:")
    st.stop()

children.note_view(user, child)
findings = quality_data.about_child(user, model.latest, child)
details = data.pupil(model, child, child_page.still_open(findings))

st.title(f"Child {safe_md(child)}")
child_page.headline(details)
child_page.walk(user.la, child, model, filters)
child_page.facts(details)

st.header("Care, school and results")
child_page.timeline(details)

st.header("Results")
child_page.results(details)
child_page.notes(details)

st.header("School and attendance")
child_page.schooling(details)

st.header("What is missing")
child_page.missing(details)

st.header("Findings in the return")
child_page.findings(findings, filters, user, child)

st.header("Records")
child_page.records(details)
