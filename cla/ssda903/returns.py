"""One authority's SSDA903 return for one year: the text as sent, and typed tables for the rules.

``Return.tables`` holds the text that was sent. ``Return.typed`` gives a table with every column of
the layout, dates parsed, codes categorical, and CHILD in one categorical shared by all tables of
the return and of the previous year's return, so that joining children is joining small integers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from cla.ssda903 import cells, directory, layout, postcodes
from cla.ssda903.cells import Distinct
from cla.ssda903.postcodes import Column

Tables = Mapping[str, pd.DataFrame]
T = TypeVar("T")
DERIVED = {"Header": ("UASC",), "Episodes": postcodes.COLUMNS}
"""Columns that no CSV file carries: computed when absent, trusted when given."""


def as_text(column: pd.Series) -> pd.Series:
    """A column as text, whatever it held: 1 and 1.0 read "1", a date dd/mm/yyyy, None missing."""
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


def _categorical(found: Distinct, dtype: pd.CategoricalDtype) -> pd.Categorical:
    """The rows of a column as categories."""
    return pd.Categorical.from_codes(_codes(found, _numbers(dtype)), dtype=dtype, validate=False)


def _codes(found: Distinct, numbers: Mapping[str, int]) -> np.ndarray:
    """The number of each row's value; -1 where the cell is missing."""
    return np.array([*(numbers[value] for value in found.values), -1], dtype=np.int32)[found.places]


def _sorted_dtype(values: Iterable[str]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(sorted(set(values)), dtype="str"))


def _numbers(dtype: pd.CategoricalDtype) -> dict[str, int]:
    return {category: number for number, category in enumerate(dtype.categories.tolist())}


