"""How our children are doing, what changed, what needs attention."""

import streamlit as st

from cla.access import require
from cla.ui import data, filter_bar, home_page, publication, report_page
from cla.ui.words import safe_md

user = require("cla.view")

model = data.model(user)
st.title(safe_md(report_page.authority_name(user.la)))
if model is None:
    home_page.welcome(user)
    st.stop()

filters = filter_bar.current(model, user)
filter_bar.draw(model, filters, user, narrowing=False)
filters = filters.cleared()
report = home_page.report(model, filters, user)

publication.mark(user)
st.header("How our children are doing")
home_page.headlines(report, user, filters)
st.header("What changed")
home_page.changes(report)
st.header("What needs attention")
home_page.attention(report, user, filters)
