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

from cla.ssda903 import layout, postcodes

Tables = Mapping[str, pd.DataFrame]
T = TypeVar("T")
Column = pd.api.extensions.ExtensionArray | np.ndarray
DERIVED = {"Header": ("UASC",), "Episodes": postcodes.COLUMNS}
"""Columns that no CSV file carries: computed when absent, trusted when given."""


def parse_dates(text: pd.Series) -> pd.Series:
    """Dates written day/month/year with a four-digit year; what is not a real date becomes NaT.

    The same answers as ``pd.to_datetime(text, format="%d/%m/%Y", errors="coerce")``. The usual ten
    characters are read as digits, all rows at once; anything else goes through pandas.
    """
    return pd.Series(_dates(text), index=text.index, name=text.name)


def _dates(text: pd.Series) -> np.ndarray:
    if text.empty:
        return np.empty(0, dtype="datetime64[us]")
    values = pa.array(text.array, type=pa.large_string(), from_pandas=True)
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    present = values.is_valid().to_numpy(zero_copy_only=False)
    offsets = np.frombuffer(values.buffers()[1], dtype=np.int64)[values.offset :][: len(values) + 1]
    starts = offsets[:-1]
    ten = present & (np.diff(offsets) == TEN)
    days = np.full(len(values), np.datetime64("NaT"), dtype="datetime64[us]")
    if ten.any():
        content = np.frombuffer(values.buffers()[2], dtype=np.uint8)
        days[ten], read = _days(content[starts[ten][:, None] + np.arange(TEN)])
        ten[ten] = read
    other = present & ~ten
    if other.any():
        days[other] = _parse_slowly(text.iloc[other])
    return days


TEN = len("dd/mm/yyyy")


def _days(characters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of ten bytes as dates, and which rows are written dd/mm/yyyy; other rows are NaT."""
    digits = characters[:, [0, 1, 3, 4, 6, 7, 8, 9]].astype(np.int64) - ord("0")
    written = (
        ((digits >= 0) & (digits <= 9)).all(axis=1)
        & (characters[:, 2] == ord("/"))
        & (characters[:, 5] == ord("/"))
    )
    day = digits[:, 0] * 10 + digits[:, 1]
    month = digits[:, 2] * 10 + digits[:, 3]
    year = digits[:, 4:] @ np.array([1000, 100, 10, 1])
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    real = (
        written
        & (year > 0)
        & (month >= 1)
        & (month <= 12)
        & (days.astype("datetime64[M]") == months)
    )
    days[~real] = np.datetime64("NaT")
    return days.astype("datetime64[us]"), written


def _parse_slowly(text: pd.Series) -> np.ndarray:
    numbers, distinct = pd.factorize(text.array)
    days = pd.to_datetime(pd.Series(distinct, dtype=object), format="%d/%m/%Y", errors="coerce")
    return days.to_numpy(dtype="datetime64[us]")[numbers]


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


def _categorical(
    places: np.ndarray,
    distinct: list[str],
    dtype: pd.CategoricalDtype,
    numbers: Mapping[str, int] | None = None,
) -> pd.Categorical:
    """Rows as categories, from each row's place (-1: missing) among the distinct values."""
    numbers = numbers if numbers is not None else _numbers(dtype)
    codes = np.array([*(numbers[value] for value in distinct), -1], dtype=np.int32)[places]
    return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


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
        self._children = {
            name: self._distinct(frame["CHILD"])
            for name, frame in self.tables.items()
            if "CHILD" in frame
        }
        self.child_type = children if children is not None else self._shared_child_type(previous)
        self._child_numbers = _numbers(self.child_type)
        self.previous = previous._sharing(self.child_type) if previous is not None else None
        self._typed: dict[str, pd.DataFrame] = {}
        self._located: pd.DataFrame | None = None
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
        ids: set[str] = set()
        for ret in (self, previous):
            if ret is not None:
                ids.update(*(distinct for _, distinct in ret._children.values()))
        return _sorted_dtype(ids)

    def _distinct(self, column: pd.Series) -> tuple[np.ndarray, list[str]]:
        """Each row's place among the distinct values (-1 where missing), and those as compared."""
        places, values = pd.factorize(column.array)
        distinct = values.tolist()
        return places, [value.upper() for value in distinct] if self.fold_case else distinct

    def _text(self, column: pd.Series) -> pd.Series:
        return column.str.upper() if self.fold_case else column

    def has(self, table: str) -> bool:
        """Whether the table was given, even if it has no rows."""
        return table in self.tables

    @property
    def children(self) -> pd.Index:
        """Children of this return and the previous one, sorted; the codes of CHILD point here."""
        return self.child_type.categories

    def typed(self, table: str, *, located: bool = True) -> pd.DataFrame:
        """The table with every column it ever had, typed. KeyError when the table is absent.

        Episodes have PL_LA, PL_LOCATION and PL_DISTANCE beside, from their postcodes where they
        were not given; ``located=False`` spares that to whoever does not need them.
        """
        if table not in self._typed:
            self._typed[table] = self._type_table(table)
        frame = self._typed[table]
        if located and table == "Episodes":
            if self._located is None:
                self._located = self._locate(frame)
            frame = self._located
        return frame.copy(deep=False)

    def _locate(self, episodes: pd.DataFrame) -> pd.DataFrame:
        """The episodes with what follows from their postcodes, where it was not given."""
        absent = [name for name in postcodes.COLUMNS if name not in episodes.columns]
        if not absent:
            return episodes
        found = postcodes.computed(self, episodes)
        return episodes.assign(**{name: found[name] for name in absent})

    def _type_table(self, table: str) -> pd.DataFrame:
        text = self.tables[table]
        columns = {
            field.name: self._type_column(text, field) for field in layout.any_year()[table].fields
        }
        for name in DERIVED.get(table, ()):
            if name in text.columns or name not in postcodes.COLUMNS:
                columns[name] = self._derived(text, name)
        extra = {name: text[name].array for name in text.columns if name not in columns}
        return pd.DataFrame({**columns, **extra}, index=text.index)

    def _type_column(self, text: pd.DataFrame, field: layout.Field) -> Column:
        if field.name not in text.columns:
            column = pd.Series(np.nan, index=text.index, dtype="str")
        else:
            column = text[field.name]
        if field.kind == "date":
            return _dates(column)
        if field.name == "CHILD":
            return self._child_column(column, field.table)
        if field.kind == "code":
            places, distinct = self._distinct(column)
            return _categorical(places, distinct, _sorted_dtype(distinct))
        return self._text(column).array

    def _child_column(self, column: pd.Series, table: str) -> pd.Categorical:
        places, distinct = self._children.get(table) or self._distinct(column)
        return _categorical(places, distinct, self.child_type, self._child_numbers)

    def _derived(self, text: pd.DataFrame, name: str) -> Column:
        if name in text.columns:
            column = text[name]
            return (
                pd.to_numeric(column, errors="coerce") if name == "PL_DISTANCE" else column
            ).array
        if name == "UASC" and self.has("UASC") and "CHILD" in text.columns:
            _, unaccompanied = self._children.get("UASC", (None, []))
            children = self._child_column(text["CHILD"], "Header")
            listed = children.isin(unaccompanied)
            return pd.array(np.where(listed, "1", "0"), dtype="str")
        return pd.Series(np.nan, index=text.index, dtype="str").array

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
