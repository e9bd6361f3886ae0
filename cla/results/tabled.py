"""From one table of text, whose columns are known, to the results of a stage and year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from cla import upn
from cla.files import Table
from cla.files.sheet import Sheet, line_list, number_of
from cla.problems import Problem, Unusable
from cla.results.checks import checked, no_checks
from cla.results.duplicates import one_row_a_pupil
from cla.results.stages import first_year, tidied
from cla.results.tidy import with_whole_years
from cla.stages import STAGES


@dataclass(frozen=True)
class Results:
    """The results of one stage and academic year, as one file gave them.

    ``frame`` has one row a pupil (columns: tidy.IDENTITY and those of the stage); ``flags`` says
    for each flag or score whether it is DfE's ("file") or ours ("computed"); ``counts`` has rows,
    left_out, duplicates, masked; ``set_aside`` are the headings that are not used and not kept;
    ``checks`` are the rows that a free check speaks against (columns of ``checks.COLUMNS``).
    """

    stage: str
    academic_year: str
    source: str
    frame: pd.DataFrame
    notices: tuple[str, ...]
    flags: Mapping[str, str]
    counts: Mapping[str, int]
    set_aside: tuple[str, ...]
    checks: pd.DataFrame = field(default_factory=no_checks)

    @property
    def year(self) -> int:
        """The collection year these results go with: 2025 for 2024/25."""
        return int(self.academic_year[:4]) + 1


def from_table(
    table: Table,
    stage: str,
    columns: Mapping[str, tuple[str, ...]],
    academic_year: str | None = None,
    source: str = "other",
    *,
    label: str = "",
) -> Results:
    """Results from a table of text whose columns are known. Raises Unusable.

    ``columns`` says by field which headings of the table carry it (``columns_of``); ``label`` names
    the file in sentences. For readers of other formats than delimited text.
    """
    sheet = Sheet(label or table.name, table, columns)
    sheet, year = _one_year(sheet, stage, table, academic_year)
    if source == "cypmd":
        sheet = with_whole_years(sheet, year)
    tidy = tidied(stage, sheet, year)
    frame = tidy.finished().assign(academic_year=year)
    checks = checked(stage, year, sheet, frame)
    frame, doubles = one_row_a_pupil(frame, sheet)
    sheet.notices += doubles
    masked = int((frame["upn_grade"] == upn.MASKED).sum())
    _tell_upns(sheet, frame, masked)
    used = {heading for headings in columns.values() for heading in headings}
    return Results(
        stage,
        year,
        source,
        frame.reset_index(drop=True),
        tuple(dict.fromkeys(sheet.notices)),
        tidy.flags,
        {
            "rows": len(sheet.frame),
            "left_out": 0,
            "duplicates": len(sheet.frame) - len(frame),
            "masked": masked,
        },
        tuple(heading for heading in table.header if heading not in used),
        checks,
    )


def _one_year(sheet: Sheet, stage: str, table: Table, wanted: str | None) -> tuple[Sheet, str]:
    """The rows of one academic year, and the year. Asks, never guesses."""
    years = sheet.academic_years()
    sheet.notices = [
        notice for notice in sheet.notices if "not an academic year such" not in notice
    ]
    counts = years.value_counts().sort_index()
    if wanted is None and len(counts) > 1:
        listed = " and ".join(
            f"{year} ({number_of(count, 'row')})" for year, count in counts.items()
        )
        raise _refused(
            sheet, f"holds more than one academic year: {listed}. Say which one to read."
        )
    if wanted is None and counts.empty:
        heading = sheet.columns.get("academic_year", ("ACADYR",))[0]
        raise _refused(
            sheet, f"does not say the academic year (column {heading}); say which it is."
        )
    year = wanted or str(counts.index[0])
    first, why = first_year(stage)
    if year < first:
        raise _refused(
            sheet,
            f"holds {STAGES[stage].title} results of {year}; they are read from {first}{why}.",
        )
    other = years.notna() & (years != year)
    if not other.any():
        return sheet, year
    if other.all():
        raise _refused(
            sheet, f"has no rows of {year}; it holds {', '.join(map(str, counts.index))}."
        )
    kept = Table(table.name, table.header, table.frame[~other], table.lines[~other])
    chosen = Sheet(sheet.label, kept, sheet.columns)
    chosen.notices = [
        *sheet.notices,
        f"{sheet.label}: {number_of(int(other.sum()), 'row')} of other academic years not read.",
    ]
    return chosen, year


def _tell_upns(sheet: Sheet, frame: pd.DataFrame, masked: int) -> None:
    if masked:
        sheet.notices.append(
            f"{sheet.label}: {number_of(masked, 'row')} with a masked UPN (asterisks) cannot be "
            "matched."
        )
    for grade, words in (
        (upn.BLANK, "without a UPN cannot be matched"),
        (upn.UN_CODE, "with a UN code for a UPN cannot be matched"),
        (upn.BAD_FORMAT, "with a UPN that is not formed as one"),
        (
            upn.BAD_LETTER,
            "with a wrong check letter in the UPN; matched if the return has the same",
        ),
    ):
        rows = frame["upn_grade"] == grade
        if rows.any():
            where = line_list(sheet.lines[frame.index[rows]])
            sheet.notices.append(
                f"{sheet.label}: {number_of(int(rows.sum()), 'row')} {words} ({where})."
            )
    if not sheet.has("dob"):
        sheet.notices.append(
            f"{sheet.label}: has no date of birth, so a match rests on the UPN alone."
        )


def _refused(sheet: Sheet, message: str) -> Unusable:
    return Unusable([Problem(sheet.label, message)])
