"""One validation of a return beside the one before it: what is new, known, fixed, and since when.

The validation before is that of the last import of the same authority and year, whether reports
use it or not. What was found out is kept with the new import, so that it outlives the older one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from cla.ssda903 import tracking
from cla.store import Store, imports
from cla.store.imports import ImportRow

FINDINGS, COMPARED, NOT_RUN = "findings", "compared", "not_run"
"""Names of the frames with the findings, the validation they were compared with, and the rules
that were not run."""


@dataclass(frozen=True)
class Validation:
    """The findings of one import, with keys; ``moment`` is when it was made."""

    import_id: str
    moment: datetime
    findings: pd.DataFrame


@dataclass(frozen=True)
class Followed:
    """The findings of an import with key, since and state, as ``cla.ssda903.tracking`` has them.

    ``before`` is the moment of the validation they were compared with; None for a first one.
    ``fixed`` are the findings that it had and this one has not; None when there was none before,
    or it was deleted since. ``unchecked`` would be among them, but their rules were not run this
    time: not run is not passed. ``before_id`` is the import before, "" when it is gone.
    """

    findings: pd.DataFrame
    before: datetime | None = None
    before_id: str = ""
    fixed: pd.DataFrame | None = None
    unchecked: pd.DataFrame | None = None


def last(store: Store, la: str, year: int, before: datetime | None = None) -> Validation | None:
    """The last validation of a return, or the last before a moment; None when there is none."""
    history = imports.history(store, la)
    same = (history["kind"] == "ssda903") & (history["year"] == year)
    if before is not None:
        same &= history["created"] < before
    for import_id in history.loc[same, "id"]:
        row = imports.find(store, str(import_id), la)
        if row is not None:
            return _validation(store, row)
    return None


def follow(
    findings: pd.DataFrame, tables: tracking.Tables, before: Validation | None
) -> pd.DataFrame:
    """Fresh findings with key, since and state."""
    keyed = findings.assign(key=tracking.keys(findings, tables))
    return _beside(keyed, before).findings


def compared_with(before: Validation | None) -> pd.DataFrame:
    """The note of what findings were compared with: import_id and moment, one row or none."""
    return pd.DataFrame(
        {
            "import_id": pd.Series([before.import_id] if before else [], dtype="str"),
            "moment": pd.Series(
                [pd.Timestamp(before.moment)] if before else [],
                dtype=pd.DatetimeTZDtype("us", "UTC"),
            ),
        }
    )


def followed(store: Store, import_id: str, la: str) -> Followed | None:
    """The findings of an import and what changed since the validation before; None without any.

    An import from before findings were followed is compared now, with the import before it.
    """
    row = imports.find(store, import_id, la)
    kept = imports.frames_of(store, import_id, la, [FINDINGS, COMPARED, NOT_RUN])
    if row is None or FINDINGS not in kept:
        return None
    found = _compared(store, row, kept)
    if found.fixed is None or NOT_RUN not in kept:
        return found
    gone = found.fixed["rule"].astype("str")
    passed_over = gone.isin(kept[NOT_RUN]["rule"].astype("str"))
    return replace(found, fixed=found.fixed[~passed_over], unchecked=found.fixed[passed_over])


def _compared(store: Store, row: ImportRow, kept: Mapping[str, pd.DataFrame]) -> Followed:
    """The findings beside those before, as they were compared then, or compared now."""
    if COMPARED in kept:
        return _as_kept(store, row.la, kept[FINDINGS], kept[COMPARED])
    before = last(store, row.la, row.year, row.created)
    now = _validation(store, row)
    assert now is not None
    return _followed(_beside(now.findings, before), before)


def _as_kept(store: Store, la: str, findings: pd.DataFrame, compared: pd.DataFrame) -> Followed:
    if compared.empty:
        return Followed(findings)
    moment = compared["moment"].iloc[0].to_pydatetime()
    row = imports.find(store, str(compared["import_id"].iloc[0]), la)
    before = None if row is None else _validation(store, row)
    if before is None:
        return Followed(findings, moment)
    again = tracking.compare(findings.drop(columns=["since", "state"]), before.findings, moment)
    return Followed(findings, moment, before.import_id, again.fixed)


def _followed(changes: tracking.Changes, before: Validation | None) -> Followed:
    if before is None:
        return Followed(changes.findings)
    return Followed(changes.findings, before.moment, before.import_id, changes.fixed)


def _beside(keyed: pd.DataFrame, before: Validation | None) -> tracking.Changes:
    if before is None:
        return tracking.Changes(tracking.unfollowed(keyed), keyed.iloc[:0])
    return tracking.compare(keyed, before.findings, pd.Timestamp(before.moment))


def _validation(store: Store, row: ImportRow) -> Validation | None:
    """The findings kept with an import, with keys also when they were kept without."""
    kept = imports.frames_of(store, row.id, row.la, [FINDINGS])
    if FINDINGS not in kept:
        return None
    findings = kept[FINDINGS]
    if "key" not in findings.columns:
        tables = imports.frames_of(store, row.id, row.la, row.row_counts)
        findings = findings.assign(key=tracking.keys(findings, tables))
    return Validation(row.id, row.created, findings)
