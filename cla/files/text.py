"""The text of a file, by its encoding, or the sentence that says why it has none."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from cla.files.upload import MAX_BYTES, Upload, refusal, too_large
from cla.problems import Unusable

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_CONTROL_BYTES = bytes(code for code in range(128) if _CONTROL.match(chr(code)))
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_MOJIBAKE = re.compile("[ÃÂ][\u0080-\u00bf\u0192\u2018-\u203a\u20ac\u2122]|â€")


@dataclass(frozen=True)
class Text:
    """A decoded file, the encoding it was read as, and what the reader should know about that."""

    content: str
    encoding: str
    notices: tuple[str, ...] = ()


def decode(upload: Upload) -> str:
    """The text of a file: UTF-8 with or without a BOM, UTF-16 with one, or Windows-1252.

    Raises Unusable for anything else by name: UTF-16 without BOM, UTF-32, NUL, control characters.
    """
    return read_text(upload).content


def read_text(upload: Upload) -> Text:
    """As ``decode``, with the encoding and any notice about it."""
    if len(upload.content) > MAX_BYTES:
        raise too_large(upload.label, MAX_BYTES)
    text = _decoded(upload)
    if not text.content.strip():
        raise refusal(upload.label, "is empty; export it again.")
    found = _control(text.content)
    if found:
        raise refusal(
            upload.label,
            f"holds a control character ({_named(found.group())}); export it again.",
            line=_line_of(text.content, found.start()),
        )
    if text.content.isascii():
        return text
    notices = text.notices
    garbled = _MOJIBAKE.search(text.content)
    if garbled:
        line = _line_of(text.content, garbled.start())
        notices += (
            f"{upload.label}, line {line:,}: accented letters look garbled, saved in the wrong "
            "encoding before the file came here; identifiers and dates are unaffected.",
        )
    return Text(unicodedata.normalize("NFC", text.content), text.encoding, notices)


def _control(content: str) -> re.Match[str] | None:
    if content.isascii():  # the usual file: counted in bytes, ten times as fast as the search
        raw = content.encode("ascii")
        if len(raw.translate(None, _CONTROL_BYTES)) == len(raw):
            return None
    return _CONTROL.search(content)


def _decoded(upload: Upload) -> Text:
    content = upload.content
    if content.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise refusal(upload.label, "is saved as UTF-32; save it as 'CSV UTF-8' and try again.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(upload, "utf-16", "UTF-16")
    if content.startswith(b"\xef\xbb\xbf"):
        return _strictly(upload, "utf-8-sig", "UTF-8")
    if b"\x00" in content:
        raise _nul(upload)
    try:
        return Text(content.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError:
        text = _strictly(upload, "cp1252", "UTF-8 or Windows-1252")
        notice = f"{upload.label}: read as Windows-1252, since it is not UTF-8."
        return Text(text.content, "Windows-1252", (notice,))


def _strictly(upload: Upload, codec: str, name: str) -> Text:
    try:
        return Text(upload.content.decode(codec), name)
    except UnicodeDecodeError:
        raise refusal(
            upload.label,
            f"holds bytes that are not {name}; save it as 'CSV UTF-8' and try again.",
        ) from None


def _nul(upload: Upload) -> Unusable:
    sample = upload.content[:4096]
    halves = (sample[0::2].count(0), sample[1::2].count(0))
    if max(halves) > len(sample) // 5:
        return refusal(
            upload.label,
            "looks like UTF-16 without a byte order mark; save it as 'CSV UTF-8' and try again.",
        )
    line = upload.content[: upload.content.index(0)].count(b"\n") + 1
    return refusal(
        upload.label, "holds NUL bytes; the file is damaged, export it again.", line=line
    )


def refuse_invisible(upload: Upload, content: str) -> None:
    found = None if content.isascii() else _INVISIBLE.search(content)
    if found:
        raise refusal(
            upload.label,
            f"holds an invisible character ({_named(found.group())}); type the value again.",
            line=_line_of(content, found.start()),
        )


def _line_of(content: str, position: int) -> int:
    before = content[:position].replace("\r\n", "\n")
    return before.count("\n") + before.count("\r") + 1


def _named(character: str) -> str:
    return f"U+{ord(character):04X}"
