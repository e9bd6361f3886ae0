"""The one place that knows engines: connections, transactions, file modes.

Everything else in the store is SQL that SQLite and PostgreSQL both speak.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from cla.settings import settings

BUSY_MILLISECONDS = 10_000
JOURNAL_BYTES = 64 * 1024 * 1024

PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    f"PRAGMA journal_size_limit = {JOURNAL_BYTES}",
)


class StoreError(Exception):
    """The store cannot do what was asked; the text is one sentence for the person who asked."""


class StoreBusy(StoreError):  # noqa: N818
    """Another process held the store for longer than we wait."""


class StoreFull(StoreError):  # noqa: N818
    """The disk that holds the store is full; nothing was changed."""


class Store:
    """A database and how to speak with it: ``reading()`` and ``writing()`` give connections."""

    def __init__(self, url: str | URL) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            raise StoreError(
                "CLA_DATABASE_URL is not a database address; write for example"
                " sqlite:////srv/cla/cla.db or postgresql+psycopg://name@host/cla."
            ) from error
        self.file = _sqlite_file(self.url)
        if self.file is not None:
            _make_private(self.file)
            self.url = self.url.set(database=str(self.file))  # a worker may start elsewhere
        self.engine = _engine(self.url)
        self._joined: ContextVar[Connection | None] = ContextVar("joined", default=None)

    def __repr__(self) -> str:
        return f"Store({self.url.render_as_string(hide_password=True)!r})"

    @property
    def address(self) -> str:
        """The database URL with its password, for a child process's environment only."""
        return self.url.render_as_string(hide_password=False)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the store; inside ``writing()`` that transaction."""
        joined = self._joined.get()
        if joined is not None:
            yield joined
            return
        with readable_errors(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all or nothing, whatever is raised inside (BaseException too).

        A ``writing()`` inside another joins it: it commits or fails with the outer one.
        """
        joined = self._joined.get()
        if joined is not None:
            yield joined
            return
        with readable_errors(), self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                token = self._joined.set(connection)
                try:
                    yield connection
                finally:
                    self._joined.reset(token)

    def scrub(self) -> None:
        """After a delete: empty the write-ahead log, so that removed bytes are nowhere on disk."""
        if self.file is None:
            return
        with self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


@contextmanager
def readable_errors() -> Iterator[None]:
    """Engine errors as sentences, without the statement or its values."""
    try:
        yield
    except DatabaseError as error:
        raise _readable(error) from None


def _readable(error: DatabaseError) -> Exception:
    original = error.orig
    code = getattr(original, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy("The store is busy with another import; try again in a minute.")
    if primary == sqlite3.SQLITE_FULL:
        return StoreFull("The disk is full; nothing was changed. Make room, then try again.")
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StoreError(
            "The database file is damaged, or is no database. Restore a backup with"
            " 'python -m cla restore FILE --replace'."
        )
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return StoreError(
            "The database file cannot be opened for writing; check that this account owns"
            " the data folder and may write in it."
        )
    if isinstance(error, OperationalError) and primary is None:
        return StoreError("The database server does not answer; check that it runs.")
    return error


def _sqlite_file(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database.startswith((":memory:", "file:")):
        raise StoreError("The store needs a database file; write sqlite:////folder/cla.db.")
    return Path(url.database).absolute()


def _make_private(file: Path) -> None:
    """Folder and file for the owner alone. SQLite gives -wal and -shm the mode of the file."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if file.parent == settings().data_dir:
            file.parent.chmod(0o700)
        create_private(file, exist_ok=True)
        for path in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
            if path.exists():
                path.chmod(0o600)
    except OSError as error:
        raise StoreError(
            f"The database {file} cannot be opened ({error.strerror}); check that this account"
            " owns the folder and may write in it."
        ) from None


def create_private(file: Path, exist_ok: bool = False) -> None:
    """An empty file only its owner may read; FileExistsError unless ``exist_ok``."""
    flags = os.O_CREAT | os.O_WRONLY | (0 if exist_ok else os.O_EXCL)
    os.close(os.open(file, flags, 0o600))


def _engine(url: URL) -> Engine:
    engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=url.drivername != "sqlite")
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:  # noqa: ARG001
    # pysqlite's own transaction handling begins late and commits before DDL: we begin ourselves
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once: two writers wait instead of failing half-way
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
