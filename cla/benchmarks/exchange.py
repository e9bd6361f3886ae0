"""The exchange file: the cells that an authority shares, as one small text file.

``docs/benchmark-exchange.md`` describes it so that others can write one. ``read_exchange`` trusts
nothing: whatever cannot be right is refused in one sentence, with the line.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from cla import authorities
from cla.authorities import Authority
from cla.benchmarks import exchange_checks
from cla.benchmarks.cells import COLUMNS, HELD, KEY, NUMBERS, SHOWN, UNIT, as_cells
from cla.files import Upload, read_text
from cla.problems import Problem, Unusable

FORMAT, VERSION = "cla-benchmark-cells", 1
RULES = "exchange-1"
COHORT = "looked after 12 months at 31 March"
MAX_BYTES = 4 * 1024**2
MAX_CELLS = 40_000
BODY = (*KEY, *NUMBERS, "held")
"""The headings of the cells, in this order."""
_HEADER = re.compile(r"# *([a-z0-9-]{1,32}): *(.{0,200})", re.ASCII)
_YEAR = re.compile(r"20[0-9]{2}/[0-9]{2}", re.ASCII)
_WHOLE = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_NUMBER = re.compile(r"(-?)([0-9]{1,9})(?:\.([0-9]{1,8}))?", re.ASCII)


@dataclass(frozen=True, eq=False)
class Exchange:
    """A file of shared figures that was read: whose, made when, of which years, its cells.

    ``frame`` has the columns of ``cells.COLUMNS``; ``notices`` is what to know of the reading.
    """

    la: str
    made: date
    years: tuple[str, ...]
    version: int
    frame: pd.DataFrame
    notices: tuple[str, ...] = ()


def write_exchange(cells: pd.DataFrame, la: str, made: date) -> bytes:
    """The file of an authority's cells (columns of ``cells.COLUMNS``), made on a day.

    The same cells and day give the same bytes. Raises ValueError for cells of another authority
    and Unusable for cells that no reader would take.
    """
    authority = authorities.find(la)
    if set(cells["la"]) - {authority.la}:
        raise ValueError("these cells are of another authority")
    rows = cells.assign(**{name: cells[name].astype("str") for name in KEY})
    rows = rows.sort_values(list(KEY), ignore_index=True)
    years = sorted(set(rows["academic_year"]))
    header = {
        "format": FORMAT,
        "version": str(VERSION),
        "authority": authority.la,
        "made-on": made.isoformat(),
        "years": " ".join(years),
        "cohort": COHORT,
        "rules": RULES,
        "cells": str(len(rows)),
    }
    lines = [f"# {name}: {value}" for name, value in header.items()]
    body = _body(rows)
    said = f"# sha256: {_checksum([*lines, *body])}"
    content = "\n".join([*lines, said, *body, ""]).encode("ascii")
    read_exchange(Upload("the figures to share", content))
    return content


def _body(rows: pd.DataFrame) -> list[str]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(BODY)
    columns = [rows[name].tolist() for name in KEY]
    columns.append(["" if n is pd.NA else str(n) for n in rows["n"].tolist()])
    columns += [[_decimal(value) for value in rows[name].tolist()] for name in NUMBERS[1:]]
    columns.append(rows["held"].astype("str").tolist())
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue().splitlines()


def _decimal(units: object) -> str:
    """A whole number of 1e-8 as a decimal number without needless zeros: "17", "1634.25"."""
    if units is pd.NA:
        return ""
    whole, rest = divmod(abs(int(units)), UNIT)  # type: ignore[call-overload]
    sign = "-" if int(units) < 0 else ""  # type: ignore[call-overload]
    return f"{sign}{whole}.{rest:08d}".rstrip("0").rstrip(".")


def _checksum(lines: Sequence[str]) -> str:
    """SHA-256 of the lines, each ended by one line feed; the line that states it is not among
    them."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def read_exchange(upload: Upload, own: str = "", today: date | None = None) -> Exchange:
    """The cells of a file, each checked. Raises Unusable, one clear sentence a fault.

    ``own`` is the authority that loads it: its own file is refused, and files of invented
    authorities by real ones (and the other way round). ``today`` refuses a file of the future.
    """
    if len(upload.content) > MAX_BYTES:
        limit = MAX_BYTES // 1024**2
        raise _refused(upload, f"is larger than {limit} MB, more than any file of shared figures.")
    if upload.content.startswith(b"PK"):
        raise _refused(upload, "is a ZIP or a workbook; load the text file as it was made.")
    lines = read_text(upload).content.splitlines()
    header, body, notices = _parts(upload, lines)
    _check_format(upload, header, lines)
    authority = _authority(upload, header["authority"], own)
    made = _day(upload, header["made-on"], today)
    years = _years(upload, header["years"], made)
    if header["rules"] != RULES:
        raise _refused(
            upload, f"was made by other rules for small numbers than {RULES}; ask for a new one."
        )
    if header["cohort"] != COHORT:
        raise _refused(upload, f"is of other children than those {COHORT}; ask for a new one.")
    frame, at = _cells(upload, body, len(lines) - len(body), header["cells"])
    problem = exchange_checks.problem(frame, years)
    if problem is not None:
        row, sentence = problem
        raise _refused(upload, sentence, None if row is None else at[row])
    cells = as_cells(frame.assign(la=authority.la)[list(COLUMNS)])
    return Exchange(authority.la, made, years, VERSION, cells, notices)


_NEEDED = ("version", "authority", "made-on", "years", "cohort", "rules", "cells", "sha256")


