"""What the Data quality page is about: the current return, its findings followed, the acceptances.

What an import holds never changes and is kept once a process; acceptances are read at each run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import streamlit as st

from cla import ssda903
from cla.access import User, current_store
from cla.importing.kinds import NOT_RUN
from cla.importing.validations import followed
from cla.ssda903 import tracking
from cla.ssda903.rules import Rulebook
from cla.store import acceptances, imports
from cla.store.imports import ImportRow
from cla.ui import children, data
from cla.ui.quality import UNKNOWN

# Counting a category is counting small integers: a return can have forty thousand findings.
_CATEGORIES = ("rule", "severity", "stage", "table", "child", "fields", "message", "state")
_SHOWN = ["rule", "severity", "stage", "table", "row", "line", "child", "fields", "message"]


@dataclass(frozen=True)
class Kept:
    """What is the same at every run: findings by import, and where each key stands among them.

    ``fixed`` is None when there was no validation before, or its import was deleted. ``counts``
    has how many findings each value of a column has, the most frequent first.
    """

    findings: pd.DataFrame
    fixed: pd.DataFrame | None
    unchecked: pd.DataFrame | None
    before: datetime | None
    positions: pd.Index
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Checked:
    """The current return of a year with what the rules found, beside the validation before it.

    ``findings`` have stage, key, since, state and accepted. ``unchecked`` are findings of before
    whose rules were not run this time. ``accepted`` are the acceptances of
    the year, also those whose finding is no more.
    """

    row: ImportRow
    findings: pd.DataFrame
    fixed: pd.DataFrame | None
    unchecked: pd.DataFrame | None
    before: datetime | None
    counts: Mapping[str, Mapping[str, int]]
    accepted: pd.DataFrame
    not_run: pd.DataFrame
    book: Rulebook

    @property
    def new(self) -> int:
        """How many findings the validation before had not."""
        return self.counts["state"].get(tracking.NEW, 0)

    def table(self, name: str) -> pd.DataFrame | None:
        """A table of the return as it was sent; None when it is not kept. Do not write to it."""
        return data.import_frame(self.row.la, self.row.id, name)

    def records_of(self, name: str, child: str) -> pd.DataFrame:
        """The records of a child in one table, as they were sent; empty when there is none."""
        table = self.table(name)
        if table is None:
            return pd.DataFrame()
        return table.iloc[_places(self.row.la, self.row.id, name).get(child, [])]

    def child_of(self, given: str) -> str | None:
        """The child of the return whose reference was given; None for anything else."""
        return _references(self.row.la, self.row.id, tuple(self.row.row_counts)).get(given)

    def children(self) -> list[str]:
        """Everybody whom any table of the return names."""
        named = _references(self.row.la, self.row.id, tuple(self.row.row_counts))
        return sorted(set(named.values()))


def checked_return(user: User, year: int) -> Checked | None:
    """The current return of the year; None when none is loaded, or its findings are not kept."""
    row = imports.current(current_store(), user.la, "ssda903", year)
    kept = None if row is None else _kept(row.la, row.id, year)
    if row is None or kept is None:
        return None
    not_run = data.import_frame(row.la, row.id, NOT_RUN)
    accepted = acceptances.of(current_store(), row.la, year)
    return Checked(
        row=row,
        findings=kept.findings.assign(accepted=_found(kept, accepted)),
        fixed=kept.fixed,
        unchecked=kept.unchecked,
        before=kept.before,
        counts=kept.counts,
        accepted=accepted,
        not_run=pd.DataFrame(columns=["rule", "title", "lacks"]) if not_run is None else not_run,
        book=ssda903.rulebook(year),
    )


def standing(user: User, year: int) -> tuple[Mapping[str, int], int]:
    """How many findings of a year are open, by severity, and how many are accepted.

    Nothing for a year without a return, and for those who may not read findings.
    """
    row = imports.current(current_store(), user.la, "ssda903", year)
    if row is None or not user.can("cla.quality"):
        return {}, 0
    if acceptances.of(current_store(), user.la, year).empty:
        return row.findings, 0
    checked = checked_return(user, year)
    if checked is None:
        return row.findings, 0
    accepted = checked.findings["accepted"]
    return _frequent(checked.findings.loc[~accepted, "severity"]), int(accepted.sum())


def about_child(user: User, year: int | None, child: str) -> pd.DataFrame | None:
    """The findings about one child in the return of a year; None when it was not checked."""
    checked = None if year is None else checked_return(user, year)
    if checked is None:
        return None
    return checked.findings[checked.findings["child"] == child.upper()]


def forget() -> None:
    """Let go of what was kept of imports, after one was deleted."""
    _kept.clear()
    _references.clear()
    _places.clear()


def _found(kept: Kept, accepted: pd.DataFrame) -> pd.Series:
    """Which findings are accepted."""
    mask = pd.Series(False, index=kept.findings.index)
    places = kept.positions.get_indexer(pd.Index(accepted["key"], dtype="str"))
    mask.iloc[places[places >= 0]] = True
    return mask


@st.cache_resource(max_entries=16, show_spinner=False)
def _kept(la: str, import_id: str, year: int) -> Kept | None:
    found = followed(current_store(), import_id, la)
    if found is None:
        return None
    fixed = None if found.fixed is None else _prepared(found.fixed, year)
    unchecked = None if found.unchecked is None else _prepared(found.unchecked, year)
    findings = _prepared(found.findings, year)
    positions = pd.Index(findings["key"])
    positions.get_indexer(positions[:1])  # builds its table now, not at the first click
    counts = {name: _frequent(findings[name]) for name in _CATEGORIES}
    return Kept(findings, fixed, unchecked, found.before, positions, counts)


def _frequent(column: pd.Series) -> Mapping[str, int]:
    counts = column.value_counts()
    return {str(value): int(count) for value, count in counts.items() if count}


def _prepared(findings: pd.DataFrame, year: int) -> pd.DataFrame:
    """Findings with the stage of their rule; a child in capitals, as the rules compare them."""
    stages = {code: rule.stage for code, rule in ssda903.rulebook(year).items()}
    stage = findings["rule"].astype("str").map(stages).fillna(UNKNOWN)
    child = findings["child"].astype("str").str.upper()
    prepared = findings.assign(stage=stage, child=child).reset_index(drop=True)
    prepared = prepared[_SHOWN + [name for name in prepared if name not in _SHOWN]]
    own = [name for name in _CATEGORIES if name in prepared.columns]
    return prepared.astype(dict.fromkeys(own, "category"))


@st.cache_resource(max_entries=200, show_spinner=False)
def _places(la: str, import_id: str, name: str) -> Mapping[str, np.ndarray]:
    """Where the records of each child stand in a table."""
    table = data.import_frame(la, import_id, name)
    if table is None or "CHILD" not in table.columns:
        return {}
    places = table.groupby(table["CHILD"].str.upper()).indices
    return {str(child): np.asarray(at) for child, at in places.items()}


@st.cache_resource(max_entries=16, show_spinner=False)
def _references(la: str, import_id: str, tables: tuple[str, ...]) -> Mapping[str, str]:
    named: set[str] = set()
    for name in tables:
        named.update(_places(la, import_id, name))
    return {children.reference(la, child): child for child in sorted(named)}
