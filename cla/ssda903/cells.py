"""The cells of a column of text, all at once: distinct values, and dates.

Everything here works on the bytes of the column rather than on one Python text a cell.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

TEN = len("dd/mm/yyyy")


class Distinct(NamedTuple):
    """Each row's place among the distinct values of a column; -1 where the cell is missing.

    ``changed`` when the values are not as they were sent, but in capitals.
    """

    places: npt.NDArray[np.int32]
    values: list[str]
    changed: bool = False


def plain(column: pd.Series) -> pa.Array:
    """A text column as one array of Arrow, a missing cell as null."""
    values = pa.array(column.array, from_pandas=True)
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return values.cast(pa.large_string())  # which is no work where it is that already


def distinct(column: pd.Series, *, fold_case: bool = False) -> Distinct:
    """The distinct values of a text column in the order in which they first occur.

    With ``fold_case`` they are compared, and given, in capitals.
    """
    encoded = plain(column).dictionary_encode()
    places = encoded.indices.fill_null(-1).to_numpy().astype(np.int32, copy=False)
    values = encoded.dictionary.to_pylist()
    return _in_capitals(places, values) if fold_case else Distinct(places, values)


def _in_capitals(places: npt.NDArray[np.int32], values: list[str]) -> Distinct:
    if (together := "\n".join(values)) == together.upper():
        return Distinct(places, values)
    capitals = [value.upper() for value in values]
    known = {value: place for place, value in enumerate(dict.fromkeys(capitals))}
    if len(known) < len(values):
        among = np.array([*(known[value] for value in capitals), -1], dtype=np.int32)
        places = among[places]
    return Distinct(places, list(known), changed=True)


def parse_dates(text: pd.Series) -> pd.Series:
    """Dates written day/month/year with a four-digit year; what is not a real date becomes NaT.

    The same answers as ``pd.to_datetime(text, format="%d/%m/%Y", errors="coerce")``. The usual ten
    characters are read as digits, all rows at once; anything else goes through pandas.
    """
    days = days_of(text).astype("datetime64[us]")
    return pd.Series(days, index=text.index, name=text.name)


def days_of(text: pd.Series) -> npt.NDArray[np.datetime64]:
    """The same as days of numpy (``datetime64[D]``)."""
    days = np.full(len(text), np.datetime64("NaT"), dtype="datetime64[D]")
    if text.empty:
        return days
    values = plain(text)
    present = values.is_valid().to_numpy(zero_copy_only=False)
    offsets = np.frombuffer(values.buffers()[1], dtype=np.int64)[values.offset :][: len(values) + 1]
    starts = offsets[:-1]
    ten = present & (np.diff(offsets) == TEN)
    if ten.any():
        content = np.frombuffer(values.buffers()[2], dtype=np.uint8)
        rows = slice(None) if ten.all() else ten
        days[rows], read = _days(_cut(content, starts[rows]))
        ten[rows] = read
    other = present & ~ten
    if other.any():
        days[other] = _parse_slowly(text.iloc[other])
    return days


def _cut(content: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Ten bytes from each start, a row for each of the ten places."""
    if len(starts) * TEN == starts[-1] + TEN - starts[0]:  # nothing between them
        return content[starts[0] : starts[-1] + TEN].reshape(-1, TEN).T
    return content[starts + np.arange(TEN)[:, None]]


def _days(
    characters: npt.NDArray[np.uint8],
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.bool_]]:
    """Rows of ten characters as dates, and which rows are written dd/mm/yyyy; others are NaT."""
    digits = (characters[[0, 1, 3, 4, 6, 7, 8, 9]] - np.uint8(ord("0"))).astype(np.int32)
    slashes = (characters[2] == ord("/")) & (characters[5] == ord("/"))
    written = slashes & (digits.max(axis=0) <= 9)  # what comes before "0" wraps round to 200
    day = digits[0] * 10 + digits[1]
    month = digits[2] * 10 + digits[3]
    year = digits[4] * 1000 + digits[5] * 100 + digits[6] * 10 + digits[7]
    real = written & (year > 0) & (month >= 1) & (month <= 12) & (day >= 1)
    place = np.where(real, year * 12 + month - 1, 0)
    begins = _beginnings()
    days = begins[place] + (day - 1)
    real &= days < begins[place + 1]
    days[~real] = np.datetime64("NaT")
    return days, written


@cache
def _beginnings() -> npt.NDArray[np.datetime64]:
    """The first day of every month from January of the year 0 to the one after December 9999."""
    months = np.arange(-1970 * 12, (10_000 - 1970) * 12 + 1)
    return months.astype("datetime64[M]").astype("datetime64[D]")


def _parse_slowly(text: pd.Series) -> npt.NDArray[np.datetime64]:
    numbers, values = pd.factorize(text.array)
    days = pd.to_datetime(pd.Series(values, dtype=object), format="%d/%m/%Y", errors="coerce")
    return days.to_numpy(dtype="datetime64[D]")[numbers]
