"""Figures that other authorities shared as files: loaded, put together, told of.

A file is read and kept at once, without a job of its own: it holds at most some thousand sums, is
checked within a second, and there is nothing about a child in it to look through first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from cla.benchmarks import Exchange, read_exchange
from cla.benchmarks.cells import HELD, as_cells, together
from cla.files import Upload
from cla.problems import Problem, Unusable
from cla.store import Store, audit, imports
from cla.store.imports import ImportRow

CELLS = "cells_"
"""Beginning of the kinds of import that are cells of another authority; its ONS code follows."""
SHARED, ABOUT = "cells", "about"
"""Names of the frames with the cells, and with the day the file was made and its years."""


@dataclass(frozen=True)
class SharedFile:
    """A loaded file: whose, of which academic years, made when; how many cells and how many of
    them withheld. ``used`` are the years that no later file of the same authority replaces."""

    row: ImportRow
    la: str
    made: date
    years: tuple[str, ...]
    used: tuple[str, ...]
    cells: int
    withheld: int


def load_exchange(
    store: Store, la: str, upload: Upload, by: str, today: date, now: datetime | None = None
) -> ImportRow:
    """Read a file of another authority, keep it and use it from now on; one transaction.

    Raises Unusable where the file cannot be used (noted in the audit trail) and StoreError where
    it is loaded already.
    """
    try:
        found = read_exchange(upload, own=la, today=today)
        _refuse_older(store, la, upload, found)
    except Unusable as refused:
        detail = {"kind": "shared figures", "problems": len(refused.problems)}
        audit.append(store, la, by, "import refused", detail, now)
        raise
    files = imports.described([(upload.label, upload.content)])
    with store.writing():
        import_id = imports.add(
            store,
            la,
            CELLS + found.la,
            _last_year(found.years),
            by=by,
            files=files,
            frames={SHARED: found.frame, ABOUT: _about(found)},
            row_counts={SHARED: len(found.frame)},
            findings={},
            source=f"exchange {found.version}",
            now=now,
        )
        imports.make_current(store, import_id, la, by, now)
    row = imports.find(store, import_id, la)
    if row is None:
        raise KeyError(import_id)
    return row


def _refuse_older(store: Store, la: str, upload: Upload, found: Exchange) -> None:
    """Unusable where the file would take the place of one that was made later."""
    current = imports.current(store, la, CELLS + found.la, _last_year(found.years))
    if current is None:
        return
    made, _ = _said(store, current)
    if made > found.made:
        raise Unusable(
            [
                Problem(
                    upload.label,
                    f"was made on {found.made:%d/%m/%Y}, before the one that is loaded"
                    f" ({made:%d/%m/%Y}); remove that one first if you mean this one.",
                )
            ]
        )


def _last_year(years: Sequence[str]) -> int:
    """The collection year that goes with the last academic year: "2024/25" gives 2025."""
    return int(years[-1][:4]) + 1


def _about(found: Exchange) -> pd.DataFrame:
    said = {"made": found.made.isoformat(), "years": " ".join(found.years)}
    return pd.DataFrame({"what": list(said), "said": list(said.values())}, dtype="str")


def _said(store: Store, row: ImportRow) -> tuple[date, tuple[str, ...]]:
    frame = imports.frame(store, row.id, row.la, ABOUT)
    said = dict(zip(frame["what"], frame["said"], strict=True))
    return date.fromisoformat(said["made"]), tuple(said["years"].split())


def shared_files(store: Store, la: str) -> list[SharedFile]:
    """The files of other authorities that are in use, by authority, the latest made first."""
    found = []
    for row, made, years, used in _in_use(store, la):
        held = imports.frame(store, row.id, la, SHARED)["held"] == HELD
        code = row.kind.removeprefix(CELLS)
        found.append(SharedFile(row, code, made, years, used, len(held), int(held.sum())))
    return found


def shared_frame(store: Store, la: str) -> pd.DataFrame | None:
    """The cells (``cla.benchmarks.cells.COLUMNS``) of all files in use; None without any.

    Each authority and academic year once, from the file made last. KeyError when an import was
    deleted meanwhile.
    """
    parts = []
    for row, _, _, used in _in_use(store, la):
        frame = imports.frame(store, row.id, la, SHARED)
        parts.append(as_cells(frame[frame["academic_year"].isin(used)]))
    return together(parts) if parts else None


def _in_use(
    store: Store, la: str
) -> list[tuple[ImportRow, date, tuple[str, ...], tuple[str, ...]]]:
    """The current files with their day, their years, and the years that no later file has."""
    rows = [row for row in imports.currents(store, la) if row.kind.startswith(CELLS)]
    told = [(row, *_said(store, row)) for row in rows]
    told.sort(key=lambda one: (one[1], one[0].created), reverse=True)
    taken: set[tuple[str, str]] = set()
    found = []
    for row, made, years in told:
        used = tuple(year for year in years if (row.kind, year) not in taken)
        taken |= {(row.kind, year) for year in years}
        found.append((row, made, years, used))
    return sorted(found, key=lambda one: one[0].kind)
