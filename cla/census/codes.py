"""The code lists of the school census: labels, and the groups that codes belong to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import pandas as pd

from cla import reference

UNKNOWN = "unknown"
GROUPS = ("mainstream", "special", "ap", "independent", "none", UNKNOWN)
"""Sorts of schools, as ``school_type_group`` has them."""


@cache
def _codes(code_set: str) -> pd.DataFrame:
    table = reference.table("attainment", "census_codes.csv")
    return table[table["code_set"] == code_set].set_index("code")


@cache
def labels(code_set: str) -> Mapping[str, str]:
    """Labels by code: sen, sen_need, language, enrol_status, nftype, toe, school_type_group.

    KeyError for another code set. Source: data/reference/attainment/census_codes.csv.
    """
    codes = _codes(code_set)
    if codes.empty:
        raise KeyError(code_set)
    return MappingProxyType(dict(codes["label"]))


@cache
def groups(code_set: str) -> Mapping[str, str]:
    """The group of each code of a code set that has groups."""
    return MappingProxyType(dict(_codes(code_set)["group"]))


@cache
def _sort_by_words() -> dict[str, str]:
    """Sorts of schools by the words people use: the sort itself, its label, a type's label."""
    found: dict[str, str] = {}
    for code_set in ("toe", "nftype"):
        for code, label in labels(code_set).items():
            found[label.casefold()] = groups(code_set)[code]
    for sort, label in labels("school_type_group").items():
        found[sort] = found[label.casefold()] = sort
    return found | {"special school": "special", "pru": "ap", "mainstream": "mainstream"}


def school_type_group(codes: pd.Series, code_set: str = "nftype") -> pd.Series:
    """The sort of school of each code: "mainstream", "special", "ap", "independent", "unknown".

    ``codes``: text, any index; ``code_set`` "nftype" (performance tables) or "toe" (older codes).
    A missing code, one that is in no list and one of no sort (a college, say) are "unknown".
    """
    clean = codes.astype("str").str.strip().str.replace(r"^0+(?=\d)", "", regex=True)
    return clean.map(groups(code_set)).fillna(UNKNOWN).astype("str")


def sort_of_words(words: pd.Series) -> pd.Series:
    """The sort of school that these words name; missing where they name none."""
    text = words.astype("str").str.strip().str.casefold()
    return text.map(_sort_by_words()).astype("str")
