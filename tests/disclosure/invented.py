"""Invented authorities, small enough that most of their numbers are: key stages 2 and 4, years."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from cla.reports import Model, academic_year, build
from cla.ssda903.returns import Return
from cla.stages import STAGES

YEARS = (2023, 2024, 2025)
_SPREAD = {"ks2": 11, "ks4": 16}


@cache
def authority(seed: int, children: int, years: Sequence[int] = YEARS) -> Model:
    """An authority with about so many children at the end of each stage in each year."""
    rng = np.random.default_rng(seed)
    returns, results = {}, {}
    for year in years:
        people, episodes = [], []
        for stage in ("ks2", "ks4"):
            size = max(int(rng.normal(children, children / 5)), 3)
            header, lines = _cared_for(rng, stage, year, size)
            found = (_ks2 if stage == "ks2" else _ks4)(rng, size)
            found = found.assign(
                upn=header["UPN"],
                dob=pd.to_datetime(header["DOB"], format="%d/%m/%Y"),
                sex=header["SEX"],
                laestab="8054000",
                urn="100001",
                sen=rng.choice(["N", "K", "E"], size, p=[0.5, 0.25, 0.25]),
            )
            results[stage, academic_year(year)] = found[rng.random(size) > 0.08]
            people.append(header)
            episodes.append(lines)
        tables = {
            "Header": pd.concat(people, ignore_index=True),
            "Episodes": pd.concat(episodes, ignore_index=True),
        }
        returns[year] = Return.from_tables(tables, year)
    return build("X06000992", seed, returns, results)


def _cared_for(
    rng: np.random.Generator, stage: str, year: int, size: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = [f"{stage}{year}n{n:03d}" for n in range(size)]
    number = STAGES[stage].year_group * 100 + year % 100
    born = pd.Timestamp(year - 6 - STAGES[stage].year_group, 10, 15)
    born = born + pd.to_timedelta(rng.integers(0, 200, size), "D")
    months = rng.choice([14, 20, 40, 70], size, p=[0.15, 0.2, 0.35, 0.3])
    since = pd.Timestamp(year, 3, 31) - pd.to_timedelta(months * 30, "D")
    header = pd.DataFrame(
        {
            "CHILD": names,
            "SEX": rng.choice(["M", "F"], size, p=[0.55, 0.45]),
            "DOB": born.strftime("%d/%m/%Y"),
            "ETHNIC": "WBRI",
            "UPN": [f"B8{number:05d}{n:05d}" for n in range(size)],
        },
        dtype="str",
    )
    places = ["U6", "U1", "K2", "P1", "S1"]
    lines = pd.DataFrame(
        {
            "CHILD": names,
            "DECOM": since.strftime("%d/%m/%Y"),
            "RNE": "S",
            "LS": "C2",
            "CIN": "N1",
            "PLACE": rng.choice(places, size, p=[0.5, 0.2, 0.15, 0.1, 0.05]),
            "DEC": None,
            "REC": None,
        },
        dtype="str",
    )
    return header, lines


def _ks2(rng: np.random.Generator, size: int) -> pd.DataFrame:
    """Scores about the standard, some children without one, a few not in the figures."""
    frame = pd.DataFrame({"elig": rng.random(size) > 0.06})
    level = rng.normal(0, 1, size)
    for subject in ("read", "mat", "gps"):
        scores = np.clip(np.round(98 + 6 * level + rng.normal(0, 4, size)), 80, 120)
        sat = rng.random(size) > 0.12
        absent = pd.Series(rng.choice(["A", "B"], size)).where(~sat)
        frame[f"{subject}_score"] = pd.Series(scores).where(sat)
        outcome = pd.Series(np.where(scores >= 100, "AS", "NS")).where(sat, absent)
        frame[f"{subject}_outcome"] = outcome
        frame[f"{subject}_exp"] = (scores >= 100) & sat
        frame[f"{subject}_high"] = (scores >= 110) & sat
    judged = rng.choice(["PK4", "WTS", "EXS", "GDS", "A"], size, p=[0.1, 0.3, 0.4, 0.1, 0.1])
    frame["writ_outcome"] = judged
    frame["writ_exp"] = np.isin(judged, ["EXS", "GDS"])
    frame["writ_gds"] = judged == "GDS"
    frame["sci_outcome"] = rng.choice(["EXS", "HNM"], size)
    frame["sci_exp"] = frame["sci_outcome"] == "EXS"
    frame["rwm_exp"] = frame["read_exp"] & frame["writ_exp"] & frame["mat_exp"]
    frame["rwm_high"] = frame["read_high"] & frame["writ_gds"] & frame["mat_high"]
    for name in ("read", "writ", "mat", "gps", "sci", "rwm"):
        frame[f"elig_{name}"] = frame["elig"]
    flags = [name for name in frame if frame[name].dtype == bool and name != "elig"]
    return frame.astype(dict.fromkeys(flags, "boolean"))


def _ks4(rng: np.random.Generator, size: int) -> pd.DataFrame:
    level = rng.normal(0, 1, size)
    english, maths = (
        np.clip(np.round(3.5 + 1.6 * level + rng.normal(0, 1, size)), 0, 9) for _ in range(2)
    )
    frame = pd.DataFrame({"att8": np.clip(np.round(6 * (english + maths)), 0, 90)})
    for grade in (4, 5):
        frame[f"eng_9{grade}"] = english >= grade
        frame[f"mat_9{grade}"] = maths >= grade
        frame[f"basics_9{grade}"] = (english >= grade) & (maths >= grade)
    frame["ebacc_entered"] = rng.random(size) < 0.2
    for grade in (4, 5):
        frame[f"ebacc_9{grade}"] = frame["ebacc_entered"] & frame[f"basics_9{grade}"]
    frame["ebacc_aps"] = frame["att8"] / 12
    frame["passes"] = np.round(frame["att8"] / 10)
    for element in ("eng", "mat", "ebacc", "open"):
        frame[f"att8_{element}"] = frame["att8"] / 4
    flags = [name for name in frame if frame[name].dtype == bool]
    frame = frame.astype(dict.fromkeys(flags, "boolean"))
    frame["p8"] = frame["att8"] / 20 - 1.5
    return frame.assign(in_p8=rng.random(size) > 0.15, elig=rng.random(size) > 0.06)
