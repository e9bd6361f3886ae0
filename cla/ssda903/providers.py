"""Ofsted's lists of providers: every edition of the workbooks, and CSV, as one frame.

Columns: URN, PLACE_CODES and PROVIDER_CODES (codes separated by commas), REG_END (day on which the
registration ended), POSTCODE (capitals, no spaces), LA_CODE_INFERRED (authority in which the
postcode is, as PL_LA names it). A column that no sheet has is absent. The headings that each goes
by are data: ``data/reference/ssda903/providers/headings.csv``; what is known of the editions is in
docs/reference-lists.md.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from cla import files, reference
from cla.files import Upload, listed
from cla.files.sheet import number_of
from cla.problems import Problem, Unusable
from cla.ssda903 import directory, postcodes
from cla.ssda903.workbooks import is_workbook, sheets

COLUMNS = ("URN", "PLACE_CODES", "PROVIDER_CODES", "REG_END", "POSTCODE", "LA_CODE_INFERRED")
HEADING_WITHIN = 25
"""A heading row is looked for in so many rows from the top: titles and notes may stand above it."""
NOTHING = frozenset({"", "-", "–", "—", "N/A", "NA", "NONE", "NULL", "NOT APPLICABLE"})
_NUMBER = re.compile(r"[A-Z]{0,4}\d{1,8}")
_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")  # "Placement code (SSDA903)"
_CODE = re.compile(r"[^\s,;/&|+]+")
_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y")
_NAMES = {
    "PLACE_CODES": "placement codes",
    "PROVIDER_CODES": "provider codes (PR0 to PR5)",
    "POSTCODE": "a postcode",
}

One = str | Path | Upload | pd.DataFrame
Lists = One | Iterable[One]


@dataclass(frozen=True)
class Providers:
    """The list, one row a provider (several where lists disagree), and what to know about it."""

    frame: pd.DataFrame
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Source:
    """One sheet or CSV file: its name, and its known columns as they stand there."""

    label: str
    cells: pd.DataFrame


def read_providers(given: Lists) -> Providers:
    """The providers of one or several lists. Raises Unusable with a sentence for each bad one.

    A list is an Ofsted workbook (.xlsx), a CSV file or a ZIP of them, as path or Upload, or a
    frame. One frame alone is trusted and returned as it is.
    """
    if isinstance(given, pd.DataFrame):
        return Providers(given)
    items = [given] if isinstance(given, (str, Path, Upload)) else list(given)
    sources: list[_Source] = []
    problems: list[Problem] = []
    for item in items:
        try:
            sources += _sources(item)
        except Unusable as refused:
            problems += refused.problems
    if not items:
        problems.append(Problem("the provider list", "no file was given; choose at least one."))
    if problems:
        raise Unusable(problems)
    cleaned = [_cleaned(source) for source in sources]
    frame = _placed(_combined([own.frame for own in cleaned]))
    notices = [notice for own in cleaned for notice in own.notices]
    return Providers(frame, (*notices, *_gaps(frame)))


# The sheets


def _sources(item: One) -> list[_Source]:
    if isinstance(item, pd.DataFrame):
        cells = item.rename(columns={name: str(name).strip().upper() for name in item.columns})
        return [_Source("the provider list", cells[[n for n in COLUMNS if n in cells.columns]])]
    workbook = _workbook(item)
    if workbook is not None:
        return _of_workbook(workbook)
    return [_of_csv(upload) for upload in files.open_uploads([item])]


def _workbook(item: str | Path | Upload) -> Upload | None:
    """The item as an upload when it is an Excel file; None leaves it to the reader of text."""
    if isinstance(item, Upload):
        return item if is_workbook(item.content) else None
    path = Path(item)
    try:
        if not path.is_file() or path.stat().st_size > files.MAX_BYTES:
            return None
        content = path.read_bytes()
    except (OSError, ValueError):
        return None  # the reader of text says what is wrong with the path
    return Upload(path.name, content) if is_workbook(content) else None


def _of_workbook(upload: Upload) -> list[_Source]:
    found = []
    for sheet in sheets(upload):
        label = f"{upload.label}, sheet {files.shown_name(sheet.name)}"
        for at, row in enumerate(sheet.rows[:HEADING_WITHIN]):
            body = sheet.rows[at + 1 :]
            columns = _with_codes(_columns(label, [str(cell) for cell in row]), body)
            if len(columns) > 1:
                cells = {name: [cells[place] for cells in body] for name, place in columns.items()}
                found.append(_Source(label, pd.DataFrame(cells, dtype=object)))
                break
    if not found:
        raise Unusable(
            [
                Problem(
                    upload.label,
                    "is no list of providers: no sheet has a heading row with URN and one of "
                    f"{listed([f'{heading!r}' for heading in _ofsted_headings()])}.",
                )
            ]
        )
    return found


def _of_csv(upload: Upload) -> _Source:
    table = files.table(upload)
    body = table.frame.to_numpy(dtype=object, na_value="").tolist()
    columns = _with_codes(_columns(upload.label, table.header), body)
    if "URN" not in columns:
        raise Unusable(
            [
                Problem(
                    upload.label,
                    "is no list of providers: it needs the column URN, once, and may have "
                    f"{listed(COLUMNS[1:])}.",
                )
            ]
        )
    cells = {name: table.frame.iloc[:, place] for name, place in columns.items()}
    return _Source(upload.label, pd.DataFrame(cells))


def _columns(label: str, row: Sequence[str]) -> dict[str, int]:
    """Where the known columns stand in a heading row; empty when it has no URN. Raises Unusable."""
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(row):
        places.setdefault(_folded(cell), []).append(place)
    found: dict[str, int] = {}
    for name, heading in _headings():
        own = places.get(heading, [])
        if len(own) > 1:
            message = "stands there twice; keep only one of them."
            raise Unusable([Problem(label, message, column=row[own[0]].strip())])
        if own:
            found.setdefault(name, own[0])
    return found if "URN" in found else {}


def _with_codes(columns: dict[str, int], body: Sequence[Sequence[Any]]) -> dict[str, int]:
    """The columns, with those of codes found by their cells where no heading tells them.

    A heading of an edition never seen may read otherwise; what stands under it are the codes of the
    return, and nothing else. Two such columns leave it open which is meant.
    """
    if not columns or not body:
        return columns
    found = dict(columns)
    width = max(len(row) for row in body)
    for name, codes in _codes_of_columns().items():
        if name not in found:
            free = [place for place in range(width) if place not in found.values()]
            holds = [place for place in free if _holds(codes, body, place)]
            if len(holds) == 1:
                found[name] = holds[0]
    return found


def _holds(codes: frozenset[str], body: Sequence[Sequence[Any]], place: int) -> bool:
    """Whether a column has cells, and each of them codes of this list only."""
    cells = (_codes(row[place]) for row in body if place < len(row))
    given = [cell for cell in cells if cell is not None]
    return bool(given) and all(codes.issuperset(cell.split(",")) for cell in given)


@cache
def _codes_of_columns() -> Mapping[str, frozenset[str]]:
    """The codes that stand in each column, of every year."""
    lists = {"PLACE_CODES": "PLACE", "PROVIDER_CODES": "PLACE_PROVIDER"}
    rows = reference.table("ssda903", "codes.csv")
    return {name: frozenset(rows.loc[rows["list"] == own, "code"]) for name, own in lists.items()}


def _folded(heading: str) -> str:
    """A heading as compared: editions differ in case, spaces, hyphens, plurals and remarks.

    Our own names stay as they are: PROVIDER_CODES is not Ofsted's "Provider code".
    """
    own = heading.strip().upper()
    if "_" in own and own in COLUMNS:
        return own
    words = unicodedata.normalize("NFKC", _REMARK.sub(" ", heading)).casefold()
    return "".join(letter for letter in words if letter.isalnum()).removesuffix("s")


@cache
def _headings() -> tuple[tuple[str, str], ...]:
    """Column and folded heading, the preferred heading of a column first."""
    table = reference.table("ssda903", "providers", "headings.csv")
    return tuple(
        (name, _folded(heading))
        for name, heading in zip(table["column"], table["heading"], strict=True)
    )


def _ofsted_headings() -> list[str]:
    table = reference.table("ssda903", "providers", "headings.csv")
    seen = table.loc[table["confidence"] == "read", "heading"]
    return [heading for heading in seen if heading not in COLUMNS]


# The cells


def _cleaned(source: _Source) -> Providers:
    """The rows with a number, each cell in the form of its column."""
    cells = source.cells
    numbers = cells["URN"].map(_text).str.replace(" ", "")
    usable = numbers.str.fullmatch(_NUMBER.pattern).fillna(value=False).astype(bool)
    notices: list[str] = []
    odd = int((numbers.notna() & ~usable).sum())
    if odd:
        notices.append(
            f"{source.label}: {number_of(odd, 'row')} left out, whose URN is no Ofsted number."
        )
    frame = pd.DataFrame({"URN": numbers[usable]})
    for name in ("PLACE_CODES", "PROVIDER_CODES"):
        if name in cells:
            frame[name] = cells.loc[usable, name].map(_codes)
    for name in ("POSTCODE", "LA_CODE_INFERRED"):
        if name in cells:
            frame[name] = cells.loc[usable, name].map(_text).str.replace(" ", "")
    if "REG_END" in cells:
        given = cells.loc[usable, "REG_END"]
        frame["REG_END"] = pd.to_datetime(given.map(_day)).astype("datetime64[s]")
        unread = int((frame["REG_END"].isna() & given.map(_text).notna()).sum())
        if unread:
            notices.append(
                f"{source.label}: {number_of(unread, 'end')} of registration not read, no date."
            )
    return Providers(_right_way_round(frame).astype(_types(frame)), tuple(notices))


def _types(frame: pd.DataFrame) -> dict[str, str]:
    return {name: "str" for name in frame.columns if name != "REG_END"}


def _right_way_round(frame: pd.DataFrame) -> pd.DataFrame:
    """Placement and provider codes exchanged where a sheet has them under each other's heading.

    The headings of the editions are much alike ("Provider code", "Provider placement code"); the
    codes are not: those of providers begin with PR.
    """
    if not {"PLACE_CODES", "PROVIDER_CODES"} <= set(frame.columns):
        return frame
    places, providers = frame["PLACE_CODES"].dropna(), frame["PROVIDER_CODES"].dropna()
    if (
        len(places)
        and places.str.startswith("PR").all()
        and not providers.str.startswith("PR").any()
    ):
        return frame.rename(
            columns={"PLACE_CODES": "PROVIDER_CODES", "PROVIDER_CODES": "PLACE_CODES"}
        )
    return frame


def _text(cell: Any) -> str | None:
    """A cell as text in capitals, a whole number without decimals; None for an empty one."""
    if cell is None or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join(str(cell).upper().split())
    return None if text in NOTHING else text


def _codes(cell: Any) -> str | None:
    """Codes separated by commas, whatever separated them before and each once."""
    text = _text(cell)
    parts = [] if text is None else _CODE.findall(text)
    return ",".join(dict.fromkeys(part for part in parts if part != "AND")) or None


def _day(cell: Any) -> dt.datetime | None:
    if isinstance(cell, (dt.datetime, dt.date)) and cell is not pd.NaT:
        return dt.datetime(cell.year, cell.month, cell.day)
    text = _text(cell)
    if text is None:
        return None
    for form in _DATES:
        try:
            return dt.datetime.strptime(text.removesuffix(" 00:00:00"), form)
        except ValueError:
            continue
    return None


# Together


def _combined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All rows in the order of COLUMNS; rows of one number become one where they do not disagree.

    So a sheet of settings and a sheet of their addresses make whole rows, and a provider of two
    lists that say the same is there once.
    """
    together = pd.concat(frames, ignore_index=True)
    together = together[[name for name in COLUMNS if name in together.columns]].drop_duplicates()
    details = [name for name in together.columns if name != "URN"]
    if not details or not together["URN"].duplicated().any():
        return together.reset_index(drop=True)
    values = together.groupby("URN", sort=False)[details].transform("nunique")
    agree = (values <= 1).all(axis=1)
    whole = together[agree].groupby("URN", sort=False, as_index=False)[details].first()
    first = together[agree].drop_duplicates("URN").index
    rows = pd.concat([whole.set_axis(first), together[~agree]]).sort_index(kind="stable")
    return rows[together.columns].astype(_types(together)).reset_index(drop=True)


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    """The authority in which each provider is, by its postcode, where the list does not say."""
    if "POSTCODE" not in frame.columns or not directory.installed():
        return frame
    found = postcodes.find(pa.array(frame["POSTCODE"].array, type=pa.large_string()))
    names = [postcodes.placement_authority(directory.code(la)) or None for la in found.la.tolist()]
    inferred = pd.Series(pd.array(names, dtype="str"), index=frame.index)
    given = frame.get("LA_CODE_INFERRED")
    return frame.assign(LA_CODE_INFERRED=inferred if given is None else given.fillna(inferred))


def _gaps(frame: pd.DataFrame) -> list[str]:
    """What the lists do not say of some of their providers."""
    return [
        f"Provider list: {missing:,} of {len(frame):,} providers are without {_NAMES[name]}."
        for name in _NAMES
        if name in frame.columns and (missing := int(frame[name].isna().sum())) > 0
    ]
