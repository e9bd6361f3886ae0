"""The return as XML: the same tables as the CSV files, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import ssda903
from cla.ssda903 import Return, Unusable, Upload, read
from tests.ssda903 import sample


def xml(text: str | bytes, name: str = "return.xml") -> list[Upload]:
    return [Upload(name, text.encode() if isinstance(text, str) else text)]


def child(header: str = "", after: str = "", number: str = "001") -> str:
    items = f"<CHILDID>{number}</CHILDID><SEX>M</SEX><DOB>01/02/2010</DOB>{header}"
    return f"<CHILD><HEADER>{items}</HEADER>{after}</CHILD>"


EPISODE = "<EPISODE><DECOM>01/05/2020</DECOM><RNE>S</RNE><PL>U1</PL><DEC/><REC/></EPISODE>"


def whole(*children: str) -> str:
    return f"<EXPSSDA903>{''.join(children)}</EXPSSDA903>"


def refused(text: str | bytes) -> list[str]:
    with pytest.raises(Unusable) as caught:
        read(xml(text), 2021)
    return [str(problem) for problem in caught.value.problems]


def same_values(ret: Return, other: Return) -> None:
    """Equal rows table by table; XML rows come child by child, so both are put in one order."""
    for name in set(ret.tables) - {"SWEpisodes"}:
        columns = list(ret.tables[name].columns)
        assert not set(columns) - set(other.tables[name].columns)
        assert in_order(ret.tables[name]) == in_order(other.tables[name][columns])


def in_order(frame: pd.DataFrame) -> list[list[str]]:
    return sorted(frame.fillna("(missing)").to_numpy().tolist())


@pytest.mark.parametrize("year", [2016, 2021, 2026])
def test_xml_and_csv_of_the_same_return_give_equal_tables(year: int) -> None:
    rows = sample.tables(year)
    from_csv = read(sample.uploads(rows=rows), year)
    from_xml = read(xml(sample.as_xml(rows)), year)
    same_values(from_csv, from_xml)
    assert (from_csv.source, from_xml.source) == ("csv", "xml")
    assert from_xml.notices == ()
    assert from_xml.header["UASC"].tolist() == from_csv.header["UASC"].tolist()
    pd.testing.assert_frame_equal(from_xml.typed("UASC"), from_csv.typed("UASC"))


VALUES = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=6, max_size=6))
def test_any_text_survives_both_ways_alike(cells: list[tuple[str, str, str]]) -> None:
    rows = {name: sample.tables(2021)[name] for name in ("Header", "Episodes", "UASC", "OC2")}
    for number, (upn, post, score) in enumerate(cells):
        rows["Header"][number]["UPN"] = upn
        rows["Episodes"][number]["HOME_POST"] = post
        rows["OC2"][number]["SDQ_SCORE"] = score
    same_values(read(sample.uploads(rows=rows), 2021), read(xml(sample.as_xml(rows)), 2021))


def test_the_items_in_header_become_rows_only_where_they_are_given() -> None:
    ret = read(
        xml(
            whole(
                child("<UASC>0</UASC><DATE_INT/><IN_TOUCH></IN_TOUCH>", EPISODE, "1"),
                child("<UASC>1</UASC>", number="2"),
                child("<UASC>0</UASC><DUC>01/02/2028</DUC>", number="3"),
                child("<IN_TOUCH>YES</IN_TOUCH><ACCOM>B1</ACCOM>", number="4"),
                child("<LS_ADOPTR>L0</LS_ADOPTR>", number="5"),
            )
        ),
        2021,
    )
    assert ret.tables["UASC"]["CHILD"].tolist() == ["2", "3"]
    assert ret.tables["UASC"]["SEX"].tolist() == ["M", "M"]
    assert ret.tables["OC3"]["CHILD"].tolist() == ["4"]
    assert ret.tables["AD1"]["CHILD"].tolist() == ["5"]
    assert ret.tables["AD1"]["DOB"].tolist() == ["01/02/2010"]
    assert ret.header["UASC"].tolist()[:3] == ["0", "1", "0"]
    assert ret.tables["Episodes"]["PLACE"].tolist() == ["U1"]
    assert ret.tables["Episodes"]["DEC"].isna().all()


def test_tables_without_a_row_are_there_and_empty_and_later_ones_absent() -> None:
    ret = read(xml(whole(child("", EPISODE))), 2021)
    assert len(ret.missing) == 0
    assert ret.has("Reviews")
    assert not ret.has("SWEpisodes")
    assert not ret.has("DoLo")
    early = read(xml(whole(child("", EPISODE.replace("2020", "2013")))), 2014)
    assert not early.has("Missing")
    assert early.notices == ()


def test_rows_know_their_line() -> None:
    text = whole("\n", child("", "\n\n" + EPISODE), "\n", child("", EPISODE, "2"))
    ret = read(xml(text), 2021)
    assert ret.lines["Header"].tolist() == [2, 5]
    assert ret.lines["Episodes"].tolist() == [4, 5]


def test_namespaces_prefixes_comments_and_small_letters_are_tolerated() -> None:
    text = whole("<!-- note -->", child("<x:UPN>A1</x:UPN>", EPISODE.lower()))
    text = text.replace("<EXPSSDA903>", "<EXPSSDA903 xmlns='urn:a' xmlns:x='urn:b'>")
    ret = read(xml(text), 2021)
    assert ret.tables["Header"]["UPN"].tolist() == ["A1"]
    assert len(ret.episodes) == 1
    assert ret.notices == ()


def test_what_is_no_part_of_the_return_is_listed() -> None:
    text = whole(
        child("<NAME>x</NAME><NAME>y</NAME><SEX><B>1</B></SEX><AMISSING/>", "text" + EPISODE),
        child("<OC2 mark='1'><SDQ_SCORE>4</SDQ_SCORE><FOO>1</FOO></OC2>", "<BAR/>", "2"),
    )
    (notice,) = read(xml(text), 2021).notices
    for words in ("HEADER/NAME (1)", "SEX (1)", "empty AMISSING (1)", "text directly in CHILD (1)",
                  "OC2 mark (attribute) (1)", "OC2/FOO (1)", "CHILD/BAR (1)"):  # fmt: skip
        assert words in notice
    assert ">x<" not in notice


def test_social_worker_and_liberty_rows_are_told_by_their_items() -> None:
    workers = "<SW><SW_ID>7</SW_ID><SW_DECOM>01/06/2026</SW_DECOM></SW>"
    orders = "<ORDER><DOLO_START>01/06/2026</DOLO_START></ORDER>"
    ret = read(xml(whole(child(workers + orders, EPISODE.replace("2020", "2026")))), 2027)
    assert ret.tables["SWEpisodes"]["SW_ID"].tolist() == ["7"]
    assert ret.tables["SWEpisodes"]["CHILD"].tolist() == ["001"]
    assert ret.tables["DoLo"]["DOLO_START"].tolist() == ["01/06/2026"]
    assert len(ret.notices) == 2


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16"),
        lambda text: ('<?xml version="1.0" encoding="windows-1252"?>' + text).encode("cp1252"),
        lambda text: ("\n" + text).encode(),
    ],
)
def test_encodings(encode) -> None:
    text = whole(child("<UPN>Orléans</UPN>", EPISODE))
    assert read(xml(encode(text)), 2021).tables["Header"]["UPN"].tolist() == ["Orléans"]


def test_xml_is_known_by_its_first_character_not_its_name() -> None:
    assert read(xml(whole(child("", EPISODE)), "return.csv"), 2021).source == "xml"
    assert read([sample.zipped(xml(whole(child("", EPISODE))))], 2021).source == "xml"
    assert ssda903.likely_year(xml(whole(child("", EPISODE)))) == 2021


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<html><body/></html>", "its first element is HTML, not EXPSSDA903"),
        ("<EXPSSDA903>", "not well-formed XML (no element found)"),
        ("<EXPSSDA903><CHILD></EXPSSDA903>", "line 1: is not well-formed XML (mismatched tag)"),
        ("<EXPSSDA903/>", "no CHILD element"),
        (whole("<CHILD></CHILD>"), "no HEADER"),
        (whole(child("</HEADER><HEADER>")), "two HEADER"),
        (whole(child("<SEX>1</SEX>")), "HEADER has the element SEX twice"),
        (whole(child("", child())), "a CHILD element inside another"),
        (whole("<A>" * 40 + "</A>" * 40), "nested deeper"),
        ("<?xml version='1.0' encoding='ebcdic-cp-be'?>" + whole(child()), "encoding ebcdic-cp-be"),
        (whole(child("<UPN>\u200b</UPN>")), "invisible character (U+200B)"),
        (whole(child("<UPN>&#0;</UPN>")), "not well-formed XML"),
        (whole(child("<UPN>&who;</UPN>")), "not well-formed XML (undefined entity)"),
        ("<!DOCTYPE EXPSSDA903>" + whole(child()), "document type declaration"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, words: str) -> None:
    sentences = refused(text)
    assert words in sentences[0]
    assert sentences[0].startswith("return.xml")


def test_every_child_without_a_header_is_told_with_its_line_up_to_twenty() -> None:
    sentences = refused(whole("\n<CHILD/>" * 30))
    assert len(sentences) == 20
    assert sentences[2].startswith("return.xml, line 4")


BOMBS = {
    "billion laughs": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    + whole(child("<UPN>&b;</UPN>")),
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>' + whole("&a;" * 1000),
    "external file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    + whole(child("<UPN>&a;</UPN>")),
    "external DTD": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + whole(child()),
    "parameter entity": '<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/hostname"> %a;]>' + whole(),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_entities_are_never_read(bomb: str) -> None:
    (sentence,) = refused(bomb)
    assert "document type declaration (DTD)" in sentence


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data) -> None:
    text = sample.as_xml(sample.tables(2021, children=2)).encode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    damaged = text[:start] + data.draw(st.binary(max_size=20)) + text[end:]
    try:
        ret = read(xml(damaged), 2021, any_year=True)
    except Unusable as refusal:
        assert refusal.problems
    else:
        assert set(ret.tables) <= set(sample.tables(2027))
