"""Bands and official groups: which group a code or a number falls in, and what the group is called.

The groups are data (``data/reference/cohort/bands.csv``), each with its source and whether it is
official or our own reading. A value that no group holds, or that is missing, belongs to
``UNKNOWN``: missing is a group, never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from cla import reference

UNKNOWN = "unknown"
UNKNOWN_LABEL = "Not known"


@cache
def _every_row() -> Mapping[str, tuple[dict[str, str], ...]]:
    lists: dict[str, list[dict[str, str]]] = {}
    for row in reference.rows("cohort", "bands.csv"):
        lists.setdefault(row["list"], []).append(row)
    return MappingProxyType({name: tuple(rows) for name, rows in lists.items()})


def _rows(list_name: str) -> tuple[dict[str, str], ...]:
    return _every_row()[list_name]


@cache
def labels(list_name: str) -> Mapping[str, str]:
    """The groups of a list in their order, with their names; ``unknown`` last."""
    known = {row["group"]: row["label"] for row in _rows(list_name)}
    return MappingProxyType({**known, UNKNOWN: UNKNOWN_LABEL})


@cache
def words(list_name: str) -> Mapping[str, str]:
    """The groups of a list, without ``unknown``, as they are said in the middle of a sentence."""
    return MappingProxyType(
        {row["group"]: row["words"] or _uncapitalised(row["label"]) for row in _rows(list_name)}
    )


def _uncapitalised(label: str) -> str:
    keeps_capitals = label[:2].isupper()
    return label if keeps_capitals else label[0].lower() + label[1:]


@cache
def _group_of_code(list_name: str) -> Mapping[str, str]:
    return MappingProxyType(
        {code: row["group"] for row in _rows(list_name) for code in row["codes"].split()}
    )


def of_codes(list_name: str, codes: pd.Series) -> pd.Series:
    """The group of each code, as a categorical in the order of the list; index kept."""
    rows, distinct = pd.factorize(codes)
    known, place = _group_of_code(list_name), _places(list_name)
    found = [place[known.get(code, UNKNOWN)] for code in distinct.tolist()]
    return _categories(list_name, np.array([*found, place[UNKNOWN]])[rows], codes.index)


def of_numbers(list_name: str, numbers: pd.Series) -> pd.Series:
    """The band of each number (limits included), as a categorical in the order of the list.

    A band without an upper limit reaches to the lower limit of the next one.
    """
    values, place = numbers.to_numpy(dtype=float, na_value=np.nan), _places(list_name)
    found = np.full(len(values), place[UNKNOWN])
    for row in _rows(list_name):
        if not row["low"] and not row["high"]:
            continue
        low = float(row["low"]) if row["low"] else -np.inf
        high = float(row["high"]) if row["high"] else np.inf
        found[(values >= low) & (values <= high)] = place[row["group"]]
    return _categories(list_name, found, numbers.index)


def of_choices(
    list_name: str, index: pd.Index, conditions: Mapping[str, pd.Series | np.ndarray]
) -> pd.Series:
    """The group whose condition (yes/no, index as given) holds first for each row, else unknown."""
    place = _places(list_name)
    found = np.full(len(index), place[UNKNOWN])
    for group, mask in reversed(list(conditions.items())):
        found[np.asarray(mask, dtype=bool)] = place[group]
    return _categories(list_name, found, index)


@cache
def _places(list_name: str) -> Mapping[str, int]:
    """The place of each group in the order of the list."""
    return MappingProxyType({group: place for place, group in enumerate(labels(list_name))})


def _categories(list_name: str, places: np.ndarray, index: pd.Index) -> pd.Series:
    groups = pd.Categorical.from_codes(places, dtype=kind(list_name), validate=False)
    return pd.Series(groups, index=index)


@cache
def kind(list_name: str) -> pd.CategoricalDtype:
    """The categories of a list in their order, ``unknown`` last."""
    return pd.CategoricalDtype(list(labels(list_name)), ordered=True)


def named(list_name: str, groups: pd.Series) -> pd.Series:
    """The names of groups, as a categorical in the order of the list."""
    names = labels(list_name)
    return groups.astype(kind(list_name)).cat.rename_categories(dict(names))
