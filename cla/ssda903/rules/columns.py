"""The columns of one table as plain arrays, quick to compare, with one meaning of "missing".

A date column is an array of days in which a missing date is NaT: no comparison with it is true but
"differs from". A text column is a ``Texts``: a missing cell equals nothing and differs from
everything, another missing cell included; ``same`` takes two missing cells for equal. CHILD is an
array of the integer codes that all tables of a return share, -1 where it is missing. Everything
stays in the order of the file.

Measured at 10,000 rows: a comparison costs 5 to 15 microseconds here and 60 to 150 on pandas
columns.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd

from cla.ssda903 import layout
from cla.ssda903.returns import Return

Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.intp]
Days = npt.NDArray[np.datetime64]
AS_SENT = " as sent"
"""Ending of the columns that keep the text of a date as it was sent."""


class Texts:
    """A column of text as integer codes into its distinct values; -1 where the cell is missing."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, codes: npt.NDArray[Any], values: list[str]) -> None:
        self.codes = codes
        self.values = values

    @classmethod
    def of(cls, column: pd.Series) -> Texts:
        """The texts of a pandas column, categorical or plain."""
        if isinstance(column.dtype, pd.CategoricalDtype):
            return cls(column.cat.codes.to_numpy(), column.cat.categories.tolist())
        codes, values = pd.factorize(column)
        return cls(codes, values.tolist())

    def __len__(self) -> int:
        return len(self.codes)

    def where(self, chosen: list[bool]) -> Mask:
        """Rows whose value is among the chosen ones; never a row whose cell is missing."""
        return np.array([*chosen, False], dtype=bool)[self.codes]

    def is_in(self, *wanted: str) -> Mask:
        """Rows whose value is one of these."""
        among = frozenset(wanted)
        return self.where([value in among for value in self.values])

    def __eq__(self, other: object) -> Mask:  # type: ignore[override]
        if isinstance(other, Texts):
            return (self.codes == other._as_codes_of(self)) & (self.codes >= 0)
        if isinstance(other, str):
            return self.is_in(other)
        raise TypeError("A text column compares with a text or another text column.")

    def __ne__(self, other: object) -> Mask:  # type: ignore[override]
        return ~(self == other)

    def same(self, other: Texts) -> Mask:
        """Rows with the same value on both sides, or none on either."""
        return self.codes == other._as_codes_of(self)

    def _as_codes_of(self, other: Texts) -> npt.NDArray[Any]:
        if self.values is other.values:
            return self.codes
        known = {value: code for code, value in enumerate(other.values)}
        codes = [known.get(value, -2) for value in self.values]
        return np.array([*codes, -1], dtype=np.intp)[self.codes]

    def mapped(self, change: Any) -> Texts:
        """The texts after ``change``, a function of one text."""
        codes, values = pd.factorize(np.array([change(v) for v in self.values], dtype=object))
        return Texts(np.append(codes, -1).astype(np.intp)[self.codes], list(values))

    def upper(self) -> Texts:
        """The texts in capitals."""
        return self.mapped(str.upper)

    def matches(self, pattern: Any) -> Mask:
        """Rows whose whole value matches a compiled pattern."""
        return self.where([pattern.fullmatch(value) is not None for value in self.values])

    def lengths(self) -> npt.NDArray[np.intp]:
        """The number of characters of each cell; 0 where it is missing."""
        return np.array([*(len(value) for value in self.values), 0], dtype=np.intp)[self.codes]


@singledispatch
def blank(column: Any) -> Mask:
    """Rows where the cell is missing, or holds no real date."""
    return np.isnat(column) if column.dtype.kind == "M" else np.isnan(column)


@blank.register
def _(column: Texts) -> Mask:
    return column.codes < 0


def filled(column: Any) -> Mask:
    """Rows where the cell has a value."""
    return ~blank(column)


def at(column: Any, positions: Positions) -> Any:
    """The column's value at each position; missing (False in a mask) where the position is -1."""
    if isinstance(column, Texts):
        return Texts(np.append(column.codes, -1)[positions], column.values)
    nothing: Any = {"M": np.datetime64("NaT"), "b": False, "f": np.nan}.get(column.dtype.kind, -1)
    return np.append(column, nothing)[positions]


def birthday(born: Days, years: int) -> Days:
    """The day on which someone turns this many years old; 29 February becomes 28 in a short
    year."""
    months = born.astype("M8[M]")
    month = months + 12 * years
    last_day = (month + 1).astype("M8[D]") - 1
    return np.minimum(month.astype("M8[D]") + (born - months.astype("M8[D]")), last_day)


