"""Small models of one stage: ten children, their results as the tests state them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cla.reports import Model, academic_year, build
from cla.ssda903.returns import Return
from cla.stages import STAGES

NAMES = tuple(f"e{n:02d}" for n in range(1, 11))
HARTLEPOOL = "E06000001"
"""An authority of the North East, so that figures of a region stand beside ours."""


def upns(year: int) -> dict[str, str]:
    """The UPN of each child; each year has children of its own."""
    return {name: f"B8{year % 100:02d}2000{n:05d}" for n, name in enumerate(NAMES, start=1)}


def made_return(stage: str, year: int) -> Return:
    """Ten children of a stage's year group, in care for years: e01 to e06 girls, e07 to e10 boys;
    e01 to e07 in foster homes, e08 to e10 in children's homes."""
    born = f"15/10/{year - 6 - STAGES[stage].year_group}"
    people = pd.DataFrame(
        {
            "CHILD": [f"{name}y{year}" for name in NAMES],
            "SEX": ["F"] * 6 + ["M"] * 4,
            "DOB": born,
            "ETHNIC": "WBRI",
            "UPN": list(upns(year).values()),
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
            "PLACE": ["U6"] * 7 + ["K2"] * 3,
            "DEC": None,
            "REC": None,
        },
        dtype="str",
    )
    return Return.from_tables({"Header": people, "Episodes": episodes}, year)


def made_results(stage: str, year: int, columns: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """Tidy results of the first children, one a value; the rest have no row in the file."""
    frame = pd.DataFrame(dict(columns))
    for name in frame:
        if frame[name].map(lambda cell: isinstance(cell, bool) or cell is None).all():
            frame[name] = frame[name].astype("boolean")
    names = list(NAMES[: len(frame)])
    born = pd.Timestamp(year - 6 - STAGES[stage].year_group, 10, 15)
    return frame.assign(
        upn=[upns(year)[name] for name in names],
        dob=born,
        sex=["F" if name <= "e06" else "M" for name in names],
        laestab="8054000",
        urn="100001",
        flags_from="file",
        elig=frame.get("elig", True),
    )


def made(
    stage: str, by_year: Mapping[int, Mapping[str, Sequence[object]]], la: str = HARTLEPOOL
) -> Model:
    """A model with a return and results of one stage for each year given."""
    return build(
        la,
        1,
        {year: made_return(stage, year) for year in by_year},
        {
            (stage, academic_year(year)): made_results(stage, year, columns)
            for year, columns in by_year.items()
        },
    )


def assessed(**outcomes: str) -> dict[str, list[object]]:
    """Teacher assessments as columns: outcomes in one text a subject, and the standards of them."""
    columns: dict[str, list[object]] = {}
    met: dict[str, list[bool]] = {}
    for subject, text in outcomes.items():
        codes = text.split()
        columns[f"{subject}_outcome"] = list(codes)
        met[subject] = [code in ("EXS", "GDS") for code in codes]
        columns[f"{subject}_exp"] = list(met[subject])
        columns[f"{subject}_gds"] = [code == "GDS" for code in codes]
        columns[f"elig_{subject}"] = [True] * len(codes)
    three = [met[subject] for subject in ("read", "writ", "mat") if subject in met]
    if len(three) == 3:
        columns["rwm_exp"] = [all(each) for each in zip(*three, strict=True)]
        columns["elig_rwm"] = [True] * len(columns["rwm_exp"])
    return columns


def tested(**scores: str) -> dict[str, list[object]]:
    """Key stage 2 tests as columns: scores in one text a subject; A and B stand for no score."""
    columns: dict[str, list[object]] = {}
    for subject, text in scores.items():
        cells = text.split()
        numbers = [float(cell) if cell.isdigit() else np.nan for cell in cells]
        columns[f"{subject}_score"] = list(numbers)
        columns[f"{subject}_outcome"] = [
            cell if not cell.isdigit() else "AS" if int(cell) >= 100 else "NS" for cell in cells
        ]
        columns[f"{subject}_exp"] = [number >= 100 for number in numbers]
        columns[f"{subject}_high"] = [number >= 110 for number in numbers]
        columns[f"elig_{subject}"] = [True] * len(cells)
    return columns
