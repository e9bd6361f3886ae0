"""The server: Streamlit's app behind the gate. Start it with ``streamlit run app.py``."""

from __future__ import annotations

import os

import streamlit as st
from starlette.middleware import Middleware

from cla.access.failures import show_reference
from cla.access.gate import Gate
from cla.access.startup import prepared

os.umask(0o077)  # whatever this process writes is for its own account only

FIRST_PAGE = (
    "plotly.graph_objects",
    "cla.ui.home_page",
    "cla.ui.report_page",
    "cla.ui.measure_table",
)

app = st.App(
    "pages/router.py",
    lifespan=prepared(FIRST_PAGE),
    middleware=[Middleware(Gate)],
    on_script_error=show_reference,
)
