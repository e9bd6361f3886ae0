"""A child in an address: an opaque reference made with a secret key, never an identifier.

The reference of a child stays the same while the key does, so that a link can be kept; it opens
nothing for
people of another authority, for whom it is made with another text.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from cla.access import User, current_store
from cla.access.secret import key_for
from cla.reports import Filters, Model
from cla.store import audit
from cla.ui.data import loaded

_LOOKED_AT = "children looked at"
_AMONG = "children in the list"
_FROM = "page of the list"
_AGAIN_AFTER = timedelta(minutes=15)


def reference(la: str, child: str) -> str:
    """The reference of a child of this authority: 20 hexadecimal digits."""
    key = bytes.fromhex(key_for("child reference"))
    return hmac.digest(key, f"{la}\n{child}".encode(), "sha256").hex()[:20]


def child_of(model: Model, given: str) -> str | None:
    """The child whose reference was given; None for anything else, whatever it is."""
    return _children(model.la, model.version).get(given)


def open_child(la: str, child: str, filters: Filters, among: Sequence[str], page: str = "") -> None:
    """Go to the page of one child, with the list they were found in, its page and the filters.

    Ends the run.
    """
    st.session_state[_AMONG] = (la, tuple(among))
    st.session_state[_FROM] = page
    st.switch_page(
        "pupil_details.py", query_params={"child": reference(la, child), **filters.to_query()}
    )


def neighbours(la: str, child: str, everyone: Sequence[str]) -> tuple[str | None, str | None, str]:
    """The children before and after this one in the list people came from; its place in words.

    ``everyone`` is the list to use for those who came by a link.
    """
    of, among = st.session_state.get(_AMONG, ("", ()))
    if of != la or child not in among:
        among = tuple(everyone)
    if child not in among:
        return None, None, ""
    position = among.index(child)
    before = among[position - 1] if position else None
    after = among[position + 1] if position + 1 < len(among) else None
    return before, after, f"{position + 1:,} of {len(among):,} in the list"


def came_from() -> str:
    """The file of the page with the list that the child was opened from; "" without one."""
    return str(st.session_state.get(_FROM, ""))


def note_view(user: User, child: str) -> None:
    """Write down that this person looked at this child, once in a quarter of an hour.

    Raises what the store raises: a view that cannot be written down is not given.
    """
    mark = reference(user.la, child)
    seen: dict[str, datetime] = st.session_state.setdefault(_LOOKED_AT, {})
    now = datetime.now(UTC)
    if mark in seen and now - seen[mark] < _AGAIN_AFTER:
        return
    audit.append(current_store(), user.la, user.username, "child viewed", {"child": mark}, now=now)
    seen[mark] = now


def forget() -> None:
    """Let go of the references, after an import was deleted."""
    _children.clear()


@st.cache_resource(max_entries=8, show_spinner=False)
def _children(la: str, version: int) -> dict[str, str]:
    found = loaded(la, version)
    everyone = {child for year in found.years for child in found.children(year)["child"]}
    return {reference(la, str(child)): str(child) for child in everyone}
