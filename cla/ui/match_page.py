"""The work queue of matches: counts, one case at a time, undo, and what was decided so far."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from cla.access import User, current_store
from cla.cohort import matching
from cla.cohort.matching_decisions import CONFIRMED, REJECTED
from cla.reports import Model, match_queue
from cla.reports.match_queue import Case, of_results
from cla.store import StoreError, decisions, imports
from cla.ui import children, match_case
from cla.ui.words import counted, moment, safe_md

_AT, _LATER, _LAST = "match: the case", "match: later", "match: decided last"
_VERDICTS = {CONFIRMED: "Confirmed", REJECTED: "Rejected"}
Place = tuple[str, str, int]
"""What a case is known by: subject, stage, year."""


def draw(model: Model, user: User) -> None:
    """Everything under the title."""
    _said(user)
    with st.spinner("Comparing the results with the children ..."):
        waiting = match_queue.queue(model)
    _counts(model)
    chosen = _narrowed(waiting)
    order = _in_order(chosen)
    if not order:
        _nothing(waiting)
    else:
        _one(model, user, order)
    _decided(model, user)


def _counts(model: Model) -> None:
    """How many cases of each kind wait, by results file."""
    counts = match_queue.undecided(model)
    if counts.empty:
        return
    shown = pd.DataFrame(
        {
            "Results": [
                safe_md(of_results(str(stage), int(year)))
                for stage, year in zip(counts["stage"], counts["year"], strict=True)
            ],
            "What to decide": counts["label"].map(safe_md),
            "Cases": counts["count"],
        }
    )
    with st.expander(f"What waits, by results ({int(counts['count'].sum()):,})"):
        st.table(shown, border="horizontal", hide_index=True, alt="Cases by results and kind")


def _narrowed(waiting: pd.DataFrame) -> pd.DataFrame:
    """The cases of the kinds and results that were chosen, with their counts."""
    if waiting.empty:
        return waiting
    files = waiting[["stage", "year"]].drop_duplicates()
    named = {
        of_results(str(stage), int(year)): (stage, year)
        for stage, year in zip(files["stage"], files["year"], strict=True)
    }
    with st.container(horizontal=True, vertical_alignment="bottom", key="match_filters"):
        kinds = waiting["kind"].value_counts()
        kind = st.selectbox(
            "What to decide",
            [kind for kind in matching.CASES if kind in kinds],
            index=None,
            placeholder=f"All kinds ({len(waiting):,})",
            format_func=lambda kind: f"{matching.CASES[kind]} ({kinds[kind]:,})",
            key="match_kind",
            width=400,
        )
        file = st.selectbox(
            "Results",
            list(named),
            index=None,
            placeholder="All results",
            key="match_file",
            width=280,
        )
    rows = waiting if kind is None else waiting[waiting["kind"] == kind]
    if file is not None:
        stage, year = named[file]
        rows = rows[(rows["stage"] == stage) & (rows["year"] == year)]
    return rows


def _in_order(chosen: pd.DataFrame) -> list[Place]:
    """The cases as they come up: those put off go to the end."""
    places = [
        (str(subject), str(stage), int(year))
        for subject, stage, year in zip(
            chosen["subject"], chosen["stage"], chosen["year"], strict=True
        )
    ]
    later = set(st.session_state.get(_LATER, ()))
    return [one for one in places if one not in later] + [one for one in places if one in later]


def _nothing(waiting: pd.DataFrame) -> None:
    if waiting.empty:
        st.success("No match waits for a decision.", icon=":material/task_alt:")
    else:
        st.info("No case of this choice waits.", icon=":material/filter_alt_off:")


def _one(model: Model, user: User, order: Sequence[Place]) -> None:
    """The case at hand, with its buttons."""
    at: Place | None = st.session_state.get(_AT)
    place = order[0] if at is None or at not in order else at
    st.session_state[_AT] = place
    case = match_queue.case(model, subject=place[0], stage=place[1], year=place[2])
    if case is None:
        raise RuntimeError("a case of the queue is not in the queue")
    children.note_view(user, case.child)
    number = order.index(place) + 1
    st.subheader(safe_md(case.title), anchor=False)
    st.caption(f"Case {number:,} of {len(order):,}")
    match_case.draw(case)
    _buttons(case, place, order, user)


def _buttons(case: Case, place: Place, order: Sequence[Place], user: User) -> None:
    """Decide, put off, go on. The keys carry the case: a press never decides another one."""
    key = case.subject[:16] + case.stage + str(case.year)
    note = st.text_input(
        "Note (who said so, what you checked)",
        key=f"match_note_{key}",
        max_chars=decisions.LONGEST_NOTE,
    )
    with st.container(horizontal=True, key="match_buttons"):
        yes = st.button(
            "Confirm: this is the child's result",
            type="primary",
            icon=":material/check:",
            key=f"match_yes_{key}",
        )
        no = st.button("Reject: another pupil", icon=":material/close:", key=f"match_no_{key}")
        later = st.button("Decide later", icon=":material/schedule:", key=f"match_later_{key}")
        following = st.button(
            "Next case",
            icon=":material/arrow_forward:",
            key=f"match_next_{key}",
            disabled=len(order) < 2,
        )
    after = order[(order.index(place) + 1) % len(order)]
    if yes or no:
        _decide(case, CONFIRMED if yes else REJECTED, note, user)
    if later:
        put_off: tuple[Place, ...] = st.session_state.get(_LATER, ())
        st.session_state[_LATER] = (*put_off, place)
    if yes or no or later or following:
        st.session_state[_AT] = after
        st.rerun()


def _decide(case: Case, verdict: str, note: str, user: User) -> None:
    """Keep the decision, with the file it was made on. Stops the run when it cannot be kept."""
    store = current_store()
    row = imports.current(store, user.la, case.stage, case.year)
    value = {**case.value, "verdict": verdict, "file": row.key if row else ""}
    try:
        decisions.record(
            store,
            user.la,
            "match",
            {case.subject: value},
            note=note,
            by=user.username,
            name=user.name,
            only_about_imports=True,
        )
    except StoreError as error:
        st.error(safe_md(error), icon=":material/error:")
        st.stop()
    place = (case.subject, case.stage, case.year)
    st.session_state[_LAST] = (user.la, place, verdict, case.child)


def _said(user: User) -> None:
    """What was decided last, and the way to undo it."""
    la, place, verdict, child = st.session_state.get(_LAST, ("", ("", "", 0), "", ""))
    if la != user.la:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="match_said"):
        st.success(
            f"{_VERDICTS[verdict]}: child {safe_md(child)}.", icon=":material/task_alt:", width=420
        )
        if st.button("Undo", icon=":material/undo:", key=f"match_undo_{place[0][:16]}"):
            st.session_state[_AT] = place
            _take_back(place[0], user)


def _take_back(subject: str, user: User) -> None:
    try:
        decisions.take_back(current_store(), user.la, "match", [subject], by=user.username)
    except StoreError as error:
        st.error(safe_md(error), icon=":material/error:")
        st.stop()
    st.session_state.pop(_LAST, None)
    st.rerun()


def _decided(model: Model, user: User) -> None:
    """The decisions that stand, with who and why, and the way to take one back."""
    rows = match_queue.decided(model)
    st.subheader("Decided", anchor=False)
    if rows.empty:
        st.markdown("Nothing was decided yet.")
        return
    st.caption(
        f"{counted(len(rows), 'decision')}, the newest first. A decision holds for every results"
        " file in which the pupil is found."
    )
    shown = pd.DataFrame(
        {
            "Child": rows["child"],
            "Decision": rows["verdict"].map(_VERDICTS),
            "Results": rows["of"],
            "What it was": rows["case"],
            "UPN of the result": rows["upn"],
            "Note": rows["note"],
            "By": rows["name"],
            "On": [moment(when) for when in rows["moment"]],
        }
    )
    st.dataframe(shown, hide_index=True, placeholder="", alt="Matches decided, the newest first")
    labels = {
        str(subject): f"{child}: {_VERDICTS[verdict].lower()}, {of}"
        for subject, child, verdict, of in zip(
            rows["subject"], rows["child"], rows["verdict"], rows["of"], strict=True
        )
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        subject = st.selectbox(
            "Take back the decision about",
            list(labels),
            index=None,
            format_func=labels.__getitem__,
            placeholder="Type or choose a child",
            key="match_take_back",
            width=400,
        )
        if (
            st.button("Take back", icon=":material/undo:", disabled=subject is None)
            and subject is not None
        ):
            _take_back(subject, user)
