"""Checks that the files fit together: every child in Header, one date of birth, no child twice.

The INT checks have no DfE number; they are those of csc-validator-be-903. 1012 is DfE's own.
"""

from __future__ import annotations

import numpy as np

from cla.ssda903 import layout
from cla.ssda903.rules.columns import Mask, at, filled
from cla.ssda903.rules.records import Records, flagged
from cla.ssda903.rules.registry import Masks, make, rule

NOT_IN_HEADER = {
    "INT01": "AD1",
    "INT02": "PlacedAdoption",
    "INT03": "Episodes",
    "INT04": "Missing",
    "INT05": "OC2",
    "INT06": "OC3",
    "INT07": "PrevPerm",
    "INT08": "Reviews",
    "INT09": "UASC",
}
OTHER_BIRTHDAY = {
    "INT11": "AD1",
    "INT12": "PlacedAdoption",
    "INT13": "Missing",
    "INT14": "OC2",
    "INT15": "OC3",
    "INT16": "PrevPerm",
    "INT17": "Reviews",
    "INT18": "UASC",
}
TWICE = {
    "INT31": "AD1",
    "INT32": "Header",
    "INT33": "OC2",
    "INT34": "OC3",
    "INT35": "PrevPerm",
    "INT36": "UASC",
}
ONLY_WITH_EPISODES = ("PlacedAdoption", "Missing", "Reviews", "AD1", "PrevPerm", "OC2")


def _not_in_header(r: Records, table: str) -> Mask:
    return ~r.rows_of(r.in_table(r.header), r.table(table))


def _other_birthday(r: Records, table: str) -> Mask:
    t = r.table(table)
    i, j = r.pairs(t, r.header)
    here, there = t.DOB[i], r.header.DOB[j]
    return flagged(len(t), i[filled(here) & filled(there) & (here != there)])


def _twice(r: Records, table: str) -> Mask:
    t = r.table(table)
    count = np.bincount(t.child[t.child >= 0], minlength=r.children)
    mask: Mask = r.rows_of(count > 1, t)
    return mask


def _title(table: str) -> str:
    return layout.any_year()[table].title


for _code, _table in NOT_IN_HEADER.items():
    make(
        _code,
        f"The child is on the file '{_title(_table)}', but not in Header.",
        table=_table,
        fields="CHILD",
        needs=f"{_table} Header",
        stage="tool",
        judge=lambda r, _year, table=_table: _not_in_header(r, table),
        condition="Fails when CHILD is not in Header.",
    )

for _code, _table in OTHER_BIRTHDAY.items():
    make(
        _code,
        f"The date of birth on the file '{_title(_table)}' is not that in Header.",
        table=_table,
        fields="DOB",
        needs=f"{_table} Header",
        stage="tool",
        judge=lambda r, _year, table=_table: _other_birthday(r, table),
        condition="Fails when both dates of birth are real and differ.",
    )

for _code, _table in TWICE.items():
    make(
        _code,
        f"The child is on the file '{_title(_table)}' more than once.",
        table=_table,
        fields="CHILD",
        stage="tool",
        judge=lambda r, _year, table=_table: _twice(r, table),
        condition="Every row of the child fails.",
    )


@rule(
    "INT21",
    "The sex on the file of unaccompanied children is not that in Header.",
    table="UASC",
    fields="SEX",
    needs="UASC Header",
    stage="tool",
)
def other_sex(r: Records) -> Mask:
    """SEX is filled in both and differs."""
    i, j = r.pairs(r.uasc, r.header)
    here, there = at(r.uasc.SEX, i), at(r.header.SEX, j)
    return flagged(len(r.uasc), i[filled(here) & filled(there) & (here != there)])


@rule(
    "1012",
    "The child has no episode, but is on another file.",
    table=" ".join(ONLY_WITH_EPISODES),
    fields="CHILD",
    needs="Episodes",
    stage=1,
)
def no_episode(r: Records) -> Masks:
    """Of the files PlacedAdoption, Missing, Reviews, AD1, PrevPerm and OC2 those that are loaded
    are tested."""
    known = r.in_table(r.episodes)
    return {name: ~r.rows_of(known, r.table(name)) for name in ONLY_WITH_EPISODES if r.has(name)}
