"""What a rule is, and the book of rules of each collection year.

A rule is a small function over one return. ``@row_rule`` takes one table and judges each row by
itself; ``@rule`` takes all the records. Both return a mask of the failing rows in the order of the
file, or a mask by table name when a rule flags several tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from cla.ssda903 import layout, postcodes
from cla.ssda903.returns import Return
from cla.ssda903.rules.columns import Columns, Mask
from cla.ssda903.rules.records import Records, records

FIRST_LISTED = 2022
"""The first collection year (2021-22) of which a list of DfE's rules could be read."""

Masks = Mapping[str, Mask]
Judge = Callable[[Records, int], Mask | Masks]
RowJudge = Callable[[Columns, int], Mask]
Years = tuple[int | None, int | None]


class NotRun(Exception):  # noqa: N818 - the name is what happened
    """The return lacks what a rule needs: that is neither a pass nor a failure."""

    def __init__(self, code: str, lacks: tuple[str, ...]) -> None:
        self.code = code
        self.lacks = lacks
        super().__init__(f"Rule {code} was not run: it needs {' and '.join(lacks)}.")


@dataclass(frozen=True)
class Rule:
    """One version of one validation rule.

    ``tables`` are those whose rows it flags, ``fields`` the columns to look at, ``needs`` what it
    reads. ``stage`` is DfE's ("1", "2"), "tool" or "portal" for checks without a DfE number, or
    "unknown". ``severity`` is "unknown" unless a source says what the rule is. ``listed_from`` is
    the first year in which this version is known to have been on a list; in earlier years it is
    offered as the earliest version known. ``year`` is the collection year of the book the rule was
    taken from: its code lists.
    """

    code: str
    title: str
    tables: tuple[str, ...]
    fields: tuple[str, ...]
    stage: str
    since: int
    until: int
    listed_from: int
    needs: tuple[str, ...]
    severity: str
    condition: str
    judge: Judge
    row_judge: RowJudge | None = None
    year: int = layout.LAST_YEAR

    @property
    def years(self) -> range:
        """The collection years in which this version is in the book."""
        return range(self.since, self.until + 1)

    @property
    def listed(self) -> bool:
        """Whether a list of rules of the book's own year is known to have this version."""
        return self.year >= self.listed_from

    def lacks(self, ret: Return) -> tuple[str, ...]:
        """What the return lacks for this rule to run, in words; empty when it can run."""
        return tuple(_words_for(ret, need) for need in self.needs if _lacking(ret, need))

    def masks(self, ret: Return) -> Masks:
        """The failing rows by table, as masks in the order of each file. Raises NotRun."""
        lacks = self.lacks(ret)
        if lacks:
            raise NotRun(self.code, lacks)
        found = self.judge(records(ret), self.year)
        return found if isinstance(found, Mapping) else {self.tables[0]: found}

    def check(self, ret: Return) -> dict[str, list[Any]]:
        """The index labels of the failing rows by table; empty when nothing fails. Raises
        NotRun."""
        labels = {
            table: ret.tables[table].index[mask].tolist()
            for table, mask in self.masks(ret).items()
            if mask.any()
        }
        return dict(sorted(labels.items(), key=lambda item: layout.TABLES.index(item[0])))


