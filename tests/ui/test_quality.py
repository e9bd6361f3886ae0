"""Findings are counted by rule, table and child; new ones told from old; failing cells marked."""

from __future__ import annotations

import pandas as pd
import pytest

from cla.ssda903.rules import Rule, rulebook, versions
from cla.ssda903.sent import values_of
from cla.ui import quality, quality_examples, quality_words


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
    assert children.iloc[0].tolist() == ["2", 2, 2]
    assert children["findings"].sum() == 4
    assert quality.codes_of(findings, ["2", "1", "7"]) == ["102, 999", "186", ""]


def test_counts_say_how_many_are_new_and_accepted_and_pass_over_no_child(findings):
    followed = findings.assign(
        state=pd.Categorical(["new", "known", None, "altered"]),
        accepted=[False, True, True, False],
        child=["1", "2", "3", None],
    )
    counts = quality.by_rule(followed, BOOK).set_index("rule")
    assert counts["new"].to_dict() == {"186": 1, "102": 0, "999": 0}
    assert counts["accepted"].to_dict() == {"186": 1, "102": 1, "999": 0}
    assert counts["children"].to_dict() == {"186": 2, "102": 1, "999": 0}
    assert quality.by_child(followed)["child"].tolist() == ["1", "2", "3"]
    assert quality.by_rule(followed.iloc[:0], BOOK).empty


def test_narrowing_by_several_columns(findings):
    assert len(quality.narrowed(findings)) == 4
    assert quality.narrowed(findings, table=["OC2"], rule=[])["child"].tolist() == ["1", "3"]
    assert quality.narrowed(findings, table=["OC2"], rule=["102"]).empty


@pytest.mark.parametrize(
    ("searched", "rows"),
    [
        ("", [0, 1, 2, 3]),
        ("186", [0, 2]),
        (" 2 ", [1]),
        ("2a", [3]),
        ("x9", []),
        ("(", []),
        ("ab", [3]),
    ],
)
def test_search_by_code_or_child_whatever_the_capitals(findings, searched, rows):
    own = findings.assign(child=["1", "2", "3", "2AB"])
    assert quality.searched(own, searched).index.tolist() == rows
    assert quality.searched(own.astype({"child": "category"}), searched).index.tolist() == rows


def test_failing_records_say_which_fields_and_mark_them(findings):
    header = pd.DataFrame(
        {"CHILD": ["9", "2"], "SEX": ["1", None], "DOB": ["x", "y"]}, index=[1, 5], dtype="str"
    )
    own = quality.narrowed(findings, table=["Header"])
    records = quality.failing_records(own, header)
    assert records.index.tolist() == [5]
    assert records.iloc[0, :3].tolist() == ["DOB, SEX", "102, 999", "2"]
    shown = quality.marked(records)
    assert shown.data.iloc[0].tolist() == ["DOB, SEX", "102, 999", "2", "✗ (blank)", "✗ y"]
    shown._compute()
    assert {at for at, css in shown.ctx.items() if css} == {(0, 3), (0, 4)}
    assert quality.fields_of("DOB, SEX") == quality.fields_of("DOB SEX") == ("DOB", "SEX")


def test_records_without_a_finding_stand_unmarked_beside_failing_ones(findings):
    header = pd.DataFrame({"CHILD": ["2", "2"], "DOB": ["y", "z"]}, index=[5, 6], dtype="str")
    own = quality.narrowed(findings, table=["Header"])
    shown = quality.marked(quality.with_findings(header, own)).data
    assert shown["DOB"].tolist() == ["✗ y", "z"]
    assert shown["Rules"].tolist() == ["102, 999", ""]


def test_the_line_in_the_file_stands_beside_the_record(findings):
    header = pd.DataFrame({"CHILD": ["2"], "DOB": ["y"]}, index=[5], dtype="str")
    own = quality.narrowed(findings, table=["Header"]).assign(line=[7, 7])
    assert quality.failing_records(own, header)["Line"].tolist() == [7]


def test_what_stands_in_the_fields_of_a_finding_is_said_as_it_was_sent(findings):
    tables = {
        "Header": pd.DataFrame({"SEX": ["1", "=3"], "DOB": ["x", None]}, index=[1, 5], dtype="str"),
        "OC2": pd.DataFrame({"SDQ_SCORE": ["41", ""], "CHILD": ["1", "3"]}, index=[0, 2]),
    }
    said = values_of(findings, tables)
    assert said.tolist() == ["SDQ_SCORE: 41", "DOB: (blank)", "SDQ_SCORE: (blank)", "SEX: =3"]
    assert said.index.equals(findings.index)
    gone = findings.assign(row=99)
    assert values_of(gone, tables).tolist() == [""] * 4
    assert values_of(findings, {}).tolist() == [""] * 4


def test_a_finding_whose_row_is_not_in_the_table_is_left_out(findings):
    own = quality.narrowed(findings, table=["OC2"])
    table = pd.DataFrame({"CHILD": ["1"]}, index=[0])
    assert quality.failing_records(own, table).index.tolist() == [0]


def test_rules_that_nearly_every_record_fails_point_at_the_file():
    rows = [("101", row) for row in range(9)] + [("102", row) for row in range(8)]
    found = pd.DataFrame(rows, columns=["rule", "row"]).assign(table="Header", message="m")
    everywhere = quality.nearly_everywhere(found, {"Header": 10})
    assert everywhere[["rule", "records", "of"]].to_numpy().tolist() == [["101", 9, 10]]
    assert quality.nearly_everywhere(found, {"Header": 9}).empty  # too few to say


def test_every_version_of_every_rule_has_an_example_of_right_and_wrong():
    for one in versions():
        shown = quality_examples.example(one)
        assert shown.startswith("In "), one.code
        assert "| x" in shown, one.code


def test_the_example_is_that_of_the_version_of_the_year():
    shown = [quality_examples.example(rulebook(year)["101"]) for year in (2024, 2026)]
    assert shown[0] != shown[1] and "In 2024-25" in shown[1] and "##" not in shown[1]


@pytest.mark.parametrize(
    ("shown", "count", "what", "said"),
    [
        (slice(0, 1), 1, "records", "1 record"),
        (slice(0, 1), 1, "accepted findings", "1 accepted finding"),
        (slice(0, 1), 1, "children", "1 child"),
        (slice(0, 2), 2, "children", "2 children"),
        (slice(50, 100), 1204, "records", "Records 51 to 100 of 1,204"),
    ],
)
def test_how_many_are_shown_is_said_in_words(shown, count, what, said):
    assert quality_words.span(shown, count, what) == said
