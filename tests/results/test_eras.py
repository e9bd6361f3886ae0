"""Levels to 2014/15, grades A* to G to 2015/16: each era by its own columns, worked by hand."""

from __future__ import annotations

import pytest

from tests.results.rows import KS4_HEAD, column, delimited, ks2, only, refusal

ANNA, BEN, CARA, DAN = "B801200005001", "H801200001001", "R674123101121", "P207000016049"

# --- key stage 1 in levels

KS1 = "KS1_ACADYR KS1_UPN KS1_DOB KS1_READING KS1_WRITING KS1_MATHS KS1_SCIENCE KS1_NPDPUB"


def test_key_stage_1_levels():
    result = only(
        delimited(
            "ks1",
            KS1,
            (
                f"2013/2014 {ANNA} 03/02/2007 2B 2C 3 2 1",
                f"2013/2014 {BEN} 03/02/2007 W 1 2A 1 1",
                f"2013/2014 {CARA} 03/02/2007 A D M 3 1",
                f"2013/2014 {DAN} 03/02/2007 2 3 2B 3 1",
            ),
        )
    )
    assert (result.stage, result.source, result.academic_year) == ("ks1", "npd", "2013/14")
    assert column(result, "read_l2") == [True, False, False, True]
    assert column(result, "read_l2b") == [True, False, False, None]  # level 2, not divided
    assert column(result, "mat_l3") == [True, False, None, False]
    assert column(result, "elig_mat") == [True, True, False, True]
    assert column(result, "sci_l2") == [True, False, True, True]
    assert column(result, "read_points") == [15, 3, None, None]
    assert column(result, "aps") == [
        pytest.approx((15 + 13 + 21) / 3),
        (3 + 9 + 17) / 3,
        None,
        None,
    ]
    assert column(result, "rwm_l2") == [True, False, None, True]
    assert column(result, "rwm_l2b") == [False, False, None, None]
    assert "read_exp" not in result.frame
    assert "sci_l2b" not in result.frame


def test_dfes_average_of_levels_comes_first():
    result = only(
        delimited("ks1", f"{KS1} KS1_APS", (f"2013/2014 {ANNA} 03/02/2007 2B 2B 2B 2 1 16.3",))
    )
    assert column(result, "aps") == [16.3]
    assert result.flags["aps"] == "file"


def test_a_level_that_is_none_is_told_and_not_counted():
    result = only(delimited("ks1", KS1, (f"2013/2014 {ANNA} 03/02/2007 2D 2B 2B 2 1",)))
    assert column(result, "elig_read") == [False]
    assert any("column KS1_READING: not a level (2D) on line 2" in n for n in result.notices)


# --- key stage 2 in levels

KS2 = "KS2_ACADYR KS2_UPN KS2_DOB KS2_READLEV KS2_WRITLEVTA KS2_MATLEV KS2_GPSLEV"


def test_key_stage_2_levels():
    result = only(
        delimited(
            "ks2",
            KS2,
            (
                f"2014/2015 {ANNA} 03/02/2004 5 5 6 4",
                f"2014/2015 {BEN} 03/02/2004 4 3 4 N",
                f"2014/2015 {CARA} 03/02/2004 A 4 B X",
            ),
        )
    )
    assert (result.stage, result.academic_year) == ("ks2", "2014/15")
    assert column(result, "read_l4") == [True, True, False]
    assert column(result, "mat_l5") == [True, False, False]
    assert column(result, "elig_gps") == [True, True, False]
    assert column(result, "gps_l4") == [True, False, None]
    assert column(result, "rwm_l4") == [True, False, False]
    assert column(result, "rwm_l5") == [True, False, False]
    assert column(result, "read_l4b") == [None] * 3  # the level is not divided
    assert "read_exp" not in result.frame and "read_score" not in result.frame
    assert result.checks.empty


def test_key_stage_2_levels_by_dfes_flags_alone():
    head = "KS2_ACADYR KS2_UPN KS2_DOB KS2_LEVXREADWRITTAMAT KS2_LEV4BREADWRITTAMAT KS2_LEVXREAD"
    rows = (f"2013/2014 {ANNA} 03/02/2003 1 1 1", f"2013/2014 {BEN} 03/02/2003 0 0 1")
    result = only(delimited("ks2", head, rows))
    assert column(result, "rwm_l4") == [True, False]
    assert column(result, "rwm_l4b") == [True, False]
    assert column(result, "elig_rwm") == [True, True]
    assert column(result, "read_l4") == [True, True]
    assert result.flags["rwm_l4"] == "file"


def test_a_combined_level_that_does_not_follow_is_told():
    head = f"{KS2} KS2_LEVXREADWRITTAMAT"
    result = only(delimited("ks2", head, (f"2014/2015 {ANNA} 03/02/2004 4 3 4 4 1",)))
    assert result.checks["rule"].tolist() == ["ks2_rwm_l4"]
    assert column(result, "rwm_l4") == [True]


