"""What changed since the validation before: fixed, new, altered, still there, not checked."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla import importing
from cla.access import User, current_store
from cla.ssda903 import tracking
from cla.ui import quality
from cla.ui.quality_data import Checked
from cla.ui.quality_filters import Selection
from cla.ui.quality_words import listing, page_of, span
from cla.ui.words import counted, listed, moment, safe_md


def draw(checked: Checked, selection: Selection, user: User) -> None:
    """What the validation before and this one do not share, by rule and finding by finding."""
    del user
    if checked.before is None:
        st.info("This is the first validation of this return: there is none to compare it with.")
        return
    st.markdown(f"Beside the validation of {moment(checked.before)}, whatever the filters:")
    nothing = checked.findings.iloc[:0]
    fixed = nothing if checked.fixed is None else checked.fixed
    unchecked = nothing if checked.unchecked is None else checked.unchecked
    _by_rule(checked, fixed)
    if checked.fixed is None:
        st.caption("That import was deleted: what was fixed since cannot be listed any more.")
    state = selection.findings["state"]
    lists = {
        "new": ("New", selection.findings[state == tracking.NEW]),
        "fixed": ("Fixed", _suiting(fixed)),
        "altered": ("Record altered, still failing", selection.findings[state == tracking.ALTERED]),
    }
    if len(unchecked):
        lists["unchecked"] = ("Not checked this time", _suiting(unchecked))
        st.caption(
            f"{counted(len(unchecked), 'finding')} of before could not be looked for this time,"
            " since a rule was not run or a file left out: neither fixed nor still there. Whatever"
            " of them is found again will be known since the day it was first found."
        )
    which = st.segmented_control(
        "Findings",
        list(lists),
        default="new",
        required=True,
        format_func=lambda one: f"{lists[one][0]} ({len(lists[one][1]):,})",
        key="q_changes",
        persist_state="session",
    )
    title, found = lists.get(str(which), lists["new"])
    if found.empty:
        st.info("There is none.")
        return
    shown = page_of(len(found), f"q_changes_page_{which}")
    st.caption(span(shown, len(found), "findings"))
    rows = listing(found.iloc[shown].drop(columns="state", errors="ignore"), "child")
    st.dataframe(rows, hide_index=True, placeholder="", alt=title)


def _by_rule(checked: Checked, fixed: pd.DataFrame) -> None:
    counts = tracking.Changes(checked.findings, fixed).counts()
    names = {"rule": "Rule", "fixed": "Fixed", "new": "New", "still": "Still there"}
    titles = [checked.book[code].title if code in checked.book else "" for code in counts["rule"]]
    st.dataframe(
        counts.rename(columns=names).assign(**{"What it says": titles}),
        hide_index=True,
        height=300 if len(counts) > 8 else "content",
        alt="Fixed, new and still there, by rule",
    )


def _suiting(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings of before that the search and the choices of table and stage leave."""
    chosen = {name: st.session_state.get(f"q_{name}") or [] for name in ("table", "stage")}
    search = str(st.session_state.get("q_search") or "")
    return quality.searched(quality.narrowed(findings, **chosen), search)


def since_before(la: str, import_id: str) -> None:
    """For the end of an import: fixed, new and still there in a sentence, the rules below it."""
    found = importing.followed(current_store(), import_id, la)
    if found is None or found.before is None:
        return
    new = int((found.findings["state"] == tracking.NEW).sum())
    parts = [f"{new:,} new", f"{len(found.findings) - new:,} still there"]
    if found.fixed is not None:
        parts.insert(0, f"{len(found.fixed):,} fixed")
    if found.unchecked is not None and len(found.unchecked):
        parts.append(f"{len(found.unchecked):,} not checked this time")
    sentence = f"Beside the validation of {moment(found.before)}: {listed(parts)}."
    st.markdown(safe_md(sentence))
    if found.fixed is None:
        return
    counts = tracking.Changes(found.findings, found.fixed).counts()
    moved = counts[(counts["fixed"] > 0) | (counts["new"] > 0)]
    if moved.empty:
        return
    names = {"rule": "Rule", "fixed": "Fixed", "new": "New", "still": "Still there"}
    with st.expander(f"Fixed and new by rule ({len(moved):,})"):
        st.dataframe(moved.rename(columns=names), hide_index=True, alt="Fixed and new by rule")
