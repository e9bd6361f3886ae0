"""Results files as they come: layouts and stages."""

from __future__ import annotations

import pytest

from cla.files import Upload
from tests.results.rows import ANNA, BEN, CARA, KS2_HEAD, KS4_HEAD, column, ks2, only

# --- key stage 2


def test_ks2_computed_by_hand():
    result = only(ks2(ANNA, BEN, CARA))
    assert (result.stage, result.academic_year, result.source, result.year) == (
        "ks2",
        "2023/24",
        "giap",
        2024,
    )
    assert column(result, "upn") == ["B801200005001", "H801200001001", "R674123101121"]
    assert result.frame["dob"].dt.strftime("%Y-%m-%d").tolist() == [
        "2013-02-03",
        "2012-10-09",
        "2013-06-30",
    ]
    assert column(result, "read_score") == [110, 99, None]
    assert column(result, "read_exp") == [True, False, False]
    assert column(result, "read_high") == [True, False, False]
    assert column(result, "elig_mat") == [True, True, False]
    assert column(result, "mat_exp") == [True, True, None]
    assert column(result, "gps_exp") == [True, False, None]
    assert column(result, "writ_exp") == [True, True, False]
    assert column(result, "writ_gds") == [True, False, False]
    assert column(result, "sci_exp") == [True, False, False]
    assert column(result, "elig_rwm") == [True, True, False]
    assert column(result, "rwm_exp") == [True, False, None]
    assert column(result, "rwm_high") == [True, False, None]
    assert column(result, "flags_from") == ["computed"] * 3
    assert result.flags["rwm_exp"] == "computed"


def test_ks2_flags_of_the_file_come_first():
    head = (
        KS2_HEAD
        + ",ELIGREADLA,ELIGREAD,READEXP,ELIGRWM,RWMEXP,INREADPROG,READPROGSCORE_EM_ADJUSTED,"
        "KS2READSCORE,KS2READPRED_EM,CLA_12_MONTHS,SENTYPE"
    )
    result = only(
        ks2(ANNA + ",0,1,0,1,0,1,-2.5,110,99.5,1,SEMH", BEN + ",,,,,,0,1.5,99,101.25,,", head=head)
    )
    assert column(result, "elig_read") == [
        False,
        True,
    ]  # the authority's denominator, not the school's
    assert column(result, "read_exp") == [False, False]
    assert column(result, "rwm_exp") == [False, False]
    assert result.flags["rwm_exp"] == "file"
    assert column(result, "read_prog") == [-2.5, 1.5]
    assert column(result, "in_read_prog") == [True, False]
    assert column(result, "cla_12_months") == [True, None]
    assert column(result, "sen_need") == ["SEMH", None]


def test_ks2_progress_is_points_less_prediction_and_never_guessed():
    head = KS2_HEAD + ",KS2READSCORE,KS2READPRED_EM"
    result = only(ks2(ANNA + ",110,104.5", BEN + ",99,", head=head))
    assert column(result, "read_prog") == [5.5, None]
    assert column(result, "in_read_prog") == [True, False]
    assert column(only(ks2(ANNA)), "in_read_prog") == [False]


def test_outcome_and_score_that_disagree_are_told():
    result = only(ks2(ANNA.replace("AS,110", "NS,110")))
    assert column(result, "read_exp") == [False]
    assert any("outcome and scaled score disagree (line 2)" in n for n in result.notices)
    assert result.checks["rule"].tolist() == ["ks2_read_outcome_score"]


def test_npd_layout_has_a_prefix_any_case_and_tabs():
    head = "\t".join(f"ks2_{name}" for name in KS2_HEAD.split(","))
    row = ANNA.replace(",", "\t")
    result = only(Upload("extract.tab", f"{head}\r\n{row}\r\n".encode("utf-16")))
    assert (result.stage, result.source) == ("ks2", "npd")
    assert column(result, "rwm_high") == [True]
    assert "ks2_PupilMatchingRef" in result.set_aside


def test_sen_provision_is_pooled():
    head = KS2_HEAD + ",SENF"
    rows = [ANNA + ",S", BEN + ",A", CARA + ",N"]
    assert column(only(ks2(*rows, head=head)), "sen") == ["E", "K", "N"]


# --- key stages 1 and 4


