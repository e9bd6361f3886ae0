"""The workbook of findings, opened again: nothing calculates, everything is as it was sent."""

from __future__ import annotations

import io
import re
import zipfile

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from cla.ui import workbook

NASTY = ["=1+1", "+44", "-7", "@SUM(A1)", "http://x.example/?q", "007", "<b>&", "01/04/2025"]
LINES = ["OFFICIAL-SENSITIVE (personal data about children)", "Findings, Demoshire", "=2+2"]


@pytest.fixture
def table() -> pd.DataFrame:
    children = [f"C{n}" for n in range(len(NASTY))]
    blank = pd.Series([None] * len(NASTY), dtype="str")
    return pd.DataFrame({"CHILD": children, "DOB": NASTY, "UPN": blank}, dtype="str")


def finding(row: int, rule: str = "102", fields: str = "DOB") -> dict[str, object]:
    return {
        "rule": rule, "table": "Header", "row": row, "line": row + 2, "child": f"C{row}",
        "fields": fields, "message": f"=what {rule} says",
    }  # fmt: skip


def made(findings: list[dict[str, object]], table: pd.DataFrame) -> bytes:
    found = pd.DataFrame(findings).astype({"line": "Int64"})
    rules = pd.DataFrame({"Rule": ["102", "=3+3"], "Findings": [2, 1], "What it says": ["a", "-b"]})
    not_run = pd.DataFrame({"Rule": ["186"], "What it needs": ["Episodes"]})
    return workbook.workbook(found, {"Header": table}, rules, not_run, LINES)


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def parts(content: bytes, pattern: str) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return [file.read(n).decode() for n in file.namelist() if re.fullmatch(pattern, n)]


def test_rules_first_then_a_sheet_for_each_table_then_what_was_not_run(table) -> None:
    book = sheets(made([finding(0)], table))
    assert list(book) == ["Rules", "Header", "Not run"]
    assert book["Rules"][0][0] == LINES[0]
    assert book["Rules"][4] == ["Rule", "Findings", "What it says"]
    assert book["Rules"][5] == ["102", 2.0, "a"]
    assert book["Not run"][-1] == ["186", "Episodes"]


def test_nothing_in_it_is_a_formula_a_link_or_a_number_that_was_text(table) -> None:
    content = made([finding(row) for row in range(len(NASTY))], table)
    for sheet in parts(content, r"xl/worksheets/sheet\d+\.xml"):
        assert "<f>" not in sheet and "<f " not in sheet and "hyperlink" not in sheet
    rows = sheets(content)["Header"][2:]
    assert [row[4] for row in rows] == NASTY
    assert [row[0] for row in rows] == [n + 2.0 for n in range(len(NASTY))]
    assert sheets(content)["Rules"][6][0] == "=3+3"


def test_a_record_is_there_once_and_whole_with_all_its_rules(table) -> None:
    content = made([finding(1, "102"), finding(1, "103", "UPN"), finding(3)], table)
    rows = sheets(content)["Header"]
    assert rows[1] == ["Line", "Rules", "What is wrong", "CHILD", "DOB", "UPN"]
    assert len(rows) == 4
    assert rows[2] == [3.0, "102, 103", "=what 102 says =what 103 says", "C1", "+44", ""]


def test_failing_cells_are_filled_and_commented_with_code_and_words(table) -> None:
    content = made(
        [finding(1, "102"), finding(1, "103", "UPN DOB"), finding(2, "9", "NONE")], table
    )
    (comments,) = parts(content, r"xl/comments\d+\.xml")
    one = r'<comment ref="(\w+)".*?<t(?: [^>]*)?>(.*?)</t>'
    by_cell = dict(re.findall(one, comments, re.DOTALL))
    assert by_cell == {
        "E3": "102: =what 102 says\n103: =what 103 says",
        "F3": "103: =what 103 says",
        "D4": "9: =what 9 says",  # a field that the table has not: said at its first column
    }
    sheet = parts(content, r"xl/worksheets/sheet2\.xml")[0]
    style = dict(re.findall(r'<c r="(\w+)" s="(\d+)"', sheet))
    assert style["E3"] == style["F3"] == style["D4"]
    assert style["E3"] != style["D3"] == style["E4"]


def test_headings_stay_in_sight_and_can_be_filtered(table) -> None:
    content = made([finding(1)], table)
    for sheet in parts(content, r"xl/worksheets/sheet\d+\.xml"):
        assert 'state="frozen"' in sheet and "<autoFilter" in sheet and "<cols>" in sheet


def test_comments_end_at_a_limit_that_the_sheet_states(table, monkeypatch) -> None:
    monkeypatch.setattr(workbook, "MOST_COMMENTS", 3)
    content = made([finding(row) for row in range(5)], table)
    (comments,) = parts(content, r"xl/comments\d+\.xml")
    assert comments.count("<comment ref") == 3
    assert "All 5 failing cells are filled; the first 3" in str(sheets(content)["Header"][0][0])
    sheet = parts(content, r"xl/worksheets/sheet2\.xml")[0]
    style = dict(re.findall(r'<c r="(\w+)" s="(\d+)"', sheet))
    assert len({style[f"E{row}"] for row in range(3, 8)}) == 1


def test_a_text_longer_than_excel_holds_is_cut_and_not_lost(table) -> None:
    table.loc[0, "DOB"] = "x" * 40_000
    assert sheets(made([finding(0)], table))["Header"][2][4] == "x" * 32_767


def test_without_findings_it_still_opens(table) -> None:
    content = workbook.workbook(
        pd.DataFrame([finding(0)]).iloc[:0], {"Header": table},
        pd.DataFrame({"Rule": []}), pd.DataFrame({"Rule": []}), LINES,
    )  # fmt: skip
    assert list(sheets(content)) == ["Rules", "Not run"]
