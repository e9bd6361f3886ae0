"""What an authority said of its files of results, from the decision to the import itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cla import importing, results
from cla.commands import main
from cla.importing import mappings
from cla.store import Store, decisions, imports, jobs, open_store
from tests.results.test_ctf import ANNA, BEN, assessment, pupil, transfer
from tests.results.test_mapping import COLUMNS, HEAD, PORTAL

LA, OTHER = "X06000991", "X06000992"
LAYOUT = results.fingerprint(HEAD.split(","))
BY = {"by": "ann", "name": "Ann"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    yield opened
    opened.close()


def test_what_was_said_is_known_to_its_authority_alone(store: Store) -> None:
    mappings.remember(store, LA, LAYOUT, "ks2", {**COLUMNS, "gps_score": ""}, **BY)
    (way,) = mappings.known(store, LA).files[LAYOUT]
    assert way == results.ByHand("ks2", {**COLUMNS, "gps_score": ""})
    (said,) = mappings.said_of(store, LA, LAYOUT)
    assert (said.way, said.name) == (way, "Ann")
    assert mappings.known(store, OTHER) == results.Known()


def test_the_last_word_stands_and_can_be_taken_back(store: Store) -> None:
    mappings.remember(store, LA, LAYOUT, "ks2", COLUMNS, **BY)
    mappings.remember(store, LA, LAYOUT, "ks2", {"upn": "Pupil UPN", "rwm_exp": "Remark"}, **BY)
    (way,) = mappings.known(store, LA).files[LAYOUT]
    assert way.columns == {"upn": "Pupil UPN", "rwm_exp": "Remark"}
    assert mappings.forget(store, LA, LAYOUT, "ks2", by="bob") == 1
    assert mappings.known(store, LA).files == {}
    assert mappings.forget(store, LA, LAYOUT, "ks2", by="bob") == 0
    history = decisions.history(store, LA, "mapping")
    assert history["taken_back_by"].tolist() == ["bob", "bob"]


def test_layouts_and_tuples_do_not_mix(store: Store) -> None:
    mappings.remember(store, LA, LAYOUT, "ks2", COLUMNS, **BY)
    mappings.remember(store, LA, LAYOUT, "mtc", {"upn": "Pupil UPN", "mark": "Remark"}, **BY)
    kind = "KS2/ENG/REA/TT/NL"
    assert mappings.remember_tuples(store, LA, {kind: ("ks2", "read_score")}, **BY) == 1
    known = mappings.known(store, LA)
    assert [way.stage for way in known.files[LAYOUT]] == ["ks2", "mtc"]
    assert known.files[LAYOUT][0].columns == COLUMNS
    assert known.tuples == {kind: ("ks2", "read_score")}
    assert mappings.tuples_said(store, LA)["kind"].tolist() == [kind]
    assert mappings.forget_tuples(store, LA, [kind], by="ann") == 1
    assert mappings.known(store, LA).tuples == {}


def imported(store: Store, name: str, content: bytes) -> jobs.Job:
    """A job done by the worker in a process of its own, as the page has it done."""
    job = importing.submit(
        store, la=LA, kind="results", year=2025, files=[(name, content)], by="ann"
    )
    importing.start(store, job.id)
    for _ in range(900):
        over = jobs.find(store, LA, job.id)
        assert over is not None
        if not over.active:
            return over
        time.sleep(0.1)
    raise AssertionError("the job did not end within a minute and a half")


def test_the_worker_reads_as_was_said(store: Store) -> None:
    assert imported(store, PORTAL.name, PORTAL.content).state == "refused"
    mappings.remember(store, LA, LAYOUT, "ks2", COLUMNS, **BY)
    over = imported(store, PORTAL.name, PORTAL.content)
    assert (over.state, over.problems) == ("checked", ())
    frame = imports.frame(store, over.imports[0], LA, "ks2")
    assert frame["read_score"].tolist()[0] == 110.0
    notices = imports.frame(store, over.imports[0], LA, "notices")["notice"]
    assert notices.str.contains("3 columns that were named by hand").any()


def test_the_command_line_reads_as_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLA_DATABASE_URL", f"sqlite:///{tmp_path / 'cla.db'}")
    store = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    score = ("KS2", "ENG", "REA", "TT", "NL")
    file = tmp_path / "ctf.xml"
    file.write_bytes(
        transfer(pupil(ANNA, assessment(score, "104")), pupil(BEN, assessment(score, "99"))).content
    )
    assert main(["results", str(file), "--la", "991"]) == 2
    assert "KS2/ENG/REA/TT/NL (2)" in capsys.readouterr().err
    mappings.remember_tuples(store, LA, {"KS2/ENG/REA/TT/NL": ("ks2", "read_score")}, **BY)
    assert main(["results", str(file), "--la", "991"]) == 0
    assert "ks2 of 2023-24: current; 2 rows" in capsys.readouterr().out
    row = imports.current(store, LA, "ks2", 2024)
    assert row is not None and row.source == "ctf"
    store.close()
