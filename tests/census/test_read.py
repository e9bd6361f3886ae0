"""School characteristics: read by hand, and the ways such a file goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import census, reference
from cla.files import Upload
from cla.problems import Unusable

HEAD = (
    "UPN,ACADYR,DOB,SEX,SEN_PROVISION,SEN_NEED,FSM6,LANG,SESSIONS_POSSIBLE,"
    "SESSIONS_AUTHORISED,SESSIONS_UNAUTHORISED,SUSPENSIONS,DAYS_SUSPENDED"
)
ANNA = "B801200005001,2024/25,03/02/2014,F,K,SEMH,1,ENG,380,12,7,0,0"
BEN = "H801200001001,2024/25,09/10/2013,M,E,ASD,0,OTH,380,30,8,2,3.5"
CARA = "R674123101121,2024/25,30/06/2014,F,N,,0,NOT,,,,,"


def upload(*rows: str, head: str = HEAD) -> Upload:
    return Upload("census.csv", "\n".join([head, *rows, ""]).encode())


def only(*rows: str) -> census.Census:
    (result,) = census.read(upload(*rows))
    return result


def column(result: census.Census, name: str) -> list:
    values = result.frame[name].astype(object)
    return values.where(values.notna(), None).tolist()


def refusal(*args) -> str:
    with pytest.raises(Unusable) as caught:
        census.read(*args)
    return "\n".join(map(str, caught.value.problems))


def test_by_hand():
    result = only(ANNA, BEN, CARA)
    assert (result.academic_year, result.year, result.source) == ("2024/25", 2025, "csv")
    assert column(result, "sen") == ["K", "E", "N"]
    assert column(result, "sen_need") == ["SEMH", "ASD", None]
    assert column(result, "fsm6") == [True, False, False]
    assert column(result, "eal") == [False, True, None]
    assert column(result, "absence_overall") == [5.0, 10.0, None]
    assert result.frame["absence_unauthorised"].iloc[1] == pytest.approx(100 * 8 / 380)
    assert column(result, "persistent") == [False, True, None]
    assert column(result, "severe") == [False, False, None]
    assert column(result, "suspended") == [False, True, None]
    assert column(result, "days_suspended") == [0, 3.5, None]
    assert result.counts == {"rows": 3, "left_out": 0, "duplicates": 0, "masked": 0}
    assert result.lacks == ("school", "type of school", "pupil premium")
    (notice,) = result.notices
    assert "2024/25: this file says nothing of school, type of school and pupil premium" in notice


def test_a_year_each():
    older = BEN.replace("2024/25", "2023/2024")
    first, second = census.read(upload(ANNA, older))
    assert [first.academic_year, second.academic_year] == ["2023/24", "2024/25"]
    assert [len(first.frame), len(second.frame)] == [1, 1]


def test_headings_in_any_case_and_by_their_other_names():
    head = "upn,Academic Year,sen provision,everfsm_6_p"
    (result,) = census.read(upload("B801200005001,2024/25,S,1", head=head))
    assert column(result, "sen") == ["E"]
    assert column(result, "fsm6") == [True]


def test_what_is_told():
    rows = [
        ANNA,
        ANNA.replace("380", "381"),
        BEN.replace("H801200001001", "*" * 13),
        CARA.replace(",N,,", ",Q,,"),
        BEN.replace("380,30,8,2,3.5", "10,30,8,2.5,-1"),
    ]
    result = only(*rows)
    words = " ".join(result.notices)
    assert "1 row of a pupil who has a row for 2024/25 already" in words
    assert "line 3" in words
    assert "1 row with a masked UPN (asterisks) cannot be matched and left out (line 4)" in words
    assert "column SEN_PROVISION: 1 value taken as missing, not N, K or E (line 5)" in words
    assert "column SUSPENSIONS: 1 value taken as missing, not a whole number (line 6)" in words
    assert "column DAYS_SUSPENDED: 1 value taken as missing, not a number in halves" in words
    assert "more sessions missed than possible (line 6)" in words
    assert column(result, "upn") == ["B801200005001", "R674123101121", "H801200001001"]
    assert column(result, "absence_overall") == [5.0, None, None]
    assert result.counts == {"rows": 5, "left_out": 0, "duplicates": 1, "masked": 1}


def test_columns_that_are_not_used_are_named():
    (result,) = census.read(upload(ANNA + ",x", head=HEAD + ",SHOE_SIZE"))
    assert any("columns not used: SHOE_SIZE" in notice for notice in result.notices)
    assert not (result.frame.astype("str") == "x").any(axis=None)
    assert result.set_aside == ("SHOE_SIZE",)


def test_what_is_refused():
    assert "lacks UPN and ACADYR" in refusal(Upload("x.csv", b"CHILD,DECOM\n1,2\n"))
    assert "no characteristic of them" in refusal(
        Upload("x.csv", b"UPN,ACADYR\nB801200005001,2024/25\n")
    )
    assert "each row needs an academic year" in refusal(upload(ANNA, BEN.replace("2024/25", "")))
    assert "line 3: has 14 fields" in refusal(upload(ANNA, BEN + ",1"))
    assert "two files hold school characteristics of 2024/25" in refusal(
        [upload(ANNA), upload(BEN)]
    )


def test_the_documentation_names_every_column():
    page = Path(__file__).parents[2].joinpath("docs", "characteristics.md").read_text("utf-8")
    named = reference.table("attainment", "characteristics.csv")["column"]
    for heading in set(named) - {"PUPILPREMIUMFYENDDATE"}:  # of DfE's own list alone
        assert f"| `{heading}` |" in page


def test_the_example_of_the_documentation_is_read():
    page = Path(__file__).parents[2].joinpath("docs", "characteristics.md").read_text("utf-8")
    (result,) = census.read(Upload("example.csv", page.split("```")[1].strip().encode()))
    assert len(result.frame) == 2
    assert result.lacks == ()
    assert result.notices == ()


@given(st.binary(max_size=200), st.sampled_from([b"", HEAD.encode() + b"\n", ANNA.encode()]))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(content, before):
    try:
        for result in census.read(Upload("x.csv", before + content)):
            assert result.frame["upn"].is_unique
            assert result.schools["upn"].isin(result.frame["upn"]).all()
    except Unusable as refused:
        assert refused.problems
