"""Everything wrong with one child on one screen: the findings, and all records side by side."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla.access import User
from cla.reports import year_name
from cla.ssda903 import layout
from cla.ui import children, quality, quality_accept
from cla.ui.quality_data import Checked
from cla.ui.quality_words import ROWS_AT_ONCE, listing
from cla.ui.words import counted, listed, safe_md

PARAMETER = "child"
_FEW_FIELDS = 5
_NO_BREAK = "\u00a0"
_AMONG = "quality: children of the list"


def open_child(checked: Checked, child: str, among: list[str]) -> None:
    """Go to the screen of a child: the address gets the reference. Ends the run.

    ``among`` are the children of the list they were found in, for the way to the next.
    """
    st.session_state[_AMONG] = (checked.row.id, tuple(among))
    st.query_params[PARAMETER] = children.reference(checked.row.la, child)
    st.rerun()


def asked(checked: Checked) -> str | None:
    """The child of the address, if this return names it."""
    given = st.query_params.get(PARAMETER, "")
    return checked.child_of(given) if given else None


def draw(checked: Checked, child: str, user: User) -> None:
    """The screen of a child."""
    children.note_view(user, child)
    own = checked.findings[checked.findings["child"] == child]
    _way(checked, child)
    accepted = int(own["accepted"].sum())
    said = counted(len(own), "finding")
    said += f", {accepted:,} of them accepted" if accepted else ""
    st.subheader(safe_md(f"Child {child}: {said}"))
    if own.empty:
        st.info(f"No rule found anything about this child in {year_name(checked.row.year)}.")
    else:
        _findings(checked, own, user)
    _records(checked, child, own)
    if user.can("cla.pupils"):
        st.page_link(
            "pupil_details.py",
            label="This child's care, school and results",
            icon=":material/person:",
            query_params={PARAMETER: children.reference(user.la, child)},
        )


def _way(checked: Checked, child: str) -> None:
    of, listed_children = st.session_state.get(_AMONG, ("", ()))
    among = list(listed_children) if of == checked.row.id else []
    place = among.index(child) if child in among else None
    with st.container(horizontal=True, vertical_alignment="center", key="q_child_way"):
        if st.button("All findings", icon=":material/arrow_back:", key="q_all_children"):
            del st.query_params[PARAMETER]
            st.rerun()
        if place is None:
            return
        before = among[place - 1] if place else ""
        after = among[place + 1] if place + 1 < len(among) else ""
        for name, icon, other in (
            ("Previous child", "chevron_left", before),
            ("Next child", "chevron_right", after),
        ):
            if st.button(name, icon=f":material/{icon}:", disabled=not other, key=f"q_{icon}"):
                open_child(checked, other, among)
        st.caption(f"{place + 1:,} of {len(among):,} in the list")


def _findings(checked: Checked, own: pd.DataFrame, user: User) -> None:
    rows = listing(own)
    if own["accepted"].any():
        names = checked.accepted.set_index("key")["name"]
        rows["Accepted by"] = names.reindex(own["key"]).fillna("").to_numpy()
    picked = quality_accept.table(
        rows, f"q_child_findings_{own['key'].iloc[0]}", "Findings about this child",
        user.can(quality_accept.NEEDS),
    )  # fmt: skip
    quality_accept.form(checked, own.iloc[picked], own, user, "q_child_accept")


def _records(checked: Checked, child: str, own: pd.DataFrame) -> None:
    """All records of the child, two tables beside one another; tables without any in a line."""
    found = {name: checked.records_of(name, child) for name in checked.row.row_counts}
    present = [name for name, records in found.items() if not records.empty]
    st.caption(
        f"All records of the child. A failing cell is filled and begins with {quality.SIGN};"
        " Rules says which rules the record fails. Columns without anything in them are left out."
    )
    narrow = [name for name in present if _is_narrow(found[name])]
    for name in present:
        if name not in narrow:
            _table(checked, name, found[name], own[own["table"] == name])
    for start in range(0, len(narrow), 2):
        for column, name in zip(st.columns(2), narrow[start : start + 2], strict=False):
            with column:
                _table(checked, name, found[name], own[own["table"] == name])
    absent = sorted(set(found) - set(present))
    if absent:
        st.caption(f"No record in {listed(absent)}.")


def _is_narrow(records: pd.DataFrame) -> bool:
    """Whether half the page is enough: one record, or records of a few fields."""
    return len(records) == 1 or len(records.columns) <= _FEW_FIELDS


def _table(checked: Checked, name: str, records: pd.DataFrame, own: pd.DataFrame) -> None:
    one = layout.layout(checked.row.year).tables.get(name)
    title = name if one is None or one.title == name else one.title
    title = title if name in title else f"{title} ({name})"
    failing = own["row"].nunique()
    said = f"{failing:,} failing" if failing else "none failing"
    st.markdown(f"**{safe_md(title)}**: {counted(len(records), 'record')}, {said}")
    if len(records) > ROWS_AT_ONCE:
        st.caption(f"The first {ROWS_AT_ONCE}; the workbook has every failing record.")
    cells = in_markdown(records.head(ROWS_AT_ONCE), own)
    if len(cells) < len(cells.columns):  # fewer records than fields: a column for each record
        numbers = [f"Record {place}" for place in range(1, len(cells) + 1)]
        cells = cells.T.set_axis(numbers, axis="columns").rename_axis("Field")
    else:
        cells = cells.set_axis(range(1, len(cells) + 1), axis="index").rename_axis("Record")
    st.table(cells, border="horizontal", width="content", alt=f"Records in {name}")


def in_markdown(records: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """The records of one child as markdown cells: rules, line, and each column with anything in it.

    A failing cell is filled and begins with the sign; no text of a file is read as markup.
    """
    shown = quality.with_findings(records, own)
    looked = [set(quality.fields_of(cell)) for cell in shown[quality.LOOK_AT]]
    failing = set().union(*looked)
    columns: dict[str, list[str]] = {}
    own_columns = [name for name in shown if name not in (quality.LOOK_AT, "CHILD")]
    for name in (*own_columns, *(failing & {"CHILD"})):
        cells = ["" if pd.isna(cell) else safe_md(cell) for cell in shown[name].tolist()]
        if any(cells) or name in failing:
            columns[str(name)] = [
                _filled(cell) if name in fields else cell
                for cell, fields in zip(cells, looked, strict=True)
            ]
    return pd.DataFrame(columns, index=records.index)


def _filled(cell: str) -> str:
    return f":orange-background[{quality.SIGN}{_NO_BREAK}{cell or quality.BLANK}]"
