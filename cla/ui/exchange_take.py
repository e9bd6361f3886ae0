"""The files of other authorities: load them, see what is in use and from whom, take one away."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla import importing
from cla.access import User, current_store
from cla.files import Upload
from cla.importing import SharedFile
from cla.problems import Unusable
from cla.store import StoreError, imports
from cla.store.imports import ImportRow
from cla.ui import import_words, quality_page
from cla.ui.exchange_page import today
from cla.ui.words import counted, moment, safe_md

_DONE, _REFUSED, _COUNTER = "exchange: done", "exchange: refused", "exchange: uploader"
MOST_MEGABYTES = 4


def tell_what_was_done() -> None:
    """The outcome of the last action, once."""
    done = st.session_state.pop(_DONE, [])
    refused = st.session_state.pop(_REFUSED, [])
    if done:
        st.success(_lines(done), icon=":material/check_circle:")
    if refused:
        st.error(f"Not loaded:\n\n{_lines(refused)}", icon=":material/error:")


def _lines(said: list[str]) -> str:
    return "\n".join(f"- {safe_md(sentence)}" for sentence in said)


def load(user: User) -> None:
    """The uploader, and the button that reads the files and uses them from then on."""
    given = st.file_uploader(
        "Drop the files that other authorities gave you: the text files as they made them. Each is"
        " checked; a later file of the same authority replaces the years it has.",
        accept_multiple_files=True,
        max_upload_size=MOST_MEGABYTES,
        key=f"exchange_files_{st.session_state.setdefault(_COUNTER, 0)}",
    )
    if st.button("Check and load", disabled=not given, key="exchange_load"):
        _load([Upload(file.name, file.getvalue()) for file in given], user)


def _load(uploads: list[Upload], user: User) -> None:
    store, done, refused = current_store(), [], []
    for upload in uploads:
        try:
            row = importing.load_exchange(store, user.la, upload, user.username, today())
        except Unusable as faulty:
            refused += [str(problem) for problem in faulty.problems]
        except StoreError as error:
            refused.append(f"{upload.label}: {error}")
        else:
            done.append(_told(row, importing.shared_files(store, user.la)))
    st.session_state[_DONE], st.session_state[_REFUSED] = done, refused
    st.session_state[_COUNTER] += 1  # an empty uploader
    st.rerun()


def _told(row: ImportRow, files: list[SharedFile]) -> str:
    """What was loaded, in a sentence."""
    held = next((file.withheld for file in files if file.row.id == row.id), 0)
    given = sum(row.row_counts.values()) - held
    return (
        f"{import_words.title(row.kind, row.year)}: {counted(given, 'figure')}, {held:,} withheld;"
        " in use from now on."
    )


def loaded(user: User) -> None:
    """What is in use: from whom, of which years, made and loaded when; and how to remove one."""
    files = importing.shared_files(current_store(), user.la)
    if not files:
        st.info("No file of another authority is loaded.", icon=":material/info:")
        return
    names = import_words.people()
    owners = len({file.la for file in files})
    st.markdown(f"In use: figures of {counted(owners, 'other authority', 'other authorities')}.")
    st.dataframe(
        pd.DataFrame(
            {
                "Authority": [import_words.shared_by(file.row.kind) for file in files],
                "Years used": [_span(file.used) for file in files],
                "Made on": [f"{file.made:%d/%m/%Y}" for file in files],
                "Figures": [file.cells - file.withheld for file in files],
                "Withheld": [file.withheld for file in files],
                "Loaded": [moment(file.row.created) for file in files],
                "By": [names.get(file.row.created_by, file.row.created_by) for file in files],
            }
        ),
        hide_index=True,
        column_config={
            "Authority": st.column_config.TextColumn(pinned=True),
            "Figures": st.column_config.NumberColumn(format="localized"),
            "Withheld": st.column_config.NumberColumn(format="localized"),
        },
        alt="Files of other authorities in use",
    )
    _removing(files, user)


def _span(years: tuple[str, ...]) -> str:
    if not years:
        return "none: later files have them all"
    return years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"


def _removing(files: list[SharedFile], user: User) -> None:
    by_id = {file.row.id: file for file in files}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.selectbox(
            "File to remove",
            list(by_id),
            index=None,
            format_func=lambda name: _label(by_id[name]),
            placeholder="Choose one",
            width=460,
            key="exchange_remove",
        )
        if picked is not None:
            with st.popover("Remove ...", icon=":material/delete:", key=f"remove_{picked}"):
                _confirm(by_id[picked], user)


def _label(file: SharedFile) -> str:
    owner = import_words.shared_by(file.row.kind)
    return f"{owner}, {_span(file.years)}, made on {file.made:%d/%m/%Y}"


def _confirm(file: SharedFile, user: User) -> None:
    st.markdown(
        f"**{safe_md(_label(file))}**: benchmarks are made without these figures from then on. The"
        " file can be loaded again."
    )
    if st.button("Remove these figures", type="primary", key=f"gone_{file.row.id}"):
        try:
            imports.delete(current_store(), file.row.id, user.la, user.username)
        except StoreError as error:
            st.error(safe_md(error))
            return
        quality_page.forget()
        st.session_state[_DONE] = [f"Removed: {_label(file)}."]
        st.rerun()
