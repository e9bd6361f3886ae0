"""Who did what, when. Rows are only ever added; each carries the SHA-256 of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cla.store import tables
from cla.store.engine import Store

if TYPE_CHECKING:  # the gate writes here before the server has loaded pandas
    import pandas as pd

EMPTY = "0" * 64

Detail = Mapping[str, object]


@dataclass(frozen=True)
class Verdict:
    """Whether the chain holds; ``broken_at`` is the first row that does not fit (0: its end)."""

    intact: bool
    rows: int
    broken_at: int | None
    reason: str


def append(
    store: Store,
    la: str | None,
    username: str,
    event: str,
    detail: Detail | None = None,
    now: datetime | None = None,
) -> int:
    """Add a row and return its number.

    Inside ``with store.writing():`` it is part of that transaction, else it commits by itself.
    ``detail`` is a small JSON object without anything about a child but pseudonyms.
    """
    moment = now or datetime.now(UTC)
    body = json.dumps(dict(detail or {}), sort_keys=True, ensure_ascii=False, default=str)
    with store.writing() as connection:
        seq, previous = _take_head(connection)
        row = {
            "seq": seq,
            "moment": moment,
            "la": la or "",
            "username": username,
            "event": event,
            "detail": body,
            "previous": previous,
        }
        digest = _digest(seq, moment, la or "", username, event, body, previous)
        connection.execute(tables.audit.insert().values(**row, hash=digest))
        connection.execute(tables.audit_head.update().values(seq=seq, hash=digest))
    return seq


def read(
    store: Store,
    las: tuple[str, ...] | None = None,
    limit: int = 1000,
    event: str | None = None,
) -> pd.DataFrame:
    """The newest rows first: seq, moment, la, username, event, detail (JSON text).

    ``las`` keeps only rows of those authorities; None means every row (administrators).
    """
    columns = [tables.audit.c[name] for name in _SHOWN]
    query = sa.select(*columns).order_by(tables.audit.c.seq.desc()).limit(limit)
    if las is not None:
        query = query.where(tables.audit.c.la.in_(las))
    if event is not None:
        query = query.where(tables.audit.c.event == event)
    with store.reading() as connection:
        rows = connection.execute(query).all()
    import pandas as pd

    return pd.DataFrame([tuple(row) for row in rows], columns=list(_SHOWN))


def head(store: Store) -> tuple[int, str]:
    """The number and hash of the last row, to be written down away from this machine."""
    with store.reading() as connection:
        row = connection.execute(sa.select(tables.audit_head)).one()
    return row.seq, row.hash


def verify(store: Store) -> Verdict:
    """Recompute the chain from its first row to its recorded end."""
    expected, previous = 1, EMPTY
    with store.reading() as connection:
        end = connection.execute(sa.select(tables.audit_head)).one()
        query = sa.select(tables.audit).order_by(tables.audit.c.seq)
        for row in connection.execute(query):
            if row.seq != expected or row.previous != previous:
                return Verdict(False, end.seq, row.seq, "a row before this one was removed")
            digest = _digest(
                row.seq, row.moment, row.la, row.username, row.event, row.detail, previous
            )
            if digest != row.hash:
                return Verdict(False, end.seq, row.seq, "this row was changed")
            expected, previous = row.seq + 1, row.hash
    if (end.seq, end.hash) != (expected - 1, previous):
        return Verdict(False, end.seq, expected, "rows were removed from the end")
    return Verdict(True, end.seq, None, "every row fits the one before")


_SHOWN = ("seq", "moment", "la", "username", "event", "detail")


def _take_head(connection: Connection) -> tuple[int, str]:
    """The next row's number and the hash it follows.

    Updating the one row of audit_head makes writers queue, on PostgreSQL as on SQLite.
    """
    head_table = tables.audit_head
    connection.execute(head_table.update().values(seq=head_table.c.seq + 1))
    row = connection.execute(sa.select(head_table)).one()
    return row.seq, row.hash


def _digest(
    seq: int, moment: datetime, la: str, username: str, event: str, detail: str, previous: str
) -> str:
    stamp = moment.astimezone(UTC).isoformat(timespec="microseconds")
    line = json.dumps([seq, stamp, la, username, event, detail, previous], ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()
