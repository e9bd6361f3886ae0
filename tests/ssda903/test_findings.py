"""Validation: what the findings say, and what they never depend on."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from cla.files import Upload
from cla.ssda903 import Return, layout, read
from cla.ssda903.findings import check_all, validate
from cla.ssda903.rules import Rulebook, rulebook
from tests.ssda903.rules.random_returns import random_return, tables

HEADER = b"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nA,F,01/05/2012,WBRI,UN1,0,\nB,X,,wbri,UN1,,\n"


def test_a_finding_says_where_and_what() -> None:
    ret = read(Upload("header.csv", HEADER), year=2026, any_year=True)
    found = validate(ret)
    assert list(found.columns) == [
        *("rule", "severity", "table", "row", "line", "child", "fields", "message"),
    ]
    sex = found[found["rule"] == "101"].iloc[0]
    assert (sex["table"], sex["row"], sex["line"], sex["child"]) == ("Header", 1, 3, "B")
    assert (sex["fields"], sex["severity"]) == ("SEX", "unknown")
    assert sex["message"] == rulebook(2026)["101"].title


def test_a_rule_that_lacks_a_table_is_not_run_and_says_what_it_lacks() -> None:
    ret = read(Upload("header.csv", HEADER), year=2026, any_year=True)
    outcome = check_all(ret)
    lacks = outcome.not_run.set_index("rule")["lacks"]
    assert lacks["186"] == "Episodes and OC2"
    assert lacks["202"] == "last year's Header"
    assert lacks["1008"] == "Episodes and the Ofsted provider list"
    assert "186" not in outcome.passed
    assert "301" in outcome.passed
    assert validate(ret).attrs["not_run"] == outcome.not_run.to_dict("records")


def test_findings_can_be_concatenated_and_written_as_they_are(tmp_path: Path) -> None:
    found = validate(read(Upload("header.csv", HEADER), year=2026, any_year=True))
    assert found.attrs["not_run"]
    assert json.loads(json.dumps(found.attrs)) == found.attrs
    twice = pd.concat([found, found], ignore_index=True)
    assert twice["rule"].tolist() == found["rule"].tolist() * 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found.to_parquet(tmp_path / "findings.parquet")
    again = pd.read_parquet(tmp_path / "findings.parquet")
    assert_frame_equal(again, found)
    assert again.attrs == found.attrs


def test_a_row_that_no_file_has_a_line_or_a_child_for_has_neither() -> None:
    with_lines = read(Upload("header.csv", HEADER), year=2026, any_year=True)
    by_hand = Return.from_tables(
        {"Header": with_lines.tables["Header"].drop(columns="CHILD")}, 2026
    )
    assert validate(with_lines)["line"].notna().all()
    found = validate(by_hand)
    assert len(found)
    assert found["line"].isna().all()
    assert found["child"].isna().all()
    assert found["line"].dtype == "Int64"


def test_every_rule_found_something_passed_or_was_not_run() -> None:
    outcome = check_all(random_return(7))
    parts = [set(outcome.findings["rule"]), set(outcome.passed), set(outcome.not_run["rule"])]
    assert set.union(*parts) == set(rulebook(2026))
    assert sum(len(part) for part in parts) == len(rulebook(2026))
    assert len(parts[0]) > 200


def test_without_findings_the_frame_is_empty_and_has_its_columns() -> None:
    header = pd.DataFrame({"CHILD": ["A"], "SEX": ["M"], "DOB": ["01/05/2012"], "ETHNIC": ["WBRI"]})
    oc3 = pd.DataFrame({"CHILD": ["A"], "DOB": ["01/05/2012"], "IN_TOUCH": ["NO"], "ACTIV": ["0"]})
    ret = Return.from_tables({"Header": header, "OC3": oc3.assign(ACCOM="0")}, 2026)
    book = Rulebook(2026, {"101": rulebook(2026)["101"]})
    assert validate(ret, book).empty
    assert "rule" in validate(ret, book).columns


@pytest.mark.parametrize("seed", range(3))
def test_validating_twice_gives_the_same_frame_and_changes_nothing(seed: int) -> None:
    ret = random_return(seed)
    before = {name: frame.copy(deep=True) for name, frame in ret.tables.items()}
    first = validate(ret)
    assert_frame_equal(first, validate(ret))
    assert_frame_equal(first, validate(random_return(seed)))
    for name, frame in ret.tables.items():
        assert_frame_equal(frame, before[name])


@pytest.mark.parametrize("seed", range(3))
def test_a_rule_does_not_depend_on_which_others_ran(seed: int) -> None:
    together = validate(random_return(seed))
    turned = random_return(seed)
    alone = {}
    for code in reversed(list(rulebook(2026))):
        alone[code] = rulebook(2026)[code].check(turned)
    for code, own in together.groupby("rule"):
        found = {table: rows["row"].tolist() for table, rows in own.groupby("table", sort=False)}
        assert found == alone.pop(code)
    assert not any(alone.values())


def test_permuting_rows_permutes_findings() -> None:
    """Where no two rows of a child have one date, so that no order in the file decides."""
    one_a_child = {
        name: frame.drop_duplicates("CHILD").dropna(subset="CHILD")
        for name, frame in tables(11, 40).items()
    }
    dice = np.random.default_rng(5)
    turned = {n: f.iloc[dice.permutation(len(f))] for n, f in one_a_child.items()}
    keys = ["rule", "table", "row"]
    straight = validate(Return.from_tables(one_a_child, 2026, "E06000014"))[keys]
    permuted = validate(Return.from_tables(turned, 2026, "E06000014"))[keys]
    assert len(straight) > 100
    assert_frame_equal(
        straight.sort_values(keys, ignore_index=True), permuted.sort_values(keys, ignore_index=True)
    )


@pytest.mark.parametrize("year", [2014, 2022, 2024, 2026, 2027])
@pytest.mark.parametrize(
    "columns",
    [
        pytest.param([], id="no columns"),
        pytest.param(["CHILD"], id="children only"),
        pytest.param(["DOB", "DEC", "LS", "SDQ_SCORE"], id="no children"),
    ],
)
def test_partial_tables_are_validated(year: int, columns: list[str]) -> None:
    part = {
        name: frame[[c for c in columns if c in frame.columns]]
        for name, frame in tables(3, 10).items()
    }
    ret = Return.from_tables(part, year, "E06000014", previous=part)
    outcome = check_all(ret)
    assert len(outcome.passed) > 100
    assert set(outcome.findings["table"]) <= set(part)


def test_numbers_where_text_is_expected_and_blank_columns_are_validated() -> None:
    names = {name: [f.name for f in table.fields] for name, table in layout.any_year().items()}
    numbers = {name: pd.DataFrame({c: [1, 2, 1] for c in own}) for name, own in names.items()}
    blanks = {name: pd.DataFrame({c: [None] * 3 for c in own}) for name, own in names.items()}
    for both in (numbers, blanks):
        ret = Return.from_tables(both, 2026, "E06000014", previous=both)
        assert len(check_all(ret).findings) > 20
    ret = Return.from_tables({"OC2": numbers["OC2"]}, 2026)
    assert rulebook(2026)["181"].check(ret) == {"OC2": [1]}


def test_tables_without_rows_are_validated() -> None:
    empty = {name: frame.iloc[:0] for name, frame in tables(3).items()}
    outcome = check_all(Return.from_tables(empty, 2026, "E06000014", previous=empty))
    assert outcome.findings.empty
    assert len(outcome.passed) > 250


def test_a_book_of_another_year_brings_its_codes_and_the_return_its_window() -> None:
    header = pd.DataFrame({"CHILD": ["A", "B"], "SEX": ["1", "M"], "DOB": ["01/04/2018"] * 2})
    ret = Return.from_tables({"Header": header}, 2018)
    assert rulebook(2024)["101"].check(ret) == {"Header": [1]}
    assert rulebook(2026)["101"].check(ret) == {"Header": [0]}
    assert rulebook(2026)["301"].check(ret) == {"Header": [0, 1]}
    assert set(validate(ret, rulebook(2026)).query("rule == '101'")["row"]) == {0}


def test_a_child_twice_in_header_is_reported_and_a_pair_that_fails_flags_the_row_once() -> None:
    header = pd.DataFrame({"CHILD": ["A", "A"], "DOB": ["01/05/2012", "01/05/2022"]})
    episodes = pd.DataFrame({"CHILD": ["A"], "DECOM": ["01/05/2030"], "RNE": ["S"]})
    ret = Return.from_tables({"Header": header, "Episodes": episodes}, 2026)
    assert rulebook(2026)["INT32"].check(ret) == {"Header": [0, 1]}
    assert rulebook(2026)["352"].check(ret) == {"Episodes": [0]}


def test_a_severity_of_a_rule_is_that_of_its_findings() -> None:
    header = pd.DataFrame({"CHILD": ["A"], "SEX": ["U"], "DOB": ["01/05/2012"]})
    found = validate(Return.from_tables({"Header": header}, 2026))
    assert found.set_index("rule")["severity"]["232"].startswith("query")


def test_rules_are_replaceable_in_a_book_of_ones_own() -> None:
    always = replace(rulebook(2026)["301"], judge=lambda r, _year: r.header.child >= 0)
    header = pd.DataFrame({"CHILD": ["A"], "DOB": ["01/05/2012"]})
    ret = Return.from_tables({"Header": header}, 2026)
    assert validate(ret, Rulebook(2026, {"301": always}))["row"].tolist() == [0]
