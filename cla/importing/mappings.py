"""What an authority said about files of results, remembered: columns by layout, codes by tuple.

Kept as decisions of the kind "mapping", so that each is audited, can be taken back, and stays in
the history. The import in its own process looks here as well, so that what the page showed is what
is read. Headings are kept, values of cells never.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from cla.results import ByHand, Known
from cla.store import Store, decisions

KIND = "mapping"
_COLUMN = "column "
_TUPLE = "tuple "


@dataclass(frozen=True)
class Said:
    """Who said how files of a layout are read as a stage, and when."""

    way: ByHand
    name: str
    moment: datetime


def known(store: Store, la: str) -> Known:
    """All that stands, for ``results.read``."""
    files: dict[str, tuple[ByHand, ...]] = {}
    tuples: dict[str, tuple[str, str]] = {}
    for row in _rows(store, la):
        subject = str(row["subject"])
        if subject.startswith(_TUPLE):
            tuples[subject.removeprefix(_TUPLE)] = (str(row["stage"]), str(row["field"]))
        else:
            layout = subject.partition(" ")[0]
            files[layout] = (*files.get(layout, ()), _way(row))
    return Known(files, tuples)


def said_of(store: Store, la: str, layout: str) -> tuple[Said, ...]:
    """What stands about files with these headings (``results.fingerprint``), by stage."""
    return tuple(
        Said(_way(row), str(row["name"]), row["moment"].to_pydatetime())
        for row in _rows(store, la)
        if str(row["subject"]).partition(" ")[0] == layout
    )


def tuples_said(store: Store, la: str) -> pd.DataFrame:
    """The tuples of transfer files that somebody named: kind, stage, field, name, moment."""
    rows = [
        {
            "kind": str(row["subject"]).removeprefix(_TUPLE),
            **{key: row[key] for key in ("stage", "field", "name", "moment")},
        }
        for row in _rows(store, la)
        if str(row["subject"]).startswith(_TUPLE)
    ]
    return pd.DataFrame(rows, columns=["kind", "stage", "field", "name", "moment"])


def remember(
    store: Store,
    la: str,
    layout: str,
    stage: str,
    columns: Mapping[str, str],
    *,
    by: str,
    name: str,
    now: datetime | None = None,
) -> None:
    """Read files with these headings as results of a stage from now on. StoreError."""
    value = {"stage": stage, **{_COLUMN + field: heading for field, heading in columns.items()}}
    subject = _subject(layout, stage)
    decisions.record(store, la, KIND, {subject: value}, by=by, name=name, now=now)


def forget(store: Store, la: str, layout: str, stage: str, *, by: str) -> int:
    """Read files with these headings as if nobody had said anything; 0 when nobody had."""
    return decisions.take_back(store, la, KIND, [_subject(layout, stage)], by=by)


def remember_tuples(
    store: Store,
    la: str,
    meanings: Mapping[str, tuple[str, str]],
    *,
    by: str,
    name: str,
    now: datetime | None = None,
) -> int:
    """Read these tuples of transfer files as fields of a stage from now on; how many."""
    values = {
        _TUPLE + kind: {"stage": stage, "field": field} for kind, (stage, field) in meanings.items()
    }
    return decisions.record(store, la, KIND, values, by=by, name=name, now=now)


def forget_tuples(store: Store, la: str, kinds: list[str], *, by: str) -> int:
    """Let these tuples be unknown again; how many were known."""
    return decisions.take_back(store, la, KIND, [_TUPLE + kind for kind in kinds], by=by)


def _subject(layout: str, stage: str) -> str:
    return f"{layout} {stage}"


def _rows(store: Store, la: str) -> list[dict[str, Any]]:
    standing = decisions.current(store, la).get(KIND)
    return [] if standing is None else [_plain(row) for row in standing.to_dict("records")]


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in row.items()}


def _way(row: Mapping[str, Any]) -> ByHand:
    columns = {
        key.removeprefix(_COLUMN): heading
        for key, heading in row.items()
        if key.startswith(_COLUMN) and isinstance(heading, str)
    }
    return ByHand(str(row["stage"]), columns)
