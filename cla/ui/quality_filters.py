"""The filters of the Data quality page, with their counts, and what they say in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cla.ui import quality
from cla.ui.quality_data import Checked
from cla.ui.quality_words import STATES
from cla.ui.words import counted, listed

_LONGEST_SEARCH = 40


@dataclass(frozen=True)
class Selection:
    """The findings that the filters leave, and the filters in words."""

    findings: pd.DataFrame
    words: str

    @property
    def open(self) -> pd.DataFrame:
        """Those that nobody has accepted."""
        return self.findings[~self.findings["accepted"]]


def draw(checked: Checked) -> Selection:
    """The filters; what they leave."""
    everything = checked.findings
    with st.container(horizontal=True, vertical_alignment="bottom", key="quality_filters"):
        search = st.text_input(
            "Search child or rule",
            key="q_search",
            max_chars=_LONGEST_SEARCH,
            persist_state="session",
            icon=":material/search:",
            width=240,
        )
        chosen = {
            column: _choice(checked.counts[column], column, title, names)
            for column, title, names in _offered(checked)
        }
        accepted = int(everything["accepted"].sum())
        with_accepted = accepted > 0 and st.toggle(
            f"Show accepted ({accepted:,})", key="q_accepted", persist_state="session"
        )
    found = quality.searched(quality.narrowed(everything, **chosen), search)
    if not with_accepted:
        found = found[~found["accepted"]]
    return Selection(found, _words(checked, found, chosen, search, accepted, with_accepted))


def _offered(checked: Checked) -> list[tuple[str, str, dict[str, str]]]:
    """The columns that can be chosen from: severity only where a source states any."""
    offered = [("table", "Table", {}), ("stage", "Stage", quality.STAGES)]
    if set(checked.counts["severity"]) - {quality.UNKNOWN}:
        offered.append(("severity", "Severity", {quality.UNKNOWN: "not stated"}))
    if checked.before is not None:
        offered.append(("state", "New or known", STATES))
    return offered


def _choice(counts: Mapping[str, int], column: str, title: str, names: dict[str, str]) -> list[str]:
    key = f"q_{column}"
    now = [value for value in st.session_state.get(key) or [] if value in counts]
    said = ", ".join(names.get(value, value) for value in now) or "all"
    with st.popover(
        f"{title}: {said}", key=f"popover_{key}", type="primary" if now else "secondary"
    ):
        return st.pills(
            title,
            list(counts),
            selection_mode="multi",
            format_func=lambda value: f"{names.get(value, value)} ({counts.get(value, 0):,})",
            key=key,
            persist_state="session",
        )


def _words(
    checked: Checked,
    found: pd.DataFrame,
    chosen: dict[str, list[str]],
    search: str,
    accepted: int,
    with_accepted: bool,
) -> str:
    """ "12 of 40 findings: Episodes; new." Never the text of the search: it may name a child."""
    parts = [
        listed([names.get(value, value) for value in chosen[column]], "or")
        for column, _, names in _offered(checked)
        if chosen.get(column)
    ]
    if search.strip():
        parts.append("a search")
    said = f"{len(found):,} of {counted(len(checked.findings), 'finding')}"
    said += f": {'; '.join(parts)}." if parts else "."
    if accepted and not with_accepted:
        said += f" {accepted:,} accepted {'one is' if accepted == 1 else 'ones are'} left out."
    return said
