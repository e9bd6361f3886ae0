"""The import contract, with stand-in readers; the real ones are tried in tests/commands."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from cla import importing
from cla.importing import Comparison, compare
from cla.importing.kinds import collection_year
from cla.store import Store, StoreError, audit, imports, jobs, open_store, tables
from cla.store.imports import AlreadyImportedError
from tests.faults.fakes import FIRST, KINDS, LA, OTHER_LA, SECOND, SECRET

Files = list[tuple[str, bytes]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    yield opened
    opened.close()


def listing(*children: str) -> Files:
    return [("header.csv", "\n".join(["CHILD", *children]).encode())]


def do(
    store: Store, files: Files, kind: str = "ssda903", year: int | None = 2026, la: str = LA
) -> jobs.Job:
    job = importing.submit(store, la=la, kind=kind, year=year, files=files, by="ann")
    importing.run(store, job.id, KINDS)
    over = jobs.find(store, la, job.id)
    assert over is not None
    return over


def test_an_import_keeps_tables_findings_counts_and_files(store: Store) -> None:
    job = do(store, FIRST)
    assert (job.state, job.progress, job.problems) == ("checked", 1.0, ())
    row = imports.find(store, job.imports[0], LA)
    assert row is not None
    assert (row.state, row.row_counts, row.findings) == (
        "checked", {"Header": 2, "Episodes": 2}, {"error": 1, "query": 1},
    )  # fmt: skip
    assert [(file.name, file.size) for file in row.files] == [("header.csv", 12)]
    assert set(imports.frames_of(store, row.id, LA)) == {"Header", "Episodes", "findings"}
    assert audit.read(store, (LA,))["event"].tolist() == ["import checked"]


def test_checking_makes_nothing_current(store: Store) -> None:
    do(store, FIRST)
    assert imports.currents(store, LA) == []
    assert imports.version(store, LA) == 0


def test_the_same_files_again_change_nothing(store: Store) -> None:
    first = do(store, FIRST)
    with pytest.raises(AlreadyImportedError, match="already imported: by ann"):
        do(store, [("renamed.csv", FIRST[0][1])])
    imports.make_current(store, first.imports[0], LA, "ann")
    version = imports.version(store, LA)
    with pytest.raises(AlreadyImportedError, match="They are current"):
        do(store, FIRST)
    assert imports.version(store, LA) == version
    assert len(imports.history(store, LA)) == 1
    assert len(jobs.recent(store, LA)) == 1


def test_the_same_files_are_new_for_another_year_or_authority(store: Store) -> None:
    assert {
        do(store, FIRST).state,
        do(store, FIRST, year=2025).state,
        do(store, FIRST, la=OTHER_LA).state,
    } == {"checked"}


def test_refused_files_leave_their_reasons_and_nothing_else(store: Store) -> None:
    job = do(store, listing("bad"))
    assert job.state == "refused"
    assert job.problems == ("header.csv, line 1: has no column DOB; export it again.",)
    assert imports.history(store, LA).empty
    assert audit.read(store)["event"].tolist() == ["import refused"]


def test_an_unexpected_error_leaves_a_reference_and_never_its_text(store: Store) -> None:
    job = do(store, listing("bug"))
    assert job.state == "failed"
    assert job.reference is not None and job.reference in job.problems[0]
    assert job.error is not None and job.error.startswith("RuntimeError")
    with store.reading() as connection:
        rows = [
            connection.execute(sa.select(table)).all() for table in tables.metadata.sorted_tables
        ]
    assert SECRET not in str(rows)


def test_too_little_memory_is_said_in_words(store: Store) -> None:
    job = do(store, listing("memory"))
    assert (job.state, "not enough memory" in job.problems[0]) == ("failed", True)


def test_a_failed_import_can_be_tried_again(store: Store) -> None:
    do(store, listing("bug"))
    assert do(store, listing("bug")).state == "failed"
    assert do(store, FIRST).state == "checked"


@pytest.mark.parametrize(
    ("la", "kind", "year", "words"),
    [
        ("E06009999", "ssda903", 2026, "no local authority"),
        (LA, "spreadsheet", 2026, "no kind of files called 'spreadsheet'"),
        (LA, "ssda903", None, "which collection year"),
    ],
)
def test_what_cannot_be_imported_is_refused_before_anything_is_kept(
    store: Store, la: str, kind: str, year: int | None, words: str
) -> None:
    with pytest.raises(StoreError, match=words):
        importing.submit(store, la=la, kind=kind, year=year, files=FIRST, by="ann")
    assert jobs.recent(store, LA) == []


def test_no_file_and_a_huge_one_are_refused_before_anything_is_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cla.importing.pipeline.MAX_BYTES", 1024**2)
    for files, words in ([], "choose at least one"), ([("a.csv", b"x" * 1024**2 + b"x")], "1 MB"):
        with pytest.raises(StoreError, match=words):
            importing.submit(store, la=LA, kind="ssda903", year=2026, files=files, by="ann")
    assert jobs.recent(store, LA) == []


@pytest.mark.parametrize("name", ["\ud800.csv", "a\x00b.csv", "n" * 5000, "", "'; DROP TABLE jobs"])
def test_odd_file_names_are_no_obstacle(store: Store, name: str) -> None:
    assert do(store, [(name, FIRST[0][1])]).state == "checked"


def test_three_digits_name_the_authority_as_well(store: Store) -> None:
    job = importing.submit(store, la="991", kind="ssda903", year=2026, files=FIRST, by="ann")
    assert job.la == LA


def test_the_second_importer_waits_for_the_first(store: Store) -> None:
    first = importing.submit(store, la=LA, kind="ssda903", year=2026, files=FIRST, by="ann")
    with pytest.raises(jobs.BusyError, match="ann has been importing"):
        importing.submit(store, la=LA, kind="ssda903", year=2026, files=SECOND, by="bob")
    importing.run(store, first.id, KINDS)
    assert do(store, SECOND).state == "checked"


def test_a_job_is_done_by_one_process(store: Store) -> None:
    job = importing.submit(store, la=LA, kind="ssda903", year=2026, files=FIRST, by="ann")
    importing.run(store, job.id, KINDS)
    importing.run(store, job.id, KINDS)
    assert len(imports.history(store, LA)) == 1


def test_several_results_are_kept_together_and_known_ones_left_out(store: Store) -> None:
    ks2, ks4 = ("ks2.csv", b"upn A1"), ("ks4.csv", b"upn B1 B2")
    assert len(do(store, [ks2], "results", None).imports) == 1
    both = do(store, [ks2, ks4], "results", None)
    assert (both.state, len(both.imports)) == ("checked", 1)
    assert "already imported" in both.notices[0]
    none = do(store, [ks4, ks2], "results", None)
    assert none.state == "refused"
    assert "already imported" in none.problems[0]
    assert set(imports.history(store, LA)["kind"]) == {"ks2", "ks4"}


def test_results_of_one_stage_and_year_twice_are_all_or_nothing(store: Store) -> None:
    def breaks(uploads: object, context: importing.Context) -> list[importing.Prepared]:
        good = importing.Prepared("ks2", 2025, "giap", {"ks2": pd.DataFrame()}, {}, {}, "k")
        return [good, importing.Prepared("no kind", 2025, "giap", {}, {}, {}, "l")]

    job = importing.submit(store, la=LA, kind="results", year=None, files=FIRST, by="ann")
    importing.run(store, job.id, {"results": breaks})
    assert imports.history(store, LA).empty


def test_an_import_runs_in_a_process_of_its_own(store: Store) -> None:
    job = importing.submit(store, la=LA, kind="ssda903", year=2026, files=FIRST, by="ann")
    importing.start(store, job.id, [sys.executable, "-m", "tests.faults.child", "work"])
    assert wait(store, job.id).state == "checked"


@pytest.mark.parametrize("fault", ["told", "save"])
def test_the_death_of_the_process_is_noticed_at_once(
    store: Store, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLA_FAULT", f"{fault}:kill")
    job = importing.submit(store, la=LA, kind="ssda903", year=2026, files=FIRST, by="ann")
    importing.start(store, job.id, [sys.executable, "-m", "tests.faults.child", "work"])
    over = wait(store, job.id)
    assert over.state == "interrupted"
    assert "import the files again" in over.problems[0]


def test_a_process_that_cannot_start_is_said(store: Store) -> None:
    job = importing.submit(store, la=LA, kind="ssda903", year=2026, files=FIRST, by="ann")
    importing.start(store, job.id, ["/nowhere/python"])
    assert wait(store, job.id).state == "failed"


def wait(store: Store, job_id: str) -> jobs.Job:
    for _ in range(300):
        job = jobs.find(store, LA, job_id)
        assert job is not None
        if not job.active:
            return job
        time.sleep(0.05)
    raise AssertionError("the job did not end within 15 seconds")


def test_a_new_return_is_compared_with_the_current_one(store: Store) -> None:
    first = do(store, listing("a", "b", "c")).imports[0]
    assert importing.comparison(store, first, LA) is None
    imports.make_current(store, first, LA, "ann")
    second = do(store, listing("b", "c", "d", "e")).imports[0]
    assert importing.comparison(store, second, LA) == Comparison(
        2, 1, 0, 2, {"Episodes": (3, 4), "Header": (3, 4)}
    )
    assert importing.comparison(store, second, OTHER_LA) is None


def test_a_child_has_changed_when_any_cell_of_any_table_has() -> None:
    old = {
        "Header": frame("1 M", "2 F", "3 M", columns="CHILD SEX"),
        "Episodes": frame("1 x", "1 y", "2 x", columns="CHILD LS"),
    }
    reordered = {
        "Header": frame("M 3", "F 2", "M 1", columns="SEX CHILD"),
        "Episodes": frame("2 x", "1 y", "1 x", columns="CHILD LS"),
    }
    assert compare(old, reordered).changed == 0
    exchanged = {**old, "Episodes": frame("1 x", "1 x", "2 y", columns="CHILD LS")}
    assert compare(old, exchanged).changed == 2
    without = {"Header": old["Header"]}
    assert (compare(old, without).changed, compare(old, without).same) == (2, 1)


def test_an_empty_column_is_as_good_as_none() -> None:
    old = {"Header": frame("1 M", columns="CHILD SEX")}
    wider = {"Header": old["Header"].assign(UPN=pd.array([None], "str"))}
    assert compare(old, wider).same == 1
    assert compare({}, old).joined == 1
    assert compare({}, {}) == Comparison(0, 0, 0, 0, {})


def test_cells_that_move_between_rows_of_a_child_are_a_change() -> None:
    old = {"Episodes": frame("1 a b", "1 c d", columns="CHILD LS CIN")}
    new = {"Episodes": frame("1 a d", "1 c b", columns="CHILD LS CIN")}
    assert compare(old, new).changed == 1


def frame(*rows: str, columns: str) -> pd.DataFrame:
    return pd.DataFrame([row.split() for row in rows], columns=columns.split(), dtype="str")


def test_results_go_with_the_collection_year_their_academic_year_ends_in() -> None:
    assert collection_year("2024/25") == 2025


def test_a_list_of_children_looked_after_now_is_kept_for_the_year_it_lies_in(store: Store) -> None:
    content = b"AS_AT,CHILD,DOB\n30/06/2026,C1,05/11/2014\n"
    job = importing.submit(
        store, la=LA, kind="current", year=None, files=[("list.csv", content)], by="analyst"
    )
    importing.run(store, job.id)
    (import_id,) = jobs.find(store, LA, job.id).imports
    row = imports.find(store, import_id, LA)
    assert (row.kind, row.year) == ("current", 2027)
    frame = imports.frame(store, import_id, LA, "current")
    assert frame["child"].tolist() == ["C1"]
    assert frame["as_at"].tolist() == [pd.Timestamp(2026, 6, 30)]
