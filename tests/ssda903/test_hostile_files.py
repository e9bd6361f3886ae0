"""Files made in anger or by accident: uploads and archives (UP), parsing (PA). Each is read right
or refused with a sentence; nothing but Unusable ever comes out of ``read``."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cla.files import upload
from cla.ssda903 import Unusable, Upload, likely_year, read, survey
from tests.ssda903 import sample

HEADER = sample.as_csv(sample.tables()["Header"])
EPISODES = sample.as_csv(sample.tables()["Episodes"])


def refused(*files: Upload) -> str:
    with pytest.raises(Unusable) as caught:
        read(files, 2026)
    return "\n".join(str(problem) for problem in caught.value.problems)


def one(content: str | bytes, name: str = "f.csv") -> str:
    return refused(Upload(name, content.encode() if isinstance(content, str) else content))


def packed(
    *members: tuple[str | zipfile.ZipInfo, bytes | str], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")  # doubled names are the point
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


# --- U1 to U4: size, kind, bombs


def test_a_file_over_the_limit_is_refused_before_it_is_parsed(monkeypatch) -> None:
    monkeypatch.setattr("cla.files.archives.MAX_BYTES", 1000)
    monkeypatch.setattr("cla.files.text.MAX_BYTES", 1000)
    assert "is larger than" in one(HEADER + "x" * 1000)
    assert upload.MAX_BYTES == 50 * 1024 * 1024


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 50, "old Excel"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x89PNG\r\n", "picture"),
        (b"MZ\x90\x00\x03", "NUL"),
        (b'{"CHILD": 1}', "first line is not the heading row"),
    ],
)
def test_the_kind_is_told_by_content_whatever_the_name(content: bytes, kind: str) -> None:
    assert kind in one(content, "episodes.csv")


def test_a_bomb_is_stopped_and_so_are_too_many_members() -> None:
    assert "unpacks to far more" in one(packed(("a.csv", b"0" * 30_000_000)), "r.zip")
    many = packed(*((f"{n}.csv", "a,b\n1,2\n") for n in range(41)))
    assert "holds 41 files" in one(many, "r.zip")


def test_a_member_that_lies_about_its_size_is_damage() -> None:
    content = bytearray(packed(("header.csv", HEADER * 50)))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    assert "r.zip" in one(bytes(content), "r.zip")


# --- U5 to U12: names, doubles, locks, zips in zips


@pytest.mark.parametrize(
    "name",
    ["../../etc/header.csv", "/abs/header.csv", "a/../header.csv", "..\\header.csv", "C:\\h.csv"],
)
def test_member_names_are_labels_and_folders_are_refused(name: str) -> None:
    assert "is inside a folder" in one(packed((name, HEADER)), "r.zip")


def test_litter_of_other_systems_is_passed_over() -> None:
    files = packed(
        ("episodes.csv", EPISODES),
        ("__MACOSX/._episodes.csv", b"\x00\x05"),
        (".DS_Store", b"\x00"),
        ("Thumbs.db", b"\x00"),
    )
    assert list(read([Upload("r.zip", files)], 2026).tables) == ["Episodes"]


def test_the_same_member_twice_is_refused_naming_both() -> None:
    sentence = one(packed(("HEADER.csv", HEADER), ("header.csv", HEADER)), "r.zip")
    assert "HEADER.csv and header.csv" in sentence


def test_one_table_in_a_zip_and_beside_it_is_refused_naming_both() -> None:
    sentence = refused(sample.zipped(sample.uploads()), Upload("mine.csv", EPISODES.encode()))
    assert "episodes.csv (in return.zip) and mine.csv: each hold the table Episodes" in sentence


def test_a_locked_member_is_refused() -> None:
    content = bytearray(packed(("header.csv", HEADER)))
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert "protected by a password" in one(bytes(content), "r.zip")


def test_zips_and_workbooks_inside_a_zip_are_refused() -> None:
    inner = packed(("header.csv", HEADER))
    assert "is itself a ZIP" in one(packed(("inner.zip", inner)), "r.zip")
    book = packed(("[Content_Types].xml", "<x/>"), ("xl/workbook.xml", "<x/>"))
    assert "Excel" in one(book, "return.xlsx")


def test_a_csv_with_a_zip_glued_on_is_judged_by_its_first_bytes() -> None:
    glued = HEADER.encode() + packed(("episodes.csv", EPISODES))
    assert "NUL" in one(glued) or "UTF-16" in one(glued) or "control" in one(glued)


def test_a_link_in_a_zip_is_a_small_file_like_any_other() -> None:
    link = zipfile.ZipInfo("header.csv")
    link.external_attr = 0o120777 << 16
    assert "first line is not the heading row" in one(packed((link, "/etc/passwd")), "r.zip")


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_unusual_packing_is_refused(method: int) -> None:
    assert "packed in an unusual way" in one(packed(("header.csv", HEADER), method=method), "r.zip")


def test_empty_and_truncated_zips_are_refused() -> None:
    assert "holds no files" in one(packed(), "r.zip")
    whole = packed(("header.csv", HEADER))
    assert "damaged or incomplete" in one(whole[: len(whole) // 2], "r.zip")
    assert "is empty" in one(packed(("header.csv", "")), "r.zip")


# --- U13 to U23: encodings, widths, NUL, quotes, headings, text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HEADER.encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (HEADER.encode("utf-16-be"), "UTF-16 without a byte order mark"),
        (HEADER.encode("utf-32"), "UTF-32"),
        (HEADER.encode() + b"\x81", "UTF-8 or Windows-1252"),
        (HEADER.encode().replace(b"WBRI", b"WB\x00I", 1), "NUL bytes"),
        (HEADER.encode().replace(b"WBRI", b"WB\x07I", 1), "control character (U+0007)"),
        (HEADER.encode().replace(b"WBRI", b'"WBRI', 1), "quotation mark"),
        (HEADER.replace("WBRI", '"' + "x" * 140_000 + '"', 1), "longer than 131,072"),
        (HEADER.replace("000A", "000\u202eA", 1), "invisible character (U+202E)"),
        (HEADER.replace("000A", "000\u200bA", 1), "invisible character (U+200B)"),
        (HEADER.replace("WBRI,", "WBRI,,", 1), "line 2: has 8 fields where the heading has 7"),
        (HEADER.replace("WBRI,", "WBRI", 1), "line 2: has 6 fields where the heading has 7"),
    ],
)  # fmt: skip
def test_encodings_and_rows_that_are_refused(content: str | bytes, words: str) -> None:
    assert words in one(content)


def test_one_comma_too_many_in_every_row_shifts_nothing() -> None:
    lines = HEADER.splitlines()
    sentence = one("\n".join([lines[0], *(f"{line}," for line in lines[1:])]))
    assert sentence.count("has 8 fields") == len(lines) - 1
    whole = "\n".join(f"{line}," for line in lines)
    assert "column 8 has no heading" in one(whole)


def test_ten_thousand_columns_are_refused_shortly() -> None:
    wide = ",".join(f"C{'x' * (n % 50)}" for n in range(10_000))
    sentence = one(f"{wide}\n{wide.lower()}\n")
    assert len(sentence) < 1000
    extra = ",".join(f"X{chr(65 + n % 26)}{chr(65 + n // 26)}" for n in range(100))
    heading, *rows = HEADER.splitlines()
    padded = [f"{heading},{extra}", *(f"{row}{',' * 100}" for row in rows)]
    assert "has 107 columns, more than the 64" in one("\n".join(padded))


def test_too_many_rows_are_refused(monkeypatch) -> None:
    monkeypatch.setattr("cla.ssda903.sources.MAX_ROWS", 5)
    assert "has 6 rows, more than the 5" in one(HEADER)


@pytest.mark.parametrize("word", ["NA", "None", "null", "nan", "N/A", "-", "TRUE", "1e5", "0012"])
def test_no_word_becomes_missing_or_a_number(word: str) -> None:
    rows = sample.tables()
    rows["Header"][0]["UPN"] = word
    assert read(sample.uploads(rows=rows), 2026).tables["Header"]["UPN"][0] == word


def test_letters_are_composed_so_that_equal_names_are_equal() -> None:
    rows = sample.tables()
    rows["PrevPerm"][0]["LA_PERM"] = "Orle\u0301ans"
    ret = read(sample.uploads(rows=rows), 2026)
    assert ret.tables["PrevPerm"]["LA_PERM"][0] == "Orl\u00e9ans"


def test_garbled_accents_are_noticed() -> None:
    rows = sample.tables()
    rows["PrevPerm"][0]["LA_PERM"] = "Orléans".encode().decode("cp1252")
    assert "garbled" in read(sample.uploads(rows=rows), 2026).notices[0]


def test_formulas_and_markdown_are_text_and_file_names_are_made_safe() -> None:
    rows = sample.tables()
    rows["Header"][0]["UPN"] = '=HYPERLINK("http://x")'
    rows["Header"][1]["UPN"] = "![](http://x)"
    ret = read(sample.uploads(rows=rows), 2026)
    assert ret.tables["Header"]["UPN"].tolist()[:2] == ['=HYPERLINK("http://x")', "![](http://x)"]
    sentence = one("a,b\n1,2\n", "x\u202e\r\ncsv.exe" + "y" * 200)
    assert not re.search("[\r\n\u202e]", sentence.split(":")[0])
    assert len(sentence.split(":")[0]) <= 80


def test_refusals_show_no_cell_of_a_child() -> None:
    secret = "SECRETVALUE"
    header, *rows = HEADER.splitlines()
    told = [
        one("\n".join([header, rows[0].replace("WBRI", secret) + ",", *rows[1:]])),
        one(HEADER.replace("WBRI", f'"{secret}', 1)),
        one("\n".join([rows[0].replace("WBRI", secret + "1234"), *rows])),
        one(f"<EXPSSDA903><CHILD><HEADER><UPN>{secret}</UPN></CHILD></EXPSSDA903>"),
        one(f"<EXPSSDA903><CHILD><EPISODE><LS>{secret}</LS></EPISODE></CHILD></EXPSSDA903>"),
    ]
    assert all(secret not in sentence for sentence in told)


# --- whatever the bytes


PIECES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([HEADER.encode(), EPISODES.encode(), HEADER.encode("utf-16"), b"PK\x03\x04"]),
    st.sampled_from([b"CHILD,DOB,", b'"', b"\r\n", b",,,\n", b"\x00", b"<EXPSSDA903>", b"<?xml "]),
)


def only_unusable(files: list[Upload], year: int | None) -> None:
    try:
        ret = read(files, year, any_year=True)
    except Unusable as refusal:
        assert refusal.problems
        assert all(problem.file and problem.message for problem in refusal.problems)
    else:
        for table in ret.tables:
            assert len(ret.typed(table)) == len(ret.tables[table])
    assert survey(files).files
    likely_year(files)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(PIECES, max_size=4).map(b"".join), max_size=3),
    st.one_of(st.none(), st.integers(2010, 2030)),
)
def test_any_bytes_are_read_or_refused(contents: list[bytes], year: int | None) -> None:
    only_unusable([Upload(f"{n}.csv", content) for n, content in enumerate(contents)], year)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_zip_is_read_or_refused(data) -> None:
    names = st.one_of(st.text(max_size=12), st.sampled_from(["header.csv", "a/b.csv", "x.xml"]))
    members = data.draw(st.lists(st.tuples(names.filter(bool), PIECES), max_size=4))
    try:
        content = bytearray(packed(*members))
    except (UnicodeEncodeError, ValueError):
        return  # a name that Python itself cannot write
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    only_unusable([Upload("r.zip", bytes(content))], 2026)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(EPISODES) - 1), st.binary(min_size=1, max_size=3), st.booleans())
def test_a_damaged_table_is_read_or_refused_and_never_shifted(
    at: int, junk: bytes, instead: bool
) -> None:
    raw = EPISODES.encode()
    damaged = raw[:at] + junk + raw[at + (len(junk) if instead else 0) :]
    try:
        ret = read([Upload("episodes.csv", damaged)], 2026, any_year=True)
    except Unusable:
        return
    children = ret.tables["Episodes"]["CHILD"].dropna()
    plain = read([Upload("episodes.csv", raw)], 2026).tables["Episodes"]
    assert len(set(children) - set(plain["CHILD"])) <= 2  # the damaged cell, not a moved column


def test_a_crc_error_is_damage() -> None:
    content = packed(("header.csv", HEADER), method=zipfile.ZIP_STORED)
    assert "damaged" in one(content.replace(b"WBRI", b"WIRI", 1), "r.zip")
