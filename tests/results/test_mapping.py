"""Columns named by hand: what is offered, what is remembered by, and what is read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import results
from cla.files import Upload
from cla.problems import Unusable
from cla.results import mapping
from cla.results.fields import SIGNATURES
from cla.stages import STAGES
from tests.results.rows import column, only, refusal

ANNA, BEN = "B801200005001", "H801200001001"
HEAD = "Pupil UPN,Family name,Date of birth,Reading scaled score,Maths scaled score,Remark"
PORTAL = Upload(
    "portal.csv",
    f"{HEAD}\n{ANNA},Ash,03/02/2013,110,112,\n{BEN},Birch,09/10/2012,N,96,good\n".encode(),
)
COLUMNS = {"upn": "Pupil UPN", "dob": "Date of birth", "read_score": "Reading scaled score"}


def known(way: results.ByHand, *more: results.ByHand, header: str = HEAD) -> results.Known:
    return results.Known(files={results.fingerprint(header.split(",")): (way, *more)})


def test_shapes_say_the_sort_and_the_share_and_never_a_value() -> None:
    found = mapping.shapes(mapping.numbered_records(PORTAL))
    assert [(one.sort, one.filled) for one in found] == [
        ("upn", 1.0), ("text", 1.0), ("date", 1.0), ("code", 1.0), ("whole number", 1.0),
        ("code", 0.5),
    ]  # fmt: skip
    assert "Ash" not in str(found) and "110" not in str(found)


def test_suggestions_are_alike_in_words_and_of_a_fitting_shape() -> None:
    found = mapping.suggestions(mapping.shapes(mapping.numbered_records(PORTAL)), "ks2")
    assert found == {
        "upn": "Pupil UPN",
        "surname": "Family name",
        "dob": "Date of birth",
        "read_score": "Reading scaled score",
        "mat_score": "Maths scaled score",
    }


def test_a_remembered_layout_is_read_whatever_the_order_and_case_of_its_headings() -> None:
    said = known(results.ByHand("ks2", COLUMNS))
    result = only(PORTAL, "2024/25", known=said)
    assert column(result, "read_score") == [110.0, None]
    assert result.notices[0].startswith("portal.csv: read as key stage 2 by 3 columns that were")
    shuffled = Upload(
        "s.csv", f"Remark,{HEAD.upper()[:-7]}\n,{ANNA},Ash,03/02/2013,99,98\n".encode()
    )
    assert column(only(shuffled, "2024/25", known=said), "read_score") == [99.0]


def test_a_changed_header_is_another_layout() -> None:
    said = known(results.ByHand("ks2", COLUMNS))
    changed = Upload("c.csv", PORTAL.content.replace(b"Remark", b"Comment"))
    assert "is not a results file" in refusal(changed, "2024/25", known=said)


def test_the_year_is_still_asked_for() -> None:
    assert "does not say the academic year" in refusal(
        PORTAL, known=known(results.ByHand("ks2", COLUMNS))
    )


def test_one_layout_may_hold_two_stages() -> None:
    mark = results.ByHand("mtc", {"upn": "Pupil UPN", "mark": "Remark"})
    found = results.read(
        Upload("two.csv", PORTAL.content.replace(b"good", b"21")),
        "2024/25",
        known=known(results.ByHand("ks2", COLUMNS), mark),
    )
    assert [each.stage for each in found] == ["ks2", "mtc"]
    assert column(found[1], "mark") == [None, 21.0]


def test_a_field_said_to_be_nowhere_is_not_recognised_either() -> None:
    head = ["ACADYR", "UPN", "READSCORE", "RWMEXP"]
    assert "rwm_exp" in results.columns_of(head, "ks2")
    assert "rwm_exp" not in results.columns_of(head, "ks2", {"rwm_exp": ""})


def test_doubled_headings_are_told_apart_by_their_order() -> None:
    doubled = Upload("d.csv", f"UPN,Score,Score\n{ANNA},101,99\n".encode())
    header = mapping.numbered_records(doubled).header
    assert header == ("UPN", "Score", "Score (2)")
    way = results.ByHand("ks2", {"upn": "UPN", "read_score": "Score (2)"})
    said = results.Known(files={results.fingerprint(header): (way,)})
    assert column(only(doubled, "2024/25", known=said), "read_score") == [99.0]
    assert "same heading more than once" in refusal(doubled, "2024/25")
    assert results.fingerprint(header) != results.fingerprint(("Score", "Score (2)", "UPN"))


@pytest.mark.parametrize(
    "first", [f"{ANNA},Ash", "UPN,03/02/2013", "UPN,1234", "*************,Ash"]
)
def test_a_first_line_of_data_is_no_heading(first: str) -> None:
    with pytest.raises(Unusable, match="holds data and no headings"):
        mapping.numbered_records(Upload("x.csv", f"{first}\n1,2\n".encode()))


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_needed_is_what_a_file_is_told_by(stage: str) -> None:
    assert mapping.lacking(stage, []) == (True, SIGNATURES[stage])
    for group in SIGNATURES[stage]:
        assert mapping.lacking(stage, ["upn", *group]) == (False, ())
    assert set(mapping.needed_fields(stage)) <= set(results.fields(stage))


def test_a_tuple_is_suggested_by_its_subject_and_component() -> None:
    assert mapping.suggested_tuple("EYF/COM/E02/FA/FD") == ("eyfsp", "e02")
    assert mapping.suggested_tuple("KS2/ENG/REA/TT/NL") is None
    assert mapping.suggested_tuple("KS3/MAT/MAT/TA/NL") is None


def test_a_survey_names_each_file_and_refuses_nothing() -> None:
    broken = Upload("b.zip", b"PK\x03\x04 broken")
    census = Upload("c.csv", f"UPN,EntryDate,SENprovision\n{ANNA},01/09/2020,N\n".encode())
    found = results.survey([PORTAL, broken, census], "2024/25")
    assert [file.unrecognised for file in found] == [True, False, False]
    assert found[0].header == tuple(HEAD.split(","))
    assert "damaged" in str(found[1].problems[0]) and "school census" in found[2].other


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_shaped_or_refused(content: bytes) -> None:
    try:
        records = mapping.numbered_records(Upload("x.csv", content))
    except Unusable as refused:
        assert refused.problems
        return
    shapes = mapping.shapes(records)
    assert len(shapes) == len(records.header)
    for stage in STAGES:
        assert set(mapping.suggestions(shapes, stage).values()) <= set(records.header)
