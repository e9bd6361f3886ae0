"""A table as an Excel file with its caption, and the two buttons: CSV and Excel."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
import streamlit as st
import xlsxwriter  # type: ignore[import-untyped]

from cla import authorities
from cla.access import Permission, User
from cla.ui.downloads import Prepared, csv_file, file_name, table_maker

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Text of a cell is text, whatever it looks like: no formula, no link, no number is made of it.
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_WIDEST, _NARROWEST = 60, 9
_LONGEST_CELL = 32_767


def excel_file(frame: pd.DataFrame, lines: list[str], sheet_name: str = "Table") -> bytes:
    """The frame as an Excel file: caption lines, headings that stay in sight, rows.

    Numbers are numbers, dates are dates, yes and no are words, missing cells are empty.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, _OPTIONS)
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    plain = book.add_format({"valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
    sheet = book.add_worksheet(sheet_name)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line[:_LONGEST_CELL])
    first = len(lines) + 1
    for column, name in enumerate(frame.columns):
        cells = frame[name]
        sheet.write_string(first, column, str(name), heading)
        sheet.set_column(column, column, _width(str(name), cells))
        dates = pd.api.types.is_datetime64_any_dtype(cells)
        yes_no = pd.api.types.is_bool_dtype(cells)
        for row, cell in enumerate(cells.tolist(), start=first + 1):
            if pd.isna(cell):
                continue
            if dates:
                sheet.write_datetime(row, column, cell.to_pydatetime(), day)
            elif yes_no:
                sheet.write_string(row, column, "yes" if cell else "no", plain)
            elif isinstance(cell, int | float):
                sheet.write_number(row, column, cell, plain)
            else:
                sheet.write_string(row, column, str(cell)[:_LONGEST_CELL], wrapped)
    sheet.freeze_panes(first + 1, 1)
    sheet.repeat_rows(first)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return stream.getvalue()


def _width(heading: str, cells: pd.Series) -> int:
    longest = cells.astype("str").str.len().max()
    wanted = max(min(len(heading), 20), 0 if pd.isna(longest) else int(longest)) + 2
    return min(max(wanted, _NARROWEST), _WIDEST)


def pair(
    label: str,
    prepare: Callable[[], Prepared],
    user: User,
    *,
    stem: str,
    permission: Permission,
    key: str,
) -> None:
    """A table as CSV and as Excel, side by side; prepared, made and written down when pressed."""
    now, authority = datetime.now(UTC), authorities.find(user.la).name
    for kind, ending, write, mime in (
        ("CSV", "csv", csv_file, "text/csv"),
        ("Excel", "xlsx", excel_file, MIME),
    ):
        st.download_button(
            f"{label} ({kind})",
            data=table_maker(prepare, write, user, permission),
            file_name=file_name(stem, authority, now, ending),
            mime=mime,
            on_click="ignore",
            icon=":material/download:",
            key=f"{key}_{ending}",
        )
