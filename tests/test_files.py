"""What real files do: each is either read or refused in a sentence."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import files
from cla.files import Upload, archives, decode, heading, open_uploads, read_text, rows, table
from cla.problems import Unusable

PLAIN = b"CHILD,SEX,UPN\n001,1,A123\n002,,NA\n"


def refusal(call, *args, **options) -> str:
    with pytest.raises(Unusable) as caught:
        call(*args, **options)
    return "\n".join(str(problem) for problem in caught.value.problems)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


# --- opening


def test_one_or_many_paths_and_uploads(tmp_path):
    path = tmp_path / "header.csv"
    path.write_bytes(PLAIN)
    assert [u.name for u in open_uploads(path)] == ["header.csv"]
    assert [u.name for u in open_uploads(str(path))] == ["header.csv"]
    assert [u.content for u in open_uploads([path, Upload("b.csv", b"x")])] == [PLAIN, b"x"]


def test_missing_file_folder_and_nothing(tmp_path):
    assert "gone.csv: this file does not exist" in refusal(open_uploads, tmp_path / "gone.csv")
    assert "is a folder" in refusal(open_uploads, tmp_path)
    assert "no file was given" in refusal(open_uploads, [])


def test_flat_zip_by_first_bytes_not_by_name():
    content = zipped({"header.csv": PLAIN, "__MACOSX/._header.csv": b"x", ".DS_Store": b"y"})
    (upload,) = open_uploads(Upload("return.csv", content))
    assert (upload.name, upload.content, upload.within) == ("header.csv", PLAIN, "return.csv")
    assert upload.label == "header.csv (in return.csv)"


def test_csv_with_a_zip_glued_on_is_read_as_csv():
    polyglot = PLAIN + zipped({"evil.csv": b"a,b\n"})
    assert open_uploads(Upload("header.csv", polyglot))[0].name == "header.csv"


@pytest.mark.parametrize(
    "name", ["a/header.csv", "../../etc/x.csv", "/abs.csv", "..\\win.csv", "C:x.csv"]
)
def test_folders_in_a_zip_are_refused(name):
    assert "is inside a folder" in refusal(open_uploads, Upload("r.zip", zipped({name: PLAIN})))


def test_same_member_twice_names_both():
    message = refusal(
        open_uploads, Upload("r.zip", zipped({"HEADER.csv": PLAIN, "header.csv": PLAIN}))
    )
    assert "HEADER.csv and header.csv" in message


def test_encrypted_member_is_refused():
    content = bytearray(zipped({"header.csv": PLAIN}))
    content[6] |= 1  # the flag in the local heading and in the directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "protected by a password" in refusal(open_uploads, Upload("r.zip", bytes(content)))


def test_zip_in_zip_excel_and_other_kinds():
    inner = zipped({"header.csv": PLAIN})
    assert "is itself a ZIP" in refusal(open_uploads, Upload("r.zip", zipped({"in.zip": inner})))
    excel = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    assert "is an Excel or Word file" in refusal(open_uploads, Upload("r.xlsx", excel))
    assert "is a PDF" in refusal(open_uploads, Upload("header.csv", b"%PDF-1.7"))
    assert "an old Excel" in refusal(open_uploads, Upload("h.xls", b"\xd0\xcf\x11\xe0\xa1"))


def test_unusual_packing_too_many_members_empty_and_truncated():
    lzma = Upload("r.zip", zipped({"header.csv": PLAIN}, zipfile.ZIP_LZMA))
    assert "packed in an unusual way" in refusal(open_uploads, lzma)
    many = Upload("r.zip", zipped({f"{i}.csv": PLAIN for i in range(41)}))
    assert "holds 41 files" in refusal(open_uploads, many)
    assert "holds no files" in refusal(open_uploads, Upload("r.zip", zipped({})))
    whole = zipped({"header.csv": PLAIN * 100})
    assert "damaged" in refusal(open_uploads, Upload("r.zip", whole[:60]))


def test_bomb_is_stopped_while_it_streams(monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 2 * files.upload.MEGABYTE)
    bomb = Upload("r.zip", zipped({"header.csv": b"0" * (3 * files.upload.MEGABYTE)}))
    assert "is larger than 2 MB" in refusal(open_uploads, bomb)


def test_ratio_is_counted_not_believed():
    bomb = zipped({"header.csv": b"0" * (8 * files.upload.MEGABYTE)})
    assert "unpacks to far more" in refusal(open_uploads, Upload("r.zip", bomb))


def test_a_lying_size_is_damage_not_a_short_file():
    content = bytearray(zipped({"header.csv": PLAIN * 50}))
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert "damaged" in refusal(open_uploads, Upload("r.zip", bytes(content)))


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 10)
    path = tmp_path / "header.csv"
    path.write_bytes(PLAIN)
    assert "is larger than" in refusal(open_uploads, path)
    assert "is larger than" in refusal(open_uploads, Upload("header.csv", PLAIN))


# --- decoding


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_that_are_read(codec):
    upload = Upload("names.csv", "UPN,SURNAME\nA1,Zoë\n".encode(codec))
    assert decode(upload) == "UPN,SURNAME\nA1,Zoë\n"
    assert bool(read_text(upload).notices) == (codec == "cp1252")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("A,B\n1,2\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        ("A,B\n1,2\n".encode("utf-16-be"), "UTF-16 without a byte order mark"),
        ("A,B\n1,2\n".encode("utf-32"), "UTF-32"),
        (b"A,B\n1,2\n3,\x004\n5,6\n7,8\n9,10\n", "line 3: holds NUL bytes"),
        (b"A,B\n1,2\n3,\x014\n", "line 3: holds a control character (U+0001)"),
        (b"A,B\n1,\x81\n", "not UTF-8 or Windows-1252"),
        (b"\xef\xbb\xbfA,B\n1,\xe9\n", "not UTF-8"),
        (b"\xff\xfeA", "not UTF-16"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "is empty"),
    ],
)
def test_encodings_that_are_refused_by_name(content, words):
    assert words in refusal(decode, Upload("x.csv", content))


def test_garbled_accents_are_noticed_with_their_line():
    (notice,) = read_text(Upload("x.csv", "UPN,NAME\nA1,ZoÃ«\n".encode())).notices
    assert "line 2" in notice
    assert "garbled" in notice


def test_names_are_composed():
    assert decode(Upload("x.csv", "N\nZoe\u0308\n".encode())) == "N\nZoë\n"


def test_invisible_characters_are_refused_unless_allowed():
    upload = Upload("x.csv", "UPN,NAME\r\nA1\u200b,x\r\n".encode())
    assert "line 2: holds an invisible character (U+200B)" in refusal(table, upload)
    assert table(upload, invisible=True).frame["UPN"].tolist() == ["A1\u200b"]


# --- rows


def test_text_stays_text():
    result = table(Upload("x.csv", PLAIN))
    assert result.header == ("CHILD", "SEX", "UPN")
    assert result.frame["CHILD"].tolist() == ["001", "002"]
    assert result.frame["UPN"].tolist() == ["A123", "NA"]
    assert result.frame["SEX"].isna().tolist() == [False, True]
    assert set(map(str, result.frame.dtypes)) == {"str"}
    assert result.lines.tolist() == [2, 3]


@pytest.mark.parametrize("word", ["NA", "None", "null", "nan", "NULL", "n/a", "TRUE", "1e5", "007"])
def test_no_word_is_taken_for_missing_or_a_number(word):
    for content in (f"A,B\n{word},1\n", f'A,B\n"{word}",1\n'):
        assert table(Upload("x.csv", content.encode())).frame["A"].tolist() == [word]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiter_is_found(delimiter):
    content = f"A{delimiter}B\n1{delimiter}2\n".encode()
    assert table(Upload("x", content)).frame.iloc[0].tolist() == ["1", "2"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_and_blank_lines(newline):
    content = newline.join(["", "A,B", "1,2", "", ",", " , ", "3,4", "", ""])
    result = table(Upload("x.csv", content.encode()))
    assert result.frame["A"].tolist() == ["1", "3"]
    assert result.lines.tolist() == [3, 7]


def test_quoted_newlines_and_the_line_a_row_begins_on():
    result = table(Upload("x.csv", b'A,B\n"one\ntwo",2\n3,"4,5"\n'))
    assert result.frame["A"].tolist() == ["one\ntwo", "3"]
    assert result.frame["B"].tolist() == ["2", "4,5"]
    assert result.lines.tolist() == [2, 4]


@pytest.mark.parametrize("row", ["1,2,", "1,2,3,4", "1"])
def test_rows_of_the_wrong_width_are_refused_with_their_line(row):
    upload = Upload("x.csv", f"A,B\n1,2\n{row}\n".encode())
    width = row.count(",") + 1
    for call in (table, rows):
        assert f"x.csv, line 3: has {width} fields where the heading has 2" in refusal(call, upload)


def test_many_wrong_rows_are_counted():
    message = refusal(table, Upload("x.csv", b"A,B\n" + b"1\n" * 50))
    assert "and 30 more rows" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'A,B\n1,2\n3,"4\n5,6\n', "line 3: a quotation mark is opened and not closed"),
        (b'A,B\n"1"x,2\n', "line 2: a quotation mark"),
        (b"A,B\n1," + b"x" * 131_073 + b"\n", "line 2: a field begins here that is longer"),
        (b"A,B,a\n1,2,3\n", "line 1: has the same heading more than once (A, a)"),
        (b"A,,C\n1,2,3\n", "column 2 has no heading"),
        (b",".join([b"A%d" % i for i in range(65)]) + b"\n", "has 65 columns, more than the 64"),
        (b"A,B\n", "has headings and no rows"),
        (b"A,B\n1,2\nA,B\n3,4\n", "line 3: repeats the heading row"),
    ],
)
def test_what_cannot_be_cut_into_rows(content, words):
    assert words in refusal(table, Upload("x.csv", content))


def test_limits_are_the_callers():
    wide = b",".join([b"A%d" % i for i in range(300)]) + b"\n" + b",".join([b"1"] * 300) + b"\n"
    assert table(Upload("x.csv", wide), max_columns=400).frame.shape == (1, 300)
    assert "has 2 rows" in refusal(table, Upload("x.csv", PLAIN), max_rows=1)
    assert len(table(Upload("x.csv", b"A,B\n"), header_only=True).frame) == 0


def test_messages_show_no_cell_values():
    message = refusal(table, Upload("x.csv", b"A,B\nSECRET1,2,3\nSECRET2\n"))
    assert "SECRET" not in message


def test_file_names_are_made_safe_to_show():
    upload = Upload("a\u202egpj.csv\n" + "x" * 200, b"")
    message = refusal(decode, upload)
    assert "\u202e" not in message
    assert "\n" not in message
    assert len(upload.label) == 80


# --- properties

cells = st.text(st.sampled_from('ab0 ,"\n\té'), max_size=5)
grids = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6)
)


@given(grids, st.sampled_from(["\n", "\r\n"]), st.sampled_from([",", "\t"]))
@settings(max_examples=80, deadline=None)
def test_what_csv_writes_comes_back(grid, newline, delimiter):
    width = len(grid[0])
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=newline)
    header = [f"H{position}" for position in range(width)]
    writer.writerow(header)
    writer.writerows(grid)
    expected = [[cell.strip() for cell in row] for row in grid if any(map(str.strip, row))]
    upload = Upload("x.csv", buffer.getvalue().encode())
    result = table(upload, delimiter=delimiter, header_only=True)
    assert result.header == tuple(header)
    found = result.frame.astype(object).where(result.frame.notna(), "").to_numpy().tolist()
    assert found == expected


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(content):
    for prefix in (b"", b"\xff\xfe", b"A,B\n", b"PK\x03\x04"):
        try:
            for upload in open_uploads(Upload("x", prefix + content)):
                assert len(table(upload).frame)
        except Unusable as refused:
            assert all(len(str(problem)) < 400 for problem in refused.problems)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_damaged_zip_is_read_or_refused(data):
    content = bytearray(zipped({"header.csv": PLAIN * 20, "b.csv": PLAIN}))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        uploads = open_uploads(Upload("r.zip", bytes(content)))
    except Unusable:
        return
    assert all(upload.content in (PLAIN * 20, PLAIN) for upload in uploads)


def test_rows_without_a_value_are_left_out_with_a_notice():
    content = b"CHILD,LS\n1,C2\n,\n\n2,C2\n , \n"
    got = table(Upload("e.csv", content))
    assert got.frame["CHILD"].tolist() == ["1", "2"]
    assert got.lines.tolist() == [2, 5]
    assert got.notices == ("e.csv, lines 3, 6: the rows hold no value and were left out.",)
    one = table(Upload("e.csv", b"CHILD,LS\n,\n2,C2\n"))
    assert one.notices == ("e.csv, line 2: the row holds no value and was left out.",)
    many = table(Upload("e.csv", b"CHILD,LS\n" + b",\n" * 25 + b"2,C2\n"))
    assert many.notices[0].endswith("21 and 5 more: the rows hold no value and were left out.")


def test_the_heading_of_a_file_that_is_refused_can_still_be_read():
    ragged = Upload("x.csv", b"\r\n A ,B,A\r\n1,2,3,4\r\n")
    assert heading(ragged) == ("A", "B", "A")
    with pytest.raises(Unusable):
        heading(Upload("x.csv", b" \n"))
    with pytest.raises(Unusable):
        heading(Upload("x.csv", b'"A,B\n1,2\n'))


@pytest.mark.parametrize("pad", [" ", "  ", "\t", "\u00a0"])
def test_padded_values_are_trimmed_wherever_they_stand(pad):
    for row in (f"{pad}1,C2,x", f"1{pad},C2,x", f"1,{pad}C2,x", f"1,C2{pad},x", f"1,C2,x{pad}"):
        for end in ("", "\n", "\r\n2,,\n"):
            got = table(Upload("e.csv", f"A,B,C\n{row}{end}".encode()))
            assert got.frame.iloc[0].tolist() == ["1", "C2", "x"]
    blank = table(Upload("e.csv", f"A,B,C\n1,{pad},{pad}\n".encode())).frame.iloc[0]
    assert blank["A"] == "1"
    assert blank[["B", "C"]].isna().all()
