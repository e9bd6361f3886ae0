"""Rows of results that disagree with themselves: how many by check, and the list as a file."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla.access import User, current_store
from cla.importing.kinds import CHECKS
from cla.reports import academic_year
from cla.stages import STAGES, capitalised
from cla.store import imports
from cla.store.imports import ImportRow
from cla.ui import data, downloads, report_page
from cla.ui.words import counted, moment, safe_md

_COLUMNS = {
    "line": "Line",
    "upn": "UPN",
    "title": "Check",
    "columns": "Columns",
    "message": "What is wrong",
}


def draw(row: ImportRow, user: User, place: str) -> None:
    """The free checks of one import of results; nothing for other kinds. ``place``: for keys."""
    if row.kind not in STAGES:
        return
    found = data.import_frame(row.la, row.id, CHECKS)
    if found is None:
        st.caption(
            "Its rows were not checked against themselves when it was imported; import the file"
            " again to have that done."
        )
        return
    if found.empty:
        st.caption("Every row agrees with itself, as far as the file says things twice.")
        return
    st.markdown(
        f"**{_disagree(found)}.** The file says some things twice, and not the same."
        " Nothing was changed; ask whoever made the file."
    )
    st.table(by_check(found), border="horizontal", alt="Checks of results and rows against them")
    if user.can("cla.pupils"):
        _download(row, found, user, place)


def _disagree(found: pd.DataFrame) -> str:
    count = found["line"].nunique()
    end = "disagrees with itself" if count == 1 else "disagree with themselves"
    return f"{counted(count, 'row')} {end}"


def by_check(found: pd.DataFrame) -> pd.DataFrame:
    """One row a check: its title, how many rows of the file it speaks against, the columns."""
    counts = found.groupby("rule", sort=False).agg(
        title=("title", "first"), rows=("line", "nunique"), columns=("columns", "first")
    )
    counts = counts.sort_values("rows", ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "Rows": [f"{count:,}" for count in counts["rows"]],
            "Columns": [safe_md(headings) for headings in counts["columns"]],
        },
        index=pd.Index([safe_md(title) for title in counts["title"]], name="Check"),
    )


def of_year(user: User, year: int) -> None:
    """What the checks found in the results that go with a collection year, import by import."""
    rows = [
        row
        for row in imports.currents(current_store(), user.la)
        if row.kind in STAGES and row.year == year
    ]
    if not rows:
        return
    st.header("Results that disagree with themselves", anchor="results")
    order = list(STAGES)
    for row in sorted(rows, key=lambda row: order.index(row.kind)):
        found = data.import_frame(row.la, row.id, CHECKS)
        st.markdown(f"- {safe_md(in_words(row, found))}")
    for row in sorted(rows, key=lambda row: order.index(row.kind)):
        found = data.import_frame(row.la, row.id, CHECKS)
        if found is not None and len(found):
            with st.expander(f"{_title(row)}: the checks"):
                draw(row, user, "quality")


def in_words(row: ImportRow, found: pd.DataFrame | None) -> str:
    """ "12 rows of key stage 2 2024/25: scaled score against outcome (9), ..."."""
    if found is None:
        return f"{_title(row)}: not checked when it was imported."
    if found.empty:
        return f"{_title(row)}: none."
    counts = found.groupby("title", sort=False)["line"].nunique().sort_values(ascending=False)
    named = "; ".join(
        f"{str(title)[:1].lower()}{str(title)[1:]} ({n:,})" for title, n in counts.items()
    )
    return f"{_title(row)}: {counted(found['line'].nunique(), 'row')}: {named}."


def _title(row: ImportRow) -> str:
    return f"{capitalised(row.kind)} {academic_year(row.year)}"


def _download(row: ImportRow, found: pd.DataFrame, user: User, place: str) -> None:
    title = f"Checks of {STAGES[row.kind].title} results {academic_year(row.year)}"
    caption = downloads.Caption(
        title=title,
        authority=report_page.authority_name(user.la),
        selection="Rows that disagree with themselves",
        source=f"{_title(row)} results imported {moment(row.created)}.",
        personal=True,
    )
    downloads.download(
        "Rows that disagree (CSV)",
        found[list(_COLUMNS)].rename(columns=_COLUMNS),
        caption,
        user,
        stem=f"{row.kind} checks",
        permission="cla.pupils",
        key=f"checks_{place}_{row.id}",
    )
