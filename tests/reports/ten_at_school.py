"""Ten hand-worked children of 2022-23 at school: three in Year 2, four in Year 6, three in Year 11.

Their earlier results, their school census and the dates of their schools are worked by hand too.
"""

from __future__ import annotations

import pandas as pd

from cla.reports import Model, build
from cla.ssda903.returns import Return
from tests.reports.conftest import frame

YEAR = 2023
PEOPLE = """
k01 | F | 10/10/2015 | H801200001001
k02 | M | 11/11/2015 | W801200001002
k03 | F | 12/12/2015 | K801200001003
k04 | M | 01/10/2011 | Z801200001004
k05 | F | 02/11/2011 | N801200001005
k06 | M | 03/12/2011 | C801200001006
k07 | F | 04/01/2012 | R801200001007
k08 | F | 05/10/2006 | F801200001008
k09 | M | 06/11/2006 | U801200001009
k10 | F | 07/12/2006 | B801200001010
"""
EPISODES = """
k01 | 01/05/2020 | S | C2 | N1 | U6 | |
k02 | 15/06/2021 | S | C2 | N1 | K2 | |
k03 | 01/02/2022 | S | C1 | N1 | U1 | |
k04 | 01/09/2020 | S | C2 | N1 | U6 | 01/03/2022 | X1
k04 | 01/03/2022 | P | C2 | N1 | U4 | |
k05 | 01/10/2020 | S | C2 | N5 | K2 | 01/05/2022 | X1
k05 | 01/05/2022 | P | C2 | N5 | U6 | |
k06 | 10/01/2020 | S | C2 | N1 | K2 | |
k07 | 01/03/2021 | S | V2 | N4 | U1 | |
k08 | 01/02/2015 | S | C2 | N1 | U6 | |
k09 | 01/03/2019 | S | C2 | N1 | K2 | 01/06/2022 | X1
k09 | 01/06/2022 | P | C2 | N1 | K2 | |
k10 | 01/08/2021 | S | C2 | N1 | U6 | 31/01/2023 | E4A
"""
OC2 = "\n".join(
    f"k{n:02d} | {score}" for n, score in enumerate((8, 14, 20, 17, 5, 9, 11, 3, 25), 1)
)
KS1 = """
k01 | EXS | EXS | WTS | EXS | 7.0
k02 | GDS | EXS | EXS | EXS | 8.5
k03 | A   | A   | A   | A   |
"""
PHONICS = """
k01 | 35 | WA
k02 | 20 | WT
"""
KS1_OF_2019 = """
k04 | EXS | EXS | EXS | EXS | 8.0
k05 | WTS | WTS | EXS | EXS | 7.0
k06 | GDS | GDS | GDS | EXS | 10.0
"""
KS2 = """
k04 | 98  | NS | 101 | AS | 95  | NS | EXS | EXS | 103.2 | 103 | 101 | -5.2 | -2.0 | 2.0 | 8.0 | 8
k05 | 105 | AS | 99  | NS | 100 | AS | WTS | EXS | 103.5 | 108 | 96  | 1.5 | -9.0 | -5.0 | 7.0 | 6
k06 | 112 | AS | 110 | AS | 111 | AS | GDS | EXS | 110   | 110 | 110 | 2.0 | 0.0 | 3.0 | 10.0 | 12
k07 |     | B  |     | B  |     | B  | PK3 | HNM |       |     |     |      |      |      |      |
"""
KS2_OF_2018 = """
k08 | 104 | AS | 102 | AS | 103 | AS | EXS | EXS | | | | | | | |
k09 | 96  | NS | 95  | NS | 94  | NS | WTS | HNM | | | | | | | |
"""
KS4 = """
k08 | 50 | 12 | 10 | 15 | 13 | 6 | 5 | 5 | 3 | 3 | 8 | 8 | 5.0 | 48.2 | 0.18 | 103 | middle | 7
k09 | 20 | 6  | 4  | 5  | 5  | 3 | 4 | 3 | 3 | 2 | 1 | 5 | 1.5 | 41.0 | -2.1 | 95.5 | low   | 4
k10 | 0  | 0  | 0  | 0  | 0  | U |   | U | 0 | 0 | 0 | 0 | 0   |      |      |      |        |
"""
CENSUS = """
k01 | 2023 | N |      | 9912001 | Alder Primary | mainstream | 4.0  | 0 | 0
k04 | 2023 | K | SEMH | 9912001 | Alder Primary | mainstream | 12.5 | 2 | 3.5
k05 | 2023 | E | MLD  | 8017001 | Beech School  | special    | 10.0 | 0 | 0
k08 | 2023 | N |      | 9914001 | Cedar High    | mainstream | 3.0  | 0 | 0
k09 | 2023 | K | SEMH | 9914002 | Dunlin High   | mainstream | 55.0 | 1 | 1.5
"""
SCHOOLS = """
k04 | 9912002 | Elder Primary | 01/09/2016 | 13/01/2023
k04 | 9912001 | Alder Primary | 16/01/2023 |
k05 | 8017001 | Beech School  | 01/09/2016 |
k08 | 9914001 | Cedar High    | 01/09/2018 |
k09 | 9914001 | Cedar High    | 01/09/2018 | 17/12/2021
k09 | 9914002 | Dunlin High   | 05/01/2022 |
"""
FLAGS = {"GDS", "EXS"}
PEOPLE_FRAME = frame("child sex dob upn", PEOPLE).set_index("child")


