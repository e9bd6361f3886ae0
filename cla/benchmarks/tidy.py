"""The tidy form of published figures, and shelves on which they are found by their key.

One row is one figure: what was measured, of whom, where, when, the number or the symbol that
stands for it, and where it was published. Shipped figures and those an analyst imports have the
same columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

TOTAL = "Total"
NUMBERS = ("value", "low", "high", "n", "numerator")
COLUMNS = (
    "measure",
    "group",
    "characteristic",
    "category",
    "level",
    "area",
    "area_code",
    "period",
    *NUMBERS,
    "symbol",
    "release",
    "source",
    "confidence",
    "others",
    "note",
)
"""``level`` is national, regional or authority; ``area`` is England, the name of a region or the
three digits of an authority; ``period`` an academic year ("2024/25") or the year of a 31 March
("2025"). ``value`` is missing where ``symbol`` stands for it. ``low`` and ``high`` are the 95%
interval, ``n`` the denominator, ``numerator`` the number counted or the sum of the scores, each
where published."""
REQUIRED = ("measure", "group", "level", "area", "period", "value", "symbol")

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "c": "suppressed, to protect small numbers",
        "x": "not available",
        "z": "not applicable",
        "k": "rounds to nothing, but is not nothing",
        "~": "rounds to nothing, but is not nothing",
        "low": "rounds to nothing, but is not nothing",
        ":": "not available",
        ".": "not applicable",
        "-": "no figure; the Department's tool does not say whether it is suppressed, not available"
        " or does not apply",
    }
)
"""What the symbols of the Department mean. None of them is a number, and none is nought."""
SAYS_NOTHING = frozenset({"x", "-", ".", ":"})
"""Symbols that only say that this file has no figure: they do not take back a published number."""

_STAGES = {"provisional": 1, "revised": 2, "final": 3}
_ACADEMIC = re.compile(r"(\d{4})/\d{2}")
_YEAR = re.compile(r"\d{4}")


class Key(NamedTuple):
    """What all areas of one figure share."""

    measure: str
    group: str
    characteristic: str
    category: str
    period: str


@cache
def release_rank(release: str) -> tuple[int, int]:
    """When a release was published, to compare: its reporting year, then provisional, revised,
    final.

    An academic year counts as the year it ends. The interactive tool is a copy of the releases of
    the year before, and comes before all of them. A text without a year comes first.
    """
    academic = _ACADEMIC.search(release)
    found = _YEAR.search(release)
    year = int(academic.group(1)) + 1 if academic else int(found.group()) if found else 0
    if "LAIT" in release:
        return year - 1, 0
    stages = [rank for word, rank in _STAGES.items() if word in release.lower()]
    return year, max(stages, default=2)


def whole(frame: pd.DataFrame) -> pd.DataFrame:
    """A tidy frame with every column of ``COLUMNS``, numbers as floats, text without gaps.

    ValueError names the columns of ``REQUIRED`` that are not there.
    """
    missing = [name for name in REQUIRED if name not in frame]
    if missing:
        raise ValueError(f"Published figures without {', '.join(missing)}.")
    columns: dict[str, pd.Series] = {}
    for name in COLUMNS:
        blank = TOTAL if name in ("characteristic", "category") else ""
        if name in NUMBERS:
            given = frame[name] if name in frame else pd.Series(None, index=frame.index)
            columns[name] = pd.to_numeric(given).astype(float)
        elif name in frame:
            columns[name] = frame[name].astype(object).where(frame[name].notna(), blank)
        else:
            columns[name] = pd.Series(blank, index=frame.index, dtype=object)
    return pd.DataFrame(columns).reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class Shelf:
    """Figures sorted by key; ``places`` says which rows a key has. One row an area and key; the
    columns of the key are left out of ``frame``."""

    frame: pd.DataFrame
    places: Mapping[Key, slice]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Shelf:
        """A shelf of rows in any order; of several for one key and area the latest is kept, a
        number or a suppression before a symbol that says nothing."""
        if frame.empty:
            return cls(frame, {})
        of_key = _numbered(frame, list(Key._fields))
        of_row = of_key * len(frame) + pd.factorize(frame["area"], sort=True)[0]
        says = ~frame["symbol"].isin(SAYS_NOTHING).to_numpy()
        order = np.lexsort((_ranks(frame["release"]), says, of_row))
        last = np.append(np.diff(of_row[order]) > 0, True)
        kept = order[last]
        starts = np.flatnonzero(np.diff(of_key[kept], prepend=-1))
        ends = [*starts[1:].tolist(), len(kept)]
        firsts = frame[[*Key._fields]].iloc[kept[starts]]
        keys = zip(*(firsts[name].tolist() for name in Key._fields), strict=True)
        return cls(
            frame.drop(columns=[*Key._fields]).iloc[kept].reset_index(drop=True),
            {
                Key(*key): slice(start, end)
                for key, start, end in zip(keys, starts.tolist(), ends, strict=True)
            },
        )

    def rows(self, key: Key) -> pd.DataFrame:
        """The rows of a key, none of an unknown one."""
        return self.frame.iloc[self.places.get(key, slice(0))]

    def has(self, key: Key, area: str) -> bool:
        """Whether an area has a row of a key."""
        return area in self.areas[self.places.get(key, slice(0))]

    @cached_property
    def areas(self) -> list[str]:
        """The area of each row."""
        return self.frame["area"].tolist()

    @cached_property
    def of_measure(self) -> Mapping[str, Sequence[Key]]:
        """The keys of each measure."""
        found: dict[str, list[Key]] = {}
        for key in self.places:
            found.setdefault(key.measure, []).append(key)
        return found


def newest(shipped: pd.DataFrame, imported: pd.DataFrame) -> pd.DataFrame:
    """The rows of one key from both: an imported one in place of a shipped one of its area when its
    release is as late or later and it says something."""
    if imported.empty or shipped.empty:
        return shipped if imported.empty else imported
    both = pd.concat([shipped.astype(object), imported.astype(object)], ignore_index=True)
    says = ~both["symbol"].isin(SAYS_NOTHING).to_numpy()
    area = pd.factorize(both["area"], sort=True)[0]
    order = np.lexsort((_ranks(both["release"]), says, area))
    kept = order[np.append(np.diff(area[order]) > 0, True)]
    return both.iloc[kept].astype(dict.fromkeys(NUMBERS, float)).reset_index(drop=True)


def _numbered(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """A number a row that is equal where these columns are, in their order."""
    whole = np.zeros(len(frame), dtype=np.int64)
    for name in columns:
        codes, known = pd.factorize(frame[name], sort=True)
        whole = whole * len(known) + codes
    return pd.factorize(whole, sort=True)[0]


def _ranks(releases: pd.Series) -> np.ndarray:
    """The rank of each release among these, later ones higher."""
    codes, known = pd.factorize(releases)
    ranks = [release_rank(release) for release in known]
    order = sorted(set(ranks))
    return np.array([order.index(rank) for rank in ranks])[codes]
