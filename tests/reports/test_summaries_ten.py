"""Every number of the four summaries on ten hand-worked children each (made.py says who)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cla.reports import (
    BY_NAME,
    Filters,
    Model,
    Report,
    build,
    early_summary,
    ks1_summary,
    ks2_summary,
    ks4_summary,
)
from cla.reports.summary import _countable
from cla.reports.summary_reports import SUMMARIES
from tests.reports import made
from tests.reports.test_benchmarks_ten import KS1, KS4


def counts(report: Report, subject: str, split: str = "All children") -> dict[str, int]:
    """The categories of one bar that have children."""
    bars = report.frames["bars"]
    own = bars[(bars["subject"] == subject) & (bars["split"] == split) & (bars["count"] != 0)]
    return dict(zip(own["category"], own["count"], strict=True))


def sizes(report: Report) -> list[int]:
    return report.frames["figures"]["count"].tolist()


def middle(report: Report, subject: str) -> list[float]:
    row = report.frames["middles"].set_index("subject").loc[subject]
    return row[["n", "median", "lower", "upper"]].tolist()


def test_key_stage_1_summary() -> None:
    report = ks1_summary(made.made("ks1", {2019: KS1}), Filters(2019), child_level=True)
    assert sizes(report) == [10, 8, 1, 1]  # e09 absent and disapplied, e10 not matched
    assert counts(report, "read") == {
        "below": 1,
        "pre_key_stage": 1,
        "towards": 2,
        "expected": 3,
        "greater": 1,
        "absent": 1,
        "not_matched": 1,
    }
    assert counts(report, "mat") == {
        "below": 1,
        "pre_key_stage": 1,
        "towards": 2,
        "expected": 3,
        "greater": 1,
        "disapplied": 1,
        "not_matched": 1,
    }
    assert counts(report, "sci") == {"not_met": 4, "expected": 4, "absent": 1, "not_matched": 1}
    assert report.frames["middles"].empty
    bar = report.frames["bars"].set_index(["subject", "category"])
    assert bar.loc[("read", "expected"), "percent"] == 30


def test_a_split_shows_every_group_beside_all() -> None:
    report = ks1_summary(made.made("ks1", {2019: KS1}), Filters(2019), "sex", child_level=True)
    assert set(report.frames["bars"]["split"]) == {"All children", "Girls", "Boys"}
    assert counts(report, "read", "Girls") == {"towards": 2, "expected": 3, "greater": 1}
    assert counts(report, "read", "Boys") == {
        "below": 1,
        "pre_key_stage": 1,
        "absent": 1,
        "not_matched": 1,
    }


def test_key_stage_1_of_levels() -> None:
    levels = {"read_level": ["W", "1", "2C", "2B", "2A", "3", "3", "A", "D"]}
    report = ks1_summary(made.made("ks1", {2015: levels}), Filters(2015), child_level=True)
    assert set(report.frames["bars"]["subject"]) == {"read_level"}
    assert counts(report, "read_level") == {
        "level_W": 1,
        "level_1": 1,
        "level_2C": 1,
        "level_2B": 1,
        "level_2A": 1,
        "level_3 or above": 2,
        "absent": 1,
        "disapplied": 1,
        "not_matched": 1,
    }


KS2 = {
    **made.tested(
        read="80 89 90 94 95 99 100 110 B",
        mat="105 109 120 104 100 A 99 N B",
        gps="A A A A A A A A A",
    ),
    "writ_outcome": ["GDS", "EXS", "EXS", "WTS", "PK6", "BLW", "A", "D", "EM"],
    "sci_outcome": ["EXS"] * 5 + ["HNM"] * 4,
}


def test_key_stage_2_summary() -> None:
    report = ks2_summary(made.made("ks2", {2024: KS2}), Filters(2024), child_level=True)
    assert sizes(report) == [10, 9, 0, 1]
    assert counts(report, "read") == {
        "below_test": 1,
        "under_90": 2,
        "90_94": 2,
        "95_99": 2,
        "100_104": 1,
        "110_120": 1,
        "not_matched": 1,
    }
    assert counts(report, "mat") == {
        "below_test": 1,
        "no_score": 1,
        "95_99": 1,
        "100_104": 2,
        "105_109": 2,
        "110_120": 1,
        "absent": 1,
        "not_matched": 1,
    }
    assert counts(report, "writ") == {
        "below": 2,
        "pre_key_stage": 1,
        "towards": 1,
        "expected": 2,
        "greater": 1,
        "absent": 1,
        "disapplied": 1,
        "not_matched": 1,
    }
    # 80 89 90 94 95 99 100 110: halfway of 94 and 95; quarters 89.75 and 99.25
    assert middle(report, "read") == [8, 94.5, 89.75, 99.25]
    # 99 100 104 105 109 120
    assert middle(report, "mat") == [6, 104.5, 101, 108]
    assert "gps" not in set(report.frames["bars"]["subject"])
    assert any("do not carry: Grammar" in note for note in report.notes)


def test_key_stage_4_summary() -> None:
    slots = {f"slot{n}": [0.0, 0, 1, 1, 1, 1, 1, 0, 0] for n in range(3, 9)}
    results = {**KS4, **slots, "pillars_entered": [0.0, 1, 2, 3, 4, 5, 5, 0, 2]}
    report = ks4_summary(made.made("ks4", {2024: results}), Filters(2024), child_level=True)
    assert sizes(report) == [10, 9, 0, 1]
    assert counts(report, "eng") == {"below": 4, "four": 3, "five": 2, "not_matched": 1}
    assert counts(report, "mat") == {"below": 4, "four": 2, "five": 3, "not_matched": 1}
    assert counts(report, "att8") == {  # 0 10 15.5 20 24.5 30 40 50 60
        "zero": 1,
        "10_19": 2,
        "20_29": 2,
        "30_39": 1,
        "40_49": 1,
        "50_plus": 2,
        "not_matched": 1,
    }
    # English and maths have points for all but e01 and, in English, e09; six slots of e03 to e07
    assert counts(report, "slots") == {"none": 1, "1_2": 3, "8": 5, "not_matched": 1}
    assert counts(report, "pillars") == {"none": 2, "1_2": 3, "3_4": 2, "all": 2, "not_matched": 1}
    assert counts(report, "ebacc_entered") == {"no": 8, "yes": 1, "not_matched": 1}
    assert middle(report, "att8") == [9, 24.5, 15.5, 40]


EYFSP = {
    "gld": [True, True, True, True, False, False, False, False, None],
    "goals_expected": [17.0, 17.0, 16.0, 12.0, 11.0, 6.0, 1.0, 0.0, np.nan],
    "com_exp": [True] * 5 + [False] * 3 + [None],
    "lit_exp": [True] * 4 + [False] * 4 + [None],
}
PHONICS = {
    "mark": [40.0, 36.0, 35.0, 32.0, 31.0, 28.0, 27.0, 5.0, np.nan],
    "outcome": ["WA", "WA", "WA", "WA", "WT", "WT", "WT", "WT", "A"],
    "met": [True] * 4 + [False] * 5,
    "elig_y2": [False] * 9,
}
MTC = {
    "mark": [25.0, 25.0, 24.0, 20.0, 19.0, 14.0, 9.0, np.nan, np.nan],
    "outcome": ["C", "C", "C", "C", "C", "C", "C", "A", "Z"],
    "took": [True] * 7 + [False] * 2,
    "full_marks": [True, True] + [False] * 5 + [None, None],
}


def test_early_years_phonics_and_tables() -> None:
    for stage, results, expected in (
        ("eyfsp", EYFSP, [10, 8, 0, 2]),
        ("phonics", PHONICS, [10, 8, 1, 1]),
        ("mtc", MTC, [10, 7, 1, 2]),
    ):
        report = early_summary(made.made(stage, {2024: results}), Filters(2024), child_level=True)
        assert sizes(report) == expected, stage
        assert set(report.frames["figures"]["stage"]) == {stage}
        if stage == "eyfsp":
            assert counts(report, "gld") == {"no": 4, "yes": 4, "no_result": 1, "not_matched": 1}
            assert counts(report, "goals") == {
                "none": 1,
                "1_5": 1,
                "6_11": 2,
                "12_16": 2,
                "all": 2,
                "no_result": 1,
                "not_matched": 1,
            }
            assert counts(report, "com_exp")["yes"] == 5
            assert middle(report, "goals")[:2] == [8, 11.5]
        if stage == "phonics":
            assert counts(report, "phonics_1") == {
                "0_15": 1,
                "24_27": 1,
                "28_31": 2,
                "32_35": 2,
                "36_40": 2,
                "absent": 1,
                "not_matched": 1,
            }
            assert middle(report, "phonics_1")[:2] == [8, 31.5]
        if stage == "mtc":
            assert counts(report, "mtc") == {
                "0_9": 1,
                "10_14": 1,
                "15_19": 1,
                "20_24": 2,
                "25": 2,
                "not_taken": 2,
                "not_matched": 1,
            }
            assert middle(report, "mtc")[:2] == [7, 20]


def test_a_second_check_in_year_2_is_a_bar_of_its_own() -> None:
    second = {**PHONICS, "elig_y2": [True] * 3 + [False] * 6}
    report = early_summary(made.made("phonics", {2024: second}), Filters(2024), child_level=True)
    assert counts(report, "phonics_2") == {"32_35": 1, "36_40": 2}
    assert sum(counts(report, "phonics_1").values()) == 7


def test_everybody_may_see_the_second_checks_that_count() -> None:
    """Twenty children checked again in year 2: they count by a column of their own."""
    marks = [33.0] * 12 + [20.0] * 8
    pupils = pd.DataFrame(
        {
            "matched": True,
            "mark": marks,
            "outcome": "WA",
            "elig": False,
            "elig_y2": True,
        }
    )
    again = next(one for one in SUMMARIES["early_summary"].subjects if one.key == "phonics_2")
    assert len(_countable(again, pupils)) == 20
    first = next(one for one in SUMMARIES["early_summary"].subjects if one.key == "phonics_1")
    assert len(_countable(first, pupils)) == 0
    assert len(_countable(again, pupils.assign(elig_y2=[True] * 4 + [False] * 16))) == 0
    all_but_two = pupils.assign(elig_y2=[True] * 18 + [False] * 2)
    assert len(_countable(again, all_but_two)) == 0


def test_what_is_not_loaded_is_said() -> None:
    model = made.made("phonics", {2024: PHONICS})
    report = early_summary(model, Filters(2024), child_level=True)
    assert "No early years profile results for 2023/24 yet. Import them." in report.notes
    for name in SUMMARIES:
        nothing = BY_NAME[name](build("X", 0, {}, {}), Filters(2024), child_level=True)
        assert nothing.empty == "No return for 2023-24 yet. Import one."
        other_year = BY_NAME[name](model, Filters(2023), child_level=True)
        assert other_year.empty == "No return for 2022-23 yet. Import one."


@pytest.fixture(scope="module")
def ks2() -> Model:
    return made.made("ks2", {2024: KS2})


def test_no_small_number_for_readers_without_the_permission(ks2: Model) -> None:
    report = ks2_summary(ks2, Filters(2024), "sex", child_level=False)
    assert any(note.startswith("Splits of a summary") for note in report.notes)
    assert set(report.frames["bars"]["split"]) == {"All children"}
    shown = pd.concat([report.frames["bars"]["count"], report.frames["figures"]["count"]])
    assert not shown.dropna().between(1, 5).any()
    assert report.frames["middles"]["median"].isna().all()
    assert (
        "not_matched"
        not in set(
            report.frames["bars"].loc[report.frames["bars"]["count"].fillna(1) > 0, "category"]
        )
        or report.frames["bars"]["count"].isna().any()
    )


def test_phonics_by_the_end_of_year_2_looks_at_both_years() -> None:
    """Year 2 children of 2024: e01 to e04 met in year 1, e05 in year 2, e06 to e09 did not."""
    second = {
        "mark": [33.0, 30.0],
        "outcome": ["WA", "WT"],
        "met": [True, False],
        "elig_y2": [True, True],
        "elig": [False, False],
    }
    again = made.made_results("ks1", 2024, second)  # of the year group of key stage 1: year 2
    again["upn"] = [made.upns(2024)[name] for name in ("e05", "e06")]
    first = made.made_results("phonics", 2023, PHONICS)
    first["upn"] = [made.upns(2024)[name] for name in made.NAMES[:9]]
    model = build(
        made.HARTLEPOOL,
        1,
        {2024: made.made_return("ks1", 2024)},
        {("phonics", "2022/23"): first, ("phonics", "2023/24"): again},
    )
    report = early_summary(model, Filters(2024), child_level=True)
    assert counts(report, "phonics_by_2") == {
        "not_met": 4,
        "met_in_2": 1,
        "met_in_1": 4,
        "no_result": 1,
    }
    assert counts(report, "phonics_2") == {"28_31": 1, "32_35": 1}
