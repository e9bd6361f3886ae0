"""Free checks: each rule on a row that breaks it and on one that keeps it, and what they tell."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import results
from cla.results.attainment8 import attainment8
from cla.results.checks import RULES
from tests.results.rows import column, delimited, only

UPN = "B801200005001"
KS2_WHO = {"ACADYR": "2022/2023", "UPN": UPN, "DOB": "03/02/2012"}
KS4_WHO = {"KS4_ACADYR": "2022/2023", "KS4_UPN": UPN, "KS4_DOB": "03/02/2007"}
KS2_GOOD = {
    "READOUTCOME": "AS",
    "READSCORE": "112",
    "MATOUTCOME": "NS",
    "MATSCORE": "96",
    "GPSOUTCOME": "B",
    "WRITTAOUTCOME": "GDS",
    "SCITAOUTCOME": "EXS",
    "READEXP": "1",
    "MATEXP": "0",
    "WRITTAEXP": "1",
    "SCITAEXP": "1",
    "READHIGH": "1",
    "MATHIGH": "0",
    "WRITTADEPTH": "1",
    "RWMEXP": "0",
    "RWMHIGH": "0",
    "INREADPROG": "1",
    "KS2READSCORE": "112",
    "KS2READPRED_EM": "104.51",
    "READPROGSCORE_EM": "7.49",
    "READPROGSCORE_EM_ADJUSTED": "7.49",
    "KS2WRITSCORE": "113",
    "KS1READPS": "8",
    "KS1WRITPS": "6",
    "KS1MATPS": "10",
    "KS1AVERAGEPS": "8.5",
}
KS4_GOOD = {
    "KS4_SLOT1ENG": "12",
    "KS4_SLOT2MAT": "10",
    "KS4_SLOT3EBAC": "6",
    "KS4_SLOT4EBAC": "5.5",
    "KS4_SLOT5EBAC": "3.5",
    "KS4_SLOT6OPEN": "7",
    "KS4_SLOT7OPEN": "5",
    "KS4_SLOT8OPEN": "4",
    "KS4_EBACSCR": "15",
    "KS4_OPENSCR": "16",
    "KS4_ATT8": "53",
    "KS4_ATT8_PRED": "46.53",
    "KS4_ENG_PRED": "10.06",
    "KS4_MAT_PRED": "9.2",
    "KS4_EBAC_PRED": "13.3",
    "KS4_OPEN_PRED": "13.97",
    "KS4_P8SCORE": "0.647",
    "KS4_P8SCORE_ORIG": "0.647",
    "KS4_P8THRESH": "-3.1",
    "KS4_P8ENG": "0.97",
    "KS4_P8MAT": "0.4",
    "KS4_P8EBAC": "0.57",
    "KS4_P8OPEN": "0.68",
    "KS4_INP8CALC": "1",
    "KS4_L2BASICS_94": "1",
    "KS4_L2BASICS_95": "0",
    "KS4_GCSE_ENG_94": "1",
    "KS4_GCSE_ENG_95": "1",
    "KS4_GCSE_MATH_94": "1",
    "KS4_GCSE_MATH_95": "0",
    "KS4_EBACC_E_PTQ_EE": "1",
    "KS4_EBACC_94": "1",
    "KS4_EBACC_95": "0",
    "KS4_KS2EMSS": "104",
    "KS4_KS2READSCORE": "105",
    "KS4_KS2MATSCORE": "103",
}


def of(cells: dict[str, str], **options) -> results.Results:
    return only(delimited("k", " ".join(cells), (" ".join(cells.values()),)), **options)


def rules(result: results.Results) -> list[str]:
    return result.checks["rule"].tolist()


def test_rows_that_agree_with_themselves_are_told_nothing():
    for cells in ({**KS2_WHO, **KS2_GOOD}, {**KS4_WHO, **KS4_GOOD}):
        result = of(cells)
        assert rules(result) == []
        assert not any("disagree" in notice for notice in result.notices)
        assert list(result.checks.columns) == [*("rule", "title", "message"), *_PLACE]


_PLACE = ("line", "upn", "columns")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"READOUTCOME": "NS", "READEXP": "0"}, "ks2_read_outcome_score"),
        ({"READSCORE": "99", "READHIGH": "0", "KS2READSCORE": "-"}, "ks2_read_outcome_score"),
        ({"MATSCORE": "121", "KS2MATSCORE": "-"}, "ks2_mat_score_scale"),
        ({"MATSCORE": "79"}, "ks2_mat_score_scale"),
        ({"MATOUTCOME": "B"}, "ks2_mat_score_without"),
        ({"READEXP": "0"}, "ks2_read_flag"),
        ({"READHIGH": "0"}, "ks2_read_high"),
        ({"WRITTAEXP": "0"}, "ks2_writ_flag"),
        ({"SCITAEXP": "0"}, "ks2_sci_flag"),
        ({"RWMEXP": "1"}, "ks2_rwm_exp"),
        ({"RWMHIGH": "1"}, "ks2_rwm_high"),
        ({"KS2READPRED_EM": "100"}, "ks2_read_progress"),
        ({"READPROGSCORE_EM_ADJUSTED": "6.4"}, "ks2_read_floor"),
        ({"KS2READSCORE": "113", "KS2READPRED_EM": "105.51"}, "ks2_read_points"),
        ({"KS2WRITSCORE": "103"}, "ks2_writ_points"),
        ({"KS1AVERAGEPS": "8"}, "ks2_ks1_average"),
        (
            {"READPROGSCORE_EM": "-", "READPROGSCORE_EM_ADJUSTED": "-", "KS2READPRED_EM": "-"},
            "ks2_read_in_progress",
        ),
    ],
)
def test_key_stage_2(changed, expected):
    assert rules(of({**KS2_WHO, **KS2_GOOD, **changed})) == [expected]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"KS4_ATT8": "54", "KS4_ATT8_PRED": "47.53"}, ["ks4_elements"]),
        ({"KS4_SLOT3EBAC": "7"}, ["ks4_ebacc_slots"]),
        ({"KS4_SLOT8OPEN": "3"}, ["ks4_open_slots"]),
        ({"KS4_SLOT7OPEN": "-1", "KS4_SLOT6OPEN": "13"}, ["ks4_negative"]),
        ({"KS4_ATT8_PRED": "45"}, ["ks4_estimate"]),
        ({"KS4_P8ENG": "0.5"}, ["ks4_eng_estimate"]),
        ({"KS4_P8MAT": "0.5"}, ["ks4_mat_estimate"]),
        ({"KS4_P8EBAC": "0.2"}, ["ks4_ebacc_estimate"]),
        ({"KS4_P8OPEN": "0.2"}, ["ks4_open_estimate"]),
        ({"KS4_P8SCORE": "0.5"}, ["ks4_floor"]),
        ({"KS4_P8THRESH": "1"}, ["ks4_floor"]),
        ({"KS4_P8SCORE": "-", "KS4_P8SCORE_ORIG": "-", "KS4_KS2EMSS": "-"}, None),
        ({"KS4_L2BASICS_94": "0"}, ["ks4_basics_94"]),
        ({"KS4_L2BASICS_95": "1"}, ["ks4_basics_95"]),
        ({"KS4_EBACC_94": "0", "KS4_EBACC_95": "1"}, ["ks4_five_four"]),
        ({"KS4_EBACC_E_PTQ_EE": "0"}, ["ks4_ebacc_entry"]),
        ({"KS4_KS2EMSS": "105"}, ["ks4_ks2_average"]),
    ],
)
def test_key_stage_4(changed, expected):
    cells = {**KS4_WHO, **KS4_GOOD, **changed}
    if expected is None:  # in the measure, and no score nor anything to work it out from
        del cells["KS4_KS2READSCORE"], cells["KS4_KS2EMSS"]
        expected = ["ks4_in_progress"]
    assert rules(of(cells)) == expected


def test_five_good_grades_without_their_parts():
    head = {"KS4_ACADYR": "2011/2012", "KS4_UPN": UPN, "KS4_LEVEL2_EM": "1", "KS4_LEVEL2": "0"}
    assert rules(of(head)) == ["ks4_five_ac"]
    assert rules(of({**head, "KS4_LEVEL2": "1", "KS4_L2BASICS": "0"})) == ["ks4_five_ac"]
    assert rules(of({**head, "KS4_LEVEL2": "1", "KS4_L2BASICS": "1"})) == []


@pytest.mark.parametrize(
    ("mark", "outcome", "expected"),
    [
        ("31", "Wa", "phonics_outcome_mark"),
        ("32", "Wt", "phonics_outcome_mark"),
        ("41", "Wa", "phonics_mark_scale"),
        ("30.5", "Wt", "phonics_mark_scale"),
        ("12", "A", "phonics_mark_absent"),
    ],
)
def test_phonics(mark, outcome, expected):
    cells = {"Phonics_ACADYR": "2023/2024", "Phonics_UPN": UPN}
    cells |= {"Phonics_PHONICS_MARK": mark, "Phonics_PHONICS_OUTCOME": outcome}
    assert rules(of(cells)) == [expected]


def test_key_stage_1_science():
    cells = {"ACADYR": "2022/2023", "UPN": UPN, "READ_OUTCOME": "GDS", "MATH_OUTCOME": "EXS"}
    assert rules(of({**cells, "SCI_OUTCOME": "GDS"})) == ["ks1_science_code"]
    assert rules(of({**cells, "SCI_OUTCOME": "HNM"})) == []


def test_a_score_raised_to_its_floor_is_no_mistake():
    changed = {"KS4_ATT8": "0", "KS4_P8SCORE": "-3.1", "KS4_P8SCORE_ORIG": "-4.653"}
    zeros = {name: "0" for name in KS4_GOOD if "SLOT" in name or name.endswith("SCR")}
    result = of({**KS4_WHO, **KS4_GOOD, **zeros, **changed})
    assert {rule for rule in rules(result) if not rule.endswith("_estimate")} == set()
    assert column(result, "p8") == [-3.1]


def test_what_a_check_tells():
    result = of({**KS4_WHO, **KS4_GOOD, "KS4_ATT8": "54", "KS4_ATT8_PRED": "47.53"})
    (row,) = result.checks.to_dict("records")
    assert row["title"] == results.check_titles()["ks4_elements"]
    assert row["message"] == (
        "The four elements do not add up to Attainment 8 (KS4_ATT8, KS4_SLOT1ENG, KS4_SLOT2MAT, "
        "KS4_EBACSCR, KS4_OPENSCR). The total of the file is used."
    )
    assert (row["line"], row["upn"]) == (2, UPN)
    assert row["columns"].split(", ")[0] == "KS4_ATT8"
    assert any(
        "1 row disagrees with itself: The four elements" in notice for notice in result.notices
    )


def test_a_check_names_no_child_but_in_its_own_column():
    result = of({**KS4_WHO, **KS4_GOOD, "KS4_ATT8": "54", "KS4_KS2EMSS": "105"})
    words = result.checks.drop(columns="upn").astype("str")
    assert not words.apply(lambda text: text.str.contains(UPN).any()).any()
    assert not any(UPN in notice for notice in result.notices)


def test_every_row_is_checked_also_those_that_are_left_out_as_doubles():
    cells = {**KS4_WHO, **KS4_GOOD, "KS4_ATT8": "54", "KS4_ATT8_PRED": "47.53"}
    line = " ".join(cells.values())
    result = only(delimited("k", " ".join(cells), (line, line)))
    assert result.checks["line"].tolist() == [2, 3]
    assert len(result.frame) == 1


def test_every_rule_has_a_name_of_its_own_and_fields_that_are_there():
    names = [rule.name for held in RULES.values() for rule in held]
    assert len(names) == len(set(names))
    for stage, held in RULES.items():
        for rule in held:
            assert rule.title and not rule.title.endswith(".")
            assert rule.name.startswith(stage)
            assert set(rule.fields) <= set(results.fields(stage))


points = st.lists(st.integers(0, 18).map(lambda half: half / 2), max_size=4)


@given(st.one_of(st.none(), st.integers(0, 9)), st.integers(0, 9), points, points)
@settings(max_examples=25, deadline=None)
def test_what_the_rules_of_attainment_8_give_never_disagrees(literature, maths, ebacc, other):
    eight = attainment8(5, literature, maths, ebacc, other)
    cells = {
        **KS4_WHO,
        "KS4_SLOT1ENG": eight.english,
        "KS4_SLOT2MAT": eight.maths,
        "KS4_EBACSCR": eight.ebacc,
        "KS4_OPENSCR": eight.open,
        "KS4_ATT8": eight.total,
    }
    result = of({name: str(value) for name, value in cells.items()})
    assert rules(result) == []
    assert column(result, "att8") == [eight.total]
