"""Whatever point the process dies at, the earlier import stays current and a retry works."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from cla import importing
from cla.settings import ROOT
from cla.store import Store, audit, imports, jobs, open_store, tables
from cla.store.faults import KILLED
from tests.faults.fakes import FIRST, KINDS, LA, SECOND


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    first = importing.submit(opened, la=LA, kind="ssda903", year=2026, files=FIRST, by="ann")
    importing.run(opened, first.id, KINDS)
    imports.make_current(opened, _job(opened, first.id).imports[0], LA, "ann")
    yield opened
    opened.close()


def _job(store: Store, job_id: str) -> jobs.Job:
    job = jobs.find(store, LA, job_id)
    assert job is not None
    return job


def _queue(store: Store) -> jobs.Job:
    return importing.submit(store, la=LA, kind="ssda903", year=2026, files=SECOND, by="ann")


def _counts(store: Store) -> dict[str, int]:
    with store.reading() as connection:
        return {
            table.name: connection.execute(
                sa.select(sa.func.count()).select_from(table)
            ).scalar_one()
            for table in (tables.imports, tables.frames, tables.job_files, tables.audit)
        }


def _die(store: Store, fault: str, *arguments: str) -> None:
    environment = {**os.environ, "CLA_DATABASE_URL": store.address, "CLA_FAULT": f"{fault}:kill"}
    child = subprocess.run(
        [sys.executable, "-m", "tests.faults.child", *arguments],
        cwd=ROOT,
        env=environment,
        check=False,
    )
    assert child.returncode == KILLED


def _intact(store: Store) -> bool:
    with store.reading() as connection:
        return connection.execute(sa.text("PRAGMA integrity_check")).scalar_one() == "ok"


@pytest.mark.parametrize("fault", ["claimed", "told", "checked", "save", "commit"])
def test_a_killed_import_leaves_nothing_and_can_be_done_again(store: Store, fault: str) -> None:
    before, version = _counts(store), imports.version(store, LA)
    current = imports.current(store, LA, "ssda903", 2026)
    job = _queue(store)

    _die(store, fault, "work", job.id)
    recovered = jobs.recover(store)

    assert [each.id for each in recovered] == [job.id]
    assert _job(store, job.id).state == "interrupted"
    assert "interrupted" in _job(store, job.id).problems[0]
    assert _counts(store) == before
    assert imports.version(store, LA) == version
    assert imports.current(store, LA, "ssda903", 2026) == current
    assert _intact(store)
    assert audit.verify(store).intact

    again = _queue(store)
    importing.run(store, again.id, KINDS)
    assert _job(store, again.id).state == "checked"


def test_a_process_killed_after_the_commit_has_imported(store: Store) -> None:
    job = _queue(store)
    _die(store, "saved", "work", job.id)
    assert jobs.recover(store) == []
    over = _job(store, job.id)
    assert over.state == "checked"
    assert imports.frame(store, over.imports[0], LA, "Header")["CHILD"].tolist() == ["b2", "c3"]


def test_being_killed_while_making_current_changes_nothing(store: Store) -> None:
    job = _queue(store)
    importing.run(store, job.id, KINDS)
    (new,) = _job(store, job.id).imports
    before, version = imports.current(store, LA, "ssda903", 2026), imports.version(store, LA)

    _die(store, "make-current", "make-current", new)

    assert imports.current(store, LA, "ssda903", 2026) == before
    assert imports.version(store, LA) == version
    assert imports.make_current(store, new, LA, "ann")
    assert audit.verify(store).intact


def test_being_killed_while_deleting_removes_nothing(store: Store) -> None:
    row = imports.current(store, LA, "ssda903", 2026)
    assert row is not None
    before = _counts(store)

    _die(store, "delete", "delete", row.id)

    assert _counts(store) == before
    assert imports.current(store, LA, "ssda903", 2026) == row
    assert imports.delete(store, row.id, LA, "ann").row_counts == {"Header": 2, "Episodes": 2}


@pytest.mark.parametrize("fault", ["claimed", "told", "checked", "save", "commit"])
def test_a_full_disk_says_so_and_changes_nothing(
    store: Store, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _counts(store)
    job = _queue(store)
    monkeypatch.setenv("CLA_FAULT", f"{fault}:full")
    importing.run(store, job.id, KINDS)
    monkeypatch.undo()

    over = _job(store, job.id)
    assert over.state == "failed"
    assert over.problems == ("The disk is full; nothing was changed. Make room, then try again.",)
    assert _counts(store) == before
    again = _queue(store)
    importing.run(store, again.id, KINDS)
    assert _job(store, again.id).state == "checked"


def test_a_database_that_may_not_grow_keeps_the_earlier_import(store: Store) -> None:
    current = imports.current(store, LA, "ssda903", 2026)
    job = _queue(store)
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    store.engine.dispose()

    def cap(connection: object, record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    sa.event.listen(store.engine, "connect", cap)
    importing.run(store, job.id, {"ssda903": _large})
    sa.event.remove(store.engine, "connect", cap)
    store.engine.dispose()

    over = _job(store, job.id)
    assert over.state == "failed"
    assert "disk is full" in over.problems[0]
    assert imports.current(store, LA, "ssda903", 2026) == current
    again = _queue(store)
    importing.run(store, again.id, KINDS)
    assert _job(store, again.id).state == "checked"


def _large(uploads: object, context: importing.Context) -> list[importing.Prepared]:
    import pandas as pd

    noise = pd.DataFrame({"CHILD": [os.urandom(40).hex() for _ in range(20_000)]}, dtype="str")
    return [importing.Prepared("ssda903", 2026, "csv", {"Header": noise}, {"Header": 20_000}, {})]
