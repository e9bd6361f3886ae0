"""From the files people have to results: one tidy row a pupil, a stage and an academic year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from cla import upn
from cla.files import Records, Table, Upload, as_table, open_uploads, read_records, wrong_width
from cla.files.sheet import Sheet, line_list, number_of
from cla.problems import Problem, Unusable
from cla.results.checks import checked, no_checks
from cla.results.duplicates import one_row_a_pupil
from cla.results.fields import columns_of, recognised
from cla.results.recognise import other_data_set, source_of, stage_of, without_upn
from cla.results.repair import repaired
from cla.results.stages import first_year, tidied
from cla.results.tidy import IDENTITY, with_whole_years
from cla.stages import STAGES

MAX_COLUMNS = 1500
"""An extract of the National Pupil Database can have over a thousand."""


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


def read(
    files: str | Path | Upload | Iterable[str | Path | Upload],
    academic_year: str | None = None,
    *,
    stage: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> tuple[Results, ...]:
    """Results from CSV or tab-separated files, or the ZIP they came in. Raises Unusable.

    Read are the six stages of ``cla.stages`` in the layouts of Get Information About Pupils, the
    National Pupil Database and "Check your performance measures", the stage told by its columns
    unless ``stage`` says it; ``mapping`` ({field: heading}) says by hand which heading is which
    field and needs ``stage``. A file of several academic years is refused unless ``academic_year``
    ("2024/25") says which; it also serves a file without a year column. Data sets that are not
    results of pupils are set aside with a notice.
    """
    if mapping and stage is None:
        raise ValueError("a mapping is of the fields of one stage: say which")
    found: list[Results] = []
    problems: list[Problem] = []
    others: list[str] = []
    for upload in open_uploads(files):
        try:
            result = _read_one(upload, academic_year, stage, mapping)
        except Unusable as refusal:
            problems += refusal.problems
        else:
            if isinstance(result, Results):
                found.append(result)
            else:
                others.append(result)
    problems += _doubled(found)
    if not found and not problems:
        problems = [Problem("results", f"nothing to read: {' '.join(others)}")]
    if problems:
        raise Unusable(problems)
    return tuple(_with_notices(result, others if result is found[0] else []) for result in found)


def _read_one(
    upload: Upload,
    academic_year: str | None,
    stage: str | None,
    mapping: Mapping[str, str] | None,
) -> Results | str:
    records = read_records(upload, max_columns=MAX_COLUMNS)
    named = stage or stage_of(upload, records.header)
    if named is None:
        other = other_data_set(records.header)
        return f"{upload.label} is {other}. It was set aside."
    columns = columns_of(records.header, named, mapping)
    _refuse_unknown(upload, records.header, named, columns)
    table, notices, left_out = _rectangular(upload, records, columns)
    source = source_of(records.header, named)
    result = from_table(table, named, columns, academic_year, source, label=upload.label)
    counts = {**result.counts, "left_out": left_out, "rows": result.counts["rows"] + left_out}
    return replace(result, notices=(*notices, *result.notices), counts=counts)


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


def _refuse_unknown(
    upload: Upload, header: tuple[str, ...], stage: str, columns: Mapping[str, tuple[str, ...]]
) -> None:
    """Refuses a file whose stage was said by hand and that lacks what it is told by."""
    if "upn" not in columns:
        raise without_upn(upload, header)
    if not recognised(columns, stage):
        raise Unusable(
            [
                Problem(
                    upload.label,
                    f"no column is said to hold a result of {STAGES[stage].title}; say which is "
                    "which.",
                )
            ]
        )


def _rectangular(
    upload: Upload, records: Records, columns: dict[str, tuple[str, ...]]
) -> tuple[Table, list[str], int]:
    """Rows of one width: a comma inside a name undone where that is certain, other odd rows left
    out."""
    width = len(records.header)
    odd = [i for i, row in enumerate(records.rows) if len(row) != width]
    if not records.rows:
        raise Unusable([Problem(upload.label, "has headings and no rows; export it again.")])
    if not odd:
        return as_table(upload, records), [], 0
    mended = {i: repaired(records.header, records.rows[i], columns) for i in odd}
    lost = [i for i in odd if mended[i] is None]
    if len(lost) * 2 > len(records.rows):
        raise Unusable(
            wrong_width(upload, width, [(records.lines[i], len(records.rows[i])) for i in lost])
        )
    rows = [mended.get(i, row) for i, row in enumerate(records.rows)]
    kept = [i for i, row in enumerate(rows) if row is not None]
    whole = Records(
        records.header,
        [row for row in rows if row is not None],
        [records.lines[i] for i in kept],
        records.notices,
    )
    lines = pd.Series(records.lines)
    notices = []
    if len(lost) < len(odd):
        where = line_list(lines[[i for i in odd if mended[i] is not None]])
        notices.append(
            f"{upload.label}: a comma inside a name was undone on {where}; surname and forenames "
            "may be "
            "cut in the wrong place there, nothing else is affected. The tab-separated file avoids "
            "this."
        )
    if lost:
        notices.append(
            f"{upload.label}: {number_of(len(lost), 'row')} left out, with more or fewer fields "
            f"than the heading ({width}): {line_list(lines[lost])}. Correct the file and send it "
            "again."
        )
    return as_table(upload, whole), notices, len(lost)


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


def _doubled(found: list[Results]) -> list[Problem]:
    seen: set[tuple[str, str]] = set()
    problems = []
    for result in found:
        key = (result.stage, result.academic_year)
        if key in seen:
            problems.append(
                Problem(
                    "results",
                    f"two files hold {STAGES[result.stage].title} results of "
                    f"{result.academic_year}; send one.",
                )
            )
        seen.add(key)
    return problems


def _with_notices(result: Results, more: list[str]) -> Results:
    return replace(result, notices=(*result.notices, *more))


def _refused(sheet: Sheet, message: str) -> Unusable:
    return Unusable([Problem(sheet.label, message)])


__all__ = ["IDENTITY", "Results", "from_table", "read"]
