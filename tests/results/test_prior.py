"""Points of key stage 1, their average, the bands of key stage 2, and what a pupil entered."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cla import results
from tests.results.rows import ANNA as ANNA_ROW
from tests.results.rows import KS2_HEAD, KS4_HEAD, column, delimited, ks2, only

ANNA, BEN = "B801200005001", "H801200001001"


def text(*values):
    return pd.Series(values, dtype="str")


def test_points_of_key_stage_1():
    given_codes = text("GDS", "EXS", "wts", "PKF", "P8", "P1i", "P3ii", "P4")
    assert results.ks1_points(given_codes).tolist() == [10, 8, 6, 4, 2.75, 0.25, 1.5, 1.75]


@pytest.mark.parametrize("code", ["PK1", "PK4", "BLW", "A", "D", "M", "Q", "EM", None])
def test_points_that_are_not_known_are_never_guessed(code):
    assert results.ks1_points(text(code)).isna().all()


def test_points_of_levels():
    given_levels = text("W", "1", "2C", "2B", "2A", "3", "4", "2", "A")
    points = results.level_points(given_levels)
    assert points.tolist()[:7] == [3, 9, 13, 15, 17, 21, 27]
    assert points.isna().tolist() == [False] * 7 + [True, True]


def test_the_average_counts_maths_twice_and_needs_all_three():
    read, writ, mat = pd.Series([8.0, 10]), pd.Series([6.0, 10]), pd.Series([10.0, None])
    assert results.ks1_aps(read, writ, mat).iloc[0] == 8.5
    assert results.ks1_aps(read, writ, mat).isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("average", "band"),
    [(59, "low"), (99.5, "low"), (100, "middle"), (109.5, "middle"), (110, "high"), (120, "high")],
)
def test_bands_of_key_stage_2(average, band):
    assert results.ks2_band(pd.Series([average])).tolist() == [band]


def test_no_average_is_no_band():
    assert results.ks2_band(pd.Series([None], dtype="float64")).isna().all()


@given(st.lists(st.integers(118, 240).map(lambda half: half / 2), min_size=2, max_size=30))
def test_a_higher_average_is_never_a_lower_band(averages):
    order = {"low": 0, "middle": 1, "high": 2}
    bands = results.ks2_band(pd.Series(sorted(averages))).map(order)
    assert bands.is_monotonic_increasing


def test_key_stage_1_results_have_points_where_they_are_known():
    head = "ACADYR UPN READ_OUTCOME WRIT_OUTCOME MATH_OUTCOME SCI_OUTCOME"
    rows = (f"2022/2023 {ANNA} GDS EXS WTS EXS", f"2022/2023 {BEN} EXS PK2 EXS HNM")
    result = only(delimited("ks1", head, rows))
    assert column(result, "read_points") == [10, 8]
    assert column(result, "writ_points") == [8, None]
    assert column(result, "aps") == [(10 + 8 + 12) / 4, None]


def test_optional_key_stage_1_is_read():
    head = "ACADYR UPN READ_OUTCOME WRIT_OUTCOME MATH_OUTCOME SCI_OUTCOME"
    result = only(delimited("ks1", head, (f"2024/2025 {ANNA} EXS EXS WTS EXS",)))
    assert (result.academic_year, column(result, "rwm_exp")) == ("2024/25", [False])


def test_the_band_of_key_stage_2_files_is_dfes():
    head = f"{KS2_HEAD},KS1GROUP,KS1AVERAGE_GRP_P,KS1READPS,KS1WRITPS,KS1MATPS"
    result = only(ks2(f"{ANNA_ROW},3,17,10,8,10", head=head))
    assert column(result, "prior") == ["high"]
    assert column(result, "prior_group") == ["17"]
    assert column(result, "ks1_aps") == [9.5]


def test_the_band_of_key_stage_4_files_is_dfes_else_by_the_average():
    head = KS4_HEAD.replace(",", " ") + " KS4_PRIORBAND_PTQ_EE KS4_KS2EMSS KS4_KS2EMSS_GRP"
    rows = (
        f"2022/2023 {ANNA} A B 03/02/2007 F 1 1 1 1 12 10 15 16 53 1 104 18",
        f"2022/2023 {BEN} A B 03/02/2007 M 1 1 1 1 12 10 15 16 53 - 110 24",
    )
    result = only(delimited("ks4", head, rows))
    assert column(result, "prior") == ["low", "high"]
    assert column(result, "prior_group") == ["18", "24"]


def test_levels_behind_progress_8_are_taken_for_no_score():
    head = KS4_HEAD.replace(",", " ") + " KS4_KS2READSCORE KS4_KS2MATSCORE KS4_KS2EMFG"
    rows = (f"2018/2019 {ANNA} A B 03/02/2003 F 1 1 1 1 12 10 15 16 53 4.3 4.7 4.5",)
    result = only(delimited("ks4", head, rows))
    assert column(result, "ks2_average") == [None]
    assert column(result, "prior") == [None]
    assert column(result, "ks2_level") == [4.5]


# --- what pupil details show of key stage 4


def test_grades_slots_and_pillars_are_carried_over():
    head = (
        KS4_HEAD.replace(",", " ") + " KS4_ENTRIES KS4_APENG_91 KS4_APELIT_91 KS4_APMAT_91"
        " KS4_APCOMBSCI_91 KS4_APHIS_91 KS4_APFRE_91 KS4_SLOT3EBAC KS4_SLOT8OPEN"
        " KS4_EBACENG_E_PTQ_EE KS4_EBACMAT_E_PTQ_EE KS4_EBAC2SCI_E_PTQ_EE KS4_EBACHUM_E_PTQ_EE"
        " KS4_EBACLAN_E_PTQ_EE KS4_EBACHUM_94 KS4_EBACHUM_95 KS4_LEVEL2_EM_94"
    )
    row = f"2022/2023 {ANNA} A B 03/02/2007 F 1 1 1 1 12 10 15 16 53 9"
    row += " 5 6 5 54 6 - 6 4 1 1 1 1 0 1 0 1"
    result = only(delimited("ks4", head, (row,)))
    assert column(result, "entries") == [9]
    assert column(result, "grade_eng") == ["5"]
    assert column(result, "grade_combsci") == ["54"]
    assert column(result, "grade_his") == ["6"]
    assert "grade_fre" not in result.frame  # nobody of the file has one
    assert column(result, "slot3") == [6]
    assert column(result, "slot8") == [4]
    assert column(result, "pillars_entered") == [4]
    assert column(result, "pillar_lan_entered") == [False]
    assert column(result, "pillar_hum_94") == [True]
    assert column(result, "pillar_hum_95") == [False]
    assert column(result, "level2_em") == [True]
    assert column(result, "eng_grade") == ["5"]


def test_subjects_have_titles_and_pillars():
    held = results.subjects()
    assert held["his"].title == "History" and held["his"].pillar == "hum"
    assert held["art"].pillar == ""
    assert {subject.pillar for subject in held.values()} == {"", *results.PILLARS}
    assert all(f"grade_{code}" in results.fields("ks4") for code in held)
