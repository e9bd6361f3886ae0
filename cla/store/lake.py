"""The current frames as a Parquet data set that other engines read as it is.

    DIR/Episodes/la=E06000015/year=2026/part.parquet

One folder a table, partitioned by authority and collection year.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from cla.store import imports
from cla.store.engine import Store, StoreError

MARK = "_made_by_cla"


def write(store: Store, folder: Path, las: tuple[str, ...]) -> dict[str, int]:
    """Write the current imports of these authorities; rows by table.

    The folder is replaced as a whole, once everything is written. StoreError when it holds
    anything that this function did not write.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise StoreError(f"{folder} holds other things; choose an empty folder.")
    fresh = folder.with_name(f"{folder.name}.writing")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        rows = _write_all(store, fresh, las)
        (fresh / MARK).touch(mode=0o600)
        if folder.exists():
            shutil.rmtree(folder)
        fresh.rename(folder)
    except OSError as error:
        raise StoreError(f"The data set could not be written ({error.strerror}).") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return rows


def _write_all(store: Store, folder: Path, las: tuple[str, ...]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for la in las:
        with store.reading():
            current = imports.currents(store, la)
        for row in current:
            for name, frame in imports.frames_of(store, row.id, la, row.row_counts).items():
                _write_part(folder / name / f"la={la}" / f"year={row.year}", frame)
                rows[name] = rows.get(name, 0) + len(frame)
    return rows


def _write_part(folder: Path, frame: pd.DataFrame) -> None:
    for path in reversed([folder, *folder.parents][:3]):
        path.mkdir(mode=0o700, exist_ok=True)
    table = pa.Table.from_pandas(
        frame.drop(columns=["la", "year"], errors="ignore"), preserve_index=False
    )
    part = folder / "part.parquet"
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
        pq.write_table(_same_types(table), stream, compression="zstd")


def _same_types(table: pa.Table) -> pa.Table:
    """Types that do not depend on the rows: a column all empty in one authority is text as well."""
    fields = [pa.field(field.name, _plain(field.type)) for field in table.schema]
    return table.cast(pa.schema(fields))


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    if pa.types.is_null(kind) or pa.types.is_large_string(kind):
        return pa.string()
    return kind
