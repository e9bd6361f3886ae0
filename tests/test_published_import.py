"""Published figures from files to current imports, and all that are current together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cla import benchmarks, importing
from cla.files import Upload
from cla.store import Store, imports, jobs, open_store
from tests.benchmarks import ees_made as made

LA = "X06000991"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    yield opened
    opened.close()


def run(store: Store, *uploads: Upload) -> jobs.Job:
    files = [(upload.name, upload.content) for upload in uploads]
    job = importing.submit(store, la=LA, kind="published", year=None, files=files, by="ann")
    importing.run(store, job.id)
    over = jobs.find(store, LA, job.id)
    assert over is not None
    return over


def bring_in(store: Store, *uploads: Upload) -> list[str]:
    """The imports of these files, made current."""
    job = run(store, *uploads)
    assert job.state == "checked", job.problems
    for one in job.imports:
        imports.make_current(store, one, LA, "ann")
    return list(job.imports)


def value(store: Store, measure: str = "ks4_att8", area: str = "England") -> float:
    frame = importing.published_frame(store, LA)
    assert frame is not None
    (found,) = frame.loc[(frame["measure"] == measure) & (frame["area"] == area), "value"]
    return float(found)


def test_without_any_there_is_no_frame(store):
    assert importing.published_frame(store, LA) is None


def test_each_data_set_of_a_download_is_an_import_of_its_own(store):
    download = made.zipped(
        {"data/ks4.csv": made.ks4().content, "data/ks2.csv": made.ks2_long().content}
    )
    bring_in(store, download)
    rows = imports.currents(store, LA)
    assert [(row.kind, row.year) for row in rows] == [("ees_ks2_nat", 2026), ("ees_ks4_la", 2026)]
    frame = importing.published_frame(store, LA)
    assert frame is not None and len(frame) == sum(sum(row.row_counts.values()) for row in rows)
    assert tuple(frame.columns) == tuple(benchmarks.read_ees(made.ks4())[0].frame.columns)


def test_every_data_set_has_a_kind_that_can_be_kept():
    from cla.benchmarks.ees_layouts import families
    from cla.store import tables

    for name in families():
        assert tables.is_kind(f"ees_{name}_nat") and tables.is_kind(f"ees_{name}_la")
        assert benchmarks.title_of(f"{name}_la").endswith(", authorities")


def test_the_same_figures_are_known_again_from_another_file(store):
    bring_in(store, made.ks4())
    job = run(store, made.ks4("renamed.csv", remark="another column"))
    assert job.state == "refused" and "already imported" in job.problems[0]


def test_a_revised_file_takes_the_place_of_the_first_and_says_what_it_changes(store):
    bring_in(store, made.ks4())
    revised = Upload("ks4.csv", made.ks4(avg_att8="21").content.replace(b"Revised", b"Final"))
    job = run(store, revised)
    (new,) = job.imports
    found = importing.figures_changed(store, new, LA)
    assert found == importing.FiguresChanged(new=0, changed=3, same=15, gone=0)
    assert value(store) == 20
    imports.make_current(store, new, LA, "ann")
    assert value(store) == 21
    assert importing.figures_changed(store, new, LA) is None


def test_of_two_releases_the_later_one_counts_whichever_was_imported_last(store):
    later = made.ks4().content.replace(b"202526", b"202627")
    both = Upload(
        "ks4_2027.csv", later + b"\r\n".join(made.ks4(avg_att8="19").content.split(b"\r\n")[1:])
    )
    bring_in(store, both)
    bring_in(store, made.ks4())
    frame = importing.published_frame(store, LA)
    assert frame is not None and not frame.duplicated(["measure", "area", "period"]).any()
    old = frame[(frame["measure"] == "ks4_att8") & (frame["period"] == "2025/26")]
    assert set(old["value"]) == {19} and set(old["release"]) == {"Reporting year 2027, Revised"}


def test_a_later_symbol_that_says_nothing_does_not_take_a_number_away(store):
    bring_in(store, made.ks4())
    later = made.ks4().content + b"\r\n".join(made.ks4(avg_att8="x").content.split(b"\r\n")[1:])
    first_year = later.replace(b"202526", b"202627", 3)
    bring_in(store, Upload("next.csv", first_year))
    frame = importing.published_frame(store, LA)
    assert frame is not None
    old = frame[(frame["measure"] == "ks4_att8") & (frame["period"] == "2025/26")]
    assert set(old["value"]) == {20} and set(old["symbol"]) == {""}


def test_a_file_that_is_not_understood_changes_nothing(store):
    job = run(store, Upload("notes.csv", b"A,B\n1,2\n"))
    assert job.state == "refused" and "no data set" in job.problems[0]
    assert imports.history(store, LA).empty


def test_deleted_figures_are_gone(store):
    (one,) = bring_in(store, made.ks4())
    imports.delete(store, one, LA, "ann")
    assert importing.published_frame(store, LA) is None
