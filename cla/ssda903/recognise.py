"""Which table of the return a file is, told by its headings; its name is only a hint."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from cla import reference
from cla.files import is_heading, listed, shown_headings
from cla.problems import Problem, Unusable
from cla.ssda903 import layout
from cla.ssda903.returns import DERIVED

EVERYWHERE = frozenset({"CHILD", "DOB", "SEX"})
"""Columns that most tables share, and that therefore say little about which table a file is."""


@dataclass(frozen=True)
class Recognised:
    """The table of a file, its columns by heading, and the headings that are no column of it."""

    table: str
    columns: Mapping[str, str]
    unknown: tuple[str, ...]


class NotATable(Unusable):
    """The file has nothing to do with a return, so nothing else about it matters."""


def fold(heading: str) -> str:
    """A heading as the layout writes it: capitals, no spaces, today's name of the column."""
    plain = re.sub(r"[\s_-]+", "_", heading.strip()).upper()
    return _aliases().get(plain, plain)


@cache
def _aliases() -> Mapping[str, str]:
    rows = reference.table("ssda903", "headings.csv")
    return dict(zip(rows["heading"], rows["column"], strict=True))


@cache
def _needed(table: str, year: int | None) -> frozenset[str]:
    """The columns a file of this table must have; without a year, those of its first year."""
    fields = layout.any_year()[table].fields
    first = min(field.expected_from for field in fields)
    asked = first if year is None else max(first, year)
    return frozenset(
        field.name
        for field in fields
        if field.expected_from <= asked and (year is None or field.collected_in(asked))
    )


def recognise(
    label: str, header: Sequence[str], name: str = "", year: int | None = None
) -> Recognised:
    """The table of a file with this heading row. Raises Unusable.

    ``label`` is the file's name for people, ``name`` the name that may hint at the table. Refused:
    a file that is no table of the return, one that lacks columns of ``year``, a column given twice.
    """
    folded = [fold(heading) for heading in header]
    found = frozenset(folded)
    full = [table for table in layout.TABLES if _needed(table, None) <= found]
    if full:
        table = max(full, key=lambda table: (len(_needed(table, None)), table == hinted(name)))
        recognised = _matched(label, header, folded, table)
        _refuse_missing(label, found, table, year)
        return recognised
    raise _unrecognised(label, header, found, hinted(name), year)


def hinted(name: str) -> str | None:
    """The table that a file name seems to speak of, the longest match first."""
    stem = re.sub(r"[^a-z0-9]+", "_", PurePosixPath(name.replace("\\", "/")).stem.lower())
    matches = [
        (len(known), table.name)
        for table in layout.any_year().values()
        for known in table.names
        if re.search(rf"(?<![a-z]){known}(?![a-z])", stem)
    ]
    return max(matches)[1] if matches else None


def _matched(label: str, header: Sequence[str], folded: Sequence[str], table: str) -> Recognised:
    known = {*layout.any_year()[table].columns, *DERIVED.get(table, ())}
    by_column: dict[str, list[str]] = defaultdict(list)
    for heading, column in zip(header, folded, strict=True):
        by_column[column].append(heading)
    doubled = [
        Problem(
            label,
            f"has the column {column} more than once ({shown_headings(headings)}); keep one.",
            column=column,
        )
        for column, headings in by_column.items()
        if column in known and len(headings) > 1
    ]
    if doubled:
        raise Unusable(doubled)
    columns = dict(zip(header, folded, strict=True))
    return Recognised(
        table,
        {heading: column for heading, column in columns.items() if column in known},
        tuple(heading for heading, column in columns.items() if column not in known),
    )


def _refuse_missing(label: str, found: frozenset[str], table: str, year: int | None) -> None:
    lacking = _in_order(table, _needed(table, year) - found)
    if lacking:
        raise Unusable([Problem(label, _lacks(table, lacking, year))])


def _lacks(table: str, lacking: Sequence[str], year: int | None, extra: Sequence[str] = ()) -> str:
    when = f" of {layout.year_name(year)}" if year is not None else ""
    beside = f", and has {shown_headings(extra)}, which that table has not" if extra else ""
    return (
        f"looks like the table {table}{when} but lacks {columns_named(lacking)}{beside}; "
        "export it with every column, even those without values."
    )


def _unrecognised(
    label: str,
    header: Sequence[str],
    found: frozenset[str],
    hint: str | None,
    year: int | None,
) -> Unusable:
    if not any(is_heading(heading) for heading in header) or not _any_known(found):
        return NotATable([Problem(label, _no_table(header, found))])
    nearest = _nearest(found, hint)
    own = frozenset(layout.any_year()[nearest].columns)
    lacking = _in_order(nearest, _needed(nearest, year) - found)
    extra = [heading for heading in header if fold(heading) not in own]
    marks = _needed(nearest, None) - EVERYWHERE
    if len(marks & found) * 2 >= len(marks) or (nearest == hint and marks & found):
        return Unusable([Problem(label, _lacks(nearest, lacking, year, extra))])
    differs = f"which also needs {columns_named(lacking)}"
    if extra:
        differs += f" and does not have {shown_headings(extra)}"
    message = (
        f"is no table of the return: its columns are {shown_headings(header)}. Nearest is "
        f"{nearest}, {differs}. Send the table as it was exported, or leave the file out."
    )
    return NotATable([Problem(label, message)])


def _any_known(found: frozenset[str]) -> bool:
    return any(found & set(table.columns) for table in layout.any_year().values())


def _no_table(header: Sequence[str], found: frozenset[str]) -> str:
    if not all(is_heading(heading) for heading in header):
        return (
            "its first line is not the heading row of a table; "
            "add the headings (CHILD, DOB and so on) as the first line, or leave the file out."
        )
    nearest = _nearest(found, None)
    return (
        f"is no table of the return: its columns are {shown_headings(header)}, none of which any "
        f"table has (Header, for one, has {columns_named(layout.any_year()[nearest].columns)}). "
        "Leave the file out."
    )


def _nearest(found: frozenset[str], hint: str | None) -> str:
    """The table that shares the greatest part of the columns; hint and order settle ties."""

    def likeness(table: str) -> tuple[float, float, bool]:
        marks = _needed(table, None) - EVERYWHERE
        columns = frozenset(layout.any_year()[table].columns)
        return (
            len(marks & found) / len(marks),
            len(columns & found) / len(columns | found),
            table == hint,
        )

    return max(layout.TABLES, key=likeness)


def _in_order(table: str, columns: Iterable[str]) -> list[str]:
    chosen = set(columns)
    return [column for column in layout.any_year()[table].columns if column in chosen]


def columns_named(columns: Sequence[str]) -> str:
    """ "the column URN", "the columns SEX and DOB"."""
    return f"the column{'s' if len(columns) > 1 else ''} {listed(columns)}"
