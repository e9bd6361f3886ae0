"""The typed view of a return: dates, codes, the shared child category, derived columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cla.ssda903 import layout
from cla.ssda903.cells import parse_dates
from cla.ssda903.returns import Return, shared

DATES = st.one_of(
    st.dates().map(lambda day: f"{day.day:02d}/{day.month:02d}/{day.year:04d}"),
    st.from_regex(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}", fullmatch=True),
    st.sampled_from(
        ["31/02/2020", "29/02/2019", "29/02/2020", "00/01/2020", "01/00/2020", "1/4/2015", "42095"]
    )
    | st.sampled_from(
        [
            "2015-04-01",
            "01/04/15",
            "zz/04/2015",
            "01/13/2015",
            "££££££££££",
            "01/01/0001",
            "01/01/0000",
        ]
    ),
    st.text(max_size=12),
    st.none(),
)


@given(st.lists(DATES, max_size=30), st.integers(0, 3))
def test_dates_are_read_as_pandas_reads_them_one_by_one(texts: list[str | None], cut: int) -> None:
    column = pd.Series(texts, dtype="str").iloc[cut:]
    expected = [
        pd.NaT
        if pd.isna(text)
        else pd.to_datetime(pd.Series([text], dtype=object), format="%d/%m/%Y", errors="coerce")[0]
        for text in column
    ]
    parsed = parse_dates(column)
    assert parsed.dtype == "datetime64[us]"
    assert parsed.index.equals(column.index)
    assert list(parsed.isna()) == [pd.isna(day) for day in expected]
    assert list(parsed.dropna()) == [day for day in expected if not pd.isna(day)]


def test_dates_of_a_plain_object_column_are_read() -> None:
    assert parse_dates(pd.Series(["01/04/2025", None], dtype=object)).tolist() == [
        pd.Timestamp(2025, 4, 1),
        pd.NaT,
    ]


def test_every_column_of_the_table_is_there_and_the_index_is_kept() -> None:
    ret = Return.from_tables(
        {"Episodes": pd.DataFrame({"CHILD": ["b", "a"], "LS": ["C2", None]}, index=[7, 3])}, 2026
    )
    typed = ret.episodes
    assert set(layout.any_year()["Episodes"].columns) <= set(typed.columns)
    assert list(typed.index) == [7, 3]
    assert typed["PL_POST"].isna().all()
    assert list(typed["LS"].cat.categories) == ["C2"]


def test_child_is_one_category_over_all_tables_and_the_previous_year() -> None:
    ret = Return.from_tables(
        {
            "Header": pd.DataFrame({"CHILD": ["002", "10", None]}),
            "Episodes": pd.DataFrame({"CHILD": ["10", "9"]}),
        },
        2026,
        previous={"Episodes": pd.DataFrame({"CHILD": ["8", "10"]})},
    )
    assert list(ret.children) == ["002", "10", "8", "9"]
    assert ret.previous is not None
    assert ret.previous.year == 2025
    for frame in (ret.header, ret.episodes, ret.previous.episodes):
        assert frame["CHILD"].dtype == ret.child_type
    assert list(ret.header["CHILD"].cat.codes) == [0, 1, -1]
    assert list(ret.previous.episodes["CHILD"]) == ["8", "10"]


def test_from_tables_compares_exactly_and_a_read_return_in_capitals() -> None:
    frame = pd.DataFrame({"CHILD": ["a1", "A1"], "LS": ["c2", "C2"], "PL_POST": ["ab1 2cd", None]})
    exact = Return.from_tables({"Episodes": frame}, 2026)
    folded = Return({"Episodes": frame.astype("str")}, 2026, fold_case=True)
    assert list(exact.children) == ["A1", "a1"]
    assert list(folded.children) == ["A1"]
    assert list(folded.episodes["LS"]) == ["C2", "C2"]
    assert folded.episodes["PL_POST"][0] == "AB1 2CD"
    assert list(folded.tables["Episodes"]["LS"]) == ["c2", "C2"]


def test_an_empty_string_built_by_hand_is_a_value() -> None:
    ret = Return.from_tables({"Header": pd.DataFrame({"CHILD": ["1"], "SEX": [""]})}, 2026)
    assert ret.header["SEX"].tolist() == [""]


def test_numbers_and_dates_from_frames_become_the_text_of_the_file() -> None:
    ret = Return.from_tables(
        {
            "Header": pd.DataFrame(
                {"CHILD": [1, 2], "SEX": [1.0, None], "DOB": pd.to_datetime(["2010-05-04", None])}
            )
        },
        2026,
    )
    assert ret.header["CHILD"].tolist() == ["1", "2"]
    assert ret.header["SEX"].tolist()[0] == "1"
    assert ret.header["DOB"].tolist() == [pd.Timestamp(2010, 5, 4), pd.NaT]


@pytest.mark.parametrize("table", layout.TABLES)
def test_a_table_without_rows_or_columns_is_typed(table: str) -> None:
    typed = Return.from_tables({table: pd.DataFrame()}, 2027).typed(table)
    assert len(typed) == 0
    assert set(layout.any_year()[table].columns) <= set(typed.columns)


def test_the_uasc_column_is_computed_when_absent_and_trusted_when_given() -> None:
    header = pd.DataFrame({"CHILD": ["1", "2", None]})
    uasc = pd.DataFrame({"CHILD": ["2", "3"]})
    computed = Return.from_tables({"Header": header, "UASC": uasc}, 2026)
    given = Return.from_tables({"Header": header.assign(UASC=["1", "0", "0"]), "UASC": uasc}, 2026)
    alone = Return.from_tables({"Header": header}, 2026)
    assert computed.header["UASC"].tolist() == ["0", "1", "0"]
    assert given.header["UASC"].tolist() == ["1", "0", "0"]
    assert alone.header["UASC"].isna().all()


def test_given_distances_are_numbers() -> None:
    ret = Return.from_tables(
        {"Episodes": pd.DataFrame({"CHILD": ["1", "2"], "PL_DISTANCE": ["12.5", "far"]})}, 2026
    )
    assert ret.episodes["PL_DISTANCE"].tolist()[0] == 12.5
    assert np.isnan(ret.episodes["PL_DISTANCE"].tolist()[1])


def test_a_typed_table_can_be_changed_without_changing_the_return() -> None:
    ret = Return.from_tables({"Header": pd.DataFrame({"CHILD": ["1"], "SEX": ["M"]})}, 2026)
    frame = ret.header
    frame["SEX"] = "F"
    assert ret.header["SEX"].tolist() == ["M"]


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(KeyError, match="Episode"):
        Return.from_tables({"Episode": pd.DataFrame()}, 2026)


def test_a_shared_fact_is_computed_once_a_return() -> None:
    calls: list[int] = []

    @shared
    def fact(ret: Return) -> int:
        calls.append(ret.year)
        return ret.year

    first, second = Return.from_tables({}, 2025), Return.from_tables({}, 2026)
    assert [fact(first), fact(first), fact(second)] == [2025, 2025, 2026]
    assert calls == [2025, 2026]


def test_with_context_adds_the_previous_return_and_providers() -> None:
    ret = Return.from_tables({"Header": pd.DataFrame({"CHILD": ["1"]})}, 2026, "X06000991")
    before = Return.from_tables({"Header": pd.DataFrame({"CHILD": ["0"]})}, 2025)
    providers = pd.DataFrame({"URN": ["SC1"]})
    both = ret.with_context(previous=before, providers=providers)
    assert list(both.children) == ["0", "1"]
    assert both.previous is not None
    assert both.previous.header["CHILD"].cat.codes.tolist() == [0]
    assert both.providers is providers
    assert both.la == "X06000991"


def test_a_table_without_rows_is_typed() -> None:
    empty = pd.DataFrame({"CHILD": [], "DECOM": [], "RNE": []})
    episodes = Return.from_tables({"Episodes": empty}, 2026).typed("Episodes")
    assert episodes.empty
    assert episodes["DECOM"].dtype == "datetime64[us]"
