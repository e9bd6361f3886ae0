"""Imports: what was read from which files, and which of them the reports are made from.

At most one import of an authority, kind and year is *current*. An import is ``checked`` until it
is first made current, and ``superseded`` when a later one took its place.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from cla.store import audit, decisions, faults, tables
from cla.store import frames as parquet
from cla.store.engine import Store, StoreError
from cla.store.versions import bump, version, versions

__all__ = [
    "AlreadyImportedError",
    "File",
    "ImportRow",
    "Removed",
    "add",
    "current",
    "currents",
    "delete",
    "described",
    "find",
    "frame",
    "frames_of",
    "history",
    "key_of",
    "make_current",
    "same_files",
    "version",
    "versions",
]

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class File:
    """A file as it was handed in: the name it had, its size in bytes, its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class ImportRow:
    """One import of a collection year; ``row_counts`` by table, ``findings`` by severity."""

    la: str
    id: str
    kind: str
    year: int
    state: str
    key: str
    source: str
    created: datetime
    created_by: str
    current_since: datetime | None
    current_by: str | None
    files: tuple[File, ...]
    row_counts: Mapping[str, int]
    findings: Mapping[str, int]

    @property
    def is_current(self) -> bool:
        """Whether reports are made from this one."""
        return self.state == "current"


@dataclass(frozen=True)
class Removed:
    """What a delete took away."""

    kind: str
    year: int
    files: tuple[str, ...]
    row_counts: Mapping[str, int]
    was_current: bool


class AlreadyImportedError(StoreError):
    """The same files were imported before; ``row`` is that import."""

    def __init__(self, row: ImportRow) -> None:
        self.row = row
        now = "They are current." if row.is_current else "To use them, make that import current."
        super().__init__(
            f"These files are already imported: by {row.created_by} on {row.created:%d/%m/%Y}."
            f" Nothing was changed. {now}"
        )


def described(files: Iterable[tuple[str, bytes]]) -> tuple[File, ...]:
    """Names and contents as the notes that are kept of them."""
    return tuple(
        File(name, len(content), hashlib.sha256(content).hexdigest()) for name, content in files
    )


def key_of(files: Iterable[File]) -> str:
    """What identifies the same files: their contents, whatever their names and order."""
    digests = sorted(file.sha256 for file in files)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def add(
    store: Store,
    la: str,
    kind: str,
    year: int,
    *,
    by: str,
    files: Sequence[File],
    frames: Frames,
    row_counts: Mapping[str, int],
    findings: Mapping[str, int],
    source: str = "csv",
    key: str | None = None,
    now: datetime | None = None,
) -> str:
    """Save a checked import with all its frames in one transaction; its id.

    AlreadyImportedError when the authority has an import of this kind and year from the same
    files (``key``, made from their contents when not given). Nothing current changes.
    """
    if not tables.is_kind(kind):
        raise StoreError(f"There is no kind of import called {kind!r}.")
    moment = now or datetime.now(UTC)
    values = {
        "la": la,
        "id": secrets.token_hex(8),
        "kind": kind,
        "year": year,
        "state": "checked",
        "key": key or key_of(files),
        "source": source,
        "created": moment,
        "created_by": by,
        "files": [asdict(file) for file in files],
        "row_counts": dict(row_counts),
        "findings": dict(findings),
    }
    with store.writing() as connection:
        _insert(connection, values)
        parquet.put(connection, la, str(values["id"]), frames)
        detail = {"import": values["id"], "kind": kind, "year": year, "rows": dict(row_counts)}
        audit.append(store, la, by, "import checked", detail, moment)
        faults.point("commit")
    return str(values["id"])


def make_current(
    store: Store, import_id: str, la: str, by: str, now: datetime | None = None
) -> bool:
    """Make reports use this import; the one before stays, superseded. False if it already is.

    One transaction: states, data version and audit row. StoreError for an unknown import.
    """
    moment = now or datetime.now(UTC)
    table = tables.imports
    with store.writing() as connection:
        row = _get(connection, la, import_id)
        if row.is_current:
            return False
        bump(connection, la)
        same = (table.c.la == la, table.c.kind == row.kind, table.c.year == row.year)
        before = connection.execute(
            sa.select(table.c.id).where(*same, table.c.state == "current")
        ).scalar_one_or_none()
        connection.execute(
            table.update().where(*same, table.c.state == "current").values(state="superseded")
        )
        connection.execute(
            table.update()
            .where(table.c.la == la, table.c.id == import_id)
            .values(state="current", current_since=moment, current_by=by)
        )
        detail = {"import": import_id, "kind": row.kind, "year": row.year, "instead_of": before}
        audit.append(store, la, by, "import made current", detail, moment)
        faults.point("make-current")
    return True


