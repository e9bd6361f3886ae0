"""Imports at work. The page that asked for one watches its row here; a worker process writes it.

A job is queued, running, and then one of checked, refused, failed or interrupted. The bytes of
the files are kept while the job lives and removed when it is over.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from cla.store import imports, tables
from cla.store.engine import Store, StoreError

ACTIVE = ("queued", "running")
STALE = timedelta(seconds=60)
HERE = ZoneInfo("Europe/London")
INTERRUPTED = (
    "The import was interrupted: its process ended before it was finished. Nothing was changed;"
    " import the files again."
)


@dataclass(frozen=True)
class Job:
    """One import at work. ``year`` is None while it is still to be read from the files.

    ``any_year``: a person has confirmed the year, although no date in the files falls into it.
    ``progress`` runs from 0 to 1 and ``stage`` says in words what is being done. When over,
    ``imports`` are the ids that were saved, ``problems`` say why nothing was, ``notices`` what
    else to know. ``reference`` and ``error`` (a type and a place in the code) go to whoever
    repairs the program.
    """

    la: str
    id: str
    kind: str
    year: int | None
    any_year: bool
    key: str
    state: str
    stage: str
    progress: float
    created: datetime
    created_by: str
    heartbeat: datetime
    finished: datetime | None
    host: str | None
    pid: int | None
    imports: tuple[str, ...]
    problems: tuple[str, ...]
    notices: tuple[str, ...]
    reference: str | None
    error: str | None

    @property
    def active(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in ACTIVE


class BusyError(StoreError):
    """Someone else is importing the same kind and year for this authority; ``job`` is theirs."""

    def __init__(self, job: Job, name: str) -> None:
        self.job = job
        since = job.created.astimezone(HERE)
        super().__init__(
            f"{name} has been importing the same for this authority since {since:%H:%M};"
            " wait until that is finished, then try again."
        )


def add(
    store: Store,
    la: str,
    kind: str,
    year: int | None,
    by: str,
    files: Sequence[tuple[str, bytes]],
    *,
    any_year: bool = False,
    now: datetime | None = None,
) -> Job:
    """Queue an import of these files (name, content).

    The same files again while they are being imported give the same job (a double click is one
    import). BusyError when other files of that authority, kind and year are being imported.
    """
    moment = now or datetime.now(UTC)
    key = imports.key_of(imports.described(files))
    values = {
        "la": la,
        "id": secrets.token_hex(8),
        "kind": kind,
        "year": year or 0,
        "any_year": any_year,
        "key": key,
        "state": "queued",
        "stage": "Waiting to begin",
        "progress": 0.0,
        "created": moment,
        "created_by": by,
        "heartbeat": moment,
        "imports": [],
        "problems": [],
        "notices": [],
    }
    with store.writing() as connection:
        try:
            with connection.begin_nested():
                connection.execute(tables.jobs.insert().values(**values))
        except IntegrityError:
            running = _active(connection, la, kind, year or 0)
            if running.key == key:
                return running
            raise BusyError(running, _name(connection, running.created_by)) from None
        _put_files(connection, la, str(values["id"]), files)
        return _get(connection, str(values["id"]))


def find(store: Store, la: str, job_id: str) -> Job | None:
    """The authority's job of that id, else None."""
    rows = _select(store, tables.jobs.c.la == la, tables.jobs.c.id == job_id)
    return rows[0] if rows else None


def active(store: Store, la: str) -> list[Job]:
    """The authority's jobs that wait or run, oldest first."""
    return _select(store, tables.jobs.c.la == la, tables.jobs.c.state.in_(ACTIVE))


def recent(store: Store, la: str, limit: int = 10) -> list[Job]:
    """The authority's last jobs, newest first, over or not."""
    return _select(store, tables.jobs.c.la == la)[::-1][:limit]


def launched(store: Store, job_id: str, pid: int) -> None:
    """Remember the process that was started for a job, so that its death is noticed."""
    _update(store, job_id, {"host": socket.gethostname(), "pid": pid})


def claim(
    store: Store, job_id: str, now: datetime | None = None
) -> tuple[Job, list[tuple[str, bytes]]] | None:
    """Take a queued job for this process: the job and its files (name, content).

    None when there is no such job or another process has taken it.
    """
    table, files = tables.jobs, tables.job_files
    values = {
        "state": "running",
        "stage": "Reading the files",
        "heartbeat": now or datetime.now(UTC),
        "host": socket.gethostname(),
        "pid": os.getpid(),
    }
    with store.writing() as connection:
        taken = connection.execute(
            table.update().where(table.c.id == job_id, table.c.state == "queued").values(**values)
        )
        if taken.rowcount != 1:
            return None
        job = _get(connection, job_id)
        query = (
            sa.select(files.c.name, files.c.content)
            .where(files.c.la == job.la, files.c.job_id == job_id)
            .order_by(files.c.position)
        )
        return job, [(name, content) for name, content in connection.execute(query)]


