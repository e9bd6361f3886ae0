"""What a mapping by hand would read, what it lacks, and the button that remembers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cla import results
from cla.access import User, current_store
from cla.importing import mappings
from cla.problems import Unusable
from cla.reports import academic_year
from cla.results import mapping
from cla.results.fields import fields
from cla.stages import capitalised
from cla.store import StoreError
from cla.ui.words import counted, listed, safe_md

DONE = "mapping: what was done"
"""In the session: the sentence to show once after an act."""


@dataclass(frozen=True)
class Layout:
    """Files with the same headings: their fingerprint, the first of them, and all their names."""

    fingerprint: str
    first: results.Surveyed
    names: tuple[str, ...]


def draw(layout: Layout, stage: str, chosen: Mapping[str, str], user: User, year_key: str) -> None:
    """What is still needed, or what would be read, and the button that remembers it."""
    named = {name: heading for name, heading in chosen.items() if heading}
    found = _preview(layout, stage, chosen, named, st.session_state.get(year_key))
    if found is not None:
        _draw_preview(found, stage, named)
    if st.button(
        "Use and remember",
        type="primary",
        disabled=found is None,
        key=f"map_save_{layout.fingerprint[:12]}",
    ):
        _save(layout, stage, chosen, user)


def _preview(
    layout: Layout,
    stage: str,
    chosen: Mapping[str, str],
    named: Mapping[str, str],
    year: int | None,
) -> results.Results | None:
    """What would be read; None when it cannot be yet, which is said."""
    twice = _twice(stage, named)
    no_upn, groups = mapping.lacking(stage, list(named))
    if no_upn or groups:
        st.info(safe_md(_still_needed(stage, no_upn, groups)), icon=":material/info:")
        return None
    if twice:
        st.error(safe_md(twice), icon=":material/error:")
        return None
    try:
        (found,) = results.read(
            layout.first.upload,
            None if year is None else academic_year(year),
            stage=stage,
            mapping=kept(layout.first.header, stage, chosen),
        )
    except Unusable as refusal:
        lines = "\n".join(f"- {safe_md(problem)}" for problem in refusal.problems)
        st.warning(f"It cannot be read like this yet.\n\n{lines}", icon=":material/warning:")
        return None
    return found


def kept(header: Sequence[str], stage: str, chosen: Mapping[str, str]) -> dict[str, str]:
    """What is remembered of the boxes: where they differ from what would be recognised anyway.

    A field that is recognised may have several headings, and goes on having them.
    """
    recognised = results.columns_of(header, stage)
    return {
        name: heading
        for name, heading in chosen.items()
        if heading != recognised.get(name, ("",))[0]
    }


def _twice(stage: str, named: Mapping[str, str]) -> str:
    """A sentence about a column that was said to be two things."""
    by_heading: dict[str, list[str]] = {}
    for name, heading in named.items():
        by_heading.setdefault(heading, []).append(fields(stage)[name].title)
    doubled = [f"{heading} ({listed(own)})" for heading, own in by_heading.items() if len(own) > 1]
    return f"A column can be one thing only: {'; '.join(doubled)}." if doubled else ""


def _still_needed(stage: str, no_upn: bool, groups: Sequence[Sequence[str]]) -> str:
    known = fields(stage)
    parts = ["the UPN"] if no_upn else []
    if groups:
        ways = [listed([known[name].title for name in group]) for group in groups]
        parts.append(f"one of these: {'; or '.join(ways)}")
    return f"Still needed: {' and '.join(parts)}."


def _draw_preview(found: results.Results, stage: str, named: Mapping[str, str]) -> None:
    """Counts by column, and what the reader has to say; no value."""
    rows = found.counts["rows"]
    matchable = int(found.frame["upn"].notna().sum())
    st.markdown(
        f"**It would be read as {safe_md(capitalised(stage))} results of"
        f" {safe_md(found.academic_year)}:** {counted(rows, 'row')},"
        f" {counted(len(found.frame), 'pupil')}, {matchable:,} with a UPN that can be matched."
    )
    known = fields(stage)
    frame = found.frame
    table = pd.DataFrame(
        [
            (
                safe_md(known[name].title),
                safe_md(heading),
                f"{int(frame[name].notna().sum()):,} of {len(frame):,}" if name in frame else "✓",
            )
            for name, heading in named.items()
        ],
        columns=["What", "Column", "Understood"],
    )
    with st.expander("Column by column"):
        st.table(table.set_index("What"), border="horizontal", alt="What would be read by column")
    for notice in found.notices:
        if "named by hand" not in notice:
            st.caption(safe_md(notice))


def _save(layout: Layout, stage: str, chosen: Mapping[str, str], user: User) -> None:
    short = layout.fingerprint[:12]
    try:
        mappings.remember(
            current_store(),
            user.la,
            layout.fingerprint,
            stage,
            kept(layout.first.header, stage, chosen),
            by=user.username,
            name=user.name,
        )
    except StoreError as error:
        st.error(safe_md(error), icon=":material/error:")
        return
    for key in (f"map_change_{short}", "map_by_hand"):
        st.session_state.pop(key, None)
    st.session_state[DONE] = (
        f"Remembered: files with the headings of {layout.names[0]} are read as"
        f" {capitalised(stage)} results."
    )
    st.rerun()
