"""One validation of a return beside the one before it: what is new, known, fixed, and since when.

The validation before is that of the last import of the same authority and year, whether reports
use it or not. What was found out is kept with the new import, so that it outlives the older one.
Findings that an import could not look for, because a file or a list was left out, are carried along
with it: when the file is there again they are known, since the day on which they were first found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from cla.ssda903 import tracking
from cla.store import Store, imports
from cla.store.imports import ImportRow

FINDINGS, COMPARED, NOT_RUN, CARRIED = "findings", "compared", "not_run", "carried"
"""Names of the frames with the findings, the validation they were compared with, the rules that
were not run, and the findings of before that could not be looked for."""


@dataclass(frozen=True)
class Validation:
    """What one import leaves to compare the next one with; ``moment`` is when it was made.

    ``findings`` have keys; among them are those that were carried along, with their ``since``.
    """

    import_id: str
    moment: datetime
    findings: pd.DataFrame


@dataclass(frozen=True)
class Followed:
    """The findings of an import with key, since and state, as ``cla.ssda903.tracking`` has them.

    ``before`` is the moment of the validation they were compared with; None for a first one.
    ``fixed`` are the findings that it had and this one has not; None when there was none before,
    or it was deleted since. ``unchecked`` would be among them, but could not be looked for this
    time, since a rule was not run or a file left out: not run is not passed. ``before_id`` is the
    import before, "" when it is gone.
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


def carried(
    not_run: pd.DataFrame, tables: Collection[str], before: Validation | None
) -> pd.DataFrame:
    """The findings of before that a validation without these rules or tables could not look for.

    As they were found, with key and since.
    """
    if before is None:
        return pd.DataFrame({"rule": [], "table": [], "key": []}, dtype="str")
    lost = before.findings[_out_of_sight(before.findings, not_run, tables)]
    return lost.assign(since=tracking.known_since(lost, pd.Timestamp(before.moment)))


def _out_of_sight(
    findings: pd.DataFrame, not_run: pd.DataFrame, tables: Collection[str]
) -> pd.Series:
    """Which findings are of rules that were not run, or of tables that were not there."""
    passed_over = findings["rule"].astype("str").isin(not_run["rule"].astype("str"))
    return passed_over | ~findings["table"].astype("str").isin(list(tables))


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
    unseen = _out_of_sight(found.fixed, kept[NOT_RUN], row.row_counts)
    return replace(found, fixed=found.fixed[~unseen], unchecked=found.fixed[unseen])


def _compared(store: Store, row: ImportRow, kept: Mapping[str, pd.DataFrame]) -> Followed:
    """The findings beside those before, as they were compared then, or compared now."""
    if COMPARED in kept:
        return _as_kept(store, row.la, kept[FINDINGS], kept[COMPARED])
    before = last(store, row.la, row.year, row.created)
    return _followed(_beside(_keyed(store, row, kept[FINDINGS]), before), before)


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
    """The findings kept with an import, and those carried along with it."""
    kept = imports.frames_of(store, row.id, row.la, [FINDINGS, CARRIED])
    if FINDINGS not in kept:
        return None
    findings = _keyed(store, row, kept[FINDINGS])
    if len(kept.get(CARRIED, ())):
        findings = pd.concat([findings, kept[CARRIED]], ignore_index=True)
    return Validation(row.id, row.created, findings)


def _keyed(store: Store, row: ImportRow, findings: pd.DataFrame) -> pd.DataFrame:
    """The findings of an import with keys, also when they were kept without."""
    if "key" in findings.columns:
        return findings
    tables = imports.frames_of(store, row.id, row.la, row.row_counts)
    return findings.assign(key=tracking.keys(findings, tables))
