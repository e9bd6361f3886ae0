"""The attacker: somebody who puts together all that can be seen, and solves for what is hidden.

Unknown are the numbers of children in the finest cells (sex by SEN by time in care by placement by
outcome, say). Every figure that is shown is an equation over these cells. The attacker even knows
which of the hidden counts are small ones, and of each hidden figure guesses that it is about few. A
hidden number is given away when whole numbers in all cells leave it one value only.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, identity, vstack

SMALL = 5
MOST = 10_000
State = Mapping[str, str]


@dataclass
class Attack:
    """Cells are all combinations of ``axes``; what is known and what is wanted is added.

    ``possible`` leaves out combinations that cannot be.
    """

    axes: Mapping[str, Sequence[str]]
    possible: Callable[[State], bool] = lambda state: True
    states: list[State] = field(init=False)
    _rows: list[np.ndarray] = field(default_factory=list)
    _lows: list[int] = field(default_factory=list)
    _highs: list[int] = field(default_factory=list)
    _wanted: dict[str, np.ndarray] = field(default_factory=dict)
    _tables: list[np.ndarray] = field(default_factory=list)
    """Tables that fit all that is known, as far as the search met them."""
    _guessed: dict[str, tuple[np.ndarray, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = list(self.axes)
        combined = itertools.product(*self.axes.values())
        every = (dict(zip(names, one, strict=True)) for one in combined)
        self.states = [state for state in every if self.possible(state)]

    def _who(self, chosen: Callable[[State], bool]) -> np.ndarray:
        return np.array([chosen(state) for state in self.states], dtype="float64")

    def knows(self, chosen: Callable[[State], bool], count: int) -> None:
        """A number that is shown."""
        self._add(self._who(chosen), count, count)

    def knows_between(self, chosen: Callable[[State], bool], low: int, high: int) -> None:
        """Bounds of a number that are shown."""
        self._add(self._who(chosen), low, high)

    def wants(self, name: str, chosen: Callable[[State], bool], true: int) -> None:
        """A count that is hidden; a small one is known to be small."""
        row = self._who(chosen)
        if 0 < true <= SMALL:
            self._add(row, 1, SMALL)
        self._wanted[name] = row

    def guesses(
        self, name: str, chosen: Callable[[State], bool], true: int, least: int = 1
    ) -> None:
        """A count behind a figure that is hidden, for a reason that is not said; a small one is
        guessed to be small (``least`` to 5), one such at a time."""
        self._wanted[name] = self._who(chosen)
        if least <= true <= SMALL:
            self._guessed[name] = (self._wanted[name], least)

    def _add(self, row: np.ndarray, low: int, high: int) -> None:
        self._rows.append(row)
        self._lows.append(low)
        self._highs.append(high)

    @property
    def targets(self) -> int:
        """How many numbers are hidden."""
        return len(self._wanted)

    def finds(self) -> dict[str, int]:
        """The hidden numbers that have one value only, with it. ValueError: nothing fits at all."""
        if not self._wanted:
            return {}
        names = list(self._wanted)
        wanted = np.array([self._wanted[name] for name in names])
        low, high = self._search(wanted.sum(axis=0), wanted)
        for at in range(len(names)):
            if low[at] == high[at]:
                for solution in self._search(wanted[at], wanted, both=True):
                    low, high = np.minimum(low, solution), np.maximum(high, solution)
        single = {name: int(low[at]) for at, name in enumerate(names) if low[at] == high[at]}
        return single | self._by_guessing()

    def _by_guessing(self) -> dict[str, int]:
        """What a guess that a hidden number is small makes certain."""
        found = {}
        for name, (row, least) in self._guessed.items():
            seen = {round(float(row @ table)) for table in self._tables}
            if len(seen & set(range(least, SMALL + 1))) > 1:
                continue
            self._add(row, least, SMALL)
            low, high = self._search(row, row[np.newaxis])
            del self._rows[-1], self._lows[-1], self._highs[-1]
            if low[0] == high[0]:
                found[name] = int(low[0])
        return found

    def _search(
        self, aim: np.ndarray, wanted: np.ndarray, *, both: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """What is wanted in the tables in which an aim is lowest and highest."""
        ends = [wanted @ self._solved(aim), wanted @ self._solved(-aim)]
        if both:
            return ends[0], ends[1]
        return np.minimum(*ends), np.maximum(*ends)

    def _solved(self, aim: np.ndarray) -> np.ndarray:
        matrix = csr_matrix(np.array(self._rows)) if self._rows else identity(len(aim))
        lows = np.array(self._lows) if self._rows else np.zeros(len(aim))
        highs = np.array(self._highs) if self._rows else np.full(len(aim), MOST)
        found = milp(
            aim,
            constraints=LinearConstraint(vstack([matrix]), lows, highs),
            bounds=Bounds(0, MOST),
            integrality=np.ones(len(aim)),
        )
        if found.x is None:
            raise ValueError(f"what is shown cannot be: {found.message}")
        self._tables.append(np.round(found.x))
        return self._tables[-1]
