"""From files to a Return: opened, recognised, held against the layout, or refused in sentences.

What is accepted and what is refused is written for analysts in docs/reading.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from cla.files import listed
from cla.problems import Problem, Unusable
from cla.ssda903 import layout
from cla.ssda903.providers import Lists, Providers, read_providers
from cla.ssda903.returns import Return
from cla.ssda903.sources import Opened, Paths, Source, fit, open_all
from cla.ssda903.window import Dates, dates_of, doubt, misfit

WHOLE = "the return"
"""Named where a problem is that of the files together."""
ABOUT_LAST_YEAR = "Previous year:"
"""Begins the notices about last year's return; those about the one before that are left out."""


def read(
    paths: Paths,
    year: int | None = None,
    la: str | None = None,
    previous: Paths | Return | None = None,
    providers: Lists | None = None,
    *,
    any_year: bool = False,
) -> Return:
    """The return in these files. Raises Unusable with a sentence for each thing that is wrong.

    ``paths`` is one or many of path and Upload: CSV files in any order and under any name, flat
    ZIPs of them, or one XML file. ``year`` is the calendar year of the 31 March that ends the
    collection year; without one, the refusal names the likely year. ``previous`` is the return of
    the year before, or its files; ``providers`` the Ofsted list, as a frame or as one or many
    workbooks and CSV files. A return without a date in its year is refused, unless a person has
    confirmed the year (``any_year``).
    """
    problems: list[Problem] = []
    opened = open_all(paths, year if _known(year) else None)
    problems += _problems(opened)
    problems += _year_problems(year, opened)
    before = _previous(previous, year, la, any_year, problems)
    listing = _providers(providers, problems)
    if problems or year is None:
        raise Unusable(problems)
    kept, notices = _fitting(opened, year)
    ret = Return(
        {source.table: source.frame for source in kept},
        year,
        la,
        previous=before,
        providers=listing.frame if listing is not None else None,
        source="xml" if any(source.xml for source in kept) else "csv",
        lines={source.table: source.lines for source in kept},
        fold_case=True,
    )
    notices += _checked_year(kept, dates_of(ret.tables, ret.days), year, any_year)
    if listing is not None:
        notices += listing.notices
    if before is not None:
        own = (notice for notice in before.notices if not notice.startswith(ABOUT_LAST_YEAR))
        notices += tuple(f"{ABOUT_LAST_YEAR} {notice}" for notice in own)
    ret.notices = notices
    return ret


def likely_year(given: Paths | Mapping[str, pd.DataFrame]) -> int | None:
    """The collection year that most dates of these tables or files point to; None if none does.

    Files that cannot be read are passed over. Ended episodes count three times, since a return
    holds them because they ended in its year.
    """
    if isinstance(given, Mapping):
        return dates_of(given).likely_year()
    return _dates(open_all(given)).likely_year()


def _dates(opened: Sequence[Opened]) -> Dates:
    return dates_of({source.table: source.frame for file in opened for source in file.sources})


def _known(year: int | None) -> bool:
    return year is not None and layout.FIRST_YEAR <= year <= layout.LAST_YEAR


def _year_problems(year: int | None, opened: Sequence[Opened]) -> list[Problem]:
    if year is None:
        likely = _dates(opened).likely_year()
        guess = ""
        if likely is not None:
            guess = f" The dates point to {layout.year_name(likely)}, which is year {likely}."
        return [Problem(WHOLE, f"no collection year was given; say which year it is of.{guess}")]
    if not _known(year):
        return [
            Problem(
                WHOLE,
                f"the layout of the collection year ending 31 March {year} is not known; "
                f"choose a year from {layout.FIRST_YEAR} to {layout.LAST_YEAR}.",
            )
        ]
    return []


def _problems(opened: Sequence[Opened]) -> list[Problem]:
    """What is wrong with the files, one by one and with one another."""
    return [*(problem for file in opened for problem in file.problems), *combined_problems(opened)]


def combined_problems(opened: Sequence[Opened]) -> list[Problem]:
    """What is wrong with files that are each in order: XML beside CSV, two files for one table."""
    whole = [file.file for file in opened if file.xml]
    tables = [file.file for file in opened if file.sources and not file.xml]
    if len(whole) > 1:
        return [Problem(listed(whole), "each hold a whole return as XML; send only one of them.")]
    if whole and tables:
        return [
            Problem(
                listed([*whole, *tables]),
                "the XML holds the whole return already; send either the XML or the CSV files.",
            )
        ]
    by_table: dict[str, list[str]] = defaultdict(list)
    for file in opened:
        for source in file.sources:
            by_table[source.table].append(file.file)
    return [
        Problem(listed(names), f"each hold the table {table}; send only one of them.")
        for table, names in by_table.items()
        if len(names) > 1
    ]


def _fitting(opened: Sequence[Opened], year: int) -> tuple[list[Source], tuple[str, ...]]:
    """What the year collects, and the notices about reading and setting aside."""
    kept: list[Source] = []
    notices: list[str] = []
    for file in opened:
        for source in file.sources:
            fitted, aside = fit(source, year)
            notices += [*source.notices, *aside]
            if fitted is not None:
                kept.append(fitted)
    if not kept:
        raise Unusable(
            [Problem(WHOLE, f"{listed(notices)} No table of that year is left; check the year.")]
        )
    return kept, tuple(notices)


def _checked_year(
    kept: Sequence[Source], dates: Dates, year: int, any_year: bool
) -> tuple[str, ...]:
    """Notices about the year; Unusable when no date lies in it and nobody has confirmed it."""
    named = _dated_files(kept)
    wrong = misfit(dates, year, named)
    if wrong is not None and not any_year:
        raise Unusable([wrong])
    notice = str(wrong) if wrong is not None else doubt(dates, year, named)
    return (notice,) if notice else ()


def _dated_files(kept: Sequence[Source]) -> str:
    dated = [s.file for s in kept if layout.any_year()[s.table].date_columns]
    names = list(dict.fromkeys(dated))
    return listed(names) if len(names) <= 3 else f"{len(names)} files with dates"


def _previous(
    previous: Paths | Return | None,
    year: int | None,
    la: str | None,
    any_year: bool,
    problems: list[Problem],
) -> Return | None:
    """The return of the year before; what is wrong with it joins the problems."""
    if previous is None or not _known(year):
        return None
    assert year is not None
    if isinstance(previous, Return):
        if previous.year != year - 1 and not any_year:
            problems.append(
                Problem(
                    "the previous year's return",
                    f"is of {layout.year_name(previous.year)}, and the year before this return is "
                    f"{layout.year_name(year - 1)}; choose the one of that year.",
                )
            )
        return previous
    try:
        return read(previous, year - 1, la, any_year=any_year)
    except Unusable as refused:
        problems += [replace(p, file=f"{p.file} (previous year)") for p in refused.problems]
        return None


def _providers(given: Lists | None, problems: list[Problem]) -> Providers | None:
    """The Ofsted list of providers; what is wrong with it joins the problems."""
    if given is None:
        return None
    try:
        return read_providers(given)
    except Unusable as refused:
        problems += refused.problems
        return None
