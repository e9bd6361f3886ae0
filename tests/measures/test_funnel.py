"""Limits of a funnel plot: by hand, and outside exactly when the binomial test says so."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cla.measures import funnel_limits


def test_ten_children_at_a_half_by_hand():
    """P(0) = 1/1024, P(1 or fewer) = 11/1024, P(2 or fewer) = 56/1024."""
    (row,) = funnel_limits("ks2_rwm_exp", "2022/23", 50.0, [10]).to_dict("records")
    low95 = 100 * (2 - (56 / 1024 - 0.025) / (45 / 1024)) / 10
    low998 = 100 * (1 - (11 / 1024 - 0.001) / (10 / 1024)) / 10
    assert row["n"] == 10
    assert row["low95"] == pytest.approx(low95) == pytest.approx(13.2444, abs=1e-4)
    assert row["low998"] == pytest.approx(low998) == pytest.approx(0.0240, abs=1e-4)
    assert (row["high95"], row["high998"]) == pytest.approx((100 - low95, 100 - low998))


def test_one_child_is_never_outside_unless_it_cannot_be():
    (row,) = funnel_limits("ks2_rwm_exp", "2022/23", 40.0, [1]).to_dict("records")
    assert (row["low95"], row["low998"]) == (0, 0)
    assert (row["high95"], row["high998"]) == (100, 100)


@settings(max_examples=60)
@given(st.integers(1, 250), st.floats(0.5, 99.5))
def test_outside_is_what_the_exact_test_says(n, centre):
    (row,) = funnel_limits("ks2_rwm_exp", "2022/23", centre, [n]).to_dict("records")
    counts = np.arange(n + 1)
    percent = 100 * counts / n
    chance = stats.binom(n, centre / 100)
    fewer, more = chance.cdf(counts), chance.sf(counts - 1)
    for low, high, tail in (("low95", "high95", 0.025), ("low998", "high998", 0.001)):
        decided = abs(fewer - tail) > 1e-9
        assert ((percent < row[low] - 1e-9) == (fewer < tail))[decided].all()
        decided = abs(more - tail) > 1e-9
        assert ((percent > row[high] + 1e-9) == (more < tail))[decided].all()


@settings(max_examples=40)
@given(st.floats(0, 100), st.lists(st.integers(1, 20_000), min_size=1, max_size=20))
def test_limits_are_in_order_on_the_scale_and_mirror(centre, sizes):
    limits = funnel_limits("ks2_rwm_exp", "2022/23", centre, sizes)
    assert limits["n"].tolist() == sizes
    columns = [limits[name] for name in ("low998", "low95", "high95", "high998")]
    assert (columns[0] >= 0).all()
    assert (columns[3] <= 100).all()
    for lower, higher in pairwise(columns):
        assert (lower <= higher + 1e-9).all()
    mirrored = funnel_limits("ks2_rwm_exp", "2022/23", 100 - centre, sizes)
    assert (100 - mirrored["high95"]).tolist() == pytest.approx(limits["low95"].tolist(), abs=1e-6)


def test_a_large_group_is_close_to_the_normal_distribution():
    (row,) = funnel_limits("ks2_rwm_exp", "2022/23", 37.0, [40_000]).to_dict("records")
    error = 100 * math.sqrt(0.37 * 0.63 / 40_000)
    assert row["low95"] == pytest.approx(37 - 1.96 * error, abs=0.01)
    assert row["high998"] == pytest.approx(37 + 3.09 * error, abs=0.01)


@pytest.mark.parametrize("centre", [0.0, 100.0])
def test_what_everybody_or_nobody_reached_leaves_no_room(centre):
    (row,) = funnel_limits("ks2_rwm_exp", "2022/23", centre, [12]).to_dict("records")
    assert {row[name] for name in row if name != "n"} == {centre}


def test_progress_by_the_national_deviation():
    (row,) = funnel_limits("ks4_p8", "2022/23", -1.3, [36]).to_dict("records")
    error = 1.414023 / 6
    assert row["low95"] == pytest.approx(-1.3 - 1.96 * error)
    assert row["high998"] == pytest.approx(-1.3 + stats.norm.ppf(0.999) * error)
    assert funnel_limits("ks2_read_prog", "2025/26", 0.0, [36]) is None


def test_averages_need_a_deviation():
    assert funnel_limits("ks4_att8", "2023/24", 20.0, [36]) is None
    (row,) = funnel_limits("ks4_att8", "2023/24", 20.0, [4], sd=30.0).to_dict("records")
    assert row["low95"] == 0  # the end of the scale
    assert row["high95"] == pytest.approx(20 + 1.96 * 15)


def test_nobody_and_no_percentage_are_refused():
    with pytest.raises(ValueError, match="at least one child"):
        funnel_limits("ks2_rwm_exp", "2022/23", 40.0, [12, 0])
    with pytest.raises(ValueError, match="from 0 to 100"):
        funnel_limits("ks2_rwm_exp", "2022/23", 140.0, [12])
    assert funnel_limits("ks2_rwm_exp", "2022/23", 40.0, []).empty
