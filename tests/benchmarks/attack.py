"""An attacker with files of shared figures: by linear programming, how closely is each withheld
number known?

He knows that groups add up to everybody, that who reached a harder standard reached the easier
ones, that measures over the same children have the same children, and what is given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack
from scipy.sparse.csgraph import connected_components

from cla import measures
from cla.benchmarks import CHARACTERISTICS, TOTAL, UNIT
from cla.reports.shared_safety import BELOW, JOINT, SUMS

Cell = tuple[str, str, str, str, str]  # n or t, year, measure, characteristic, category
Terms = Mapping[Cell, float]
Known = Mapping[Cell, tuple[float, float]]


@dataclass
class Attack:
    """The unknowns with their bounds, equations and inequalities of what was given."""

    bounds: dict[Cell, tuple[float, float]] = field(default_factory=dict)
    equal: list[tuple[dict[Cell, float], float]] = field(default_factory=list)
    most: list[tuple[dict[Cell, float], float]] = field(default_factory=list)
    wanted: set[Cell] = field(default_factory=set)

    def add_file(self, frame: pd.DataFrame) -> None:
        """Everything a file says."""
        cells = {
            (row["academic_year"], row["measure"], row["characteristic"], row["category"]): row
            for row in frame.to_dict("records")
        }
        whole = {key[:2]: row for key, row in cells.items() if key[2] == TOTAL}
        for key, row in cells.items():
            top = whole[key[:2]]["n"]
            size = 5000 if pd.isna(top) else int(top)
            self._number(("n", *key), row["n"], (0, size))
            proportion = measures.book[key[1]].statistic == "proportion"
            total = None if pd.isna(row["total"]) else row["total"] / UNIT
            room = (0, size) if proportion else (-1e6, 1e6)
            if not pd.isna(row["total_low"]):
                room = (row["total_low"] / UNIT, row["total_high"] / UNIT)
            self._number(("t", *key), total, room)
            if proportion:
                self.most.append(({("t", *key): 1, ("n", *key): -1}, 0))
        self._add_up(cells)
        self._same_children(cells)
        self._standards(cells)

    def _number(self, cell: Cell, value: object, room: tuple[float, float]) -> None:
        low, high = (
            (float(value), float(value)) if value is not None and not pd.isna(value) else room
        )
        before = self.bounds.get(cell, (-math.inf, math.inf))
        self.bounds[cell] = (max(low, before[0]), min(high, before[1]))
        if low != high:
            self.wanted.add(cell)

    def _add_up(self, cells: Iterable[tuple[str, str, str, str]]) -> None:
        every = set(cells)
        for year, name in {key[:2] for key in every}:
            for characteristic in CHARACTERISTICS:
                parts = [key for key in every if key[:3] == (year, name, characteristic)]
                for kind in ("n", "t"):
                    if parts:
                        terms = {(kind, *key): 1.0 for key in parts}
                        terms[kind, year, name, TOTAL, TOTAL] = -1.0
                        self.equal.append((terms, 0))

    def _same_children(self, cells: Iterable[tuple[str, str, str, str]]) -> None:
        for year, name, *group in cells:
            for other, one in measures.book.items():
                mine = measures.book[name]
                if other >= name or (year, other, *group) not in cells:
                    continue
                if (one.stage, one.denominator) != (mine.stage, mine.denominator):
                    continue
                terms = {("n", year, name, *group): 1.0, ("n", year, other, *group): -1.0}
                kinds = {mine.statistic, one.statistic}
                if kinds == {"proportion"}:
                    self.equal.append((terms, 0))
                elif mine.statistic == "mean" and one.statistic == "proportion":
                    self.most.append((terms, 0))

    def _standards(self, cells: Mapping[tuple[str, str, str, str], object]) -> None:
        for year, name, *group in cells:
            here = {
                other: ("t", year, other, *group)
                for other in measures.book
                if (year, other, *group) in cells
            }
            for easier in BELOW.get(name, ()):
                if easier in here and _same(name, easier):
                    self.most.append(({here[name]: 1, here[easier]: -1}, 0))
            parts = JOINT.get(name, ())
            if name in ("eyfsp_all_goals", "ks4_5ac_em"):
                parts = ()
            if parts and all(part in here and _same(name, part) for part in parts):
                terms = {here[part]: 1.0 for part in parts} | {here[name]: -1.0}
                terms["n", year, name, *group] = -(len(parts) - 1.0)
                self.most.append((terms, 0))
            for together in SUMS[:1]:
                if name == together[0] and all(part in here for part in together):
                    terms = {here[part]: 1.0 for part in together[1:]} | {here[name]: -1.0}
                    self.equal.append((terms, 0))

    def know(self, known: Known) -> None:
        """What he learned elsewhere."""
        for cell, (low, high) in known.items():
            if cell in self.bounds:
                before = self.bounds[cell]
                self.bounds[cell] = (max(low, before[0]), min(high, before[1]))

    def ranges(self, wanted: Iterable[Cell] | None = None) -> dict[Cell, tuple[float, float]]:
        """How closely each withheld number is known. AssertionError where nothing fits.

        What is known is put in, and what then hangs together is solved by itself.
        """
        free = [cell for cell, (low, high) in self.bounds.items() if low != high]
        places = {cell: at for at, cell in enumerate(free)}
        equal, same = self._matrix(self.equal, places)
        most, room = self._matrix(self.most, places)
        rows = vstack([equal, most])
        joined = csr_array(rows.T.astype(bool).astype(int) @ rows.astype(bool).astype(int))
        _, part = connected_components(joined, directed=False)
        bounds = np.array([self.bounds[cell] for cell in free]).reshape(-1, 2)
        found = {}
        for cell in sorted(self.wanted if wanted is None else wanted):
            if cell not in places:
                found[cell] = self.bounds[cell]
                continue
            own = np.flatnonzero(part == part[places[cell]])
            cost = np.zeros(len(own))
            cost[own.searchsorted(places[cell])] = 1
            left, under = (_of(one, own) for one in (equal, most))
            ends = []
            for sign in (1, -1):
                solved = linprog(
                    sign * cost,
                    A_eq=equal[left][:, own] if len(left) else None,
                    b_eq=same[left] if len(left) else None,
                    A_ub=most[under][:, own] if len(under) else None,
                    b_ub=room[under] if len(under) else None,
                    bounds=bounds[own],
                    method="highs",
                )
                assert solved.status == 0, (cell, solved.message)
                ends.append(sign * solved.fun)
            found[cell] = (ends[0], ends[1])
        return found

    def _matrix(self, rows: list, places: Mapping[Cell, int]) -> tuple[csr_array, np.ndarray]:
        """Rows over the unknown numbers alone, the known ones taken to the right-hand side."""
        at, right, kept = [], [], 0
        for terms, most in rows:
            if not all(cell in self.bounds for cell in terms):
                continue
            at += [(kept, places[cell], sign) for cell, sign in terms.items() if cell in places]
            known = sum(
                sign * self.bounds[cell][0] for cell, sign in terms.items() if cell not in places
            )
            right.append(most - known)
            kept += 1
        r, c, v = zip(*at, strict=True) if at else ((), (), ())
        return csr_array((v, (r, c)), shape=(kept, len(places))), np.array(right)


def _of(matrix: csr_array, own: np.ndarray) -> np.ndarray:
    """The rows that say something of these unknowns."""
    return np.flatnonzero(np.diff(matrix[:, own].indptr))


def _same(one: str, other: str) -> bool:
    return measures.book[one].denominator == measures.book[other].denominator


def values(found: tuple[float, float]) -> int:
    """How many whole numbers a range leaves."""
    return math.floor(found[1] + 1e-6) - math.ceil(found[0] - 1e-6) + 1
