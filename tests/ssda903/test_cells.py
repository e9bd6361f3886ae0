"""Distinct values of a column of text, whatever is in it and however it is held."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cla.ssda903 import Return
from cla.ssda903.cells import days_of, distinct

TEXTS = st.one_of(st.sampled_from(["a", "A", "", "ß", "SS", "é", "É", "x\ny"]), st.text(max_size=3))


@given(st.lists(st.none() | TEXTS, max_size=20), st.booleans(), st.integers(0, 3))
def test_each_row_is_the_value_at_its_place(
    texts: list[str | None], fold_case: bool, cut: int
) -> None:
    column = pd.Series(texts, dtype="str").iloc[cut:]
    found = distinct(column, fold_case=fold_case)
    compared = [text.upper() if text and fold_case else text for text in texts[cut:]]
    assert [None if p < 0 else found.values[p] for p in found.places] == compared
    assert len(set(found.values)) == len(found.values)
    assert found.changed == (compared != texts[cut:])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["a", None, "b"], dtype=object),
        pd.Series(["a", None, "b"], dtype="str"),
        pd.Series(["a", None, "b"], dtype="category"),
        pd.concat([pd.Series(["a"], dtype="str"), pd.Series([None, "b"], dtype="str")]),
    ],
    ids=["object", "str", "category", "in two pieces"],
)
def test_it_does_not_matter_how_a_column_is_held(column: pd.Series) -> None:
    found = distinct(column)
    assert found.places.tolist() == [0, -1, 1]
    assert found.values == ["a", "b"]


@pytest.mark.parametrize("dtype", [object, "str", "float64"])
def test_a_column_of_nothing_has_no_values_and_no_days(dtype: str) -> None:
    nothing = pd.Series([None, None], dtype=dtype)
    assert distinct(nothing).places.tolist() == [-1, -1]
    assert distinct(nothing.head(0)).values == []
    assert np.isnat(days_of(nothing)).all()


def test_days_between_others_of_another_length_are_read() -> None:
    column = pd.Series(["29/02/2024", "1/3/2024", None, "30/02/2024", "31/12/9999", "01/03/2024"])
    assert days_of(column).astype(str).tolist() == [
        *("2024-02-29", "2024-03-01", "NaT", "NaT", "9999-12-31", "2024-03-01"),
    ]


def test_a_change_in_a_typed_table_reaches_neither_the_return_nor_the_rules() -> None:
    header = pd.DataFrame({"CHILD": ["1", "2"], "SEX": ["M", "F"], "DOB": ["01/04/2012"] * 2})
    ret = Return.from_tables({"Header": header}, 2026)
    frame = ret.header
    frame.loc[0, "UPN"] = "changed"
    frame.loc[0, "DOB"] = pd.Timestamp(2020, 1, 1)
    frame.loc[0, "SEX"] = "F"
    assert ret.header["DOB"].tolist() == [pd.Timestamp(2012, 4, 1)] * 2
    assert ret.header["UPN"].isna().all()
    assert ret.header["SEX"].tolist() == ["M", "F"]
    assert ret.days("Header", "DOB").tolist() == [pd.Timestamp(2012, 4, 1).date()] * 2
    assert ret.distinct("Header", "SEX").values == ["M", "F"]
