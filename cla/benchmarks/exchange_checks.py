"""What the cells of a shared file cannot be: impossible numbers, small ones, ones that follow.

A file comes from outside. Each check names the first row that fails, by its position, and says why
in a sentence; a check that concerns several rows names the row of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cla import measures
from cla.benchmarks.bounds import tightened
from cla.benchmarks.cells import KEY, SHOWN, UNIT, categories
from cla.benchmarks.tidy import TOTAL

LEAST = 10
"""Children below which a cell stays at home."""
MOST_CHILDREN = 20_000
LARGEST_SCORE = 200
"""Larger than any score or point of a measure without limits of its own."""
FEW = 5
"""A total of this many or fewer, or all but this many or fewer, is withheld."""
AGAIN = "; ask for a new file."
Found = tuple[int | None, str] | None


def problem(frame: pd.DataFrame, years: Sequence[str]) -> Found:
    """The first thing wrong with the cells of one authority: (position or None, sentence)."""
    return _names(frame, years) or _each(frame) or _tables(frame)


def _first(mask: pd.Series | np.ndarray, sentence: str) -> Found:
    wrong = np.asarray(mask, dtype=bool)
    return (int(wrong.argmax()), sentence) if wrong.any() else None


def _names(frame: pd.DataFrame, years: Sequence[str]) -> Found:
    """Years, measures, groups that are not there to be shared, and cells given twice."""
    known = categories()
    pairs = {(name, category) for name, every in known.items() for category in every}
    own = list(zip(frame["characteristic"], frame["category"], strict=True))
    never = {
        (name, year)
        for name, year in set(zip(frame["measure"], frame["academic_year"], strict=True))
        if name in measures.book and not measures.available(name, year).available
    }
    of_year = list(zip(frame["measure"], frame["academic_year"], strict=True))
    return (
        _first(~frame["academic_year"].isin(years), "is of a year that the top does not list.")
        or _first(
            ~frame["measure"].isin(list(measures.book)),
            "is of a measure that this program does not know; update the program, or ask for a"
            " file of an earlier version.",
        )
        or _first(
            np.array([each in never for each in of_year]),
            "is of a measure that its year did not have.",
        )
        or _first(
            np.array([pair not in pairs for pair in own]), "is of a group that is not shared."
        )
        or _first(frame.duplicated(list(KEY)), "is of a cell that the file has already.")
    )


def _each(frame: pd.DataFrame) -> Found:
    """Numbers that no group of children can have, and those of too few children."""
    shown = (frame["held"] == SHOWN).to_numpy()
    given = {name: frame[name].notna().to_numpy() for name in ("n", "total", "squares")}
    low, high = frame["total_low"], frame["total_high"]
    ranged = (low.notna() & high.notna()).to_numpy()
    half = (low.notna() ^ high.notna()).to_numpy()
    proportion = frame["measure"].map(
        {name: one.statistic == "proportion" for name, one in measures.book.items()}
    )
    is_proportion = proportion.to_numpy(dtype=bool)
    whole = shown & ~(given["n"] & given["total"] & given["squares"] & ranged)
    apart = shown & ~((low == frame["total"]) & (high == frame["total"])).to_numpy(
        dtype=bool, na_value=False
    )
    without = ~shown & (given["total"] | given["squares"])
    loose = ~shown & (half | (ranged & ~given["n"]) | (ranged & ~is_proportion))
    lost = ~shown & given["n"] & ~ranged & is_proportion
    n = frame["n"].to_numpy(dtype=np.int64, na_value=0)
    return (
        _first(whole, f"is shown but lacks a number{AGAIN}")
        or _first(apart, f"is shown with a range that is not its total{AGAIN}")
        or _first(without, f"is withheld but gives a total or squares{AGAIN}")
        or _first(loose, f"is withheld with a range that it cannot have{AGAIN}")
        or _first(lost, f"is withheld without the range that its total lies in{AGAIN}")
        or _first(
            given["n"] & (n < LEAST),
            f"is of fewer than {LEAST} children, which must not leave their authority{AGAIN}",
        )
        or _first(n > MOST_CHILDREN, "is of more children than any authority looks after.")
        or _proportions(frame, is_proportion, shown, n)
        or _scores(frame, shown & ~is_proportion)
    )


def _proportions(
    frame: pd.DataFrame, chosen: np.ndarray, shown: np.ndarray, n: np.ndarray
) -> Found:
    """Totals of proportions: whole children, not more than there are, and not a few."""
    total, low, high = (
        frame[name].to_numpy(dtype=np.int64, na_value=0)
        for name in ("total", "total_low", "total_high")
    )
    squares = frame["squares"].to_numpy(dtype=np.int64, na_value=0)
    here = chosen & shown
    held = chosen & ~shown & frame["total_low"].notna().to_numpy()
    parts = (total % UNIT != 0) | (low % UNIT != 0) | (high % UNIT != 0)
    reached, least, most = total // UNIT, low // UNIT, high // UNIT
    few = here & ((reached <= FEW) | (n - reached <= FEW))
    return (
        _first(chosen & parts, "is a percentage whose total is not a whole number of children.")
        or _first(here & ((reached > n) | (total < 0)), "has a total larger than its children.")
        or _first(here & (squares != total), "is a percentage whose squares are not its total.")
        or _first(few, f"shows that a few reached or missed a standard{AGAIN}")
        or _first(
            held & ((least < 0) | (most > n) | (least > most)),
            "has a range that its children cannot have.",
        )
        or _first(held & (least == most), f"gives away what it withholds{AGAIN}")
    )


def _scores(frame: pd.DataFrame, chosen: np.ndarray) -> Found:
    """Sums of scores: within the scale, and squares that such scores can have."""
    places = np.flatnonzero(chosen)
    numbers = [frame[name].to_numpy(dtype=object)[places] for name in ("n", "total", "squares")]
    for place, name, n, total, squares in zip(
        places.tolist(), frame["measure"].to_numpy()[places], *numbers, strict=True
    ):
        sentence = _score(str(name), int(n), int(total), int(squares))
        if sentence:
            return place, sentence
    return None


def _score(name: str, n: int, total: int, squares: int) -> str:
    """Why these cannot be the sums of n scores; "" when they can. Each score is rounded to 1e-8."""
    definition = measures.book[name]
    lowest = max(definition.minimum, -LARGEST_SCORE)
    highest = min(definition.maximum, LARGEST_SCORE)
    if not n * (lowest * UNIT - 1) <= total <= n * (highest * UNIT + 1):
        return "has a sum of scores that lies outside the scale of its measure."
    if squares < 0:
        return "has squares below zero."
    least = max(abs(total) - n, 0)
    if (squares + n) * n * UNIT < least * least:
        return "has squares that are too small for its total."
    if squares > n * (max(lowest**2, highest**2) * UNIT + 1):
        return "has squares that are too large for the scale of its measure."
    return ""


def _tables(frame: pd.DataFrame) -> Found:
    """Groups beside their whole: they do not exceed it, and none that is withheld follows."""
    numbers = {
        name: frame[name].to_numpy(dtype=object)
        for name in ("n", "total", "squares", "total_low", "total_high")
    }
    shown = (frame["held"] == SHOWN).to_numpy()
    whole_of: dict[tuple[str, str], int] = {}
    groups: dict[tuple[str, str, str], list[int]] = {}
    names = zip(frame["academic_year"], frame["measure"], frame["characteristic"], strict=True)
    for place, (year, name, characteristic) in enumerate(names):
        if characteristic == TOTAL:
            whole_of[year, name] = place
        else:
            groups.setdefault((year, name, characteristic), []).append(place)
    for (year, name, _), parts in groups.items():
        whole = whole_of.get((year, name))
        if whole is None or numbers["n"][whole] is pd.NA:
            return parts[0], f"is of a group without everybody of its measure{AGAIN}"
        table = _Table(numbers, shown, whole, parts, measures.book[name].statistic == "proportion")
        sentence = table.children() or table.sums()
        if sentence:
            return whole, sentence
    return None


EXCEEDS = "has groups that add up to another number than all of them together."
FOLLOWS = f"withholds a group that follows from the others{AGAIN}"


class _Table:
    """One measure of one year: the groups of one characteristic beside everybody."""

    def __init__(
        self,
        numbers: dict[str, np.ndarray],
        shown: np.ndarray,
        whole: int,
        parts: list[int],
        proportion: bool,
    ) -> None:
        self.numbers, self.whole, self.parts = numbers, whole, parts
        self.known = [part for part in parts if numbers["n"][part] is not pd.NA]
        self.shown = [part for part in parts if shown[part]]
        self.whole_shown = bool(shown[whole])
        self.proportion = proportion
        self.n = int(numbers["n"][whole])
        self.rest = self.n - sum(int(numbers["n"][part]) for part in self.known)

    def children(self) -> str:
        """Why the numbers of children do not fit; "" when they do."""
        hidden = len(self.parts) - len(self.known)
        if self.rest < 0 or (not hidden and self.rest):
            return EXCEEDS
        return FOLLOWS if hidden == 1 or (hidden and self.rest < LEAST) else ""

    def sums(self) -> str:
        """Why the totals do not fit; "" when they do."""
        if self.proportion:
            return self._ranges()
        if not self.whole_shown:
            return FOLLOWS if len(self.shown) == len(self.parts) else ""
        left = {name: self._left(name) for name in ("total", "squares")}
        n = self.n - sum(int(self.numbers["n"][part]) for part in self.shown)
        if n == 0:
            return EXCEEDS if any(left.values()) else ""
        if len(self.parts) - len(self.shown) == 1:
            return FOLLOWS
        least = max(abs(left["total"]) - 2 * self.n, 0)
        too_much = left["squares"] < -self.n
        return EXCEEDS if too_much or (left["squares"] + self.n) * n * UNIT < least**2 else ""

    def _left(self, name: str) -> int:
        values = self.numbers[name]
        return int(values[self.whole]) - sum(int(values[part]) for part in self.shown)

    def _ranges(self) -> str:
        """Whether the ranges can be true together, and none of them comes down to one number."""
        low, high = [], []
        for part in self.parts:
            if part in self.known:
                low.append(int(self.numbers["total_low"][part]) // UNIT)
                high.append(int(self.numbers["total_high"][part]) // UNIT)
            else:
                low.append(0)
                high.append(self.rest)
        whole = [
            int(self.numbers[name][self.whole]) // UNIT for name in ("total_low", "total_high")
        ]
        found = tightened((whole[0], whole[1]), low, high)
        if found is None:
            return EXCEEDS
        (whole_low, whole_high), low, high = found
        hidden = [at for at, part in enumerate(self.parts) if part not in self.shown]
        single = any(low[at] == high[at] for at in hidden)
        return FOLLOWS if single or (not self.whole_shown and whole_low == whole_high) else ""
