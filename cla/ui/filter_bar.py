"""The filter bar that all reports share. A link carries the filters and opens the same view.

Year and cohort definition stand apart, since they change what the figures are; the filters narrow
them.
The address is the truth; the session remembers it, so that the next page opens with the same
filters.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from cla.access import User
from cla.reports import COHORT_LABELS, Coverage, Filters, Model, Option, year_name
from cla.ui import data
from cla.ui.words import counted

# Every name an address may carry for the filters; other names (a child's reference) are left alone.
NAMES = ("year", "cohort", "sex", "sen", "time_in_care", "placement")
_NARROWING = NAMES[2:]
_REMEMBERED = "filters of "


def current(model: Model, user: User) -> Filters:
    """The filters of the address, else those used last, else the defaults.

    The address is brought into line.

    Without the child-level permission only the year counts: narrowing would let small numbers be
    worked
    out by difference.
    """
    asked = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    given = asked if "year" in asked else {**_remembered(user), **asked}
    filters = Filters.from_query(given, model.years)
    if not user.can("cla.pupils"):
        filters = Filters(year=filters.year)
    _keep(filters, user)
    return filters


def draw(
    model: Model,
    filters: Filters,
    user: User,
    *,
    stage: str | None = None,
    cohort: bool = True,
    narrowing: bool = True,
) -> None:
    """The bar. A change is written to the address before the page runs again."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="year_and_cohort"):
        _year(model, filters, user)
        if cohort and user.can("cla.pupils"):
            _cohort(filters, user)
    if narrowing and user.can("cla.pupils"):
        _narrowing(model, filters, user, stage)


def choose_stage(stages: Mapping[str, str]) -> str:
    """Which key stage the page is about; the address carries it as ``stage``."""
    given = st.query_params.get("stage", "")
    st.session_state["stage_choice"] = given if given in stages else next(iter(stages))

    def changed() -> None:
        st.query_params["stage"] = st.session_state["stage_choice"]

    chosen = st.segmented_control(
        "Results of",
        list(stages),
        required=True,
        format_func=stages.__getitem__,
        key="stage_choice",
        on_change=changed,
    )
    return str(chosen)


def selection(filters: Filters) -> None:
    """The selection in words; the caption of every export says the same."""
    st.markdown(f"**Showing:** {filters.words()}")


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


def _year(model: Model, filters: Filters, user: User) -> None:
    years = sorted(model.years, reverse=True)
    _show("year", filters.year)
    st.selectbox(
        "Year ending 31 March",
        years,
        format_func=year_name,
        key="filter_year",
        on_change=_changed,
        args=(filters, user, "year"),
        width=190,
        filter_mode=None,
    )


def _cohort(filters: Filters, user: User) -> None:
    _show("cohort", filters.cohort)
    st.selectbox(
        "Cohort",
        list(COHORT_LABELS),
        format_func=COHORT_LABELS.__getitem__,
        key="filter_cohort",
        on_change=_changed,
        args=(filters, user, "cohort"),
        width=340,
        filter_mode=None,
    )


def _narrowing(model: Model, filters: Filters, user: User, stage: str | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        for option in data.choices(model, filters, stage):
            _filter(option, filters, user)
        if filters.active:
            st.button(
                "Reset filters",
                type="tertiary",
                icon=":material/filter_alt_off:",
                key="filter_reset",
                on_click=_reset,
                args=(filters, user),
            )


def _filter(option: Option, filters: Filters, user: User) -> None:
    chosen = filters.values(option.name)
    labels = {choice.value: choice.label for choice in option.choices}
    counts = {choice.value: choice.count for choice in option.choices}
    said = ", ".join(labels.get(value, value) for value in chosen) or "all"
    with st.popover(
        f"{option.title}: {said}",
        key=f"popover_{option.name}",
        type="primary" if chosen else "secondary",
    ):
        if not option.available:
            st.markdown(option.reason)
            return
        _show(option.name, [value for value in chosen if value in labels])
        st.pills(
            option.title,
            list(labels),
            selection_mode="multi",
            format_func=lambda value: f"{labels[value]} ({counts[value]:,})",
            key=f"filter_{option.name}",
            on_change=_changed,
            args=(filters, user, option.name),
        )


def _show(name: str, value: object) -> None:
    """Put the address's value into the widget before it is drawn."""
    st.session_state[f"filter_{name}"] = value


def _changed(filters: Filters, user: User, name: str) -> None:
    value = st.session_state[f"filter_{name}"]
    _keep(filters.replace(**{name: tuple(value) if name in _NARROWING else value}), user)


def _reset(filters: Filters, user: User) -> None:
    _keep(filters.cleared(), user)


def _remembered(user: User) -> dict[str, str]:
    return st.session_state.get(_REMEMBERED + user.la, {})


def _keep(filters: Filters, user: User) -> None:
    wanted = filters.to_query()
    st.session_state[_REMEMBERED + user.la] = wanted
    for name in NAMES:
        if name not in wanted and name in st.query_params:
            del st.query_params[name]
    changes = {name: value for name, value in wanted.items() if st.query_params.get(name) != value}
    st.query_params.update(changes)
