"""The Data quality page: figures, filters, one view of the findings, downloads."""

from __future__ import annotations

import streamlit as st

from cla.access import User
from cla.reports import year_name
from cla.ui import (
    data,
    quality_child,
    quality_data,
    quality_downloads,
    quality_filters,
    quality_words,
)
from cla.ui.quality_data import Checked, checked_return
from cla.ui.quality_views import NEED_FINDINGS, VIEWS
from cla.ui.words import counted, moment, safe_md

__all__ = ["checked_return", "draw", "forget"]


def draw(checked: Checked, user: User) -> None:
    """Everything under the title and the choice of the year."""
    quality_words.said()
    child = quality_child.asked(checked)
    if child is not None:
        quality_child.draw(checked, child, user)
        return
    _summary(checked)
    selection = quality_filters.draw(checked)
    name = _view()
    st.caption(safe_md(selection.words))
    if selection.findings.empty and name in NEED_FINDINGS:
        st.info("No finding matches these filters.", icon=":material/filter_alt_off:")
    else:
        VIEWS[name][1](checked, selection, user)
    quality_downloads.draw(checked, selection.findings, selection.words, user)


def forget() -> None:
    """Let go of what was kept of imports, after one was deleted."""
    quality_data.forget()
    data.forget()


def _view() -> str:
    return st.segmented_control(
        "Look at the findings",
        list(VIEWS),
        default="rule",
        required=True,
        format_func=lambda name: VIEWS[name][0],
        key="q_view",
        persist_state="session",
    )


def _summary(checked: Checked) -> None:
    """How many findings, about how many children, from how many rules; and what was compared."""
    figures = [
        ("Findings", len(checked.findings), "Records that fail a rule, counted once a rule."),
        ("Children", len(checked.counts["child"]), "Children with at least one finding."),
        ("Rules", len(checked.counts["rule"]), "Rules that found something."),
        ("Not run", len(checked.not_run), "Rules that lack something: neither passed nor failed."),
    ]
    if checked.before is not None:
        figures.append(("New", checked.new, "Not found by the validation before."))
        if checked.fixed is not None:
            figures.append(("Fixed", len(checked.fixed), "Found by it, and no more."))
    if len(checked.accepted):
        accepted = int(checked.findings["accepted"].sum())
        figures.append(
            ("Accepted", accepted, "Findings somebody looked into and left as they are.")
        )
    with st.container(horizontal=True, gap="large", key="quality_figures"):
        for name, count, meaning in figures:
            st.metric(name, f"{count:,}", width="content", help=meaning)
    year = year_name(checked.row.year)
    said = f"Return {year}, imported {moment(checked.row.created)}."
    if checked.before is not None:
        said += f" Compared with the validation of {moment(checked.before)}."
    st.caption(safe_md(said))
    if not checked.book.official:
        st.warning(
            f"These are not DfE's rules of {year}: no list before 2021-22 could be read."
            f" The earliest known version of {counted(len(checked.book), 'rule')} is used, of"
            " those whose data items were collected then.",
            icon=":material/info:",
        )
