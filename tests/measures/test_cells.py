"""Cells: whole numbers that add up, so that pooling authorities is computing on their union."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla.measures import UNIT, Cell, book, cell, cells, estimate, measure
from cla.measures.cells import in_units

AVERAGES = [
    ("ks4_att8", "2023/24"),  # Student's t, a scale with a lower end only
    ("ks2_read_ass", "2022/23"),  # Student's t, a scale with two ends
    ("ks2_read_prog", "2022/23"),  # DfE's national standard deviation
    ("ks2_read_prog", "2025/26"),  # progress without one
]
decimals = st.decimals(-150, 150, places=8)
scores = st.one_of(decimals, st.decimals(0, 100, places=2), st.integers(80, 120))
rows_of_scores = st.lists(st.tuples(st.booleans(), st.one_of(st.none(), scores)), max_size=25)
rows_of_flags = st.lists(
    st.tuples(st.booleans(), st.sampled_from([True, False, None])), max_size=25
).filter(lambda rows: any(counts and flag is not None for counts, flag in rows))


def of_scores(measure_id: str, rows: list) -> pd.DataFrame:
    definition = book[measure_id]
    values = [float("nan") if score is None else float(score) for _, score in rows]
    counts = [bool(one) for one, _ in rows]
    return pd.DataFrame(
        {
            definition.denominator: pd.Series(counts, dtype="bool"),
            definition.numerator: pd.Series(values, dtype="float64"),
        }
    )


def of_flags(rows: list) -> pd.DataFrame:
    flags = pd.array([flag for _, flag in rows], dtype="boolean")
    return pd.DataFrame({"elig_rwm": [one for one, _ in rows], "rwm_exp": flags})


@pytest.mark.parametrize(("measure_id", "year"), AVERAGES)
@given(first=rows_of_scores, second=rows_of_scores)
def test_pooled_scores_are_those_of_the_union_to_the_last_digit(measure_id, year, first, second):
    one, other = of_scores(measure_id, first), of_scores(measure_id, second)
    union = pd.concat([one, other], ignore_index=True)
    pooled = cell(one, measure_id) + cell(other, measure_id)
    assert pooled == cell(union, measure_id)
    assert estimate(measure_id, year, pooled) == measure(union, measure_id, year)


@given(rows_of_flags, rows_of_flags)
def test_pooled_proportions_are_those_of_the_union_to_the_last_digit(first, second):
    one, other = of_flags(first), of_flags(second)
    union = pd.concat([one, other], ignore_index=True)
    pooled = cell(one, "ks2_rwm_exp") + cell(other, "ks2_rwm_exp")
    assert pooled == cell(union, "ks2_rwm_exp")
    assert estimate("ks2_rwm_exp", "2022/23", pooled) == measure(union, "ks2_rwm_exp", "2022/23")


@given(rows_of_scores, st.randoms(use_true_random=False))
def test_the_order_of_the_children_changes_nothing(rows, random):
    frame = of_scores("ks4_att8", rows)
    random.shuffle(rows)
    shuffled = of_scores("ks4_att8", rows)
    assert measure(frame, "ks4_att8", "2023/24") == measure(shuffled, "ks4_att8", "2023/24")


@given(st.lists(decimals, max_size=30))
def test_units_are_exact(values):
    total, squares = in_units(np.array([float(value) for value in values]))
    assert total.tolist() == [int(value * UNIT) for value in values]
    half_up = [(v * v * UNIT + Decimal("0.5")).to_integral_value(ROUND_FLOOR) for v in values]
    assert squares.tolist() == [int(value) for value in half_up]


def test_a_cell_by_hand():
    frame = of_scores("ks4_att8", [(True, 1.5), (True, 42), (True, None), (False, 9), (True, 0)])
    assert cell(frame, "ks4_att8") == Cell(3, 4_350_000_000, 176_625_000_000)
    flags = of_flags([(True, True), (True, None), (False, True), (True, True)])
    assert cell(flags, "ks2_rwm_exp") == Cell(3, 2 * UNIT, 2 * UNIT)


def test_cells_add_and_sum():
    assert Cell(1, -2, 4) + Cell(2, 5, 9) == Cell(3, 3, 13)
    assert sum([Cell(1, 1, 1)] * 3, Cell()) == Cell(3, 3, 3)
    assert Cell(np.int64(2), np.int64(2**62), np.int64(2**62)) + Cell(0, 2**63, 2**63) == Cell(
        2, 2**62 + 2**63, 2**62 + 2**63
    )
    with pytest.raises(TypeError):
        Cell(1, 1, 1) + 1


@pytest.mark.parametrize(
    ("numbers", "error"),
    [((1.0, 2, 3), TypeError), ((1, 2.5, 3), TypeError), ((-1, 0, 0), ValueError)],
)
def test_a_cell_is_of_whole_numbers(numbers, error):
    with pytest.raises(error):
        Cell(*numbers)


def test_what_a_frame_does_not_carry():
    assert cell(pd.DataFrame({"elig": [True]}), "ks4_att8") is None
    empty = of_flags([(True, None), (False, True)])
    assert cell(empty, "ks2_rwm_exp") is None
    assert estimate("ks2_rwm_exp", "2022/23", None).reason.startswith("The results loaded")
    assert cell(empty.head(0), "ks2_rwm_exp") == Cell()  # nobody is not the same
    with pytest.raises(KeyError):
        cell(empty, "ks2_magic")


@pytest.mark.parametrize("dtype", ["boolean", "object", "float64"])
def test_flags_of_any_type(dtype):
    flags = pd.Series([True, None, False, True]).astype(dtype)
    frame = pd.DataFrame({"elig_rwm": pd.Series([1, 1, 1, None]).astype(dtype), "rwm_exp": flags})
    assert cell(frame, "ks2_rwm_exp") == Cell(3, UNIT, UNIT)


def test_scores_that_are_no_numbers_are_no_scores():
    frame = of_scores("ks4_att8", [(True, float("inf")), (True, float("nan")), (True, 7)])
    assert cell(frame, "ks4_att8") == Cell(1, 7 * UNIT, 49 * UNIT)


def test_sums_beyond_64_bits_stay_exact():
    small, large = of_scores("ks4_att8", [(True, 0.1)]), of_scores("ks4_att8", [(True, 3e12)] * 3)
    beyond = of_scores("ks4_att8", [(True, 1e305)])
    assert cell(large, "ks4_att8") == Cell(3, 9 * 10**20, 27 * 10**32)
    union = pd.concat([small, large, beyond])
    parts = [cell(one, "ks4_att8") for one in (small, large, beyond)]
    assert cell(union, "ks4_att8") == sum(parts, Cell())
    assert parts[2].total == int(Fraction(1e305)) * UNIT
    assert cells(large, ["ks4_att8"])["squares"].iloc[0] == 27 * 10**32


IDS = ["ks2_rwm_exp", "ks2_read_ass", "ks2_read_prog", "ks2_gps_exp"]
grouped = st.lists(
    st.tuples(
        st.sampled_from(["N", "K", "E", None]),
        st.booleans(),
        st.sampled_from([True, False, None]),
        st.one_of(st.none(), decimals),
    ),
    max_size=30,
)


def of_groups(rows: list) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sen": pd.Categorical([row[0] for row in rows], categories=["N", "K", "E", "none"]),
            "elig_rwm": pd.Series([row[1] for row in rows], dtype="bool"),
            "rwm_exp": pd.array([row[2] for row in rows], dtype="boolean"),
            "elig_read": pd.Series([row[1] for row in rows], dtype="bool"),
            "read_score": [None if row[3] is None else float(row[3]) for row in rows],
            "in_read_prog": pd.Series([row[1] for row in rows], dtype="bool"),
            "read_prog": [None if row[3] is None else float(row[3]) for row in rows],
        }
    ).astype({"read_score": "float64", "read_prog": "float64"})


@settings(max_examples=50)
@given(grouped)
def test_groups_are_what_each_is_alone_and_add_up_to_the_whole(rows):
    frame = of_groups(rows)
    found = cells(frame, IDS, by=frame["sen"])
    known = frame[frame["sen"].notna()]
    whole = cells(known, IDS).set_index("measure")
    for (category, name), group in found.groupby(["category", "measure"], observed=True):
        alone = cell(frame[frame["sen"] == category], name)
        held = Cell(*group[["n", "total", "squares"]].iloc[0])
        assert held == (alone or Cell(held.n))  # a group without flags has not reached it
    sums = found.groupby("measure")[["n", "total", "squares"]].sum()
    carried = sums.index.intersection(whole.index)
    assert sums.loc[carried].equals(whole.loc[carried, ["n", "total", "squares"]].astype("int64"))
    assert set(found["category"]) == (set(known["sen"]) if len(found) else set())


def test_groups_by_hand():
    frame = of_groups(
        [
            ("K", True, True, 101),
            ("N", True, None, 99),
            ("K", True, False, None),
            (None, True, True, 5),
        ]
    )
    found = cells(frame, IDS, by=frame["sen"].rename("anything"))
    assert list(found.columns) == ["category", "measure", "n", "total", "squares"]
    assert found["measure"].tolist() == [name for name in IDS[:3] for _ in range(2)]
    assert found["category"].tolist() == ["N", "K"] * 3
    assert found["n"].tolist() == [1, 2, 1, 1, 1, 1]
    assert found["total"].tolist() == [v * UNIT for v in (0, 1, 99, 101, 99, 101)]
    assert found["squares"].iloc[2:4].tolist() == [9801 * UNIT, 10201 * UNIT]


def test_groups_of_nobody_and_of_another_index():
    frame = of_groups([])
    assert cells(frame, IDS, by=frame["sen"]).empty
    some = of_groups([("K", True, True, 101)])
    with pytest.raises(ValueError, match="index"):
        cells(some, IDS, by=some["sen"].set_axis([7]))


def test_the_cells_of_a_whole_frame():
    frame = of_groups([("K", True, True, 101), ("N", False, None, 99)])
    found = cells(frame, IDS)
    assert list(found.columns) == ["measure", "n", "total", "squares"]
    assert found["measure"].tolist() == IDS[:3]
    assert found["n"].tolist() == [1, 1, 1]
    assert cells(frame, []).empty
