"""What a new import changes: which children joined, left, or have different records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla.importing.beside import BESIDE
from cla.importing.kept import LINES, NOTICES
from cla.importing.kinds import CHECKS, COUNTS, FLAGS, NOT_RUN
from cla.importing.validations import CARRIED, COMPARED, FINDINGS
from cla.store import Store, imports

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Comparison:
    """Children only in the new, only in the old, in both with other records, and unchanged.

    ``rows`` has the row counts by table, old and new.
    """

    joined: int
    left: int
    changed: int
    same: int
    rows: Mapping[str, tuple[int, int]]


def comparison(store: Store, import_id: str, la: str) -> Comparison | None:
    """An import beside the current one of its kind and year; None when there is no other."""
    new = imports.find(store, import_id, la)
    if new is None:
        return None
    old = imports.current(store, la, new.kind, new.year)
    if old is None or old.id == new.id:
        return None
    before = imports.frames_of(store, old.id, la, old.row_counts)
    return compare(before, imports.frames_of(store, new.id, la, new.row_counts))


def compare(old: Tables, new: Tables) -> Comparison:
    """Compare tables by table name; a child is a value of CHILD, or of upn in results.

    The order of rows and columns does not matter, and an empty column is as good as none.
    """
    old, new = _records(old), _records(new)
    names = sorted({*old, *new})
    before = _children({name: old[name] for name in names if name in old})
    after = _children({name: new[name] for name in names if name in new})
    both = before.index.intersection(after.index)
    changed = int((before[both] != after[both]).sum())
    return Comparison(
        joined=len(after) - len(both),
        left=len(before) - len(both),
        changed=changed,
        same=len(both) - changed,
        rows={name: (len(old.get(name, ())), len(new.get(name, ()))) for name in names},
    )


def _records(tables: Tables) -> dict[str, pd.DataFrame]:
    beside = {FINDINGS, COMPARED, CARRIED, NOT_RUN, NOTICES, LINES, BESIDE}
    beside |= {FLAGS, COUNTS, CHECKS}
    return {name: table for name, table in tables.items() if name not in beside}


def _children(tables: Tables) -> pd.Series:
    """One number a child that stands for all its records, whatever their order."""
    marks = [_marks(name, table) for name, table in tables.items()]
    marks = [mark for mark in marks if mark is not None]
    if not marks:
        return pd.Series(dtype="uint64")
    together = pd.concat(marks)
    return together.groupby(level=0).sum()


def _marks(name: str, table: pd.DataFrame) -> pd.Series | None:
    """A number for each row, labelled by its child: equal rows of one table get equal numbers."""
    key = next((column for column in ("CHILD", "upn") if column in table.columns), None)
    if key is None:
        return None
    total = np.zeros(len(table), dtype="uint64")
    for column in table.columns:
        values = table[column].astype(object)
        text = values.where(values.notna(), "").astype(str)
        # an empty cell counts nothing, so that a column all empty is as good as none
        cell = pd.util.hash_pandas_object(f"{name}\0{column}\0" + text, index=False).to_numpy()
        total += np.where(text.to_numpy() == "", np.uint64(0), cell)
    # mixing the row's sum keeps two rows from exchanging cells unnoticed
    mixed = pd.util.hash_array(total)
    children = table[key].astype(object)
    marks = pd.Series(mixed, index=pd.Index(children, name="child"), dtype="uint64")
    return marks[children.notna().to_numpy()]
