"""The filter bar that all reports share. A link carries the filters and opens the same view.

Year, cohort and the day of care stand apart, since they change what the figures are; the filters
narrow them. The address is the truth; the session remembers it, so that the next page opens with
the same filters.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from cla.access import User
from cla.cohort import STATUTORY
from cla.reports import AS_AT_LABELS, COHORT_LABELS, Coverage, Filters, Model, year_name
from cla.reports.filters_options import assessment_day
from cla.ui import data, filter_bar_choices, match_links
from cla.ui.filter_bar_address import NAMES, changed, current, show
from cla.ui.words import counted, safe_md

__all__ = ["NAMES", "choose_stage", "coverage_line", "current", "draw", "selection"]


def draw(
    model: Model,
    filters: Filters,
    user: User,
    *,
    stage: str | None = None,
    year: bool = True,
    cohort: bool = True,
    narrowing: bool = True,
) -> None:
    """The bar. A change is written to the address before the page runs again."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="year_and_cohort"):
        if year:
            _year(model, filters, user)
        if cohort and user.can("cla.pupils"):
            _cohort(model, filters, user)
        if narrowing and stage and user.can("cla.pupils"):
            _as_at(filters, user, stage)
    if narrowing and user.can("cla.pupils"):
        filter_bar_choices.draw(model, filters, user, stage)


def choose_stage(stages: Mapping[str, str]) -> str:
    """Which key stage the page is about; the address carries it as ``stage``."""
    given = st.query_params.get("stage", "")
    st.session_state["stage_choice"] = given if given in stages else next(iter(stages))

    def stage_changed() -> None:
        st.query_params["stage"] = st.session_state["stage_choice"]

    chosen = st.segmented_control(
        "Results of",
        list(stages),
        required=True,
        format_func=stages.__getitem__,
        key="stage_choice",
        on_change=stage_changed,
    )
    return str(chosen)


def selection(said: str) -> None:
    """The selection in words; the caption of every export says the same."""
    st.markdown(f"**Showing:** {safe_md(said)}")


def coverage_line(counts: Coverage | None, user: User, filters: Filters, stage: str) -> None:
    """How many are in the cohort, matched and with a result, and the way to the unmatched.

    Without a ``stage`` there is no way: the page is that list itself.
    """
    if counts is None:
        return
    st.markdown(counts.words())
    if user.can("cla.pupils") and stage and counts.not_matched:
        st.page_link(
            "matching.py",
            label=f"See {counted(counts.not_matched, 'child', 'children')} not matched",
            icon=":material/person_search:",
            query_params={**filters.to_query(), "stage": stage},
        )
    if user.can("cla.import") and stage and (model := data.model(user)) is not None:
        match_links.to_decide(model, filters.year, stage, user)


def _year(model: Model, filters: Filters, user: User) -> None:
    years = sorted(model.years, reverse=True)
    show("year", filters.year)
    st.selectbox(
        "Year ending 31 March",
        years,
        format_func=year_name,
        key="filter_year",
        on_change=changed,
        args=(filters, user, "year"),
        width=165,
        filter_mode=None,
    )


def _cohort(model: Model, filters: Filters, user: User) -> None:
    listed = model.current_list(filters.year) is not None
    show("cohort", filters.cohort)
    st.selectbox(
        "Cohort",
        [name for name in COHORT_LABELS if listed or name in (*STATUTORY, filters.cohort)],
        format_func=COHORT_LABELS.__getitem__,
        key="filter_cohort",
        on_change=changed,
        args=(filters, user, "cohort"),
        width=325,
        filter_mode=None,
    )


def _as_at(filters: Filters, user: User, stage: str) -> None:
    days = {
        "31_march": f"31 March {filters.year}",
        "assessment": f"The assessment ({assessment_day(stage, filters.year)})",
    }
    show("as_at", filters.as_at)
    st.selectbox(
        "Care as at",
        list(AS_AT_LABELS),
        format_func=days.__getitem__,
        key="filter_as_at",
        on_change=changed,
        args=(filters, user, "as_at"),
        width=265,
        filter_mode=None,
    )
