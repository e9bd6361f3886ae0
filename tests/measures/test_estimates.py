"""Figures of cells, of several years together, and how sure they are; scipy as the oracle."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from cla.measures import (
    UNIT,
    Cell,
    available,
    breaks,
    cell,
    chance_above,
    chance_method,
    estimate,
    measure,
    over_years,
    progress_interval,
    standard_deviation,
    suppress,
    wilson,
)
from cla.measures.intervals import mean_interval, student_t

ROOT = Path(__file__).resolve().parents[2]


def attained(scores: list[float]) -> Cell:
    return cell(pd.DataFrame({"elig": True, "att8": scores}, dtype="object"), "ks4_att8")


def reached(k: int, n: int) -> Cell:
    return Cell(n, k * UNIT, k * UNIT)


two_decimals = st.integers(0, 9000).map(lambda whole: whole / 100)

# --- intervals

# Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17
# (1998), table I, method 3.
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("k", "n", "low", "high"), NEWCOMBE)
def test_wilson_of_published_examples(k, n, low, high):
    assert wilson(k, n) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys(pair):
    theirs = stats.binomtest(*pair).proportion_ci(0.95, method="wilson")
    assert wilson(*pair) == pytest.approx((theirs.low, theirs.high), abs=1e-5)


@given(st.lists(two_decimals, min_size=2, max_size=40))
def test_the_interval_of_an_average_is_scipys(scores):
    assume(len(set(scores)) > 1)
    found = estimate("ks4_att8", "2023/24", attained(scores))
    theirs = stats.ttest_1samp(scores, 0).confidence_interval(0.95)
    assert found.value == pytest.approx(np.mean(scores))
    assert (found.low, found.high) == pytest.approx((max(theirs.low, 0), theirs.high))
    assert standard_deviation(attained(scores)) == pytest.approx(stats.tstd(scores))


@pytest.mark.parametrize("freedom", [1, 2, 5, 9, 10, 33, 500, 40_000])
def test_student_t_is_scipys(freedom):
    assert student_t(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-12)


def test_student_t_needs_a_degree_of_freedom():
    with pytest.raises(ValueError, match="degree of freedom"):
        student_t(0)


@pytest.mark.parametrize("score", [0.0, 37.25, 41.12345678])
def test_scores_that_are_all_the_same_have_no_interval(score):
    found = estimate("ks4_att8", "2023/24", attained([score] * 7))
    assert (found.value, found.low, found.high, found.method) == (score, None, None, "")


def test_students_t_holds_skewed_scores_better_than_a_bootstrap():
    """Why averages have Student's t: scores shaped like Attainment 8 of looked-after children."""
    random = np.random.default_rng(2026)
    everybody = np.concatenate([np.zeros(1800), np.minimum(random.gamma(1.7, 14, 8200), 90)])
    true = everybody.mean()
    for n in (6, 18):
        samples = random.choice(everybody, (1200, n))
        means, deviations = samples.mean(axis=1), samples.std(axis=1, ddof=1)
        limits = np.array([mean_interval(n, *pair) for pair in zip(means, deviations, strict=True)])
        student = ((limits[:, 0] <= true) & (true <= limits[:, 1])).mean()
        again = np.array([random.choice(sample, (400, n)).mean(axis=1) for sample in samples])
        low, high = np.quantile(again, [0.025, 0.975], axis=1)
        bootstrap = ((low <= true) & (true <= high)).mean()
        assert student > 0.9
        assert student > bootstrap + 0.01


# --- cells that no children can have


