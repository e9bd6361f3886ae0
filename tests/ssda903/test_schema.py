"""The pandera schemas: built from the layout, and of one mind with the rulebook."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
import pytest

from cla.ssda903 import Return, layout
from cla.ssda903.rules import rulebook
from cla.ssda903.rules.columns import columns_of, contract, contract_frame
from cla.ssda903.schema import broken, in_schema, schema
from tests.ssda903.rules.random_returns import random_return

YEARS = (2014, 2018, 2022, 2024, 2025, 2026, 2027)


def by_the_rules(ret: Return, table: str) -> dict[str, list[int]]:
    """The schema's rules that fail and the labels of their rows, as the rulebook finds them."""
    own = [r for r in rulebook(ret.year).values() if in_schema(r) and r.tables == (table,)]
    found = {rule.code: rule.check(ret).get(table, []) for rule in own}
    return {code: rows for code, rows in found.items() if rows}


@pytest.mark.parametrize("year", YEARS)
def test_pandera_and_the_rulebook_agree_on_random_tables(year: int) -> None:
    found = 0
    for seed in range(3):
        ret = random_return(seed, year)
        for table in layout.layout(year).tables:
            by_rules = by_the_rules(ret, table)
            assert broken(ret, table, rulebook(year)) == set(by_rules)
            assert by_pandera(ret, table) == by_rules
            assert reported(ret, table) == set(by_rules)
            found += len(by_rules)
    assert found > 50


def by_pandera(ret: Return, table: str) -> dict[str, list[int]]:
    """Checks and the labels of their failing rows, as pandera reports them."""
    try:
        schema(table, ret.year, evidence="rows").validate(contract_frame(ret, table), lazy=True)
    except pa.errors.SchemaErrors as errors:
        return {
            error.check.name: error.check_output.index[~error.check_output].tolist()
            for error in errors.schema_errors
        }
    return {}


def reported(ret: Return, table: str) -> set[str]:
    """The checks that pandera names when the whole schema of a file is asked at once."""
    try:
        schema(table, ret.year).validate(contract_frame(ret, table), lazy=True)
    except pa.errors.SchemaErrors as errors:
        return {error.check.name for error in errors.schema_errors}
    return set()


def test_columns_are_made_once_for_all_checks_of_a_frame() -> None:
    ret = random_return(1)
    header = contract(ret, "Header")
    assert columns_of(header.frame, "Header", ret.year) is header
    assert columns_of(header.frame, "Header", ret.year - 1) is not header
    assert columns_of(header.frame.copy(), "Header", ret.year) is not header


def test_a_good_table_passes() -> None:
    header = pd.DataFrame({"CHILD": ["A"], "SEX": ["F"], "DOB": ["01/05/2012"], "ETHNIC": ["WBRI"]})
    ret = Return.from_tables({"Header": header}, 2026)
    frame = contract_frame(ret, "Header")
    assert schema("Header", 2026).validate(frame, lazy=True) is not None
    assert broken(ret, "Header", rulebook(2026)) == frozenset()


def test_a_check_is_named_by_the_rule_it_is_and_a_column_by_its_field() -> None:
    built = schema("Episodes", 2026)
    names = {check.name for check in built.checks}
    assert {"141", "143", "144", "145", "146", "147", "148", "149", "178", "1009"} <= names
    assert {"DECOM", "REC", "URN"} <= set(built.columns)
    assert not built.coerce


def test_the_codes_are_those_of_the_year() -> None:
    frame = pd.DataFrame({"CHILD": ["A"], "SEX": ["1"], "DOB": ["01/05/2012"], "ETHNIC": ["WBRI"]})
    assert broken(Return.from_tables({"Header": frame}, 2024), "Header", rulebook(2024)) == set()
    assert broken(Return.from_tables({"Header": frame}, 2025), "Header", rulebook(2025)) == {"101"}


def test_a_frame_that_is_not_typed_breaks_the_contract_and_not_a_rule() -> None:
    untyped = pd.DataFrame({name: ["x"] for name in schema("Header", 2026).columns})
    with pytest.raises(pa.errors.SchemaErrors) as refused:
        schema("Header", 2026).validate(untyped, lazy=True)
    assert refused.value.schema_errors[0].check.name == "types"


def test_there_is_no_schema_of_a_table_that_was_not_collected() -> None:
    with pytest.raises(KeyError):
        schema("DoLo", 2026)
