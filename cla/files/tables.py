"""Delimited text cut into rows of one width, and into frames of text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as arrow_csv

from cla.files.headings import is_heading
from cla.files.text import Text, read_text, refuse_invisible
from cla.files.upload import Upload, refusal
from cla.problems import Problem, Unusable

MAX_FIELD = 131_072
MAX_ROWS = 1_000_000
MAX_SHOWN = 20  # problems of one kind listed for one file

_MISSING = pa.scalar(None, type=pa.large_string())


@dataclass(frozen=True)
class Records:
    """The rows of a delimited file, of whatever width, and the line each begins on."""

    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A delimited file as a frame of trimmed text; an empty field is missing."""

    name: str
    header: tuple[str, ...]
    frame: pd.DataFrame
    lines: pd.Series
    notices: tuple[str, ...] = ()


def read_records(
    upload: Upload,
    delimiter: str | None = None,
    max_columns: int = 64,
    max_rows: int = MAX_ROWS,
    text: Text | None = None,
    number_doubled: bool = False,
) -> Records:
    """The heading and the rows of a delimited file, whatever their width. Raises Unusable.

    ``delimiter`` None takes the comma, tab, semicolon or bar that the heading uses most. Blank
    lines are left out, and rows of nothing but delimiters with a notice. Refused: an unclosed
    quote, a field over 131,072 characters, blank or doubled headings, more than ``max_columns``
    headings or ``max_rows`` rows. ``number_doubled``: of doubled headings the later ones get a
    number ("Outcome (2)") instead.
    """
    text = text or read_text(upload)
    delimiter = delimiter or _delimiter(text.content)
    rows, lines, blank = _cut(upload, text.content, delimiter)
    if not rows:
        raise refusal(upload.label, "is empty; export it again.")
    header_line = lines[0]
    header = [heading.strip() for heading in rows[0]]
    if number_doubled:
        header = _numbered(header)
    _check_header(upload, header, header_line, max_columns)
    if len(rows) - 1 > max_rows:
        raise refusal(
            upload.label, f"has {len(rows) - 1:,} rows, more than the {max_rows:,} that are read."
        )
    repeat = next(
        (i for i, row in enumerate(rows[1:], 1) if row[0] == rows[0][0] and row == rows[0]), None
    )
    if repeat is not None:
        raise refusal(
            upload.label,
            "repeats the heading row; two files seem to be pasted together, send them one by one.",
            line=lines[repeat],
        )
    notices = text.notices + _blank_rows(upload, blank)
    return Records(tuple(header), rows[1:], lines[1:], notices)


def heading(upload: Upload, delimiter: str | None = None) -> tuple[str, ...]:
    """The cells of the first line that holds any, as they are: also of a file ``table`` refuses.

    Raises Unusable only where there is no text or no first line to read.
    """
    content = read_text(upload).content.lstrip("\r\n ")
    first = re.split(r"[\r\n]", content, maxsplit=1)[0]
    cells, _, _ = _cut(upload, first, delimiter or _delimiter(first))
    if not cells:
        raise refusal(upload.label, "is empty; export it again.")
    return tuple(cell.strip() for cell in cells[0])


def _blank_rows(upload: Upload, lines: Sequence[int]) -> tuple[str, ...]:
    """A notice that names the lines of rows without a value, the first 20."""
    if not lines:
        return ()
    named = ", ".join(f"{line:,}" for line in lines[:MAX_SHOWN])
    more = f" and {len(lines) - MAX_SHOWN:,} more" if len(lines) > MAX_SHOWN else ""
    if len(lines) == 1:
        return (f"{upload.label}, line {named}: the row holds no value and was left out.",)
    return (f"{upload.label}, lines {named}{more}: the rows hold no value and were left out.",)


def _delimiter(content: str) -> str:
    first = content.lstrip("\r\n ").split("\n", 1)[0].split("\r", 1)[0]
    return max(",\t;|", key=first.count)


