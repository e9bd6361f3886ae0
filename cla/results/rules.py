"""What a free check is, and what it can ask of the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from cla.files.sheet import Sheet

OF_THE_FILE = "The value of the file is used."


class Rows:
    """The rows of one file for the checks: as sent, and as they were read."""

    def __init__(self, sheet: Sheet, frame: pd.DataFrame, academic_year: str):
        self.sheet = sheet
        self.frame = frame
        self.academic_year = academic_year

    def has(self, *names: str) -> bool:
        """Whether the file carries all of these fields."""
        return all(self.sheet.has(name) for name in names)

    def sent(self, name: str) -> pd.Series:
        """The number of a field as it was sent, off its scale or not; missing where it is none."""
        if not self.has(name):
            return pd.Series(float("nan"), index=self.frame.index)
        return pd.to_numeric(self.sheet.text(name), errors="coerce").astype("float64")

    def code(self, name: str) -> pd.Series:
        """The code of a field in capitals."""
        return self.sheet.code(name)

    def read(self, name: str) -> pd.Series:
        """A column as it was read; all missing where the stage and year have none."""
        if name in self.frame:
            return self.frame[name]
        return pd.Series(None, index=self.frame.index, dtype="object")

    def number(self, name: str) -> pd.Series:
        """A column as it was read, in numbers."""
        return self.read(name).astype("float64")

    def flag(self, name: str) -> pd.Series:
        """A column as it was read, yes or no."""
        return self.read(name).astype("boolean")

    def never(self) -> pd.Series:
        """No row."""
        return pd.Series(False, index=self.frame.index)


@dataclass(frozen=True)
class Rule:
    """One check: its name, what is wrong in words, its fields, and the rows it is against.

    ``used`` says what is done with such a row.
    """

    name: str
    title: str
    fields: tuple[str, ...]
    test: Callable[[Rows], pd.Series]
    used: str = OF_THE_FILE


def differ(first: pd.Series, second: pd.Series) -> pd.Series:
    """Where two flags are both known and not the same."""
    return (first.astype("boolean") != second.astype("boolean")).fillna(False)


def apart(first: pd.Series, second: pd.Series, tolerance: float) -> pd.Series:
    """Where two numbers are both known and further apart than their decimals explain."""
    return (first - second).abs() > tolerance
