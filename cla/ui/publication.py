"""The two copies of an aggregate table: one to publish, one to work with.

The publication copy is what everybody may see: the usual cohort without any filter, small numbers
hidden. It is the default. The working copy holds what the page shows to people who may see the
records of children; it says "not for publication" in its first line, in its name, and on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from cla.access import User
from cla.reports import Filters, Model, Report
from cla.reports.disclosure import HIDDEN, SUPPRESSED
from cla.ui import data, report_page, spreadsheet
from cla.ui.downloads import WORKING, Prepared
from cla.ui.words import safe_md

PUBLICATION = "Publication copy: small numbers are hidden (c)"
MARK = "Not for publication: small numbers are shown."
OF_EVERYBODY = (
    "The publication copy is of all children looked after 12 months at 31 March: the filters of "
    "this page are not in it, since the difference of two selections would show small numbers."
)
_WHY = "Why a figure is missing"
_OWN = ("Ours", "Children", "95% interval from", "95% interval to")
_COUNTED = ("Children", "Percent")


def mark(user: User) -> None:
    """Say on an aggregate page that it shows small numbers, where it does."""
    if user.can("cla.pupils"):
        st.caption(f":material/lock: **{MARK}**")


def buttons(
    name: str,
    model: Model,
    filters: Filters,
    user: User,
    *,
    report: Report,
    shown: Any,
    stem: str,
    key: str,
    about: str = "",
    look: tuple[str, ...] = (),
    also: Mapping[str, pd.DataFrame] | None = None,
) -> None:
    """The downloads of an aggregate page: the publication copy, and for some the working copy.

    ``report`` and ``shown`` (with its ``export``) are what the page shows; ``name``, ``about`` and
    ``look`` say how it was asked for, so that the publication copy is the same for everybody.
    ``also`` are tables of the page that have a working copy only, by their titles.
    """

    reads_children = user.can("cla.pupils")
    what = "Publication copy" if reads_children else "Download this table"
    area = st.container(horizontal=True, vertical_alignment="center")
    with area:
        spreadsheet.pair(
            what,
            lambda: published(name, model, filters, user, about, look),
            user,
            stem=stem,
            permission="cla.view",
            key=key,
        )
    if not reads_children:
        return
    working = report_page.caption(report, filters, user, personal=False)
    working = replace(working, marking=WORKING)
    with area.popover("Working copy", icon=":material/lock:"):
        st.markdown(f"**{MARK}** Keep it among people who may see children's records.")
        for title, table in {"Working copy": shown.export, **(also or {})}.items():
            what = "" if table is shown.export else f"-{title.lower().replace(' ', '-')}"
            spreadsheet.pair(
                title,
                partial(Prepared, table, working),
                user,
                stem=f"{stem}{what}-not-for-publication",
                permission="cla.pupils",
                key=f"{key}{what}_working",
            )
    if filters != Filters(year=filters.year):
        st.caption(safe_md(OF_EVERYBODY))


def published(
    name: str, model: Model, filters: Filters, user: User, about: str, look: tuple[str, ...]
) -> Prepared:
    """The publication copy of a report: the same whoever asks for it, and under which filters."""
    theirs = data.report(name, model, filters, user, about, publication=True)
    caption = report_page.caption(theirs, filters, user, personal=False)
    caption = replace(caption, marking=PUBLICATION)
    if theirs.empty:
        return Prepared(pd.DataFrame({"": [theirs.empty]}), caption)
    shown = data.presented(name, model, filters, user, about, look, publication=True)
    return Prepared(in_symbols(shown.export), caption)


def in_symbols(table: pd.DataFrame) -> pd.DataFrame:
    """A table for a file with "c" where a number was hidden; other missing cells stay empty.

    Counts are missing only where they are hidden; measures say why they are missing.
    """
    if _WHY in table:
        hidden = table[_WHY].fillna("").astype("str").str.startswith(SUPPRESSED)
        return _marked(table, _OWN, hidden)
    if set(_COUNTED) <= set(table):
        return _marked(table, _COUNTED, pd.Series(True, index=table.index))
    return table


def _marked(table: pd.DataFrame, columns: tuple[str, ...], hidden: pd.Series) -> pd.DataFrame:
    marked = {
        name: table[name].astype("object").mask(table[name].isna() & hidden, HIDDEN)
        for name in columns
        if name in table and (table[name].isna() & hidden).any()
    }
    return table.assign(**marked)
