"""Provider lists that cannot be used: each is refused in a sentence."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cla.files import Upload
from cla.problems import Unusable
from cla.ssda903 import workbooks
from cla.ssda903.providers import read_providers
from tests.ssda903.workbooks import HOMES_2023, refusal, workbook


def test_a_workbook_without_a_list_is_refused() -> None:
    message = refusal(workbook({"Sheet1": [["Name", "URN"], ["x", "1"]]}))
    assert message.startswith("ofsted.xlsx: is no list of providers: no sheet has a heading row")
    assert "'Placement code'" in message


def test_a_heading_that_stands_twice_is_refused() -> None:
    twice = workbook({"L": [["URN", "Placement code", "Placement code"], ["1", "K2", "K1"]]})
    assert refusal(twice) == (
        "ofsted.xlsx, sheet L, column Placement code: stands there twice; keep only one of them."
    )


def test_no_list_and_no_file_are_refused(tmp_path: Path) -> None:
    assert "choose at least one" in refusal([])
    assert "does not exist" in refusal(tmp_path / "gone.xlsx")
    assert "is a folder" in refusal(tmp_path)
    assert "is no list of providers" in refusal(Upload("a.csv", b"NAME,CODE\nx,y\n"))


def test_old_and_protected_workbooks_are_refused() -> None:
    old = Upload("old.xls", workbooks.OLD_EXCEL + bytes(600))
    assert "old Excel file (.xls) or protected by a password" in refusal(old)


def rewritten(upload: Upload, part: str, change: Any) -> Upload:
    """The workbook with one part changed."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(upload.content)) as before,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for info in before.infolist():
            own = before.read(info)
            after.writestr(info.filename, change(own) if info.filename == part else own)
    return Upload(upload.name, content.getvalue())


SHEET = "xl/worksheets/sheet1.xml"
SMALL = workbook({"L": [["URN", "Placement code"], ["1", "K2"]]})


@pytest.mark.parametrize(
    "outermost", [b"XFD1048576", b"A1048576000", b"EA2", b"B30000", b"B0100000", b"b99999"]
)
def test_a_cell_far_out_is_refused_before_a_block_is_made_of_the_sheet(outermost: bytes) -> None:
    cell = b"<c  r = '" + outermost + b"'"
    far = rewritten(SMALL, SHEET, lambda own: own.replace(b'<c r="B2"', cell))
    assert "cells far to the right or far down" in refusal(far)


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    bomb = rewritten(SMALL, "docProps/app.xml", lambda own: own + b" " * (20 << 20))
    assert "unpacks to far more" in refusal(bomb)


def test_other_office_files_are_refused() -> None:
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    assert "is no Excel workbook of the kind .xlsx" in refusal(Upload("a.docx", word.getvalue()))


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, "xl/sharedStrings.xml"])
def test_a_broken_part_is_refused_in_a_sentence(part: str) -> None:
    message = refusal(rewritten(SMALL, part, lambda own: own[: len(own) // 2]))
    assert message.startswith("ofsted.xlsx: is")


def test_a_cut_or_damaged_workbook_is_refused_or_read_but_never_breaks() -> None:
    content = HOMES_2023.content
    assert "damaged" in refusal(Upload("cut.xlsx", content[: len(content) // 2]))
    dice = random.Random(7)
    for _ in range(150):
        broken = bytearray(content)
        for _ in range(dice.randint(1, 20)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        try:
            read_providers(Upload("broken.xlsx", bytes(broken)))
        except Unusable as refused:
            assert refused.problems
