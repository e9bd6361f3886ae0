"""From the files of schools to one tidy row a pupil and academic year, and their schools.

Read are the CSV of docs/characteristics.md, DfE's census downloads of the three terms and its
pupil premium list (Get Information About Pupils); the columns are those of
data/reference/attainment/characteristics.csv. Several files of one year become one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pandas as pd

from cla.census.fields import CENSUS, CSV, PREMIUM, columns_of, holds_results, sort_of
from cla.census.repair import rectangular
from cla.census.rows import Rows, typed
from cla.census.years import doubles, gathered, one_a_pupil, school_history
from cla.files import Table, Upload, open_uploads, read_records, shown_name, table
from cla.files.sheet import Sheet, line_list, number_of
from cla.problems import Problem, Unusable

MAX_COLUMNS = 100

# What a year ought to have, and the columns any of which brings it.
FACTS: Mapping[str, tuple[str, ...]] = {
    "SEN provision": ("sen",),
    "type of SEN": ("sen_need",),
    "free school meals": ("fsm6",),
    "first language": ("language",),
    "school": ("laestab", "urn"),
    "type of school": ("school_type",),
    "attendance": ("sessions_possible",),
    "suspensions and exclusions": ("suspensions", "permanent_exclusions"),
    "pupil premium": ("pupil_premium",),
}
# Fields that files of one year may share: who the pupil is, and where.
_SHARED = {
    *("upn", "academic_year", "term", "dob", "sex", "former_upn", "ethnic", "year_group"),
    *("urn", "laestab", "school_name", "school_la"),
}


@dataclass(frozen=True)
class Census:
    """The school characteristics of one academic year, from one file or several.

    ``frame``: one row a UPN, columns ``years.FRAME``; ``schools``: one row a stay at a school,
    columns ``years.SCHOOLS``; ``terms``: the terms of it that were read, none for yearly files;
    ``lacks``: facts of FACTS that no row has; ``counts``: rows, left_out, duplicates, masked;
    ``set_aside``: headings that are not used and not kept.
    """

    academic_year: str
    source: str
    frame: pd.DataFrame
    schools: pd.DataFrame
    notices: tuple[str, ...]
    counts: Mapping[str, int]
    terms: tuple[str, ...]
    lacks: tuple[str, ...]
    set_aside: tuple[str, ...]

    @property
    def year(self) -> int:
        """The collection year it goes with: 2025 for 2024/25."""
        return int(self.academic_year[:4]) + 1


@dataclass(frozen=True)
class _Part:
    """The rows of one file and year."""

    year: str
    rows: Rows
    fields: frozenset[str]
    unused: tuple[str, ...]


def read(files: str | Path | Upload | Iterable[str | Path | Upload]) -> tuple[Census, ...]:
    """The characteristics in CSV or tab-separated files, or their ZIP, a Census a year.

    Files of key stage results among them are set aside with a notice. Raises Unusable.
    """
    parts: list[_Part] = []
    problems: list[Problem] = []
    others: list[str] = []
    for upload in open_uploads(files):
        try:
            found = _read_one(upload)
        except Unusable as refusal:
            problems += refusal.problems
        else:
            if isinstance(found, str):
                others.append(found)
            else:
                parts += found
    problems += _twice(parts)
    if not parts and not problems:
        problems = [Problem("files", f"nothing to read: {' '.join(others)}")]
    if problems:
        raise Unusable(problems)
    years = sorted({part.year for part in parts})
    return tuple(
        _one_year(year, [part for part in parts if part.year == year], others if i == 0 else [])
        for i, year in enumerate(years)
    )


def _read_one(upload: Upload) -> list[_Part] | str:
    records = read_records(upload, max_columns=MAX_COLUMNS * 4)
    if holds_results(records.header):
        return f"{upload.label} holds key stage results; import it as results."
    sort = sort_of(records.header)
    lost: list[str] = []
    left_out = 0
    if sort == CSV:
        whole = table(upload, max_columns=MAX_COLUMNS, invisible=True)
    else:
        whole, lost, left_out = rectangular(upload, records)
        if whole.frame.empty:
            raise Unusable([Problem(upload.label, "has headings and no rows; export it again.")])
    columns = columns_of(upload, whole.header, sort)
    years = _years(upload, Sheet(upload.label, whole, columns), columns)
    used = {headings[0] for headings in columns.values()}
    unused = tuple(heading for heading in whole.header if heading not in used)
    parts = []
    for i, year in enumerate(sorted(years.unique())):
        rows = years == year
        part = Table(whole.name, whole.header, whole.frame[rows], whole.lines[rows], whole.notices)
        sheet = Sheet(upload.label, part, columns)
        sheet.notices += lost if i == 0 else []
        read_rows = typed(sheet, sort)
        if i == 0 and left_out:
            counted = {**vars(read_rows), "left_out": read_rows.left_out + left_out}
            read_rows = Rows(**{**counted, "read": read_rows.read + left_out})
        parts.append(_Part(str(year), read_rows, frozenset(columns), unused))
    return parts


def _years(upload: Upload, sheet: Sheet, columns: Mapping[str, tuple[str, ...]]) -> pd.Series:
    """The academic year of each row. Raises Unusable where a row has none."""
    if "academic_year" in columns:
        years, heading = sheet.academic_years(), columns["academic_year"][0]
        needs = "an academic year such as 2024/25"
    else:
        # a financial year ends with the collection year whose children it is paid for
        ends, heading = sheet.date("premium_to").dt.year, columns["premium_to"][0]
        first = (ends - 1).astype("Int64").astype("str")
        years = first + "/" + (ends % 100).astype("Int64").astype("str").str.zfill(2)
        needs = "the last day of its financial year"
    if years.isna().any():
        where = line_list(sheet.lines[years.isna()])
        raise Unusable(
            [Problem(upload.label, f"each row needs {needs} ({where} without).", column=heading)]
        )
    return years


def _twice(parts: Sequence[_Part]) -> list[Problem]:
    """Two files that say the same of one year and term: nobody could say which is meant."""
    problems = []
    for one, other in combinations(parts, 2):
        same = one.year == other.year and one.rows.sort == other.rows.sort
        terms = set(one.rows.frame["term"]) & set(other.rows.frame["term"])
        if one.rows.sort == CSV and not (one.fields & other.fields) - _SHARED:
            continue
        if same and terms:
            what = {
                CSV: "school characteristics",
                CENSUS: f"the {' and '.join(sorted(terms))} census",
                PREMIUM: "the pupil premium",
            }[one.rows.sort]
            problems.append(
                Problem("files", f"two files hold {what} of {one.year}; send one of them.")
            )
    return list(dict.fromkeys(problems))


def _one_year(year: str, parts: Sequence[_Part], others: Sequence[str]) -> Census:
    rows, doubled, renamed = gathered([part.rows for part in parts])
    frame = one_a_pupil(rows, year)
    notices = [notice for part in parts for notice in part.rows.notices]
    for part in parts:
        notices += _tell_doubles(part, year)
        notices += _tell_unused(part)
    if renamed:
        notices.append(
            f"School characteristics of {year}: {number_of(renamed, 'pupil')} whose UPN changed "
            "during the year, as FORMER_UPN says; their rows are counted under the newer one."
        )
    lacks = tuple(fact for fact, names in FACTS.items() if frame[list(names)].isna().all(axis=None))
    if lacks:
        notices.append(_what_lacks(year, parts, lacks))
    terms = tuple(term for term in ("autumn", "spring", "summer") if term in set(rows["term"]))
    sorts = {part.rows.sort for part in parts}
    return Census(
        year,
        "csv" if sorts == {CSV} else "csv+giap" if CSV in sorts else "giap",
        frame,
        school_history(rows, year),
        (*notices, *others),
        {
            "rows": sum(part.rows.read for part in parts),
            "left_out": sum(part.rows.left_out for part in parts),
            "duplicates": doubled,
            "masked": sum(part.rows.masked for part in parts),
        },
        terms,
        lacks,
        tuple(dict.fromkeys(heading for part in parts for heading in part.unused)),
    )


def _tell_doubles(part: _Part, year: str) -> list[str]:
    doubled = doubles(part.rows)
    if not doubled.any():
        return []
    where = line_list(part.rows.frame.loc[doubled, "line"])
    return [
        f"{part.rows.label}: {number_of(int(doubled.sum()), 'row')} of a pupil who has a row for "
        f"{year} already, left out; the first is used ({where})."
    ]


def _tell_unused(part: _Part) -> list[str]:
    """The columns of a file that somebody made for this; of DfE's files many are of no use here."""
    if part.rows.sort != CSV or not part.unused:
        return []
    headings = ", ".join(shown_name(heading) for heading in part.unused[:8])
    more = f" and {len(part.unused) - 8} more" if len(part.unused) > 8 else ""
    return [f"{part.rows.label}: columns not used: {headings}{more}."]


def _what_lacks(year: str, parts: Sequence[_Part], lacks: Sequence[str]) -> str:
    of = "this file" if len({part.rows.label for part in parts}) == 1 else "these files"
    named = lacks[0] if len(lacks) == 1 else f"{', '.join(lacks[:-1])} and {lacks[-1]}"
    return (
        f"School characteristics of {year}: {of} say nothing of {named}. An import takes the place "
        "of the year's earlier one, so hand in all files of a year together "
        "(docs/characteristics.md)."
    ).replace("this file say ", "this file says ")
