"""The published figures: known headline values, gaps with their reasons, sources that resolve."""

from __future__ import annotations

import pandas as pd
import pytest

from cla import benchmarks, reference
from cla.benchmarks import published, series
from cla.measures import book

# England, looked after for twelve months at 31 March, as DfE published them
HEADLINES = """
ks2_rwm_exp   | 2018/19 37 | 2021/22 31 | 2022/23 37 | 2023/24 34 | 2024/25 35
ks2_read_exp  | 2018/19 49 | 2021/22 52 | 2022/23 54 | 2023/24 53 | 2024/25 51
ks2_writ_exp  | 2018/19 50 | 2021/22 42 | 2022/23 48 | 2023/24 46 | 2024/25 45
ks2_mat_exp   | 2018/19 51 | 2021/22 44 | 2022/23 51 | 2023/24 47 | 2024/25 46
ks4_att8      | 2018/19 19.0 | 2021/22 20.3 | 2022/23 19.3 | 2023/24 18.2 | 2024/25 17.3
ks4_em94      | 2018/19 17.7 | 2021/22 22.1 | 2022/23 19.8 | 2023/24 18.0 | 2024/25 17.4
ks4_em95      | 2018/19 7.2 | 2021/22 11.0 | 2022/23 9.4 | 2023/24 8.9 | 2024/25 7.9
ks4_p8        | 2018/19 -1.27 | 2021/22 -1.29 | 2022/23 -1.26 | 2023/24 -1.31
ks2_read_prog | 2018/19 -0.25 | 2021/22 -0.41 | 2022/23 0.04
"""
CASES = [
    (line.split("|")[0].strip(), *cell.split())
    for line in HEADLINES.strip().splitlines()
    for cell in line.split("|")[1:]
]


@pytest.mark.parametrize(("measure_id", "year", "value"), CASES)
def test_headlines(measure_id, year, value):
    assert published(measure_id, year).value == pytest.approx(float(value))


def test_a_figure_has_its_interval_number_release_and_source():
    figure = published("ks4_p8", "2023/24")
    assert (figure.low, figure.high, figure.n) == (-1.35, -1.27, 4810)
    assert figure.release == "Reporting year 2025, Final"
    assert "Outcomes for children in need" in figure.source
    assert figure.confidence == "verified"


def test_context_figures():
    assert published("absence_overall", "2023/24").value > 5
    assert published("cla_31march_count", "2025", group="CLA at 31 March").value > 80_000


def test_all_pupils_and_regions():
    assert published("ks2_rwm_exp", "2023/24", group="All pupils").value == 61
    assert published("ks2_rwm_exp", "2024/25", area="London").value == 39
    assert published("ks4_att8", "2024/25", area="South West").value == 15.5
    assert len(benchmarks.areas()) == 12
    assert "All pupils" in benchmarks.groups("ks2_rwm_exp")


def test_what_is_not_published_is_none_and_never_zero():
    assert published("ks2_rwm_exp", "2019/20") is None
    assert published("ks4_p8", "2024/25") is None
    assert published("ks2_rwm_high", "2024/25") is None
    assert published("nonsense", "2024/25") is None
    assert published("ks2_rwm_exp", "2024/25", area="Atlantis") is None


def test_a_series_shows_its_gaps_with_reasons():
    result = series("ks4_p8").set_index("period")
    assert result.index[0] == "2015/16"
    assert result.index[-1] == "2023/24"
    assert result.loc[["2019/20", "2020/21"], "value"].isna().all()
    assert "exams were cancelled" in result.loc["2020/21", "reason"]
    assert result.loc["2023/24", "reason"] == ""
    assert series("nonsense").empty


@pytest.mark.parametrize("file", ["attainment", "context"])
def test_every_row_is_whole(file):
    table = reference.table("benchmarks", f"{file}.csv.gz")
    key = ["measure", "group", "characteristic", "category", "area", "period"]
    assert not table.duplicated(key).any()
    assert set(table["source"]) <= set(reference.table("benchmarks", "sources.csv")["id"])
    assert set(table["confidence"]) <= {"verified", "single source", "derived"}
    assert set(table["symbol"]) <= {"", "c", "x", "z", "k"}
    numeric = pd.to_numeric(table["value"], errors="coerce").notna()
    assert (numeric != (table["symbol"] != "")).all()
    assert set(table["measure"]) <= set(reference.table("benchmarks", "measures.csv")["id"])


def test_the_book_agrees_with_the_published_measures_on_the_unit():
    units = reference.table("benchmarks", "measures.csv").set_index("id")["unit"]
    shared = set(units.index) & set(book)
    assert len(shared) > 30
    assert all(units[measure_id] == book[measure_id].unit for measure_id in shared)
