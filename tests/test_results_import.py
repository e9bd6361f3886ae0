"""Results of every stage and era, from the file to the store and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from cla import importing, results
from cla.store import Store, imports, jobs, open_store
from cla.ui import import_files
from tests.results.test_every_stage import ANNA, BEN, KINDS, lines, upload

LA = "X06000991"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    yield opened
    opened.close()


def test_every_stage_and_era_is_kept_as_it_was_read(store: Store) -> None:
    for kind in KINDS:
        file = upload(lines(kind, ANNA, BEN))
        (read,) = results.read(file)
        job = importing.submit(
            store, la=LA, kind="results", year=None, files=[(file.name, file.content)], by="ann"
        )
        importing.run(store, job.id)
        done = jobs.find(store, LA, job.id)
        assert done is not None and (done.state, done.problems) == ("checked", ())
        row = imports.find(store, done.imports[0], LA)
        assert row is not None and (row.kind, row.year) == (read.stage, read.year)
        kept = imports.frame(store, row.id, LA, read.stage)
        assert list(kept.columns) == list(read.frame.columns)
        pd.testing.assert_frame_equal(kept, read.frame, check_dtype=False)
        flags = imports.frame(store, row.id, LA, "flags").set_index("column")["origin"]
        assert flags.to_dict() == dict(read.flags)


def test_the_import_page_names_what_each_file_holds() -> None:
    named = {}
    for kind in KINDS:
        (one,) = import_files.recognise("results", [upload(lines(kind, ANNA, BEN))]).files
        assert one.usable and one.rows == 2
        named[kind] = one.taken_for
    assert named["eyfsp"] == "Early years profile results 2022/23"
    assert named["phonics"] == "Phonics results 2022/23"
    assert named["mtc"] == "Multiplication check results 2022/23"
    assert named["ks1 levels"] == "Key stage 1 results 2013/14"
    assert named["ks4 2016"] == "Key stage 4 results 2015/16"
