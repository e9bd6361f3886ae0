"""Copies of the store that can be trusted, and the way back from one.

A copy of the database file alone may miss what is still in its log: these go through SQLite's own
backup, are checked, and have a manifest beside them. A PostgreSQL database is backed up by its
server (``pg_dump``).
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from cla.store import audit, faults, schema, tables
from cla.store.engine import Store, StoreError, create_private
from cla.store.versions import bump


@dataclass(frozen=True)
class Manifest:
    """What a backup is: written beside it as ``FILE.json``, compared before it is restored."""

    file: str
    sha256: str
    size: int
    made: str
    schema: str
    audit_rows: int
    audit_head: str


def manifest_path(file: Path) -> Path:
    """Where the manifest of a backup stands."""
    return file.with_name(file.name + ".json")


def backup(store: Store, file: Path, now: datetime | None = None) -> Manifest:
    """Copy the store as it is at this moment; people may go on working.

    The file appears under its name only when it is whole and checked. StoreError when it exists.
    """
    source = _file_of(store)
    if file.exists():
        raise StoreError(f"{file} exists already; choose another name, or move it away.")
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        create_private(part)
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(part)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        faults.point("backup")
        _check(part)
        manifest = _describe(part, file.name, now or datetime.now(UTC))
        _write_private(manifest_path(file), json.dumps(asdict(manifest), indent=2) + "\n")
        part.rename(file)
    except OSError as error:
        raise StoreError(f"The backup could not be written ({error.strerror}).") from None
    except sqlite3.Error:
        raise StoreError("The backup could not be written; is there room on the disk?") from None
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(url: str, file: Path, *, replace: bool = False, by: str = "restore") -> Path | None:
    """Put a backup in the place of the database at ``url``.

    Refused, with everything left as it is: a backup without its manifest or that differs from it,
    a damaged one, one made by a newer program, and a database that holds anything unless
    ``replace``. All open sign-ins end and every data version moves on, so that nothing of the time
    between can be seen. Returns the path of a copy of what was replaced, if anything was.
    """
    target = make_url(url)
    live = _sqlite_path(target)
    _verify(file)
    if live.exists() and live.stat().st_size and not replace:
        raise StoreError(
            f"There is a database at {live}; add --replace to put the backup in its place"
            " (a copy of it is kept)."
        )
    ready = live.with_name(f"{live.name}.restoring")
    try:
        live.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen = _versions(live)
        _prepare(file, ready, by, seen)
        kept = _set_aside(live)
        faults.point("restore")
        _put_in_place(ready, live)
        return kept
    except OSError as error:
        raise StoreError(f"The backup could not be restored ({error.strerror}).") from None
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            ready.with_name(ready.name + end).unlink(missing_ok=True)


def _verify(file: Path) -> None:
    try:
        manifest = json.loads(manifest_path(file).read_text(encoding="utf-8"))
        digest = _sha256(file)
    except FileNotFoundError as missing:
        raise StoreError(
            f"{missing.filename} is not there; a backup is restored together with its manifest."
        ) from None
    except (OSError, ValueError):
        raise StoreError(f"The manifest of {file} cannot be read.") from None
    if not isinstance(manifest, dict) or manifest.get("sha256") != digest:
        raise StoreError(f"{file} is not the file its manifest describes; use another backup.")
    _check(file)
    schema.refuse_newer(str(manifest.get("schema")))


def _prepare(file: Path, ready: Path, by: str, seen: dict[str, int]) -> None:
    """A copy of the backup, upgraded and marked as restored, before it touches anything."""
    ready.unlink(missing_ok=True)
    _write_private(ready, file.read_bytes())
    store = Store(URL.create("sqlite", database=str(ready)))
    try:
        schema.migrate(store)
        with store.writing() as connection:
            connection.execute(tables.sessions.delete())
            connection.execute(tables.job_files.delete())
            for la in connection.execute(sa.select(tables.versions.c.la)).scalars().all():
                bump(connection, la, above=seen.get(la, 0))
            detail = {"sha256": _sha256(file)}
            audit.append(store, None, by, "backup restored", detail)
        store.scrub()
    finally:
        store.close()


def _put_in_place(ready: Path, live: Path) -> None:
    """One transaction of SQLite's own: a server that has the database open sees old or new."""
    create_private(live, exist_ok=True)
    try:
        with closing(sqlite3.connect(ready)) as source, closing(sqlite3.connect(live)) as target:
            target.execute("PRAGMA busy_timeout = 10000")
            source.backup(target)
    except sqlite3.DatabaseError:
        raise StoreError("The database is in use; stop the server and restore again.") from None


def _set_aside(live: Path) -> Path | None:
    """Keep a copy of the database that is about to be replaced; a damaged one is moved away."""
    if not live.exists() or not live.stat().st_size:
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    kept = live.with_name(f"{live.stem}-replaced-{stamp}.db")
    if not _sound(live):
        for end in ("-wal", "-shm", ""):
            path = live.with_name(live.name + end)
            if path.exists():
                path.replace(kept.with_name(kept.name + end))
        return kept
    create_private(kept)
    with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)
    return kept


def _versions(live: Path) -> dict[str, int]:
    """The data versions that caches may have seen; nothing when the database cannot be read."""
    if not live.exists() or not live.stat().st_size or not _sound(live):
        return {}
    with closing(sqlite3.connect(live)) as connection:
        known = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = 'versions'"
        ).fetchone()
        return dict(connection.execute("SELECT la, version FROM versions")) if known[0] else {}


def _check(file: Path) -> None:
    if not _sound(file):
        raise StoreError(f"{file} is damaged; use another backup.")


def _sound(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file)) as connection:
            return bool(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
    except sqlite3.DatabaseError:
        return False


def _describe(file: Path, name: str, now: datetime) -> Manifest:
    with closing(sqlite3.connect(file)) as connection:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        rows, head = connection.execute("SELECT seq, hash FROM audit_head").fetchone()
    made = now.isoformat(timespec="seconds")
    return Manifest(name, _sha256(file), file.stat().st_size, made, revision, rows, head)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_private(file: Path, content: str | bytes) -> None:
    data = content.encode() if isinstance(content, str) else content
    with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _file_of(store: Store) -> Path:
    return _sqlite_path(store.url)


def _sqlite_path(url: URL) -> Path:
    if url.get_backend_name() != "sqlite" or not url.database:
        raise StoreError("This is a PostgreSQL database: use pg_dump and pg_restore of its server.")
    return Path(url.database).absolute()
