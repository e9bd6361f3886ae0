"""Accepting findings with a note, and taking that back. Analysts do, everybody may read it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from cla.access import Permission, User, current_store
from cla.store import StoreError, acceptances
from cla.ui.quality_data import Checked
from cla.ui.quality_words import listing, page_of, say_after, span
from cla.ui.words import counted, moment, safe_md

NEEDS: Permission = "cla.import"


def form(checked: Checked, picked: pd.DataFrame, every: pd.DataFrame, user: User, key: str) -> None:
    """A form to accept the picked findings, or every one of a list; for those who may.

    What is accepted already is left out of both.
    """
    if not user.can(NEEDS):
        return
    picked, every = picked[~picked["accepted"]], every[~every["accepted"]]
    if every.empty:
        return
    offered = {"picked": f"the {len(picked):,} selected"} if len(picked) else {}
    offered["every"] = f"all {len(every):,} of this list"
    with (
        st.expander("Accept findings", icon=":material/task_alt:", key=f"{key}_expander"),
        st.form(f"{key}_form", border=False, clear_on_submit=True),
    ):
        st.markdown(
            "Accept what you have looked into and will leave as it is. It stays accepted in the"
            " next validation as long as the record is not changed."
        )
        which = st.radio(
            "Accept",
            list(offered),
            format_func=lambda one: offered[one],
            horizontal=True,
        )
        note = st.text_area(
            "Why", max_chars=acceptances.LONGEST_NOTE, height=80, help="Others read this note."
        )
        pressed = st.form_submit_button("Accept")
    if pressed:
        _accept(checked, picked if which == "picked" else every, note, user)


def _accept(checked: Checked, findings: pd.DataFrame, note: str, user: User) -> None:
    rules = dict(zip(findings["key"], findings["rule"].astype("str"), strict=True))
    year = checked.row.year
    try:
        count = acceptances.accept(
            current_store(), user.la, year, rules, note=note, by=user.username, name=user.name
        )
    except StoreError as error:
        st.error(safe_md(error), icon=":material/error:")
        return
    say_after(f"{counted(count, 'finding')} accepted.")


def accepted(checked: Checked, user: User) -> None:
    """The accepted findings with note, name and moment; and the acceptances that hold no more."""
    here = checked.findings[checked.findings["accepted"]]
    lapsed = len(checked.accepted) - len(here)
    if here.empty:
        st.info("No finding of this return is accepted.")
    else:
        _list(checked, here, user)
    if lapsed:
        st.caption(
            f"{counted(lapsed, 'acceptance')} of this year"
            f" {'holds' if lapsed == 1 else 'hold'} no more: the record was changed, or is not in"
            " this return. They hold again if it comes back as it was."
        )


def _list(checked: Checked, here: pd.DataFrame, user: User) -> None:
    about = checked.accepted.set_index("key")
    here = here.assign(at=about["accepted"].reindex(here["key"]).to_numpy())
    here = here.sort_values("at", ascending=False, kind="stable")
    shown = page_of(len(here), "q_accepted_page")
    page = here.iloc[shown]
    notes = about.loc[page["key"]]
    rows = listing(page, "child")
    rows.insert(0, "Why", notes["note"].to_numpy())
    rows.insert(1, "Accepted by", notes["name"].to_numpy())
    rows.insert(2, "On", [moment(when) for when in notes["accepted"]])
    st.caption(span(shown, len(here), "accepted findings"))
    picked = table(rows, f"q_accepted_rows_{shown.start}", "Accepted findings", user.can(NEEDS))
    if not user.can(NEEDS):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = page.iloc[picked] if picked else page
        what = "the selected" if picked else "all on this page"
        if st.button(
            f"Take back {what} ({len(chosen):,})", icon=":material/undo:", key="q_take_back"
        ):
            _take_back(checked, chosen, user)


def _take_back(checked: Checked, findings: pd.DataFrame, user: User) -> None:
    try:
        count = acceptances.take_back(
            current_store(), user.la, checked.row.year, findings["key"].tolist(), by=user.username
        )
    except StoreError as error:
        st.error(safe_md(error), icon=":material/error:")
        return
    say_after(f"{counted(count, 'finding')} open again.")


def table(
    rows: object, key: str, alt: str, selectable: bool, height: int | None = None
) -> list[int]:
    """A table whose rows can be ticked by those who may act on them; the places of the ticked."""
    draw: Callable[..., object] = st.dataframe
    options: dict[str, object] = {"hide_index": True, "placeholder": "", "alt": alt}
    if height is not None:
        options["height"] = height
    if not selectable:
        draw(rows, **options)
        return []
    draw(rows, key=key, on_select="rerun", selection_mode="multi-row", **options)
    return [int(row) for row in st.session_state[key]["selection"]["rows"]]
