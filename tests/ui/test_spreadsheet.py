"""Excel files: caption, headings, numbers as numbers, text as text whatever it looks like."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pandas as pd

from cla.ui.spreadsheet import excel_file


def sheet_of(content: bytes) -> tuple[str, str]:
    """The XML of the sheet and the shared texts."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        texts = archive.read("xl/sharedStrings.xml").decode()
    return sheet, texts


def test_caption_headings_and_cells() -> None:
    frame = pd.DataFrame(
        {
            "Measure": ["Reading", "=HYPERLINK('http://evil.example')", "-1"],
            "Ours": [46.4, None, -1.5],
            "Met": pd.array([True, False, None], dtype="boolean"),
            "Day": pd.to_datetime(["2025-05-12", None, "2025-05-13"]),
        }
    )
    sheet, texts = sheet_of(excel_file(frame, ["Key stage 2 benchmark", "All children"]))
    for text in ("Key stage 2 benchmark", "All children", "Measure", "yes", "no", "=HYPERLINK"):
        assert text in texts
    assert "<f>" not in sheet and "hyperlink" not in sheet
    assert re.search(r'<c r="B5"[^>]*><v>46.4</v>', sheet)
    assert not re.search(r'<c r="B6"', sheet)
    assert re.search(r'<c r="B7"[^>]*><v>-1.5</v>', sheet)
    assert re.search(r'<c r="D5"[^>]*><v>45789</v>', sheet)
    assert re.search(r'<c r="A7"[^>]*t="s"', sheet)  # "-1" stays text


def test_a_frame_without_rows_is_a_file_with_headings() -> None:
    _, texts = sheet_of(excel_file(pd.DataFrame({"Measure": [], "Ours": []}), ["Nothing"]))
    assert "Measure" in texts and "Ours" in texts
