"""Sign-ins that are open. The browser holds a random token; the store holds only its SHA-256."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from cla.store import tables
from cla.store.engine import Store
from cla.store.users import plain


@dataclass(frozen=True)
class Session:
    """One sign-in of one person in one browser."""

    token_hash: str
    username: str
    created: datetime
    last_seen: datetime
    expires: datetime


def create(
    store: Store,
    token_hash: str,
    username: str,
    *,
    expires: datetime,
    now: datetime | None = None,
) -> Session:
    """Open a sign-in; those whose time is over are forgotten on the way."""
    moment = now or datetime.now(UTC)
    session = Session(token_hash, plain(username), moment, moment, expires)
    table = tables.sessions
    with store.writing() as connection:
        connection.execute(table.delete().where(table.c.expires < moment))
        connection.execute(
            table.insert().values(
                token_hash=token_hash,
                username=session.username,
                created=moment,
                last_seen=moment,
                expires=expires,
            )
        )
    return session


def find(store: Store, token_hash: str, *, now: datetime | None = None) -> Session | None:
    """The open sign-in of this token, else None.

    None when unknown, revoked or expired, when the person is disabled, and when it was made
    before the person's ``valid_after`` (password or permissions changed since).
    """
    moment = now or datetime.now(UTC)
    table, users = tables.sessions, tables.users
    query = (
        sa.select(table)
        .join(users)
        .where(
            table.c.token_hash == token_hash,
            table.c.revoked.is_(None),
            table.c.expires > moment,
            users.c.active,
            table.c.created >= users.c.valid_after,
        )
    )
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Session(row.token_hash, row.username, row.created, row.last_seen, row.expires)


def touch(
    store: Store,
    token_hash: str,
    *,
    expires: datetime | None = None,
    now: datetime | None = None,
) -> None:
    """The person was here just now; ``expires`` moves the end of the sign-in when given.

    A write: call it at most once a minute for a session, not at every request.
    """
    values: dict[str, datetime] = {"last_seen": now or datetime.now(UTC)}
    if expires is not None:
        values["expires"] = expires
    table = tables.sessions
    with store.writing() as connection:
        connection.execute(
            table.update()
            .where(table.c.token_hash == token_hash, table.c.revoked.is_(None))
            .values(**values)
        )


def revoke(store: Store, token_hash: str, *, now: datetime | None = None) -> bool:
    """End one sign-in (log-out); False when it was not open."""
    table = tables.sessions
    with store.writing() as connection:
        result = connection.execute(
            table.update()
            .where(table.c.token_hash == token_hash, table.c.revoked.is_(None))
            .values(revoked=now or datetime.now(UTC))
        )
    return result.rowcount > 0


def revoke_all(store: Store, username: str, *, now: datetime | None = None) -> int:
    """End every sign-in of a person; how many there were."""
    table = tables.sessions
    with store.writing() as connection:
        result = connection.execute(
            table.update()
            .where(table.c.username == plain(username), table.c.revoked.is_(None))
            .values(revoked=now or datetime.now(UTC))
        )
    return int(result.rowcount)
