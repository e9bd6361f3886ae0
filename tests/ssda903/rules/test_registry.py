"""The rulebook: years, versions, and what a rule needs."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from cla.ssda903 import Return, layout
from cla.ssda903.rules import NotRun, registry, rulebook, versions

EXPECTED = {2022: 288, 2023: 293, 2024: 312, 2025: 305, 2026: 314, 2027: 325}


@pytest.mark.parametrize("year", EXPECTED)
def test_the_book_of_each_listed_year_is_whole(year: int) -> None:
    assert len(rulebook(year)) == EXPECTED[year]
    assert rulebook(year).official


@pytest.mark.parametrize("year", range(layout.FIRST_YEAR, 2022))
def test_earlier_books_have_no_rule_on_what_was_not_collected(year: int) -> None:
    collected = layout.layout(year).tables
    book = rulebook(year)
    assert not book.official
    assert not any(rule.listed for rule in book.values())
    for rule in book.values():
        assert set(rule.needs) & set(layout.TABLES) <= set(collected), rule.code


@pytest.mark.parametrize("year", [2013, 2028])
def test_there_is_no_book_of_an_unknown_year(year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        rulebook(year)


def test_versions_of_one_code_do_not_overlap() -> None:
    for code in {rule.code for rule in versions()}:
        years = [y for rule in versions() if rule.code == code for y in rule.years]
        assert len(years) == len(set(years)), code


def test_a_version_that_overlaps_is_refused() -> None:
    known = rulebook(2026)["356"]
    with pytest.raises(ValueError, match="356"):
        registry.register(replace(known, since=2020, until=2020))


def test_a_rule_says_what_an_analyst_reads() -> None:
    for rule in versions():
        assert rule.title.endswith("."), rule.code
        assert rule.fields, rule.code
        assert rule.stage in ("1", "2", "tool", "portal", "unknown"), rule.code


def test_not_run_names_what_is_lacking() -> None:
    ret = Return.from_tables({"Episodes": pd.DataFrame({"CHILD": ["A"]})}, 2026)
    with pytest.raises(NotRun, match="last year's Episodes") as lacking:
        rulebook(2026)["502"].check(ret)
    assert lacking.value.lacks == ("last year's Episodes",)
    with pytest.raises(NotRun, match="Episodes with PL_LA"):
        rulebook(2026)["169"].check(ret)
    with pytest.raises(NotRun, match="code of the authority"):
        rulebook(2026)["1015"].check(ret)


def test_a_provider_list_without_the_column_is_not_enough() -> None:
    ret = Return.from_tables(
        {"Episodes": pd.DataFrame({"CHILD": ["A"], "URN": ["1"]})},
        2026,
        providers=pd.DataFrame({"URN": [1]}),
    )
    assert rulebook(2026)["1008"].check(ret) == {}
    with pytest.raises(NotRun, match="PLACE_CODES"):
        rulebook(2026)["219"].check(ret)


def test_a_child_without_any_record_is_only_sought_where_episodes_are_there() -> None:
    header = pd.DataFrame({"CHILD": ["A", "B"]})
    with pytest.raises(NotRun, match="Episodes"):
        rulebook(2026)["EPI"].check(Return.from_tables({"Header": header}, 2026))
    tables = {"Header": header, "Episodes": pd.DataFrame({"CHILD": ["A"]})}
    assert rulebook(2026)["EPI"].check(Return.from_tables(tables, 2026)) == {"Header": [1]}


def test_rows_keep_their_labels() -> None:
    header = pd.DataFrame({"CHILD": ["A", "B"], "SEX": ["M", "Q"]}, index=["first", "second"])
    assert rulebook(2026)["101"].check(Return.from_tables({"Header": header}, 2026)) == {
        "Header": ["second"]
    }
