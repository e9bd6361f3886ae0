"""Where to go when an import is current: the pages that read it, and what waits for a person."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cla import reports
from cla.access import User
from cla.importing import EES
from cla.reports import Filters
from cla.stages import STAGES
from cla.store.imports import ImportRow
from cla.ui import data
from cla.ui.words import counted

# Pages by kind of import: file, label, icon. They open on the year of the import.
PAGES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "ssda903": (("data_quality.py", "The findings", "rule"),),
    "eyfsp": (("early_summary.py", "Early years summary", "bar_chart"),),
    "phonics": (("early_summary.py", "Early years summary", "bar_chart"),),
    "mtc": (("early_summary.py", "Early years summary", "bar_chart"),),
    "ks1": (
        ("ks1_benchmark.py", "Key stage 1 benchmark", "bar_chart"),
        ("ks1_pupil_list.py", "Key stage 1 pupil list", "list"),
    ),
    "ks2": (
        ("ks2_benchmark.py", "Key stage 2 benchmark", "bar_chart"),
        ("ks2_pupil_list.py", "Key stage 2 pupil list", "list"),
        ("progress_benchmark.py", "Progress benchmark", "trending_up"),
    ),
    "ks4": (
        ("att8_benchmark.py", "Attainment 8 benchmark", "bar_chart"),
        ("ks4_benchmark.py", "Key stage 4 benchmark", "bar_chart"),
        ("ks4_pupil_list.py", "Key stage 4 pupil list", "list"),
    ),
    "current": (("cohort.py", "Joiners and leavers", "group"),),
}


def draw(rows: Sequence[ImportRow], user: User) -> None:
    """Links to the pages that use these imports, and to the queue when something waits in it."""
    kinds = {_stage_of(row.kind) for row in rows}
    # published figures have years of their own: a page opens on the last year that it has
    figures = all(row.kind.startswith(EES) for row in rows)
    query = {} if figures else Filters(year=rows[0].year).to_query()
    pages = list(dict.fromkeys(page for kind in PAGES if kind in kinds for page in PAGES[kind]))
    if figures:
        pages = [page for page in pages if "benchmark" in page[0]]
        kinds = set()
    with st.container(horizontal=True, key="import_next"):
        st.page_link("home.py", label="The cohort", icon=":material/home:", query_params=query)
        for file, label, icon in pages:
            st.page_link(file, label=label, icon=f":material/{icon}:", query_params=query)
        if kinds & set(STAGES):
            st.page_link(
                "matching.py", label="Who is matched", icon=":material/link:", query_params=query
            )
        st.page_link("import_history.py", label="Import history", icon=":material/history:")
    if kinds & set(STAGES):
        _waiting(rows, user)


def _stage_of(kind: str) -> str:
    """The key stage that a data set of published figures is about; other kinds as they are."""
    return kind.removeprefix(EES).split("_")[0] if kind.startswith(EES) else kind


def _waiting(rows: Sequence[ImportRow], user: User) -> None:
    """How many results wait for somebody to say whose they are."""
    model = data.model(user)
    if model is None:
        return
    waiting = reports.undecided(model)
    own = {(row.kind, row.year) for row in rows}
    mine = [pair in own for pair in zip(waiting["stage"], waiting["year"], strict=True)]
    count = int(waiting.loc[mine, "count"].sum())
    if not count:
        return
    verb = "waits" if count == 1 else "wait"
    with st.container(horizontal=True, vertical_alignment="center", key="import_queue"):
        st.markdown(f"{counted(count, 'result')} {verb} for somebody to say whose they are.")
        st.page_link("match_queue.py", label="Matches to decide", icon=":material/how_to_reg:")