def test_ks1():
    content = (
        "ACADYR,UPN,DOB,SEX,READ_OUTCOME,WRIT_OUTCOME,MATH_OUTCOME,SCI_OUTCOME,NPDPUB\n"
        "2022/2023,B801200005001,03/02/2016,F,GDS,EXS,EXS,EXS,1\n"
        "2022/2023,H801200001001,03/02/2016,M,WTS,PK2,M,HNM,1\n"
        "2022/2023,R674123101121,03/02/2016,M,EXS,EXS,EXS,EXS,0\n"
    )
    result = only(Upload("ks1_results.csv", content.encode()))
    assert (result.stage, result.academic_year) == ("ks1", "2022/23")
    assert column(result, "elig_read") == [True, True, False]
    assert column(result, "elig_mat") == [True, False, False]
    assert column(result, "read_exp") == [True, False, None]
    assert column(result, "read_gds") == [True, False, None]
    assert column(result, "rwm_exp") == [True, None, None]
    assert column(result, "elig") == [True, True, False]


def test_ks4():
    head = (
        KS4_HEAD + ",KS4_P8SCORE,KS4_INP8CALC,KS4_L2BASICS_94,KS4_L2BASICS_95,KS4_EBACC_E_PTQ_EE,"
        "KS4_EBACCAPS_PUPIL,KS4_SENK,KS4_SENE,KS4_PASS_94"
    )
    result = only(
        Upload(
            "ks4_results.csv",
            (
                f"{head}\n"
                "2022/2023,B801200005001,Ash,Anna,03/02/2007,F,1,1,1,1,12,10,15,16,53,-0.35,1,1,"
                "0,0,4.17,0,1,6\n"
                "2022/2023,H801200001001,Birch,Ben,03/02/2007,M,1,1,1,1,0,0,0,0,0,,0,0,0,0,0,1,0,"
                "0\n"
            ).encode(),
        )
    )
    assert (result.stage, result.source, result.academic_year) == ("ks4", "giap", "2022/23")
    assert column(result, "att8") == [53, 0]
    assert column(result, "elig") == [True, True]
    assert column(result, "p8") == [-0.35, None]
    assert column(result, "in_p8") == [True, False]
    assert column(result, "basics_94") == [True, False]
    assert column(result, "sen") == ["E", "K"]
    assert column(result, "passes") == [6, 0]
    assert not any("add up" in notice for notice in result.notices)


def test_ks4_computed_where_the_file_is_silent():
    head = (
        "KS4_ACADYR,KS4_UPN,KS4_DOB,KS4_SLOT1ENG,KS4_SLOT2MAT,KS4_SLOT3EBAC,"
        "KS4_SLOT4EBAC,KS4_SLOT5EBAC,KS4_SLOT6OPEN,KS4_SLOT7OPEN,KS4_SLOT8OPEN,"
        "KS4_APENG_91,KS4_APELIT_91,KS4_APMAT_91,KS4_KS2READSCORE,KS4_KS2MATSCORE"
    )
    rows = (
        "2022/2023,B801200005001,03/02/2007,12,10,6,5,4,7,5,4,5,6,4,105,103\n2022/2023,"
        "H801200001001,03/02/2007,0,0,0,0,0,0,0,0,U,,,,\n"
    )
    result = only(Upload("k4.csv", f"{head}\n{rows}".encode()))
    assert column(result, "att8") == [53, 0]
    assert column(result, "eng_95") == [True, False]
    assert column(result, "mat_95") == [False, False]
    assert column(result, "basics_94") == [True, False]
    assert column(result, "basics_95") == [False, False]
    assert column(result, "ks2_average") == [104, None]
    estimate = result.frame["att8_pred"].iloc[0]
    assert result.frame["p8"].iloc[0] == pytest.approx((53 - estimate) / 10)
    assert column(result, "in_p8") == [True, False]
    assert any("published estimates for 2022/23" in notice for notice in result.notices)


def test_elements_that_do_not_add_up_are_told():
    result = only(
        Upload(
            "k.csv",
            f"{KS4_HEAD}\n2022/2023,B801200005001,A,B,03/02/2007,F,1,1,1,1,12,10,15,16,54\n".encode(),
        )
    )
    assert any("do not add up to Attainment 8 (line 2)" in notice for notice in result.notices)
    assert column(result, "att8") == [54]
