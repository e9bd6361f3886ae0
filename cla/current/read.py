"""From a CSV of the children looked after now to one row a child.

The file is described in docs/current-list.md; its columns are those of
data/reference/cohort/current_list.csv. It is made from the case management system on any day, so
that children who came into care after 31 March are seen before the next return.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from cla import reference, upn
from cla.files import Upload, open_uploads, shown_headings, shown_name, table
from cla.files.sheet import Sheet, number_of
from cla.problems import Problem, Unusable

MAX_COLUMNS = 64
_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
_EARLIEST = pd.Timestamp(2013, 4, 1)  # the first return the app reads begins here


@dataclass(frozen=True)
class CurrentList:
    """The children looked after on one day.

    ``frame``: child, upn (cleaned), upn_grade, uln, sex ("M"/"F"), dob, ethnic, started, ls, place,
    laestab, urn, year_group, team; one row a child. ``year`` is the collection year the day lies
    in: 30 June 2026 is in 2027, whose return is not there yet.
    """

    as_at: pd.Timestamp
    frame: pd.DataFrame
    notices: tuple[str, ...]
    counts: Mapping[str, int]
    source: str = "list"

    @property
    def year(self) -> int:
        """The collection year, ending 31 March, that the day of the list lies in."""
        return int(self.as_at.year) + (self.as_at.month >= 4)


@dataclass(frozen=True)
class Field:
    """One field of the list: the headings it goes by, the documented one first."""

    name: str
    headings: tuple[str, ...]
    required: bool


@cache
def fields() -> Mapping[str, Field]:
    """The fields by name."""
    rows = reference.table("cohort", "current_list.csv").fillna("")
    return {
        name: Field(name, (column, *(a for a in aliases.split("|") if a)), required == "1")
        for name, column, aliases, required in zip(
            rows["field"], rows["column"], rows["aliases"], rows["required"], strict=True
        )
    }


def read(files: str | Path | Upload | Iterable[str | Path | Upload]) -> CurrentList:
    """The list of one day, from one CSV or tab-separated file. Raises Unusable."""
    uploads = open_uploads(files)
    if len(uploads) != 1:
        raise Unusable(
            [Problem("files", "a list of the children looked after now is one file; send one.")]
        )
    upload = uploads[0]
    found = table(upload, max_columns=MAX_COLUMNS, invisible=True)
    columns = _columns(upload, found.header)
    sheet = Sheet(upload.label, found, columns)
    day = _day(upload, sheet)
    frame = _typed(sheet)
    _refuse_lost(upload, sheet, frame)
    doubled = frame["child"].duplicated()
    _tell(sheet, frame, doubled, day)
    _tell_unused(sheet, found.header, columns)
    return CurrentList(
        day,
        frame[~doubled].reset_index(drop=True),
        tuple(sheet.notices),
        {"rows": len(frame), "duplicates": int(doubled.sum())},
    )


def _plain(heading: str) -> str:
    return re.sub(r"[\s_]+", " ", heading.strip().upper())


def _columns(upload: Upload, header: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The heading of each field that the file has. Raises Unusable without the needed ones."""
    by_name = {_plain(heading): heading for heading in header}
    held: dict[str, tuple[str, ...]] = {
        field.name: (by_name[_plain(alias)],)
        for field in fields().values()
        for alias in reversed(field.headings)
        if _plain(alias) in by_name
    }
    lacks = [f.headings[0] for f in fields().values() if f.required and f.name not in held]
    if lacks:
        raise Unusable(
            [
                Problem(
                    upload.label,
                    f"is not a list of the children looked after now: it lacks "
                    f"{' and '.join(lacks)} (its columns are {shown_headings(tuple(header), 6)}). "
                    "docs/current-list.md lists the columns.",
                )
            ]
        )
    return held


