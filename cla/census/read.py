"""From a CSV of school characteristics to one tidy row a pupil and academic year.

The file is described in docs/characteristics.md; its columns are those of
data/reference/attainment/characteristics.csv. Absence follows DfE: sessions missed of possible
sessions, a pupil persistently absent at 10% and severely absent at 50% of their own possible
sessions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from cla import reference, upn
from cla.files import Table, Upload, open_uploads, shown_headings, shown_name, table
from cla.files.sheet import Sheet, line_list, number_of
from cla.problems import Problem, Unusable

MAX_COLUMNS = 100
PERSISTENT, SEVERE = 10.0, 50.0  # percent of possible sessions; DfE's definitions since 2015/16
_PROVISION = {"N": "N", "0": "N", "K": "K", "A": "K", "P": "K", "E": "E", "S": "E"}
_COUNTS = ("sessions_possible", "sessions_authorised", "sessions_unauthorised")


@dataclass(frozen=True)
class Census:
    """The school characteristics of one academic year.

    ``frame``: upn, upn_grade, dob, sex, academic_year, sen, sen_need, fsm6, language, eal, urn,
    laestab, school_name, school_type, year_group, sessions_*, suspensions, days_suspended,
    permanent_exclusions, and worked out: absence_overall, absence_authorised, absence_unauthorised
    (percent of sessions), persistent, severe, suspended (nullable booleans). One row a UPN.
    """

    academic_year: str
    source: str
    frame: pd.DataFrame
    notices: tuple[str, ...]
    counts: Mapping[str, int]

    @property
    def year(self) -> int:
        """The collection year it goes with: 2025 for 2024/25."""
        return int(self.academic_year[:4]) + 1


def read(files: str | Path | Upload | Iterable[str | Path | Upload]) -> tuple[Census, ...]:
    """The characteristics in one or more CSV or tab-separated files, a Census a year. Raises
    Unusable."""
    found: list[Census] = []
    problems: list[Problem] = []
    for upload in open_uploads(files):
        try:
            found += _read_one(upload)
        except Unusable as refusal:
            problems += refusal.problems
    years = [each.academic_year for each in found]
    problems += [
        Problem("files", f"two files hold school characteristics of {year}; send one.")
        for year in sorted({year for year in years if years.count(year) > 1})
    ]
    if problems:
        raise Unusable(problems)
    return tuple(sorted(found, key=lambda each: each.academic_year))


@dataclass(frozen=True)
class _Field:
    name: str
    headings: tuple[str, ...]
    required: bool


@cache
def _fields() -> tuple[_Field, ...]:
    table = reference.table("attainment", "characteristics.csv")
    return tuple(
        _Field(name, (column, *aliases.split()), required == "1")
        for name, column, aliases, required in zip(
            table["field"], table["column"], table["aliases"], table["required"], strict=True
        )
    )


def _read_one(upload: Upload) -> list[Census]:
    whole = table(upload, max_columns=MAX_COLUMNS, invisible=True)
    columns = _columns(upload, whole.header)
    sheet = Sheet(upload.label, whole, columns)
    years = sheet.academic_years()
    if years.isna().any():
        where = line_list(whole.lines[years.isna()])
        raise Unusable(
            [
                Problem(
                    upload.label,
                    f"each row needs an academic year such as 2024/25 ({where} without).",
                    column=columns["academic_year"][0],
                )
            ]
        )
    unused = [heading for heading in whole.header if (heading,) not in columns.values()]
    found = []
    for year in sorted(years.unique()):
        rows = years == year
        part = Table(whole.name, whole.header, whole.frame[rows], whole.lines[rows], whole.notices)
        found.append(_one_year(Sheet(upload.label, part, columns), str(year), unused))
    return found


def _columns(upload: Upload, header: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The heading of each field. Raises Unusable when the file is not one of characteristics."""
    by_name = {heading.strip().upper().replace(" ", "_"): heading for heading in header}
    columns: dict[str, tuple[str, ...]] = {}
    needed = []
    for field in _fields():
        held = [by_name[alias] for alias in field.headings if alias in by_name]
        if held:
            columns[field.name] = (held[0],)
        elif field.required:
            needed.append(field.headings[0])
    if needed:
        begins = shown_headings(header, 6)
        raise Unusable(
            [
                Problem(
                    upload.label,
                    f"is not a file of school characteristics: it lacks {' and '.join(needed)} "
                    f"(its columns are {begins}). docs/characteristics.md lists the columns.",
                )
            ]
        )
    if not set(columns) - {"upn", "academic_year", "dob", "sex"}:
        raise Unusable(
            [
                Problem(
                    upload.label,
                    "has pupils but no characteristic of them; see docs/characteristics.md.",
                )
            ]
        )
    return columns


