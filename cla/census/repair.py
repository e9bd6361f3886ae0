"""Rows of DfE's downloads, whose writer does not quote: a comma inside a name undone."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from cla.census.fields import plain
from cla.files import Records, Table, Upload, as_table, wrong_width
from cla.files.sheet import line_list, number_of
from cla.problems import Unusable
from cla.upn import LETTERS, MASK

_NAMES = {
    *("SURNAME", "FORENAME", "FORENAMES", "MIDDLENAMES", "PREFERREDSURNAME", "FORMERSURNAME"),
}
_UPN = re.compile(f"[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]")
_DATE = re.compile(r"\d\d/\d\d/\d{4}|\d{4}-\d\d-\d\d")
_SEX = re.compile(r"[MFUmfu12]|")


def rectangular(upload: Upload, records: Records) -> tuple[Table, list[str], int]:
    """Rows of one width, notices, and how many rows were left out.

    A comma inside a name is undone where that is certain; other rows of the wrong width are left
    out and named. Raises Unusable when more than half the rows are lost.
    """
    width = len(records.header)
    odd = [i for i, row in enumerate(records.rows) if len(row) != width]
    if not odd:
        return as_table(upload, records), [], 0
    mended = {i: repaired(records.header, records.rows[i]) for i in odd}
    lost = [i for i in odd if mended[i] is None]
    if len(lost) * 2 > len(records.rows):
        found = [(records.lines[i], len(records.rows[i])) for i in lost]
        raise Unusable(wrong_width(upload, width, found))
    rows = [mended.get(i, row) for i, row in enumerate(records.rows)]
    kept = [(row, records.lines[i]) for i, row in enumerate(rows) if row is not None]
    whole = Records(
        records.header, [row for row, _ in kept], [line for _, line in kept], records.notices
    )
    lines = pd.Series(records.lines)
    return as_table(upload, whole), _told(upload, lines, odd, lost, width), len(lost)


def _told(
    upload: Upload, lines: pd.Series, odd: list[int], lost: list[int], width: int
) -> list[str]:
    notices = []
    undone = [i for i in odd if i not in lost]
    if undone:
        notices.append(
            f"{upload.label}: a comma inside a name was undone on {line_list(lines[undone])}; "
            "names are not kept, nothing else is affected. The tab-separated file avoids this."
        )
    if lost:
        notices.append(
            f"{upload.label}: {number_of(len(lost), 'row')} left out, with more or fewer fields "
            f"than the heading ({width}): {line_list(lines[lost])}. Correct the file and send it "
            "again."
        )
    return notices


def repaired(header: Sequence[str], row: Sequence[str]) -> list[str] | None:
    """The row with the extra commas put back into the names, or None if that is not certain.

    Certain means: the names stand side by side, then sex and date of birth in either order; the
    UPN is well-formed (or masked) where the heading has it, before the names; sex and date of
    birth stand exactly as many fields too far right as the row has too many, and no date before.
    """
    extra = len(row) - len(header)
    place = {plain(heading): i for i, heading in enumerate(header)}
    names = sorted(place[name] for name in _NAMES if name in place)
    if extra < 1 or not names or not {"UPN", "DOB"} <= set(place):
        return None
    first, last, dob = names[0], names[-1], place["DOB"]
    sex = place.get("SEX", place.get("GENDER", dob))
    if names != list(range(first, last + 1)) or place["UPN"] >= first:
        return None
    if sorted({sex, dob}) != list(range(last + 1, last + 1 + len({sex, dob}))):
        return None
    value = row[place["UPN"]].strip().upper()
    if not (_UPN.fullmatch(value) or value == MASK):
        return None
    dates = [i for i in range(first, dob + extra + 1) if _DATE.fullmatch(row[i].strip())]
    if dates != [dob + extra] or (sex != dob and not _SEX.fullmatch(row[sex + extra].strip())):
        return None
    return [*row[:last], ", ".join(row[last : last + extra + 1]), *row[last + extra + 1 :]]
