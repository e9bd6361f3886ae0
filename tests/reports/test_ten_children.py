"""Every number of the reports on ten hand-worked children (their tables are in conftest.py)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cla.measures import wilson
from cla.reports import (
    Coverage,
    Filters,
    Model,
    Report,
    academic_year,
    att8_benchmark,
    build,
    cohort_differences,
    coverage,
    home,
    ks2_benchmark,
    ks4_benchmark,
    ks4_pupil_list,
    match_report,
    not_matched,
)

DEFAULT = Filters(2025)
ANY_TIME = Filters(2025, cohort="any_time")


def by_measure(report: Report) -> pd.DataFrame:
    return report.frames["measures"].set_index("measure")


@pytest.mark.parametrize(
    ("measure", "n", "value", "england_cla", "england_all"),
    [
        ("ks2_rwm_exp", 4, 50.0, 35, 63),
        ("ks2_read_exp", 4, 50.0, 51, 76),
        ("ks2_writ_exp", 4, 50.0, 45, 73),
        ("ks2_mat_exp", 4, 75.0, 46, 75),
        ("ks2_gps_exp", 4, 50.0, 47, 73),
        ("ks2_sci_exp", 4, 50.0, 56, 82),
        ("ks2_rwm_high", 4, 25.0, None, 8),
        ("ks2_read_high", 4, 25.0, None, 34),
        ("ks2_writ_gds", 4, 25.0, None, 13),
        ("ks2_mat_high", 4, 50.0, None, 27),
        ("ks2_gps_high", 4, 25.0, None, 30),
        ("ks2_read_ass", 3, 105.0, None, 106),
        ("ks2_mat_ass", 3, 326 / 3, None, 105),
        ("ks2_gps_ass", 3, 310 / 3, None, 105),
    ],
)
def test_key_stage_2_benchmark(
    ten: Model, measure: str, n: int, value: float, england_cla: float | None, england_all: float
) -> None:
    row = by_measure(ks2_benchmark(ten, DEFAULT, child_level=True)).loc[measure]
    assert (row["n"], row["value"]) == (n, pytest.approx(value))
    assert row["england_all"] == england_all
    assert row["england_cla"] == england_cla if england_cla else np.isnan(row["england_cla"])
    gap = value - england_cla if england_cla else np.nan
    assert row["gap"] == pytest.approx(gap, nan_ok=True)
    assert row["verdict"] == ("too few to say" if england_cla else "")
    assert row["reason"] == ""
    if row["unit"] == "percent":
        low, high = wilson(round(n * value / 100), n)
        assert (row["low"], row["high"]) == pytest.approx((100 * low, 100 * high))


def test_the_year_before_and_the_change(ten: Model) -> None:
    row = by_measure(ks2_benchmark(ten, DEFAULT, child_level=True)).loc["ks2_rwm_exp"]
    assert (row["last_year"], row["last_year_n"], row["change"]) == (100, 1, -50)


def test_sources_stand_beside_the_figures_of_england(ten: Model) -> None:
    row = by_measure(ks2_benchmark(ten, DEFAULT, child_level=True)).loc["ks2_rwm_exp"]
    assert "looked after" in row["england_cla_source"]
    assert row["england_cla_release"] and row["england_all_release"]


def test_what_the_benchmark_covers_and_says(ten: Model) -> None:
    report = ks2_benchmark(ten, DEFAULT, child_level=True)
    assert report.coverage == Coverage(5, 4, 4, 3, 1)
    assert report.coverage.words() == (
        "5 in cohort · 4 matched · 4 eligible · 3 with a result · 1 not matched"
    )
    assert report.caption == "Looked after 12 months at 31 March 2025: all children"
    assert report.notes[0] == "One child is 25.0 percentage points."
    assert not any("England figures are of all" in note for note in report.notes)
    assert report.empty == ""


@pytest.mark.parametrize(
    ("filters", "n", "value"),
    [
        (Filters(2025, cohort="at_31_march"), 5, 40.0),
        (Filters(2025, sex=("F",)), 3, 200 / 3),
        (Filters(2025, sex=("M",)), 1, 0.0),
        (Filters(2025, sen=("E",)), 2, 0.0),
        (Filters(2025, sen=("N", "K")), 2, 100.0),
        (Filters(2025, time_in_care=("5_plus",)), 1, 100.0),
        (Filters(2025, time_in_care=("2_to_5",)), 2, 50.0),
        (Filters(2025, time_in_care=("1_to_2",)), 1, 0.0),
        (Filters(2025, cohort="at_31_march", time_in_care=("under_1",)), 1, 0.0),
        (Filters(2025, placement=("foster",)), 3, 200 / 3),
        (Filters(2025, placement=("homes",), sex=("M",)), 1, 0.0),
    ],
)
def test_key_stage_2_under_filters(ten: Model, filters: Filters, n: int, value: float) -> None:
    report = ks2_benchmark(ten, filters, child_level=True)
    row = by_measure(report).loc["ks2_rwm_exp"]
    assert (row["n"], row["value"]) == (n, pytest.approx(value))
    assert any("England figures are of all" in note for note in report.notes)


def test_a_filter_on_sen_says_where_it_comes_from(ten: Model) -> None:
    report = ks2_benchmark(ten, Filters(2025, sen=("E",)), child_level=True)
    assert any("SEN provision is from the results file" in note for note in report.notes)


def test_a_selection_of_nobody_has_a_reason_and_no_zero(ten: Model) -> None:
    report = ks2_benchmark(ten, Filters(2025, placement=("schools",)), child_level=True)
    assert report.empty == "No child of this selection is at the end of key stage 2."
    assert report.frame["value"].isna().all()


def test_years_and_stages_that_are_not_loaded(ten: Model) -> None:
    no_return = ks2_benchmark(ten, Filters(2023), child_level=True)
    assert no_return.empty == "No return for 2022-23 yet. Import one."
    no_results = ks4_pupil_list(ten, Filters(2024), child_level=True)
    assert no_results.empty == "No key stage 4 results for 2023/24 yet. Import them."
    assert no_results.frame.empty and no_results.coverage is None
    assert home(ten, Filters(2023), child_level=True).empty.startswith("No return for 2022-23")


def test_a_year_without_the_measure_gives_the_reason_never_zero(ten: Model) -> None:
    row = by_measure(att8_benchmark(ten, DEFAULT, child_level=True)).loc["ks4_p8"]
    assert np.isnan(row["value"]) and np.isnan(row["n"])
    assert "no Progress 8 for 2024/25" in row["reason"]


def test_a_benchmark_of_a_year_without_tests_is_a_sentence(ten: Model) -> None:
    held = ten.loaded_results("ks2", 2025)
    assert held is not None
    cancelled = build("X", 1, {2021: ten.loaded_return(2025)}, {("ks2", "2020/21"): held})
    report = ks2_benchmark(cancelled, Filters(2021, cohort="any_time"), child_level=True)
    assert "cancelled" in report.empty
    assert report.frame["value"].isna().all()


def test_key_stage_4_pupil_list(ten: Model) -> None:
    report = ks4_pupil_list(ten, ANY_TIME, child_level=True)
    rows = report.frame.set_index("child")
    assert list(rows.index) == ["c08", "c09", "c10", "c07"]
    assert list(rows["english"]) == ["4", "below 4", "4", "5 or above"]
    assert list(rows["maths"]) == ["below 4", "below 4", "4", "4"]
    assert list(rows["basics"]) == [
        "one of two at 4 or above",
        "neither at 4",
        "both at 4 or above",
        "both at 4 or above",
    ]
    assert list(rows["att8"]) == [10, 0, 30, 50]
    assert list(rows["flags_text"]) == ["nearly there", "no passes", "left since", ""]
    assert rows.loc["c07", ["sex", "age", "sen", "placement"]].tolist() == [
        "F",
        16,
        "No SEN",
        "Foster placement",
    ]
    assert rows.loc["c07", "months_in_care"] == 122
    assert set(rows["matched"]) == {"UPN and date of birth"}
    counts = report.frames["flags"].set_index("flag")["count"]
    assert counts.to_dict() == {
        "nearly_there": 1,
        "largest_gap": 0,
        "no_result": 0,
        "no_passes": 1,
        "absent_suspended": 0,
        "absent_suspended_moved": 0,
        "not_matched": 0,
        "left_since": 1,
    }


@pytest.mark.parametrize(
    ("filters", "measure", "n", "value"),
    [
        (DEFAULT, "ks4_att8", 3, 20.0),
        (ANY_TIME, "ks4_att8", 4, 22.5),
        (DEFAULT, "ks4_em94", 3, 100 / 3),
        (ANY_TIME, "ks4_em94", 4, 50.0),
        (DEFAULT, "ks4_em95", 3, 0.0),
        (DEFAULT, "ks4_ebacc_entry", 3, 0.0),
        (DEFAULT, "ks4_ebacc_aps", 3, 4 / 3),
        (ANY_TIME, "ks4_ebacc_aps", 4, 1.5),
    ],
)
def test_key_stage_4_measures(
    ten: Model, filters: Filters, measure: str, n: int, value: float
) -> None:
    make = att8_benchmark if measure == "ks4_att8" else ks4_benchmark
    row = by_measure(make(ten, filters, child_level=True)).loc[measure]
    assert (row["n"], row["value"]) == (n, pytest.approx(value))


def test_who_is_not_matched_and_what_to_do(ten: Model) -> None:
    report = not_matched(ten, DEFAULT, "ks2", child_level=True)
    (row,) = report.frames["children"].to_dict("records")
    assert (row["child"], row["upn"]) == ("c06", "UN4")
    assert "UN1 to UN5" in row["reason"]
    assert "school" in row["action"]
    assert report.frames["reasons"]["count"].tolist() == [1]
    everyone = not_matched(ten, DEFAULT, "ks4", child_level=True)
    assert everyone.empty == "Every child of the cohort is matched."


def test_match_report_counts_everybody_once(ten: Model) -> None:
    report = match_report(ten, DEFAULT, "ks2", child_level=True)
    counts = report.frames["tiers"].set_index("tier")["count"]
    assert counts["tier 1"] == 4 and counts["un_code"] == 1
    assert counts.sum() == report.coverage.in_cohort == 5


def test_oc2_differences(ten: Model) -> None:
    report = cohort_differences(ten, 2025, child_level=True)
    assert report.frames["children"]["child"].tolist() == ["c04"]
    assert cohort_differences(ten, 2024, child_level=True).empty.startswith("The return has no OC2")


def test_home_sizes_changes_and_splits(ten: Model) -> None:
    report = home(ten, DEFAULT, child_level=True, findings={"error": 3, "query": 0})
    sizes = report.frames["sizes"].set_index("name")
    assert sizes["count"].to_dict() == {
        "12_months": 8,
        "at_31_march": 9,
        "any_time": 10,
        "short_breaks": 0,
        "uasc": 0,
    }
    assert sizes.loc[["12_months", "at_31_march", "any_time"], "previous"].tolist() == [8, 9, 9]
    assert report.frames["changes"]["count"].tolist() == [2, 2]
    any_time = home(ten, ANY_TIME, child_level=True).frames["changes"].set_index("name")
    assert any_time["count"].to_dict() == {"joiners": 2, "leavers": 1}
    counts = {
        name: {v: c for v, c in zip(frame["value"], frame["count"], strict=True) if c}
        for name, frame in report.frames.items()
        if "value" in frame and name != "headlines"
    }
    assert counts == {
        "sex": {"F": 5, "M": 3},
        "age": {"10_to_15": 5, "16_plus": 3},
        "placement": {"foster": 6, "homes": 2},
        "time_in_care": {"1_to_2": 2, "2_to_5": 3, "5_plus": 3},
        "legal": {"full_care_order": 7, "section_20": 1},
        "need": {"Abuse or neglect": 6, "Family dysfunction": 1, "Family in acute stress": 1},
        "sdq": {"normal": 2, "borderline": 2, "concern": 2, "unknown": 2},
        "placements_in_year": {"1": 8},
        "sen": {"E": 3, "K": 1, "N": 3, "unknown": 1},
    }
    attention = report.frames["attention"]
    assert attention["link"].tolist() == ["not_matched:ks2", "cohort", "quality", "quality"]
    assert attention["count"].tolist() == [1, 1, 1, 3]


def test_home_headlines_in_words(ten: Model) -> None:
    frame = home(ten, DEFAULT, child_level=True).frames["headlines"]
    assert frame["measure"].tolist() == ["ks2_rwm_exp", "ks2_read_exp", "ks4_att8", "ks4_em94"]
    assert frame["sentence"].iloc[0] == (
        "Reached the expected standard in reading, writing and maths: 50.0% of 4 children; "
        "England, looked after: 35.0%, too few to say; down 50.0 on 2023/24."
    )
    assert frame["sentence"].iloc[2] == (
        "Average Attainment 8 score: 20.0 on average, 3 children; "
        "England, looked after: 17.3, too few to say."
    )


def test_coverage_of_what_is_not_loaded_is_none(ten: Model) -> None:
    assert coverage(ten, Filters(2024), "ks4") is None
    assert coverage(ten, DEFAULT, "ks4") == Coverage(3, 3, 3, 3, 0)


def test_an_empty_model_reports_what_to_load() -> None:
    nothing = build("X", 0, {}, {})
    assert nothing.latest is None
    for report in (
        home(nothing, DEFAULT, child_level=True),
        ks2_benchmark(nothing, DEFAULT, child_level=True),
        ks4_pupil_list(nothing, DEFAULT, child_level=True),
        not_matched(nothing, DEFAULT, "ks2", child_level=True),
        match_report(nothing, DEFAULT, "ks4", child_level=True),
        cohort_differences(nothing, 2025, child_level=True),
    ):
        assert report.empty == "No return for 2024-25 yet. Import one."


def test_academic_year_of_a_collection_year() -> None:
    assert [academic_year(year) for year in (2025, 2000, 2010)] == ["2024/25", "1999/00", "2009/10"]
