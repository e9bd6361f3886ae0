"""The filters in the address, and in the session so that the next page opens with the same."""

from __future__ import annotations

import streamlit as st

from cla.access import User
from cla.reports import FILTERS, Filters, Model
from cla.reports.filters import OWN

# Every name an address may carry for the filters; other names (a child's reference) are left alone.
NAMES = (*OWN, *FILTERS)
_REMEMBERED = "filters of "


def current(model: Model, user: User) -> Filters:
    """The filters of the address, else those used last, else the defaults.

    The address is brought into line. Without the child-level permission only the year counts:
    narrowing would let small numbers be worked out by difference.
    """
    asked = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    given = asked if "year" in asked else {**_remembered(user), **asked}
    filters = Filters.from_query(given, model.years)
    if not user.can("cla.pupils"):
        filters = Filters(year=filters.year)
    keep(filters, user)
    return filters


def keep(filters: Filters, user: User) -> None:
    """Write the filters to the address and the session."""
    wanted = filters.to_query()
    st.session_state[_REMEMBERED + user.la] = wanted
    for name in NAMES:
        if name not in wanted and name in st.query_params:
            del st.query_params[name]
    changes = {name: value for name, value in wanted.items() if st.query_params.get(name) != value}
    st.query_params.update(changes)


def show(name: str, value: object) -> None:
    """Put the address's value into the widget of a filter before it is drawn."""
    st.session_state[f"filter_{name}"] = value


def changed(filters: Filters, user: User, name: str) -> None:
    """Take over what was chosen in the widget of a filter; called before the page runs again."""
    value = st.session_state[f"filter_{name}"]
    keep(filters.replace(**{name: value if name in OWN else tuple(value or ())}), user)


def _remembered(user: User) -> dict[str, str]:
    return st.session_state.get(_REMEMBERED + user.la, {})
