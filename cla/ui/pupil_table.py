"""A table of children that feels like a spreadsheet: tones beside words, columns, a row to open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ColumnConfig

from cla.access import User
from cla.reports import Column, Filters
from cla.reports import child_columns as kinds
from cla.ui import children
from cla.ui.words import NO_NUMBER

_TONES: Mapping[str, str] = {
    kinds.HIGHER: "background-color: #cfe0f1; color: #0b0c0c",
    kinds.MET: "background-color: #d3eadf; color: #0b0c0c",
    kinds.NEAR: "background-color: #fdeebd; color: #0b0c0c",
    kinds.SHORT: "background-color: #f3f5f7; color: #0b0c0c",
    kinds.FAR: "background-color: #f6d3c4; color: #0b0c0c",
    kinds.NO_RESULT: "background-color: #e4dff0; color: #0b0c0c",
}
"""The background of a cell by its tone; what the tone means stands in the cell."""
_ADDRESS = "columns"
NO_SCORE = "no score"
"""What stands in the cell of a score that is missing without a code that says why."""


def chosen_columns(
    every: Sequence[Column], held: Sequence[str], name: str, user: User
) -> list[str]:
    """The columns this person wants to see, of those the rows hold; the child always.

    The address carries a choice; the session remembers it for this person and this table.
    """
    offered = {one.name: one for one in every if one.name in held and one.name != "child"}
    remembered = f"columns of {name} for {user.username}"
    at_first = [one.name for one in offered.values() if one.first]
    asked = [one for one in st.query_params.get(_ADDRESS, "").split(",") if one in offered]
    chosen = asked or [one for one in st.session_state.get(remembered, at_first) if one in offered]
    key = f"{name}_columns"
    st.session_state[key] = chosen

    def keep(wanted: list[str] | None = None) -> None:
        picked = st.session_state[key] if wanted is None else wanted
        st.session_state[remembered] = picked
        if picked == at_first or not picked:
            st.query_params.pop(_ADDRESS, None)
            st.session_state.pop(remembered, None)
        else:
            st.query_params[_ADDRESS] = ",".join(picked)

    if asked and asked != at_first:
        st.session_state[remembered] = asked
    with st.popover("Columns", icon=":material/view_column:", key=f"{key}_popover"):
        st.multiselect(
            f"Columns to show, of {len(offered)}",
            list(offered),
            format_func=lambda one: f"{offered[one].group}: {offered[one].title}",
            key=key,
            on_change=keep,
        )
        st.button("As at first", key=f"{key}_reset", on_click=keep, args=(at_first,))
    return ["child", *(one for one in offered if one in chosen)]


def draw(
    rows: pd.DataFrame, every: Sequence[Column], shown: Sequence[str], *, key: str, alt: str
) -> str | None:
    """The table; the child whose row was chosen, if any.

    Columns that are not shown are not sent.
    """
    columns = [one for name in shown for one in every if one.name == name]
    event = st.dataframe(
        styled(rows, columns),
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="",
        column_config={one.title: _config(one) for one in columns},
        height="auto" if len(rows) <= 14 else 560,
        alt=alt,
    )
    chosen = event["selection"]["rows"]
    return str(rows["child"].iloc[chosen[0]]) if chosen and chosen[0] < len(rows) else None


def styled(rows: pd.DataFrame, columns: Sequence[Column]) -> Styler:
    """The rows with headings, each cell in words and in its tone; numbers still sort as numbers."""
    sent = titled(rows, columns).reset_index(drop=True)
    coded = [one for one in columns if one.instead in rows]
    missing = {one.title: sent[one.title].isna() for one in coded}
    sent = sent.fillna(dict.fromkeys(missing, NO_NUMBER))
    style = sent.style.format({one.title: kinds.words(one) for one in columns}, na_rep="")
    for one in columns:
        if kinds.has_tone(one):
            tone = kinds.tone(one)
            style = style.map(
                lambda cell, tone=tone: _TONES.get(tone(cell), ""), subset=[one.title]
            )
    for one in coded:
        codes = rows[one.instead].reset_index(drop=True)[missing[one.title]]
        style = _codes_instead(style, one.title, codes)
    return style


def _codes_instead(style: Styler, title: str, codes: pd.Series) -> Styler:
    """The outcome code in the cells of a column that have no number; words where there is none."""
    codes = codes.astype("str").fillna("").str.strip().replace("", NO_SCORE)
    for said in sorted(set(codes)):
        cells = (codes.index[codes == said], [title])
        style = style.format(_always(str(said)), subset=cells)
        style = style.map(_always(_TONES[kinds.NO_RESULT]), subset=cells)
    return style


def _always(text: str) -> Callable[[object], str]:
    """A function that gives this text for any cell."""
    return lambda _: text


def titled(rows: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """The rows with these columns under the headings that people read."""
    return rows[[one.name for one in columns]].rename(columns={c.name: c.title for c in columns})


def _config(column: Column) -> ColumnConfig:
    pinned = column.name == "child"
    tip = column.hint or None
    if column.numeric:
        return st.column_config.NumberColumn(help=tip)
    if column.kind == "date":
        return st.column_config.DateColumn(help=tip, format="DD/MM/YYYY")
    if column.kind in ("yes_no", "met"):
        return st.column_config.Column(help=tip)
    return st.column_config.TextColumn(help=tip, pinned=pinned)


def open_one(rows: pd.DataFrame, la: str, filters: Filters, *, key: str, page: str = "") -> None:
    """A way to a child's page without the grid: choose by typing, then open.

    Serves keyboard and reader.
    """
    everyone = [str(child) for child in rows["child"]]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        child = st.selectbox(
            "Open the page of a child",
            everyone,
            index=None,
            placeholder="Type or choose an identifier",
            key=key,
            width=320,
        )
        if (
            st.button("Open this child", disabled=child is None, key=f"{key}_button")
            and child is not None
        ):
            children.open_child(la, child, filters, among=everyone, page=page)
