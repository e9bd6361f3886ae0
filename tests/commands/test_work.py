"""The worker as the page uses it: ``python -m cla work JOB`` with the real readers and rules."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cla import importing
from cla.store import Store, imports, jobs, open_store

LA = "X06000991"
HEADER = b"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n0042,9,09/09/2014,WBRI,UN1,,\n"
EPISODES = (
    b"CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
    b"0042,15/06/2025,S,C2,N1,U6,PR1,,,,AB1 0JD,AB1 0JD,1234567\n"
)
CHARACTERISTICS = b"UPN,DOB,SEX,ACADEMIC_YEAR,SEN\nB801200005001,03/02/2013,F,2023/24,K\n"


def imported(store: Store, kind: str, year: int | None, files: list[tuple[str, bytes]]) -> jobs.Job:
    job = importing.submit(store, la=LA, kind=kind, year=year, files=files, by="ann")
    importing.start(store, job.id)
    for _ in range(600):
        over = jobs.find(store, LA, job.id)
        assert over is not None
        if not over.active:
            return over
        time.sleep(0.1)
    raise AssertionError("the job did not end within a minute")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    return open_store(f"sqlite:///{tmp_path / 'cla.db'}")


def test_a_return_is_read_checked_and_kept_and_can_be_loaded_again(store: Store) -> None:
    job = imported(store, "ssda903", 2026, [("header.csv", HEADER), ("episodes.csv", EPISODES)])
    assert (job.state, job.problems) == ("checked", ())
    findings = imports.frame(store, job.imports[0], LA, "findings")
    wrong_sex = findings[findings["rule"] == "101"]
    assert wrong_sex[["table", "child", "line"]].values.tolist() == [["Header", "0042", 2]]
    row = imports.find(store, job.imports[0], LA)
    assert row is not None and sum(row.findings.values()) == len(findings)

    imports.make_current(store, row.id, LA, "ann")
    ret = importing.load_return(store, LA, 2026)
    assert ret is not None
    assert ret.tables["Episodes"]["PL_POST"].tolist() == ["AB1 0JD"]
    assert (ret.la, ret.source, ret.children.tolist()) == (LA, "csv", ["0042"])
    assert importing.load_return(store, LA, 2025) is None


def test_school_characteristics_bring_their_year(store: Store) -> None:
    job = imported(store, "census", None, [("characteristics.csv", CHARACTERISTICS)])
    assert (job.state, job.problems) == ("checked", ())
    (row,) = imports.history(store, LA).to_dict("records")
    assert (row["kind"], row["year"], row["rows"]) == ("census", 2024, 1)


def test_a_file_that_is_no_table_is_refused_with_its_name(store: Store) -> None:
    job = imported(store, "ssda903", 2026, [("cats.csv", b"name,colour\nTom,black\n")])
    assert job.state == "refused"
    assert job.problems[0].startswith("cats.csv")
    assert "Tom" not in str(job.problems)