def _cut(
    upload: Upload, content: str, delimiter: str
) -> tuple[list[list[str]], list[int], list[int]]:
    """Rows that hold anything, the line each begins on, and the lines of rows without a value."""
    rows: list[list[str]] = []
    lines: list[int] = []
    blank: list[int] = []
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for row in reader:
            if row and (row[0].strip() or any(field.strip() for field in row)):
                rows.append(row)
                lines.append(begins)
            elif row:
                blank.append(begins)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise refusal(upload.label, _csv_reason(error), line=begins) from None
    return rows, lines, blank


def _csv_reason(error: csv.Error) -> str:
    if "field larger" in str(error):
        return (
            f"a field begins here that is longer than {MAX_FIELD:,} characters; "
            "a quotation mark may be missing."
        )
    return "a quotation mark is opened and not closed, or is followed by text; correct this line."


def _numbered(header: list[str]) -> list[str]:
    """The headings, each after the first of its name with a number; blank ones as they are."""
    taken = {heading.casefold() for heading in header}
    seen: set[str] = set()
    numbered = []
    for heading in header:
        name, count = heading, 1
        while heading and name.casefold() in seen:
            count += 1
            name = f"{heading} ({count})"
            if name.casefold() in taken:  # a heading of the file that has this number already
                name = heading
        seen.add(name.casefold())
        numbered.append(name)
    return numbered


def _check_header(upload: Upload, header: list[str], line: int, max_columns: int) -> None:
    if len(header) > max_columns:
        raise refusal(
            upload.label,
            f"has {len(header):,} columns, more than the {max_columns} that are read.",
            line=line,
        )
    if "" in header:
        raise refusal(
            upload.label,
            f"column {header.index('') + 1} has no heading; name it, or delete the empty column.",
            line=line,
        )
    doubled = [name for name, count in Counter(map(str.casefold, header)).items() if count > 1]
    if doubled:
        same = [name for name in header if name.casefold() in doubled[:3]]
        names = ", ".join(name if is_heading(name) else "a value, not a heading" for name in same)
        raise refusal(
            upload.label, f"has the same heading more than once ({names}); keep one.", line=line
        )


def wrong_width(upload: Upload, width: int, found: Sequence[tuple[int, int]]) -> list[Problem]:
    """A sentence for each (line, number of fields) that differs from ``width``, the first 20."""
    problems = [
        Problem(
            upload.label,
            f"has {fields} fields where the heading has {width}; "
            + (
                "look for a comma inside a value."
                if fields > width
                else "a value or a comma is missing."
            ),
            line=line,
        )
        for line, fields in found[:MAX_SHOWN]
    ]
    if len(found) > MAX_SHOWN:
        more = len(found) - MAX_SHOWN
        problems.append(Problem(upload.label, f"and {more:,} more rows of the wrong width."))
    return problems


def rows(
    upload: Upload, delimiter: str = ",", max_columns: int = 64
) -> tuple[tuple[str, ...], list[list[str]], list[int]]:
    """Heading, rows and their line numbers, every row as wide as the heading. Raises Unusable."""
    records = read_records(upload, delimiter, max_columns)
    _refuse_ragged(upload, records)
    return records.header, records.rows, records.lines


def _refuse_ragged(upload: Upload, records: Records) -> None:
    width = len(records.header)
    if set(map(len, records.rows)) <= {width}:
        return
    found = [
        (line, len(row))
        for row, line in zip(records.rows, records.lines, strict=True)
        if len(row) != width
    ]
    raise Unusable(wrong_width(upload, width, found))


def table(
    upload: Upload,
    delimiter: str | None = None,
    max_columns: int = 64,
    max_rows: int = MAX_ROWS,
    header_only: bool = False,
    invisible: bool = False,
) -> Table:
    """A delimited file as a frame of text, every row checked for width. Raises Unusable.

    Values are trimmed and otherwise as sent; an empty field is missing. A file of headings alone is
    refused unless ``header_only``; zero-width and direction characters unless ``invisible``.
    """
    text = read_text(upload)
    if not invisible:
        refuse_invisible(upload, text.content)
    plain = _plain(upload, text, delimiter or _delimiter(text.content), max_columns, max_rows)
    if plain is not None:
        return plain
    records = read_records(upload, delimiter, max_columns, max_rows, text)
    _refuse_ragged(upload, records)
    if not records.rows and not header_only:
        raise refusal(upload.label, "has headings and no rows; export it again, or leave it out.")
    return as_table(upload, records)


