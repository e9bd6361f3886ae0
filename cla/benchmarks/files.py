"""The shipped figures, read when they are first asked for, each file once a process.

England and its regions stand apart from the authorities, and attainment, asked for on every page,
apart from the other figures.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from cla import reference
from cla.benchmarks import places, tidy

ENGLAND = "England"
ATTAINMENT, CONTEXT = "attainment", "context"

_STORED = ["value", "low", "high", "n", "numerator", "other"]
_OF_SERIES = ["source", "release", "confidence", "note"]


def part_of(measure: str) -> str:
    """The file a measure is in."""
    return ATTAINMENT if measure.startswith(("ks", "eyfs")) else CONTEXT


@cache
def sources() -> dict[str, str]:
    """The title of each source by its id."""
    table = reference.table("benchmarks", "sources.csv")
    return dict(zip(table["id"], table["title"], strict=True))


@cache
def wide(part: str) -> tidy.Shelf:
    """The figures of England and the regions."""
    table = pd.read_csv(
        reference.path("benchmarks", f"{part}.csv.gz"),
        dtype={name: "category" for name in tidy.COLUMNS if name not in tidy.NUMBERS},
        keep_default_na=False,
        na_values={name: [""] for name in tidy.NUMBERS},
    )
    level = np.where(table["area"] == ENGLAND, "national", "regional")
    source = table["source"].map(sources())
    return tidy.Shelf.of(table.assign(level=level, source=source))


@cache
def authorities(part: str) -> tidy.Shelf:
    """The figures of the authorities.

    The file holds numbers only, with the number of the series that each belongs to; the series
    (authorities_series.csv) say what was measured and where it was published. Its rows stand in
    the order of the keys.
    """
    rows = pd.read_csv(
        reference.path("benchmarks", f"authorities_{part}.csv.gz"),
        dtype={"series": "int32", "area": "category", "symbol": "category"}
        | dict.fromkeys(_STORED, "float64"),
    )
    series = reference.table("benchmarks", "authorities_series.csv")
    areas = rows["area"].cat.rename_categories(str)
    at = rows["series"].to_numpy()
    kept = {name: _spread(series[name], at) for name in _OF_SERIES[1:]}
    frame = pd.DataFrame(
        {
            "level": pd.Categorical.from_codes(np.zeros(len(rows), int), pd.Index(["authority"])),
            "area": areas,
            "area_code": _codes(areas),
            **{name: rows[name] for name in tidy.NUMBERS},
            "symbol": rows["symbol"].cat.add_categories("").fillna(""),
            "source": _spread(series["source"].map(sources()), at),
            **kept,
            "others": _others(rows["other"], series["other_release"], at),
        },
        copy=False,
    )
    return tidy.Shelf(frame, _runs(series, at))


def _spread(names: pd.Series, at: np.ndarray) -> pd.Categorical:
    """What a series says, on each of its rows."""
    codes, known = pd.factorize(names)
    return pd.Categorical.from_codes(codes[at], known)


def _codes(areas: pd.Series) -> pd.Series:
    """The ONS codes of three digits."""
    known = places.known()
    return areas.cat.rename_categories({code: known[code].la for code in areas.cat.categories})


def _others(numbers: pd.Series, releases: pd.Series, at: np.ndarray) -> pd.Categorical:
    """Differing figures of other releases, in words."""
    differing = np.flatnonzero(numbers.notna())
    words = [
        f"{number:g} ({release})"
        for number, release in zip(
            numbers.to_numpy()[differing], releases.to_numpy()[at[differing]], strict=True
        )
    ]
    codes, known = pd.factorize(np.array(words, dtype=object))
    of_row = np.zeros(len(numbers), int)
    of_row[differing] = codes + 1
    return pd.Categorical.from_codes(of_row, pd.Index(["", *known]))


def _runs(series: pd.DataFrame, at: np.ndarray) -> dict[tidy.Key, slice]:
    """Which rows each key has."""
    keys = [
        tidy.Key(*key) for key in zip(*(series[name] for name in tidy.Key._fields), strict=True)
    ]
    number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    of_row = np.array([number[key] for key in keys])[at]
    starts = np.flatnonzero(np.diff(of_row, prepend=-1))
    ends = [*starts[1:], len(at)]
    return {
        keys[at[start]]: slice(int(start), int(end))
        for start, end in zip(starts, ends, strict=True)
    }
