"""What narrows a selection: the filters most used, the others behind a click, what is set."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from cla.access import User
from cla.reports import FILTERS, GROUPS, Filters, Model, Option
from cla.ui import data, filter_bar_address
from cla.ui.words import safe_md

_IN_A_ROW = 3
_SPELT_OUT = 2
_ONLY_ALL = "Nothing to choose"


def draw(model: Model, filters: Filters, user: User, stage: str | None) -> None:
    """The filters with counts of children under the others, and a way to take each away."""
    options = {option.name: option for option in data.choices(model, filters, stage)}
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        for option in options.values():
            if option.front:
                _popover(option, filters, user)
    others = [option for option in options.values() if not option.front]
    more = st.expander(
        "More filters", icon=":material/tune:", key="more_filters", on_change="rerun"
    )
    if more.open:
        with more:
            _more(others, filters, user)
    if filters.active:
        _chips(options, filters, user)


def _popover(option: Option, filters: Filters, user: User) -> None:
    """A filter that is always in sight: a button that says what is chosen, and pills behind it."""
    chosen = filters.values(option.name)
    with st.popover(
        f"{option.title}: {_said(option, chosen)}",
        key=f"popover_{option.name}",
        type="primary" if chosen else "secondary",
    ):
        if not option.available:
            st.markdown(safe_md(option.reason))
            return
        labels = _labels(option)
        filter_bar_address.show(option.name, [value for value in chosen if value in labels])
        st.pills(
            option.title,
            list(labels),
            selection_mode="multi",
            format_func=lambda value: safe_md(labels.get(value, value)),
            key=f"filter_{option.name}",
            on_change=filter_bar_address.changed,
            args=(filters, user, option.name),
        )


def _more(options: list[Option], filters: Filters, user: User) -> None:
    """The other filters by group, one group at a time; those without data say what to load."""
    groups = {name: [o for o in options if o.group == name] for name in GROUPS}
    tabs = st.tabs(list(GROUPS.values()), key="more_filters_group", on_change="rerun")
    for tab, ours in zip(tabs, groups.values(), strict=True):
        if not tab.open:
            continue
        with tab:
            offered = [option for option in ours if option.available]
            for begin in range(0, len(offered), _IN_A_ROW):
                row = offered[begin : begin + _IN_A_ROW]
                for column, option in zip(st.columns(_IN_A_ROW), row, strict=False):
                    with column:
                        _list(option, filters, user)
            lacking = [option.reason for option in ours if not option.available]
            if lacking:
                st.markdown("Not available:\n" + "\n".join(f"- {safe_md(one)}" for one in lacking))


def _list(option: Option, filters: Filters, user: User) -> None:
    """A filter as a list with a search, for lists of any length."""
    labels = _labels(option)
    chosen = [value for value in filters.values(option.name) if value in labels]
    filter_bar_address.show(option.name, chosen)
    st.multiselect(
        option.title,
        list(labels),
        format_func=lambda value: labels.get(value, value),
        placeholder="All" if labels else _ONLY_ALL,
        key=f"filter_{option.name}",
        help=safe_md(FILTERS[option.name].why),
        on_change=filter_bar_address.changed,
        args=(filters, user, option.name),
        disabled=not labels,
        select_all=False,
    )


def _chips(options: Mapping[str, Option], filters: Filters, user: User) -> None:
    """Every filter that is set, as a button that takes it away, and one that takes all away."""
    with st.container(horizontal=True, vertical_alignment="center", key="filters_set"):
        for name in filters.active:
            said = _said(options[name], filters.values(name))
            st.button(
                f"{FILTERS[name].title}: {said}",
                icon=":material/close:",
                key=f"filter_remove_{name}",
                help="Take this filter away",
                on_click=_set,
                args=(filters.replace(**{name: ()}), user),
            )
        st.button(
            "Reset filters",
            type="tertiary",
            icon=":material/filter_alt_off:",
            key="filter_reset",
            on_click=_set,
            args=(filters.cleared().replace(as_at=filters.as_at), user),
        )


def _set(filters: Filters, user: User) -> None:
    filter_bar_address.keep(filters, user)


def _labels(option: Option) -> dict[str, str]:
    """The choices by value, each with how many children it would show."""
    return {one.value: f"{one.label} ({one.count:,})" for one in option.choices}


def _said(option: Option, chosen: tuple[str, ...]) -> str:
    """What is chosen, short enough for a button."""
    names = {choice.value: choice.label for choice in option.choices}
    names = {**FILTERS[option.name].labels, **names}
    if len(chosen) > _SPELT_OUT:
        return f"{len(chosen)} chosen"
    return ", ".join(safe_md(names.get(value, value)) for value in chosen) or "all"
