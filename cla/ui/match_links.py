"""The way to the matches that wait for a person."""

from __future__ import annotations

import streamlit as st

from cla.access import User
from cla.reports import Model, undecided
from cla.ui.words import counted


def to_decide(model: Model, year: int, stage: str, user: User) -> None:
    """How many matches of a stage and year wait, and the way there for those who may decide."""
    counts = undecided(model, year)
    count = int(counts.loc[counts["stage"] == stage, "count"].sum())
    if not count:
        return
    told = f"{counted(count, 'match', 'matches')} to decide"
    if user.can("cla.import"):
        st.page_link("match_queue.py", label=told, icon=":material/rule:")
    else:
        st.markdown(f"{told}: an analyst of your authority can.")
