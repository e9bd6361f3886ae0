"""The import history: the list, one import in full, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from cla import importing
from cla.access import User, current_store
from cla.stages import STAGES
from cla.store import StoreError, imports
from cla.store.imports import ImportRow
from cla.ui import import_checks, import_lists, import_words, quality_page
from cla.ui.words import counted, moment, safe_md

_DONE = "history: what was done"


def rows(user: User) -> pd.DataFrame:
    """The imports of the authority, newest first."""
    return imports.history(current_store(), user.la)


def tell_what_was_done() -> None:
    """The outcome of the last action, once."""
    done = st.session_state.pop(_DONE, None)
    if done:
        st.success(safe_md(done))


def draw_list(found: pd.DataFrame, user: User) -> ImportRow | None:
    """The list; the import chosen in it."""
    names = import_words.people()
    records = found.to_dict("records")
    shown = pd.DataFrame(
        {
            "What": [import_words.title(row["kind"], row["year"]) for row in records],
            "State": [import_words.STATES[row["state"]] for row in records],
            "Imported": [moment(row["created"]) for row in records],
            "By": [names.get(row["created_by"], row["created_by"]) for row in records],
            "Rows": [row["rows"] for row in records],
            "Findings": [_findings(row) for row in records],
            "Files": [", ".join(row["files"]) for row in records],
        }
    )
    event = st.dataframe(
        shown,
        hide_index=True,
        key="history",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "What": st.column_config.TextColumn(pinned=True),
            "Rows": st.column_config.NumberColumn(format="localized"),
        },
        alt="Imports, newest first",
    )
    ids = [str(row["id"]) for row in records]
    at = event["selection"]["rows"]
    clicked = ids[at[0]] if at and at[0] < len(ids) else None
    labels = dict(zip(ids, _labels(records), strict=True))
    picked = st.selectbox(
        "Import to look at",
        ids,
        index=ids.index(clicked) if clicked else None,
        format_func=labels.__getitem__,
        placeholder="Choose one",
        width=460,
    )
    return None if picked is None else imports.find(current_store(), picked, user.la)


def _labels(records: Sequence[Mapping[Any, Any]]) -> list[str]:
    """What each import is called, newest first; no two alike, since a choice goes by its words."""
    labels: list[str] = []
    for row in records:
        label = f"{import_words.title(row['kind'], row['year'])}, {moment(row['created'])}"
        same = sum(one.split(" (")[0] == label for one in labels)
        labels.append(f"{label} ({same + 1})" if same else label)
    return labels


def _findings(row: Mapping[Any, Any]) -> str:
    if row["kind"] != "ssda903":
        return "–"
    return import_words.findings_in_words(row["findings"])


def draw_one(row: ImportRow, user: User) -> None:
    """Everything about one import, and its actions for those who may import."""
    names = import_words.people()
    st.header(import_words.title(row.kind, row.year))
    said = [
        f"Imported on {moment(row.created)} by {names.get(row.created_by, row.created_by)}.",
        f"State: {import_words.STATES[row.state]}.",
    ]
    if row.kind == "ssda903":
        said.append(f"The rules: {import_words.findings_in_words(row.findings)}.")
    if row.current_since and row.current_by:
        by = names.get(row.current_by, row.current_by)
        said.insert(1, f"Made current on {moment(row.current_since)} by {by}.")
    st.markdown(safe_md(" ".join(said)))
    import_lists.was_checked_with(user, row)
    left, right = st.columns(2)
    with left:
        st.subheader("Files")
        st.table(
            pd.DataFrame(
                {
                    "File": [safe_md(file.name) for file in row.files],
                    "Size": [f"{file.size:,} bytes" for file in row.files],
                    "SHA-256": [f"{file.sha256[:12]}…" for file in row.files],
                }
            ).set_index("File"),
            border="horizontal",
            alt="Files of this import",
        )
    with right:
        st.subheader("Rows")
        import_words.counts_table(row.row_counts)
    if row.kind in STAGES:
        st.subheader("Rows against themselves")
        import_checks.draw(row, user, "history")
    if user.can("cla.import"):
        _actions(row, user)
    else:
        st.caption("An analyst can make an import current or delete it.")


def _actions(row: ImportRow, user: User) -> None:
    st.subheader("What you can do")
    if not row.is_current:
        now = imports.current(current_store(), user.la, row.kind, row.year)
        st.markdown(safe_md(import_words.what_changes(row, now)))
    with st.container(horizontal=True):
        if not row.is_current and st.button(
            "Make current", type="primary", key=f"current_{row.id}"
        ):
            _make_current(row, user)
        if import_lists.can_be_checked_again(current_store(), row) and st.button(
            "Check again",
            key=f"again_{row.id}",
            icon=":material/fact_check:",
            help="There are rules, a provider list or a return of the year before that this return"
            " was not checked with. The files are not needed; a new import is made, and reports"
            " use this one until you make the new one current.",
        ):
            _check_again(row, user)
        with st.popover("Delete ...", icon=":material/delete:", key=f"delete_{row.id}"):
            _confirm_delete(row, user)


def _check_again(row: ImportRow, user: User) -> None:
    store = current_store()
    try:
        job = importing.check_again(store, row.id, user.la, user.username)
    except StoreError as error:
        st.error(safe_md(error))
        return
    importing.start(store, job.id)
    st.switch_page("import_data.py", query_params={"job": job.id})


def _make_current(row: ImportRow, user: User) -> None:
    try:
        changed = imports.make_current(current_store(), row.id, user.la, user.username)
    except StoreError as error:
        st.error(safe_md(error))
        return
    what = import_words.title(row.kind, row.year)
    st.session_state[_DONE] = (
        f"{what} of {moment(row.created)} is now current. {import_words.who_uses([row.kind])}"
        if changed
        else f"{what} of {moment(row.created)} was current already."
    )
    st.rerun()


def _confirm_delete(row: ImportRow, user: User) -> None:
    st.markdown(
        f"**{safe_md(import_words.title(row.kind, row.year))}**,"
        f" imported {safe_md(moment(row.created))}."
    )
    st.markdown(
        f"This removes {counted(sum(row.row_counts.values()), 'row')} in"
        f" {counted(len(row.row_counts), 'table')}, its findings, and the note of its"
        f" {counted(len(row.files), 'file')}. It cannot be undone; the files can be imported again."
    )
    if row.is_current and row.kind == "providers":
        st.warning(
            "Returns are checked with this list. After it is deleted they are checked without."
        )
    elif row.is_current and row.kind.startswith(importing.EES):
        st.warning(
            "Benchmarks are compared with these figures. After they are deleted they are compared"
            " with those of other releases: the ones that ship with the program, or none."
        )
    elif row.is_current and row.kind.startswith(importing.CELLS):
        st.warning(
            "Benchmarks are compared with these figures, and after they are deleted without them."
        )
    elif row.is_current:
        st.warning(
            "Reports use this import. After it is deleted there are no reports for this year until"
            " another is made current; none takes its place by itself."
        )
    if not row.kind.startswith((importing.EES, importing.CELLS)):
        st.markdown(
            "With the last import of its data go the decisions about it: matches of these results,"
            " or children of this year left out or taken in."
        )
    sure = st.checkbox("I want to remove these rows for good", key=f"sure_{row.id}")
    if st.button("Delete for good", type="primary", disabled=not sure, key=f"really_{row.id}"):
        _delete(row, user)


def _delete(row: ImportRow, user: User) -> None:
    try:
        removed = imports.delete(current_store(), row.id, user.la, user.username)
    except StoreError as error:
        st.error(safe_md(error))
        return
    quality_page.forget()
    rows_gone = counted(sum(removed.row_counts.values()), "row")
    st.session_state[_DONE] = (
        f"Deleted: {import_words.title(removed.kind, removed.year)}, {rows_gone}, its findings"
        f" and the note of {counted(len(removed.files), 'file')}."
    )
    st.rerun()
