"""What every report page does around its table.

Title, filters, selection in words, notes, download.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from cla import authorities
from cla.access import User
from cla.reports import Filters, Model, Report
from cla.ui import downloads, filter_bar
from cla.ui.words import safe_md


def begin(title: str, model: Model, user: User, stage: str | None = None) -> Filters:
    """Title and filter bar; the filters chosen."""
    st.title(title)
    st.caption(f"{safe_md(authority_name(user.la))}")
    filters = filter_bar.current(model, user)
    filter_bar.draw(model, filters, user, stage=stage)
    return filters


def described(report: Report, filters: Filters, user: User, stage: str) -> bool:
    """The selection in words, the coverage, the notes; False when there is nothing more to show."""
    filter_bar.selection(report.caption)
    filter_bar.coverage_line(report.coverage, user, filters, stage)
    if report.empty:
        st.info(safe_md(report.empty), icon=":material/info:")
        return False
    notes(report)
    return True


def notes(report: Report) -> None:
    """The notes of a report, the first in sight and the rest behind a click."""
    if not report.notes:
        return
    st.markdown(safe_md(report.notes[0]))
    if len(report.notes) > 1:
        with st.expander(f"Read this with the figures ({len(report.notes) - 1})"):
            st.markdown("\n".join(f"- {safe_md(note)}" for note in report.notes[1:]))


def tables(report: Report, titles: Mapping[str, str]) -> None:
    """The frames of a report that have rows, each under its title; else the report's sentence."""
    if report.empty:
        st.markdown(safe_md(report.empty))
    for name, title in titles.items():
        frame = report.frames.get(name)
        if frame is None or frame.empty:
            continue
        st.subheader(title)
        st.dataframe(_headed(frame), hide_index=True, placeholder="", alt=title)
    for note in report.notes:
        st.caption(safe_md(note))


_HEADINGS = {
    "label": "What",
    "count": "Children",
    "computed": "By the episodes",
    "oc2": "In the OC2 file",
    "upn": "UPN",
    "dob": "Born",
}


def _headed(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with headings for people, yes and no in words, and without the codes of its rows."""
    shown = frame.drop(columns="tier", errors="ignore")
    for name in shown.select_dtypes(["bool", "boolean"]):
        shown[name] = shown[name].map({True: "yes", False: "no"})
    return shown.rename(
        columns=lambda name: _HEADINGS.get(name, name.replace("_", " ").capitalize())
    )


def caption(report: Report, filters: Filters, user: User, *, personal: bool) -> downloads.Caption:
    """What the first lines of an export of this report say."""
    selection = report.caption or filters.words()
    if report.coverage is not None:
        selection = f"{selection}. {report.coverage.words()}"
    source = "the authority's SSDA903 return and results; England: Department for Education"
    return downloads.Caption(
        title=report.title,
        authority=authority_name(user.la),
        selection=selection,
        source=source,
        personal=personal,
    )


def authority_name(la: str) -> str:
    """The authority as people call it."""
    return authorities.find(la).name
