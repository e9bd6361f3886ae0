"""Ten hand-worked children (and one of the year before), and a larger made-up authority."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cla.reports import Model, build
from cla.ssda903.returns import Return

UPNS = {f"c{n:02d}": f"B8012000050{n:02d}" for n in range(1, 11)} | {"p01": "B801200005099"}
UPNS["c06"] = "UN4"

HEADER = """
c01 | F | 10/09/2013
c02 | M | 11/10/2013
c03 | F | 12/11/2013
c04 | M | 01/12/2013
c05 | F | 15/01/2014
c06 | M | 20/02/2014
c07 | F | 05/09/2008
c08 | M | 06/10/2008
c09 | F | 07/11/2008
c10 | M | 08/12/2008
"""
EPISODES = """
c01 | 01/05/2018 | S | C1 | N1 | U6 | 01/09/2019 | X1
c01 | 01/09/2019 | B | C2 | N1 | U4 | |
c02 | 01/04/2024 | S | C2 | N1 | K2 | |
c03 | 01/06/2022 | S | C2 | N5 | U6 | |
c04 | 02/04/2024 | S | C1 | N1 | U1 | |
c05 | 01/07/2020 | S | C2 | N1 | U6 | |
c06 | 01/08/2021 | S | V2 | N4 | U6 | |
c07 | 01/02/2015 | S | C2 | N1 | U6 | |
c08 | 01/03/2019 | S | C2 | N1 | K2 | |
c09 | 01/08/2023 | S | C2 | N1 | U6 | |
c10 | 01/10/2018 | S | C2 | N1 | K2 | 31/01/2025 | E4A
"""
OC2 = """
c01 | 10
c02 | 14
c03 | 17
c05 | 40
c06 |
c07 | 13
c08 | 16
c09 |
c04 | 5
"""
HEADER_2024 = "p01 | M | 02/09/2012\n" + "\n".join(
    line for line in HEADER.strip().splitlines() if line[:3] not in ("c02", "c04")
)
EPISODES_2024 = """
p01 | 01/01/2020 | S | C2 | N1 | U6 | |
c01 | 01/05/2018 | S | C1 | N1 | U6 | 01/09/2019 | X1
c01 | 01/09/2019 | B | C2 | N1 | U4 | |
c03 | 01/06/2022 | S | C2 | N5 | U6 | |
c05 | 01/07/2020 | S | C2 | N1 | U6 | |
c06 | 01/08/2021 | S | V2 | N4 | U6 | |
c07 | 01/02/2015 | S | C2 | N1 | U6 | |
c08 | 01/03/2019 | S | C2 | N1 | K2 | |
c09 | 01/08/2023 | S | C2 | N1 | U6 | |
c10 | 01/10/2018 | S | C2 | N1 | K2 | |
"""
KS2 = """
c01 | N | 105 | AS | 110 | AS | 104 | AS | EXS | EXS
c02 | E | 98 | NS | 101 | AS | 95 | NS | WTS | HNM
c03 | K | 112 | AS | 115 | AS | 111 | AS | GDS | EXS
c04 | K | 100 | AS | 99 | NS | 100 | AS | EXS | EXS
c05 | E | | A | | A | | A | A | A
"""
KS4 = """
c07 | N | 50 | 5 | 4 | 8 | 3.5
c08 | E | 10 | 4 | 2 | 3 | 0.5
c09 | N | 0 | | | 0 | 0
c10 | N | 30 | 4 | 4 | 5 | 2
"""


def frame(columns: str, text: str) -> pd.DataFrame:
    """Text columns from lines whose cells are parted by |; a blank cell is missing."""
    lines = text.strip().splitlines()
    rows = [[cell.strip() or None for cell in line.split("|")] for line in lines]
    return pd.DataFrame(rows, columns=columns.split(), dtype="str")


def made_return(year: int, header: str, episodes: str, oc2: str | None = None) -> Return:
    people = frame("CHILD SEX DOB", header)
    people = people.assign(ETHNIC="WBRI", UPN=people["CHILD"].map(UPNS))
    tables = {
        "Header": people,
        "Episodes": frame("CHILD DECOM RNE LS CIN PLACE DEC REC", episodes),
    }
    if oc2 is not None:
        tables["OC2"] = frame("CHILD SDQ_SCORE", oc2)
    return Return.from_tables(tables, year)


def identified(rows: pd.DataFrame, header: str) -> pd.DataFrame:
    """Result rows with the UPN, date of birth and sex of their children."""
    born = frame("child sex dob", header).set_index("child")
    return rows.assign(
        upn=rows["child"].map(UPNS),
        dob=pd.to_datetime(rows["child"].map(born["dob"]), format="%d/%m/%Y"),
        sex=rows["child"].map(born["sex"]),
        laestab="8014000",
        urn="100001",
    ).drop(columns="child")


def ks2_results(text: str, header: str) -> pd.DataFrame:
    """Tidy key stage 2 results: everybody eligible, standards by score and judgement."""
    names = "child sen read_score read_outcome mat_score mat_outcome gps_score gps_outcome"
    rows = frame(f"{names} writ_outcome sci_outcome", text)
    for subject in ("read", "mat", "gps"):
        score = rows[f"{subject}_score"] = rows[f"{subject}_score"].astype("float")
        rows[f"{subject}_exp"] = (score >= 100).astype("boolean")
        rows[f"{subject}_high"] = (score >= 110).astype("boolean")
    rows["writ_exp"] = rows["writ_outcome"].isin(["EXS", "GDS"]).astype("boolean")
    rows["writ_gds"] = (rows["writ_outcome"] == "GDS").astype("boolean")
    rows["sci_exp"] = (rows["sci_outcome"] == "EXS").astype("boolean")
    rows["rwm_exp"] = rows["read_exp"] & rows["writ_exp"] & rows["mat_exp"]
    rows["rwm_high"] = rows["read_high"] & rows["writ_gds"] & rows["mat_high"]
    for name in ("elig", *(f"elig_{s}" for s in ("read", "writ", "mat", "gps", "sci", "rwm"))):
        rows[name] = True
    return identified(rows, header)


def ks4_results(text: str, header: str) -> pd.DataFrame:
    """Tidy key stage 4 results: everybody eligible, no Progress 8 (there is none for 2024/25)."""
    rows = frame("child sen att8 english maths passes ebacc_aps", text)
    return identified(with_basics(rows), header)


def with_basics(rows: pd.DataFrame) -> pd.DataFrame:
    numbers = rows[["att8", "english", "maths", "passes", "ebacc_aps"]].astype("float")
    rows = rows.assign(**numbers)
    for grade in (4, 5):
        english = rows[f"eng_9{grade}"] = (rows["english"] >= grade).astype("boolean")
        maths = rows[f"mat_9{grade}"] = (rows["maths"] >= grade).astype("boolean")
        rows[f"basics_9{grade}"] = english & maths
    for name in ("ebacc_entered", "ebacc_94", "ebacc_95"):
        rows[name] = pd.Series(False, index=rows.index, dtype="boolean")
    for element in ("eng", "mat", "ebacc", "open"):
        rows[f"att8_{element}"] = rows["att8"] / 4
    return rows.drop(columns=["english", "maths"]).assign(p8=np.nan, in_p8=False, elig=True)


@pytest.fixture(scope="session")
def ten() -> Model:
    """The ten children of 2025 with key stage 2 and 4, and the return of 2024 with one result."""
    header = HEADER.strip() + "\np01 | M | 02/09/2012"
    return build(
        la="X06000991",
        version=7,
        returns={
            2025: made_return(2025, HEADER, EPISODES, OC2),
            2024: made_return(2024, HEADER_2024, EPISODES_2024),
        },
        results={
            ("ks2", "2024/25"): ks2_results(KS2, header),
            ("ks4", "2024/25"): ks4_results(KS4, header),
            ("ks2", "2023/24"): ks2_results(
                "p01 | N | 101 | AS | 102 | AS | 103 | AS | EXS | EXS", header
            ),
        },
    )


def many_tables(seed: int, count: int, year: int) -> tuple[Return, pd.DataFrame]:
    """A made-up return and key stage 4 results for ``count`` children in year 11."""
    rng = np.random.default_rng(seed)
    names = [f"n{n:04d}" for n in range(count)]
    born = pd.Timestamp(year - 17, 9, 1) + pd.to_timedelta(rng.integers(0, 365, count), "D")
    since = pd.Timestamp(year, 3, 31) - pd.to_timedelta(rng.integers(1, 4000, count), "D")
    ended = since + pd.to_timedelta(rng.integers(0, 5000, count), "D")
    left = (rng.random(count) < 0.2) & (ended < pd.Timestamp(year, 3, 31))
    upns = pd.Series([f"B8012{n:08d}" for n in range(count)]).where(rng.random(count) > 0.05)
    header = pd.DataFrame(
        {
            "CHILD": names,
            "SEX": rng.choice(["M", "F"], count),
            "DOB": born.strftime("%d/%m/%Y"),
            "UPN": upns,
        }
    )
    episodes = pd.DataFrame(
        {
            "CHILD": names,
            "DECOM": since.strftime("%d/%m/%Y"),
            "RNE": "S",
            "LS": rng.choice(["C2", "C1", "V2", "V4"], count, p=[0.6, 0.2, 0.15, 0.05]),
            "CIN": "N1",
            "PLACE": rng.choice(["U6", "U1", "K2", "K1", "P1", "K3", "S1", "Z1"], count),
            "DEC": pd.Series(ended.strftime("%d/%m/%Y")).where(left),
            "REC": pd.Series(["E4A"] * count).where(left),
        }
    )
    grades = pd.DataFrame(
        {
            "sen": rng.choice(["N", "K", "E", None], count, p=[0.4, 0.25, 0.3, 0.05]),
            "att8": rng.integers(0, 60, count).astype(str),
            "english": rng.integers(1, 8, count).astype(str),
            "maths": rng.integers(1, 8, count).astype(str),
            "passes": rng.integers(0, 9, count).astype(str),
            "ebacc_aps": rng.integers(0, 6, count).astype(str),
        },
        dtype="str",
    )
    results = with_basics(grades).assign(
        upn=upns.fillna("*************"), dob=pd.Series(born), sex=header["SEX"]
    )
    found = rng.random(count) > 0.1
    return Return.from_tables({"Header": header, "Episodes": episodes}, year), results[found]


@pytest.fixture(scope="session")
def many() -> Model:
    """150 made-up children in year 11, most of them with results."""
    ret, results = many_tables(seed=903, count=150, year=2025)
    return build("X06000991", 1, {2025: ret}, {("ks4", "2024/25"): results})