class Return:
    """One authority's return for one collection year.

    ``year`` is the calendar year of the 31 March that ends it, ``la`` the submitting authority's
    code, ``tables`` the text as sent by table name, ``lines`` the line numbers in the files where
    known, ``notices`` what a person should know about how the files were read. ``previous`` is the
    same authority's return of the year before, ``providers`` the Ofsted list. ``fold_case`` is set
    for returns read from files: codes and identifiers then compare in capitals.
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
        self._distinct: dict[tuple[str, str], Distinct] = {}
        self._days: dict[tuple[str, str], np.ndarray] = {}
        self.child_type = children if children is not None else self._shared_child_type(previous)
        self._child_codes: dict[str, np.ndarray] = {}
        self._child_numbers = _numbers(self.child_type)
        self.previous = previous._sharing(self.child_type) if previous is not None else None
        self._located: dict[str, Column] | None = None
        self._frames: dict[tuple[str, bool], pd.DataFrame] = {}
        self._places: dict[str, directory.Found] = {}
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

        Row labels are kept and are what findings refer to. ``previous`` is last year's tables or
        Return. KeyError for a name that is none of the twelve tables.
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
        return self._like(
            previous=previous or self.previous,
            providers=providers if providers is not None else self.providers,
        )

    def _sharing(self, children: pd.CategoricalDtype) -> Return:
        return self._like(providers=self.providers, children=children)

    def _like(self, **context: Any) -> Return:
        """The same tables in another context; what was found out about their cells is kept."""
        other = Return(
            self.tables,
            self.year,
            self.la,
            source=self.source,
            notices=self.notices,
            lines=self.lines,
            fold_case=self.fold_case,
            **context,
        )
        other._distinct, other._days = self._distinct, self._days
        return other

    def _shared_child_type(self, previous: Return | None) -> pd.CategoricalDtype:
        ids: set[str] = set()
        for ret in (self, previous):
            if ret is not None:
                ids.update(*(ret.distinct(table, "CHILD").values for table in ret.tables))
        return _sorted_dtype(ids)

    def has(self, table: str) -> bool:
        """Whether the table was given, even if it has no rows."""
        return table in self.tables

    @property
    def children(self) -> pd.Index:
        """Children of this return and the previous one, sorted; the codes of CHILD point here."""
        return self.child_type.categories

    def distinct(self, table: str, name: str) -> Distinct:
        """The distinct values of a column as compared, and where they stand; none of an absent
        one. KeyError when the table is absent."""
        if (table, name) not in self._distinct:
            text = self.tables[table]
            self._distinct[table, name] = (
                cells.distinct(text[name], fold_case=self.fold_case)
                if name in text.columns
                else Distinct(np.full(len(text), -1, dtype=np.int32), [])
            )
        return self._distinct[table, name]

    def days(self, table: str, name: str) -> np.ndarray:
        """A column of dates as days (``datetime64[D]``), NaT where there is none that is real."""
        if (table, name) not in self._days:
            text = self.tables[table]
            absent = np.full(len(text), np.datetime64("NaT"), dtype="datetime64[D]")
            self._days[table, name] = cells.days_of(text[name]) if name in text.columns else absent
        return self._days[table, name]

    def child_codes(self, table: str) -> np.ndarray:
        """Where the child of each row stands among ``children``; -1 where CHILD is missing."""
        if table not in self._child_codes:
            found = self.distinct(table, "CHILD")
            self._child_codes[table] = _codes(found, self._child_numbers)
        return self._child_codes[table]

    def text(self, table: str, name: str) -> Column:
        """A column as compared: in capitals in a return read from files."""
        found = self.distinct(table, name)
        if not found.changed:
            return self.sent(table, name)
        return pd.array([*found.values, None], dtype="str").take(found.places)

    def sent(self, table: str, name: str) -> Column:
        """A column as it was sent; without a value when it was not."""
        text = self.tables[table]
        if name in text.columns:
            return text[name].array
        return pd.array(pa.nulls(len(text), type=pa.large_string()), dtype="str")

    def typed(self, table: str, *, located: bool = True) -> pd.DataFrame:
        """The table with every column it ever had, typed. KeyError when the table is absent.

        Episodes have PL_LA, PL_LOCATION and PL_DISTANCE beside, from their postcodes where they
        were not given; ``located=False`` spares that to whoever does not need them.
        """
        key = (table, located and table == "Episodes")
        if key not in self._frames:
            text = self.tables[table]
            columns = {f.name: self._typed(f) for f in layout.any_year()[table].fields}
            columns |= self.given(table) | (self.located() if key[1] else {})
            extra = {name: text[name].array for name in text.columns if name not in columns}
            self._frames[key] = pd.DataFrame({**columns, **extra}, index=text.index, copy=False)
        return self._frames[key].copy(deep=False)

    def _typed(self, field: layout.Field) -> Column:
        if field.kind == "date":
            return self.days(field.table, field.name).astype("datetime64[us]")
        if field.name == "CHILD":
            return self.child_column(field.table)
        if field.kind == "code":
            found = self.distinct(field.table, field.name)
            return _categorical(found, _sorted_dtype(found.values))
        return self.text(field.table, field.name)

    def child_column(self, table: str) -> pd.Categorical:
        """CHILD as categories, which are ``children``."""
        codes = self.child_codes(table)
        return pd.Categorical.from_codes(codes, dtype=self.child_type, validate=False)

    def given(self, table: str) -> dict[str, Column]:
        """The columns that no CSV file carries but that were given, and UASC in any case."""
        text = self.tables[table]
        own = [name for name in DERIVED.get(table, ()) if name in text.columns]
        columns = {name: text[name].array for name in own}
        if "PL_DISTANCE" in own:
            columns["PL_DISTANCE"] = pd.to_numeric(text["PL_DISTANCE"], errors="coerce").array
        if table == "Header" and not own:
            columns["UASC"] = self._uasc()
        return columns

    def _uasc(self) -> Column:
        """1 for each child of the Header who is in the UASC file; missing without the file."""
        if not self.has("UASC") or "CHILD" not in self.tables["Header"].columns:
            return self.text("Header", "UASC")
        listed = set(self.distinct("UASC", "CHILD").values)
        found = self.distinct("Header", "CHILD")
        flags = np.array([*(value in listed for value in found.values), False])
        return pd.array(np.where(flags[found.places], "1", "0"), dtype="str")

    def located(self) -> dict[str, Column]:
        """What follows from the postcodes of the episodes, where it was not given."""
        if self._located is None:
            columns = self.tables["Episodes"].columns
            absent = [name for name in postcodes.COLUMNS if name not in columns]
            found = postcodes.computed(self) if absent else {}
            self._located = {name: found[name] for name in absent}
        return self._located

    def places(self, name: str) -> directory.Found:
        """What the postcode directory has on each distinct value of a column of the episodes."""
        if name not in self._places:
            values = pa.array(self.distinct("Episodes", name).values, type=pa.large_string())
            self._places[name] = postcodes.find(values, self.la or "")
        return self._places[name]

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
    """A fact of a return that several rules need: computed once a return, then remembered."""

    @wraps(fact)
    def once(ret: Return) -> T:
        if fact not in ret._facts:
            ret._facts[fact] = fact(ret)
        return ret._facts[fact]

    return once