def as_table(upload: Upload, records: Records) -> Table:
    """Records of equal width as a Table."""
    columns = zip(*records.rows, strict=True) if records.rows else [()] * len(records.header)
    arrays = [pa.array(values, type=pa.large_string()) for values in columns]
    return _tabulated(upload, records.header, arrays, records.lines, records.notices)


def _plain(
    upload: Upload, text: Text, delimiter: str, max_columns: int, max_rows: int
) -> Table | None:
    """The table of a file without quotes, blank lines or surprises, twice as fast.

    None when anything is unusual: the careful path then reads the file, or says what is wrong.
    """
    content = text.content
    if '"' in content:
        return None
    if "\r" in content:
        content = content.replace("\r\n", "\n").replace("\r", "\n")
    lines = content.rstrip("\n").split("\n")
    header = [heading.strip() for heading in lines[0].split(delimiter)]
    width = len(header)
    if (
        not 1 < len(lines) <= max_rows + 1
        or not 1 < width <= max_columns
        or lines[0] in lines[1:]
        or max(map(len, lines)) > MAX_FIELD
        or "" in header
        or len({heading.casefold() for heading in header}) < width
    ):
        return None
    raw = "\n".join(lines[1:]).encode()
    try:
        body = arrow_csv.read_csv(
            io.BytesIO(raw),
            read_options=arrow_csv.ReadOptions(
                column_names=header, use_threads=False, block_size=len(raw) + 1
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, quote_char=False, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.large_string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:  # a row of another width
        return None
    columns = [column.combine_chunks() for column in body.columns]
    numbers = range(2, len(lines) + 1)
    padded = _may_be_padded(content, delimiter)
    result = _tabulated(upload, header, columns, numbers, text.notices, padded)
    return None if _has_blank_row(result.frame) else result


def _may_be_padded(content: str, delimiter: str) -> bool:
    """Whether a value may begin or end with white space, as in few files."""
    if not content.isascii() or (delimiter != "\t" and "\t" in content):
        return True
    letters = np.frombuffer(f"\n{content}\n".encode("ascii"), dtype=np.uint8)
    spaces = np.flatnonzero(letters == ord(" "))  # few: dates and codes have none
    beside = np.concatenate([letters[spaces - 1], letters[spaces + 1]])
    return bool(np.isin(beside, [ord(delimiter), ord("\n")]).any())


def _has_blank_row(frame: pd.DataFrame) -> bool:
    blank = np.ones(len(frame), dtype=bool)
    for name in frame.columns:
        blank &= frame[name].isna().to_numpy()
        if not blank.any():
            return False
    return True


def _tabulated(
    upload: Upload,
    header: Sequence[str],
    columns: Sequence[pa.Array],
    lines: Sequence[int],
    notices: tuple[str, ...],
    padded: bool = True,
) -> Table:
    """Trimmed text by heading; an empty field is missing. Not ``padded``: so already."""
    index = pd.RangeIndex(len(lines))
    clean = [_trimmed(values) if padded else values for values in columns]
    frame = pd.DataFrame(
        {name: pd.array(own, dtype="str") for name, own in zip(header, clean, strict=True)},
        index=index,
    )
    return Table(
        upload.name,
        tuple(header),
        frame,
        pd.Series(lines, index=index, dtype="int64", name="line"),
        notices,
    )


def _trimmed(values: pa.Array) -> pa.Array:
    trimmed = compute.utf8_trim_whitespace(values)
    return compute.if_else(compute.equal(trimmed, ""), _MISSING, trimmed)
