"""Every number of the five benchmarks on ten hand-worked children each (made.py says who)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cla import measures
from cla.measures import wilson
from cla.reports import (
    Coverage,
    Filters,
    Model,
    Report,
    att8_benchmark,
    ks1_benchmark,
    ks2_benchmark,
    ks4_benchmark,
    progress_benchmark,
)
from cla.reports.benchmark_reports import BENCHMARKS
from tests.reports import made


def by_measure(report: Report) -> pd.DataFrame:
    return report.frames["measures"].set_index("measure")


def by_group(report: Report) -> pd.DataFrame:
    return report.frames["measures"].set_index("category")


# Key stage 1 of 2018/19: nine children have a result, e10 has no row in the file.
KS1 = made.assessed(
    read="GDS EXS EXS EXS WTS WTS PKF BLW A",
    writ="EXS EXS WTS EXS WTS WTS PKF BLW A",
    mat="GDS EXS EXS WTS EXS WTS PKF BLW D",
    sci="EXS EXS EXS EXS HNM HNM HNM HNM A",
)


@pytest.fixture(scope="module")
def ks1() -> Model:
    return made.made("ks1", {2019: KS1})


@pytest.mark.parametrize(
    ("measure", "total", "england_cla", "england_all"),
    [
        ("ks1_rwm_exp", 2, None, None),  # e01 and e02
        ("ks1_read_exp", 4, 52, 75),  # e01 to e04
        ("ks1_writ_exp", 3, 43, 69),  # e01, e02, e04
        ("ks1_mat_exp", 4, 49, 76),  # e01, e02, e03, e05
        ("ks1_sci_exp", 4, 60, 82),
        ("ks1_read_gds", 1, None, 25),
        ("ks1_writ_gds", 0, None, 15),
        ("ks1_mat_gds", 1, None, 22),
    ],
)
def test_key_stage_1_benchmark(
    ks1: Model, measure: str, total: int, england_cla: float | None, england_all: float | None
) -> None:
    row = by_measure(ks1_benchmark(ks1, Filters(2019), child_level=True)).loc[measure]
    assert (row["n"], row["total"]) == (9, total)
    assert row["value"] == pytest.approx(100 * total / 9)
    low, high = wilson(total, 9)
    assert (row["low"], row["high"]) == pytest.approx((100 * low, 100 * high))
    for name, figure in (("england_cla", england_cla), ("england_all", england_all)):
        if figure is None:
            assert np.isnan(row[name]) and row[f"{name}_verdict"] == ""
        else:
            assert row[name] == figure
            assert row[f"{name}_gap"] == pytest.approx(100 * total / 9 - figure)


def test_what_key_stage_1_covers_and_says(ks1: Model) -> None:
    report = ks1_benchmark(ks1, Filters(2019), child_level=True)
    assert report.coverage == Coverage(10, 9, 9, 8, 1)
    assert report.notes[0] == "One child is 11.1 percentage points."
    assert any("other children than those at the end of key stage 1" in n for n in report.notes)
    phonics = by_measure(report).loc["phonics_met"]
    assert phonics["reason"] == "No phonics results for 2018/19 are loaded."


def test_the_verdict_is_none_of_colour_but_words(ks1: Model) -> None:
    rows = by_measure(ks1_benchmark(ks1, Filters(2019), child_level=True))
    assert rows.loc["ks1_read_exp", "verdict"] == "no different from what chance allows"
    assert rows.loc["ks1_writ_exp", "england_all_verdict"] == "below"  # 33.3, at most 64.6, and 69


def test_key_stage_1_of_levels_shows_levels_only() -> None:
    levels = {f"{s}_l2": [True] * 6 + [False] * 3 for s in ("read", "writ", "mat", "sci")}
    levels |= {f"{s}_l2b": [True] * 3 + [False] * 6 for s in ("read", "writ", "mat")}
    levels |= {f"{s}_l3": [True] + [False] * 8 for s in ("read", "writ", "mat", "sci")}
    levels |= {f"elig_{s}": [True] * 9 for s in ("read", "writ", "mat", "sci", "rwm")}
    levels |= {"read_level": ["2B"] * 9}
    model = made.made("ks1", {2015: levels})
    rows = by_measure(ks1_benchmark(model, Filters(2015), child_level=True))
    assert rows.loc["ks1_read_l2", ["n", "value"]].tolist() == [9, pytest.approx(200 / 3)]
    assert rows.loc["ks1_mat_l2b", "value"] == pytest.approx(100 / 3)
    assert rows.loc["ks1_sci_l3", "value"] == pytest.approx(100 / 9)
    assert rows.loc["ks1_read_l2", "england_cla"] > 0
    assert not any(name.endswith(("_exp", "_gds")) for name in rows.index)


def test_groups_of_one_measure(ks1: Model) -> None:
    report = ks1_benchmark(ks1, Filters(2019), "ks1_read_exp.sex", child_level=True)
    rows = by_group(report)
    assert rows["label"].tolist() == ["All children", "Girls", "Boys"]
    assert rows["n"].tolist() == [9, 6, 3]
    assert rows["total"].tolist() == [4, 4, 0]
    assert rows.loc["F", "value"] == pytest.approx(200 / 3)
    assert rows.loc["M", "value"] == 0
    assert rows.loc["F", "gap"] == pytest.approx(200 / 3 - 52)
    assert rows.loc["M", "verdict"] == "too few to say"
    assert any("of all of them in England" in note for note in report.notes)
    placements = by_group(
        ks1_benchmark(ks1, Filters(2019), "ks1_read_exp.placement", child_level=True)
    )
    assert placements["n"].to_dict() == {"": 9, "foster": 7, "homes": 2}
    assert placements["total"].to_dict() == {"": 4, "foster": 4, "homes": 0}


def test_nonsense_about_what_the_rows_are_gives_the_measures(ks1: Model) -> None:
    for about in ("x.y", "ks1_read_exp.", ".sex", "ks2_rwm_exp.sex", "ks1_read_exp.upn", "a"):
        report = ks1_benchmark(ks1, Filters(2019), about, child_level=True)
        assert report.frame["category"].eq("").all()
        assert len(report.frame) == 10


def test_how_a_figure_comes_about(ks1: Model) -> None:
    report = ks1_benchmark(ks1, Filters(2019), child_level=True)
    told = report.frames["how"].set_index("measure").loc["ks1_read_exp"]
    assert told["counted"].endswith("count in this measure by DfE's rules: 9.")
    assert told["formula"] == "100 × 4 who reached it ÷ 9 counted = 44.4%."
    assert told["source"] == "Key stage 1 results: DfE's own flags and scores in the file."
    assert told["interval"].startswith("Wilson 95% interval. ")
    assert told["neighbours"] == ""  # DfE published no key stage 1 of authorities in 2019


def test_how_the_mean_of_the_neighbours_comes_about() -> None:
    model = made.made("ks2", {2025: made.tested(read="100 101 102 90 91 92")})
    report = ks2_benchmark(model, Filters(2025), child_level=True)
    row = report.frame.set_index("measure").loc["ks2_read_exp"]
    told = report.frames["how"].set_index("measure").loc["ks2_read_exp", "neighbours"]
    each = told.partition(" (2024/25)")[0].split(", ")
    values = [float(one.rsplit(" ", 1)[1].rstrip("%")) for one in each if one.endswith("%")]
    assert len(each) == 10
    assert sum(values) / len(values) == pytest.approx(row["neighbours_cla"])


# Key stage 2 of 2022/23 with ten results; reading progress sums to 42.70351381, as DfE published
# for South Tyneside: 4.27 (0.37 to 8.17).
PROGRESS = {
    "read_prog": [4.0] * 9 + [6.70351381],
    "writ_prog": [-1.0, 2.0, -3.0, 0.5, 0.5, 1.0, -2.0, 2.0, 1.0, -1.0],  # sum 0
    "mat_prog": [-2.0] * 8 + [np.nan, np.nan],  # eight with a score
    "in_read_prog": [True] * 10,
    "in_writ_prog": [True] * 10,
    "in_mat_prog": [True] * 8 + [False] * 2,
    "ks1_aps": [6.0] * 7 + [9.0] * 2 + [np.nan],
}


@pytest.fixture(scope="module")
def progress() -> Model:
    return made.made("ks2", {2023: PROGRESS, 2024: PROGRESS})


def test_progress_benchmark(progress: Model) -> None:
    report = progress_benchmark(progress, Filters(2023), child_level=True)
    rows = by_measure(report)
    assert rows["n"].tolist() == [10, 10, 8]
    assert rows["total"].tolist() == pytest.approx([42.70351381, 0.0, -16.0])
    reading = rows.loc["ks2_read_prog"]
    figures = [measures.round_half_up(reading[name], 2) for name in ("value", "low", "high")]
    assert figures == [4.27, 0.37, 8.17]
    assert (reading["england_cla"], reading["region_cla"]) == (0.04, -0.46)
    assert (reading["region"], reading["verdict"]) == ("North East", "above")
    assert rows.loc["ks2_mat_prog", "value"] == -2
    # 1.96 x 5.9145 / sqrt(8) = 4.10
    assert rows.loc["ks2_mat_prog", "low"] == pytest.approx(-6.10, abs=0.005)
    assert rows.loc["ks2_mat_prog", "high"] == pytest.approx(2.10, abs=0.005)
    assert rows.loc["ks2_writ_prog", "verdict"] == "no different from what chance allows"


def test_how_many_have_a_starting_point(progress: Model) -> None:
    report = progress_benchmark(progress, Filters(2023), child_level=True)
    row = report.frames["baseline"].iloc[0]
    assert (row["count"], row["of"], row["percent"]) == (9, 10, 90.0)
    hidden = progress_benchmark(progress, Filters(2023), child_level=False)
    row = hidden.frames["baseline"].iloc[0]
    assert pd.isna(row["count"]) and np.isnan(row["percent"])  # 10 less 9 is one child


def test_a_year_without_progress_is_a_sentence(progress: Model) -> None:
    report = progress_benchmark(progress, Filters(2024), child_level=True)
    assert "no progress from key stage 1 to 2 for 2023/24 and 2024/25" in report.empty
    assert report.frame["value"].isna().all()
    unloaded = made.made("ks2", {2025: PROGRESS})
    later = progress_benchmark(unloaded, Filters(2025), child_level=True)
    assert "no progress from key stage 1 to 2" in later.empty


# Key stage 4 of 2023/24: nine results; e10 has no row.
KS4 = {
    "att8": [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 15.5, 24.5],  # sum 250
    "att8_eng": [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 3.0, 0.0],  # sum 45
    "att8_mat": [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 3.0, 9.0],  # sum 54
    "att8_ebacc": [0.0, 3.0, 6.0, 9.0, 12.0, 15.0, 18.0, 4.5, 4.5],  # sum 72
    "att8_open": [0.0, 3.0, 6.0, 9.0, 12.0, 15.0, 18.0, 5.0, 11.0],  # sum 79
    "p8": [-3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, np.nan, np.nan],  # sum -7.5, n 7
    "p8_eng": [-3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 1.0, np.nan, np.nan],  # sum -7
    "p8_mat": [-3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, np.nan, np.nan],
    "p8_ebacc": [-3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, np.nan, np.nan],
    "p8_open": [-3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, np.nan, np.nan],
    "in_p8": [True] * 7 + [False] * 2,
    "basics_94": [False, False, False, True, True, True, True, False, False],
    "basics_95": [False, False, False, False, False, True, True, False, False],
    "eng_94": [False, False, True, True, True, True, True, False, False],
    "eng_95": [False, False, False, False, False, True, True, False, False],
    "mat_94": [False, False, False, True, True, True, True, False, True],
    "mat_95": [False, False, False, False, True, True, True, False, False],
    "ebacc_entered": [False] * 6 + [True, False, False],
    "ebacc_94": [False] * 6 + [True, False, False],
    "ebacc_95": [False] * 9,
    "ebacc_aps": [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.5, 0.5, 0.5],  # sum 13.5
    "any_pass": [False] + [True] * 8,
    "passes": [0.0, 0.0, 1.0, 2.0, 5.0, 6.0, 8.0, 0.0, 1.0],
}


@pytest.fixture(scope="module")
def ks4() -> Model:
    return made.made("ks4", {2024: KS4})


def test_attainment_8_and_progress_8(ks4: Model) -> None:
    rows = by_measure(att8_benchmark(ks4, Filters(2024), child_level=True))
    assert rows["n"].tolist() == [9] * 5 + [7] * 5
    expected = [250 / 9, 5, 6, 8, 79 / 9, -7.5 / 7, -1, -7.5 / 7, -7.5 / 7, -7.5 / 7]
    assert rows["value"].tolist() == pytest.approx(expected)
    total = rows.loc["ks4_att8"]
    assert (total["england_cla"], total["region_cla"], total["england_all"]) == (18.2, 20.3, 45.9)
    assert total["region_cla_gap"] == pytest.approx(250 / 9 - 20.3)
    # squares sum to 9940.5, so the sample sd is sqrt((9940.5 - 250 x 250 / 9) / 8) = 19.352;
    # 27.78 +/- 2.306 x 19.352 / 3 = 12.90 to 42.65
    assert (total["low"], total["high"]) == pytest.approx((12.90, 42.65), abs=0.005)
    assert total["england_all_verdict"] == "below"
    p8 = rows.loc["ks4_p8"]
    # 1.96 x 1.4159 / sqrt(7) = 1.049
    assert (p8["low"], p8["high"]) == pytest.approx((-2.120, -0.023), abs=0.002)
    assert (p8["england_cla"], p8["region_cla"], p8["england_all"]) == (-1.31, -1.37, -0.03)
    assert p8["verdict"] == "no different from what chance allows"


def test_no_progress_8_for_2024_25_and_no_zero(ks4: Model) -> None:
    model = made.made("ks4", {2025: KS4})
    rows = by_measure(att8_benchmark(model, Filters(2025), child_level=True))
    assert rows.loc["ks4_p8", ["n", "value"]].isna().all()
    assert "no Progress 8 for 2024/25" in rows.loc["ks4_p8", "reason"]
    assert rows.loc["ks4_att8", "value"] == pytest.approx(250 / 9)


def test_key_stage_4_benchmark(ks4: Model) -> None:
    report = ks4_benchmark(ks4, Filters(2024), child_level=True)
    rows = by_measure(report)
    totals = {
        "ks4_em95": 2,
        "ks4_em94": 4,
        "ks4_eng95": 2,
        "ks4_eng94": 5,
        "ks4_mat95": 3,
        "ks4_mat94": 5,
        "ks4_ebacc_entry": 1,
        "ks4_ebacc_95": 0,
        "ks4_ebacc_94": 1,
        "ks4_any_pass": 8,
    }
    assert rows["n"].eq(9).all()
    for name, total in totals.items():
        assert rows.loc[name, "value"] == pytest.approx(100 * total / 9), name
    assert rows.loc["ks4_ebacc_aps", "value"] == 1.5
    assert rows.loc["ks4_em94", ["england_cla", "region_cla", "england_all"]].tolist() == [
        18.0,
        22.2,
        65.0,
    ]
    assert not any("_ac" in name for name in rows.index)
    assert report.coverage == Coverage(10, 9, 9, 9, 1)


def test_all_pupils_of_the_same_sex_stand_beside_a_group() -> None:
    model = made.made("ks4", {2025: KS4})
    report = att8_benchmark(model, Filters(2025), "ks4_att8.sex", child_level=True)
    rows = by_group(report)
    assert rows["england_all"].to_dict() == {"": 46.0, "F": 48.0, "M": 44.0}
    assert rows["england_cla"].to_dict() == {"": 17.3, "F": 17.3, "M": 17.3}
    assert rows["value"].to_dict() == pytest.approx({"": 250 / 9, "F": 25, "M": 100 / 3})
    assert any("of pupils of the same sex" in note for note in report.notes)


def test_key_stage_4_of_letters_shows_letters() -> None:
    letters = {name: [True] * 3 + [False] * 6 for name in ("em_ac", "fiveac", "fiveac_em")}
    model = made.made("ks4", {2015: {**letters, "any_pass": [True] * 9}})
    rows = by_measure(ks4_benchmark(model, Filters(2015), child_level=True))
    assert rows.loc["ks4_em_ac", "value"] == pytest.approx(100 / 3)
    assert rows.loc["ks4_5ac_em", "england_cla"] > 0
    assert "ks4_em94" not in rows.index


def test_an_invented_authority_has_no_region() -> None:
    model = made.made("ks4", {2024: KS4}, la="X06000992")
    report = ks4_benchmark(model, Filters(2024), child_level=True)
    assert report.frame["region"].eq("").all() and report.frame["region_cla"].isna().all()
    assert "No figures of this authority's region are published." in report.notes


def test_every_row_of_every_benchmark_is_in_the_book() -> None:
    for spec in BENCHMARKS.values():
        names = [name for block in spec.blocks for name in block.measures]
        assert set(names) <= set(measures.book)
        assert len(names) == len(set(names))


def test_the_year_before_stands_beside_each_group() -> None:
    tests = made.tested(read="100 101 90 90 A", mat="100 100 100 90 90")
    before = made.tested(read="90 101 90 90 A", mat="100 100 100 90 90")
    model = made.made("ks2", {2025: tests, 2024: before})
    rows = by_group(ks2_benchmark(model, Filters(2025), "ks2_read_exp.sex", child_level=True))
    assert rows.loc["F", ["n", "value", "last_year", "last_year_n"]].tolist() == [5, 40, 20, 5]
    assert rows.loc["F", "change"] == 20
