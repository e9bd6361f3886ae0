"""What cannot be used is refused, one sentence for each thing wrong, and all of them at once."""

from __future__ import annotations

import re

import pytest

from cla.ssda903 import Unusable, Upload, read
from cla.ssda903.recognise import hinted
from tests.ssda903 import sample


def refused(files: object, year: int = 2026) -> list[str]:
    with pytest.raises(Unusable) as caught:
        read(files, year)  # type: ignore[arg-type]
    return [str(problem) for problem in caught.value.problems]


def one(content: str | bytes, name: str = "file.csv") -> str:
    raw = content.encode() if isinstance(content, str) else content
    (sentence,) = refused([Upload(name, raw)])
    return sentence


def without(table: str, *columns: str, year: int = 2026) -> str:
    rows = sample.tables(year)[table]
    return sample.as_csv([{k: v for k, v in row.items() if k not in columns} for row in rows])


def test_a_file_that_is_no_table_says_its_columns_and_the_nearest_table() -> None:
    near = one("CHILD,DOB,NAME,SCHOOL,REVIEW\n1,2,3,4,5\n", "pupils.csv")
    assert near.startswith("pupils.csv: looks like the table Reviews of 2025-26 but lacks the ")
    assert "lacks the column REVIEW_CODE, and has NAME and SCHOOL, which that table has not" in near
    far = one("CHILD,DOB,TEETH_CHECK,SCHOOL\n1,2,3,4\n", "pupils.csv")
    assert "its columns are CHILD, DOB, TEETH_CHECK and SCHOOL" in far
    assert "Nearest is OC2, which also needs the columns SDQ_SCORE, SDQ_REASON" in far
    assert "does not have SCHOOL" in far
    assert "its columns are Fruit and Price" in one("Fruit,Price\napple,1\n")


def test_a_first_line_of_data_is_not_shown() -> None:
    rows = sample.as_csv(sample.tables()["Header"]).splitlines()[1:]
    sentence = one("\n".join(rows))
    assert "its first line is not the heading row" in sentence
    assert "000A" not in sentence
    assert not re.search(r"\d\d/\d\d/\d{4}", sentence)
    adoption = one("988635,15/06/2013,22/11/2015,22/11/2015,1,2,MM,L11\n" * 2, "ad1.csv")
    assert "22/11/2015" not in adoption
    assert "988635" not in adoption


def test_missing_columns_are_named() -> None:
    sentence = one(without("Episodes", "URN", "PLACE"))
    assert "looks like the table Episodes of 2025-26" in sentence
    assert "lacks the columns PLACE and URN" in sentence
    assert "lacks the column UPN" in one(without("Header", "UPN"))
    hint = one(without("Header", "UPN", "ETHNIC", "MOTHER"), "header_2026.csv")
    assert "looks like the table Header" in hint


def test_a_column_newer_than_the_year_is_not_missed() -> None:
    files = [Upload("e.csv", without("Episodes", "URN", year=2015).encode())]
    assert "URN" not in read(files, 2015).tables["Episodes"]
    assert "lacks the column URN" in refused(files, 2016)[0]


def test_doubled_columns_are_named() -> None:
    text = sample.as_csv(sample.tables()["OC2"]).replace("DOB", "DOB,child", 1)
    lacking, twice = refused([Upload("oc2.csv", text.replace("DOB,", "", 1).encode())])
    assert "lacks the column DOB" in lacking
    assert "same heading more than once (CHILD, child)" in twice
    assert "same heading more than once (CHILD, child)" in one(text)
    doubled = sample.as_csv([{**row, "GENDER": "1"} for row in sample.tables()["Header"]])
    assert "has the column SEX more than once (SEX and GENDER)" in one(doubled)


@pytest.mark.parametrize(("table", "line"), [("Episodes", 3), ("Reviews", 7)])
def test_rows_of_another_width_are_refused_with_their_line(table: str, line: int) -> None:
    rows = sample.as_csv(sample.tables()[table]).splitlines()
    for changed in (rows[line - 1] + ",", rows[line - 1] + ",,x", rows[line - 1].rsplit(",", 1)[0]):
        text = "\n".join([*rows[: line - 1], changed, *rows[line:]])
        assert f"file.csv, line {line}" in one(text)


def test_a_stranger_with_ragged_rows_is_told_it_is_no_table() -> None:
    assert "is no table of the return" in one("Dear all, hello\nplease find, as asked, it all\n")


def test_two_files_for_one_table_are_both_named() -> None:
    files = sample.uploads()
    copy = Upload("copy of oc2.csv", next(f.content for f in files if f.name == "oc2.csv"))
    (sentence,) = refused([*files, copy])
    assert (
        sentence == "copy of oc2.csv and oc2.csv: each hold the table OC2; send only one of them."
    )


def test_empty_files_and_files_of_headings_alone() -> None:
    assert "is empty" in one(b"")
    assert "is empty" in one(b"\xef\xbb\xbf \r\n \r\n")
    heading = sample.as_csv(sample.tables()["UASC"]).splitlines()[0]
    assert "has headings and no rows" in one(heading + "\n")
    assert "or leave it out" in one(heading + "\n,,,\n")


def test_two_exports_pasted_together_are_refused() -> None:
    text = sample.as_csv(sample.tables()["Header"])
    assert "file.csv, line 8: repeats the heading row" in one(text + text)


def test_xml_and_csv_together_and_two_xml_are_refused() -> None:
    xml = Upload("return.xml", sample.as_xml(sample.tables(2021)).encode())
    (sentence,) = refused([xml, *sample.uploads(2021, ["OC2"])], 2021)
    assert sentence.startswith("return.xml and oc2.csv: the XML holds the whole return already")
    (twice,) = refused([xml, Upload("again.xml", xml.content)], 2021)
    assert twice.startswith("again.xml and return.xml: each hold a whole return as XML")


def test_all_problems_of_all_files_are_told_in_one_go(tmp_path) -> None:
    files = [
        Upload("a.csv", b""),
        Upload("b.csv", b"CHILD,DOB\x00\n"),
        Upload("c.csv", without("OC3", "ACCOM").encode()),
        Upload("d.csv", b"Fruit,Price\napple,1\n"),
        tmp_path / "absent.csv",
        Upload("e.zip", b"PK\x03\x04 broken"),
        *sample.uploads(names=["Header", "Episodes"]),
    ]
    problems = refused(files)
    assert [p.split(":")[0].split(",")[0] for p in problems] == [
        "a.csv", "absent.csv", "b.csv", "c.csv", "d.csv", "e.zip",
    ]  # fmt: skip
    assert refused(files[::-1]) == problems


def test_no_file_at_all_is_refused() -> None:
    assert "no file was given" in refused([])[0]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("episodes.csv", "Episodes"),
        ("2026 Episodes (final).csv", "Episodes"),
        ("episodes2026.csv", "Episodes"),
        ("sw_episodes.csv", "SWEpisodes"),
        ("C:\\returns\\header.csv", "Header"),
        ("adoption.csv", "AD1"),
        ("placed_for_adoption.csv", "PlacedAdoption"),
        ("headers.csv", None),
        ("", None),
    ],
)
def test_a_name_hints_at_a_table(name: str, table: str | None) -> None:
    assert hinted(name) == table