def progress(store: Store, job_id: str, stage: str, fraction: float) -> None:
    """Say what is being done (a sentence for people) and how far it is (0 to 1)."""
    _update(
        store,
        job_id,
        {"stage": stage, "progress": fraction, "heartbeat": datetime.now(UTC)},
    )


def beat(store: Store, job_id: str) -> None:
    """The worker is alive."""
    _update(store, job_id, {"heartbeat": datetime.now(UTC)})


def finish(
    store: Store, job_id: str, import_ids: Iterable[str], notices: Iterable[str] = ()
) -> None:
    """The job is done; call it inside the transaction that saves the imports.

    StoreError, undoing that transaction, when the job was declared interrupted meanwhile.
    """
    values = {
        "imports": list(import_ids),
        "notices": list(notices),
        "stage": "Checked",
        "progress": 1.0,
    }
    if not _end(store, job_id, "checked", values):
        raise StoreError(INTERRUPTED)


def refuse(store: Store, job_id: str, problems: Iterable[str], notices: Iterable[str] = ()) -> None:
    """The files cannot be used; ``problems`` are sentences without any cell value."""
    values = {"problems": list(problems), "notices": list(notices), "stage": "Refused"}
    _end(store, job_id, "refused", values)


def fail(
    store: Store,
    job_id: str,
    problem: str,
    *,
    reference: str | None = None,
    error: str | None = None,
) -> None:
    """Something went wrong that is no fault of the files. ``error`` never holds a message."""
    values = {"problems": [problem], "reference": reference, "error": error, "stage": "Failed"}
    _end(store, job_id, "failed", values)


def interrupt(store: Store, job_id: str) -> bool:
    """The job's process has ended without a word; False when the job was over already."""
    values = {"problems": [INTERRUPTED], "stage": "Interrupted"}
    return _end(store, job_id, "interrupted", values)


def recover(store: Store, now: datetime | None = None) -> list[Job]:
    """Mark as interrupted every job whose process has died; call it when a server starts.

    A job is dead when its process on this machine is gone, or when it gave no sign for a minute.
    """
    moment = now or datetime.now(UTC)
    dead = [job for job in _select(store, tables.jobs.c.state.in_(ACTIVE)) if _dead(job, moment)]
    return [job for job in dead if interrupt(store, job.id)]


def _dead(job: Job, now: datetime) -> bool:
    if now - job.heartbeat > STALE:
        return True
    here = job.host == socket.gethostname()
    return here and job.pid is not None and not _alive(job.pid)


def _alive(pid: int) -> bool:
    if os.name == "nt":  # signal 0 is Ctrl+C there: let the heartbeat decide
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end(store: Store, job_id: str, state: str, values: Mapping[str, object]) -> bool:
    table, files = tables.jobs, tables.job_files
    with store.writing() as connection:
        ended = connection.execute(
            table.update()
            .where(table.c.id == job_id, table.c.state.in_(ACTIVE))
            .values(state=state, finished=datetime.now(UTC), **values)
        )
        connection.execute(files.delete().where(files.c.job_id == job_id))
    return ended.rowcount == 1


def _update(store: Store, job_id: str, values: Mapping[str, object]) -> None:
    table = tables.jobs
    with store.writing() as connection:
        connection.execute(
            table.update().where(table.c.id == job_id, table.c.state.in_(ACTIVE)).values(**values)
        )


def _put_files(
    connection: Connection, la: str, job_id: str, files: Sequence[tuple[str, bytes]]
) -> None:
    rows = [
        {"la": la, "job_id": job_id, "position": position, "name": name[:255], "content": content}
        for position, (name, content) in enumerate(files)
    ]
    if rows:
        connection.execute(tables.job_files.insert(), rows)


def _name(connection: Connection, username: str) -> str:
    query = sa.select(tables.users.c.name).where(tables.users.c.username == username)
    return connection.execute(query).scalar_one_or_none() or username


def _active(connection: Connection, la: str, kind: str, year: int) -> Job:
    table = tables.jobs
    same = (table.c.la == la, table.c.kind == kind, table.c.year == year)
    return _as_job(
        connection.execute(sa.select(table).where(*same, table.c.state.in_(ACTIVE))).one()
    )


def _get(connection: Connection, job_id: str) -> Job:
    return _as_job(
        connection.execute(sa.select(tables.jobs).where(tables.jobs.c.id == job_id)).one()
    )


def _select(store: Store, *conditions: sa.ColumnElement[bool]) -> list[Job]:
    query = sa.select(tables.jobs).where(*conditions).order_by(tables.jobs.c.created)
    with store.reading() as connection:
        return [_as_job(row) for row in connection.execute(query)]


def _as_job(row: sa.Row[Any]) -> Job:
    values = dict(row._mapping)
    for name in ("imports", "problems", "notices"):
        values[name] = tuple(values[name])
    return Job(**{**values, "year": row.year or None})
