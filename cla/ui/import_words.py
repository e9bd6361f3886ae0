"""The words for imports that the Import page and the history share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from cla import authorities, benchmarks
from cla.access import current_store
from cla.importing import CELLS, EES
from cla.reports import academic_year, year_name
from cla.stages import STAGES, capitalised
from cla.store import users
from cla.store.imports import ImportRow
from cla.ui.words import counted, listed, safe_md

KINDS = {
    "ssda903": "SSDA903 return",
    **{name: f"{capitalised(name)} results" for name in STAGES},
    "results": "Key stage results",
    "census": "School characteristics",
    "current": "Children looked after now",
    "providers": "Ofsted provider list",
    "published": "Published figures (DfE)",
    "figures": "Figures",
    "cells": "Shared figures",
}
STATES = {
    "checked": "checked, not used yet",
    "current": "current: reports use it",
    "superseded": "replaced by a later one",
}
SEVERITIES = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "query": ("query", "queries"),
}


def period(kind: str, year: int) -> str:
    """The year as people of that kind of data say it: 2025-26 for a return, 2025/26 for results."""
    if kind.startswith(f"{EES}cla_"):
        return f"31 March {year}"
    return year_name(year) if kind in ("ssda903", "current", "providers") else academic_year(year)


def title(kind: str, year: int) -> str:
    """ "SSDA903 return 2025-26"; "Outcomes, key stage 4, authorities, to 2024/25 (DfE)"."""
    if kind.startswith(EES):
        return f"{data_set(kind)}, to {period(kind, year)} (DfE)"
    if kind.startswith(CELLS):
        return f"Figures shared by {shared_by(kind)}, to {period(kind, year)}"
    return f"{KINDS.get(kind, kind)} {period(kind, year)}"


def data_set(kind: str) -> str:
    """What a data set of published figures is called, by its kind of import."""
    return benchmarks.title_of(kind.removeprefix(EES))


def shared_by(kind: str) -> str:
    """The authority whose shared figures a kind of import is; its code where it has ended."""
    code = kind.removeprefix(CELLS)
    try:
        return authorities.find(code).name
    except authorities.UnknownAuthorityError:
        return code


def findings_in_words(findings: Mapping[str, int]) -> str:
    """ "12 findings: 9 errors and 3 warnings". What has no severity is in the total only."""
    total = sum(findings.values())
    if not total:
        return "no findings"
    parts = [
        counted(count, *SEVERITIES[severity])
        for severity, count in findings.items()
        if count and severity in SEVERITIES
    ]
    said = counted(total, "finding")
    if sum(count for name, count in findings.items() if name in SEVERITIES) == total:
        return f"{said}: {listed(parts)}"
    return f"{said}, {listed(parts)} among them" if parts else said


def people() -> dict[str, str]:
    """The names of people by username, for "who did this"."""
    return {person.username: person.name for person in users.everyone(current_store())}


def what_changes(row: ImportRow, current: ImportRow | None) -> str:
    """What making this import current does to the reports, in a sentence."""
    what = title(row.kind, row.year)
    who = "Checks of returns" if row.kind == "providers" else "Reports"
    if row.kind.startswith(EES):
        return _what_figures_change(row, current)
    if row.kind.startswith(CELLS):
        return (
            f"Benchmarks will be compared with the figures of {shared_by(row.kind)} in this file."
        )
    if current is None:
        return f"{who} will use this as the {what}. There is none now."
    return (
        f"{who} will use this instead of the {what} of {current.created:%d/%m/%Y}"
        f" ({counted(sum(current.row_counts.values()), 'row')}). That one stays in the history and"
        " can be made current again."
    )


def _what_figures_change(row: ImportRow, current: ImportRow | None) -> str:
    said = (
        f"Benchmarks will be compared with “{data_set(row.kind)}” of this import: each of its"
        " figures stands in place of the same figure of an earlier release."
    )
    if current is None:
        return said
    return (
        f"{said} The import of {current.created:%d/%m/%Y} of the same data set and year is"
        " replaced; it stays in the history and can be made current again."
    )


def who_uses(kinds: Sequence[str]) -> str:
    """What uses imports of these kinds once they are current, in a sentence."""
    if all(kind == "providers" for kind in kinds):
        return (
            "Returns are checked with it from now on. One that was checked before can be checked"
            " again in Import history."
        )
    if all(kind.startswith((EES, CELLS)) for kind in kinds):
        return "Benchmarks are compared with these figures."
    return "Every report uses it."


def counts_table(row_counts: Mapping[str, int], heading: str = "Table") -> None:
    """Rows by table."""
    frame = pd.DataFrame(
        {
            heading: [safe_md(KINDS.get(name, name)) for name in row_counts],
            "Rows": [f"{n:,}" for n in row_counts.values()],
        }
    )
    st.table(frame.set_index(heading), border="horizontal", alt="Rows by table")
