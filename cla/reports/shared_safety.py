"""Which cells of a year leave their authority: no small number, and none that follows from others.

The cells of one key stage and year are a table: a row a measure, a column everybody ("whole") or
one group of a characteristic. First what is small is withheld, then more, until from everything
that is given no withheld number can be told closer than ``ROOM``. What is withheld keeps the range
that its total lies in. Each year is decided by itself, so that a year looks the same in every file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cla.benchmarks.bounds import tightened
from cla.measures.suppression import Rules
from cla.reports.measure_safety import INSIDE

ROOM = 3
"""A withheld number must be able to be at least this much smaller or larger."""
OPEN, FEW, NEARLY_ALL, BETWEEN = 0, 1, 2, 3
"""Why a total is withheld: it is not; few reached it; all but a few did; for the sake of others."""


JOINT: Mapping[str, tuple[str, ...]] = {
    **{
        f"ks1_rwm_{one}": tuple(f"ks1_{part}_{one}" for part in ("read", "writ", "mat"))
        for one in ("exp", "l2", "l2b", "l3")
    },
    "ks2_rwm_exp": ("ks2_read_exp", "ks2_writ_exp", "ks2_mat_exp"),
    "ks2_rwm_high": ("ks2_read_high", "ks2_writ_gds", "ks2_mat_high"),
    "ks2_rwm_l4": ("ks2_read_l4", "ks2_writ_l4", "ks2_mat_l4"),
    "ks2_rwm_l4b": ("ks2_read_l4b", "ks2_writ_l4", "ks2_mat_l4b"),
    "ks2_rwm_l5": ("ks2_read_l5", "ks2_writ_l5", "ks2_mat_l5"),
    "ks4_em94": ("ks4_eng94", "ks4_mat94"),
    "ks4_em95": ("ks4_eng95", "ks4_mat95"),
    "eyfsp_gld": tuple(f"eyfsp_{one}" for one in ("com", "pse", "phy", "lit", "mat")),
    "eyfsp_all_goals": tuple(
        f"eyfsp_{one}" for one in ("com", "pse", "phy", "lit", "mat", "utw", "exp")
    ),
    "ks4_5ac_em": ("ks4_5ac", "ks4_em_ac"),
}
"""Standards that are reached exactly by those who reached all of the others (or at most by them).
"""
_PASSES = ("ks4_eng94", "ks4_mat94")
BELOW: Mapping[str, tuple[str, ...]] = {
    name: tuple(
        dict.fromkeys(
            (
                *INSIDE.get(name, ()),
                *JOINT.get(name, ()),
                *(("ks4_any_pass",) if name in _PASSES else ()),
                *(("eyfsp_gld",) if name == "eyfsp_all_goals" else ()),
            )
        )
    )
    for name in (*INSIDE, *JOINT, *_PASSES)
}
"""The standards that everybody has reached who reached this one."""
_EXACT = {name for name in JOINT if not name.startswith(("eyfsp_all", "ks4_5ac"))}
SUMS: Sequence[tuple[str, ...]] = tuple(
    tuple(f"{whole}{part}" for part in ("", "_eng", "_mat", "_ebacc", "_open"))
    for whole in ("ks4_att8", "ks4_p8")
)
"""Averages of which one follows from the others."""


@dataclass(eq=False)
class Table:
    """The cells of one key stage and year, with what of them is withheld.

    ``names`` are the measures (rows), ``groups`` the columns of each characteristic; column 0 is
    everybody. ``n`` and ``reached`` are whole numbers of children; ``reached`` only means something
    where ``proportion``. ``n_held`` and ``held`` (the total) grow while the table is made safe;
    ``why`` says why a total is withheld, ``low`` and ``high`` are the range it lies in, by what is
    given. ``dropped``: a measure is not split by that characteristic at all.
    """

    names: Sequence[str]
    groups: Mapping[str, Sequence[int]]
    n: np.ndarray
    reached: np.ndarray
    proportion: np.ndarray
    rules: Rules
    n_held: np.ndarray
    held: np.ndarray
    why: np.ndarray = field(init=False)
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)
    loose: np.ndarray = field(init=False)
    dropped: dict[str, np.ndarray] = field(init=False)

    def __post_init__(self) -> None:
        self.why = np.zeros(self.n.shape, dtype=np.int8)
        self.low, self.high = self.reached.copy(), self.reached.copy()
        self.loose = np.zeros(len(self.names), dtype=bool)
        self.dropped = {name: np.zeros(len(self.names), dtype=bool) for name in self.groups}
        self._row = {name: row for row, name in enumerate(self.names)}
        size = self.n.max(axis=0, initial=0)
        self._order = {
            name: sorted(columns, key=lambda at: (int(size[at]), at))
            for name, columns in self.groups.items()
        }

    def make_safe(self) -> None:
        """Withhold until nothing small is given and nothing withheld follows."""
        least = self.rules.denominator_max
        self.n_held[:, 0] |= self.n[:, 0] <= least
        for name in self.groups:
            self._sizes(name)
        self._small_totals()
        for row in range(len(self.names)):
            self._partners(row)
        while self._narrow():
            continue

    # -- numbers of children ---------------------------------------------------------------------

    def _sizes(self, characteristic: str) -> None:
        """Withhold the numbers of the same groups in every measure of the key stage.

        Measures count nearly the same children, so that what one hides another would show.
        """
        self.dropped[characteristic] |= self.n_held[:, 0]
        own = np.flatnonzero(~self.dropped[characteristic]).tolist()
        hidden = self._groups_to_hide(own, characteristic)
        if hidden is None:
            alone = [row for row in own if self._groups_to_hide([row], characteristic) is None]
            self.dropped[characteristic][alone] = True
            own = np.flatnonzero(~self.dropped[characteristic]).tolist()
            hidden = self._groups_to_hide(own, characteristic)
        if hidden is None:
            self.dropped[characteristic][:] = True
            return
        self.n_held[np.ix_(np.array(own, dtype=int), np.array(hidden, dtype=int))] = True

    def _groups_to_hide(self, rows: Iterable[int], characteristic: str) -> list[int] | None:
        """The columns whose numbers must be withheld; None when none could be left."""
        rows = list(rows)
        n = self.n[rows]
        present = [at for at in self._order[characteristic] if n[:, at].any()]
        least = self.rules.denominator_max
        hidden = [at for at in present if ((n[:, at] > 0) & (n[:, at] <= least)).any()]
        for at in [None, *(at for at in present if at not in hidden)]:
            hidden += [] if at is None else [at]
            if all(self._sizes_hide(one, hidden) for one in n):
                return hidden if len(hidden) < len(present) or not hidden else None
        return None

    def _sizes_hide(self, n: np.ndarray, hidden: Sequence[int]) -> bool:
        """Whether the sum of the hidden numbers leaves each of them open."""
        if not hidden:
            return True
        least = self.rules.denominator_max
        sizes = [int(n[at]) for at in hidden]
        together = sum(sizes)
        if len(hidden) < 2 or together <= least:
            return False
        low = [0 if size <= least else least + 1 for size in sizes]
        high = [least if size <= least else together for size in sizes]
        found = tightened((together, together), low, high)
        return found is not None and all(b - a >= ROOM for a, b in zip(*found[1:], strict=True))

    # -- totals ----------------------------------------------------------------------------------

    def _small_totals(self) -> None:
        """Withhold totals of a few or of all but a few, of those between two standards, and of
        averages that go with withheld ones."""
        limit = self.rules.numerator_max
        percents = self.proportion[:, None] & (self.n > 0)
        few = percents & (self.reached <= limit)
        all_but = percents & ~few & (self.n - self.reached <= limit)
        self.why[few], self.why[all_but] = FEW, NEARLY_ALL
        self.held |= few | all_but | self.n_held | self._between_standards(limit)
        for together in SUMS:
            rows = [self._row[name] for name in together if name in self._row]
            if rows:
                self.held[rows] |= self.held[rows].any(axis=0)
        for row in np.flatnonzero(self.held[:, 0]):
            self.held[row] = True
        self.why[self.held & (self.why == OPEN)] = BETWEEN

    def _between_standards(self, limit: int) -> np.ndarray:
        """Where a few reached an easier standard and not this one."""
        found = np.zeros(self.n.shape, dtype=bool)
        for name, easier in BELOW.items():
            for other in easier:
                if name in self._row and other in self._row:
                    mine, theirs = self._row[name], self._row[other]
                    step = self.reached[theirs] - self.reached[mine]
                    same = self.n[theirs] == self.n[mine]
                    found[mine] |= same & (step > 0) & (step <= limit)
        return found

    def _partners(self, row: int) -> None:
        """Withhold groups of a measure until those withheld could be given as one."""
        for name, columns in self._order.items():
            if self.dropped[name][row] or self.n_held[row, 0]:
                continue
            while not self._together_safe(row, columns):
                if not self._withhold_next(row, columns):
                    break

    def _together_safe(self, row: int, columns: Sequence[int]) -> bool:
        """Whether what the withheld groups have in common, which follows, may be given."""
        gone = [at for at in columns if self.held[row, at] and self._exists(row, at)]
        if not gone or self.held[row, 0]:
            return True
        n, reached = int(self.n[row, gone].sum()), int(self.reached[row, gone].sum())
        if len(gone) < 2 or n <= self.rules.denominator_max:
            return False
        limit = self.rules.numerator_max
        return not self.proportion[row] or limit < reached < n - limit

    def _exists(self, row: int, at: int) -> bool:
        return bool(self.n[row, at] > 0 or self.n_held[row, at])

    def _withhold_next(self, row: int, columns: Sequence[int]) -> bool:
        """Withhold the smallest group that is given; False when there is none."""
        for at in columns:
            if not self.held[row, at] and self.n[row, at] > 0:
                self.held[row, at], self.why[row, at] = True, BETWEEN
                return True
        return False

    # -- what follows ----------------------------------------------------------------------------

    def _narrow(self) -> bool:
        """Withhold more for the measures whose withheld totals can be told too closely.

        False when there are none.
        """
        for strict, standards in ((True, False), (False, False), (True, True), (False, True)):
            self._ranges(strict=strict, standards=standards)
            close = self._too_close(strict)
            if len(close):
                for row, at in close:
                    if not (standards and self._withhold_related(row, at)):
                        self._withhold_beside(row, at)
                return True
        return False

    def _too_close(self, strict: bool) -> list[tuple[int, int]]:
        """Withheld totals that can be told closer than allowed: rows and columns.

        ``strict``: by somebody who knows the rules, and so what is withheld for the sake of others.
        """
        given = self.proportion & ~self.loose & ~self.n_held[:, 0]
        checked = self.held & given[:, None] & (self.n > 0)
        for name, columns in self.groups.items():
            checked[np.ix_(self.dropped[name], np.array(columns, dtype=int))] = False
        small = (self.why == FEW) | (self.why == NEARLY_ALL) | self.n_held
        room = np.where(small, ROOM, 0 if strict else 1)
        rows, columns_ = np.nonzero(checked & (self.high - self.low < room))
        return list(zip(rows.tolist(), columns_.tolist(), strict=True))

    def _withhold_related(self, row: int, at: int) -> bool:
        """The same of the standards that say something of this one; False when all are withheld."""
        near = self._related(row)
        open_ones = [other for other in near if not self.held[other, at] and self.n[other, at]]
        for other in open_ones:
            self.held[other, at] = True
            if at == 0:
                self.held[other] = True
        self.why[self.held & (self.why == OPEN)] = BETWEEN
        for other in open_ones:
            self._partners(other)
        return bool(open_ones)

    def _withhold_beside(self, row: int, at: int) -> None:
        """One more group of the same characteristic; without any, no range for the measure."""
        for columns in self._order.values():
            if at in columns and self._withhold_next(row, columns):
                return
        self.held[row] = True
        self.why[row] = BETWEEN
        self.loose[row] = True

    def _related(self, row: int) -> list[int]:
        """The measures whose totals say something of this one's."""
        name = self.names[row]
        near = {*BELOW.get(name, ()), *(one for one, easier in BELOW.items() if name in easier)}
        for joint, parts in JOINT.items():
            if name in parts:
                near.update(parts)
            if joint in near:
                near.add(joint)
        near.discard(name)
        return [self._row[other] for other in self.names if other in near]

    def _ranges(self, *, strict: bool, standards: bool) -> None:
        """The range that each withheld total lies in, from all that is given."""
        limit = self.rules.numerator_max
        self.low = np.where(self.held, 0, self.reached)
        self.high = np.where(self.held, self.n, self.reached)
        firm = ~self.loose[:, None] & ~self.n_held
        self.high[firm & (self.why == FEW)] = limit
        nearly = firm & (self.why == NEARLY_ALL)
        self.low[nearly] = (self.n - limit)[nearly]
        if strict:
            between = firm & (self.why == BETWEEN)
            self.low[between], self.high[between] = limit + 1, (self.n - limit - 1)[between]
        nobody = (self.n == 0) & ~self.n_held
        self.low[nobody], self.high[nobody] = 0, 0
        np.minimum(self.high, self.n, out=self.high, where=~self.n_held)
        np.maximum(self.low, 0, out=self.low)
        for columns in self.groups.values():  # of withheld numbers only their sum is known
            own = list(columns)
            rest = np.where(self.n_held[:, own], self.n[:, own], 0).sum(axis=1)
            self.high[:, own] = np.where(self.n_held[:, own], rest[:, None], self.high[:, own])
        for _ in range(20):
            before = (self.low.copy(), self.high.copy())
            self._add_up()
            if standards:
                self._nest()
            if (before[0] == self.low).all() and (before[1] == self.high).all():
                return

    def _add_up(self) -> None:
        """Narrow the ranges of groups and their whole by their adding up."""
        for name, columns in self.groups.items():
            use = self.proportion & ~self.dropped[name] & ~self.n_held[:, 0]
            own = np.array(columns, dtype=int)
            if not len(own) or not use.any():
                continue
            low, high = self.low[np.ix_(use, own)], self.high[np.ix_(use, own)]
            least, most = low.sum(axis=1), high.sum(axis=1)
            bottom = np.maximum(self.low[use, 0], least)
            top = np.minimum(self.high[use, 0], most)
            self.low[use, 0], self.high[use, 0] = bottom, top
            self.low[np.ix_(use, own)] = np.maximum(low, bottom[:, None] - (most[:, None] - high))
            self.high[np.ix_(use, own)] = np.minimum(high, top[:, None] - (least[:, None] - low))

    def _nest(self) -> None:
        """Narrow the ranges by what one standard says of another, where both count the same."""
        given = ~self.n_held & (self.n > 0)
        for name, easier in BELOW.items():
            for other in easier:
                if name in self._row and other in self._row:
                    self._nest_two(self._row[name], self._row[other], given)
        for joint, parts in JOINT.items():
            if joint in _EXACT and joint in self._row and all(one in self._row for one in parts):
                self._nest_joint(self._row[joint], [self._row[one] for one in parts], given)

    def _nest_two(self, harder: int, easier: int, given: np.ndarray) -> None:
        same = given[harder] & given[easier] & (self.n[harder] == self.n[easier])
        self.high[harder][same] = np.minimum(self.high[harder], self.high[easier])[same]
        self.low[easier][same] = np.maximum(self.low[harder], self.low[easier])[same]

    def _nest_joint(self, joint: int, parts: Sequence[int], given: np.ndarray) -> None:
        """Those who reached all of k standards are at least the sum of them less (k - 1) n."""
        same = given[[joint, *parts]].all(axis=0) & (self.n[parts] == self.n[joint]).all(axis=0)
        spare = (len(parts) - 1) * self.n[joint]
        low = self.low[parts].sum(axis=0)
        self.low[joint][same] = np.maximum(self.low[joint], low - spare)[same]
        for part in parts:
            most = spare + self.high[joint] - (low - self.low[part])
            self.high[part][same] = np.minimum(self.high[part], most)[same]
