"""From the files people have to results: one tidy row a pupil, a stage and an academic year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from cla.files import Records, Table, Upload, as_table, open_uploads, read_records, wrong_width
from cla.files.sheet import line_list, number_of
from cla.files.xml import looks_like_xml
from cla.problems import Problem, Unusable
from cla.results import ctf, transfer
from cla.results.fields import columns_of, recognised
from cla.results.mapping import MAX_COLUMNS, ByHand, Known, fingerprint
from cla.results.recognise import other_data_set, source_of, stage_of, without_upn
from cla.results.repair import repaired
from cla.results.tabled import Results, from_table
from cla.results.tidy import IDENTITY
from cla.stages import STAGES

Files = str | Path | Upload | Iterable[str | Path | Upload]
NOTHING_KNOWN = Known()


@dataclass(frozen=True)
class Surveyed:
    """What one file is: its results, or why it cannot be used, or what else it is (``other``).

    ``ways``: as what it was read because somebody said so before of files with its headings.
    ``header``: its headings, doubled ones numbered, of delimited text; ``tuples``: the kinds
    of results when it is a transfer file. ``unrecognised``: its headings are of no known layout.
    """

    upload: Upload
    results: tuple[Results, ...] = ()
    problems: tuple[Problem, ...] = ()
    other: str = ""
    ways: tuple[ByHand, ...] = ()
    header: tuple[str, ...] = ()
    tuples: tuple[ctf.Kind, ...] = ()
    unrecognised: bool = False


def read(
    files: Files,
    academic_year: str | None = None,
    *,
    stage: str | None = None,
    mapping: Mapping[str, str] | None = None,
    known: Known = NOTHING_KNOWN,
) -> tuple[Results, ...]:
    """Results from CSV or tab-separated files, transfer files (XML), or the ZIP they came in.

    Read are the six stages of ``cla.stages`` in the layouts of Get Information About Pupils, the
    National Pupil Database and "Check your performance measures", the stage told by its columns
    unless ``stage`` says it; ``mapping`` ({field: heading}) says by hand which heading is which
    field and needs ``stage``. ``known`` is what was said of layouts and tuples before: it wins over
    recognition. A file of several academic years is refused unless ``academic_year`` ("2024/25")
    says which; it also serves a file without a year. Data sets that are not results of pupils are
    set aside with a notice. Raises Unusable.
    """
    if mapping and stage is None:
        raise ValueError("a mapping is of the fields of one stage: say which")
    by_hand = (ByHand(stage, mapping or {}),) if stage else ()
    read_files = [
        _surveyed(upload, academic_year, known, by_hand) for upload in open_uploads(files)
    ]
    found = [result for file in read_files for result in file.results]
    others = [file.other for file in read_files if file.other]
    problems = [problem for file in read_files for problem in file.problems] + doubled(read_files)
    if not found and not problems:
        problems = [Problem("results", f"nothing to read: {' '.join(others)}")]
    if problems:
        raise Unusable(problems)
    return tuple(_with_notices(result, others if result is found[0] else []) for result in found)


def survey(
    files: Files, academic_year: str | None = None, *, known: Known = NOTHING_KNOWN
) -> tuple[Surveyed, ...]:
    """File by file what ``read`` would make of it, those of a ZIP one by one; refuses nothing."""
    given = [files] if isinstance(files, (str, Path, Upload)) else list(files)
    found: list[Surveyed] = []
    for each in given:
        try:
            uploads = open_uploads(each)
        except Unusable as refusal:
            upload = each if isinstance(each, Upload) else Upload(Path(each).name, b"")
            found.append(Surveyed(upload, problems=refusal.problems))
        else:
            found += [_surveyed(upload, academic_year, known, ()) for upload in uploads]
    return tuple(found)


def doubled(files: Sequence[Surveyed]) -> list[Problem]:
    """A problem for each stage and year that two files hold: nobody could say which is meant."""
    seen: set[tuple[str, str]] = set()
    problems = []
    for result in (result for file in files for result in file.results):
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


def _surveyed(
    upload: Upload, academic_year: str | None, known: Known, by_hand: tuple[ByHand, ...]
) -> Surveyed:
    try:
        if looks_like_xml(upload.content):
            return _transferred(upload, academic_year, known)
        return _delimited(upload, academic_year, known, by_hand)
    except Unusable as refusal:
        return Surveyed(upload, problems=refusal.problems)


def _transferred(upload: Upload, academic_year: str | None, known: Known) -> Surveyed:
    held = ctf.read(upload)
    file = Surveyed(upload, tuples=held.seen())
    try:
        return replace(file, results=transfer.results_of(held, academic_year, known.tuples))
    except Unusable as refusal:
        return replace(file, problems=refusal.problems)


def _delimited(
    upload: Upload, academic_year: str | None, known: Known, by_hand: tuple[ByHand, ...]
) -> Surveyed:
    records, doubles = _records(upload)
    remembered = known.files.get(fingerprint(records.header), ())
    file = Surveyed(upload, header=records.header, ways=() if by_hand else remembered)
    ways = by_hand or remembered
    if doubles is not None and not ways:
        return replace(file, problems=doubles.problems, unrecognised=True)
    try:
        stage = None if ways else stage_of(upload, records.header)
    except Unusable as refusal:
        return replace(file, problems=refusal.problems, unrecognised=True)
    try:
        if ways:
            results = [_by_hand(upload, records, academic_year, way) for way in ways]
            return replace(file, results=tuple(results))
        if stage is None:
            other = other_data_set(records.header)
            return replace(file, other=f"{upload.label} is {other}. It was set aside.")
        result = _from_records(upload, records, stage, None, academic_year)
    except Unusable as refusal:
        return replace(file, problems=refusal.problems)
    return replace(file, results=(result,))


def _records(upload: Upload) -> tuple[Records, Unusable | None]:
    """The rows; where headings are doubled, numbered, with the refusal of those headings."""
    try:
        return read_records(upload, max_columns=MAX_COLUMNS), None
    except Unusable as refusal:
        try:
            numbered = read_records(upload, max_columns=MAX_COLUMNS, number_doubled=True)
        except Unusable:
            raise refusal from None
        return numbered, refusal


def _by_hand(upload: Upload, records: Records, academic_year: str | None, way: ByHand) -> Results:
    result = _from_records(upload, records, way.stage, way.columns, academic_year)
    named = sum(bool(heading) for heading in way.columns.values())
    if not named:
        return result
    said = number_of(named, "column")
    notice = (
        f"{upload.label}: read as {STAGES[way.stage].title} by {said} that were named by hand for "
        "files with these headings."
    )
    return replace(result, notices=(notice, *result.notices))


def _from_records(
    upload: Upload,
    records: Records,
    stage: str,
    mapping: Mapping[str, str] | None,
    academic_year: str | None,
) -> Results:
    columns = columns_of(records.header, stage, mapping)
    _refuse_unknown(upload, records.header, stage, columns)
    table, notices, left_out = _rectangular(upload, records, columns)
    source = source_of(records.header, stage)
    result = from_table(table, stage, columns, academic_year, source, label=upload.label)
    counts = {**result.counts, "left_out": left_out, "rows": result.counts["rows"] + left_out}
    return replace(result, notices=(*notices, *result.notices), counts=counts)


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


def _with_notices(result: Results, more: list[str]) -> Results:
    return replace(result, notices=(*result.notices, *more))


__all__ = ["IDENTITY", "Results", "Surveyed", "doubled", "from_table", "read", "survey"]
