"""The layout of the SSDA903 return in each collection year: tables, columns and code lists.

The facts live in ``data/reference/ssda903`` (tables.csv, fields.csv, codes.csv), each with its
source. A collection year is named by the calendar year of the 31 March that ends it: 2026 is
2025-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from cla import reference

FIRST_YEAR = 2014
LAST_YEAR = 2027


@dataclass(frozen=True)
class Field:
    """One column of one table. ``kind`` is text, code, date, partial_date, integer or postcode."""

    table: str
    name: str
    title: str
    kind: str
    codes: str | None
    since: int
    until: int | None
    expected_from: int
    required: bool
    xml: str

    def collected_in(self, year: int) -> bool:
        """Whether the return of this year has the column at all."""
        return self.since <= year and (self.until is None or year <= self.until)


@dataclass(frozen=True)
class TableLayout:
    """The columns of one table in one collection year, in the order of the file."""

    name: str
    title: str
    names: tuple[str, ...]
    one_row_a_child: bool
    date_columns: tuple[str, ...]
    fields: tuple[Field, ...]
    expected: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that a file of this table may have."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The field with this column name; KeyError when the table has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no column {name}")


@dataclass(frozen=True)
class Layout:
    """The tables collected in one year."""

    year: int
    tables: Mapping[str, TableLayout]


def _optional_year(text: str) -> int | None:
    return int(text) if text else None


@cache
def fields() -> tuple[Field, ...]:
    """Every column of every table in any year, in file order."""
    rows = reference.table("ssda903", "fields.csv").to_dict("records")
    return tuple(
        Field(
            table=row["table"],
            name=row["column"],
            title=row["title"],
            kind=row["kind"],
            codes=row["codes"] or None,
            since=int(row["since"]),
            until=_optional_year(row["until"]),
            expected_from=int(row["expected_from"]),
            required=row["required"] == "yes",
            xml=row["xml"],
        )
        for row in rows
    )


@cache
def _table_rows() -> tuple[dict[str, str], ...]:
    rows = reference.table("ssda903", "tables.csv")
    return tuple(dict(zip(rows.columns, row, strict=True)) for row in rows.to_numpy())


TABLES: tuple[str, ...] = tuple(row["table"] for row in _table_rows())
"""All twelve tables, in the order in which the return lists them."""


def _table_layout(row: dict[str, str], year: int | None) -> TableLayout:
    own = tuple(
        field
        for field in fields()
        if field.table == row["table"] and (year is None or field.collected_in(year))
    )
    expected = tuple(f.name for f in own if year is None or f.expected_from <= year)
    return TableLayout(
        name=row["table"],
        title=row["title"],
        names=tuple(row["names"].split()),
        one_row_a_child=row["one_row_a_child"] == "yes",
        date_columns=tuple(row["date_column"].split()),
        fields=own,
        expected=expected,
    )


@cache
def layout(year: int) -> Layout:
    """The layout of a collection year. ValueError when the year is outside 2014 to 2027."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(
            f"The return of {year} is not known: the years {FIRST_YEAR} to {LAST_YEAR} are."
        )
    tables = {
        row["table"]: _table_layout(row, year) for row in _table_rows() if int(row["since"]) <= year
    }
    return Layout(year=year, tables=MappingProxyType(tables))


@cache
def any_year() -> Mapping[str, TableLayout]:
    """All twelve tables with every column they ever had, for files whose year is not known yet."""
    return MappingProxyType({row["table"]: _table_layout(row, None) for row in _table_rows()})


@cache
def codes(list_name: str, year: int) -> Mapping[str, str]:
    """The codes of a list that are valid in a collection year, with their labels."""
    rows = reference.table("ssda903", "codes.csv")
    own = rows[rows["list"] == list_name]
    since = own["since"].where(own["since"] != "", "0").astype(int)
    until = own["until"].where(own["until"] != "", "9999").astype(int)
    valid = own[(since <= year) & (year <= until)]
    return MappingProxyType(dict(zip(valid["code"], valid["label"], strict=True)))


def year_name(year: int) -> str:
    """The collection year as people write it: 2026 -> "2025-26"."""
    return f"{year - 1}-{year % 100:02d}"
