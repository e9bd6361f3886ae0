"""Rules on what a field may hold: "missing", "not a valid code", "not a real date", "both or
neither".

They are rows of data/reference/ssda903/rules/field_rules.csv, registered here in a loop. ``kind``
names one of the functions below; ``codes`` is the list of valid codes of the book's year, less
``except``, with ``also``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from cla import reference
from cla.ssda903 import layout
from cla.ssda903.rules.columns import AS_SENT, Columns, Mask, Texts, blank, filled
from cla.ssda903.rules.registry import make_row_rule

PATTERNS = {"upn": re.compile(r"[A-HJ-NP-RT-Z](\d{12}|\d{11}[A-Z])|UN[1-5]", re.ASCII)}
"""A letter but I, O and S, then 12 digits or 11 and a capital; or UN1 to UN5 where there is no
number."""


@dataclass(frozen=True)
class FieldRule:
    """One row of the table of field rules."""

    fields: tuple[str, ...]
    codes: str
    without: tuple[str, ...]
    also: tuple[str, ...]

    def valid(self, year: int) -> frozenset[str]:
        """The codes that this field may hold in a year."""
        return _valid(self.codes, year, self.without, self.also)


Kind = Callable[[Columns, FieldRule, int], Mask]


@cache
def _valid(name: str, year: int, without: tuple[str, ...], also: tuple[str, ...]) -> frozenset[str]:
    return frozenset(layout.codes(name, year)).difference(without).union(also)


def _not_a_code(t: Columns, rule: FieldRule, year: int) -> Mask:
    valid = rule.valid(year)
    wrong = [t[name].where([v not in valid for v in t[name].values]) for name in rule.fields]
    return np.logical_or.reduce(wrong)


def _missing_or_not_a_code(t: Columns, rule: FieldRule, year: int) -> Mask:
    return _not_a_code(t, rule, year) | t.any_blank(*rule.fields)


def _not_a_date(t: Columns, rule: FieldRule, _year: int) -> Mask:
    return t.unreadable(rule.fields[0])


def _missing_or_not_a_date(t: Columns, rule: FieldRule, _year: int) -> Mask:
    return blank(t[rule.fields[0]])


def _not_a_partial_date(t: Columns, rule: FieldRule, _year: int) -> Mask:
    sent = t[f"{rule.fields[0]}{AS_SENT}"]
    return t.unreadable(rule.fields[0]) & ~sent.where([readable_in_part(v) for v in sent.values])


def _missing(t: Columns, rule: FieldRule, _year: int) -> Mask:
    return t.any_blank(*rule.fields)


def _some_but_not_all(t: Columns, rule: FieldRule, _year: int) -> Mask:
    return t.any_filled(*rule.fields) & t.any_blank(*rule.fields)


def _both(t: Columns, rule: FieldRule, _year: int) -> Mask:
    return ~t.any_blank(*rule.fields)


def _not_of_the_form(t: Columns, rule: FieldRule, _year: int) -> Mask:
    column: Texts = t[rule.fields[0]]
    return filled(column) & ~column.matches(PATTERNS[rule.codes])


def _not_a_whole_number(t: Columns, rule: FieldRule, _year: int) -> Mask:
    low, high = (int(limit) for limit in rule.codes.split())
    column: Texts = t[rule.fields[0]]
    return column.where([not _whole_number(value, low, high) for value in column.values])


def _whole_number(text: str, low: int, high: int) -> bool:
    """Whether the text is a whole number between the limits; "5.0" is one."""
    if not re.fullmatch(r"\s*[+-]?\d+(\.0*)?\s*", text, re.ASCII):
        return False
    return low <= float(text) <= high


def readable_in_part(text: str) -> bool:
    """Whether a date is real once an unknown day or month (ZZ) or year (ZZZZ) is filled in."""
    parts = text.split("/")
    if len(parts) != 3:
        return False
    day, month, year = parts
    # A day that some month has, and February 29 where the year is not known: 2000 was a leap year.
    tried = ("01" if day == "ZZ" else day, "01" if month == "ZZ" else month)
    whole = f"{tried[0]}/{tried[1]}/{'2000' if year == 'ZZZZ' else year}"
    return _real(whole)


def _real(text: str) -> bool:
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text, re.ASCII)
    if not found:
        return False
    day, month, year = (int(part) for part in found.groups())
    if not (1 <= month <= 12 and year >= 1):
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return 1 <= day <= days


KINDS: dict[str, Kind] = {
    "code": _not_a_code,
    "required_code": _missing_or_not_a_code,
    "date": _not_a_date,
    "required_date": _missing_or_not_a_date,
    "partial_date": _not_a_partial_date,
    "required": _missing,
    "all_or_none": _some_but_not_all,
    "not_both": _both,
    "pattern": _not_of_the_form,
    "whole_number": _not_a_whole_number,
}

CONDITIONS = {
    "code": "Fails when the field is filled with anything but a valid code of the year.",
    "required_code": "Fails when the field is blank or is anything but a valid code of the year.",
    "date": "Fails when the field is filled with anything but a real date dd/mm/yyyy.",
    "required_date": "Fails when the field is blank or is anything but a real date dd/mm/yyyy.",
    "partial_date": "Fails when the field is filled with anything but a real date dd/mm/yyyy; "
    "ZZ may stand for the day or month and ZZZZ for the year.",
    "required": "Fails when any of the fields is blank.",
    "all_or_none": "Fails when some of the fields are filled and some are blank.",
    "not_both": "Fails when all of the fields are filled.",
    "pattern": "Fails when the field is filled and not of the right form.",
    "whole_number": "Fails when the field is filled with anything but a whole number in the range.",
}


def _register(row: Mapping[Hashable, str]) -> None:
    rule = FieldRule(
        tuple(row["fields"].split()),
        row["codes"],
        tuple(row["except"].split()),
        tuple(row["also"].split()),
    )
    kind = KINDS[row["kind"]]
    make_row_rule(
        row["code"],
        row["title"],
        table=row["table"],
        fields=row["fields"],
        stage=row["stage"],
        since=int(row["since"]) if row["since"] else None,
        until=int(row["until"]) if row["until"] else None,
        condition=CONDITIONS[row["kind"]],
        row_judge=lambda t, year: kind(t, rule, year),
    )


for _row in reference.table("ssda903", "rules", "field_rules.csv").to_dict("records"):
    _register(_row)
