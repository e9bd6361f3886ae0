"""Results that may be a child's: a person says whether they are."""

import streamlit as st

from cla.access import require
from cla.ui import data, match_page, report_page
from cla.ui.words import safe_md

user = require("cla.import")

TITLE = "Matches to decide"
model = data.model_or_stop(user, TITLE)
st.title(TITLE)
st.caption(safe_md(report_page.authority_name(user.la)))
st.markdown(
    "Results that the program does not dare to give to a child, or gives with a doubt. Names from"
    " the results stand on this page only."
)
match_page.draw(model, user)
