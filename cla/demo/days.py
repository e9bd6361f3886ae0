"""Days as whole numbers (proleptic Gregorian ordinals): quick to add and compare, free of time
zones."""

from __future__ import annotations

from datetime import date
from functools import cache


def day(year: int, month: int, of_month: int) -> int:
    """The number of a calendar day."""
    return date(year, month, of_month).toordinal()


@cache
def text(number: int) -> str:
    """A day as the return writes it, dd/mm/yyyy."""
    return date.fromordinal(number).strftime("%d/%m/%Y")


@cache
def birthday(dob: int, age: int) -> int:
    """The day on which someone reaches an age. No birth date here is 29 February."""
    born = date.fromordinal(dob)
    return day(born.year + age, born.month, born.day)


@cache
def age_on(dob: int, when: int) -> int:
    """Whole years of age on a day."""
    born, now = date.fromordinal(dob), date.fromordinal(when)
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day))


@cache
def start_of(year: int) -> int:
    """1 April on which a collection year begins."""
    return day(year - 1, 4, 1)


@cache
def end_of(year: int) -> int:
    """31 March on which a collection year ends."""
    return day(year, 3, 31)


@cache
def clear_of_year_end(number: int) -> int:
    """The day itself, or 2 April when it is 31 March or 1 April: no event falls on the seam of
    two years."""
    when = date.fromordinal(number)
    if (when.month, when.day) in ((3, 31), (4, 1)):
        return day(when.year, 4, 2)
    return number


def birth(number: int) -> int:
    """A date of birth that has its anniversary every year, and none on the seam of two years."""
    when = date.fromordinal(number)
    if (when.month, when.day) == (2, 29):
        return number - 1
    if (when.month, when.day) in ((3, 31), (4, 1)):
        return number - 2
    return number