def _one_year(sheet: Sheet, year: str, unused: list[str]) -> Census:
    frame = _tidy(sheet).assign(academic_year=year)
    read = len(frame)
    usable = frame["upn"].notna()
    if not usable.all():
        sheet.notices.append(
            f"{sheet.label}: {number_of(int((~usable).sum()), 'row')} without a usable UPN cannot "
            "be "
            f"matched and left out ({sheet.where(~usable)})."
        )
    frame = frame[usable]
    doubled = frame["upn"].duplicated()
    if doubled.any():
        sheet.notices.append(
            f"{sheet.label}: {number_of(int(doubled.sum()), 'row')} of a pupil who has a row for "
            f"{year} "
            "already, left out; the first is used "
            f"({line_list(sheet.lines[frame.index[doubled]])})."
        )
    frame = frame[~doubled].reset_index(drop=True)
    if unused:
        headings = ", ".join(shown_name(heading) for heading in unused[:8])
        more = f" and {len(unused) - 8} more" if len(unused) > 8 else ""
        sheet.notices.append(f"{sheet.label}: columns not used: {headings}{more}.")
    counts = {"rows": read, "left_out": int((~usable).sum()), "duplicates": int(doubled.sum())}
    return Census(year, "csv", frame, tuple(sheet.notices), counts)


def _tidy(sheet: Sheet) -> pd.DataFrame:
    clean, grades = upn.grade(sheet.text("upn"))
    frame = pd.DataFrame(
        {
            "upn": clean.where(grades.isin(upn.MATCHABLE)),
            "upn_grade": grades,
            "dob": sheet.date("dob"),
            "sex": sheet.sex().astype("str"),
            "academic_year": "",
            "sen": _provision(sheet),
            "sen_need": sheet.code("sen_need"),
            "fsm6": sheet.flag("fsm6"),
            "language": sheet.code("language"),
            "eal": _eal(sheet),
            "urn": sheet.digits("urn"),
            "laestab": sheet.digits("laestab"),
            "school_name": sheet.text("school_name"),
            "school_type": sheet.text("school_type"),
            "year_group": sheet.text("year_group"),
            **{name: _count(sheet, name) for name in _COUNTS},
            "suspensions": _count(sheet, "suspensions"),
            "days_suspended": _count(sheet, "days_suspended", step=0.5),
            "permanent_exclusions": _count(sheet, "permanent_exclusions"),
        }
    )
    return frame.assign(**_absence(sheet, frame))


def _provision(sheet: Sheet) -> pd.Series:
    given = sheet.code("sen")
    sheet.tell(given.notna() & ~given.isin(list(_PROVISION)), "sen", "N, K or E")
    return given.map(_PROVISION).astype("str")


def _eal(sheet: Sheet) -> pd.Series:
    """Whether the first language is other than English; missing for codes that do not say."""
    language = sheet.code("language")
    known = language.notna() & ~language.isin(["NOT", "REF", "ZZZ", "NOBT"])
    return (~language.isin(["ENG", "ENB", "ENGLISH"])).astype("boolean").where(known)


def _count(sheet: Sheet, name: str, step: float = 1) -> pd.Series:
    """A number not below 0, in whole steps."""
    number = sheet.number(name)
    bad = number.notna() & ((number < 0) | (number % step != 0))
    sheet.tell(bad, name, "a whole number" if step == 1 else "a number in halves")
    return number.mask(bad)


def _absence(sheet: Sheet, frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Percentages of sessions missed and what follows from them; missing where sessions are."""
    possible = frame["sessions_possible"].where(frame["sessions_possible"] > 0)
    missed = frame["sessions_authorised"] + frame["sessions_unauthorised"]
    too_many = missed > possible
    if too_many.any():
        sheet.notices.append(
            f"{sheet.label}: more sessions missed than possible ({sheet.where(too_many)}); absence "
            "is not "
            "worked out there."
        )
    possible = possible.mask(too_many)
    overall = 100 * missed / possible
    known = overall.notna()
    return {
        "absence_overall": overall,
        "absence_authorised": 100 * frame["sessions_authorised"] / possible,
        "absence_unauthorised": 100 * frame["sessions_unauthorised"] / possible,
        "persistent": (overall >= PERSISTENT).astype("boolean").where(known),
        "severe": (overall >= SEVERE).astype("boolean").where(known),
        "suspended": (frame["suspensions"] > 0)
        .astype("boolean")
        .where(frame["suspensions"].notna()),
    }
