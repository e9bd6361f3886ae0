"""Bands and official groups: which group a code or a number falls in, and what the group is called.

The groups are data (``data/reference/ssda903/groups.csv``), each with its source. A value that no
group holds, or that is missing, belongs to ``UNKNOWN``: missing is a group, never dropped.
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
def _rows(list_name: str) -> tuple[dict[str, str], ...]:
    rows = reference.table("ssda903", "groups.csv").to_dict("records")
    return tuple(
        {str(k): str(v) for k, v in row.items()} for row in rows if row["list"] == list_name
    )


@cache
def labels(list_name: str) -> Mapping[str, str]:
    """The groups of a list in their order, with their names; ``unknown`` last."""
    known = {row["group"]: row["label"] for row in _rows(list_name)}
    return MappingProxyType({**known, UNKNOWN: UNKNOWN_LABEL})


@cache
def _group_of_code(list_name: str) -> Mapping[str, str]:
    return MappingProxyType(
        {code: row["group"] for row in _rows(list_name) for code in row["codes"].split()}
    )


def of_codes(list_name: str, codes: pd.Series) -> pd.Series:
    """The group of each code, as a categorical in the order of the list; index kept."""
    groups = codes.astype(object).map(_group_of_code(list_name)).fillna(UNKNOWN)
    return groups.astype(_type(list_name))


def of_numbers(list_name: str, numbers: pd.Series) -> pd.Series:
    """The band of each number (limits included), as a categorical in the order of the list."""
    values = numbers.to_numpy(dtype=float, na_value=np.nan)
    groups = np.full(len(values), UNKNOWN, dtype=object)
    for row in _rows(list_name):
        high = float(row["high"]) if row["high"] else np.inf
        groups[(values >= float(row["low"])) & (values <= high)] = row["group"]
    return pd.Series(groups, index=numbers.index, dtype=_type(list_name))


@cache
def _type(list_name: str) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(list(labels(list_name)), ordered=True)


def named(list_name: str, groups: pd.Series) -> pd.Series:
    """The names of groups, as a categorical in the order of the list."""
    names = labels(list_name)
    return groups.astype(_type(list_name)).cat.rename_categories(dict(names))
