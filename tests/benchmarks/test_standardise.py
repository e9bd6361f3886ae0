"""Indirect standardisation: by hand, and the intervals of published worked examples."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cla import measures
from cla.benchmarks import figures_of, standardise
from cla.measures import UNIT

YEAR = "2022/23"
EXPECTED = "ks2_rwm_exp"


def counts(**groups: tuple[int, int]) -> pd.DataFrame:
    """Ours of a proportion: group = (reached, n)."""
    rows = [(name, n, k * UNIT, k * UNIT) for name, (k, n) in groups.items()]
    return pd.DataFrame(rows, columns=["category", "n", "total", "squares"])


def scores(**groups: list[float]) -> pd.DataFrame:
    rows = [
        (
            name,
            len(some),
            sum(round(x * UNIT) for x in some),
            sum(round(x * x * UNIT) for x in some),
        )
        for name, some in groups.items()
    ]
    return pd.DataFrame(rows, columns=["category", "n", "total", "squares"])


def published(**groups: tuple[float | None, float | None]) -> pd.DataFrame:
    rows = [(name, value, n) for name, (value, n) in groups.items()]
    return pd.DataFrame(rows, columns=["category", "value", "n"])


def test_a_proportion_by_hand():
    ours = counts(N=(6, 10), K=(2, 8), E=(0, 2))
    theirs = published(N=(50.0, 2000), K=(30.0, 1500), E=(10.0, 1000), X=(99.0, 5))
    found = standardise(ours, theirs, EXPECTED, YEAR)
    # expected to reach it: 5 + 2.4 + 0.2 = 7.6 of 20
    assert (found.n, found.value, found.left_out, found.theirs_n) == (20, 40.0, 0, 4500)
    assert found.expected == pytest.approx(38.0)
    assert found.difference == pytest.approx(2.0)
    assert found.parts["expected"].tolist() == pytest.approx([5.0, 2.4, 0.2])
    assert found.parts["value"].tolist() == [60.0, 25.0, 0.0]
    assert found.parts["used"].all()
    # Wilson of 8 in 20 is 21.9 to 61.3; theirs add little
    assert found.low == pytest.approx(2 - math.hypot(18.12, 1.1), abs=0.1)
    assert found.high == pytest.approx(2 + math.hypot(21.34, 1.1), abs=0.1)
    assert "Wilson" in found.method


def test_the_interval_by_hand_where_their_numbers_are_unknown():
    found = standardise(counts(N=(8, 20)), published(N=(38.0, None)), EXPECTED, YEAR)
    low, high = measures.wilson(8, 20)
    assert (found.low, found.high) == pytest.approx((100 * low - 38, 100 * high - 38))
    assert found.theirs_n is None
    assert "exact" in found.method
    zero = standardise(counts(N=(8, 20)), published(N=(38.0, 0)), EXPECTED, YEAR)
    assert (zero.low, zero.high, zero.theirs_n) == (found.low, found.high, None)


# Newcombe, Interval estimation for the difference between independent proportions, Statistics in
# Medicine 17 (1998), table II, method 10: the score intervals, squared and added.
NEWCOMBE = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((0, 10), (0, 10), -0.2775, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0),
    ((10, 10), (0, 10), 0.6075, 1.0),
]


@pytest.mark.parametrize(("ours", "theirs", "low", "high"), NEWCOMBE)
def test_the_interval_of_one_group_is_newcombes(ours, theirs, low, high):
    k, n = theirs
    found = standardise(counts(A=ours), published(A=(100 * k / n, n)), EXPECTED, YEAR)
    assert (found.low / 100, found.high / 100) == pytest.approx((low, high), abs=1e-4)


def test_groups_without_a_published_figure_are_left_out_on_both_sides_and_counted():
    ours = counts(N=(6, 10), K=(2, 8), E=(0, 2), unknown=(1, 1))
    theirs = published(N=(50.0, 2000), K=(30.0, 1500), E=(None, 9))
    found = standardise(ours, theirs, EXPECTED, YEAR)
    assert (found.n, found.value) == (18, 100 * 8 / 18)
    assert found.expected == pytest.approx(100 * 7.4 / 18)
    assert (found.left_out, found.left_out_categories) == (3, ("E", "unknown"))
    assert found.theirs_n == 3500
    left = found.parts.set_index("category")
    assert left["used"].to_dict() == {"N": True, "K": True, "E": False, "unknown": False}
    assert math.isnan(left.loc["E", "expected"])


def test_nothing_published_has_a_reason_and_no_figure():
    found = standardise(counts(N=(6, 10)), published(N=(None, None)), EXPECTED, YEAR)
    assert (found.n, found.value, found.expected, found.low) == (0, None, None, None)
    assert (found.left_out, found.left_out_categories) == (10, ("N",))
    assert "No figure is published" in found.reason
    nobody = standardise(counts(N=(0, 0)), published(N=(50.0, 100)), EXPECTED, YEAR)
    assert (nobody.n, nobody.left_out, nobody.parts.empty) == (0, 0, True)
    assert "No pupil" in nobody.reason
    gap = standardise(counts(N=(6, 10)), published(N=(50.0, 100)), EXPECTED, "2019/20")
    assert gap.value is None
    assert gap.reason == measures.available(EXPECTED, "2019/20").reason


def test_an_average_by_hand_and_by_scipy():
    ours = scores(N=[30.0, 42.5, 18.25], K=[12.0, 0.0])
    theirs = published(N=(28.0, 900), K=(15.0, 800))
    found = standardise(ours, theirs, "ks4_att8", "2023/24")
    assert found.value == pytest.approx(20.55)
    assert found.expected == pytest.approx((3 * 28 + 2 * 15) / 5)
    assert found.parts["expected"].tolist() == [84.0, 30.0]
    test = stats.ttest_1samp([30.0, 42.5, 18.25, 12.0, 0.0], found.expected)
    interval = test.confidence_interval(0.95)
    assert found.high == pytest.approx(interval.high - found.expected)
    assert found.low == pytest.approx(interval.low - found.expected)
    assert "Student" in found.method


def test_ours_cannot_be_below_the_scale():
    found = standardise(scores(N=[0.0, 1.0, 30.0]), published(N=(8.0, 900)), "ks4_att8", "2023/24")
    assert found.ours.low == 0.0
    assert found.low == pytest.approx(-8.0)


def test_the_spread_of_theirs_widens_an_average():
    ours = scores(N=[30.0, 42.5, 18.25, 25.0, 33.0, 27.0])
    alone = published(N=(28.0, 9))
    found = standardise(ours, alone.assign(sd=12.0), "ks4_att8", "2023/24")
    narrow = standardise(ours, alone, "ks4_att8", "2023/24")
    half, theirs = narrow.high - narrow.difference, 1.96 * 12 / 3
    assert found.high - found.difference == pytest.approx(math.hypot(half, theirs))
    assert "exact" in narrow.method
    assert "squared and added" in found.method


def test_progress_takes_the_national_deviation_on_both_sides():
    ours = scores(N=[-1.0, -2.0], K=[0.5])
    theirs = published(N=(-0.5, 400), K=(-1.2, 300))
    found = standardise(ours, theirs, "ks4_p8", "2022/23")
    sd = 1.414023
    error = sd * math.sqrt(1 / 3 + (2 / 3) ** 2 / 400 + (1 / 3) ** 2 / 300)
    assert found.difference == pytest.approx(-2.5 / 3 + 2.2 / 3)
    assert found.high - found.low == pytest.approx(2 * 1.96 * error)


def test_one_child_has_a_difference_and_no_interval_of_an_average():
    found = standardise(scores(N=[30.0]), published(N=(28.0, 900)), "ks4_att8", "2023/24")
    assert (found.difference, found.low, found.high, found.method) == (2.0, None, None, "")


def test_cells_of_a_frame_go_in_as_they_come():
    frame = pd.DataFrame(
        {
            "elig_rwm": [True] * 6 + [False],
            "rwm_exp": pd.array([True, False, None, True, True, False, True], dtype="boolean"),
            "sen": pd.Categorical(["N", "N", "K", "K", None, "E", "E"]),
        }
    )
    ours = measures.cells(frame, [EXPECTED], by=frame["sen"])
    found = standardise(ours, published(N=(60.0, 50), K=(20.0, 40), E=(5.0, 30)), EXPECTED, YEAR)
    assert (found.n, found.value) == (5, 40.0)
    assert found.expected == pytest.approx((2 * 60 + 2 * 20 + 5) / 5)


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        (counts(N=(1, 2)), published(N=(101.0, 5)), "from 0 to 100"),
        (pd.concat([counts(N=(1, 2))] * 2), published(N=(10.0, 5)), "ours is given twice"),
        (counts(N=(1, 2)), pd.concat([published(N=(10.0, 5))] * 2), "theirs is given twice"),
        (counts(N=(3, 2)), published(N=(10.0, 5)), "of those counted"),
    ],
)
def test_what_cannot_be_is_refused(ours, theirs, words):
    with pytest.raises(ValueError, match=words):
        standardise(ours, theirs, EXPECTED, YEAR)


groups = st.lists(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=6,
)


@given(groups)
def test_ours_against_ours_is_no_difference(pairs):
    ours = counts(**{f"g{at}": pair for at, pair in enumerate(pairs)})
    found = standardise(ours, figures_of(ours, EXPECTED), EXPECTED, YEAR)
    assert found.difference == pytest.approx(0, abs=1e-9)
    assert found.low <= 0 <= found.high
    assert found.theirs_n == found.n == sum(n for _, n in pairs)


@given(groups, st.integers(0, 100))
def test_one_figure_for_all_groups_is_a_plain_comparison(pairs, percent):
    ours = counts(**{f"g{at}": pair for at, pair in enumerate(pairs)})
    theirs = published(**dict.fromkeys(ours["category"], (percent, None)))
    found = standardise(ours, theirs, EXPECTED, YEAR)
    assert found.expected == pytest.approx(percent)
    assert found.low == pytest.approx(found.ours.low - percent)
    assert found.high == pytest.approx(found.ours.high - percent)


def test_figures_of_cells_have_their_spread():
    theirs = figures_of(scores(N=[30.0, 42.5, 18.25], K=[12.0], E=[]), "ks4_att8")
    assert theirs["category"].tolist() == ["N", "K", "E"]
    assert theirs["value"].tolist()[:2] == [90.75 / 3, 12.0]
    assert theirs["sd"].iloc[0] == pytest.approx(stats.tstd([30.0, 42.5, 18.25]))
    assert theirs["sd"].iloc[1:].isna().all()
    assert math.isnan(theirs["value"].iloc[2])
