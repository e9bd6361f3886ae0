"""Jobs: one at a time for an authority, kind and year; their bytes live as long as they do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cla.store import Store, StoreError, jobs, open_store, tables, users

LA = "X06000991"
FILES = [("header.csv", b"one"), ("episodes.csv", b"two")]
HASH = "$2b$12$" + "a" * 53


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    yield opened
    opened.close()


def add(store: Store, files: list[tuple[str, bytes]] = FILES, year: int | None = 2026) -> jobs.Job:
    return jobs.add(store, LA, "ssda903" if year else "results", year, "ann", files)


def kept_files(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(
            sa.select(sa.func.count()).select_from(tables.job_files)
        ).scalar_one()


def state(store: Store, job: jobs.Job) -> str:
    found = jobs.find(store, LA, job.id)
    assert found is not None
    return found.state


def test_a_job_is_claimed_once_with_its_files_in_order(store: Store) -> None:
    job = add(store)
    claimed = jobs.claim(store, job.id)
    assert claimed is not None
    assert claimed[1] == FILES
    assert claimed[0].state == "running"
    assert jobs.claim(store, job.id) is None
    assert jobs.claim(store, "unknown") is None


def test_a_double_click_is_one_job(store: Store) -> None:
    assert add(store).id == add(store).id
    assert kept_files(store) == 2


def test_the_second_importer_is_told_who_and_since_when(store: Store) -> None:
    users.add(
        store, "ann", name="Ann Example", role="analyst", password_hash=HASH, cla=True, by="me",
        authorities=(LA,),
    )  # fmt: skip
    since = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)  # 10:30 in British summer time
    running = jobs.add(store, LA, "ssda903", 2026, "ann", FILES, now=since)
    with pytest.raises(jobs.BusyError, match=r"Ann Example .* since 10:30") as caught:
        jobs.add(store, LA, "ssda903", 2026, "bob", [("header.csv", b"other")])
    assert caught.value.job.id == running.id


def test_other_years_kinds_and_authorities_do_not_wait(store: Store) -> None:
    add(store)
    add(store, year=2025)
    add(store, year=None)
    jobs.add(store, "X06000992", "ssda903", 2026, "bob", FILES)
    assert len(jobs.active(store, LA)) == 3
    assert jobs.find(store, "X06000992", jobs.active(store, LA)[0].id) is None


@pytest.mark.parametrize(
    ("end", "wanted"),
    [
        (lambda store, job: jobs.finish(store, job, ["id"]), "checked"),
        (lambda store, job: jobs.refuse(store, job, ["a.csv: is empty."]), "refused"),
        (lambda store, job: jobs.fail(store, job, "It failed."), "failed"),
        (lambda store, job: jobs.interrupt(store, job), "interrupted"),
    ],
)
def test_when_a_job_is_over_its_files_go_and_the_next_can_begin(store: Store, end, wanted) -> None:
    job = add(store)
    end(store, job.id)
    assert state(store, job) == wanted
    assert kept_files(store) == 0
    assert add(store).id != job.id


def test_what_is_over_stays_as_it_ended(store: Store) -> None:
    job = add(store)
    jobs.refuse(store, job.id, ["a.csv: is empty."])
    jobs.fail(store, job.id, "later")
    jobs.progress(store, job.id, "later", 0.5)
    assert not jobs.interrupt(store, job.id)
    found = jobs.find(store, LA, job.id)
    assert found is not None
    assert (found.state, found.problems, found.stage) == (
        "refused",
        ("a.csv: is empty.",),
        "Refused",
    )


def test_an_import_declared_dead_cannot_finish_behind_its_successor(store: Store) -> None:
    job = add(store)
    jobs.claim(store, job.id)
    jobs.interrupt(store, job.id)
    with pytest.raises(StoreError, match="interrupted"), store.writing() as connection:
        connection.execute(tables.versions.insert().values(la=LA, version=1))
        jobs.finish(store, job.id, ["id"])
    with store.reading() as connection:
        assert connection.execute(sa.select(tables.versions)).all() == []


def test_of_six_importers_at_once_one_begins_and_the_others_are_told(store: Store) -> None:
    def one(number: int) -> str:
        own = open_store(store.address)
        try:
            content = [("header.csv", str(number).encode())]
            return jobs.add(own, LA, "ssda903", 2026, f"user{number}", content).id
        except jobs.BusyError as busy:
            return f"busy with {busy.job.id}"
        finally:
            own.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(one, range(6)))
    (begun,) = [answer for answer in answers if not answer.startswith("busy")]
    assert answers.count(f"busy with {begun}") == 5


def test_progress_is_seen_by_the_page(store: Store) -> None:
    job = add(store)
    jobs.claim(store, job.id)
    jobs.progress(store, job.id, "Checking the return", 0.4)
    (found,) = jobs.recent(store, LA)
    assert (found.stage, found.progress, found.active) == ("Checking the return", 0.4, True)


def test_a_job_whose_process_is_gone_is_marked_and_one_at_work_is_not(store: Store) -> None:
    gone, alive = add(store), add(store, year=2025)
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    jobs.launched(store, gone.id, process.pid)
    jobs.launched(store, alive.id, os.getpid())
    assert [job.id for job in jobs.recover(store)] == [gone.id]
    assert state(store, gone) == "interrupted"
    assert state(store, alive) == "queued"


def test_a_job_that_gave_no_sign_for_a_minute_is_dead_wherever_it_ran(store: Store) -> None:
    job = add(store)
    jobs.claim(store, job.id)
    with store.writing() as connection:
        connection.execute(tables.jobs.update().values(host="another-" + socket.gethostname()))
    assert jobs.recover(store) == []
    assert jobs.recover(store, now=datetime.now(UTC) + timedelta(minutes=2))[0].id == job.id
