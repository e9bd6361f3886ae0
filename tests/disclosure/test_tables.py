"""Two-way tables and lists of counts: what is hidden, and that it cannot be worked out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla.measures import hide_parts, profiles, rules, suppress_table
from cla.measures.suppression import count_words, exposed, percent_words, rounded
from tests.disclosure.attack import Attack

COUNTS = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20, 31])
TABLES = st.integers(1, 5).flatmap(
    lambda rows: st.integers(1, 5).flatmap(
        lambda columns: st.lists(
            st.lists(COUNTS, min_size=columns, max_size=columns), min_size=rows, max_size=rows
        )
    )
)


def frame(cells: list[list[int]]) -> pd.DataFrame:
    table = pd.DataFrame(cells)
    table.index = pd.Index([f"row {n}" for n in range(len(cells))])
    table.columns = pd.Index([f"column {n}" for n in range(len(cells[0]))])
    return table


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_no_hidden_number_of_a_table_can_be_worked_out(cells: list[list[int]]) -> None:
    counts = frame(cells)
    seen = suppress_table(counts)
    attack = Attack({"row": list(counts.index), "column": list(counts.columns)})

    def tell(value: object, true: int, row: str | None, column: str | None) -> None:
        def who(one: object) -> bool:
            return (row is None or one["row"] == row) and (  # type: ignore[index]
                column is None or one["column"] == column  # type: ignore[index]
            )

        if value is None or pd.isna(value):
            attack.wants(f"{row}, {column}", who, true)
        else:
            assert value == true
            assert not 1 <= true <= 5
            attack.knows(who, true)

    for row in counts.index:
        tell(seen.row_totals[row], int(counts.loc[row].sum()), row, None)
        for column in counts.columns:
            tell(seen.cells.loc[row, column], int(counts.loc[row, column]), row, column)
    for column in counts.columns:
        tell(seen.column_totals[column], int(counts[column].sum()), None, column)
    tell(seen.total, int(counts.to_numpy().sum()), None, None)
    found = attack.finds()
    assert not found, (found, seen.in_symbols())


@settings(deadline=None, max_examples=30)
@given(TABLES, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_changes_nothing(cells: list[list[int]], random) -> None:
    counts = frame(cells)
    rows, columns = list(counts.index), list(counts.columns)
    random.shuffle(rows)
    random.shuffle(columns)
    there = suppress_table(counts)
    back = suppress_table(counts.loc[rows, columns])
    pd.testing.assert_frame_equal(back.cells.loc[counts.index, counts.columns], there.cells)
    pd.testing.assert_series_equal(back.row_totals.loc[counts.index], there.row_totals)
    pd.testing.assert_series_equal(back.column_totals.loc[counts.columns], there.column_totals)
    assert back.total == there.total


@settings(deadline=None, max_examples=200)
@given(st.lists(COUNTS, min_size=1, max_size=8))
def test_shown_parts_are_true_and_never_exactly_one_is_hidden_under_a_shown_total(
    counts: list[int],
) -> None:
    seen = hide_parts(counts)
    assert all(n in (None, true) for n, true in zip(seen, counts, strict=True))
    assert not any(n is not None and 1 <= n <= 5 for n in seen)
    gone = sum(n is None for n in seen)
    assert gone != 1 or len(counts) == 1
    if not any(1 <= n <= 5 for n in counts):
        assert seen == counts
    table = suppress_table(frame([counts]))
    if table.row_totals.notna().all():
        assert table.cells.isna().sum(axis=1).ne(1).all()


@settings(deadline=None, max_examples=100)
@given(TABLES)
def test_in_no_line_with_a_shown_total_is_exactly_one_number_hidden(cells: list[list[int]]) -> None:
    """The structure of DfE's tables: of 9,069 published groups with a shown total, none has one."""
    seen = suppress_table(frame(cells))
    in_rows = seen.cells.isna().sum(axis=1)[seen.row_totals.notna()]
    in_columns = seen.cells.isna().sum(axis=0)[seen.column_totals.notna()]
    assert (in_rows != 1).all() and (in_columns != 1).all()
    if seen.total is not None:
        assert seen.row_totals.isna().sum() != 1
        assert seen.column_totals.isna().sum() != 1
    shown_rows = seen.cells.notna().all(axis=1) & seen.row_totals.notna()
    assert (seen.cells.sum(axis=1)[shown_rows] == seen.row_totals[shown_rows]).all()


def test_a_table_as_it_is_published() -> None:
    counts = pd.DataFrame(
        {"Girls": [3, 8, 30], "Boys": [12, 0, 9]}, index=["SEN support", "EHC plan", "None"]
    )
    assert suppress_table(counts).in_symbols().to_numpy().tolist() == [
        ["c", "c", "15"],
        ["c", "c", "8"],
        ["30", "9", "39"],
        ["41", "21", "62"],
    ]
    nothing = suppress_table(counts, "internal")
    assert nothing.cells.astype("int64").equals(counts)


def test_tables_that_cannot_be_are_refused() -> None:
    twice = pd.DataFrame([[1], [2]], index=["a", "a"])
    with pytest.raises(ValueError, match="labels"):
        suppress_table(twice)
    with pytest.raises(ValueError, match="negative"):
        suppress_table(pd.DataFrame([[-1]]))


def test_bounds_need_all_relations_at_once() -> None:
    """Each hidden number is in a row and a column with another one, and still all follow."""
    cells = [[1, 1, 9], [1, 1, 9], [9, 9, 9]]
    seen = suppress_table(frame(cells))
    values = [1, 1, 1, 1, 2]
    relations = [(4, (0, 1)), (4, (2, 3)), (4, (0, 2)), (4, (1, 3))]
    boxes = dict.fromkeys(range(4), (1, 5))
    assert exposed(values, relations, [True] * 4 + [False], boxes) == {0, 1, 2, 3}
    assert seen.cells.isna().sum().sum() > 4


@pytest.mark.parametrize("profile", profiles())
def test_rule_sets_have_a_source_and_limits(profile: str) -> None:
    found = rules(profile)
    assert found.source and found.title and found.symbol == "c"
    assert found.hides == (profile != "internal")
    with pytest.raises(KeyError):
        rules("nobody's")


def test_rounding_and_symbols_are_those_of_published_tables() -> None:
    assert [rounded(n, level="region") for n in (4, 5, 15, 25, 149)] == [0, 10, 20, 30, 150]
    assert rounded(15) == 15 and rounded(15, "internal", "region") == 15
    assert count_words(4, level="england") == "k" and count_words(None) == "c"
    assert count_words(0, level="england") == "0" and count_words(1234) == "1,234"
    told = [percent_words(value, 300) for value in (0.0, 0.4, 0.5, 2.5, 12.49)]
    assert told == ["0", "k", "1", "3", "12"]
    assert percent_words(None, 12) == "c" and percent_words(None, 0) == "z"
    assert percent_words(46.25, 80, "dfe_outcomes") == "46.3"


def test_numpy_and_python_round_otherwise() -> None:
    assert (round(2.5), np.round(2.5)) == (2, 2)
    assert percent_words(2.5, 100) == "3"
