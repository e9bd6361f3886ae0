"""The layouts of the years: which tables and columns, since when, in which order."""

from __future__ import annotations

import pytest

from cla.ssda903 import layout

YEARS = range(layout.FIRST_YEAR, layout.LAST_YEAR + 1)
KINDS = {"text", "code", "date", "partial_date", "integer", "postcode"}


def test_all_twelve_tables_exist_in_the_last_year() -> None:
    assert tuple(layout.layout(2027).tables) == layout.TABLES
    assert layout.TABLES == (
        "Header", "Episodes", "UASC", "Reviews", "OC2", "OC3", "AD1", "PlacedAdoption",
        "PrevPerm", "Missing", "SWEpisodes", "DoLo",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "first"), [("Missing", 2015), ("SWEpisodes", 2024), ("DoLo", 2027), ("OC3", 2014)]
)
def test_tables_begin_in_their_year(table: str, first: int) -> None:
    assert [year for year in YEARS if table in layout.layout(year).tables] == [
        year for year in YEARS if year >= first
    ]


def test_columns_begin_in_their_year() -> None:
    assert "URN" not in layout.layout(2015).tables["Episodes"].columns
    assert "URN" in layout.layout(2016).tables["Episodes"].columns
    assert "REASON_PLACE_CHANGE" not in layout.layout(2016).tables["Episodes"].expected
    assert "REASON_PLACE_CHANGE" in layout.layout(2017).tables["Episodes"].expected


@pytest.mark.parametrize("year", YEARS)
def test_every_layout_holds_together(year: int) -> None:
    for table in layout.layout(year).tables.values():
        assert table.columns[0] == "CHILD"
        assert set(table.expected) <= set(table.columns)
        assert set(table.date_columns) <= set(table.columns)
        assert len(set(table.columns)) == len(table.columns)
        for field in table.fields:
            assert field.kind in KINDS
            assert field.collected_in(year)
            assert table.field(field.name) is field
            if field.kind == "code":
                assert field.codes
                assert layout.codes(field.codes, year), (field.codes, year)
        for name in table.date_columns:
            assert table.field(name).kind == "date"


def test_codes_change_with_the_year() -> None:
    assert set(layout.codes("SEX", 2024)) == {"1", "2"}
    assert {"M", "F"} <= set(layout.codes("SEX", 2025))
    assert "E4" in layout.codes("REC", 2014)
    assert {"E4A", "E4B"} <= set(layout.codes("REC", 2026))
    assert "E17" not in layout.codes("REC", 2020)
    assert "E17" in layout.codes("REC", 2021)
    assert "Z1" in layout.codes("PLACE", 2025)
    assert "Z11" in layout.codes("PLACE", 2026)
    assert not layout.codes("NO_SUCH_LIST", 2026)


@pytest.mark.parametrize("year", [2013, 2028])
def test_years_outside_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="2014 to 2027"):
        layout.layout(year)


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(KeyError, match="Header has no column NAME"):
        layout.layout(2026).tables["Header"].field("NAME")


def test_any_year_has_every_column_of_every_year() -> None:
    everything = layout.any_year()
    for year in YEARS:
        for name, table in layout.layout(year).tables.items():
            assert set(table.columns) <= set(everything[name].columns)


def test_years_are_written_as_people_write_them() -> None:
    assert layout.year_name(2026) == "2025-26"
    assert layout.year_name(2100) == "2099-00"


def test_no_two_tables_look_alike() -> None:
    marks = [frozenset(table.columns) for table in layout.any_year().values()]
    assert not [(one, other) for one in marks for other in marks if one < other]
