"""One return as the rules read it: tables as plain columns, and the joins that many rules share.

Everything here is computed when first asked for and remembered, so the three hundred rules sort,
join and look up each table once. A position is a row's place in the file, counted from 0; -1 stands
for "no row".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from cla.ssda903 import facts, postcodes
from cla.ssda903.returns import Return, shared
from cla.ssda903.rules.columns import (
    Columns,
    Days,
    Mask,
    Positions,
    at,
    blank,
    contract,
    filled,
)


@dataclass(frozen=True)
class Order:
    """Rows of a table sorted within each child; every array is in the order of the file.

    ``previous`` and ``next`` are positions of the same child's neighbours. Rows without CHILD have
    none and are neither ``first`` nor ``last``.
    """

    sorted: Positions
    previous: Positions
    next: Positions
    first: Mask
    last: Mask


@dataclass(frozen=True)
class Periods:
    """Periods of care: the child, the first DECOM, and the last DEC (NaT while it is open) of
    each."""

    child: npt.NDArray[Any]
    start: Days
    end: Days


def order_rows(child: npt.NDArray[Any], *keys: npt.NDArray[Any]) -> Order:
    """Sort rows by child and then by the keys; equal keys stay in the order of the file."""
    rows = len(child)
    ranked = np.lexsort((np.arange(rows), *reversed(keys), child))
    codes = child[ranked]
    follows = np.zeros(rows, dtype=bool)
    follows[1:] = (codes[1:] == codes[:-1]) & (codes[1:] >= 0)
    leads = np.append(follows[1:], False)
    before = np.where(follows, np.roll(ranked, 1), -1)
    after = np.where(leads, np.roll(ranked, -1), -1)
    previous, following = np.empty(rows, dtype=np.intp), np.empty(rows, dtype=np.intp)
    previous[ranked], following[ranked] = before, after
    known = child >= 0
    return Order(ranked, previous, following, (previous < 0) & known, (following < 0) & known)


def blank_last(dates: Days) -> npt.NDArray[np.int64]:
    """Dates as numbers to sort by, missing ones after all others."""
    return np.where(np.isnat(dates), np.iinfo(np.int64).max, dates.astype("M8[D]").astype(np.int64))


def blank_first(dates: Days) -> npt.NDArray[np.int64]:
    """Dates as numbers to sort by, missing ones before all others."""
    return dates.astype("M8[D]").astype(np.int64)


def join(left: npt.NDArray[Any], right: npt.NDArray[Any]) -> tuple[Positions, Positions]:
    """All pairs of rows, one of each side, that belong to the same child. Rows without CHILD have
    none."""
    children = int(max(left.max(initial=-1), right.max(initial=-1))) + 1
    ranked = np.argsort(right, kind="stable")
    ranked = ranked[np.searchsorted(right[ranked], 0) :]
    counts = np.bincount(right[ranked], minlength=children)
    starts = np.cumsum(counts) - counts
    rows = np.flatnonzero(left >= 0)
    matches = counts[left[rows]] if len(rows) else np.zeros(0, dtype=np.intp)
    lefts = np.repeat(rows, matches)
    within = np.arange(len(lefts)) - np.repeat(np.cumsum(matches) - matches, matches)
    return lefts, ranked[np.repeat(starts[left[rows]], matches) + within]


def flagged(rows: int, positions: Positions) -> Mask:
    """A mask of so many rows, true at these positions (-1 is no row)."""
    mask = np.zeros(rows, dtype=bool)
    mask[positions[positions >= 0]] = True
    return mask


class Records:
    """The tables of a return, of its window (``start`` to ``end``) and of last year (``last``)."""

    def __init__(self, ret: Return) -> None:
        self.ret = ret
        self.year = ret.year
        self.la = ret.la
        self.start = np.datetime64(ret.start, "D")
        self.end = np.datetime64(ret.end, "D")
        self.children = len(ret.children)
        self._tables: dict[str, Columns] = {}
        self._pairs: dict[tuple[int, int], tuple[Positions, Positions]] = {}
        self._facts: dict[Callable[..., Any], Any] = {}

    def has(self, table: str) -> bool:
        """Whether this year's return has the table."""
        return self.ret.has(table)

    def table(self, name: str) -> Columns:
        """The columns of a table of this year. KeyError when the return does not have it."""
        if name not in self._tables:
            self._tables[name] = contract(self.ret, name)
        return self._tables[name]

    header = property(lambda self: self.table("Header"))
    episodes = property(lambda self: self.table("Episodes"))
    uasc = property(lambda self: self.table("UASC"))
    reviews = property(lambda self: self.table("Reviews"))
    oc2 = property(lambda self: self.table("OC2"))
    oc3 = property(lambda self: self.table("OC3"))
    ad1 = property(lambda self: self.table("AD1"))
    placed_adoption = property(lambda self: self.table("PlacedAdoption"))
    prev_perm = property(lambda self: self.table("PrevPerm"))
    missing = property(lambda self: self.table("Missing"))
    sw_episodes = property(lambda self: self.table("SWEpisodes"))
    dolo = property(lambda self: self.table("DoLo"))

    @cached_property
    def last(self) -> Records:
        """Last year's return. LookupError when there is none; rules say so in ``needs``."""
        if self.ret.previous is None:
            raise LookupError("There is no return of last year.")
        return records(self.ret.previous)

    # Joining by child

    def pairs(self, left: Columns, right: Columns) -> tuple[Positions, Positions]:
        """Positions of all pairs of rows of two tables that belong to one child."""
        key = (id(left), id(right))
        if key not in self._pairs:
            self._pairs[key] = join(left.child, right.child)
        return self._pairs[key]

    def any_of_child(self, table: Columns, mask: Mask) -> Mask:
        """By child: whether one of their rows of the table is in the mask."""
        return flagged(self.children, table.child[mask])

    def in_table(self, table: Columns) -> Mask:
        """By child: whether they have a row in the table."""
        return flagged(self.children, table.child)

    def rows_of(self, by_child: npt.NDArray[Any], table: Columns) -> Any:
        """A value by child spread over the rows of a table; missing (or False) where CHILD is."""
        return at(by_child, table.child)

    @cached_property
    def own_authorities(self) -> frozenset[str]:
        """Codes that stand for the authority of the return: as it was given, and the ONS codes of
        today's authorities when it was given as three digits or has ended."""
        return frozenset({self.la or ""}) | postcodes.territory(self.la or "")

    @cached_property
    def continuous(self) -> Mask:
        """By child: looked after continuously for 12 months at 31 March."""
        return facts.continuous_by_child(self.ret)

    # Order and extremes

    def earliest(self, table: Columns, dates: Days, among: Mask | None = None) -> Positions:
        """By child: the row with the earliest date, the first in the file of equals; -1 for
        none."""
        usable = filled(dates) & (table.child >= 0)
        rows = np.flatnonzero(usable if among is None else usable & among)
        ranked = rows[np.lexsort((-rows, -dates[rows].astype("M8[D]").astype(np.int64)))]
        found = np.full(self.children, -1, dtype=np.intp)
        found[table.child[ranked]] = ranked  # the last one written stays
        return found

    def latest(
        self,
        table: Columns,
        dates: Days,
        among: Mask | None = None,
        *,
        last_of_equals: bool = False,
    ) -> Positions:
        """By child: the row with the latest date, the first in the file of equals (or the last);
        -1 for none."""
        usable = filled(dates) & (table.child >= 0)
        rows = np.flatnonzero(usable if among is None else usable & among)
        ties = rows if last_of_equals else -rows
        ranked = rows[np.lexsort((ties, dates[rows].astype("M8[D]").astype(np.int64)))]
        found = np.full(self.children, -1, dtype=np.intp)
        found[table.child[ranked]] = ranked
        return found

    @cached_property
    def first_episode(self) -> Positions:
        """By child: the position of the earliest dated episode in the file."""
        return self.earliest(self.episodes, self.episodes.DECOM)

    @cached_property
    def latest_episode(self) -> Positions:
        """By child: the position of the latest dated episode, the last in the file of equals."""
        return self.latest(self.episodes, self.episodes.DECOM, last_of_equals=True)

    @cached_property
    def episode_order(self) -> Order:
        """Episodes by child and DECOM, a blank DECOM last, ties in the order of the file."""
        return order_rows(self.episodes.child, blank_last(self.episodes.DECOM))

    @cached_property
    def periods(self) -> Periods:
        """Periods of care from the dated episodes: a new one begins when DECOM is after the
        previous DEC.

        A blank previous DEC does not end a period. The end is the DEC of the last episode in it.
        Source: csc-validator-be-903, rules 577, 578 and 707.
        """
        ep = self.episodes
        rows = np.flatnonzero(filled(ep.DECOM) & (ep.child >= 0))
        order = order_rows(ep.child[rows], blank_last(ep.DECOM[rows]))
        rows = rows[order.sorted]
        child, began, ended = ep.child[rows], ep.DECOM[rows], ep.DEC[rows]
        begins = np.ones(len(rows), dtype=bool)
        begins[1:] = (child[1:] != child[:-1]) | (began[1:] > ended[:-1])
        first = np.flatnonzero(begins)
        final = np.append(first[1:], len(rows)) - 1 if len(first) else first
        return Periods(child[first], began[first], ended[final])

    @cached_property
    def respite(self) -> Mask:
        """Episodes of an agreed series of short breaks (LS V3 or V4); a blank LS is not one."""
        return self.episodes.LS.is_in(*facts.RESPITE)

    def remember(self, fact: Callable[[Records], Any]) -> Any:
        """The fact of these records, computed once."""
        if fact not in self._facts:
            self._facts[fact] = fact(self)
        return self._facts[fact]


@shared
def records(ret: Return) -> Records:
    """The records of a return, made once and kept with it."""
    return Records(ret)


__all__ = [
    "Order",
    "Periods",
    "Records",
    "at",
    "blank",
    "blank_first",
    "blank_last",
    "filled",
    "flagged",
    "join",
    "order_rows",
    "records",
]
