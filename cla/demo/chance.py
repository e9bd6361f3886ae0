"""Chance that is the same everywhere: on every machine, Python and numpy, in every order of work.

Each thing that is drawn has its own stream, named by what it is for ("child 4021, reviews"), so
adding a draw in one place changes nothing in another. The numbers are SplitMix64 (Steele, Lea and
Flood 2014): numpy and Python promise the same stream only within a version, and a demonstration
should not change under the feet of those who know it. Nothing here is fit for secrets.
"""

from __future__ import annotations

import math
import zlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
_UNIT = 2.0**-53


def _mix(value: int) -> int:
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


@cache
def _word(part: str) -> int:
    return zlib.crc32(part.encode()) + (len(part) << 32)


def key(*parts: int | str) -> int:
    """One 64-bit number from the parts of a name, well spread."""
    state = 0
    for part in parts:
        number = part if isinstance(part, int) else _word(part)
        state = ((state ^ number) * 0xD1342543DE82EF95 + _STEP) & _MASK
        state ^= state >> 29
    return _mix(state)


@dataclass(frozen=True)
class Weights:
    """Things to pick from, each with its share."""

    names: tuple[str, ...]
    upto: tuple[float, ...]

    @classmethod
    def of(cls, shares: Mapping[str, float]) -> Weights:
        """From name -> share; the shares need not add up to one."""
        return cls(tuple(shares), tuple(accumulate(shares.values())))

    def at(self, unit: float) -> str:
        """The name at a point of the unit interval."""
        place = bisect_right(self.upto, unit * self.upto[-1])
        return self.names[min(place, len(self.names) - 1)]


class Chance:
    """One stream of chances."""

    __slots__ = ("_state",)

    def __init__(self, *name: int | str) -> None:
        self._state = key(*name)

    def unit(self) -> float:
        """From 0 up to but not including 1."""
        value = self._state = (self._state + _STEP) & _MASK
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((value ^ (value >> 31)) >> 11) * _UNIT

    def happens(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return self.unit() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included; low when high is below it."""
        return low + int(self.unit() * (high - low + 1)) if high > low else low

    def wait(self, mean: float) -> int:
        """Whole days until something that comes on average after ``mean`` days."""
        return int(-mean * math.log(1.0 - self.unit()))

    def pick(self, weights: Weights) -> str:
        """One of the names, as often as its share."""
        return weights.at(self.unit())

    def normal(self, mean: float = 0.0, sd: float = 1.0) -> float:
        """Nearly normal: twelve units added up, so no power or root that machines round
        differently."""
        return mean + sd * (sum(self.unit() for _ in range(12)) - 6.0)


def _spread(keys: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Numbers from 0 to 1 for keys and offsets of one shape, or shapes that spread to one."""
    with np.errstate(over="ignore"):
        value = (keys + offsets) * np.uint64(_STEP)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    value ^= value >> np.uint64(31)
    return np.asarray((value >> np.uint64(11)).astype(np.float64) * _UNIT)


def units(keys: np.ndarray, purpose: str) -> np.ndarray:
    """One number from 0 to 1 for each key (unsigned 64-bit) and purpose, in any order of keys."""
    return _spread(keys, np.uint64(key(purpose)) + np.zeros(1, dtype=np.uint64))


def normals(keys: np.ndarray, purpose: str) -> np.ndarray:
    """Nearly normal numbers, one a key and purpose."""
    offsets = np.array([key(f"{purpose} {i}") for i in range(12)], dtype=np.uint64)
    return np.asarray(_spread(keys[np.newaxis, :], offsets[:, np.newaxis]).sum(axis=0) - 6.0)


def picks(weights: Weights, at: np.ndarray) -> np.ndarray:
    """The names at many points of the unit interval (object array)."""
    place = np.searchsorted(np.array(weights.upto), at * weights.upto[-1], side="right")
    return np.array(weights.names, dtype=object)[np.minimum(place, len(weights.names) - 1)]