def delete(store: Store, import_id: str, la: str, by: str, now: datetime | None = None) -> Removed:
    """Remove an import and its frames for good, and say what went.

    No other import becomes current in its place. StoreError for an unknown import.
    """
    table = tables.imports
    with store.writing() as connection:
        row = _get(connection, la, import_id)
        connection.execute(
            tables.frames.delete().where(
                tables.frames.c.la == la, tables.frames.c.import_id == import_id
            )
        )
        connection.execute(table.delete().where(table.c.la == la, table.c.id == import_id))
        _forget_acceptances(connection, la, row)
        forgotten = _forget_decisions(connection, la)
        if row.is_current or forgotten:
            bump(connection, la)
        removed = Removed(
            row.kind,
            row.year,
            tuple(file.name for file in row.files),
            row.row_counts,
            row.is_current,
        )
        detail = {"import": import_id, **asdict(removed), "decisions": forgotten}
        audit.append(store, la, by, "import deleted", detail, now)
        faults.point("delete")
    store.scrub()
    return removed


def _forget_acceptances(connection: Connection, la: str, gone: ImportRow) -> None:
    """Notes on findings go with the last return of their year."""
    table, noted = tables.imports, tables.acceptances
    left = sa.select(table.c.id).where(
        table.c.la == la, table.c.kind == "ssda903", table.c.year == gone.year
    )
    if gone.kind == "ssda903" and connection.execute(left.limit(1)).first() is None:
        connection.execute(noted.delete().where(noted.c.la == la, noted.c.year == gone.year))


def _forget_decisions(connection: Connection, la: str) -> int:
    """What people decided about data goes with the last import of that data; how many went."""
    table = tables.imports
    left = connection.execute(sa.select(table.c.kind, table.c.year).where(table.c.la == la))
    return decisions.forget(connection, la, {(row.kind, row.year) for row in left})


def find(store: Store, import_id: str, la: str) -> ImportRow | None:
    """The authority's import of that id, else None (another authority's is not found either)."""
    with store.reading() as connection:
        return _find(connection, la, import_id)


def current(store: Store, la: str, kind: str, year: int) -> ImportRow | None:
    """The import that reports of this kind and collection year use, if any."""
    table = tables.imports
    rows = _select(store, la, table.c.kind == kind, table.c.year == year, _IS_CURRENT)
    return rows[0] if rows else None


def currents(store: Store, la: str) -> list[ImportRow]:
    """Every current import of the authority, by kind and year."""
    return sorted(_select(store, la, _IS_CURRENT), key=lambda row: (row.kind, row.year))


def same_files(store: Store, la: str, kind: str, year: int, key: str) -> ImportRow | None:
    """The import made from the same files before, if any."""
    table = tables.imports
    rows = _select(store, la, table.c.kind == kind, table.c.year == year, table.c.key == key)
    return rows[0] if rows else None


def history(store: Store, la: str) -> pd.DataFrame:
    """One row an import, newest first.

    id, kind, year, state, created, created_by, current_since, current_by, source,
    files (tuple of names), row_counts and findings (dicts), rows (total).
    """
    rows = sorted(_select(store, la), key=lambda row: row.created, reverse=True)
    records = [
        {
            **{name: getattr(row, name) for name in _HISTORY},
            "files": tuple(file.name for file in row.files),
            "rows": sum(row.row_counts.values()),
        }
        for row in rows
    ]
    return pd.DataFrame(records, columns=[*_HISTORY, "files", "rows"])


def frame(store: Store, import_id: str, la: str, name: str) -> pd.DataFrame:
    """One frame of an import. KeyError when there is none of that name."""
    with store.reading() as connection:
        return parquet.get(connection, la, import_id, name)


def frames_of(
    store: Store, import_id: str, la: str, names: Iterable[str] | None = None
) -> dict[str, pd.DataFrame]:
    """Frames of an import by name: all of them, or those of ``names`` that it has."""
    with store.reading() as connection:
        there = parquet.names(connection, la, import_id)
        wanted = there if names is None else [name for name in names if name in there]
        return {name: parquet.get(connection, la, import_id, name) for name in wanted}


_HISTORY = (
    "id",
    "kind",
    "year",
    "state",
    "created",
    "created_by",
    "current_since",
    "current_by",
    "source",
    "row_counts",
    "findings",
)
_IS_CURRENT = tables.imports.c.state == "current"


def _insert(connection: Connection, values: Mapping[str, Any]) -> None:
    try:
        with connection.begin_nested():
            connection.execute(tables.imports.insert().values(**values))
    except IntegrityError:
        table = tables.imports
        same = [table.c[name] == values[name] for name in ("la", "kind", "year", "key")]
        row = connection.execute(sa.select(table).where(*same)).one()
        raise AlreadyImportedError(_as_row(row)) from None


def _select(store: Store, la: str, *conditions: sa.ColumnElement[bool]) -> list[ImportRow]:
    query = sa.select(tables.imports).where(tables.imports.c.la == la, *conditions)
    with store.reading() as connection:
        return [_as_row(row) for row in connection.execute(query)]


def _find(connection: Connection, la: str, import_id: str) -> ImportRow | None:
    table = tables.imports
    query = sa.select(table).where(table.c.la == la, table.c.id == import_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _as_row(row)


def _get(connection: Connection, la: str, import_id: str) -> ImportRow:
    row = _find(connection, la, import_id)
    if row is None:
        raise StoreError("There is no such import; it may have been deleted meanwhile.")
    return row


def _as_row(row: sa.Row[Any]) -> ImportRow:
    values = {**row._mapping, "files": tuple(File(**file) for file in row.files)}
    return ImportRow(**values)
