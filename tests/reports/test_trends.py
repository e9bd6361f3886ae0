"""Trends: every point and change on hand-worked years, gaps and breaks with their reasons."""

from __future__ import annotations

import numpy as np
import pytest

from cla.reports import Filters, Model, build, trends
from tests.reports import made
from tests.reports.test_benchmarks_ten import KS4


def ks2(rwm: int) -> dict[str, list[object]]:
    """Nine children, the first ``rwm`` of whom reached the standard in all three subjects."""
    scores = " ".join(["100"] * rwm + ["99"] * (9 - rwm))
    met = [True] * rwm + [False] * (9 - rwm)
    return {
        **made.tested(read=scores, mat=scores),
        "writ_exp": met,
        "elig_writ": [True] * 9,
        "writ_outcome": ["EXS" if one else "WTS" for one in met],
        "rwm_exp": met,
        "elig_rwm": [True] * 9,
    }


@pytest.fixture(scope="module")
def years() -> Model:
    """2018/19, 2021/22 and 2022/23; in between no tests were taken."""
    return made.made("ks2", {2019: ks2(3), 2022: ks2(6), 2023: ks2(2)})


def test_points_of_every_year_from_the_first_to_the_last(years: Model) -> None:
    report = trends(years, Filters(2023), "ks2", child_level=True)
    points = report.frames["points"]
    rwm = points[points["measure"] == "ks2_rwm_exp"].set_index("academic_year")
    assert list(rwm.index) == ["2018/19", "2019/20", "2020/21", "2021/22", "2022/23"]
    assert rwm["n"].tolist() == pytest.approx([9, np.nan, np.nan, 9, 9], nan_ok=True)
    expected = [100 / 3, np.nan, np.nan, 200 / 3, 200 / 9]
    assert rwm["value"].tolist() == pytest.approx(expected, nan_ok=True)
    assert rwm["segment"].tolist() == [0, -1, -1, 1, 1]
    assert "cancelled" in rwm.loc["2019/20", "reason"]
    assert rwm["england_cla"].tolist() == pytest.approx([37, np.nan, np.nan, 31, 37], nan_ok=True)
    assert rwm["region_cla"].tolist() == pytest.approx([48, np.nan, np.nan, 36, 48], nan_ok=True)
    assert rwm["england_all"].tolist() == pytest.approx([65, np.nan, np.nan, 59, 60], nan_ok=True)


def test_changes_against_the_change_of_each_comparator(years: Model) -> None:
    changes = trends(years, Filters(2023), "ks2", child_level=True).frames["changes"]
    rwm = changes[changes["measure"] == "ks2_rwm_exp"].set_index("year")
    assert rwm["since"].tolist() == ["2018/19", "2021/22"]
    assert rwm["change"].tolist() == pytest.approx([100 / 3, 200 / 9 - 200 / 3])
    assert rwm["england_cla_change"].tolist() == [-6, 6]
    assert rwm["england_cla_difference"].tolist() == pytest.approx(
        [100 / 3 + 6, 200 / 9 - 200 / 3 - 6]
    )
    assert rwm["region_cla_change"].tolist() == [-12, 12]
    assert rwm["england_all_change"].tolist() == [-6, 1]


def test_no_change_across_a_change_of_scale() -> None:
    model = made.made("ks4", {2023: KS4, 2024: KS4, 2022: KS4})
    report = trends(model, Filters(2024), "ks4", child_level=True)
    points = report.frames["points"]
    att8 = points[points["measure"] == "ks4_att8"].set_index("academic_year")
    assert att8["segment"].tolist() == [0, 1, 1]
    assert "2023" in att8.loc["2022/23", "broken"]
    changes = report.frames["changes"]
    att8 = changes[changes["measure"] == "ks4_att8"].set_index("year")
    assert np.isnan(att8.loc["2022/23", "change"])
    assert np.isnan(att8.loc["2022/23", "england_cla_difference"])
    assert "Grading returned" in att8.loc["2022/23", "reason"]
    assert att8.loc["2023/24", "change"] == 0
    assert att8.loc["2023/24", "england_cla_change"] == pytest.approx(18.2 - 19.3)


def test_a_year_without_results_in_between_is_a_gap() -> None:
    model = made.made("ks4", {2022: KS4, 2024: KS4})
    points = trends(model, Filters(2024), "ks4", child_level=True).frames["points"]
    gap = points[(points["measure"] == "ks4_em94") & (points["year"] == 2023)].iloc[0]
    assert np.isnan(gap["value"])
    assert gap["reason"] == "No return for 2022-23 is loaded."


def test_the_caption_names_the_years_not_one_of_them(years: Model) -> None:
    report = trends(years, Filters(2023), "ks2", child_level=True)
    assert report.caption == "Looked after 12 months at 31 March: all children; 2018/19 to 2022/23"


def test_filters_hold_in_every_year(years: Model) -> None:
    points = trends(years, Filters(2023, sex=("F",)), "ks2", child_level=True).frames["points"]
    rwm = points[points["measure"] == "ks2_rwm_exp"].dropna(subset="value")
    assert rwm["n"].tolist() == [6, 6, 6]
    assert rwm["value"].tolist() == pytest.approx([50, 100, 100 / 3])


def test_small_numbers_are_hidden_in_every_year(years: Model) -> None:
    report = trends(years, Filters(2023), "ks2", child_level=False)
    points = report.frames["points"]
    percents = points[points["unit"] == "percent"]
    assert percents["value"].isna().all()
    held = percents[~percents["year"].isin([2020, 2021])]
    assert held["reason"].str.startswith(("Suppressed", "The results loaded")).all()
    averages = points[points["value"].notna()]  # of eight or nine children
    assert averages["n"].dropna().gt(5).all() and averages["n"].notna().any()
    assert averages.loc[averages["n"].isna(), ["low", "high"]].isna().all(axis=None)
    assert not report.frames["changes"]["unit"].eq("percent").any()


def test_a_stage_that_is_not_loaded_is_a_sentence(years: Model) -> None:
    report = trends(years, Filters(2023), "phonics", child_level=True)
    assert report.empty == "No phonics results are loaded with a return of their year."
    assert trends(build("X", 0, {}, {}), Filters(2023), "ks4", child_level=True).empty
