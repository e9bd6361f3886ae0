"""The sheets of an Excel workbook (.xlsx) as rows of cells, or the sentence that refuses it.

The reader is calamine, which keeps a sheet as one block from its first to its last cell: a cell in
the last row and column of an otherwise empty sheet would be a block of 17 billion cells. So the
packed parts are counted, and cells far out looked for, before a workbook is handed over.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

import python_calamine

from cla.files import MAX_BYTES, Upload
from cla.files.archives import MAX_MEMBERS, MAX_RATIO, RATIO_FREE
from cla.problems import Problem, Unusable

MAX_UNPACKED = 2 * MAX_BYTES
OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # also every workbook with a password
_ZIP = b"PK\x03\x04"
_MARK = b"[Content_Types].xml"
_FAR_OUT = re.compile(  # a row from 30,000 on, or a column after DZ
    rb"""\sr\s*=\s*["']\s*(?:[A-Za-z]{3}|[E-Ze-z][A-Za-z]|[A-Za-z]{0,2}0*(?:[3-9]\d{4}|\d{6}))"""
)
_DAMAGED = "is damaged or no Excel workbook; open it in Excel, save it as .xlsx and try again."


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name and its rows of cells (text, numbers, dates; "" for an empty one)."""

    name: str
    rows: list[list[Any]]


def is_workbook(content: bytes) -> bool:
    """Whether these bytes are an Excel or other Office file rather than text or a plain ZIP."""
    return content.startswith(OLD_EXCEL) or (content.startswith(_ZIP) and _MARK in content)


def sheets(upload: Upload) -> list[Sheet]:
    """The worksheets of a workbook, in its order. Raises Unusable."""
    _check(upload)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(upload.content)) as book:
            return [
                Sheet(sheet.name, book.get_sheet_by_name(sheet.name).to_python())
                for sheet in book.sheets_metadata
                if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError):
        raise _refusal(upload, _DAMAGED) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a fault inside calamine arrives here
            raise
        raise _refusal(upload, _DAMAGED) from None


def _refusal(upload: Upload, message: str) -> Unusable:
    return Unusable([Problem(upload.label, message)])


def _check(upload: Upload) -> None:
    if len(upload.content) > MAX_BYTES:
        raise _refusal(upload, f"is larger than {MAX_BYTES >> 20} MB, the most that is read.")
    if upload.content.startswith(OLD_EXCEL):
        raise _refusal(
            upload,
            "is an old Excel file (.xls) or protected by a password; save it as .xlsx without one.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(upload.content)) as archive:
            _check_parts(upload, archive)
    except (
        *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError),
        *(NotImplementedError, RuntimeError, OverflowError),
    ):
        raise _refusal(upload, _DAMAGED) from None


def _check_parts(upload: Upload, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise _refusal(upload, "is no Excel workbook of the kind .xlsx; save it as one.")
    if len(parts) > 10 * MAX_MEMBERS:
        raise _refusal(upload, "has far more parts than a list of providers; it was not read.")
    total = 0
    for part in parts:
        content = _unpacked(upload, archive, part, MAX_UNPACKED - total)
        total += len(content)
        _check_extent(upload, content)


def _unpacked(
    upload: Upload, archive: zipfile.ZipFile, part: zipfile.ZipInfo, allowance: int
) -> bytes:
    """The unpacked bytes, counted while they stream: a ZIP is not believed about its sizes."""
    chunks: list[bytes] = []
    size = 0
    packed = max(1, min(part.compress_size, len(upload.content)))
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            size += len(chunk)
            if size > allowance or (size > RATIO_FREE and size > MAX_RATIO * packed):
                raise _refusal(upload, "unpacks to far more than a list of providers; not read.")
            chunks.append(chunk)
    return b"".join(chunks)


def _check_extent(upload: Upload, content: bytes) -> None:
    if b"sheetData" in content and _FAR_OUT.search(content):
        raise _refusal(
            upload,
            "has a sheet with cells far to the right or far down; delete what is outside the "
            "list and save it again.",
        )
