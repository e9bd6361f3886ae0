"""The collection year of a return: the one its dates point to, and whether the one given fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from cla.problems import Problem
from cla.ssda903 import layout
from cla.ssda903.cells import days_of

WEIGHTS = {"DEC": 3}
"""An episode that ended is in the return because it ended in the year: it says most."""

FEW = 0.1
"""A smaller share of the dates than this inside the year is worth a notice."""

ASK = "If it is the return of another year, choose that year; if it is not, check the dates."
_SHAPES = (
    (r"\d{4}-\d\d?-\d\d?", "year-month-day"),
    (r"\d{5}(\.\d+)?", "Excel's day numbers"),
    (r"\d\d?/\d\d?/\d\d", "with two-digit years"),
    (r"\d\d?/\d\d?/\d{4} \d.*", "with a time of day"),
    (r"\d\d?/\d\d?/\d{4}", "with the month before the day, or days that do not exist"),
)

Tables: TypeAlias = Mapping[str, pd.DataFrame]
DaysIn: TypeAlias = Callable[[str, str], np.ndarray]


@dataclass(frozen=True)
class Dates:
    """The dates of events in a return, with their weights; how many values stood in their columns,
    and how those were written if whole columns are no dates."""

    days: np.ndarray
    weights: np.ndarray
    values: int
    shape: str

    @property
    def found(self) -> bool:
        """Whether any value is a real date written dd/mm/yyyy."""
        return len(self.days) > 0

    def within(self, year: int) -> np.ndarray:
        """Which of the days lie in the collection year."""
        first, last = np.datetime64(f"{year - 1}-04-01"), np.datetime64(f"{year}-03-31")
        return (self.days >= first) & (self.days <= last)

    def likely_year(self) -> int | None:
        """The year from 2014 to 2027 with the most dates, the later of equals; None without any."""
        months = self.days.astype("datetime64[M]").astype(np.int64)
        years = (months - 3) // 12 + 1971  # the year that begins in April, by the year it ends in
        span = layout.LAST_YEAR - layout.FIRST_YEAR + 1
        known = (years >= layout.FIRST_YEAR) & (years <= layout.LAST_YEAR)
        votes = np.bincount(years[known] - layout.FIRST_YEAR, self.weights[known], minlength=span)
        return layout.LAST_YEAR - int(np.argmax(votes[::-1])) if votes.any() else None


def dates_of(tables: Tables, days_in: DaysIn | None = None) -> Dates:
    """The dates that place a return in time: of episodes, reviews, decisions and incidents.

    ``days_in`` gives the days of a column of a table, where they have been read already.
    """
    days: list[np.ndarray] = [np.array([], dtype="datetime64[D]")]
    weights: list[np.ndarray] = [np.array([])]
    values = 0
    unread: list[pd.Series] = []
    for table, frame in tables.items():
        for name in layout.any_year()[table].date_columns:
            if name not in frame.columns:
                continue
            parsed = days_in(table, name) if days_in is not None else days_of(frame[name])
            real = ~np.isnat(parsed)
            values += int(frame[name].notna().sum())
            own = parsed[real]
            days.append(own)
            weights.append(np.full(len(own), WEIGHTS.get(name, 1.0)))
            if not real.any():
                unread.append(frame[name].dropna())
    shape = _shape(unread) if values and len(unread) else ""
    return Dates(np.concatenate(days), np.concatenate(weights), values, shape)


def _shape(columns: list[pd.Series]) -> str:
    """How values that are no dates are mostly written, in words; empty without a pattern."""
    text = pd.concat(columns)
    for pattern, words in _SHAPES:
        if len(text) and text.str.fullmatch(pattern).mean() > 0.5:
            return words
    return ""


def misfit(dates: Dates, year: int, files: str) -> Problem | None:
    """Why the dates cannot be those of the year's return: none lies in it. None when one does."""
    if not dates.values or dates.within(year).any():
        return None
    window = _window(year)
    if not dates.found:
        how = f" (they are written {dates.shape})" if dates.shape else ""
        return Problem(
            files,
            f"none of the {dates.values:,} dates of its events is a date written dd/mm/yyyy{how}; "
            "export them as dd/mm/yyyy.",
        )
    likely = dates.likely_year()
    guess = f"Is it the return of {layout.year_name(likely)}? " if likely is not None else ""
    return Problem(
        files,
        f"no date lies in the collection year {layout.year_name(year)} ({window}): they run from "
        f"{_written(dates.days.min())} to {_written(dates.days.max())}. {guess}{ASK}",
    )


def doubt(dates: Dates, year: int, files: str) -> str | None:
    """A notice when the dates fit the year badly: few lie in it, or far more in another year."""
    if not dates.values:
        return (
            "No table with dates of events was given, so nothing shows that the return is that of "
            f"{layout.year_name(year)}."
        )
    within = dates.within(year)
    likely = dates.likely_year()
    inside, elsewhere = dates.weights[within].sum(), 0.0
    if likely is not None:
        elsewhere = dates.weights[dates.within(likely)].sum()
    if dates.found and within.mean() >= FEW and inside * 2 >= elsewhere:
        return None
    pointing = ""
    if likely is not None and likely != year:
        pointing = f" Most point to {layout.year_name(likely)}."
    return (
        f"{files}: only {int(within.sum()):,} of {len(dates.days):,} dates lie in "
        f"{layout.year_name(year)} ({_window(year)}).{pointing} Check that the year is right."
    )


def _window(year: int) -> str:
    return f"1 April {year - 1} to 31 March {year}"


def _written(day: np.datetime64) -> str:
    stamp = pd.Timestamp(day)
    return f"{stamp.day} {stamp:%B} {stamp.year}"
