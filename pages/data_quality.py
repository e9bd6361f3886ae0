"""What is wrong with the return: by rule, child and table, what changed, what was not checked."""

import streamlit as st

from cla.access import require
from cla.ui import data, filter_bar, import_checks, quality_page, report_page, states
from cla.ui.words import safe_md

user = require("cla.quality")

TITLE = "Data quality"
model = data.model_or_stop(user, TITLE)
st.title(TITLE)
st.caption(safe_md(report_page.authority_name(user.la)))
filters = filter_bar.current(model, user)
filter_bar.draw(model, filters, user, narrowing=False, cohort=False)
checked = quality_page.checked_return(user, filters.year)
if checked is None:
    states.nothing_yet("The return of this year is not loaded.", user)
else:
    quality_page.draw(checked, user)
import_checks.of_year(user, filters.year)
