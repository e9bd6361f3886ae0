"""Cells add up: two authorities together are exactly the cell of all their children."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import benchmarks, measures
from cla.benchmarks import TOTAL, UNIT, cells, pool
from cla.cohort import groups
from cla.reports import by_group
from cla.reports.split_safety import SPLITS

YEAR = "2024/25"
SCORES = st.lists(
    st.floats(-120, 120, allow_nan=False).map(lambda score: round(score, 6)),
    min_size=1,
    max_size=30,
)


def results(scores: list[float]) -> pd.DataFrame:
    """Results of key stage 4 with these Attainment 8 scores; who has 40 or more has the basics."""
    frame = pd.DataFrame({"att8": scores, "basics_94": [score >= 40 for score in scores]})
    return frame.assign(elig=True)


def shared(la: str, frame: pd.DataFrame, year: str = YEAR) -> pd.DataFrame:
    """The cells of everybody, nothing withheld."""
    found = measures.cells(frame, ["ks4_att8", "ks4_em94"])
    return cells.as_cells(
        found.assign(
            la=la,
            academic_year=year,
            characteristic=TOTAL,
            category=TOTAL,
            total_low=found["total"],
            total_high=found["total"],
            held="",
        )
    )


def held(la: str, n: int | None, low: int | None = None, high: int | None = None) -> pd.DataFrame:
    """A withheld cell of English and maths."""
    row = {
        "la": la,
        "academic_year": YEAR,
        "measure": "ks4_em94",
        "characteristic": TOTAL,
        "category": TOTAL,
        "n": n,
        "total": None,
        "squares": None,
        "total_low": None if low is None else low * UNIT,
        "total_high": None if high is None else high * UNIT,
        "held": "c",
    }
    return cells.as_cells(pd.DataFrame([row]))


@settings(deadline=None, max_examples=25)
@given(SCORES, SCORES, SCORES)
def test_pooling_authorities_is_computing_on_their_union(
    one: list[float], two: list[float], three: list[float]
) -> None:
    parts = [results(scores) for scores in (one, two, three)]
    given_cells = cells.together([shared(f"X{at}", part) for at, part in enumerate(parts)])
    pooled = pool(given_cells).set_index("measure")
    union = measures.cells(pd.concat(parts, ignore_index=True), ["ks4_att8", "ks4_em94"])
    for row in union.to_dict("records"):
        for name in ("n", "total", "squares"):
            assert pooled.loc[row["measure"], name] == row[name]
    assert pooled["authorities"].tolist() == [3, 3]
    for name in ("ks4_att8", "ks4_em94"):
        found = pooled.loc[name]
        cell = measures.Cell(found["n"], found["total"], found["squares"])
        whole = measures.measure(pd.concat(parts, ignore_index=True), name, YEAR)
        assert measures.estimate(name, YEAR, cell) == whole


@settings(deadline=None, max_examples=10)
@given(st.permutations(range(6)))
def test_the_order_of_authorities_and_rows_changes_nothing(order: list[int]) -> None:
    parts = [shared(f"X{at}", results([at * 7.25, 40 + at / 3])) for at in range(6)]
    first = pool(cells.together(parts))
    again = pool(cells.together([parts[at] for at in order]).sample(frac=1, random_state=1))
    keys = list(cells.KEY)
    pd.testing.assert_frame_equal(
        first.astype(dict.fromkeys(keys, "str")).sort_values(keys, ignore_index=True),
        again.astype(dict.fromkeys(keys, "str")).sort_values(keys, ignore_index=True),
    )


def test_years_are_added_when_they_are_not_asked_for() -> None:
    scores = [10.5, 50.25]
    both = cells.together([shared("X1", results(scores)), shared("X1", results(scores), "2023/24")])
    pooled = pool(both, ["measure"]).set_index("measure")
    assert pooled.loc["ks4_att8", ["n", "total"]].tolist() == [4, 121_50000000]
    assert pooled.loc["ks4_att8", "authorities"] == 1


def test_what_is_withheld_is_counted_and_kept_as_a_range() -> None:
    shown = shared("X1", results([50.0] * 20 + [10.0] * 20))
    every = cells.together([shown, held("X2", 30, 0, 5), held("X3", None)])
    row = pool(every).set_index("measure").loc["ks4_em94"]
    assert row[["n", "total", "authorities", "withheld"]].tolist() == [40, 20 * UNIT, 1, 2]
    assert row[["bounded_n", "total_low", "total_high"]].tolist() == [70, 20 * UNIT, 25 * UNIT]


def test_the_range_holds_the_truth_where_the_shown_cells_alone_would_be_biased() -> None:
    rng = np.random.default_rng(7)
    sizes, rate = rng.integers(20, 60, 80), 0.15
    reached = rng.binomial(sizes, rate)
    parts = []
    for at, (n, k) in enumerate(zip(sizes.tolist(), reached.tolist(), strict=True)):
        few = k <= 5
        parts.append(
            held(f"X{at}", n, 0, 5)
            if few
            else shared(f"X{at}", results([50.0] * k + [1.0] * (n - k)))
        )
    row = pool(cells.together(parts)).set_index("measure").loc["ks4_em94"]
    truth = reached.sum() / sizes.sum()
    assert row["total"] / UNIT / row["n"] > truth + 0.02
    low, high = (row[end] / UNIT / row["bounded_n"] for end in ("total_low", "total_high"))
    assert row["bounded_n"] == sizes.sum()
    assert low <= truth <= high
    assert (low + high) / 2 == pytest.approx(truth, abs=0.03)


def test_averages_withheld_without_a_range_are_left_out_and_counted() -> None:
    gone = held("X2", 12).assign(measure=pd.Categorical(["ks4_att8"]))
    row = pool(cells.together([shared("X1", results([30.0] * 11)), gone])).iloc[0]
    assert row[["n", "authorities", "withheld", "bounded_n"]].tolist() == [11, 1, 1, 11]


def test_sums_beyond_64_bits_are_refused_not_wrong() -> None:
    huge = shared("X1", results([50.0])).assign(squares=pd.array([2**62, 2**62], dtype="Int64"))
    with pytest.raises(OverflowError, match="squares"):
        pool(cells.together([huge, huge.assign(la=pd.Categorical(["X2", "X2"]))]))


def test_no_cells_are_a_pool_of_nothing() -> None:
    assert pool(cells.no_cells()).empty
    assert cells.together([]).empty


def test_groups_are_those_that_reports_may_split_by() -> None:
    assert benchmarks.CHARACTERISTICS == SPLITS
    for name in SPLITS:
        assert cells.categories()[name] == tuple(by_group.labels(name))
        assert cells.categories()[name] == tuple(groups.labels(name))
