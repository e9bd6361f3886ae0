"""Tries to sign in, to slow down guessing.

Names and addresses are kept as SHA-256: people type passwords into the name field by mistake.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from cla.store import tables
from cla.store.engine import Store
from cla.store.users import plain

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Failures:
    """Failed tries inside a window, and when the last one was (None: none)."""

    count: int
    last: datetime | None


def record(
    store: Store,
    username: str,
    source: str,
    *,
    succeeded: bool,
    now: datetime | None = None,
) -> None:
    """Remember one try by ``username`` from ``source`` (an address) for a day."""
    moment = now or datetime.now(UTC)
    table = tables.attempts
    with store.writing() as connection:
        connection.execute(table.delete().where(table.c.moment < moment - KEPT))
        connection.execute(
            table.insert().values(
                who=_digest(plain(username)),
                source=_digest(source),
                moment=moment,
                succeeded=succeeded,
            )
        )


def by_username(
    store: Store, username: str, *, within: timedelta, now: datetime | None = None
) -> Failures:
    """Failures for this name inside the window and since its last success."""
    return _failures(store, tables.attempts.c.who == _digest(plain(username)), within, now)


def by_source(
    store: Store, source: str, *, within: timedelta, now: datetime | None = None
) -> Failures:
    """Failures from this address inside the window, whatever names it tried.

    A success does not clear them: who knows one password may be guessing at others.
    """
    condition = tables.attempts.c.source == _digest(source)
    return _failures(store, condition, within, now, until_success=False)


def _failures(
    store: Store,
    condition: sa.ColumnElement[bool],
    within: timedelta,
    now: datetime | None,
    until_success: bool = True,
) -> Failures:
    table = tables.attempts
    since = (now or datetime.now(UTC)) - within
    with store.reading() as connection:
        if until_success:
            latest = sa.select(sa.func.max(table.c.moment)).where(condition, table.c.succeeded)
            since = max(since, connection.execute(latest).scalar_one() or since)
        query = sa.select(sa.func.count(), sa.func.max(table.c.moment)).where(
            condition, ~table.c.succeeded, table.c.moment > since
        )
        count, last = connection.execute(query).one()
    return Failures(count, last)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
