"""Invented results and characteristics: readable, matchable, like England's, with rows as real
files have."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cla import census, demo, results, ssda903, upn
from cla.demo import attainment, early, schools
from cla.stages import STAGES
from tests.demo.conftest import LA


@pytest.fixture(scope="module")
def read() -> dict[tuple[str, str], results.Results]:
    found = results.read(demo.results_files(LA))
    return {(each.stage, each.academic_year): each for each in found}


def test_the_bytes_are_the_same_every_time() -> None:
    files = (*demo.results_files(LA), *demo.characteristics_files(LA))
    digest = hashlib.sha256(b"".join(upload.content for upload in files))
    assert digest.hexdigest() == (
        "4ce691f01393f46e362c597c7e2e5e96ddd375eb256fa82c70f8b3bd712629dc"
    )


def test_there_are_files_for_every_stage_and_year(
    read: dict[tuple[str, str], results.Results],
) -> None:
    academic_years = ["2021/22", "2022/23", "2023/24", "2024/25", "2025/26"]
    for stage in STAGES:
        assert [year for found, year in sorted(read) if found == stage] == academic_years
    assert {each.source for each in read.values()} == {"giap"}


def test_nearly_all_rows_match_the_return(
    read: dict[tuple[str, str], results.Results], returns: dict[int, ssda903.Return]
) -> None:
    for (_, _), each in read.items():
        header = returns[each.year].tables["Header"]
        matched = each.frame["upn"].isin(header["UPN"])
        assert matched.mean() > (0.7 if len(each.frame) > 20 else 0.4)
        if len(each.frame) > 10:
            assert not matched.all(), "no stranger to show"
        assert each.checks.empty, "the elements do not add up"


def test_key_stage_2_adds_up(read: dict[tuple[str, str], results.Results]) -> None:
    frame = read["ks2", "2022/23"].frame
    met = frame["read_exp"] & frame["writ_exp"] & frame["mat_exp"]
    assert (met == frame["rwm_exp"]).all()
    assert ((frame["read_score"] >= 100) == frame["read_exp"])[frame["read_score"].notna()].all()
    inside = frame[frame["in_read_prog"]]
    points = (inside["read_prog_points"] - inside["read_pred"]).clip(lower=-18)
    assert ((inside["read_prog"] - points).abs() < 0.006).all()


def test_progress_is_there_only_in_its_years(
    read: dict[tuple[str, str], results.Results],
) -> None:
    assert read["ks2", "2022/23"].frame["in_read_prog"].any()
    assert not read["ks2", "2024/25"].frame["in_read_prog"].any()
    assert read["ks2", "2025/26"].frame["in_read_prog"].any()
    assert read["ks4", "2023/24"].frame["in_p8"].any()
    assert not read["ks4", "2024/25"].frame["in_p8"].any()


def test_attainment_8_is_the_sum_of_its_slots(
    read: dict[tuple[str, str], results.Results],
) -> None:
    for year in ("2021/22", "2025/26"):
        frame = read["ks4", year].frame
        parts = frame[["att8_eng", "att8_mat", "att8_ebacc", "att8_open"]].sum(axis=1)
        assert ((parts - frame["att8"]).abs() < 0.011).all()
        assert frame["att8"].between(0, 90).all()


def many(year_group: int) -> pd.DataFrame:
    """Four thousand pupils of one year group with what a school knows of them."""
    keys = (np.arange(1, 4_001, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
    pupils = pd.DataFrame({"key": keys, "year_group": year_group, "uasc": False})
    return pd.concat([pupils, schools.known(pupils, LA, 2022)], axis=1)


@pytest.mark.parametrize(
    ("academic_year", "read", "writ", "mat", "rwm"),
    [
        ("2021/22", 0.52, 0.42, 0.44, 0.31),
        ("2022/23", 0.54, 0.48, 0.51, 0.37),
        ("2023/24", 0.53, 0.46, 0.47, 0.34),
        ("2024/25", 0.51, 0.45, 0.46, 0.35),
    ],
)
def test_key_stage_2_is_like_that_of_looked_after_children(
    academic_year: str, read: float, writ: float, mat: float, rwm: float
) -> None:
    # DfE, Outcomes for children in need, including children looked after, 2024/25
    found = attainment.key_stage_2(many(6), academic_year)
    for column, expected in (("READ", read), ("WRITTA", writ), ("MAT", mat), ("RWM", rwm)):
        assert abs(found[f"{column}EXP"].mean() - expected) < 0.05, column


def test_progress_from_key_stage_1_is_like_that_of_looked_after_children() -> None:
    found = attainment.key_stage_2(many(6), "2022/23")
    for subject, expected in (("READ", 0.04), ("WRIT", -0.33), ("MAT", -0.63)):
        assert abs(found[f"{subject}PROGSCORE_EM_ADJUSTED"].mean() - expected) < 0.7, subject


def test_the_early_years_are_like_those_of_looked_after_children() -> None:
    # good level of development 39 to 43% from 2021/22 to 2024/25 (DfE figures in LAIT, April 2026)
    assert abs(early.early_years(many(0), "2022/23")["GLD"].mean() - 0.41) < 0.04


def test_phonics_outcomes_follow_from_marks() -> None:
    pupils = many(1)
    assert early.takes_phonics(pupils).all()
    found = early.phonics(pupils, "2022/23")
    given = found["PHONICS_MARK"].notna()
    assert set(found["PHONICS_OUTCOME"][~given]) == {"A", "D"}
    met = found["PHONICS_MARK"][given] >= 32
    assert (found["PHONICS_OUTCOME"][given].eq("Wa") == met).all()
    assert found["PHONICS_MARK"].dropna().between(0, 40).all()


def test_the_multiplication_check_has_marks_of_25() -> None:
    marks = early.multiplication(many(4), "2022/23")["FormMark"]
    assert marks.dropna().between(0, 25).all() and (marks == 25).mean() > 0.05
    assert 0.02 < marks.isna().mean() < 0.15


@pytest.mark.parametrize(
    ("academic_year", "att8", "basics", "p8"),
    [("2021/22", 20.3, 0.22, -1.29), ("2022/23", 19.3, 0.20, -1.26), ("2024/25", 17.3, 0.17, None)],
)
def test_key_stage_4_is_like_that_of_looked_after_children(
    academic_year: str, att8: float, basics: float, p8: float | None
) -> None:
    found = attainment.key_stage_4(many(11), academic_year)
    assert abs(found["KS4_ATT8"].mean() - att8) < 1.2
    assert abs(found["KS4_L2BASICS_94"].mean() - basics) < 0.04
    if p8 is None:
        assert found["KS4_P8SCORE"].isna().all()
    else:
        assert abs(found["KS4_P8SCORE"].mean() - p8) < 0.3


def test_pupils_with_plans_do_less_well_than_others(
    read: dict[tuple[str, str], results.Results],
) -> None:
    frames = [each.frame for (stage, _), each in read.items() if stage == "ks4"]
    by_need = pd.concat(frames).groupby("sen")["att8"].mean()
    assert by_need["E"] < by_need["K"] < by_need["N"]


def test_characteristics_are_read_and_like_englands() -> None:
    found = census.read(demo.characteristics_files(LA))
    assert [each.academic_year for each in found] == [
        *("2021/22", "2022/23", "2023/24", "2024/25", "2025/26")
    ]
    every = pd.concat([each.frame for each in found])
    assert not any(each.notices for each in found)
    assert abs((every["sen"] == "E").mean() - 0.32) < 0.06
    assert abs(every["absence_overall"].mean() - 9.0) < 3.0
    assert set(every["upn_grade"]) == {upn.PERMANENT}
    assert (every["laestab"].str[:3] != "992").mean() == pytest.approx(0.30, abs=0.1)


TINY = """\
CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB
001,1,31/08/2007,WBRI,A123456789012,,
002,2,01/09/2006,WBRI,B123456789012,0,
003,2,31/08/2006,WBRI,C123456789012,0,
004,1,10/01/2002,WBRI,D123456789012,,
005,1,10/01/2002,WBRI,UN2,,
"""


def tiny() -> ssda903.Return:
    rows = [line.split(",") for line in TINY.splitlines()]
    header = pd.DataFrame(rows[1:], columns=rows[0]).replace("", None)
    return ssda903.Return.from_tables({"Header": header}, year=2018, la="E06000014")


def test_results_are_made_for_the_children_of_any_return(tmp_path: Path) -> None:
    paths = demo.results_for(tiny(), tmp_path)
    assert [path.name for path in paths] == ["ks2_results_2017-18.csv", "ks4_results_2017-18.csv"]
    ks2, ks4 = results.read(paths)
    assert ks2.academic_year == "2017/18"
    # 11 on 31 August 2018; the UPNs have wrong letters and are written as they are
    assert sorted(ks2.frame["upn"]) == ["A123456789012", "B123456789012"]
    assert list(ks4.frame["upn"]) == ["D123456789012"]
    assert list(ks4.frame["dob"].dt.strftime("%d/%m/%Y")) == ["10/01/2002"]


def test_the_same_child_gets_the_same_results(tmp_path: Path) -> None:
    once, again = (demo.results_for(tiny(), tmp_path / name)[0] for name in ("a", "b"))
    assert once.read_bytes() == again.read_bytes()


def test_the_npd_layout_has_its_own_headings(tmp_path: Path) -> None:
    ks2, ks4 = results.read(demo.results_for(tiny(), tmp_path, layout="npd"))
    assert (ks2.source, ks4.source) == ("npd", "npd")
    assert ks2.frame["sen"].notna().all()


def test_another_year_can_be_asked_for(tmp_path: Path) -> None:
    paths = demo.results_for(tiny(), tmp_path, "2016/17")
    assert [path.name for path in paths] == ["ks2_results_2016-17.csv"]  # nobody is 16
    (ks2,) = results.read(paths)
    assert list(ks2.frame["upn"]) == ["C123456789012"]


@pytest.mark.parametrize(
    ("year", "layout"), [("2017/19", "giap"), ("2017-18", "giap"), (None, "excel")]
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, year: str | None, layout: str) -> None:
    with pytest.raises(ValueError):
        demo.results_for(tiny(), tmp_path, year, layout)
