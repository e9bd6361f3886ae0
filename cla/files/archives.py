"""Files from disk and out of flat ZIPs, unpacked in memory and never written anywhere."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from cla.files.upload import MAX_BYTES, MEGABYTE, Upload, refusal, shown_name, too_large
from cla.problems import Problem, Unusable

MAX_TOTAL = 200 * MEGABYTE  # everything in one ZIP, unpacked
MAX_MEMBERS = 40
MAX_RATIO = 200  # unpacked to packed; counted from RATIO_FREE bytes on, since small files pack well
RATIO_FREE = 5 * MEGABYTE

_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_FOREIGN = {
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a database",
    b"PAR1": "a Parquet file",
}
_LITTER = {".ds_store", "thumbs.db", "desktop.ini"}
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)


def open_uploads(
    paths: str | Path | Upload | Iterable[str | Path | Upload], folders: bool = False
) -> list[Upload]:
    """The files behind paths and uploads, flat ZIPs unpacked in memory. Raises Unusable.

    What is a ZIP is decided by its first bytes, never by its name; member names are labels only.
    Files inside folders of a ZIP are refused, unless ``folders``.
    """
    given = [paths] if isinstance(paths, (str, Path, Upload)) else list(paths)
    if not given:
        raise Unusable([Problem("files", "no file was given; choose at least one.")])
    uploads: list[Upload] = []
    problems: list[Problem] = []
    for item in given:
        try:
            upload = item if isinstance(item, Upload) else _from_disk(Path(item))
            uploads += _opened(upload, folders)
        except Unusable as refusal:
            problems += refusal.problems
    if problems:
        raise Unusable(problems)
    return uploads


def _from_disk(path: Path) -> Upload:
    try:
        if path.is_dir():
            raise refusal(path.name, "is a folder; give the files in it.")
        if path.stat().st_size > MAX_BYTES:
            raise too_large(path.name, MAX_BYTES)
        return Upload(path.name, path.read_bytes())
    except (OSError, ValueError) as error:
        reason = "does not exist" if isinstance(error, FileNotFoundError) else "cannot be opened"
        raise refusal(
            path.name, f"this file {reason}; check the path and your access to it."
        ) from None


def _opened(upload: Upload, folders: bool) -> list[Upload]:
    if len(upload.content) > MAX_BYTES:
        raise too_large(upload.label, MAX_BYTES)
    if upload.content.startswith(_ZIP):
        return _unpacked(upload, folders)
    _refuse_foreign(upload)
    return [upload]


def _refuse_foreign(upload: Upload) -> None:
    for magic, kind in _FOREIGN.items():
        if upload.content.startswith(magic):
            raise refusal(
                upload.label, f"is {kind}, not a CSV file; export it as CSV and try again."
            )


def _unpacked(upload: Upload, folders: bool) -> list[Upload]:
    try:
        with zipfile.ZipFile(io.BytesIO(upload.content)) as archive:
            members = [member for member in archive.infolist() if not _is_litter(member)]
            _check_members(upload, members, folders)
            return _read_members(upload, archive, members)
    except _DAMAGE:
        raise refusal(
            upload.label, "the ZIP is damaged or incomplete; make it again and send the new one."
        ) from None


def _is_litter(member: zipfile.ZipInfo) -> bool:
    parts = _parts(member.filename)
    return (
        member.filename.endswith("/")
        or "__MACOSX" in parts
        or parts[-1].startswith("._")
        or parts[-1].lower() in _LITTER
    )


def _parts(filename: str) -> list[str]:
    return re.split(r"[/\\:]", filename)


def _check_members(
    upload: Upload, members: Sequence[zipfile.ZipInfo], folders: bool = False
) -> None:
    """Refuse what the directory of the ZIP already shows: too many, folders, doubles, locks."""
    zip_name = upload.label
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise refusal(zip_name, "is an Excel or Word file; save each sheet as CSV and try again.")
    if not members:
        raise refusal(zip_name, "the ZIP holds no files; put the CSV files in it.")
    if len(members) > MAX_MEMBERS:
        raise refusal(
            zip_name,
            f"the ZIP holds {len(members):,} files, more than the {MAX_MEMBERS} allowed; "
            "send only what is needed.",
        )
    problems = [
        Problem(
            f"{shown_name(member.filename)} (in {zip_name})",
            "is inside a folder; put the files at the top of the ZIP, without folders.",
        )
        for member in members
        if len(_parts(member.filename)) > 1 and not folders
    ]
    problems += _doubled_members(zip_name, members)
    problems += [
        Problem(
            f"{shown_name(member.filename)} (in {zip_name})",
            "is protected by a password; make the ZIP again without one.",
        )
        for member in members
        if member.flag_bits & 0x1
    ]
    problems += [
        Problem(
            f"{shown_name(member.filename)} (in {zip_name})",
            "is packed in an unusual way; make the ZIP again with Windows or 'deflate'.",
        )
        for member in members
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    ]
    if problems:
        raise Unusable(problems)


def _doubled_members(zip_name: str, members: Sequence[zipfile.ZipInfo]) -> list[Problem]:
    by_name: dict[str, list[str]] = {}
    for member in members:
        by_name.setdefault(_parts(member.filename)[-1].casefold(), []).append(
            shown_name(member.filename)
        )
    return [
        Problem(
            zip_name, f"holds the same file twice ({' and '.join(names)}); keep only one of them."
        )
        for names in by_name.values()
        if len(names) > 1
    ]


def _read_members(
    upload: Upload, archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]
) -> list[Upload]:
    opened: list[Upload] = []
    total = 0
    for member in members:
        content = _inflated(upload, archive, member, MAX_TOTAL - total)
        total += len(content)
        inner = Upload(member.filename, content, upload.name)
        if content.startswith(_ZIP):
            raise refusal(
                inner.label,
                "is itself a ZIP or an Excel file; put the CSV files directly into one ZIP.",
            )
        _refuse_foreign(inner)
        opened.append(inner)
    return opened


def _inflated(
    upload: Upload, archive: zipfile.ZipFile, member: zipfile.ZipInfo, allowance: int
) -> bytes:
    """The unpacked bytes, counted while they stream: a ZIP is not believed about its sizes."""
    label = Upload(member.filename, b"", upload.name).label
    chunks: list[bytes] = []
    size = 0
    packed = max(1, min(member.compress_size, len(upload.content)))
    with archive.open(member) as stream:
        while chunk := stream.read(MEGABYTE):
            size += len(chunk)
            if size > min(MAX_BYTES, allowance):
                raise too_large(label, MAX_BYTES if size > MAX_BYTES else MAX_TOTAL)
            if size > RATIO_FREE and size > MAX_RATIO * packed:
                raise refusal(
                    label,
                    "unpacks to far more than a return or results file does; it was not read.",
                )
            chunks.append(chunk)
    return b"".join(chunks)
