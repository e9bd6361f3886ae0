"""The Parquet data set that other engines read."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.dataset as ds
import pytest

from cla.store import Store, StoreError, imports, lake, open_store

LAS = ("X06000991", "X06000992")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    put(opened, LAS[0], 2025, pd.DataFrame({"CHILD": ["01"], "UPN": [None]}, dtype="str"))
    put(
        opened,
        LAS[0],
        2026,
        pd.DataFrame({"CHILD": ["01", "02"], "UPN": ["A", None]}, index=[4, 9]),
    )
    put(opened, LAS[1], 2026, pd.DataFrame({"CHILD": pd.Categorical(["01"]), "UPN": ["B"]}))
    put(opened, LAS[1], 2024, pd.DataFrame({"CHILD": ["never"], "UPN": [""]}), current=False)
    yield opened
    opened.close()


def put(store: Store, la: str, year: int, frame: pd.DataFrame, current: bool = True) -> None:
    import_id = imports.add(
        store, la, "ssda903", year, by="ann", key=str(year), files=(), findings={},
        frames={"Header": frame, "findings": frame}, row_counts={"Header": len(frame)},
    )  # fmt: skip
    if current:
        imports.make_current(store, import_id, la, "ann")


def test_current_tables_are_partitioned_by_authority_and_year(store: Store, tmp_path: Path) -> None:
    assert lake.write(store, tmp_path / "lake", LAS) == {"Header": 4}
    read = ds.dataset(tmp_path / "lake" / "Header", partitioning="hive").to_table().to_pandas()
    found = sorted(zip(read["la"], read["year"], read["CHILD"], strict=True))
    assert found == [
        (LAS[0], 2025, "01"), (LAS[0], 2026, "01"), (LAS[0], 2026, "02"), (LAS[1], 2026, "01"),
    ]  # fmt: skip
    assert list(read.columns) == ["CHILD", "UPN", "la", "year"]


def test_every_part_has_the_same_types(store: Store, tmp_path: Path) -> None:
    lake.write(store, tmp_path / "lake", LAS)
    parts = (tmp_path / "lake").rglob("*.parquet")
    schemas = {str(ds.dataset(part).schema.remove_metadata()) for part in parts}
    assert schemas == {"CHILD: string\nUPN: string"}


def test_the_data_set_is_for_its_owner_alone(store: Store, tmp_path: Path) -> None:
    lake.write(store, tmp_path / "lake", LAS)
    for path in [tmp_path / "lake", *(tmp_path / "lake").rglob("*")]:
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def test_writing_again_replaces_what_was_there(store: Store, tmp_path: Path) -> None:
    lake.write(store, tmp_path / "lake", LAS)
    lake.write(store, tmp_path / "lake", LAS[1:])
    assert [path.name for path in (tmp_path / "lake" / "Header").iterdir()] == [f"la={LAS[1]}"]


def test_a_folder_with_other_things_is_left_alone(store: Store, tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "thesis.doc").write_text("precious")
    with pytest.raises(StoreError, match="holds other things"):
        lake.write(store, tmp_path / "lake", LAS)
    assert [path.name for path in (tmp_path / "lake").iterdir()] == ["thesis.doc"]
