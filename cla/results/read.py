"""From the files people have to results: one tidy row a pupil, a stage and an academic year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cla import upn
from cla.files import Records, Table, Upload, as_table, open_uploads, read_records, wrong_width
from cla.files.sheet import Sheet, line_list, number_of
from cla.problems import Problem, Unusable
from cla.results.duplicates import one_row_a_pupil
from cla.results.fields import STAGES, columns_of, other_data_set, stage_of
from cla.results.repair import repaired
from cla.results.stages import FIRST_YEAR, STAGE_TABLES
from cla.results.tidy import IDENTITY

MAX_COLUMNS = 400


@dataclass(frozen=True)
class Results:
    """The results of one stage and academic year, as one file gave them.

    ``frame`` has one row a pupil (columns: tidy.IDENTITY and those of the stage); ``flags`` says
    for each flag or score whether it is DfE's ("file") or ours ("computed"); ``counts`` has rows,
    left_out, duplicates, masked; ``set_aside`` are the headings that are not used and not kept.
    """

    stage: str
    academic_year: str
    source: str
    frame: pd.DataFrame
    notices: tuple[str, ...]
    flags: Mapping[str, str]
    counts: Mapping[str, int]
    set_aside: tuple[str, ...]

    @property
    def year(self) -> int:
        """The collection year these results go with: 2025 for 2024/25."""
        return int(self.academic_year[:4]) + 1


def read(
    files: str | Path | Upload | Iterable[str | Path | Upload], academic_year: str | None = None
) -> tuple[Results, ...]:
    """Results from CSV or tab-separated files, or the ZIP they came in. Raises Unusable.

    Read are key stage 1, 2 and 4 in the GIAP and NPD layouts, the stage told by its columns. A file
    of several academic years is refused unless ``academic_year`` ("2024/25") says which; it also
    serves a file without a year column. Data sets that are not results of these stages are set
    aside with a notice.
    """
    found: list[Results] = []
    problems: list[Problem] = []
    others: list[str] = []
    for upload in open_uploads(files):
        try:
            result = _read_one(upload, academic_year)
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


def _read_one(upload: Upload, academic_year: str | None) -> Results | str:
    records = read_records(upload, max_columns=MAX_COLUMNS)
    stage = stage_of(upload, records.header)
    if stage is None:
        other = other_data_set(records.header)
        return f"{upload.label} is {other}, which is not read here, and was set aside."
    columns = columns_of(records.header, stage)
    table, notices, left_out = _rectangular(upload, records, columns)
    sheet = Sheet(upload.label, table, columns)
    sheet.notices += notices
    sheet, year = _one_year(sheet, stage, table, academic_year)
    tidy = STAGE_TABLES[stage](sheet, year)
    frame = tidy.finished().assign(academic_year=year)
    frame, doubles = one_row_a_pupil(frame, sheet.lines, upload.label)
    sheet.notices += doubles
    masked = int((frame["upn_grade"] == upn.MASKED).sum())
    _tell_upns(sheet, frame, masked)
    used = {heading for headings in columns.values() for heading in headings}
    return Results(
        stage,
        year,
        _source(records.header, stage),
        frame.reset_index(drop=True),
        tuple(sheet.notices),
        tidy.flags,
        {
            "rows": len(sheet.frame) + left_out,
            "left_out": left_out,
            "duplicates": len(sheet.frame) - len(frame),
            "masked": masked,
        },
        tuple(heading for heading in records.header if heading not in used),
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
    if year < FIRST_YEAR[stage]:
        raise _refused(
            sheet,
            f"holds {STAGES[stage]} results of {year}; they are read from "
            f"{FIRST_YEAR[stage]}, since earlier results are on another scale.",
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


def _source(header: tuple[str, ...], stage: str) -> str:
    """ "giap", "npd" or "other", by the marks of each layout."""
    headings = {heading.upper() for heading in header}
    prefix = f"{stage.upper()}_"
    prefixed = f"{prefix}UPN" in headings
    if prefixed and (stage != "ks4" or f"{prefix}CLA_12_MONTHS" in headings):
        return "npd"
    if any("PUPILMATCHINGREFANONYMOUS" in heading for heading in headings):
        return "npd"
    if prefixed or "PUPILMATCHINGREF" in headings or "NATRES" in headings or "NPDPUB" in headings:
        return "giap"
    return "other"


def _doubled(found: list[Results]) -> list[Problem]:
    seen: set[tuple[str, str]] = set()
    problems = []
    for result in found:
        key = (result.stage, result.academic_year)
        if key in seen:
            problems.append(
                Problem(
                    "results",
                    f"two files hold {STAGES[result.stage]} results of {result.academic_year}; "
                    "send one.",
                )
            )
        seen.add(key)
    return problems


def _with_notices(result: Results, more: list[str]) -> Results:
    fields = {name: getattr(result, name) for name in Results.__dataclass_fields__}
    return Results(**{**fields, "notices": (*result.notices, *more)})


def _refused(sheet: Sheet, message: str) -> Unusable:
    return Unusable([Problem(sheet.label, message)])


__all__ = ["IDENTITY", "Results", "read"]
