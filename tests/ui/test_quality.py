"""Findings are counted by rule, table and child; new ones told from old; failing cells marked."""

from __future__ import annotations

import pandas as pd
import pytest

from cla.ssda903.rules import Rule
from cla.ui import quality


def rule(code: str, title: str, tables: tuple[str, ...], stage: str = "1") -> Rule:
    return Rule(
        code=code, title=title, tables=tables, fields=("DOB",), stage=stage, since=2014,
        until=2027, listed_from=2022, needs=tables, severity="error", condition="",
        judge=lambda records, year: {},
    )  # fmt: skip


BOOK = {"102": rule("102", "Date of birth", ("Header",)), "186": rule("186", "SDQ", ("OC2",), "2")}


@pytest.fixture
def findings() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rule": pd.Categorical(["186", "102", "186", "999"]),
            "severity": pd.Categorical(["error"] * 4),
            "table": pd.Categorical(["OC2", "Header", "OC2", "Header"]),
            "row": [0, 5, 2, 5],
            "child": ["1", "2", "3", "2"],
            "fields": [("SDQ_SCORE",), ("DOB",), ("SDQ_SCORE", "SDQ_REASON"), ("SEX",)],
            "message": ["a", "b", "a", "c"],
        }
    )


def test_by_rule_most_frequent_first_with_what_the_book_says(findings):
    counts = quality.by_rule(findings, BOOK)
    assert counts["rule"].tolist() == ["186", "102", "999"]
    assert counts["findings"].tolist() == [2, 1, 1]
    assert counts["children"].tolist() == [2, 1, 1]
    assert counts["title"].tolist() == ["SDQ", "Date of birth", ""]
    assert counts["stage"].tolist() == ["2", "1", ""]


def test_by_table_and_by_child(findings):
    tables = quality.by_table(findings)
    assert dict(zip(tables["table"], tables["rules"], strict=True)) == {"OC2": 1, "Header": 2}
    children = quality.by_child(findings)
    assert children.iloc[0].tolist() == ["2", 2, 2, "102, 999"]
    assert children["findings"].sum() == 4


def test_narrowing_by_several_columns(findings):
    assert len(quality.narrowed(findings)) == 4
    assert quality.narrowed(findings, table=["OC2"], rule=[])["child"].tolist() == ["1", "3"]
    assert quality.narrowed(findings, table=["OC2"], rule=["102"]).empty


def test_failing_records_say_which_fields_and_mark_them(findings):
    header = pd.DataFrame(
        {"CHILD": ["9", "2"], "SEX": ["1", "7"], "DOB": ["x", "y"]}, index=[1, 5], dtype="str"
    )
    own = quality.narrowed(findings, table=["Header"])
    records = quality.failing_records(own, header)
    assert records.index.tolist() == [5]
    assert records.iloc[0].tolist() == ["DOB, SEX", "2", "7", "y"]
    html = quality.marked(records).to_html()
    assert html.count("col2") and quality.MARK.split(":")[1].split(";")[0].strip() in html
    assert quality.fields_of("DOB, SEX") == quality.fields_of("DOB SEX") == ("DOB", "SEX")


def test_the_line_in_the_file_stands_beside_the_record(findings):
    header = pd.DataFrame({"CHILD": ["2"], "DOB": ["y"]}, index=[5], dtype="str")
    own = quality.narrowed(findings, table=["Header"]).assign(line=[7, 7])
    assert quality.failing_records(own, header)["Line"].tolist() == [7]


def test_a_finding_whose_row_is_not_in_the_table_is_left_out(findings):
    own = quality.narrowed(findings, table=["OC2"])
    table = pd.DataFrame({"CHILD": ["1"]}, index=[0])
    assert quality.failing_records(own, table).index.tolist() == [0]
