"""The tables in the files of a return: each file opened, recognised and cut, or refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from cla import files
from cla.files import Upload, is_heading
from cla.files.xml import looks_like_xml
from cla.problems import Problem, Unusable
from cla.ssda903 import layout
from cla.ssda903.recognise import NotATable, columns_named, fold, recognise
from cla.ssda903.returns import DERIVED
from cla.ssda903.xml import read_xml

MAX_ROWS = 1_000_000
"""Rows in one file: ten times the largest table of the largest authority, with room to spare."""

Paths = str | Path | Upload | Iterable[str | Path | Upload]


@dataclass(frozen=True)
class Source:
    """One table as one file has it: text by the layout's column names, and the rows' lines."""

    file: str
    table: str
    frame: pd.DataFrame
    lines: pd.Series
    notices: tuple[str, ...] = ()
    xml: bool = False


@dataclass(frozen=True)
class Opened:
    """One file and what it turned out to be: its tables, or the problems that keep it out."""

    file: str
    sources: tuple[Source, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def xml(self) -> bool:
        """Whether the file is the whole return as XML."""
        return any(source.xml for source in self.sources)


def open_all(paths: Paths, year: int | None = None) -> tuple[Opened, ...]:
    """Every file behind the paths, ZIPs unpacked, each with its tables or its problems.

    Refuses nothing itself: each file's problems are kept beside the others' tables, so that a
    person reads all of them at once. The columns of ``year`` are asked for, if it is given.
    """
    given = [paths] if isinstance(paths, str | Path | Upload) else list(paths)
    if not given:
        return (_nothing(),)
    opened: list[Opened] = []
    for path in given:
        try:
            uploads = files.open_uploads([path])
        except Unusable as refused:
            opened += _by_file(refused.problems)
        else:
            opened += [_open(upload, year) for upload in uploads]
    return tuple(sorted(opened, key=_place))


def _nothing() -> Opened:
    problem = Problem("files", "no file was given; choose at least one.")
    return Opened(problem.file, problems=(problem,))


def _by_file(problems: Sequence[Problem]) -> list[Opened]:
    by_file: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_file[problem.file].append(problem)
    return [Opened(file, problems=tuple(own)) for file, own in by_file.items()]


def _place(opened: Opened) -> tuple[int, str]:
    """Files stand in the order of the return's tables: the order they came in changes nothing."""
    tables = [layout.TABLES.index(source.table) for source in opened.sources]
    return min(tables, default=len(layout.TABLES)), opened.file


def _open(upload: Upload, year: int | None) -> Opened:
    try:
        if looks_like_xml(upload.content):
            return Opened(upload.label, _from_xml(upload))
        return Opened(upload.label, (_from_csv(upload, year),))
    except Unusable as refused:
        return Opened(upload.label, problems=refused.problems)


def _from_xml(upload: Upload) -> tuple[Source, ...]:
    read = read_xml(upload)
    sources = [
        Source(upload.label, table, frame, read.lines[table], xml=True)
        for table, frame in read.tables.items()
    ]
    return (replace(sources[0], notices=read.notices), *sources[1:])


def _from_csv(upload: Upload, year: int | None) -> Source:
    try:
        table = files.table(upload, max_rows=MAX_ROWS)
    except Unusable as refused:
        raise Unusable(_with_heading_problems(upload, refused.problems, year)) from None
    found = recognise(upload.label, table.header, upload.name, year)
    frame = table.frame
    notices = table.notices
    if found.unknown:
        frame = frame[list(found.columns)]
        notices += (_set_aside(upload.label, found.table, found.unknown, table.header),)
    frame = frame.set_axis(list(found.columns.values()), axis=1)
    return Source(upload.label, found.table, frame, table.lines, notices)


def _with_heading_problems(
    upload: Upload, problems: tuple[Problem, ...], year: int | None
) -> tuple[Problem, ...]:
    """What is wrong with the rows of a file and with its headings.

    A file that is no table at all is told only that, rather than where its commas are wrong.
    """
    try:
        header = files.heading(upload)
    except Unusable:
        return problems  # there is no heading to read, and the problems say why
    try:
        once = {fold(text): text for text in reversed(header)}
        recognise(upload.label, list(once.values())[::-1], upload.name, year)
    except NotATable as stranger:
        return stranger.problems
    except Unusable as lacking:
        return (*lacking.problems, *problems)
    return problems


def _set_aside(file: str, table: str, unknown: Sequence[str], header: Sequence[str]) -> str:
    shown = [
        heading if is_heading(heading) else f"number {header.index(heading) + 1}"
        for heading in unknown
    ]
    return (
        f"{file}: {columns_named(shown)} {_are(shown)} not part of the table {table} "
        f"and {_were(shown)} set aside."
    )


def _are(items: Sequence[str]) -> str:
    return "is" if len(items) == 1 else "are"


def _were(items: Sequence[str]) -> str:
    return "was" if len(items) == 1 else "were"


def fit(source: Source, year: int) -> tuple[Source | None, tuple[str, ...]]:
    """The part of a source that the year collects, and a notice for what was set aside."""
    tables = layout.layout(year).tables
    rows = len(source.frame)
    if source.table not in tables:
        if source.xml and not rows:
            return None, ()
        title = layout.any_year()[source.table].title
        return None, (
            f"{source.file}: the table {source.table} ({title}) is not collected in "
            f"{layout.year_name(year)} and was set aside with its {rows:,} "
            f"row{'' if rows == 1 else 's'}.",
        )
    own = (*tables[source.table].columns, *DERIVED.get(source.table, ()))
    ordered = [name for name in own if name in source.frame.columns]
    if ordered == list(source.frame.columns):
        return source, ()
    early = [name for name in source.frame.columns if name not in own]
    if source.xml:
        early = [name for name in early if source.frame[name].notna().any()]
    notices = (
        (
            f"{source.file}: {columns_named(early)} of {source.table} "
            f"{_are(early)} not collected in {layout.year_name(year)} "
            f"and {_were(early)} set aside.",
        )
        if early
        else ()
    )
    return replace(source, frame=source.frame[ordered]), notices
