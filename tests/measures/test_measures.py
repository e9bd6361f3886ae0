"""Every kind of measure on a few invented pupils, worked by hand; figures of DfE reproduced."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cla import measures, reference
from cla.measures import (
    book,
    measure,
    progress_interval,
    round_half_up,
    suppress,
    wilson,
)
from cla.measures.estimates import Estimate
from cla.measures.intervals import mean_interval, student_t

# --- DfE's progress scores: published n, sum, mean, lower and upper limit of looked-after children

PUBLISHED = [
    ("ks2_read_prog", "2022/23", 46, -27.25530317, -0.59, -2.41, 1.23),  # County Durham
    ("ks2_read_prog", "2022/23", 10, 42.70351381, 4.27, 0.37, 8.17),  # South Tyneside
    ("ks2_read_prog", "2022/23", 20, -74.98797766, -3.75, -6.51, -0.99),  # Northumberland
    ("ks4_p8", "2023/24", 69, -107.56, -1.56, -1.89, -1.22),  # County Durham
]


@pytest.mark.parametrize("case", PUBLISHED)
def test_published_intervals_are_reproduced(case):
    measure_id, year, n, total, *published = case
    ours = progress_interval(measure_id, year, n=n, total=total)
    assert ours == pytest.approx(published, abs=0.0051)


def test_progress_interval_is_unrounded():
    mean, low, high = progress_interval("ks2_read_prog", "2022/23", n=46, total=-27.25530317)
    assert mean == -27.25530317 / 46
    assert high - mean == pytest.approx(mean - low) == pytest.approx(1.8175, abs=1e-4)


def test_progress_interval_of_dfes_dummy_file():
    scores = [0, 0.1, 0.2, 0.3, 0.4, 0.3, 0.2, 0.25, 0.3]
    mean, low, high = progress_interval("ks4_p8", "2022/23", n=9, total=sum(scores))
    assert mean == pytest.approx(0.2278, abs=1e-4)
    assert (high - low) / 2 == pytest.approx(1.96 * 1.414023 / 3)


def test_progress_interval_refuses():
    with pytest.raises(ValueError, match="at least one"):
        progress_interval("ks4_p8", "2023/24", n=0, total=0)
    with pytest.raises(LookupError, match="2024/25"):
        progress_interval("ks4_p8", "2024/25", n=5, total=1)


def test_the_basis_of_the_national_deviation_is_told():
    assert measures.national_sd("ks4_p8", "2022/23") == (1.414023, "published, revised")
    assert measures.national_sd("ks4_p8", "2023/24") == (1.41589, "derived")
    assert measures.national_sd("ks4_p8", "2019/20") is None


# --- other intervals and rounding


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634), (6, 18, 0.1628, 0.5625)],
)
def test_wilson(k, n, low, high):
    assert wilson(k, n) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_proportion_and_mirrors(pair):
    k, n = pair
    low, high = wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1
    mirror_low, mirror_high = wilson(n - k, n)
    assert (1 - high, 1 - low) == pytest.approx((mirror_low, mirror_high))


@pytest.mark.parametrize(("k", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_wilson_refuses(k, n):
    with pytest.raises(ValueError, match="proportion"):
        wilson(k, n)


@pytest.mark.parametrize(
    ("x", "places", "expected"),
    [
        (2.5, 0, 3),
        (-2.5, 0, -3),
        (0.125, 2, 0.13),
        (-0.125, 2, -0.13),
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (17.349, 1, 17.3),
        (0.5, 0, 1),
        (1e-9, 2, 0),
    ],
)
def test_halves_round_away_from_zero(x, places, expected):
    assert round_half_up(x, places) == expected


def test_rounding_leaves_nan_and_infinity():
    assert math.isnan(round_half_up(math.nan))
    assert round_half_up(math.inf) == math.inf


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 12.706), (5, 2.571), (9, 2.262), (10, 2.228), (20, 2.086), (30, 2.042), (120, 1.980)],
)
def test_student_t_of_the_tables(freedom, expected):
    assert student_t(freedom) == pytest.approx(expected, abs=0.001)


def test_mean_interval():
    low, high = mean_interval(4, 10.0, 2.0)
    assert (low, high) == pytest.approx((10 - 3.1824, 10 + 3.1824), abs=1e-3)


# --- measures over a cohort

KS2 = pd.DataFrame(
    {
        "elig_rwm": [True, True, True, True, False],
        "rwm_exp": pd.array([True, False, None, True, True], dtype="boolean"),
        "elig_read": [True] * 5,
        "read_score": [110.0, 99.0, None, 104.0, 100.0],
        "in_read_prog": [True, True, False, True, False],
        "read_prog": [3.0, -1.0, None, -5.0, 9.0],
    }
)


def test_a_proportion():
    estimate = measure(KS2, "ks2_rwm_exp", "2022/23")
    assert (estimate.n, estimate.total, estimate.value) == (4, 2, 50.0)
    assert (estimate.low, estimate.high) == pytest.approx((15.0, 85.0), abs=0.05)
    assert (estimate.unit, estimate.method) == ("percent", "Wilson 95% interval")


def test_an_average_of_those_with_a_score():
    estimate = measure(KS2, "ks2_read_ass", "2022/23")
    assert (estimate.n, estimate.total, estimate.value) == (4, 413.0, 103.25)
    half = 3.1824 * math.sqrt(((6.75**2) + (4.25**2) + (0.75**2) + (3.25**2)) / 3) / 2
    assert estimate.high == pytest.approx(103.25 + half, abs=1e-3)
    assert "sample" in estimate.method


def test_progress_uses_the_national_deviation():
    estimate = measure(KS2, "ks2_read_prog", "2022/23")
    assert (estimate.n, estimate.total, estimate.value) == (3, -3.0, -1.0)
    assert estimate.high == pytest.approx(-1 + 1.96 * 6.28928 / math.sqrt(3))
    assert "derived" in estimate.method


def test_progress_of_a_year_without_a_national_deviation_says_so():
    estimate = measure(KS2, "ks2_read_prog", "2025/26")
    assert estimate.value == -1.0
    assert "sample" in estimate.method


def test_intervals_stay_on_the_scale():
    frame = pd.DataFrame({"elig": [True] * 3, "att8": [0.0, 1.0, 30.0]})
    assert measure(frame, "ks4_att8", "2023/24").low == 0


def test_one_pupil_has_no_interval_and_nobody_no_value():
    one = measure(KS2.head(1), "ks2_read_ass", "2022/23")
    assert (one.n, one.value, one.low, one.method) == (1, 110.0, None, "")
    none = measure(KS2.head(0), "ks2_rwm_exp", "2022/23")
    assert (none.n, none.value, none.symbol) == (0, None, "z")


def test_a_gap_has_its_reason_and_never_a_zero():
    for year in ("2023/24", "2024/25"):
        estimate = measure(KS2, "ks2_read_prog", year)
        assert (estimate.n, estimate.value, estimate.symbol) == (None, None, "x")
        assert "no key stage 1 assessment" in estimate.reason


def test_a_column_the_file_does_not_have():
    assert "do not carry" in measure(KS2, "ks2_gps_exp", "2022/23").reason
    empty = pd.DataFrame({"elig": [True], "ebacc_94": pd.array([None], dtype="boolean")})
    assert "do not carry" in measure(empty, "ks4_ebacc_94", "2022/23").reason


flags = st.lists(
    st.tuples(st.booleans(), st.one_of(st.none(), st.booleans()), st.booleans()),
    min_size=1,
    max_size=40,
)


@given(flags)
def test_a_total_is_the_sum_of_its_parts(rows):
    frame = pd.DataFrame(rows, columns=["elig_rwm", "rwm_exp", "girl"])
    frame["rwm_exp"] = frame["rwm_exp"].astype("boolean")
    if frame.loc[frame["elig_rwm"], "rwm_exp"].isna().any():
        frame["rwm_exp"] = frame["rwm_exp"].fillna(False)
    whole = measure(frame, "ks2_rwm_exp", "2022/23")
    parts = [measure(part, "ks2_rwm_exp", "2022/23") for _, part in frame.groupby("girl")]
    assert whole.n == sum(part.n for part in parts)
    assert whole.total == sum(part.total for part in parts)


# --- the book


def test_the_book_is_whole():
    families = set(reference.table("attainment", "availability.csv")["family"])
    for item in book.values():
        assert item.id.startswith(item.stage)
        assert item.family in families
        assert item.statistic in ("proportion", "mean", "progress")
        assert (item.unit == "percent") == (item.statistic == "proportion")
        assert item.label
        assert item.source


# --- suppression


def percent(n: int, total: int) -> Estimate:
    return Estimate(
        "ks2_rwm_exp", n, total, 100 * total / n if n else None, 1.0, 2.0, "w", "percent"
    )


def average(n: int) -> Estimate:
    return Estimate("ks4_att8", n, 20.0 * n, 20.0, 1.0, 2.0, "t", "score")


@pytest.mark.parametrize(
    ("estimate", "n", "shown"),
    [
        (percent(5, 5), None, False),
        (percent(1, 0), None, False),
        (percent(6, 6), 6, False),
        (percent(10, 8), 10, False),
        (percent(11, 6), 11, False),
        (percent(12, 6), 12, True),
        (percent(40, 35), 40, False),
        (percent(40, 40), 40, True),
        (percent(40, 5), 40, False),
        (percent(40, 0), 40, False),
        (percent(0, 0), 0, False),
        (average(5), None, False),
        (average(6), 6, True),
    ],
)
def test_small_numbers(estimate, n, shown):
    (result,) = suppress([estimate])
    assert result.n == n
    assert (result.value is not None) == shown
    if not shown and estimate.n:
        assert (result.total, result.low, result.high, result.symbol) == (None, None, None, "c")
