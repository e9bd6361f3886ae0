"""What people decided about the data: appended, never overwritten, taken back when it was wrong.

A decision is about a *subject* (a text key that the kind of decision defines) and holds a small
value. Of several decisions about one subject the last one stands; the others, and those taken back,
stay in the history. Every act moves the data version on, so that nobody goes on seeing figures from
before it, and is audited by number, without what it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cla.store import audit, tables
from cla.store.engine import Store, StoreError
from cla.store.versions import bump

KINDS = ("match", "membership", "key_stage", "mapping")
"""A result that is or is not a child's; a child in or out of the cohort; a child at the end of a
key stage or not; which column of a file means what."""

LONGEST_NOTE = 1000
LONGEST_SUBJECT = 200
MOST_AT_ONCE = 2000
"""As many subjects as one act may decide: the audit trail names each decision."""

Value = Mapping[str, Any]

_OWN = ("id", "subject", "note", "by", "name", "moment", "taken_back", "taken_back_by", "stands")
_MOMENTS = {"moment": "datetime64[us, UTC]", "taken_back": "datetime64[us, UTC]"}
_BATCH = 500  # values in one statement: engines limit the number of parameters


def record(
    store: Store,
    la: str,
    kind: str,
    values: Mapping[str, Value],
    *,
    by: str,
    name: str,
    note: str = "",
    now: datetime | None = None,
    only_about_imports: bool = False,
) -> int:
    """Keep a decision about each subject, in one transaction; how many.

    A value is a flat mapping of text, numbers, truth values and None. StoreError in a sentence,
    with ``only_about_imports`` also when an import that a value is about was deleted meanwhile:
    what is decided of its children would stay behind.
    """
    _check(kind, values)
    if clash := {key for value in values.values() for key in value} & set(_OWN):
        raise ValueError(f"a value may not have the keys {sorted(clash)}")
    said = " ".join(note.split())
    if len(said) > LONGEST_NOTE:
        raise StoreError(f"The note is too long: {LONGEST_NOTE:,} characters at most.")
    moment = now or datetime.now(UTC)
    with store.writing() as connection:
        bump(connection, la)  # first: whoever else decides for this authority waits here
        if only_about_imports and not _held(connection, la, kind, values):
            raise StoreError("The data this is about was deleted meanwhile; nothing was decided.")
        first = _last_id(connection, la) + 1
        rows = [
            {
                "la": la, "id": first + place, "kind": kind, "subject": subject,
                "value": dict(value), "note": said, "by": by, "name": name, "moment": moment,
            }
            for place, (subject, value) in enumerate(values.items())
        ]  # fmt: skip
        connection.execute(tables.decisions.insert(), rows)
        detail = {"kind": kind, "decisions": [row["id"] for row in rows]}
        audit.append(store, la, by, "decisions recorded", detail, moment)
    return len(rows)


def take_back(
    store: Store,
    la: str,
    kind: str,
    subjects: Collection[str],
    *,
    by: str,
    now: datetime | None = None,
) -> int:
    """Leave the subjects undecided again; how many of them had a decision that stood."""
    _check(kind, subjects)
    table = tables.decisions
    moment = now or datetime.now(UTC)
    with store.writing() as connection:
        standing = [
            row
            for some in _batches(sorted(set(subjects)))
            for row in connection.execute(
                sa.select(table.c.id, table.c.subject).where(
                    table.c.la == la,
                    table.c.kind == kind,
                    table.c.subject.in_(some),
                    table.c.taken_back.is_(None),
                )
            )
        ]
        ids = sorted(row.id for row in standing)
        for batch in _batches(ids):
            connection.execute(
                table.update()
                .where(table.c.la == la, table.c.id.in_(batch))
                .values(taken_back=moment, taken_back_by=by)
            )
        if ids:
            bump(connection, la)
            detail = {"kind": kind, "decisions": ids}
            audit.append(store, la, by, "decisions taken back", detail, moment)
    return len({row.subject for row in standing})


def current(store: Store, la: str) -> dict[str, pd.DataFrame]:
    """The decisions that stand, by kind, oldest first; kinds without any are left out.

    Columns: subject, the keys of the values, note, by, name, moment (datetime64[us, UTC]).
    """
    table = tables.decisions
    standing = _rows(store, table.c.la == la, table.c.taken_back.is_(None))
    last = {(row["kind"], row["subject"]): row for row in standing}
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(last.values(), key=lambda row: row["id"]):
        by_kind.setdefault(row["kind"], []).append(row)
    hidden = ["id", "taken_back", "taken_back_by"]
    return {kind: _frame(rows).drop(columns=hidden) for kind, rows in by_kind.items()}


def history(store: Store, la: str, kind: str) -> pd.DataFrame:
    """Every decision of a kind, newest first, also those taken back or followed by a later one.

    Columns: id, subject, the keys of the values, note, by, name, moment, taken_back,
    taken_back_by, stands (whether it is the one in force).
    """
    table = tables.decisions
    rows = _rows(store, table.c.la == la, table.c.kind == kind)
    last = {row["subject"]: row["id"] for row in rows if row["taken_back"] is None}
    frame = _frame(rows[::-1])
    return frame.assign(stands=frame["id"].isin(list(last.values())))


def forget(connection: Connection, la: str, left: Collection[tuple[str, int]]) -> int:
    """Remove the decisions about data that went; how many. Part of the delete of an import.

    ``left`` are the kinds and years of the imports that are still there.
    """
    table = tables.decisions
    every = connection.execute(
        sa.select(table.c.id, table.c.kind, table.c.value).where(table.c.la == la)
    )
    gone = [row.id for row in every if not _about(row.kind, row.value) <= set(left)]
    for batch in _batches(gone):
        connection.execute(table.delete().where(table.c.la == la, table.c.id.in_(batch)))
    return len(gone)


def _held(connection: Connection, la: str, kind: str, values: Mapping[str, Value]) -> bool:
    """Whether the authority has every import that the values are about."""
    table = tables.imports
    rows = connection.execute(sa.select(table.c.kind, table.c.year).where(table.c.la == la))
    there = {(row.kind, row.year) for row in rows}
    return all(_about(kind, value) <= there for value in values.values())


def _about(kind: str, value: Value) -> set[tuple[str, int]]:
    """The imports that a decision is about: without any of them it is about nothing."""
    if kind == "mapping" or "year" not in value:
        return set()
    year = int(value["year"])
    about = {("ssda903", year)}
    return about | {(str(value.get("stage")), year)} if kind == "match" else about


def _check(kind: str, subjects: Collection[str]) -> None:
    if kind not in KINDS:
        raise ValueError(f"there is no kind of decision called {kind!r}")
    if not subjects:
        raise StoreError("Nothing was chosen.")
    if len(subjects) > MOST_AT_ONCE:
        raise StoreError(f"Decide on at most {MOST_AT_ONCE:,} at once.")
    if not all(subject and len(subject) <= LONGEST_SUBJECT for subject in subjects):
        raise ValueError("a subject is a text of 1 to 200 characters")


def _last_id(connection: Connection, la: str) -> int:
    query = sa.select(sa.func.max(tables.decisions.c.id)).where(tables.decisions.c.la == la)
    return connection.execute(query).scalar_one() or 0


def _rows(store: Store, *conditions: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    query = sa.select(tables.decisions).where(*conditions).order_by(tables.decisions.c.id)
    with store.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """One row a decision, the keys of the values as columns."""
    keys = list(dict.fromkeys(key for row in rows for key in row["value"]))
    columns = {name: [row[name] for row in rows] for name in _OWN if name != "stands"}
    values = {key: [row["value"].get(key) for row in rows] for key in keys}
    order = ["id", "subject", *keys, *(name for name in _OWN[2:] if name != "stands")]
    frame = pd.DataFrame({**columns, **values}, columns=order)
    texts = dict.fromkeys(("subject", "note", "by", "name", "taken_back_by"), "str")
    return frame.astype({**_MOMENTS, **texts})


def _batches(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
