"""Which column of a file means what, where people say it: shapes to choose by, and suggestions.

A mapping is remembered by the fingerprint of a file's headings, so the next file of the same layout
is read alike. Shapes say what sort of values a column holds and never show one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache

import pandas as pd

from cla.files import Records, Upload, read_records
from cla.files.xml import looks_like_xml
from cla.problems import Problem, Unusable
from cla.results.fields import Field, fields, signatures, unprefixed
from cla.upn import LETTERS, MASK

MAX_COLUMNS = 1500
"""An extract of the National Pupil Database can have over a thousand."""

_UPN = re.compile(f"[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]")
_DATE = re.compile(r"\d\d/\d\d/(\d\d)?\d\d|\d{4}-\d\d-\d\d")
_NUMBERED = re.compile(r" \(\d+\)$")
_SHAPES: tuple[tuple[str, str], ...] = (
    ("upn", rf"{_UPN.pattern}|{re.escape(MASK)}"),
    ("date", _DATE.pattern),
    ("year", r"20\d\d\s*[/-]\s*(20)?\d\d"),
    ("whole number", r"[-+]?\d{1,9}"),
    ("number", r"[-+]?(\d{1,9}(\.\d*)?|\.\d+)"),
    ("code", r"[A-Za-z0-9+-]{1,4}"),
)
_MOSTLY = 0.7
"""A column is of a shape when so many of its filled cells are."""

# Which shapes a field of each kind may have.
_FITS: Mapping[str, frozenset[str]] = {
    "upn": frozenset({"upn"}),
    "date": frozenset({"date"}),
    "year": frozenset({"year", "whole number"}),
    "sex": frozenset({"code", "text", "whole number"}),
    "digits": frozenset({"whole number", "text"}),
    "flag": frozenset({"whole number", "code"}),
    "score": frozenset({"whole number", "number", "code"}),
    "number": frozenset({"whole number", "number", "code"}),
    "level": frozenset({"code", "whole number"}),
    "code": frozenset({"code", "whole number", "text"}),
    "text": frozenset({"code", "text", "whole number"}),
}
_ALIKE = 0.72
"""Headings less alike than this are not suggested."""


@dataclass(frozen=True)
class ByHand:
    """What somebody said about files of one layout: the stage, and the heading of each field."""

    stage: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Known:
    """All that an authority said: by fingerprint of the headings, and by tuple of transfer files.

    A tuple ("KS2/ENG/REA/TT/NL") is a field of a stage. Files of one layout may hold several
    stages.
    """

    files: Mapping[str, tuple[ByHand, ...]] = field(default_factory=dict)
    tuples: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Shape:
    """What sort of values a column holds (upn, date, year, whole number, number, code, text,
    empty) and the share of its rows that are filled."""

    heading: str
    sort: str
    filled: float


def fingerprint(header: Sequence[str]) -> str:
    """What tells one layout from another: the headings, in any order and letter case.

    Headings that were doubled and numbered count in their order: that is all that tells them apart.
    """
    headings = [heading.strip().casefold() for heading in header]
    if not any(_NUMBERED.search(heading) for heading in headings):
        headings = sorted(headings)
    return hashlib.sha256("\n".join(headings).encode()).hexdigest()[:32]


def numbered_records(upload: Upload) -> Records:
    """The rows of a delimited file whose doubled headings are numbered. Raises Unusable.

    Refused beside what ``read_records`` refuses: XML, and a first line of data instead of headings.
    """
    if looks_like_xml(upload.content):
        raise Unusable([Problem(upload.label, "is XML; its columns cannot be named by hand.")])
    records = read_records(upload, max_columns=MAX_COLUMNS, number_doubled=True)
    if any(_is_data(heading) for heading in records.header):
        raise Unusable(
            [
                Problem(
                    upload.label,
                    "its first line holds data and no headings; add the headings, or export the "
                    "results again.",
                )
            ]
        )
    return records


def _is_data(cell: str) -> bool:
    """Whether a cell of the first line is somebody's data: a UPN, a date or a bare number."""
    return bool(
        _UPN.fullmatch(cell.strip().upper())
        or _DATE.fullmatch(cell.strip())
        or re.fullmatch(r"[-+.\d]+", cell.strip())
        or cell.strip() == MASK
    )


def shapes(records: Records) -> tuple[Shape, ...]:
    """The shape of every column, by the rows that are as wide as the heading."""
    rows = [row for row in records.rows if len(row) == len(records.header)]
    columns = zip(*rows, strict=True) if rows else [()] * len(records.header)
    return tuple(
        _shape(heading, pd.Series(cells, dtype="str").str.strip())
        for heading, cells in zip(records.header, columns, strict=True)
    )


