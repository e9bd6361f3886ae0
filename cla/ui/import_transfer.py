"""Results in transfer files (CTF) that nobody has named yet: a person says what each kind is."""

from __future__ import annotations

import streamlit as st

from cla.access import User, current_store
from cla.importing import mappings
from cla.results import ctf, mapping
from cla.results.fields import fields
from cla.stages import STAGES, capitalised
from cla.store import StoreError
from cla.ui.import_files import Recognition
from cla.ui.import_mapping import SORTS
from cla.ui.words import counted, moment, safe_md

_DONE = "transfer: what was done"
_STAGES = {"EYF": ("eyfsp",), "KS1": ("phonics", "ks1"), "KS2": ("ks2", "mtc")}
"""The stages whose results stand under a stage of a transfer file; of others, any."""
MOST = 60
"""As many kinds are asked about at once; the rarer ones come when these are named."""


def draw(found: Recognition, user: User) -> None:
    """The kinds of results in the transfer files: those to name, and those named before."""
    done = st.session_state.pop(_DONE, None)
    if done:
        st.success(safe_md(done), icon=":material/check_circle:")
    seen: dict[str, ctf.Kind] = {}
    for file in found.files:
        for kind in file.results.tuples if file.results else ():
            before = seen.get(kind.codes)
            count = kind.count + (before.count if before else 0)
            seen[kind.codes] = ctf.Kind(kind.codes, count, kind.sort)
    if not seen:
        return
    known = mappings.known(current_store(), user.la).tuples
    _, unknown = ctf.meanings(seen, known)
    asked = [seen[codes] for codes in unknown if "?" not in codes and any(_choices(codes))]
    if asked:
        _ask(asked, user)
    mine = [codes for codes in seen if codes in known]
    if mine:
        _said(mine, user)


def _ask(kinds: list[ctf.Kind], user: User) -> None:
    with st.container(border=True, key="transfer_kinds"):
        st.subheader("Results that nobody has named yet", anchor=False)
        st.caption(
            "A transfer file writes each result under codes: stage, subject, component, method and"
            " qualifier. DfE's list of them is not among what this program knows. Say what you are"
            " sure of and leave the rest; it is remembered for every transfer file."
        )
        chosen: dict[str, tuple[str, str]] = {}
        with st.container(horizontal=True, gap="small"):
            for kind in kinds[:MOST]:
                meaning = _box(kind)
                if meaning is not None:
                    chosen[kind.codes] = meaning
        if len(kinds) > MOST:
            st.caption(f"{counted(len(kinds) - MOST, 'more kind')} with fewer results.")
        if st.button("Use and remember", type="primary", disabled=not chosen, key="transfer_save"):
            _save(chosen, user)


def _box(kind: ctf.Kind) -> tuple[str, str] | None:
    choices = _choices(kind.codes)
    likely = mapping.suggested_tuple(kind.codes)
    return st.selectbox(
        safe_md(f"{kind.codes} ({counted(kind.count, 'result')}, {SORTS[kind.sort]})"),
        choices,
        index=choices.index(likely) if likely in choices else None,
        format_func=_title,
        placeholder="Not read",
        width=360,
        key=f"transfer_{kind.codes}",
    )


def _choices(codes: str) -> list[tuple[str, str]]:
    """The fields that a tuple can be: results of the stages it may stand under."""
    own = _STAGES.get(codes.split("/")[0], ())
    return [
        (stage, field.name)
        for stage in own
        for field in fields(stage).values()
        if field.kind in ("code", "score", "number", "level", "flag")
        and field.name not in _NOT_RESULTS
    ]


_NOT_RESULTS = {"sen", "sen_need", "lang", "included", "fsm6", "end_of_stage", "cla_12_months"} | {
    "in_national", "in_authority", "in_school", "eal_group",
}  # fmt: skip


def _title(meaning: tuple[str, str]) -> str:
    stage, field = meaning
    return f"{capitalised(stage)}: {fields(stage)[field].title}"


def _said(codes: list[str], user: User) -> None:
    """What was named before, with a way back."""
    said = mappings.tuples_said(current_store(), user.la)
    said = said[said["kind"].isin(codes)]
    with st.expander(f"{counted(len(said), 'kind')} of results that were named by hand"):
        for row in said.to_dict("records"):
            if row["stage"] not in STAGES or row["field"] not in fields(row["stage"]):
                continue
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    safe_md(
                        f"{row['kind']} is {_title((row['stage'], row['field']))}, named by"
                        f" {row['name']} on {moment(row['moment'])}."
                    )
                )
                if st.button("Forget", key=f"transfer_forget_{row['kind']}"):
                    _forget(str(row["kind"]), user)


def _save(chosen: dict[str, tuple[str, str]], user: User) -> None:
    try:
        count = mappings.remember_tuples(
            current_store(), user.la, chosen, by=user.username, name=user.name
        )
    except StoreError as error:
        st.error(safe_md(error), icon=":material/error:")
        return
    _tell(f"Remembered: {counted(count, 'kind')} of results in transfer files.")


def _forget(kind: str, user: User) -> None:
    try:
        mappings.forget_tuples(current_store(), user.la, [kind], by=user.username)
    except StoreError as error:
        st.error(safe_md(error), icon=":material/error:")
        return
    _tell(f"{kind} is not read any more.")


def _tell(words: str) -> None:
    st.session_state[_DONE] = words
    st.rerun()
