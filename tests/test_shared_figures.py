"""Files of other authorities: loaded, put together, replaced, removed, and written down."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from cla import importing
from cla.benchmarks import TOTAL, UNIT, pool, write_exchange
from cla.benchmarks.cells import KEY, as_cells
from cla.files import Upload
from cla.problems import Unusable
from cla.store import Store, StoreError, audit, imports, open_store

OURS, THEIRS, MORE = "E06000001", "E06000002", "E06000003"
TODAY = date(2026, 7, 1)


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    yield opened
    opened.close()


def file(la: str, years: dict[str, int], made: date = date(2026, 6, 5)) -> Upload:
    """A file that says so many of 40 reached grade 4 in English and maths, by year."""
    rows = pd.DataFrame(
        {
            "la": la,
            "academic_year": list(years),
            "measure": "ks4_em94",
            "characteristic": TOTAL,
            "category": TOTAL,
            "n": 40,
            "held": "",
        }
    )
    totals = {name: [k * UNIT for k in years.values()] for name in ("total", "squares")}
    ends = {"total_low": totals["total"], "total_high": totals["total"]}
    return Upload(f"{la}.txt", write_exchange(as_cells(rows.assign(**totals, **ends)), la, made))


def load(store: Store, upload: Upload, la: str = OURS):
    return importing.load_exchange(store, la, upload, "ann", TODAY)


def totals(store: Store, la: str = OURS) -> dict[tuple[str, str], int]:
    frame = importing.shared_frame(store, la)
    assert frame is not None
    keys = zip(frame["la"], frame["academic_year"], strict=True)
    return dict(zip(keys, (frame["total"] // UNIT).tolist(), strict=True))


def test_a_file_is_kept_used_at_once_and_written_down(store: Store) -> None:
    assert importing.shared_frame(store, OURS) is None
    before = imports.version(store, OURS)
    row = load(store, file(THEIRS, {"2023/24": 12, "2024/25": 15}))
    assert (row.kind, row.year, row.state) == (f"cells_{THEIRS}", 2025, "current")
    assert imports.version(store, OURS) > before
    assert totals(store) == {(THEIRS, "2023/24"): 12, (THEIRS, "2024/25"): 15}
    (found,) = importing.shared_files(store, OURS)
    assert (found.la, found.made, found.cells, found.withheld) == (THEIRS, date(2026, 6, 5), 2, 0)
    assert found.years == found.used == ("2023/24", "2024/25")
    events = audit.read(store, (OURS,))["event"].tolist()
    assert events == ["import made current", "import checked"]


def test_several_authorities_make_a_pool(store: Store) -> None:
    load(store, file(THEIRS, {"2024/25": 15}))
    load(store, file(MORE, {"2024/25": 21}))
    row = pool(importing.shared_frame(store, OURS)).iloc[0]
    assert row[["n", "authorities"]].tolist() == [80, 2]
    assert row["total"] == 36 * UNIT
    assert [one.la for one in importing.shared_files(store, OURS)] == [THEIRS, MORE]


def test_a_later_file_replaces_the_years_it_has_and_leaves_the_others(store: Store) -> None:
    load(store, file(THEIRS, {"2022/23": 10, "2023/24": 12}, date(2025, 6, 1)))
    load(store, file(THEIRS, {"2023/24": 13, "2024/25": 15}))
    kept = {(THEIRS, "2022/23"): 10, (THEIRS, "2023/24"): 13, (THEIRS, "2024/25"): 15}
    assert totals(store) == kept
    used = {one.row.year: one.used for one in importing.shared_files(store, OURS)}
    assert used == {2024: ("2022/23",), 2025: ("2023/24", "2024/25")}
    load(store, file(THEIRS, {"2024/25": 16}, date(2026, 6, 30)))
    assert totals(store)[THEIRS, "2024/25"] == 16
    assert len(imports.currents(store, OURS)) == 2


def test_a_file_made_before_the_one_in_use_is_refused(store: Store) -> None:
    load(store, file(THEIRS, {"2024/25": 15}))
    with pytest.raises(Unusable, match="made on 01/02/2026, before the one that is loaded"):
        load(store, file(THEIRS, {"2024/25": 14}, date(2026, 2, 1)))
    assert totals(store) == {(THEIRS, "2024/25"): 15}


def test_the_same_file_twice_is_said(store: Store) -> None:
    load(store, file(THEIRS, {"2024/25": 15}))
    with pytest.raises(StoreError, match="already imported"):
        load(store, file(THEIRS, {"2024/25": 15}))


def test_a_refused_file_changes_nothing_and_is_written_down(store: Store) -> None:
    for upload in (file(OURS, {"2024/25": 15}), Upload("notes.txt", b"hello\n")):
        with pytest.raises(Unusable):
            load(store, upload)
    assert importing.shared_files(store, OURS) == []
    assert imports.history(store, OURS).empty
    rows = audit.read(store, (OURS,))
    assert rows["event"].tolist() == ["import refused"] * 2
    assert json.loads(rows["detail"].iloc[0]) == {"kind": "shared figures", "problems": 1}


def test_removing_a_file_brings_back_the_years_of_the_one_before(store: Store) -> None:
    load(store, file(THEIRS, {"2023/24": 12}, date(2025, 6, 1)))
    later = load(store, file(THEIRS, {"2023/24": 13, "2024/25": 15}))
    imports.delete(store, later.id, OURS, "ann")
    assert totals(store) == {(THEIRS, "2023/24"): 12}
    assert audit.read(store, (OURS,))["event"].iloc[0] == "import deleted"


def test_files_of_one_authority_are_not_seen_by_another(store: Store) -> None:
    load(store, file(THEIRS, {"2024/25": 15}))
    load(store, file(OURS, {"2024/25": 20}), la=MORE)
    assert totals(store) == {(THEIRS, "2024/25"): 15}
    assert totals(store, MORE) == {(OURS, "2024/25"): 20}


def test_what_is_kept_has_the_types_of_cells(store: Store) -> None:
    load(store, file(THEIRS, {"2024/25": 15}))
    frame = importing.shared_frame(store, OURS)
    assert [str(frame[name].dtype) for name in ("n", "total_low")] == ["Int64", "Int64"]
    assert all(isinstance(frame[name].dtype, pd.CategoricalDtype) for name in ("la", *KEY, "held"))


def test_the_moment_of_loading_is_kept(store: Store) -> None:
    now = datetime(2026, 7, 1, 9, tzinfo=UTC)
    upload = file(THEIRS, {"2024/25": 15})
    row = importing.load_exchange(store, OURS, upload, "ann", TODAY, now)
    assert (row.created, row.created_by) == (now, "ann")
