"""The pupil list as a table that feels like a spreadsheet.

Search, columns, and a row that opens a child.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from cla.reports import Filters
from cla.ui import children


def search(rows: pd.DataFrame, words: str, columns: Sequence[str]) -> pd.DataFrame:
    """The rows in which every word occurs somewhere in these columns, capitals or not."""
    found = pd.Series(True, index=rows.index)
    for word in words.split():
        anywhere = pd.Series(False, index=rows.index)
        for column in columns:
            text = rows[column].astype("str").fillna("")
            anywhere |= text.str.contains(word, case=False, regex=False)
        found &= anywhere
    return rows[found]


def chosen_columns(titles: Mapping[str, str], default: Sequence[str], key: str) -> list[str]:
    """The columns this person wants to see, remembered while they are signed in.

    The child always.
    """
    with st.popover("Columns", icon=":material/view_column:", key=f"{key}_popover"):
        chosen = st.multiselect(
            "Columns to show",
            [name for name in titles if name != "child"],
            default=[name for name in default if name != "child"],
            format_func=titles.__getitem__,
            key=key,
            persist_state="session",
        )
    return ["child", *(name for name in titles if name in chosen)]


def draw(
    rows: pd.DataFrame, titles: Mapping[str, str], columns: Sequence[str], *, key: str, alt: str
) -> str | None:
    """The table; the child whose row was chosen, if any.

    Columns that are not shown are not sent.
    """
    sent = rows[list(columns)].rename(columns=dict(titles)).reset_index(drop=True)
    event = st.dataframe(
        sent,
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="",
        column_config=_config(sent, titles),
        alt=alt,
    )
    chosen = event["selection"]["rows"]
    return str(rows["child"].iloc[chosen[0]]) if chosen and chosen[0] < len(rows) else None


def open_one(rows: pd.DataFrame, la: str, filters: Filters, *, key: str) -> None:
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
            children.open_child(la, child, filters, among=everyone)


def _config(sent: pd.DataFrame, titles: Mapping[str, str]) -> dict[str, ColumnConfig]:
    config: dict[str, ColumnConfig] = {titles["child"]: st.column_config.TextColumn(pinned=True)}
    for heading, column in sent.items():
        if pd.api.types.is_bool_dtype(column):
            continue
        if pd.api.types.is_float_dtype(column):
            config[str(heading)] = st.column_config.NumberColumn(format="%.1f")
    return config
