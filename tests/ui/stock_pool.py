"""Three invented authorities with thirty children each at the end of key stage 2, two years.

Small enough to make in a moment, large enough that two of them are a pool for the third: of ten
children each with no SEN, SEN support and an EHC plan, six, four and three reach every standard.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cla.files import Upload
from cla.importing.kinds import FINDINGS, NOT_RUN, NOTICES
from cla.ssda903 import Return
from cla.store import Store
from tests.ui import stock

AUTHORITIES = ("X06000991", "X06000992", "X06000993")
OURS = AUTHORITIES[0]
"""The demo authority that takes the region and the neighbours of a real one."""
YEARS = (2024, 2025)
IN_A_GROUP = 10
REACHED = {"N": 6, "K": 4, "E": 3}
NUMBERS = range(IN_A_GROUP * len(REACHED))
_STANDARDS = ("rwm_exp", "read_exp", "writ_exp", "mat_exp")
_COUNTED = ("elig_rwm", "elig_read", "elig_writ", "elig_mat")


def fill(store: Store) -> None:
    """The returns and results of all of them, current."""
    for la in AUTHORITIES:
        for year in YEARS:
            stock.put(store, _return(year), la)
            stock.put(store, _results(year), la)


def _names(year: int) -> list[str]:
    return [f"c{number:02d}y{year}" for number in NUMBERS]


def _upns(year: int) -> list[str]:
    return [f"B8{year % 100:02d}2000{number:05d}" for number in NUMBERS]


def _born(year: int) -> pd.Timestamp:
    return pd.Timestamp(year - 12, 10, 15)


def _return(year: int) -> stock.Made:
    people = pd.DataFrame(
        {
            "CHILD": _names(year),
            "SEX": ["F", "M"] * (len(NUMBERS) // 2),
            "DOB": f"{_born(year):%d/%m/%Y}",
            "ETHNIC": "WBRI",
            "UPN": _upns(year),
        },
        dtype="str",
    )
    episodes = pd.DataFrame(
        {
            "CHILD": people["CHILD"],
            "DECOM": f"01/05/{year - 3}",
            "RNE": "S",
            "LS": "C2",
            "CIN": "N1",
            "PLACE": "U6",
            "DEC": None,
            "REC": None,
        },
        dtype="str",
    )
    tables = Return.from_tables({"Header": people, "Episodes": episodes}, year).tables
    beside = {
        FINDINGS: _no_rows("rule", "table", "row", "child", "columns", "severity"),
        NOT_RUN: _no_rows("rule", "title", "lacks"),
        NOTICES: _no_rows("notice"),
    }
    counts = {name: len(table) for name, table in tables.items()}
    return stock.Made("ssda903", year, _file(f"return {year}"), {**tables, **beside}, counts, {})


def _results(year: int) -> stock.Made:
    groups = [group for group in REACHED for _ in range(IN_A_GROUP)]
    reached = [
        number % IN_A_GROUP < REACHED[group] for number, group in zip(NUMBERS, groups, strict=True)
    ]
    frame = pd.DataFrame(
        {
            "upn": _upns(year),
            "dob": _born(year),
            "sex": ["F", "M"] * (len(NUMBERS) // 2),
            "laestab": "8054000",
            "urn": "100001",
            "flags_from": "file",
            "elig": True,
            "sen": groups,
            **{name: _flags(reached) for name in _STANDARDS},
            **{name: _flags([True] * len(groups)) for name in _COUNTED},
        }
    )
    frames = {"ks2": frame, NOTICES: _no_rows("notice")}
    return stock.Made("ks2", year, _file(f"ks2 {year}"), frames, {"ks2": len(frame)}, {})


def _flags(values: Sequence[bool]) -> pd.Series:
    return pd.Series(pd.array(list(values), dtype="boolean"))


def _no_rows(*columns: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype="str") for name in columns})


def _file(name: str) -> tuple[Upload, ...]:
    return (Upload(f"{name}.csv", name.encode()),)
