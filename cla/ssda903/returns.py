"""One authority's SSDA903 return for one year: the text as sent, and typed tables for the rules.

``Return.tables`` holds the text that was sent. ``Return.typed`` gives a table with every column of the
year's layout, dates parsed, codes categorical, and CHILD in one categorical shared by all tables of the
return and of the previous year's return, so that joining children is joining small integers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from cla.ssda903 import layout

Tables = Mapping[str, pd.DataFrame]
T = TypeVar("T")
DERIVED = {"Header": ("UASC",), "Episodes": ("PL_LA", "PL_LOCATION", "PL_DISTANCE")}
"""Columns that no CSV file carries: computed when absent, trusted when given."""


def parse_dates(text: pd.Series) -> pd.Series:
    """Dates written day/month/year with a four-digit year; what is not a real date becomes NaT."""
    numbers, distinct = pd.factorize(text, use_na_sentinel=True)
    days = pd.to_datetime(pd.Series(distinct, dtype=object), format="%d/%m/%Y", errors="coerce")
    values = np.append(days.to_numpy(dtype="datetime64[us]"), np.datetime64("NaT", "us"))
    return pd.Series(values[numbers], index=text.index, name=text.name)


def as_text(column: pd.Series) -> pd.Series:
    """A column as text, whatever it was made of: 1 and 1.0 read "1", a date dd/mm/yyyy, None is missing."""
    if isinstance(column.dtype, pd.StringDtype):
        return column
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.dt.strftime("%d/%m/%Y").astype("str")
    if pd.api.types.is_float_dtype(column) or column.dtype == object:
        return column.map(_cell_text, na_action="ignore").astype("str")
    return column.astype("str")


def _cell_text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, pd.Timestamp):
        return cell.strftime("%d/%m/%Y")
    return str(cell)


class Return:
    """One authority's return for one collection year.

    ``year`` is the calendar year of the 31 March that ends it, ``la`` the submitting authority's code,
    ``tables`` the text as sent by table name, ``lines`` the line numbers in the files where known.
    ``previous`` is the same authority's return of the year before, ``providers`` the Ofsted list.
    ``fold_case`` is set for returns read from files: codes and identifiers then compare in capitals.
    """

    def __init__(
        self,
        tables: Tables,
        year: int,
        la: str | None = None,
        *,
        previous: Return | None = None,
        providers: pd.DataFrame | None = None,
        source: str = "csv",
        notices: tuple[str, ...] = (),
        lines: Mapping[str, pd.Series] | None = None,
        fold_case: bool = False,
        children: pd.CategoricalDtype | None = None,
    ) -> None:
        self.year = year
        self.la = la
        self.tables = dict(tables)
        self.providers = providers
        self.source = source
        self.notices = notices
        self.lines = dict(lines or {})
        self.fold_case = fold_case
        self.start = pd.Timestamp(year - 1, 4, 1)
        self.end = pd.Timestamp(year, 3, 31)
        self.child_type = children or self._shared_child_type(previous)
        self.previous = previous._sharing(self.child_type) if previous is not None else None
        self._typed: dict[str, pd.DataFrame] = {}
        self._facts: dict[Callable[[Return], Any], Any] = {}

    @classmethod
    def from_tables(
        cls,
        tables: Tables,
        year: int,
        la: str | None = None,
        *,
        previous: Tables | Return | None = None,
        providers: pd.DataFrame | None = None,
        source: str = "csv",
    ) -> Return:
        """A return from ready-made frames of text columns; tables and columns may be absent.

        Row labels are kept and are what findings refer to. ``previous`` is last year's tables or Return.
        KeyError for a name that is none of the twelve tables.
        """
        if previous is not None and not isinstance(previous, Return):
            previous = cls.from_tables(previous, year - 1, la, source=source)
        unknown = sorted(set(tables) - set(layout.TABLES))
        if unknown:
            raise KeyError(
                f"No such table: {', '.join(unknown)}. Tables: {', '.join(layout.TABLES)}"
            )
        text = {name: frame.apply(as_text) for name, frame in tables.items()}
        return cls(text, year, la, previous=previous, providers=providers, source=source)

    def with_context(
        self, *, previous: Return | None = None, providers: pd.DataFrame | None = None
    ) -> Return:
        """The same return beside last year's return or another provider list."""
        return Return(
            self.tables,
            self.year,
            self.la,
            previous=previous or self.previous,
            providers=providers if providers is not None else self.providers,
            source=self.source,
            notices=self.notices,
            lines=self.lines,
            fold_case=self.fold_case,
        )

    def _sharing(self, children: pd.CategoricalDtype) -> Return:
        return Return(
            self.tables,
            self.year,
            self.la,
            providers=self.providers,
            source=self.source,
            notices=self.notices,
            lines=self.lines,
            fold_case=self.fold_case,
            children=children,
        )

    def _shared_child_type(self, previous: Return | None) -> pd.CategoricalDtype:
        columns = [self._text(frame["CHILD"]) for frame in self.tables.values() if "CHILD" in frame]
        if previous is not None:
            columns += [
                previous._text(frame["CHILD"])
                for frame in previous.tables.values()
                if "CHILD" in frame
            ]
        ids = pd.concat(columns).dropna().unique() if columns else []
        return pd.CategoricalDtype(sorted(ids))

    def _text(self, column: pd.Series) -> pd.Series:
        return column.str.upper() if self.fold_case else column

    def has(self, table: str) -> bool:
        """Whether the table was given, even if it has no rows."""
        return table in self.tables

    @property
    def children(self) -> pd.Index:
        """All child identifiers of this return and the previous one, sorted: the codes of CHILD point here."""
        return self.child_type.categories

    def typed(self, table: str) -> pd.DataFrame:
        """The table with every column of the year's layout, typed. KeyError when the table is absent."""
        if table not in self._typed:
            self._typed[table] = self._type_table(table)
        return self._typed[table].copy(deep=False)

    def _type_table(self, table: str) -> pd.DataFrame:
        text = self.tables[table]
        columns = {
            field.name: self._type_column(text, field) for field in layout.any_year()[table].fields
        }
        for name in DERIVED.get(table, ()):
            columns[name] = self._derived(text, name)
        extra = {name: text[name] for name in text.columns if name not in columns}
        return pd.DataFrame({**columns, **extra}, index=text.index)

    def _type_column(self, text: pd.DataFrame, field: layout.Field) -> pd.Series:
        if field.name not in text.columns:
            column = pd.Series(np.nan, index=text.index, dtype="str")
        else:
            column = text[field.name]
        if field.kind == "date":
            return parse_dates(column)
        column = self._text(column)
        if field.name == "CHILD":
            return column.astype(self.child_type)
        return column.astype("category") if field.kind == "code" else column

    def _derived(self, text: pd.DataFrame, name: str) -> pd.Series:
        if name in text.columns:
            column = text[name]
            return pd.to_numeric(column, errors="coerce") if name == "PL_DISTANCE" else column
        if name == "UASC" and self.has("UASC") and "CHILD" in text.columns:
            unaccompanied = self.tables["UASC"].get("CHILD", pd.Series(dtype="str"))
            listed = self._text(text["CHILD"]).isin(self._text(unaccompanied).dropna())
            return listed.map({True: "1", False: "0"}).astype("str")
        return pd.Series(np.nan, index=text.index, dtype=float if name == "PL_DISTANCE" else "str")

    @property
    def header(self) -> pd.DataFrame:
        return self.typed("Header")

    @property
    def episodes(self) -> pd.DataFrame:
        return self.typed("Episodes")

    @property
    def uasc(self) -> pd.DataFrame:
        return self.typed("UASC")

    @property
    def reviews(self) -> pd.DataFrame:
        return self.typed("Reviews")

    @property
    def oc2(self) -> pd.DataFrame:
        return self.typed("OC2")

    @property
    def oc3(self) -> pd.DataFrame:
        return self.typed("OC3")

    @property
    def ad1(self) -> pd.DataFrame:
        return self.typed("AD1")

    @property
    def placed_adoption(self) -> pd.DataFrame:
        return self.typed("PlacedAdoption")

    @property
    def prev_perm(self) -> pd.DataFrame:
        return self.typed("PrevPerm")

    @property
    def missing(self) -> pd.DataFrame:
        return self.typed("Missing")

    @property
    def sw_episodes(self) -> pd.DataFrame:
        return self.typed("SWEpisodes")

    @property
    def dolo(self) -> pd.DataFrame:
        return self.typed("DoLo")


def shared(fact: Callable[[Return], T]) -> Callable[[Return], T]:
    """A fact of a return that several rules need: computed once for each return, then remembered."""

    @wraps(fact)
    def once(ret: Return) -> T:
        if fact not in ret._facts:
            ret._facts[fact] = fact(ret)
        return ret._facts[fact]

    return once
