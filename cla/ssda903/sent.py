"""What was sent in the cells that findings are about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

BLANK = "(blank)"
"""What is said of a cell without text."""


def fields_of(cell: object) -> tuple[str, ...]:
    """The fields of a finding, however they were kept."""
    if isinstance(cell, str):
        return tuple(re.findall(r"[^\s,]+", cell))
    return tuple(str(part) for part in cell)  # type: ignore[attr-defined]


def failing_rows(findings: pd.DataFrame, table: pd.DataFrame) -> list[Any]:
    """The row labels that these findings are about, those that the table has."""
    rows = findings["row"].unique()
    return rows[np.isin(rows, table.index.to_numpy())].tolist()


def cells_of(
    findings: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> list[dict[str, str | None]]:
    """What stands in the fields of each finding, by field, as it was sent; None for a blank cell.

    In the order of the findings. Fields that a table has not are left out.
    """
    said: list[dict[str, str | None]] = [{} for _ in range(len(findings))]
    for name, places in findings.groupby("table", observed=True).indices.items():
        table = tables.get(str(name))
        if table is None:
            continue
        own = findings.iloc[places]
        records = table.loc[failing_rows(own, table)]
        cells = {str(column): records[column].to_dict() for column in records}
        for place, (row, fields) in zip(places, _pairs(own), strict=True):
            said[place] = {
                field: _text(cells[field][row])
                for field in fields_of(fields)
                if field in cells and row in cells[field]
            }
    return said


def values_of(findings: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """The same in words, by the labels of the findings: "SEX: 3; DOB: (blank)"."""
    words = [
        "; ".join(f"{field}: {text or BLANK}" for field, text in own.items())
        for own in cells_of(findings, tables)
    ]
    return pd.Series(words, index=findings.index, dtype="str")


def _pairs(findings: pd.DataFrame) -> Iterable[tuple[Any, Any]]:
    return zip(findings["row"].tolist(), findings["fields"].tolist(), strict=True)


def _text(cell: Any) -> str | None:
    return None if pd.isna(cell) or cell == "" else str(cell)
