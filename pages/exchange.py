"""Share figures: what of ours others may have, as one small file, and the files of others."""

import streamlit as st

from cla.access import require
from cla.ui import data, exchange_page, exchange_take, report_page
from cla.ui.words import safe_md

user = require("cla.import")

model = data.model(user)
st.title("Share figures")
st.caption(safe_md(report_page.authority_name(user.la)))
exchange_page.explain()
yours = st.container()
st.header("Figures of other authorities")
exchange_take.tell_what_was_done()
exchange_take.load(user)
exchange_take.loaded(user)
with yours:  # filled last: the first time it takes a while
    st.header("Yours, to give to others")
    if model is None:
        exchange_page.nothing_to_give()
    else:
        exchange_page.give(model, user)
