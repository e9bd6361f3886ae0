"""Every import of the authority: who, when, which files, what was found; make current, delete."""

import streamlit as st

from cla.access import require
from cla.ui import history, report_page, states
from cla.ui.words import safe_md

user = require("cla.history")

st.title("Import history")
st.caption(safe_md(report_page.authority_name(user.la)))
history.tell_what_was_done()
imports = history.rows(user)
if imports.empty:
    states.nothing_yet("Nothing is imported yet.", user)

chosen = history.draw_list(imports, user)
if chosen is None:
    st.info("Choose an import to see its files, rows and findings.", icon=":material/info:")
else:
    history.draw_one(chosen, user)
