"""Additive cells: what of a group of children is kept to work out any measure, and no more.

A cell is three whole numbers. Adding the cells of two groups gives the cell of both together, to
the last digit, so that authorities can be put together without a child's row leaving home.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla.measures.book import Measure, book

UNIT = 10**8
"""``total`` and ``squares`` are whole numbers of this part of a point: eight decimals."""
COLUMNS = ("measure", "n", "total", "squares")
_HALF = 10**4  # a score in units is a * _HALF + b; its square is taken in these two parts
_SAFE = 9.0e10  # n * score^2 up to which the sums fit into 64 bits


@dataclass(frozen=True)
class Cell:
    """A group of children in one measure. ``a + b`` is the cell of both groups together.

    ``n`` children in the measure. ``total``: the sum of their scores in units of 1e-8, each score
    taken to eight decimals. ``squares``: the sum of the squares of the scores in units of 1e-8,
    each square rounded to eight decimals. Of a proportion both are the number who reached it times
    1e8. Raises TypeError for anything but whole numbers, ValueError below zero.
    """

    n: int = 0
    total: int = 0
    squares: int = 0

    def __post_init__(self) -> None:
        for name in ("n", "total", "squares"):
            object.__setattr__(self, name, operator.index(getattr(self, name)))
        if self.n < 0 or self.squares < 0:
            raise ValueError("a cell has neither children nor squares below zero")

    def __add__(self, other: Cell) -> Cell:
        if not isinstance(other, Cell):
            return NotImplemented
        return Cell(self.n + other.n, self.total + other.total, self.squares + other.squares)


def cell(frame: pd.DataFrame, measure_id: str) -> Cell | None:
    """The cell of all rows of a frame of results, one row a pupil; None where it does not carry the
    measure: a column is absent, or no pupil of a proportion has a flag.

    A pupil is in a proportion when the denominator column is true (a missing flag is not reached),
    in a mean when also the score is there. Scores are never filled in. Raises KeyError for an
    unknown measure.
    """
    rows = _rows(frame, book[measure_id])
    if rows is None:
        return None
    included, total, squares = rows
    return Cell(int(included.sum()), total.sum(), squares.sum())


def cells(frame: pd.DataFrame, ids: Iterable[str], by: pd.Series | None = None) -> pd.DataFrame:
    """The cells of many measures: measure, n, total, squares; with ``by`` also category, first.

    ``by`` is the group of each row of the frame, with the frame's index; rows without a group are
    in none. Measures that the frame does not carry have no row; with ``by`` that is decided for the
    frame as a whole, so that groups add up to it. Raises KeyError for an unknown measure and
    ValueError for another index.
    """
    if by is None:
        found = {name: cell(frame, name) for name in ids}
        rows = [(name, c.n, c.total, c.squares) for name, c in found.items() if c is not None]
        return pd.DataFrame(rows, columns=list(COLUMNS))
    if not by.index.equals(frame.index):
        raise ValueError("the groups need the index of the frame")
    codes, groups = pd.factorize(by, sort=True)
    order = np.argsort(codes, kind="stable")  # rows without a group come first, before any start
    starts = np.searchsorted(codes[order], np.arange(len(groups)))
    parts = []
    for name in ids:
        held = _rows(frame, book[name])
        if held is not None and len(groups):
            sums = [np.add.reduceat(values[order], starts) for values in held]
            parts.append((name, sums))
    return _by_group(groups, parts)


def _by_group(groups: pd.Index, parts: list[tuple[str, list[np.ndarray]]]) -> pd.DataFrame:
    names = np.repeat(np.array([name for name, _ in parts], dtype=object), len(groups))
    columns: dict[str, object] = {
        "category": groups.take(np.tile(np.arange(len(groups)), len(parts))),
        "measure": pd.Series(names, dtype="str"),
    }
    for place, column in enumerate(COLUMNS[1:]):
        arrays = [sums[place] for _, sums in parts]
        columns[column] = np.concatenate(arrays) if arrays else np.empty(0, dtype=np.int64)
    return pd.DataFrame(columns)


def _rows(
    frame: pd.DataFrame, definition: Measure
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Of each row: in the measure (0 or 1), the score and its square in units; None if not
    carried."""
    if definition.numerator not in frame or definition.denominator not in frame:
        return None
    included = frame[definition.denominator].to_numpy(dtype=bool, na_value=False)
    if definition.statistic == "proportion":
        flags = frame[definition.numerator]
        reached = flags.to_numpy(dtype=bool, na_value=False) & included
        if not reached.any() and included.any() and flags.isna().to_numpy()[included].all():
            return None
        units = reached.astype(np.int64) * UNIT
        return included.astype(np.int64), units, units
    scores = frame[definition.numerator].to_numpy(dtype="float64", na_value=np.nan)
    included = included & np.isfinite(scores)
    return (included.astype(np.int64), *in_units(np.where(included, scores, 0.0)))


def in_units(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Finite scores and their squares as whole numbers of 1e-8, each the nearest one.

    64-bit integers, or Python's where a sum of them might not fit. A score has the same numbers
    whatever stands beside it.
    """
    largest = float(np.abs(scores).max(initial=0.0)) + 1.0
    if len(scores) * largest * largest < _SAFE:
        total = np.rint(scores * UNIT).astype(np.int64)
    else:
        total = np.array([_whole(score) for score in scores.tolist()], dtype=object)
    high = (total + _HALF // 2) // _HALF
    low = total - high * _HALF
    rest = (2 * high * low * _HALF + low * low + UNIT // 2) // UNIT
    return total, high * high + rest


def _whole(score: float) -> int:
    """A score of any size in units; one so large that its product overflows is whole itself."""
    product = score * UNIT
    return int(np.rint(product)) if np.isfinite(product) else int(score) * UNIT
