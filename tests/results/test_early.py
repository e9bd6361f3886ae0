"""The early years profile, the phonics check and the multiplication check, worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla.files import Upload
from cla.results.early import goals
from tests.results.rows import column, delimited, only, refusal

ANNA, BEN, CARA, DAN = "B801200005001", "H801200001001", "R674123101121", "P207000016049"

# --- phonics

PHONICS = "Phonics_ACADYR Phonics_PUPILMATCHINGREF Phonics_UPN Phonics_SEX Phonics_DOB Phonics_LA"
PHONICS += " Phonics_ESTAB Phonics_NCYEARACTUAL Phonics_PHONICS_MARK Phonics_PHONICS_OUTCOME"


def phonics(*rows: str, head: str = PHONICS, end: str = ",") -> Upload:
    return delimited("phonics_results", head, rows, end)


def test_phonics():
    result = only(
        phonics(
            f"2023/2024 1 {ANNA} F 03/02/2018 991 1001 1 38 Wa",
            f"2023/2024 2 {BEN} M 03/02/2018 991 1001 1 31 Wt",
            f"2023/2024 3 {CARA} M 03/02/2018 991 12 1 - A",
            f"2023/2024 4 {DAN} M 03/02/2017 991 1001 2 33 Wa",
        )
    )
    assert (result.stage, result.academic_year, result.source) == ("phonics", "2023/24", "giap")
    assert column(result, "mark") == [38, 31, None, 33]
    assert column(result, "outcome") == ["WA", "WT", "A", "WA"]
    assert column(result, "met") == [True, False, False, True]
    assert column(result, "elig") == [True, True, True, False]
    assert column(result, "elig_y2") == [False, False, False, True]
    assert column(result, "laestab") == ["9911001", "9911001", "9910012", "9911001"]
    assert result.checks.empty


@pytest.mark.parametrize(("mark", "met"), [(31, False), (32, True), (0, False), (40, True)])
def test_the_threshold_is_32_where_there_is_no_outcome(mark, met):
    result = only(phonics(f"2018/2019 1 {ANNA} F 03/02/2013 991 1001 1 {mark} -"))
    assert column(result, "met") == [met]
    assert column(result, "elig") == [True]


def test_an_extract_has_its_own_prefix_and_tabs():
    head = PHONICS.replace("Phonics_", "PHONICS_").replace("PHONICS_PUPILMATCHINGREF ", "")
    result = only(phonics(f"2023/2024 {ANNA} F 03/02/2018 991 1001 1 38 Wa", head=head, end="\t"))
    assert (result.stage, result.source) == ("phonics", "npd")
    assert column(result, "met") == [True]


def test_the_autumn_check_of_2021_is_of_year_2():
    head = PHONICS + " PHONICS_MARK_AUT21 PHONICS_OUTCOME_AUT21"
    result = only(
        phonics(
            f"2021/2022 1 {ANNA} F 03/02/2016 991 1001 1 35 Wa - -",
            f"2021/2022 2 {BEN} M 03/02/2015 991 1001 2 - - 34 Wa",
            f"2021/2022 3 {CARA} M 03/02/2015 991 1001 2 36 Wa 20 Wt",
            head=head,
        )
    )
    assert column(result, "mark") == [35, 34, 36]
    assert column(result, "met") == [True, True, True]
    assert column(result, "autumn") == [False, True, False]
    assert column(result, "elig") == [True, False, False]
    assert column(result, "elig_y2") == [False, True, True]


def test_phonics_before_the_check_began():
    message = refusal(phonics(f"2010/2011 1 {ANNA} F 03/02/2005 991 1001 1 38 Wa"))
    assert "they are read from 2011/12, the first year of the check" in message


@given(st.integers(0, 40), st.sampled_from(["Wa", "Wt", "A", "D", "Q", "-"]))
@settings(max_examples=40, deadline=None)
def test_who_met_the_standard_is_in_the_denominator(mark, outcome):
    frame = only(phonics(f"2023/2024 1 {ANNA} F 03/02/2018 991 1001 1 {mark} {outcome}")).frame
    assert bool(frame["elig"].iloc[0])
    assert bool(frame["met"].iloc[0]) == (mark >= 32 if outcome == "-" else outcome == "Wa")


# --- early years

E_GOALS = [f"FSP_{row['area'].upper()}_{name.upper()}" for name, row in goals("2022/23").T.items()]
G_GOALS = [f"FSP_{row['area'].upper()}_{name.upper()}" for name, row in goals("2015/16").T.items()]
WHO = "FSP_ACADYR FSP_PupilMatchingRef FSP_UPN FSP_DOB FSP_NPDPUB"


def profile(*rows: str, head: str) -> Upload:
    return delimited("eyfsp_results", head, rows)


def test_the_two_profiles_have_seventeen_goals_twelve_of_them_in_the_good_level():
    for year, letter in (("2012/13", "g"), ("2018/19", "g"), ("2021/22", "e"), ("2025/26", "e")):
        held = goals(year)
        assert list(held.index) and set(held.index.str[0]) == {letter}
        assert (len(held), held["in_gld"].sum()) == (17, 12)
        assert set(held.index[held["in_gld"]]) == {f"{letter}{n:02d}" for n in range(1, 13)}
    assert goals("2019/20").empty and goals("2020/21").empty


def test_dfes_flag_comes_first_and_says_so():
    head = f"{WHO} {' '.join(E_GOALS)} FSP_GLD"
    good, short = " ".join(["2"] * 17), " ".join(["1", *["2"] * 16])
    result = only(
        profile(
            f"2022/2023 1 {ANNA} 03/02/2018 1 {good} 1",
            f"2022/2023 2 {BEN} 03/02/2018 1 {short} 0",
            f"2022/2023 3 {CARA} 03/02/2018 0 {good} 1",
            head=head,
        )
    )
    assert (result.stage, result.source) == ("eyfsp", "giap")
    assert result.flags["gld"] == "file"
    assert column(result, "gld") == [True, False, True]
    assert column(result, "elig") == [True, True, False]
    assert column(result, "goals_expected") == [17, 16, 17]
    assert column(result, "com_exp") == [True, False, True]
    assert column(result, "lit_exp") == [True, True, True]
    assert column(result, "all_goals") == [True, False, True]
    assert column(result, "e01") == ["2", "1", "2"]
    assert "g01" not in result.frame
    assert result.checks.empty


@pytest.mark.parametrize(
    ("goal", "code", "gld"),
    [
        (12, "1", False),  # maths, the last goal that counts
        (13, "1", True),  # understanding the world does not count
        (17, "1", True),
        (1, "A", False),
        (8, "-", None),  # a blank goal is not known
        (14, "-", True),
        (5, "3", True),  # exceeding, in the profile to 2018/19
    ],
)
def test_a_good_level_is_twelve_goals_at_least_expected(goal, code, gld):
    codes = ["2"] * 17
    codes[goal - 1] = code
    result = only(
        profile(
            f"2015/2016 1 {ANNA} 03/02/2011 1 {' '.join(codes)}", head=f"{WHO} {' '.join(G_GOALS)}"
        )
    )
    assert column(result, "gld") == [gld]
    assert result.flags["gld"] == "computed"
    assert column(result, "elig") == [gld is not None]


def test_a_missing_goal_does_not_hide_one_that_is_not_reached():
    codes = ["1", "-", *["2"] * 15]
    result = only(
        profile(
            f"2022/2023 1 {ANNA} 03/02/2018 1 {' '.join(codes)}", head=f"{WHO} {' '.join(E_GOALS)}"
        )
    )
    assert column(result, "gld") == [False]
    assert column(result, "goals_expected") == [None]


def test_a_flag_that_does_not_follow_from_the_goals_is_told_and_used():
    row = f"2022/2023 1 {ANNA} 03/02/2018 1 {' '.join(['2'] * 16)} 3 0"
    result = only(profile(row, head=f"{WHO} {' '.join(E_GOALS)} FSP_GLD"))
    assert column(result, "gld") == [False]
    assert result.checks["rule"].tolist() == ["eyfsp_exceeding", "eyfsp_gld_goals"]


def test_the_scales_before_2012_are_refused():
    message = refusal(profile(f"2011/2012 1 {ANNA} 03/02/2007 1 1", head=f"{WHO} FSP_GLD"))
    assert "read from 2012/13, since the profile before had no early learning goals" in message


# --- multiplication check

MTC = "ACADYR PupilMatchingRef UPN Sex DOB LAESTAB FormMark PupilStatus ReasonNotTakingCheck"


def test_multiplication_check():
    result = only(
        delimited(
            "mtc_results",
            MTC,
            (
                f"2023/2024 1 {ANNA} F 03/02/2015 9911001 25 Complete -",
                f"2023/2024 2 {BEN} M 03/02/2015 9911001 0 Complete -",
                f"2023/2024 3 {CARA} M 03/02/2015 9911001 - - Absent",
            ),
        )
    )
    assert (result.stage, result.source) == ("mtc", "giap")
    assert column(result, "mark") == [25, 0, None]
    assert column(result, "took") == [True, True, False]
    assert column(result, "full_marks") == [True, False, None]
    assert column(result, "outcome") == ["COMPLETE", "COMPLETE", "ABSENT"]
    assert column(result, "elig") == [True] * 3
    assert result.checks.empty


def test_marks_off_the_scale_are_missing_and_told():
    rows = (
        f"2023/2024 1 {ANNA} F 03/02/2015 9911001 26 Complete -",
        f"2023/2024 2 {BEN} M 03/02/2015 9911001 12 Complete Absent",
    )
    result = only(delimited("mtc_results", MTC, rows))
    assert column(result, "mark") == [None, 12]
    assert result.checks[["rule", "line"]].to_numpy().tolist() == [
        ["mtc_mark_scale", 2],
        ["mtc_mark_reason", 3],
    ]
