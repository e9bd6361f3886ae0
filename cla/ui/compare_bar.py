"""What stands beside ours, and over how many years: chosen in the bar of every benchmark.

The address carries the choice; the session remembers the comparators, so that the next benchmark
opens with the same.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla import measures as book
from cla.access import User
from cla.ui import address, measure_words
from cla.ui.words import safe_md

YEARS = {"1": "One year", "3": "Three years together"}
_ADDRESS = "compare"
_REMEMBERED = "compared with of "
_KEY = "compare_with"
FEW = 30
"""With no more children than this in any measure, more years together are worth a try."""


def years() -> str:
    """Over how many years the figures are: "1" or "3"."""
    return address.value("years", YEARS)


def compare(measures: pd.DataFrame, user: User) -> str:
    """The comparators to show, parted by commas, "" for all that have figures.

    The address says them, else what was chosen last. Nonsense is ignored, and the address is
    brought into line.
    """
    offered, usual = measure_words.comparators(measures), measure_words.with_figures(measures)
    asked = st.query_params.get(_ADDRESS, st.session_state.get(_REMEMBERED + user.la, ""))
    wanted = tuple(name for name in offered if name in asked.split(","))
    if not wanted or wanted == usual:
        st.query_params.pop(_ADDRESS, None)
        return ""
    if st.query_params.get(_ADDRESS) != ",".join(wanted):
        st.query_params[_ADDRESS] = ",".join(wanted)
    st.session_state[_REMEMBERED + user.la] = ",".join(wanted)
    return ",".join(wanted)


def draw(measures: pd.DataFrame, user: User) -> str:
    """The choice of comparators and of years; the comparators as ``compare`` gives them."""
    chosen = compare(measures, user)
    offered = measure_words.comparators(measures)
    shown = measure_words.chosen(measures, chosen.split(","))
    st.session_state[_KEY] = list(shown)

    def changed() -> None:
        names = tuple(name for name in offered if name in (st.session_state[_KEY] or ()))
        picked = "" if names == measure_words.with_figures(measures) else ",".join(names)
        st.session_state[_REMEMBERED + user.la] = picked
        st.query_params[_ADDRESS] = picked

    if offered:
        st.pills(
            "Compare with",
            list(offered),
            selection_mode="multi",
            format_func=lambda name: safe_md(offered.get(name, name)),
            key=_KEY,
            on_change=changed,
            wrap=True,
        )
    address.segments("Figures of", YEARS, "years")
    _hint(measures)
    return chosen


def _hint(measures: pd.DataFrame) -> None:
    """Which years are taken together; or that more say more, where every figure is of few."""
    if years() != "1":
        for said in together(measures):
            st.caption(safe_md(said))
        return
    counts = measures.loc[measures["value"].notna(), "n"].dropna()
    if len(counts) and counts.max() <= FEW:
        st.caption(
            f"No figure here is of more than {int(counts.max()):,} children: three years together "
            "have narrower intervals."
        )


def together(measures: pd.DataFrame) -> tuple[str, ...]:
    """Which years the figures are of; with their measures where they differ."""
    valued = measures[measures["value"].notna()]
    spans = valued["years"].value_counts()
    if spans.empty:
        return ()
    usual = str(spans.index[0])
    said = [f"Taken together: {usual}."]
    for other in spans.index[1:]:
        names = valued.loc[valued["years"] == other, "measure"]
        of = dict.fromkeys(book.book[name].short for name in names)
        said.append(f"Of {other} only: {', '.join(of)}.")
    return tuple(said)
