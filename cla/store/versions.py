"""The data version of an authority: a number that changes whenever what is current changes.

Pages read it once and pass it to every cache, so that nobody sees a mix of two imports.
"""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cla.store import tables
from cla.store.engine import Store


def version(store: Store, la: str) -> int:
    """The authority's data version; 0 when nothing was ever made current."""
    query = sa.select(tables.versions.c.version).where(tables.versions.c.la == la)
    with store.reading() as connection:
        return connection.execute(query).scalar_one_or_none() or 0


def versions(store: Store) -> dict[str, int]:
    """The data version of every authority that ever made anything current."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(tables.versions.c.la, tables.versions.c.version))
        return {str(la): int(version) for la, version in rows}


def bump(connection: Connection, la: str, above: int = 0) -> int:
    """Move the version on, inside a transaction; also queues writers of one authority.

    It is the time in milliseconds, or one more than before, so that a number once seen never
    returns, not even after an older backup was restored; always more than ``above``.
    """
    table = tables.versions
    query = sa.select(table.c.version).where(table.c.la == la).with_for_update()
    before = connection.execute(query).scalar_one_or_none()
    after = max((before or 0) + 1, above + 1, int(time.time() * 1000))
    if before is None:
        connection.execute(table.insert().values(la=la, version=after))
    else:
        connection.execute(table.update().where(table.c.la == la).values(version=after))
    return after