def _day(upload: Upload, sheet: Sheet) -> pd.Timestamp:
    """The day of the list: column AS_AT, else a date in the file's name. Raises Unusable."""
    if sheet.has("as_at"):
        days = sheet.date("as_at").dropna().unique()
        heading = sheet.columns["as_at"][0]
        if len(days) > 1:
            raise Unusable(
                [
                    Problem(
                        upload.label, "holds more than one day; send a list a day.", None, heading
                    )
                ]
            )
        if len(days) == 1:
            return _checked_day(upload, pd.Timestamp(days[0]))
    named = _DAY_IN_NAME.search(upload.name)
    if named is None:
        raise Unusable(
            [
                Problem(
                    upload.label,
                    "does not say which day it is of: add a column AS_AT with the day on every "
                    "row, or put the day into the file's name, such as current-2026-06-30.csv.",
                )
            ]
        )
    try:
        day = pd.Timestamp("-".join(named.groups()))
    except ValueError:
        raise Unusable(
            [Problem(upload.label, "has a name with a day that no month has; name it again.")]
        ) from None
    return _checked_day(upload, day)


def _checked_day(upload: Upload, day: pd.Timestamp) -> pd.Timestamp:
    if day < _EARLIEST:
        raise Unusable(
            [Problem(upload.label, f"is of {day:%d/%m/%Y}, before any return that is read here.")]
        )
    return day


def _typed(sheet: Sheet) -> pd.DataFrame:
    clean, grades = upn.grade(sheet.text("upn"))
    return pd.DataFrame(
        {
            "child": sheet.text("child").str.strip(),
            "upn": clean,
            "upn_grade": grades,
            "uln": sheet.digits("uln"),
            "sex": sheet.sex().astype("str"),
            "dob": sheet.date("dob").astype("datetime64[us]"),
            "ethnic": sheet.code("ethnic"),
            "started": sheet.date("started").astype("datetime64[us]"),
            "ls": sheet.code("ls"),
            "place": sheet.code("place"),
            "laestab": sheet.digits("laestab"),
            "urn": sheet.digits("urn"),
            "year_group": sheet.code("year_group"),
            "team": sheet.text("team"),
        }
    )


def _refuse_lost(upload: Upload, sheet: Sheet, frame: pd.DataFrame) -> None:
    """A row without a child identifier would be lost: the file is refused."""
    lost = frame["child"].isna()
    if lost.any():
        heading = sheet.columns["child"][0]
        raise Unusable(
            [
                Problem(
                    upload.label,
                    f"each row needs the child identifier ({sheet.where(lost)} without).",
                    column=heading,
                )
            ]
        )
    if frame.empty:
        raise Unusable([Problem(upload.label, "has headings and no children; export it again.")])


def _tell(sheet: Sheet, frame: pd.DataFrame, doubled: pd.Series, day: pd.Timestamp) -> None:
    for rows, words in (
        (doubled, "of a child who is listed already, left out; the first is used"),
        (frame["dob"].isna(), "without a date of birth: the child has no age and no year group"),
        (frame["dob"] > day, "with a date of birth after the day of the list"),
        (frame["started"] > day, "with a start of care after the day of the list"),
        (frame["upn_grade"] == upn.BAD_FORMAT, "with a UPN that is not formed as one"),
        (frame["upn_grade"] == upn.BAD_LETTER, "with a wrong check letter in the UPN"),
    ):
        if rows.any():
            sheet.notices.append(
                f"{sheet.label}: {number_of(int(rows.sum()), 'row')} {words} ({sheet.where(rows)})."
            )


def _tell_unused(
    sheet: Sheet, header: Sequence[str], columns: Mapping[str, tuple[str, ...]]
) -> None:
    used = {heading for headings in columns.values() for heading in headings}
    unused = [shown_name(heading) for heading in header if heading not in used]
    if unused:
        more = f" and {len(unused) - 8} more" if len(unused) > 8 else ""
        sheet.notices.append(f"{sheet.label}: columns not used: {', '.join(unused[:8])}{more}.")