@pytest.mark.parametrize(
    ("measure_id", "wrong"),
    [
        ("ks2_rwm_exp", Cell(3, 4 * UNIT, 4 * UNIT)),
        ("ks2_rwm_exp", Cell(3, UNIT // 2, UNIT // 2)),
        ("ks2_rwm_exp", Cell(3, -UNIT, UNIT)),
        ("ks2_rwm_exp", Cell(3, UNIT, 2 * UNIT)),
        ("ks4_att8", Cell(3, 90 * UNIT, 100 * UNIT)),
    ],
)
def test_impossible_cells_are_refused(measure_id, wrong):
    with pytest.raises(ValueError):
        estimate(measure_id, "2022/23", wrong)


def test_the_surface_of_progress():
    ours = cell(
        pd.DataFrame({"in_read_prog": True, "read_prog": [-27.25530317, *[0.0] * 45]}),
        "ks2_read_prog",
    )
    found = estimate("ks2_read_prog", "2022/23", ours)
    direct = progress_interval("ks2_read_prog", "2022/23", n=46, total=-27.25530317)
    assert (found.value, found.low, found.high) == direct
    assert [round(number, 2) for number in direct] == [-0.59, -2.41, 1.23]


# --- several years


def test_years_together_are_the_children_together():
    found = over_years(
        "ks2_rwm_exp",
        {"2023/24": reached(4, 9), "2021/22": reached(3, 10), "2022/23": reached(0, 5)},
    )
    alone = estimate("ks2_rwm_exp", "2022/23", reached(7, 24))
    assert (found.n, found.total, found.value) == (24, 7, 100 * 7 / 24)
    assert (found.low, found.high) == (alone.low, alone.high)
    assert found.method == ("Wilson 95% interval; 3 years together: 2021/22, 2022/23 and 2023/24")


def test_averages_of_years_together():
    one, other = [30.0, 42.5, 18.25], [12.0, 0.0]
    found = over_years("ks4_att8", {"2022/23": attained(one), "2023/24": attained(other)})
    theirs = stats.ttest_1samp([*one, *other], 0).confidence_interval(0.95)
    assert found.value == 20.55
    assert found.high == pytest.approx(theirs.high)
    assert "Student" in found.method


def test_progress_of_years_together_keeps_the_deviation_of_each():
    found = over_years(
        "ks4_p8", {"2021/22": Cell(10, -12 * UNIT, 0), "2022/23": Cell(20, -15 * UNIT, 0)}
    )
    error = math.sqrt(10 * 1.408359**2 + 20 * 1.414023**2) / 30
    assert (found.value, found.total) == (-0.9, -27.0)
    assert found.high == pytest.approx(-0.9 + 1.96 * error)
    assert found.low == pytest.approx(-0.9 - 1.96 * error)
    assert "1.40836 (published, revised), 1.41402 (published, revised)" in found.method


def test_years_of_one_deviation_are_one_year():
    many = over_years("ks4_p8", {"2022/23": Cell(30, -27 * UNIT, 0)})
    assert many == estimate("ks4_p8", "2022/23", Cell(30, -27 * UNIT, 0))


def test_progress_with_a_year_without_a_deviation_takes_the_samples_own():
    scores = pd.DataFrame({"in_read_prog": True, "read_prog": [3.0, -1.0, -5.0, 2.5]})
    ours = cell(scores, "ks2_read_prog")
    found = over_years("ks2_read_prog", {"2022/23": ours, "2025/26": ours})
    theirs = stats.ttest_1samp([*scores["read_prog"]] * 2, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx(tuple(theirs))
    assert "sample" in found.method


def test_years_without_the_measure_are_left_out_and_named():
    ours = {year: Cell(10, -5 * UNIT, 0) for year in ("2022/23", "2023/24", "2024/25")}
    found = over_years("ks4_p8", ours)
    assert found.n == 20
    assert found.method.endswith("2 years together: 2022/23 and 2023/24 (no figure in 2024/25)")
    alone = over_years("ks2_rwm_exp", {"2022/23": reached(4, 9), "2023/24": None})
    assert alone.n == 9
    assert alone.method.endswith("; 2022/23 (no figure in 2023/24)")
    nothing = over_years("ks4_p8", {"2019/20": Cell(), "2024/25": Cell(9, 0, 0)})
    assert (nothing.n, nothing.symbol) == (None, "x")
    assert nothing.reason == available("ks4_p8", "2024/25").reason
    lacking = over_years("ks2_rwm_exp", {"2022/23": None, "2023/24": None})
    assert "do not carry" in lacking.reason


def test_years_across_a_broken_scale_are_not_put_together():
    ours = {"2015/16": attained([30.0, 42.5]), "2016/17": attained([12.0, 0.0])}
    found = over_years("ks4_att8", ours)
    assert (found.value, found.n, found.symbol) == (None, None, "x")
    assert "2016/17" in found.reason
    assert breaks("ks4_att8")[0].reason in found.reason


def test_years_of_nobody():
    found = over_years("ks2_rwm_exp", {"2022/23": reached(0, 0), "2023/24": reached(0, 0)})
    assert (found.n, found.value, found.symbol) == (0, None, "z")
    with pytest.raises(ValueError, match="at least one"):
        over_years("ks2_rwm_exp", {})


# --- chances

# Brown, Cai and DasGupta, Interval estimation for a binomial proportion, Statistical Science 16
# (2001), table 5: limits of the 95% Jeffreys interval.
JEFFREYS = [(7, 1, 0.016, 0.501), (7, 2, 0.065, 0.648), (7, 3, 0.139, 0.766)]


@pytest.mark.parametrize(("n", "k", "low", "high"), JEFFREYS)
def test_chances_of_a_proportion_are_of_the_published_jeffreys_interval(n, k, low, high):
    ours = estimate("ks2_rwm_exp", "2022/23", reached(k, n))
    assert chance_above(ours, 100 * low) == pytest.approx(0.975, abs=0.003)
    assert chance_above(ours, 100 * high) == pytest.approx(0.025, abs=0.001)


@given(
    st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.floats(0, 100),
)
def test_chances_of_a_proportion_are_scipys(pair, reference):
    k, n = pair
    ours = estimate("ks2_rwm_exp", "2022/23", reached(k, n))
    theirs = stats.beta(k + 0.5, n - k + 0.5).sf(reference / 100)
    assert chance_above(ours, reference) == pytest.approx(theirs, abs=1e-12)


def test_chances_of_a_proportion_at_the_ends():
    ours = estimate("ks2_rwm_exp", "2022/23", reached(5, 10))
    assert chance_above(ours, 50) == pytest.approx(0.5)
    assert (chance_above(ours, 0), chance_above(ours, 100), chance_above(ours, 130)) == (1, 0, 0)


@given(st.lists(two_decimals, min_size=2, max_size=30), st.floats(-20, 120))
def test_chances_of_an_average_are_scipys(scores, reference):
    assume(len(set(scores)) > 1)
    ours = estimate("ks4_att8", "2023/24", attained(scores))
    error = stats.tstd(scores) / math.sqrt(len(scores))
    theirs = stats.t.cdf((np.mean(scores) - reference) / error, len(scores) - 1)
    assert chance_above(ours, reference) == pytest.approx(theirs, abs=1e-9)


def test_chances_of_progress_are_of_the_normal_distribution():
    ours = estimate("ks4_p8", "2022/23", Cell(36, -36 * UNIT, 0))
    error = 1.414023 / 6
    assert chance_above(ours, -1.0) == 0.5
    assert chance_above(ours, -1.2) == pytest.approx(stats.norm.cdf(0.2 / error))
    assert chance_above(ours, ours.low) == pytest.approx(0.975, abs=1e-5)


def test_chances_say_what_they_rest_on():
    assert "Jeffreys" in chance_method(estimate("ks2_rwm_exp", "2022/23", reached(1, 7)))
    assert "Student" in chance_method(estimate("ks4_att8", "2023/24", attained([1.0, 2.0])))
    assert "national" in chance_method(estimate("ks4_p8", "2022/23", Cell(36, 0, 0)))


def test_there_is_no_chance_of_what_is_not_known():
    sure = estimate("ks2_rwm_exp", "2022/23", reached(8, 20))
    assert chance_above(sure, None) is None
    assert chance_above(sure, math.nan) is None
    one = estimate("ks4_att8", "2023/24", attained([30.0]))
    same = estimate("ks4_att8", "2023/24", attained([30.0] * 8))
    nobody = estimate("ks2_rwm_exp", "2022/23", Cell())
    gap = estimate("ks4_p8", "2024/25", Cell(9, 0, 0))
    (hidden,) = suppress([estimate("ks2_rwm_exp", "2022/23", reached(2, 20))])
    for ours in (one, same, nobody, gap, hidden):
        assert chance_above(ours, 30.0) is None


def test_there_is_no_chance_where_both_ends_of_the_scale_cut_the_interval():
    frame = pd.DataFrame({"elig_read": True, "read_score": [81.0, 119.0]})
    ours = measure(frame, "ks2_read_ass", "2022/23")
    assert (ours.low, ours.high) == (80, 120)
    assert chance_above(ours, 104.0) is None


def test_the_start_does_not_wait_for_scipy():
    code = "import sys, cla.measures, cla.benchmarks; print('scipy' in sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert shown.stdout.strip() == "False"
