"""Returns as they are kept, and made again from what is kept."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cla.ssda903.returns import Return
from cla.store import Store, imports
from cla.store.imports import ImportRow

NOTICES, LINES = "notices", "lines"
"""Names of the frames with what to know about the reading, and with each row's line in its file."""


def load_return(store: Store, la: str, year: int, previous: Return | None = None) -> Return | None:
    """The authority's current return of a collection year, as it was read; None without one."""
    row = imports.current(store, la, "ssda903", year)
    return None if row is None else rebuilt(store, row, previous=previous)


def rebuilt(
    store: Store,
    row: ImportRow,
    *,
    previous: Return | None = None,
    providers: pd.DataFrame | None = None,
) -> Return:
    """The return of an import as it was read. KeyError when the import was deleted meanwhile."""
    kept = imports.frames_of(store, row.id, row.la, [*row.row_counts, NOTICES, LINES])
    tables = {name: kept[name] for name in row.row_counts}
    return Return(
        tables,
        row.year,
        row.la,
        previous=previous,
        providers=providers,
        source=row.source,
        notices=tuple(kept[NOTICES]["notice"]),
        lines=_lines(kept.get(LINES), tables),
        fold_case=True,
    )


def lines_frame(lines: Mapping[str, pd.Series]) -> pd.DataFrame:
    """The lines of all rows as one frame: table, line, in the order of each table."""
    return pd.DataFrame(
        {
            "table": pd.Series(
                [name for name, own in lines.items() for _ in range(len(own))], dtype="str"
            ),
            "line": pd.Series(
                [line for own in lines.values() for line in own.tolist()], dtype="Int64"
            ),
        }
    )


def _lines(
    kept: pd.DataFrame | None, tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.Series] | None:
    """The lines by table; None for an import from before they were kept."""
    if kept is None:
        return None
    found = {str(name): own for name, own in kept.groupby("table", sort=False)["line"]}
    return {
        name: own.set_axis(tables[name].index)
        for name, own in found.items()
        if len(own) == len(tables[name])
    }
