"""Tables as the bytes of files, the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from cla.files import Upload

_WHEN = (2026, 4, 1, 0, 0, 0)  # written into the ZIP in place of the time of day


@dataclass(frozen=True)
class DemoFile:
    """A file that the Import page offers: its name, what it is, and its bytes when asked for."""

    name: str
    label: str
    mime: str
    make: Callable[[], bytes]


def csv(name: str, frame: pd.DataFrame) -> Upload:
    """A frame of text as a CSV file in UTF-8; missing cells are empty."""
    return Upload(name, frame.to_csv(index=False, lineterminator="\r\n").encode("utf-8"))


def as_zip(uploads: Iterable[Upload]) -> bytes:
    """The files in one flat ZIP."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for upload in uploads:
            entry = zipfile.ZipInfo(upload.name, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, upload.content)
    return packed.getvalue()
