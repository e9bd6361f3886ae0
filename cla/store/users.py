"""The people who may sign in, what they may do, and for which authorities.

Passwords arrive here as bcrypt hashes; hashing is the business of ``cla.access``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from cla.store import audit, tables
from cla.store.engine import Store, StoreError

BCRYPT = re.compile(r"\$2[aby]\$(1[2-9])\$[./A-Za-z0-9]{53}")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


@dataclass(frozen=True)
class User:
    """A person. ``cla`` is the permission to see looked-after children's data, apart from the role.

    A sign-in made before ``valid_after`` no longer counts.
    """

    username: str
    name: str
    email: str
    role: str
    cla: bool
    authorities: tuple[str, ...]
    active: bool
    demo: bool
    created: datetime
    valid_after: datetime


def add(
    store: Store,
    username: str,
    *,
    name: str,
    role: str,
    password_hash: str,
    authorities: Iterable[str],
    cla: bool,
    by: str,
    email: str = "",
    demo: bool = False,
    now: datetime | None = None,
) -> User:
    """Add a person who can sign in at once. StoreError when the name is taken or not usable."""
    username = plain(username)
    moment = now or datetime.now(UTC)
    if not USERNAME.fullmatch(username):
        raise StoreError(
            "A username has 1 to 64 letters, digits, dots, hyphens, underscores or @,"
            " and begins with a letter or digit."
        )
    values = {
        "username": username,
        "name": name.strip() or username,
        "email": email.strip(),
        "role": _role(role),
        "cla": cla,
        "active": True,
        "demo": demo,
        "password_hash": _hash(password_hash),
        "created": moment,
        "valid_after": moment,
    }
    with store.writing() as connection:
        try:
            with connection.begin_nested():
                connection.execute(tables.users.insert().values(**values))
        except IntegrityError:
            raise StoreError(f"There is already a user called {username}.") from None
        kept = _put_authorities(connection, username, authorities)
        detail = {"user": username, "role": role, "cla": cla, "authorities": kept}
        audit.append(store, None, by, "user added", detail, moment)
        return _get(connection, username)


def find(store: Store, username: str) -> User | None:
    """The person of that name (letter case does not matter), active or not; else None."""
    with store.reading() as connection:
        return next(iter(_select(connection, tables.users.c.username == plain(username))), None)


def everyone(store: Store, *, include_demo: bool = True) -> tuple[User, ...]:
    """All people in the order of their usernames; ``include_demo=False`` leaves demo ones out."""
    with store.reading() as connection:
        return _select(connection, sa.true() if include_demo else ~tables.users.c.demo)


def password_hash(store: Store, username: str) -> str | None:
    """The bcrypt hash of an active person; None when there is none or they are disabled."""
    users = tables.users
    query = sa.select(users.c.password_hash).where(
        users.c.username == plain(username), users.c.active
    )
    with store.reading() as connection:
        return connection.execute(query).scalar_one_or_none()


def credentials(store: Store, *, include_demo: bool) -> Mapping[str, Mapping[str, str]]:
    """username -> {name, email, password (bcrypt hash)} of the active people."""
    users = tables.users
    query = sa.select(users).where(users.c.active).order_by(users.c.username)
    if not include_demo:
        query = query.where(~users.c.demo)
    with store.reading() as connection:
        return {
            row.username: {"name": row.name, "email": row.email, "password": row.password_hash}
            for row in connection.execute(query)
        }


def disable(store: Store, username: str, *, by: str, now: datetime | None = None) -> User:
    """Close an account: no sign-in, and every sign-in made before ends."""
    return _change(store, username, {"active": False}, by=by, event="user disabled", now=now)


def enable(store: Store, username: str, *, by: str, now: datetime | None = None) -> User:
    """Open a disabled account again; sign-ins made before it was disabled stay ended."""
    return _change(store, username, {"active": True}, by=by, event="user enabled", now=now)


def set_password_hash(
    store: Store, username: str, password_hash: str, *, by: str, now: datetime | None = None
) -> User:
    """Replace the password's bcrypt hash and end every sign-in made before."""
    values: dict[str, object] = {"password_hash": _hash(password_hash)}
    return _change(store, username, values, by=by, event="password changed", now=now)


def permit(
    store: Store,
    username: str,
    *,
    by: str,
    role: str | None = None,
    cla: bool | None = None,
    authorities: Iterable[str] | None = None,
    now: datetime | None = None,
) -> User:
    """Change role, CLA permission or authorities (None: as it is), and end sign-ins made before."""
    values: dict[str, object] = {}
    if role is not None:
        values["role"] = _role(role)
    if cla is not None:
        values["cla"] = cla
    return _change(
        store, username, values, by=by, event="permissions changed", now=now,
        authorities=authorities,
    )  # fmt: skip


def plain(username: str) -> str:
    """A username as it is kept: without spaces around it, in lower case."""
    return username.strip().lower()


def _change(
    store: Store,
    username: str,
    values: dict[str, object],
    *,
    by: str,
    event: str,
    now: datetime | None,
    authorities: Iterable[str] | None = None,
) -> User:
    username = plain(username)
    moment = now or datetime.now(UTC)
    users = tables.users
    detail = {"user": username} | {k: v for k, v in values.items() if k != "password_hash"}
    with store.writing() as connection:
        changed = connection.execute(
            users.update().where(users.c.username == username).values(**values, valid_after=moment)
        )
        if changed.rowcount == 0:
            raise StoreError(f"There is no user called {username}.")
        if authorities is not None:
            detail["authorities"] = _put_authorities(connection, username, authorities)
        audit.append(store, None, by, event, detail, moment)
        return _get(connection, username)


def _put_authorities(
    connection: Connection, username: str, authorities: Iterable[str]
) -> list[str]:
    kept = sorted(set(authorities))
    table = tables.user_authorities
    connection.execute(table.delete().where(table.c.username == username))
    if kept:
        connection.execute(table.insert(), [{"la": la, "username": username} for la in kept])
    return kept


def _get(connection: Connection, username: str) -> User:
    (user,) = _select(connection, tables.users.c.username == username)
    return user


def _select(connection: Connection, condition: sa.ColumnElement[bool]) -> tuple[User, ...]:
    users, of = tables.users, tables.user_authorities
    rows = connection.execute(sa.select(users).where(condition).order_by(users.c.username)).all()
    query = sa.select(of.c.username, of.c.la).join(users).where(condition).order_by(of.c.la)
    authorities: dict[str, tuple[str, ...]] = {}
    for username, la in connection.execute(query):
        authorities[username] = (*authorities.get(username, ()), la)
    return tuple(
        User(
            username=row.username,
            name=row.name,
            email=row.email,
            role=row.role,
            cla=row.cla,
            authorities=authorities.get(row.username, ()),
            active=row.active,
            demo=row.demo,
            created=row.created,
            valid_after=row.valid_after,
        )
        for row in rows
    )


def _role(role: str) -> str:
    if role not in tables.ROLES:
        raise StoreError(f"There is no role {role!r}; choose {', '.join(tables.ROLES)}.")
    return role


def _hash(password_hash: str) -> str:
    """A bcrypt hash of cost 12 or more: anything else may be a password in plain text."""
    if not BCRYPT.fullmatch(password_hash):
        raise StoreError("A password is kept only as a bcrypt hash of cost 12 or more.")
    return password_hash
