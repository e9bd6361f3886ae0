"""Downloads: the rows on the screen as a CSV file that says what it is and starts no formula."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from cla.access import Permission, User, current_store
from cla.access.guard import user_for
from cla.access.identity import find
from cla.store import audit
from cla.ui.words import file_date, moment

WORKING = "NOT FOR PUBLICATION: small numbers are shown"
PERSONAL = "OFFICIAL-SENSITIVE (personal data about children)"
LinesOf = Callable[["Caption"], list[str]]
_STARTS_A_FORMULA = re.compile("^[\ufeff\\s]*[=+\\-@\t\r\x00]")


class NotAllowedError(Exception):
    """The person who pressed the button may no longer have this file."""


@dataclass(frozen=True)
class Caption:
    """What the first lines of a file say: what it is, of whom, from what.

    ``marking`` is the first line of an aggregate file: that it may be published, or not.
    """

    title: str
    authority: str
    selection: str
    source: str
    personal: bool
    marking: str = ""

    def lines(self, by: str, now: datetime, mark: str) -> list[str]:
        """The lines in words.

        ``mark`` is different in every file, so that no two are taken for one.
        """
        said = [
            f"{self.title}, {self.authority} (file {mark})",
            self.selection,
            f"Source: {self.source}",
            f"Made on {moment(now)} by {by}",
        ]
        first = [line for line in (PERSONAL * self.personal, self.marking) if line]
        return [*first, *said]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A table ready to be written to a file, and what the file says of itself."""

    frame: pd.DataFrame
    caption: Caption


def harmless(text: str) -> str:
    """Text that a spreadsheet shows and does not calculate.

    An apostrophe before = + - @ and their kin.
    """
    return f"'{text}" if _STARTS_A_FORMULA.match(text) else text


def csv_file(frame: pd.DataFrame, lines: list[str]) -> bytes:
    """The frame as CSV for spreadsheets: UTF-8 with mark, caption lines, headings, rows.

    Only text is made harmless; numbers stay numbers, negative ones too. Missing cells are empty.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([harmless(line)] for line in lines)
    writer.writerow([])
    writer.writerow([harmless(str(heading)) for heading in frame.columns])
    columns = [_cells(frame[heading]) for heading in frame.columns]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue().encode("utf-8-sig")


def _cells(column: pd.Series) -> list[str]:
    if pd.api.types.is_datetime64_any_dtype(column):
        text = column.dt.strftime("%d/%m/%Y").astype("str").fillna("")
        return text.tolist()
    if pd.api.types.is_bool_dtype(column):
        return column.map({True: "yes", False: "no"}).astype("str").fillna("").tolist()
    text = column.astype("str").fillna("")
    if pd.api.types.is_numeric_dtype(column):
        return text.where(column.notna(), "").tolist()
    if column.dtype == object:  # numbers with symbols among them
        return [
            written if isinstance(cell, int | float) else harmless(written)
            for cell, written in zip(column, text, strict=True)
        ]
    return [harmless(cell) for cell in text]


def file_name(stem: str, authority: str, now: datetime, ending: str = "csv") -> str:
    """A name of letters, digits and hyphens: what, whose, when. Never anything about a child."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{stem} {authority}".lower()).strip("-")
    return f"{words}-{file_date(now)}.{ending}"


def csv_maker(
    frame: pd.DataFrame, caption: Caption, user: User, permission: Permission
) -> Callable[[], bytes]:
    """A function that makes the CSV of the frame; see :func:`audited`."""
    return table_maker(lambda: Prepared(frame, caption), csv_file, user, permission)


def table_maker(
    prepare: Callable[[], Prepared],
    write: Callable[[pd.DataFrame, list[str]], bytes],
    user: User,
    permission: Permission,
) -> Callable[[], bytes]:
    """A function that prepares a table and writes it as a file; see :func:`audited`."""

    def content_of(lines_of: LinesOf) -> tuple[bytes, int, Caption]:
        table = prepare()
        return write(table.frame, lines_of(table.caption)), len(table.frame), table.caption

    return _guarded(content_of, user, permission)


def audited(
    content_of: Callable[[list[str]], bytes],
    rows: int,
    caption: Caption,
    user: User,
    permission: Permission,
) -> Callable[[], bytes]:
    """A function that makes a file when the button is pressed, and writes down that it was.

    ``content_of`` gets the lines of the caption. The press comes on another thread, perhaps much
    later: whether the person may still have the file is asked then. NotAllowedError if not.
    """
    return _guarded(
        lambda lines_of: (content_of(lines_of(caption)), rows, caption), user, permission
    )


def _guarded(
    made: Callable[[LinesOf], tuple[bytes, int, Caption]], user: User, permission: Permission
) -> Callable[[], bytes]:
    session = user.session

    def make() -> bytes:
        now = datetime.now(UTC)
        if not _still_allowed(session, user, permission, now):
            raise NotAllowedError("Sign in again to download this file.")
        mark = secrets.token_hex(4)
        content, rows, caption = made(lambda caption: caption.lines(user.name, now, mark))
        detail = {
            "what": caption.title,
            "selection": caption.selection,
            "rows": rows,
            "personal": caption.personal,
            "marking": caption.marking,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        audit.append(current_store(), user.la, user.username, "export", detail, now=now)
        return content

    return make


def _still_allowed(session: str, user: User, permission: Permission, now: datetime) -> bool:
    """Whether the sign-in from which the page was drawn is still open and still gives the
    permission.
    """
    signed_in = find(current_store(), session, now) if session else None
    if signed_in is None or signed_in.person.username != user.username:
        return False
    same = user_for(signed_in, user.la)
    return same.la == user.la and same.can(permission)


def download(
    label: str,
    frame: pd.DataFrame,
    caption: Caption,
    user: User,
    *,
    stem: str,
    permission: Permission,
    key: str,
) -> None:
    """A button that makes the CSV when it is pressed."""
    st.download_button(
        label,
        data=csv_maker(frame, caption, user, permission),
        file_name=file_name(stem, caption.authority, datetime.now(UTC)),
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key=key,
    )