def _shape(heading: str, cells: pd.Series) -> Shape:
    filled = cells[cells.notna() & (cells != "")]
    share = len(filled) / len(cells) if len(cells) else 0.0
    return Shape(heading, sort_of(filled), share)


def sort_of(filled: pd.Series) -> str:
    """What sort of values most of these are (text without empty cells); "empty" for none."""
    if filled.empty:
        return "empty"
    for sort, pattern in _SHAPES:
        if filled.str.upper().str.fullmatch(pattern, case=False).mean() >= _MOSTLY:
            return sort
    return "text"


def needed_fields(stage: str) -> tuple[str, ...]:
    """The fields that tell a file of the stage: the UPN, then those of every signature, once."""
    named = dict.fromkeys(name for group in signatures(stage) for name in group)
    return ("upn", *named)


def lacking(stage: str, named: Sequence[str]) -> tuple[bool, tuple[tuple[str, ...], ...]]:
    """Whether the UPN is still needed, and the groups of fields one of which is.

    No group once one is whole.
    """
    groups = signatures(stage)
    whole = any(set(group) <= set(named) for group in groups)
    return "upn" not in named, () if whole else groups


def suggestions(columns: Sequence[Shape], stage: str) -> dict[str, str]:
    """The heading that is probably meant by each field: alike in words, and of a fitting shape.

    Every heading once, the surest first. The UPN is also told by its shape alone.
    """
    core = {*needed_fields(stage), "dob", "sex", "surname", "forenames", "academic_year"}
    scored = [
        (score + (0.05 if name in core else 0), name, column.heading)
        for name, one in fields(stage).items()
        for column in columns
        if column.sort in _FITS[one.kind] or column.sort == "empty"
        if (score := _alike(column.heading, one, stage)) >= _ALIKE
    ]
    upns = [column.heading for column in columns if column.sort == "upn"]
    if len(upns) == 1:
        scored.append((2.0, "upn", upns[0]))
    found: dict[str, str] = {}
    for _, name, heading in sorted(scored, key=lambda each: (-each[0], each[1], each[2])):
        if name not in found and heading not in found.values():
            found[name] = heading
    return found


def suggested_tuple(kind: str) -> tuple[str, str] | None:
    """The field whose DfE heading is made of the subject and component of a tuple: COM_E02."""
    stage, subject, component, *_ = kind.split("/")
    for name in _TUPLE_STAGES.get(stage, ()):
        for one in fields(name).values():
            if f"{subject}_{component}" in one.headings:
                return name, one.name
    return None


_TUPLE_STAGES = {"EYF": ("eyfsp",), "KS1": ("phonics", "ks1"), "KS2": ("mtc", "ks2")}

_SYNONYMS = {
    "reading": "read", "rea": "read", "writing": "writ", "wri": "writ", "write": "writ",
    "maths": "mat", "math": "mat", "mathematics": "mat", "arithmetic": "mat",
    "grammar": "gps", "spag": "gps", "gaps": "gps", "science": "sci",
    "gender": "sex", "birth": "dob", "birthdate": "dob", "unique": "upn",
    "forename": "forenames", "first": "forenames", "given": "forenames",
    "last": "surname", "family": "surname", "teacher": "ta", "assessment": "ta",
    "marks": "mark", "scores": "score", "result": "outcome", "a8": "att8", "p8": "p8",
    "attainment": "att8", "progress": "prog", "pts": "points",
}  # fmt: skip
_STOP = {
    "of", "the", "in", "and", "or", "for", "at", "a", "number", "pupil", "date", "name", "8",
    "punctuation", "spelling", "test", "scaled", "level", "to", "2014", "15", "above", "reached",
}  # fmt: skip


@cache
def _words(text: str) -> frozenset[str]:
    """The telling words of a heading: one spelling each, without years."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    raw = re.findall(r"[a-z]+\d*|\d+", parted.casefold())
    words = (_SYNONYMS.get(word, word) for word in raw if not re.fullmatch(r"20\d\d", word))
    return frozenset(word for word in words if word not in _STOP)


def _alike(heading: str, one: Field, stage: str) -> float:
    """How alike a heading is to the names of a field, 0 to 1."""
    bare = re.sub(r"[^A-Z0-9]", "", unprefixed(heading, stage))
    letters = max(
        (
            SequenceMatcher(None, bare, re.sub(r"[^A-Z0-9]", "", alias)).ratio()
            for alias in one.headings
        ),
        default=0.0,
    )
    own = _words(heading)
    by_words = max(
        _shared(own, _words(name)) for name in (one.name.replace("_", " "), one.title, *one.human)
    )
    return max(by_words, letters if letters >= 0.9 else 0.0)


def _shared(first: frozenset[str], second: frozenset[str]) -> float:
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))