# --- key stage 4 in letters


@pytest.mark.parametrize(
    ("year", "suffix"), [("2014/2015", "_PTQ_EE"), ("2013/2014", "_PTQ"), ("2011/2012", "")]
)
def test_key_stage_4_by_the_suffix_of_the_year(year, suffix):
    level2_em = "KS4_LEVEL2_EM_94" if suffix == "_PTQ_EE" else f"KS4_LEVEL2_EM{suffix}"
    head = f"KS4_ACADYR KS4_UPN KS4_DOB KS4_LARES {level2_em} KS4_LEVEL2{suffix}"
    head += f" KS4_L2BASICS{suffix} KS4_GCSE_ENGAC{suffix} KS4_GCSE_MATHAC{suffix}"
    head += f" KS4_EBACC{suffix} KS4_EBACC_E{suffix} KS4_APMAT{suffix} KS4_EBACHUM_E{suffix}"
    result = only(
        delimited(
            "ks4",
            head,
            (
                f"{year} {ANNA} 03/02/1998 1 1 1 1 1 1 0 1 B 1",
                f"{year} {BEN} 03/02/1998 1 0 1 0 1 0 0 0 G 0",
                f"{year} {CARA} 03/02/1998 0 0 0 0 0 0 0 0 - 0",
            ),
        )
    )
    assert result.stage == "ks4"
    assert column(result, "fiveac_em") == [True, False, False]
    assert column(result, "fiveac") == [True, True, False]
    assert column(result, "em_ac") == [True, False, False]
    assert column(result, "eng_ac") == [True, True, False]
    assert column(result, "ebacc_ach") == [False, False, False]
    assert column(result, "ebacc_entered") == [True, False, False]
    assert column(result, "pillar_hum_entered") == [True, False, False]
    assert column(result, "grade_mat") == ["B", "G", None]
    assert column(result, "elig") == [True, True, False]
    assert "att8" not in result.frame and "basics_94" not in result.frame
    assert result.flags["fiveac_em"] == "file"


def test_english_and_maths_together_are_worked_out_of_the_two():
    head = "KS4_ACADYR KS4_UPN KS4_DOB KS4_LEVEL2_EM KS4_GCSE_ENGAC KS4_GCSE_MATHAC"
    rows = (f"2011/2012 {ANNA} 03/02/1996 1 1 1", f"2011/2012 {BEN} 03/02/1996 0 1 0")
    result = only(delimited("ks4", head, rows))
    assert column(result, "em_ac") == [True, False]
    assert result.flags["em_ac"] == "computed"


def test_2015_16_has_attainment_8_in_points_of_letters_and_the_progress_of_the_file():
    head = KS4_HEAD.replace(",", " ") + " KS4_L2BASICS_LL_PTQ_EE KS4_P8SCORE KS4_INP8CALC"
    head += " KS4_EBACC_PTQ_EE KS4_EBACC_E_PTQ_EE KS4_KS2EMFG KS4_KS2EMFG_GRP"
    rows = (
        f"2015/2016 {ANNA} A B 03/02/2000 F 1 1 1 1 16 14 18 19 67 1 0.4 1 1 1 4.5 20",
        f"2015/2016 {BEN} A B 03/02/2000 M 1 1 1 1 4 2 3 5 14 0 - 0 0 0 - -",
    )
    result = only(delimited("ks4", head, rows))
    assert column(result, "att8") == [67, 14]
    assert column(result, "p8") == [0.4, None]
    assert column(result, "in_p8") == [True, False]
    assert column(result, "em_ac") == [True, False]
    assert column(result, "ebacc_ach") == [True, False]
    assert column(result, "ks2_level") == [4.5, None]
    assert column(result, "prior_group") == ["20", None]
    assert "basics_94" not in result.frame
    assert result.checks.empty


# --- what is not known is refused


def test_years_whose_columns_are_not_known():
    old = "KS4_ACADYR KS4_UPN KS4_DOB KS4_LEVEL2_EM"
    message = refusal(delimited("ks4", old, (f"2002/2003 {ANNA} 03/02/1987 1",)))
    assert "holds key stage 4 results of 2002/03; they are read from 2003/04" in message


def test_a_file_of_levels_with_a_year_of_scores_says_nothing_it_does_not_have():
    result = only(delimited("ks1", KS1, (f"2017/2018 {ANNA} 03/02/2011 2B 2C 3 2 1",)))
    assert column(result, "read_exp") == [None]
    assert column(result, "elig") == [False]


def test_scores_of_an_earlier_year_are_not_taken_for_levels():
    result = only(
        ks2(f"2014/2015,1,{ANNA},A,B,03/02/2004,F,9911001,1,1,1,1,AS,110,AS,112,AS,104,GDS,EXS")
    )
    assert "rwm_exp" not in result.frame
    assert column(result, "elig") == [False]
