"""One match to decide: both records side by side, what speaks for it, what else might fit."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla.reports.match_queue import Case, Parts
from cla.ui.words import safe_md

_MARKS = {True: "= ", False: "≠ ", None: ""}
_OTHERS = {
    "child": "Child",
    "result": "UPN of the result",
    "born": "Born, in the results",
    "how": "How it stands",
}


def draw(case: Case) -> None:
    """The case: why it is here, the two records, what else might fit."""
    st.markdown(f"**Why:** {safe_md(case.why)}")
    if case.difference:
        st.markdown(safe_md(case.difference))
    st.table(
        _records(case),
        border="horizontal",
        alt="The child in the return beside the pupil in the results",
    )
    if any(fact.same is False for fact in case.facts):
        st.caption("≠ differs: the characters that do are underlaid and in [square brackets].")
    if case.others.empty:
        st.markdown("Nothing else in these results fits this child, nor this result another child.")
    else:
        st.markdown("**What else might fit:**")
        st.table(
            _escaped(case.others.rename(columns=_OTHERS)),
            border="horizontal",
            hide_index=True,
            alt="What else might fit this child or this result",
        )


def _records(case: Case) -> pd.DataFrame:
    rows = {
        "": [f"**{_MARKS[fact.same]}{safe_md(fact.name)}**" for fact in case.facts],
        f"In the return: child {safe_md(case.child)}": [marked(fact.here) for fact in case.facts],
        "In the results": [marked(fact.there) for fact in case.facts],
    }
    return pd.DataFrame(rows).set_index("")


def marked(parts: Parts) -> str:
    """Text as markdown; what differs is underlaid and in square brackets. "–" for nothing."""
    if not parts:
        return "–"
    return "".join(
        safe_md(text) if same else f":orange-background[**\\[{safe_md(text)}\\]**]"
        for text, same in parts
    )


def _escaped(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.apply(lambda column: column.map(safe_md))
