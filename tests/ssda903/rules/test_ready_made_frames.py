"""Rules on frames made by hand, which no reader has trimmed, capitalised or labelled."""

from __future__ import annotations

import pandas as pd

from cla.ssda903 import Return
from cla.ssda903.rules import rulebook


def test_an_empty_text_is_a_wrong_code_and_whole_numbers_are_codes() -> None:
    care = pd.DataFrame({"FOSTER_CARE": [0, 1, "", 2, None]}, dtype=object)
    ret = Return.from_tables({"AD1": care}, 2026)
    assert rulebook(2026)["114"].check(ret) == {"AD1": [2, 3]}


def test_a_label_that_two_rows_share_is_given_for_the_row_that_fails() -> None:
    header = pd.DataFrame({"SEX": ["M", "2", "F"]}, index=[7, 7, "x"])
    assert rulebook(2026)["101"].check(Return.from_tables({"Header": header}, 2026)) == {
        "Header": [7]
    }


def test_393_takes_a_short_break_in_small_letters_for_one() -> None:
    tables = {
        "Header": pd.DataFrame({"CHILD": [1, 2], "SEX": "F", "MOTHER": None}),
        "Episodes": pd.DataFrame({"CHILD": [1, 2], "LS": ["v4", "C2"]}),
    }
    assert rulebook(2026)["393"].check(Return.from_tables(tables, 2026)) == {"Header": [1]}


def test_355_compares_as_sent_where_a_date_cannot_be_read() -> None:
    episodes = pd.DataFrame(
        {"DECOM": ["June", "June", None, "1/5/2025"], "DEC": ["June", "May", None, "01/05/2025"]}
    )
    ret = Return.from_tables({"Episodes": episodes}, 2026)
    assert rulebook(2026)["355"].check(ret) == {"Episodes": [0, 2, 3]}