def day(year: int, month: int, of_month: int) -> np.datetime64:
    """One day, to compare a column of dates with."""
    return np.datetime64(f"{year:04d}-{month:02d}-{of_month:02d}")


class Columns:
    """One table of one year: ``columns.DEC`` is its DEC column. Absent columns are all missing.

    ``year`` is the collection year; ``start`` and ``end`` are its 1 April and 31 March.
    """

    def __init__(self, frame: pd.DataFrame, name: str, year: int) -> None:
        self.frame = frame
        self.name = name
        self.year = year
        self.start = day(year - 1, 4, 1)
        self.end = day(year, 3, 31)
        self._made: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def __getattr__(self, name: str) -> Any:
        if not name.isupper():
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def keep(self, name: str, column: Any) -> None:
        """Take a column as it is made already, rather than from the frame."""
        self._made[name] = column

    def _make(self, name: str) -> Any:
        column = self.frame[name]
        if name == "CHILD":
            return column.cat.codes.to_numpy()
        if column.dtype.kind == "M":
            return column.to_numpy().astype("M8[D]")
        if name == "PL_DISTANCE":
            return pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
        return Texts.of(column)

    @property
    def child(self) -> npt.NDArray[Any]:
        """The integer code of each row's child; -1 where CHILD is missing."""
        codes: npt.NDArray[Any] = self["CHILD"]
        return codes

    def given(self, name: str) -> Mask:
        """Rows where something was sent in this column, readable or not."""
        sent = f"{name}{AS_SENT}"
        if sent in self.frame.columns:
            given: Mask = self.frame[sent].notna().to_numpy()
            return given
        return filled(self[name])

    def unreadable(self, name: str) -> Mask:
        """Rows where something was sent that is no real date."""
        return self.given(name) & blank(self[name])

    def any_filled(self, *names: str) -> Mask:
        """Rows with a value in at least one of these columns."""
        return np.logical_or.reduce([filled(self[name]) for name in names])

    def any_blank(self, *names: str) -> Mask:
        """Rows with a missing cell in at least one of these columns."""
        return np.logical_or.reduce([blank(self[name]) for name in names])


def same_date(
    here: Columns, name: str, i: Positions, there: Columns, other: str, j: Positions
) -> Mask:
    """Pairs of rows (i of the one table, j of the other) with one date, or one text sent for it;
    blanks are not."""
    as_sent = at(here[f"{name}{AS_SENT}"], i) == at(there[f"{other}{AS_SENT}"], j)
    same: Mask = as_sent | (here[name][i] == there[other][j])
    return same


_made: WeakValueDictionary[tuple[int, str, int], Columns] = WeakValueDictionary()


def columns_of(frame: pd.DataFrame, name: str, year: int) -> Columns:
    """The columns of a frame: those already made of this very frame, if they are still in use."""
    made = _made.get((id(frame), name, year))
    return made if made is not None and made.frame is frame else Columns(frame, name, year)


def contract(ret: Return, table: str) -> Columns:
    """The columns of a table of a return, over its contract frame.

    The integer codes and the days are those that the return has of its cells already.
    """
    columns = Columns(contract_frame(ret, table), table, ret.year)
    for field in layout.any_year()[table].fields:
        if field.kind == "date":
            made: Any = ret.days(table, field.name)
        elif field.name == "CHILD":
            made = ret.child_codes(table)
        else:
            found = ret.distinct(table, field.name)
            made = Texts(found.places, found.values)
        columns.keep(field.name, made)
    _made[id(columns.frame), table, ret.year] = columns
    return columns


def contract_frame(ret: Return, table: str) -> pd.DataFrame:
    """The table as a schema reads it: text as compared, CHILD as categories, dates as dates.

    Beside each date column stands its text as it was sent ("DOB as sent"): dates are parsed once,
    before, and one that could not be read is still there to be judged.
    """
    columns: dict[str, Any] = {}
    for field in layout.any_year()[table].fields:
        if field.kind == "date":
            columns[field.name] = ret.days(table, field.name).astype("M8[us]")
            columns[f"{field.name}{AS_SENT}"] = ret.sent(table, field.name)
        elif field.name == "CHILD":
            columns[field.name] = ret.child_column(table)
        else:
            columns[field.name] = ret.text(table, field.name)
    columns |= ret.given(table) | (ret.located() if table == "Episodes" else {})
    return pd.DataFrame(columns, index=ret.tables[table].index, copy=False)
