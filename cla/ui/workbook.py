"""Findings as an Excel workbook that opens ready to work in.

First the rules with their counts; then a sheet for each table with the whole failing records, the
failing cells filled and commented with the rule; last the rules that were not run. Every cell of a
record is text as it was sent: no formula, no link, no number is made of it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from cla.ui.quality import LINE, RULES, codes_of_rows, fields_of
from cla.ui.words import counted

MOST_COMMENTS = 1000
"""Comments on one sheet: each is a drawing of its own, and thousands make Excel slow to open."""
WRONG = "What is wrong"
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_LONGEST_CELL = 32_767
_WIDEST, _NARROWEST = 48, 7
_SAMPLE = 200  # records that decide how wide a column is
_COMMENT = {"x_scale": 2.0, "y_scale": 0.8, "author": "Validation"}


class _Book:
    """The workbook being written and its four formats."""

    def __init__(self, stream: io.BytesIO, classification: str) -> None:
        self.file = xlsxwriter.Workbook(stream, _OPTIONS)
        self.classification = classification
        self.text = self.file.add_format({"num_format": "@", "valign": "top"})
        self.wrapped = self.file.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self.failing = self.file.add_format(
            {"num_format": "@", "valign": "top", "bg_color": "#FFF1CC", "bold": True, "border": 1}
        )
        self.heading = self.file.add_format(
            {"bold": True, "bg_color": "#1D4F7C", "font_color": "#FFFFFF", "valign": "top"}
        )

    def sheet(self, name: str, above: Sequence[str], headings: Mapping[str, int]) -> Worksheet:
        """A sheet with lines above, a row of headings that stays in sight, widths, a print title.

        ``headings`` gives the width of each column.
        """
        sheet = self.file.add_worksheet(name)
        for at, line in enumerate(above):
            text(sheet, at, 0, line)
        row = len(above)
        for column, (heading, width) in enumerate(headings.items()):
            sheet.set_column(column, column, width)
            text(sheet, row, column, heading, self.heading)
        sheet.freeze_panes(row + 1, 0)
        sheet.repeat_rows(row)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f"&C{self.classification}".replace("\n", " "))
        return sheet


def text(sheet: Worksheet, row: int, column: int, cell: object, form: Format | None = None) -> None:
    """A cell as text, whatever it looks like; cut where Excel can hold no more."""
    sheet.write_string(row, column, str(cell)[:_LONGEST_CELL], form)


def workbook(
    findings: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    rules: pd.DataFrame,
    not_run: pd.DataFrame,
    lines: Sequence[str],
) -> bytes:
    """The workbook of these findings.

    ``tables`` hold the text as sent, in the order of the sheets; ``rules`` and ``not_run`` are
    shown as they are, with their headings; ``lines`` say what the file is, the first one how it
    has to be kept.
    """
    stream = io.BytesIO()
    book = _Book(stream, lines[0])
    _list(book, "Rules", [*lines, ""], rules)
    for name, table in tables.items():
        own = findings[findings["table"] == name]
        if len(own):
            _table(book, name, own, table)
    _list(book, "Not run", ["These rules were neither passed nor failed."], not_run)
    book.file.close()
    return stream.getvalue()


def _list(book: _Book, name: str, above: Sequence[str], frame: pd.DataFrame) -> None:
    sheet = book.sheet(name, above, {str(c): _width(str(c), frame[c]) for c in frame})
    first = len(above) + 1
    for column, heading in enumerate(frame):
        numbers = pd.api.types.is_numeric_dtype(frame[heading])
        for row, cell in enumerate(frame[heading], start=first):
            if numbers:
                sheet.write_number(row, column, cell)
            else:
                text(sheet, row, column, cell, book.wrapped)
    sheet.autofilter(first - 1, 0, first - 1 + len(frame), len(frame.columns) - 1)


def _table(book: _Book, name: str, findings: pd.DataFrame, table: pd.DataFrame) -> None:
    """The whole failing records of one table, in the order of the file."""
    failing = _by_record(findings, table)
    records = table.loc[table.index.isin(list(failing))]
    columns = [str(column) for column in records.columns]
    cells = sum(len(fails) for fails in failing.values())
    headings = {LINE: _NARROWEST, RULES: 16, WRONG: _WIDEST}
    headings |= {column: _width(column, records[column]) for column in columns}
    many = counted(len(records), "record")
    above = [f"{book.classification}. {name}: {many}. {_said(cells)}"]
    sheet = book.sheet(name, above, headings)
    rules = codes_of_rows(findings)
    lines = findings.drop_duplicates("row").set_index("row")["line"].to_dict()
    left = MOST_COMMENTS
    texts = records.astype("str").fillna("").to_numpy()
    first = len(above) + 1
    for place, (label, record) in enumerate(zip(records.index, texts, strict=True)):
        row, fails = first + place, failing[label]
        if not pd.isna(lines[label]):
            sheet.write_number(row, 0, int(lines[label]))
        codes, messages = rules[label]
        text(sheet, row, 1, codes, book.text)
        text(sheet, row, 2, messages, book.text)
        for at, (column, cell) in enumerate(zip(columns, record, strict=True), start=3):
            wrong = fails.get(column)
            if wrong is None:
                if cell:
                    text(sheet, row, at, cell, book.text)
                continue
            _failing(sheet, row, at, cell, book.failing)
            if left > 0:
                sheet.write_comment(row, at, "\n".join(wrong), _COMMENT)
                left -= 1
    sheet.autofilter(first - 1, 0, first - 1 + len(records), len(headings) - 1)


def _failing(sheet: Worksheet, row: int, column: int, cell: str, form: Format) -> None:
    if cell:
        text(sheet, row, column, cell, form)
    else:
        sheet.write_blank(row, column, None, form)


def _said(cells: int) -> str:
    if cells <= MOST_COMMENTS:
        return "Failing cells are filled, and their comment names the rule."
    return (
        f"All {cells:,} failing cells are filled; the first {MOST_COMMENTS:,} have a comment that"
        " names the rule. The columns Rules and What is wrong say it for every record."
    )


def _by_record(findings: pd.DataFrame, table: pd.DataFrame) -> dict[Any, dict[str, list[str]]]:
    """What to say at each failing cell, by row label and column.

    A finding whose fields the table has not is said at the first column.
    """
    known = set(table.columns)
    first = [str(column) for column in table.columns[:1]]
    cells = findings["fields"].astype("str").tolist()
    fields: dict[str, list[str]] = {
        cell: [name for name in fields_of(cell) if name in known] or first for cell in set(cells)
    }
    said = (findings["rule"].astype("str") + ": " + findings["message"].astype("str")).tolist()
    failing: dict[Any, dict[str, list[str]]] = {}
    own = set(table.index)
    for row, cell, what in zip(findings["row"].tolist(), cells, said, strict=True):
        if row in own:
            record = failing.setdefault(row, {})
            for name in fields[cell]:
                record.setdefault(name, []).append(what)
    return failing


def _width(heading: str, cells: pd.Series) -> int:
    """Wide enough for the heading with its filter button and for the text of the first records."""
    longest = cells.head(_SAMPLE).astype("str").str.len().max()
    wanted = max(len(heading) + 4, 0 if pd.isna(longest) else int(longest) + 2)
    return min(max(wanted, _NARROWEST), _WIDEST)
