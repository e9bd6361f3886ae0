"""Additive cells of a measure: how many children, the sum of their scores, the sum of the squares.

Cells of several authorities add up to exactly the cell of all their children, so that a benchmark
can be made from them without a row of any child. A cell that is withheld stays in the frame: where
its number of children is shown, with the range that its total lies in, so that a pool knows what it
does not know instead of leaving out those where few reached a standard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from cla import reference
from cla.benchmarks.tidy import TOTAL

UNIT = 10**8
"""Totals, squares and ranges are in units of 1e-8, as in ``measures.Cell``."""
KEY = ("academic_year", "measure", "characteristic", "category")
NUMBERS = ("n", "total", "squares", "total_low", "total_high")
COLUMNS = ("la", *KEY, *NUMBERS, "held")
"""One row a cell. Numbers are whole ("Int64"), missing where withheld; ``held`` is then "c".

A shown cell has ``total_low`` = ``total_high`` = ``total``. A proportion whose total is withheld
keeps ``n`` and the range of its total; where ``n`` is withheld too, nothing is left. The squares of
a proportion are its total. Everybody is characteristic "Total", category "Total".
"""
SHOWN, HELD = "", "c"
CHARACTERISTICS = ("sex", "sen", "time_in_care", "placement")
"""What cells are split by: none of these is a finer version of another."""
_UNKNOWN = "unknown"
_LARGEST = float(2**62)


@cache
def categories() -> Mapping[str, tuple[str, ...]]:
    """The categories of each characteristic in their order; "unknown" is one of them."""
    found: dict[str, dict[str, None]] = {name: {} for name in CHARACTERISTICS}
    for row in reference.rows("cohort", "bands.csv"):
        if row["list"] in found and row["group"] != _UNKNOWN:
            found[row["list"]][row["group"]] = None
    return MappingProxyType(
        {TOTAL: (TOTAL,), **{name: (*every, _UNKNOWN) for name, every in found.items()}}
    )


def as_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with the columns and types of cells; other columns are left out."""
    text = {name: frame[name].astype("category") for name in ("la", *KEY, "held")}
    numbers = {name: frame[name].astype("Int64") for name in NUMBERS}
    made = {**text, **numbers}
    return pd.DataFrame({name: made[name] for name in COLUMNS}).reset_index(drop=True)


def no_cells() -> pd.DataFrame:
    """A frame of cells without a row."""
    return as_cells(pd.DataFrame({name: [] for name in COLUMNS}))


def together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Several frames of cells as one."""
    parts = [frame for frame in frames if len(frame)]
    if not parts:
        return no_cells()
    made = {
        name: pd.api.types.union_categoricals([part[name] for part in parts])
        for name in ("la", *KEY, "held")
    }
    numbers = pd.concat([part[list(NUMBERS)] for part in parts], ignore_index=True)
    return pd.DataFrame({name: made[name] if name in made else numbers[name] for name in COLUMNS})


def pool(cells: pd.DataFrame, by: Sequence[str] = KEY) -> pd.DataFrame:
    """The cells of all authorities added up, one row for each combination of ``by``.

    ``n``, ``total``, ``squares`` are those of the cells that are shown: exactly what computing on
    the children of these ``authorities`` would give. ``withheld`` counts the authorities that
    withhold a cell. A rate of the shown cells alone would be too high where few reach a standard,
    since those are withheld: the rate of everybody in ``bounded_n`` lies between ``total_low`` /
    ``bounded_n`` and ``total_high`` / ``bounded_n``. Raises OverflowError for sums beyond 64 bits.
    """
    place, labels = _combined(cells, by)
    shown = (cells["held"] == SHOWN).to_numpy()
    bounded = (cells["n"].notna() & cells["total_low"].notna()).to_numpy()
    of_shown = ("n", "total", "squares")
    of_bounded = {"n": "bounded_n", "total_low": "total_low", "total_high": "total_high"}
    sums = {name: _where(shown, cells[name]) for name in of_shown}
    sums |= {called: _where(bounded, cells[name]) for name, called in of_bounded.items()}
    for name, values in sums.items():
        _refuse_overflow(name, values, place)
    added = pd.DataFrame(sums).groupby(place, sort=True).sum()
    authority = cells["la"].astype("category").cat.codes.to_numpy(dtype=np.int64)
    added.insert(3, "authorities", _distinct(authority[shown], place[shown], len(labels)))
    added.insert(4, "withheld", _distinct(authority[~shown], place[~shown], len(labels)))
    return pd.concat([labels, added.reset_index(drop=True)], axis=1)


def _where(chosen: np.ndarray, column: pd.Series) -> np.ndarray:
    """The numbers of the chosen cells, 0 for the others."""
    values: np.ndarray = column.to_numpy(dtype=np.int64, na_value=0)
    return values * chosen


def _combined(cells: pd.DataFrame, by: Sequence[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """The combination of ``by`` that each cell has, by its place among those that occur."""
    columns = {name: cells[name].astype("category").cat for name in by}
    codes = np.zeros(len(cells), dtype=np.int64)
    for column in columns.values():
        codes = codes * len(column.categories) + column.codes.to_numpy(dtype=np.int64)
    place, found = pd.factorize(codes, sort=True)
    values: dict[str, pd.Categorical] = {}
    for name, column in reversed(columns.items()):
        found, own = np.divmod(found, max(len(column.categories), 1))
        values[name] = pd.Categorical.from_codes(own, categories=column.categories)
    return place, pd.DataFrame({name: values[name] for name in by})


def _distinct(authority: np.ndarray, place: np.ndarray, places: int) -> np.ndarray:
    """How many different authorities each place has."""
    width = int(authority.max(initial=0)) + 1
    there = np.zeros(places * width, dtype=bool)
    there[place * width + authority] = True
    return there.reshape(places, width).sum(axis=1, dtype=np.int64)


def _refuse_overflow(name: str, values: np.ndarray, place: np.ndarray) -> None:
    """OverflowError where a sum may not fit into 64 bits."""
    sizes = np.abs(values.astype(np.float64))
    if sizes.sum() > _LARGEST and np.bincount(place, sizes).max() > _LARGEST:
        raise OverflowError(f"The {name} of these cells are too large to be added exactly.")