def numbers(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    return rows.assign(**{name: rows[name].astype("float64") for name in names})


def whose(rows: pd.DataFrame) -> pd.DataFrame:
    """Result rows with UPN, date of birth and sex in the place of the child."""
    person = PEOPLE_FRAME.loc[rows["child"]].reset_index(drop=True)
    dob = pd.to_datetime(person["dob"], format="%d/%m/%Y")
    rows = rows.drop(columns="child").assign(upn=person["upn"], sex=person["sex"], dob=dob)
    return rows.assign(elig=True)


def key_stage_1(text: str) -> pd.DataFrame:
    rows = numbers(
        frame("child read_outcome writ_outcome mat_outcome sci_outcome aps", text), "aps"
    )
    subjects = ("read", "writ", "mat", "sci")
    for one in subjects:
        rows[f"{one}_exp"] = rows[f"{one}_outcome"].isin(FLAGS).astype("boolean")
        rows[f"elig_{one}"] = True
    rows["rwm_exp"] = rows["read_exp"] & rows["writ_exp"] & rows["mat_exp"]
    return whose(rows.assign(elig_rwm=True))


def phonics() -> pd.DataFrame:
    rows = numbers(frame("child mark outcome", PHONICS), "mark")
    return whose(rows.assign(met=(rows["mark"] >= 32).astype("boolean")))


def key_stage_2(text: str) -> pd.DataFrame:
    names = (
        "child read_score read_outcome mat_score mat_outcome gps_score gps_outcome writ_outcome "
        "sci_outcome read_pred mat_pred writ_pred read_prog mat_prog writ_prog ks1_aps prior_group"
    )
    rows = frame(names, text)
    rows = numbers(
        rows, *(n for n in rows if n.endswith(("_score", "_pred", "_prog")) or n == "ks1_aps")
    )
    for one in ("read", "mat", "gps"):
        rows[f"{one}_exp"] = (rows[f"{one}_score"] >= 100).astype("boolean")
        rows[f"{one}_high"] = (rows[f"{one}_score"] >= 110).astype("boolean")
        rows[f"elig_{one}"] = True
    rows["writ_exp"] = rows["writ_outcome"].isin(FLAGS).astype("boolean")
    rows["writ_gds"] = rows["writ_outcome"].eq("GDS").astype("boolean")
    rows["sci_exp"] = rows["sci_outcome"].eq("EXS").astype("boolean")
    rows["rwm_exp"] = rows["read_exp"] & rows["writ_exp"] & rows["mat_exp"]
    rows["rwm_high"] = rows["read_high"] & rows["writ_gds"] & rows["mat_high"]
    for one in ("read", "writ", "mat"):
        rows[f"in_{one}_prog"] = rows[f"{one}_prog"].notna()
    return whose(rows.assign(elig_writ=True, elig_sci=True, elig_rwm=True))


def key_stage_4() -> pd.DataFrame:
    names = (
        "child att8 att8_eng att8_mat att8_ebacc att8_open eng_grade lit_grade mat_grade "
        "ebacc_filled open_filled passes entries ebacc_aps att8_pred p8 ks2_average prior grade_his"
    )
    rows = frame(names, KS4)
    texts = ("child", "eng_grade", "lit_grade", "mat_grade", "prior", "grade_his")
    rows = numbers(rows, *(name for name in rows if name not in texts))
    english = rows[["eng_grade", "lit_grade"]].replace("U", "0").astype("float64").max(axis=1)
    maths = rows["mat_grade"].replace("U", "0").astype("float64")
    for grade in (4, 5):
        rows[f"eng_9{grade}"] = (english >= grade).astype("boolean")
        rows[f"mat_9{grade}"] = (maths >= grade).astype("boolean")
        rows[f"basics_9{grade}"] = rows[f"eng_9{grade}"] & rows[f"mat_9{grade}"]
    entered = rows["child"].eq("k08").astype("boolean")
    rows = rows.assign(ebacc_entered=entered, ebacc_94=entered, ebacc_95=False)
    return whose(rows.assign(in_p8=rows["p8"].notna()))


def census() -> pd.DataFrame:
    names = "child year sen sen_need laestab school_name school_type_group absence_overall"
    rows = frame(f"{names} suspensions days_suspended", CENSUS)
    rows = numbers(rows, "absence_overall", "suspensions", "days_suspended")
    upns = PEOPLE_FRAME.loc[rows["child"], "upn"].to_numpy()
    return rows.drop(columns="child").assign(
        upn=upns,
        year=rows["year"].astype("int64"),
        persistent=(rows["absence_overall"] >= 10).astype("boolean"),
        suspended=(rows["suspensions"] > 0).astype("boolean"),
        eal=pd.Series(False, index=rows.index, dtype="boolean"),
        fsm6=pd.Series(True, index=rows.index, dtype="boolean"),
    )


def schools() -> pd.DataFrame:
    rows = frame("child laestab school_name entry_date leaving_date", SCHOOLS)
    dates = {
        name: pd.to_datetime(rows[name], format="%d/%m/%Y")
        for name in ("entry_date", "leaving_date")
    }
    upns = PEOPLE_FRAME.loc[rows["child"], "upn"].to_numpy()
    return rows.drop(columns="child").assign(upn=upns, academic_year="2022/23", **dates)


def ten_at_school(with_census: bool = True) -> Model:
    """The ten children, by default with their school census."""
    header = PEOPLE_FRAME.reset_index().set_axis(["CHILD", "SEX", "DOB", "UPN"], axis=1)
    tables = {
        "Header": header.assign(ETHNIC="WBRI"),
        "Episodes": frame("CHILD DECOM RNE LS CIN PLACE DEC REC", EPISODES),
        "OC2": frame("CHILD SDQ_SCORE", OC2),
    }
    return build(
        la="X06000991",
        version=3,
        returns={YEAR: Return.from_tables(tables, YEAR)},
        results={
            ("ks1", "2022/23"): key_stage_1(KS1),
            ("phonics", "2021/22"): phonics(),
            ("ks1", "2018/19"): key_stage_1(KS1_OF_2019),
            ("ks2", "2022/23"): key_stage_2(KS2),
            ("ks2", "2017/18"): key_stage_2(KS2_OF_2018),
            ("ks4", "2022/23"): key_stage_4(),
        },
        characteristics=census() if with_census else None,
        schools=schools() if with_census else None,
    )
