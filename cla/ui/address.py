"""Choices that the address keeps: a link sent to a colleague opens the same view.

An address carries what differs from the first choice of each. Nonsense in it is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st


def value(name: str, choices: Sequence[str] | Mapping[str, str]) -> str:
    """What the address says of this name; the first of the choices when it says none of them."""
    given = st.query_params.get(name, "")
    return given if given in choices else next(iter(choices), "")


def values(name: str, choices: Sequence[str], default: Sequence[str]) -> tuple[str, ...]:
    """The choices named in the address, in their order; the default where it names none."""
    given = st.query_params.get(name, "").split(",")
    return tuple(choice for choice in choices if choice in given) or tuple(default)


def segments(label: str, choices: Mapping[str, str], name: str) -> str:
    """One of a few, side by side; ``choices`` from what the address carries to the words."""
    _show(name, value(name, choices))
    st.segmented_control(
        label,
        list(choices),
        required=True,
        format_func=lambda key: choices.get(key, key),
        key=_key(name),
        on_change=_changed,
        args=(name, next(iter(choices))),
    )
    return value(name, choices)


def select(label: str, choices: Mapping[str, str], name: str, *, width: int = 260) -> str:
    """One of many, in a list."""
    _show(name, value(name, choices))
    st.selectbox(
        label,
        list(choices),
        format_func=lambda key: choices.get(key, key),
        key=_key(name),
        on_change=_changed,
        args=(name, next(iter(choices))),
        width=width,
    )
    return value(name, choices)


def several(
    label: str, choices: Mapping[str, str], name: str, default: Sequence[str]
) -> tuple[str, ...]:
    """Any of many; none chosen is the default."""
    chosen = values(name, list(choices), default)
    _show(name, list(chosen))
    st.multiselect(
        label,
        list(choices),
        format_func=lambda key: choices.get(key, key),
        key=_key(name),
        on_change=_several_changed,
        args=(name, tuple(default)),
    )
    return chosen


def _key(name: str) -> str:
    return f"address_{name}"


def _show(name: str, shown: object) -> None:
    """Put the address's value into the widget before it is drawn."""
    st.session_state[_key(name)] = shown


def _changed(name: str, first: str) -> None:
    _keep(name, st.session_state[_key(name)], first)


def _several_changed(name: str, default: tuple[str, ...]) -> None:
    _keep(name, ",".join(st.session_state[_key(name)]), ",".join(default))


def _keep(name: str, chosen: str, usual: str) -> None:
    if chosen and chosen != usual:
        st.query_params[name] = chosen
    elif name in st.query_params:
        del st.query_params[name]