class Rulebook(Mapping[str, Rule]):
    """The rules of one collection year by code, in the order of their codes."""

    def __init__(self, year: int, rules: Mapping[str, Rule]) -> None:
        self.year = year
        self._rules = dict(rules)

    def __getitem__(self, code: str) -> Rule:
        return self._rules[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    @property
    def official(self) -> bool:
        """Whether this follows a list of that year; before 2021-22 no list could be read."""
        return self.year >= FIRST_LISTED


_versions: dict[str, list[Rule]] = {}


def register(rule: Rule) -> Rule:
    """Put a version of a rule in the book. ValueError when a year would have two of one code."""
    for other in _versions.get(rule.code, []):
        if rule.since <= other.until and other.since <= rule.until:
            raise ValueError(
                f"Rule {rule.code} of {rule.since} to {rule.until} overlaps the one of "
                f"{other.since} to {other.until}."
            )
    _versions.setdefault(rule.code, []).append(rule)
    return rule


def versions() -> tuple[Rule, ...]:
    """Every version of every rule, by code and year, each bound to its last year."""
    rules = [rule for versions in _versions.values() for rule in versions]
    return tuple(
        replace(rule, year=rule.until)
        for rule in sorted(rules, key=lambda r: (_in_order(r.code), r.since))
    )


@cache
def book_of(year: int) -> Rulebook:
    """The rules of a collection year. ValueError when the year is outside 2014 to 2027."""
    layout.layout(year)
    return Rulebook(
        year,
        {rule.code: replace(rule, year=year) for rule in versions() if year in rule.years},
    )


def _in_order(code: str) -> tuple[int, str, str]:
    digits = "".join(letter for letter in code if letter.isdigit())
    return (0 if code[0].isdigit() else 1, digits.zfill(5) if code[0].isdigit() else "", code)


def _words(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.split()) if isinstance(text, str) else text


def _first_year(tables: tuple[str, ...], fields: tuple[str, ...]) -> int:
    """The first year in which the return had all these tables, and these columns in one of them."""
    every = layout.any_year()
    years = [layout.FIRST_YEAR]
    for table in tables:
        years.append(min(field.since for field in every[table].fields))
    for name in fields:
        years += [f.since for table in tables for f in every[table].fields if f.name == name][:1]
    return max(years)


def make(
    code: str,
    title: str,
    *,
    table: str,
    fields: str,
    judge: Callable[..., Any],
    row_judge: Callable[..., Any] | None = None,
    needs: str = "",
    stage: int | str = 2,
    years: Years = (None, None),
    since: int | None = None,
    until: int | None = None,
    severity: str = "unknown",
    condition: str = "",
) -> Rule:
    """Register one version of a rule; lists of tables, fields and needs are words in one text.

    A need is a table ("Episodes"), last year's ("Episodes_last"), a column that no file carries
    ("Episodes.PL_LA"), "providers" or one of its columns ("providers.REG_END"), "la", "uasc"
    (of this year or last), "postcodes" (the directory) or "flags_of_both_years".
    ``years`` is (since, until), as are the two of those names. Without a first year the version
    goes back to the one in which its data items were first collected. ``judge`` is called with the
    records and the book's year, ``row_judge`` with the columns and the year.
    """
    tables = _words(table)
    read = _words(needs) or tables
    this_year = tuple(need for need in read if need in layout.TABLES)
    first = since or years[0] or _first_year(this_year, _words(fields))
    return register(
        Rule(
            code=code,
            title=title,
            tables=tables,
            fields=_words(fields),
            stage=str(stage),
            since=first,
            until=until or years[1] or layout.LAST_YEAR,
            listed_from=max(first, FIRST_LISTED),
            needs=read,
            severity=severity,
            condition=condition,
            judge=judge,
            row_judge=row_judge,
        )
    )


def rule(code: str, title: str, **details: Any) -> Callable[[Any], Any]:
    """Register a function over all the records of a return as a rule; see :func:`make`.

    The function's docstring states the condition where the title does not.
    """

    def register_it(function: Callable[[Records], Mask | Masks]) -> Any:
        make(
            code,
            title,
            judge=lambda r, _year: function(r),
            condition=(function.__doc__ or "").strip(),
            **details,
        )
        return function

    return register_it


def row_rule(code: str, title: str, *, table: str, **details: Any) -> Callable[[Any], Any]:
    """Register a function over one table, which judges each row by itself, as a rule."""

    def register_it(function: Callable[[Columns], Mask]) -> Any:
        make_row_rule(
            code,
            title,
            table=table,
            row_judge=lambda t, _year: function(t),
            condition=(function.__doc__ or "").strip(),
            **details,
        )
        return function

    return register_it


def make_row_rule(
    code: str, title: str, *, table: str, row_judge: Callable[..., Any], **details: Any
) -> Rule:
    """Register a rule that judges each row of one table by itself; see :func:`make`."""
    return make(
        code,
        title,
        table=table,
        judge=lambda r, year: row_judge(r.table(table), year),
        row_judge=row_judge,
        **details,
    )


def in_words(need: str) -> str:
    """A need as people read it: "Episodes_last" is "last year's Episodes"."""
    name, _, column = need.partition(".")
    if name == "providers":
        words = "the Ofsted provider list"
    elif name in _OTHER_NEEDS:
        words = _OTHER_NEEDS[name]
    else:
        words = f"last year's {name[:-5]}" if name.endswith("_last") else name
    return f"{words} with {column}" if column else words


_OTHER_NEEDS = {
    "la": "the code of the authority",
    "postcodes": "the postcode directory",
    "uasc": "the UASC file or flag of this year or last",
    "flags_of_both_years": "the UASC file or flag of both years",
}


def _lacking(ret: Return, need: str) -> bool:
    """Whether the return lacks what a rule needs."""
    if need == "la":
        return not ret.la
    if need == "postcodes":
        return bool(postcodes.lacking_directory())
    if need == "uasc":
        return not any(_flagged(one) for one in (ret, ret.previous) if one is not None)
    if need == "flags_of_both_years":
        return ret.previous is None or not (_flagged(ret) and _flagged(ret.previous))
    name, _, column = need.partition(".")
    if name == "providers":
        known = ret.providers is not None and {"URN", column or "URN"} <= set(ret.providers.columns)
        return not known
    source = ret.previous if name.endswith("_last") else ret
    table = name.removesuffix("_last")
    if source is None or not source.has(table):
        return True
    return bool(column) and not _available(source, table, column)


def _words_for(ret: Return, need: str) -> str:
    """A need that the return lacks, with what stands in the way of computing it."""
    name, _, column = need.partition(".")
    source = ret.previous if name.endswith("_last") else ret
    if column not in postcodes.COLUMNS or source is None or not source.has("Episodes"):
        return in_words(need)
    return f"{in_words(need)} (it takes {postcodes.lacking(source, column)})"


def _available(ret: Return, table: str, column: str) -> bool:
    """Whether a derived column was given or could be computed."""
    if column in ret.tables[table].columns:
        return True
    if column == "UASC":
        return ret.has("UASC")
    if column in postcodes.COLUMNS:
        return not postcodes.lacking(ret, column)
    return bool(ret.typed(table)[column].notna().any())


def _flagged(ret: Return) -> bool:
    """Whether the year's return says who is unaccompanied."""
    return _available(ret, "Header", "UASC") if ret.has("Header") else ret.has("UASC")


def no_rows(table: Columns) -> Mask:
    """The mask of a rule that flags nothing."""
    return np.zeros(len(table), dtype=bool)
