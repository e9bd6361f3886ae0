"""Findings that somebody accepted: a note, a name, a moment. The next validation knows them again.

An acceptance holds for one collection year of one authority, and for the key of the finding: when
the record is altered, the finding has another key and is open again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime

import pandas as pd
import sqlalchemy as sa

from cla.store import audit, tables
from cla.store.engine import Store, StoreError

LONGEST_NOTE = 1000
NAMED_AT_ONCE = 2000
"""As many keys as one row of the audit trail names; an act on more findings has several rows."""

_KEY = re.compile("[0-9a-f]{16}")
_COLUMNS = ("key", "rule", "note", "accepted", "accepted_by", "name")
_BATCH = 500  # keys in one query: engines limit the number of parameters


def of(store: Store, la: str, year: int) -> pd.DataFrame:
    """What is accepted in a collection year: key, rule, note, accepted, accepted_by, name.

    The newest first; ``accepted`` is datetime64[us, UTC].
    """
    table = tables.acceptances
    query = (
        sa.select(*(table.c[name] for name in _COLUMNS))
        .where(table.c.la == la, table.c.year == year)
        .order_by(table.c.accepted.desc(), table.c.key)
    )
    with store.reading() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    return frame.astype({"accepted": "datetime64[us, UTC]"})


def accept(
    store: Store,
    la: str,
    year: int,
    rules: Mapping[str, str],
    *,
    note: str,
    by: str,
    name: str,
    now: datetime | None = None,
) -> int:
    """Accept findings, given as rule codes by key; how many were not accepted yet.

    All of them or, when something goes wrong, none. What is accepted already keeps its note and
    name. The note says why; it may not be empty, and
    is kept out of the audit trail. StoreError in a sentence.
    """
    said = _note(note)
    _check(rules)
    moment = now or datetime.now(UTC)
    with store.writing() as connection:
        there = set(_present(connection, la, year, rules))
        rows = [
            {
                "la": la, "year": year, "key": key, "rule": rule, "note": said,
                "accepted": moment, "accepted_by": by, "name": name,
            }
            for key, rule in rules.items()
            if key not in there
        ]  # fmt: skip
        if rows:
            connection.execute(tables.acceptances.insert(), rows)
            keys = sorted(str(row["key"]) for row in rows)
            _audit(store, la, year, "findings accepted", keys, by, moment)
    return len(rows)


def take_back(
    store: Store, la: str, year: int, keys: Collection[str], *, by: str, now: datetime | None = None
) -> int:
    """Open findings again; how many had been accepted. StoreError in a sentence."""
    _check(keys)
    table = tables.acceptances
    with store.writing() as connection:
        there = sorted(_present(connection, la, year, keys))
        for some in _batches(there, _BATCH):
            connection.execute(
                table.delete().where(table.c.la == la, table.c.year == year, table.c.key.in_(some))
            )
        if there:
            _audit(store, la, year, "acceptances taken back", there, by, now)
    if there:
        store.scrub()
    return len(there)


def _present(connection: sa.Connection, la: str, year: int, keys: Collection[str]) -> Iterator[str]:
    table = tables.acceptances
    for some in _batches(list(keys), _BATCH):
        query = sa.select(table.c.key).where(
            table.c.la == la, table.c.year == year, table.c.key.in_(some)
        )
        yield from connection.execute(query).scalars()


def _batches(keys: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _audit(
    store: Store, la: str, year: int, event: str, keys: list[str], by: str, now: datetime | None
) -> None:
    """Name each key in the audit trail; part of the transaction that is open."""
    for some in _batches(keys, NAMED_AT_ONCE):
        audit.append(store, la, by, event, {"year": year, "keys": some}, now)


def _note(note: str) -> str:
    said = " ".join(note.split())
    if not said:
        raise StoreError("Say in a note why these findings can stay.")
    if len(said) > LONGEST_NOTE:
        raise StoreError(f"The note is too long: {LONGEST_NOTE:,} characters at most.")
    return said


def _check(keys: Collection[str]) -> None:
    if not keys:
        raise StoreError("No finding was chosen.")
    if not all(_KEY.fullmatch(key) for key in keys):
        raise StoreError("These are no findings of this return; open the page again.")
