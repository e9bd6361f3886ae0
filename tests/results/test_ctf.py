"""Results in a Common Transfer File: what is read, what is told, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import results
from cla.files import Upload
from cla.problems import Unusable
from cla.results import ctf
from tests.results.rows import column, only, refusal

ANNA, BEN = "B801200005001", "H801200001001"
MTC = ("KS2", "MAT", "MTC", "TT", "MT")
PHONICS = ("KS1", "PHO", "PHO", "TA", "NM")


def assessment(codes: tuple[str, ...], result: str, year: str = "2024", **more: str) -> str:
    """One StageAssessment; ``more`` sets Locale and ResultStatus."""
    _, subject, component, method, qualifier = codes
    items = {
        "Locale": more.get("locale", "ENG"),
        "Year": year,
        "Subject": subject,
        "Method": method,
        "Component": component,
        "ResultStatus": more.get("status", "R"),
        "ResultQualifier": qualifier,
        "Result": result,
    }
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in items.items() if text)
    return (
        f"<KeyStage><Stage>{codes[0]}</Stage><StageAssessment>{inside}</StageAssessment></KeyStage>"
    )


def pupil(upn: str, *assessments: str, basic: str = "", sex: str = "Sex") -> str:
    return (
        f"<Pupil><UPN>{upn}</UPN><Surname>Ash</Surname><Forename>Anna</Forename>"
        f"<DOB>2015-02-03</DOB><{sex}>F</{sex}><BasicDetails>{basic}</BasicDetails>"
        f"<StageAssessments>{''.join(assessments)}</StageAssessments></Pupil>"
    )


def transfer(*pupils: str, space: str = "", name: str = "x.xml") -> Upload:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<CTfile{space}><Header><DocumentName>Common '
        "Transfer File</DocumentName><CTFversion>25.0</CTFversion></Header>\n<CTFpupilData>\n"
        + "\n".join(pupils)
        + "\n</CTFpupilData></CTfile>"
    )
    return Upload(name, text.encode())


PLAIN = transfer(pupil(ANNA, assessment(MTC, "25")), pupil(BEN, assessment(MTC, "17")))


def test_the_marks_of_the_multiplication_check() -> None:
    result = only(PLAIN)
    assert (result.stage, result.academic_year, result.source) == ("mtc", "2023/24", "ctf")
    assert column(result, "upn") == [ANNA, BEN]
    assert column(result, "mark") == [25.0, 17.0]
    assert column(result, "full_marks") == [True, False]
    assert column(result, "sex") == ["F", "F"]
    assert [str(day.date()) for day in result.frame["dob"]] == ["2015-02-03"] * 2
    assert result.notices == ()


@pytest.mark.parametrize(
    "space", [' xmlns="http://www.example.org/ctf"', ' xmlns:c="http://www.example.org/ctf"']
)
def test_a_namespace_changes_nothing(space: str) -> None:
    text = PLAIN.content.decode().replace("<CTfile>", f"<CTfile{space}>")
    if "xmlns:c" in space:
        text = text.replace("</", "\0").replace("<", "<c:").replace("\0", "</c:")
        text = text.replace("<c:?xml", "<?xml")
    spaced = only(Upload("x.xml", text.encode()))
    assert spaced.frame.equals(only(PLAIN).frame)


def test_gender_of_older_versions_is_sex() -> None:
    assert column(only(transfer(pupil(ANNA, assessment(MTC, "3"), sex="Gender"))), "sex") == ["F"]


def test_a_former_upn_is_kept_beside_the_pupil() -> None:
    basic = f"<FormerUPN>{BEN.lower()}</FormerUPN>"
    result = only(
        transfer(
            pupil(ANNA, assessment(MTC, "3"), basic=basic),
            pupil("R674123101121", assessment(MTC, "4")),
        )
    )
    assert column(result, "former_upn") == [BEN, None]


def test_of_two_years_somebody_must_say_which() -> None:
    both = transfer(
        pupil(ANNA, assessment(MTC, "20", "2023")), pupil(BEN, assessment(MTC, "21", "2024"))
    )
    said = refusal(both)
    assert "more than one academic year: 2022/23 (1 result) and 2023/24 (1 result)" in said
    chosen = only(both, "2022/23")
    assert (column(chosen, "upn"), column(chosen, "mark")) == ([ANNA], [20.0])
    assert "has no results of 2020/21" in refusal(both, "2020/21")


def test_results_without_a_year_need_one() -> None:
    nameless = transfer(pupil(ANNA, assessment(MTC, "20", year="")))
    assert "does not say the academic year" in refusal(nameless)
    assert only(nameless, "2022/23").academic_year == "2022/23"


def test_two_stages_of_one_year_are_two_results() -> None:
    one = transfer(pupil(ANNA, assessment(MTC, "20")), pupil(BEN, assessment(PHONICS, "33")))
    found = results.read(one)
    assert [(each.stage, len(each.frame)) for each in found] == [("phonics", 1), ("mtc", 1)]
    assert column(found[0], "met") == [True]
    said = " ".join(found[0].notices)
    assert "KS1/PHO/PHO/TA/NM is read as phonics, mark (1 result); that rests on one" in said
    assert "every pupil is counted in Year 1" in said
    assert said.count("one published example") == 1 and "MTC" not in said


def test_unknown_tuples_are_counted_and_never_guessed() -> None:
    score = ("KS2", "ENG", "REA", "TT", "NL")
    one = transfer(
        pupil(ANNA, assessment(MTC, "20"), assessment(score, "104")),
        pupil(BEN, assessment(score, "99")),
    )
    result = only(one)
    assert result.stage == "mtc" and len(result.frame) == 1
    assert any(
        "2 results not read, since nobody has said what they are: KS2/ENG/REA/TT/NL (2)" in notice
        for notice in result.notices
    )


def test_a_tuple_that_somebody_named_is_read() -> None:
    score = ("KS2", "ENG", "REA", "TT", "NL")
    one = transfer(pupil(ANNA, assessment(score, "104")), pupil(BEN, assessment(score, "N")))
    assert "holds no results that can be read" in refusal(one)
    known = results.Known(tuples={"KS2/ENG/REA/TT/NL": ("ks2", "read_score")})
    result = only(one, known=known)
    assert (result.stage, column(result, "read_score")) == ("ks2", [104.0, None])
    assert column(result, "read_exp") == [True, None]


def test_too_little_of_a_stage_is_told() -> None:
    one = transfer(pupil(ANNA, assessment(("EYF", "COM", "E01", "FA", "FD"), "2")))
    said = refusal(one)
    assert "Too little of early years profile is known to read it (1 pupil)" in said


@pytest.mark.parametrize(
    ("more", "words"),
    [({"status": "T"}, "targets or estimates"), ({"locale": "WLS"}, "of another country")],
)
def test_what_is_no_result_of_england_is_set_aside(more: dict[str, str], words: str) -> None:
    result = only(
        transfer(pupil(ANNA, assessment(MTC, "20")), pupil(BEN, assessment(MTC, "9", **more)))
    )
    assert len(result.frame) == 1 and any(words in notice for notice in result.notices)


def test_a_result_given_twice_with_two_values_is_left_out() -> None:
    both = pupil(ANNA, assessment(MTC, "20"), assessment(MTC, "21"))
    same = pupil(BEN, assessment(MTC, "9"), assessment(MTC, "9"))
    result = only(transfer(both, same))
    assert column(result, "upn") == [BEN]
    assert any("1 result given twice with different values" in notice for notice in result.notices)


def test_what_is_no_code_is_not_repeated() -> None:
    odd = ("KS2", "Anna Ash", "MTC", "TT", "MT")
    result = only(transfer(pupil(ANNA, assessment(MTC, "20")), pupil(BEN, assessment(odd, "9"))))
    said = " ".join(result.notices)
    assert "KS2/?/MTC/TT/MT (1)" in said and "Anna Ash" not in said


WHOLE = PLAIN.content.decode()
BOMBS = {
    "billion laughs": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + WHOLE[39:],
    "external file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + WHOLE[39:],
    "external DTD": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + WHOLE[39:],
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_entities_are_never_read(bomb: str) -> None:
    assert "document type declaration (DTD)" in refusal(Upload("x.xml", bomb.encode()))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<html><body/></html>", "its first element is HTML, not CTfile"),
        ("<EXPSSDA903><CHILD/></EXPSSDA903>", "is an SSDA903 return, not results"),
        ("<CTfile>", "not well-formed XML"),
        ("<CTfile><CTFpupilData/></CTfile>", "without a pupil"),
        ("<CTfile>" + "<A>" * 40 + "</A>" * 40 + "</CTfile>", "nested deeper"),
        (WHOLE.replace("Ash", "A" * 500), "an item of more than 400 characters"),
        (WHOLE.replace("UTF-8", "ebcdic-cp-be"), "encoding ebcdic-cp-be"),
    ],
)
def test_what_is_refused(text: str, words: str) -> None:
    assert words in refusal(Upload("x.xml", text.encode()))


def test_a_huge_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctf, "MAX_PUPILS", 1)
    assert "more than the 1 pupils" in refusal(PLAIN)
    monkeypatch.setattr(ctf, "MAX_PUPILS", 10)
    monkeypatch.setattr(ctf, "MAX_RESULTS", 1)
    assert "more than the 1 results" in refusal(PLAIN)
    monkeypatch.setattr(ctf, "MAX_RESULTS", 10)
    monkeypatch.setattr(ctf, "MOST_KINDS", 1)
    two = transfer(pupil(ANNA, assessment(MTC, "2"), assessment(PHONICS, "2")))
    assert "more than 1 kinds" in refusal(two)


def test_the_return_names_a_transfer_file() -> None:
    from cla import ssda903

    with pytest.raises(Unusable, match="Common Transfer File of a school; import it as key stage"):
        ssda903.read(PLAIN, year=2024)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    text = PLAIN.content
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    damaged = text[:start] + data.draw(st.binary(max_size=20)) + text[end:]
    try:
        found = results.read(Upload("x.xml", damaged), "2023/24")
    except Unusable as refused:
        assert refused.problems
    else:
        assert {each.stage for each in found} <= {"mtc", "phonics", "ks2", "eyfsp"}
