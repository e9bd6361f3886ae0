"""Our figures beside England's: the verdict, the closest year, scales that broke."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cla import benchmarks, measures
from cla.reports import Filters, Model, build, ks2_benchmark
from cla.reports.comparators import Beside, closest_published
from cla.reports.comparison import chance, difference, verdict
from cla.reports.figures import scale_broke

OWN = measures.Estimate("ks2_rwm_exp", 40, 20.0, 50.0, 35.2, 64.8, "Wilson", "percent")
NONE = dataclasses.replace(OWN, value=None, low=None, high=None)


@pytest.mark.parametrize(
    ("own", "england", "words"),
    [
        (OWN, 35.0, "above"),
        (OWN, 35.2, "no different from what chance allows"),
        (OWN, 64.8, "no different from what chance allows"),
        (OWN, 65.0, "below"),
        (dataclasses.replace(OWN, n=5), 10.0, "too few to say"),
        (dataclasses.replace(OWN, n=6), 10.0, "above"),
        (dataclasses.replace(OWN, low=None, high=None), 10.0, "too few to say"),
        (OWN, np.nan, ""),
        (NONE, 35.0, ""),
    ],
)
def test_the_verdict_in_words(own: measures.Estimate, england: float, words: str) -> None:
    assert verdict(own, Beside(england)) == words


def test_the_chance_beside_a_published_figure_is_that_of_the_measures() -> None:
    assert chance(OWN, Beside(35.0)) == measures.chance_above(OWN, 35.0)
    assert chance(dataclasses.replace(OWN, n=5), Beside(35.0)) is None


def test_a_figure_of_few_children_widens_the_difference() -> None:
    """Newcombe (1998), his method 10, example (a): 56 of 70 less 48 of 80."""
    low, high = (tuple(100 * one for one in measures.wilson(*k)) for k in ((56, 70), (48, 80)))
    own = measures.Estimate("ks2_rwm_exp", 70, 56, 80.0, *low, "Wilson", "percent")
    theirs = Beside(60.0, n=80, low=high[0], high=high[1])
    assert difference(own, theirs) == pytest.approx((5.24, 33.39), abs=0.01)
    assert verdict(own, theirs) == "above"
    assert 0.99 < (chance(own, theirs) or 0) < 1


@pytest.mark.parametrize(
    ("measure", "year", "period", "value"),
    [
        ("ks2_rwm_exp", "2024/25", "2024/25", 35),
        ("ks2_rwm_exp", "2025/26", "2024/25", 35),
        ("ks2_rwm_exp", "2026/27", "2024/25", 35),
        ("ks4_att8", "2025/26", "2024/25", 17.3),
    ],
)
def test_englands_figure_of_the_year_or_the_closest_before(
    measure: str, year: str, period: str, value: float
) -> None:
    figure = closest_published(benchmarks.shipped(), measure, year, "CLA 12m+")
    assert figure is not None
    assert (figure.period, figure.value) == (period, value)


@pytest.mark.parametrize(
    ("measure", "year"),
    [("ks4_p8", "2024/25"), ("ks2_rwm_exp", "2020/21"), ("ks2_read_ass", "2024/25")],
)
def test_no_figure_where_the_year_has_no_measure_or_none_is_published(
    measure: str, year: str
) -> None:
    assert closest_published(benchmarks.shipped(), measure, year, "CLA 12m+") is None


def test_a_break_in_the_scale_hides_the_change(ten: Model) -> None:
    assert scale_broke("ks4_att8", "2021/22", "2022/23")
    now, then = ten.loaded_results("ks2", 2025), ten.loaded_results("ks2", 2024)
    assert now is not None and then is not None
    returns = {2018: ten.loaded_return(2025), 2017: ten.loaded_return(2024)}
    model = build("X", 1, returns, {("ks2", "2017/18"): now, ("ks2", "2016/17"): then})
    report = ks2_benchmark(model, Filters(2018, "any_time"), child_level=True)
    rows = report.frame.set_index("measure")
    assert np.isnan(rows.loc["ks2_writ_exp", "change"])
    assert rows.loc["ks2_writ_exp", "last_year"] == 100
    assert not np.isnan(rows.loc["ks2_read_exp", "change"])
    assert any("Not comparable with 2016/17" in note for note in report.notes)


def test_an_older_figure_of_england_is_said(ten: Model) -> None:
    results = ten.loaded_results("ks2", 2025)
    assert results is not None
    model = build("X", 1, {2026: ten.loaded_return(2025)}, {("ks2", "2025/26"): results})
    report = ks2_benchmark(model, Filters(2026, "any_time"), child_level=True)
    assert report.frame["england_cla_year"].iloc[0] == "2024/25"
    assert any(
        "for 2025/26 are not held, so those of 2024/25 stand beside ours for: RWM" in note
        for note in report.notes
    )