def _parts(
    upload: Upload, lines: Sequence[str]
) -> tuple[Mapping[str, str], Sequence[str], tuple[str, ...]]:
    """The header by name, the lines of the body, and what was passed over."""
    if not lines or lines[0].strip() != f"# format: {FORMAT}":
        raise _refused(
            upload,
            f"is not a file of shared figures: its first line is not “# format: {FORMAT}”.",
        )
    header: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.startswith("#"):
            break
        found = _HEADER.fullmatch(line.rstrip())
        if found is None:
            raise _refused(upload, "is not a line “# name: value”; ask for a new file.", number)
        if found[1] in header:
            raise _refused(upload, f"says “{found[1]}” twice; ask for a new file.", number)
        header[found[1]] = found[2]
    others = [name for name in header if name not in (*_NEEDED, "format")]
    notices = (f"Lines passed over at the top: {', '.join(others)}.",) if others else ()
    return header, lines[len(header) :], notices


def _check_format(upload: Upload, header: Mapping[str, str], lines: Sequence[str]) -> None:
    """Refuse other versions, a header that lacks something, and a damaged file, in this order."""
    version = header.get("version", "")
    if not _WHOLE.fullmatch(version):
        raise _refused(upload, "does not say its version in whole numbers; ask for a new file.")
    if int(version) > VERSION:
        raise _refused(
            upload,
            f"is of version {version} of the format and this program reads up to {VERSION};"
            " update the program, or ask for a file of an earlier version.",
        )
    lacking = [name for name in _NEEDED if name not in header]
    if lacking:
        raise _refused(upload, f"does not say “{lacking[0]}” at its top; ask for a new file.")
    kept = [line for line in lines if not line.startswith("# sha256:")]
    if header["sha256"] != _checksum(kept):
        raise _refused(
            upload,
            "was changed or damaged after it was made (its checksum does not fit); ask for it"
            " again, and do not save it from a spreadsheet.",
        )


def _authority(upload: Upload, code: str, own: str) -> Authority:
    try:
        found = authorities.find(code)
    except authorities.UnknownAuthorityError:
        raise _refused(upload, "is of an authority that this program does not know.") from None
    if found.la != code:
        raise _refused(upload, "does not name its authority by its nine-character ONS code.")
    if not own:
        return found
    mine = authorities.find(own)
    if found.la == mine.la:
        raise _refused(
            upload, f"is your own authority's ({mine.name}): its children are counted already."
        )
    if found.demo != mine.demo:
        raise _refused(
            upload,
            f"is of {found.name}: invented authorities of the demonstration and real ones are not"
            " put together.",
        )
    return found


def _day(upload: Upload, text: str, today: date | None) -> date:
    try:
        made = date.fromisoformat(text)
    except ValueError:
        raise _refused(upload, "does not say the day it was made as 2026-06-05.") from None
    if today is not None and made > today:
        raise _refused(upload, "says it was made on a day that is still to come.")
    return made


def _years(upload: Upload, text: str, made: date) -> tuple[str, ...]:
    years = tuple(text.split())
    wrong = [
        year
        for year in years
        if not _YEAR.fullmatch(year)
        or (int(year[2:4]) + 1) % 100 != int(year[5:])
        or int(year[:4]) >= made.year
    ]
    if wrong or not years or list(years) != sorted(set(years)):
        raise _refused(
            upload,
            "does not list academic years such as 2024/25, each once, in order and begun in a"
            " year before it was made.",
        )
    return years


def _cells(
    upload: Upload, body: Sequence[str], before: int, stated: str
) -> tuple[pd.DataFrame, list[int]]:
    """The rows of the body as cells, and the line of each. Raises Unusable."""
    if not body or body[0] != ",".join(BODY):
        raise _refused(upload, f"does not have the headings {','.join(BODY)}.", before + 1)
    rows, at = [], []
    for number, line in enumerate(body[1:], start=before + 2):
        if not line:
            continue
        row = line.split(",")
        if len(row) != len(BODY):
            raise _refused(upload, f"does not have {len(BODY)} fields.", number)
        rows.append(row)
        at.append(number)
        if len(rows) > MAX_CELLS:
            raise _refused(upload, f"has more than {MAX_CELLS:,} cells, more than can be shared.")
    if stated != str(len(rows)):
        raise _refused(upload, "has another number of cells than it says at its top.")
    if not rows:
        raise _refused(upload, "has no cells; there is nothing to load.")
    text = pd.DataFrame(rows, columns=list(BODY), dtype="str")
    wrong = ~text["held"].isin([SHOWN, HELD])
    if wrong.any():
        first = at[int(wrong.to_numpy().argmax())]
        raise _refused(upload, "is marked neither as shown nor as withheld (c).", first)
    numbers = {
        name: pd.array(
            [
                _units(upload, value, name, number)
                for value, number in zip(text[name].tolist(), at, strict=True)
            ],
            dtype="Int64",
        )
        for name in NUMBERS
    }
    return text.assign(**numbers), at


def _units(upload: Upload, text: str, name: str, line: int) -> int | None:
    """A number of the file in units of 1e-8 (children in children); None when blank."""
    if not text:
        return None
    if name == "n":
        if not _WHOLE.fullmatch(text):
            raise _refused(upload, "has a number of children that is not a whole number.", line)
        return int(text)
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise _refused(upload, f"has a {name} that is not a number of up to 8 decimals.", line)
    units = int(found[2]) * UNIT + int((found[3] or "0").ljust(8, "0"))
    return -units if found[1] else units


def _refused(upload: Upload, message: str, line: int | None = None) -> Unusable:
    return Unusable([Problem(upload.label, message, line=line)])
