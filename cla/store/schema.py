"""Bring a database to this program's schema, and never touch one that is newer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cla.store.engine import Store, StoreError, create_private, readable_errors

MIGRATIONS = Path(__file__).with_name("migrations")
HEAD = "0003"

# Any number, the same in every process: PostgreSQL's lock so that one process migrates at a time
_LOCK = 903_903


def migrate(store: Store) -> None:
    """Create or upgrade the tables in one transaction; a copy of an older database is kept.

    StoreError when the database was made by a newer version of the program.
    """
    revision = current_revision(store)
    if revision == HEAD:
        return
    refuse_newer(revision)
    if revision is not None:
        copy(store, f"before-{HEAD}-from-{revision}")
    with readable_errors(), store.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        if _revision(connection) == revision:
            _upgrade(connection)


def current_revision(store: Store) -> str | None:
    """The schema's revision, None for an empty database."""
    with store.reading() as connection:
        return _revision(connection)


def refuse_newer(revision: str | None) -> None:
    """StoreError unless this program knows the revision."""
    if revision is None or any(MIGRATIONS.joinpath("versions").glob(f"{revision}_*.py")):
        return
    raise StoreError(
        f"The database was made by a newer version of this program (its schema is {revision}, "
        f"this program's is {HEAD}). Update the program, or restore an older backup."
    )


def copy(store: Store, label: str) -> Path | None:
    """A consistent copy beside an SQLite database, readable by its owner alone; its path.

    None on PostgreSQL, whose backups are the server's business.
    """
    if store.file is None:
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    target = store.file.with_name(f"{store.file.stem}-{label}-{stamp}.db")
    create_private(target)
    with readable_errors(), store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("VACUUM INTO ?", (str(target),))
    return target


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(sa.text("SELECT version_num FROM alembic_version")).one_or_none()
    return None if row is None else str(row[0])


def _upgrade(connection: Connection) -> None:
    # alembic takes 0.2 s to import, and is needed only here
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
