"""The files of a download: data sets, and what comes with them and is set aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cla.files import Table, Upload, decode, heading, open_uploads, table
from cla.problems import Unusable

MAX_COLUMNS = 400
_RELEASE = re.compile(r"(?:reporting|academic) year 20\d\d(?:/\d\d)?", re.IGNORECASE)
_FIRST_LINES = 12
_COLUMN_LISTS = {"col_name", "col_type"}
GUIDANCE = "is DfE's data guidance, words about the data sets."
COLUMN_LIST = "is a list of columns that goes with a data set."


@dataclass(frozen=True)
class Opened:
    """One file. ``aside`` says what it is when it is no data set."""

    upload: Upload
    aside: str

    def table(self) -> Table:
        """Its rows as text. Raises Unusable."""
        return table(self.upload, max_columns=MAX_COLUMNS)


def opened(uploads: Sequence[Upload] | Upload) -> tuple[list[Opened], str]:
    """The files, those of ZIPs with their folders as well, and the release that the guidance among
    them names ("Reporting year 2025"), "" when none does. Raises Unusable."""
    found = open_uploads(uploads, folders=True)
    files = [Opened(upload, _aside(upload)) for upload in found]
    named = [_release(file.upload) for file in files if file.aside == GUIDANCE]
    return files, next(filter(None, named), "")


def _aside(upload: Upload) -> str:
    """What a file is that goes with data sets; "" for one that is to be read."""
    try:
        cells = {cell.casefold() for cell in heading(upload)}
    except Unusable:
        return ""  # reading it tells what is wrong
    if "time_period" in cells:
        return ""
    if cells >= _COLUMN_LISTS:
        return COLUMN_LIST
    named = re.search(r"(^|[/\\])data-guidance", upload.name.casefold())
    return GUIDANCE if named or upload.name.casefold().endswith(".txt") else ""


def _release(upload: Upload) -> str:
    """The release a guidance is of, from a line of its beginning that says nothing else."""
    lines = [line.strip() for line in decode(upload).splitlines()]
    for line in [line for line in lines if line][:_FIRST_LINES]:
        found = _RELEASE.fullmatch(line)
        if found:
            return f"{line[0].upper()}{line[1:].lower()}"
    return ""
