"""Terms and schools added up, absence worked out, and what a type of school is."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import census
from cla.files import Upload
from tests.census import giap
from tests.census.giap import ANNA, BEN
from tests.census.test_giap import of, only, refusal

HEAD = (
    "UPN,ACADYR,TERM,LAESTAB,ENTRY_DATE,LEAVING_DATE,SESSIONS_POSSIBLE,SESSIONS_AUTHORISED,"
    "SESSIONS_UNAUTHORISED,SUSPENSIONS,DAYS_SUSPENDED,PERMANENT_EXCLUSIONS"
)


def upload(*rows: str, head: str = HEAD, name: str = "attendance.csv") -> Upload:
    return Upload(name, "\n".join([head, *rows, ""]).encode())


def test_terms_are_added_up() -> None:
    result = only(
        upload(
            f"{ANNA},2024/25,Autumn,8012001,,,130,5,3,1,1.5,0",
            f"{ANNA},2024/25,spring term,8012001,,,110,10,2,0,0,0",
            f"{ANNA},2024/25,SUM,8012001,,,140,3,15,2,4,1",
            f"{BEN},2024/25,Autumn,8012001,,,130,0,0,0,0,0",
        )
    )
    pupil = of(result)
    assert pupil["sessions_possible"] == 380
    assert (pupil["sessions_authorised"], pupil["sessions_unauthorised"]) == (18, 20)
    assert (pupil["absence_overall"], pupil["persistent"]) == (10.0, True)
    assert (pupil["suspensions"], pupil["days_suspended"]) == (3, 5.5)
    assert (pupil["permanent_exclusions"], pupil["excluded"]) == (1, True)
    assert (of(result, BEN)["suspended"], of(result, BEN)["absence_overall"]) == (False, 0.0)
    assert (pupil["schools"], pupil["in_year_move"]) == (1, False)


def test_what_is_said_of_the_whole_year_takes_the_place_of_terms() -> None:
    result = only(
        upload(
            f"{ANNA},2024/25,Autumn,8012001,,,130,5,3,1,1.5,0",
            f"{ANNA},2024/25,,8012001,,,380,30,20,,,",
        )
    )
    pupil = of(result)
    assert (pupil["sessions_possible"], pupil["sessions_unauthorised"]) == (380, 20)
    assert pupil["suspensions"] == 1


def test_two_schools_of_a_year_are_collected() -> None:
    result = only(
        upload(
            f"{ANNA},2024/25,,8014002,14/01/2025,,200,10,10,1,2,0",
            f"{ANNA},2024/25,,8012001,04/09/2019,13/01/2025,150,5,0,0,0,0",
        )
    )
    pupil = of(result)
    assert pupil["laestab"] == "8014002"
    assert (pupil["sessions_possible"], pupil["suspensions"]) == (350, 1)
    assert (pupil["schools"], pupil["in_year_move"]) == (2, True)
    stays = result.schools
    assert list(stays["laestab"]) == ["8012001", "8014002"]
    assert stays["leaving_date"].iloc[0] == pd.Timestamp(2025, 1, 13)
    assert result.counts["duplicates"] == 0


def test_a_row_twice_is_counted_once() -> None:
    line = f"{ANNA},2024/25,Autumn,8012001,,,130,5,3,1,1.5,0"
    result = only(upload(line, line))
    assert of(result)["sessions_possible"] == 130
    assert result.counts["duplicates"] == 1


def test_a_file_of_attendance_beside_the_census() -> None:
    result = only(
        giap.census("autumn", giap.row("autumn")),
        upload(
            f"{ANNA},2024/25,8012001,Beech School,21,130,5,3",
            head="UPN,ACADYR,LAESTAB,SCHOOL_NAME,NFTYPE,SESSIONS_POSSIBLE,SESSIONS_AUTHORISED,"
            "SESSIONS_UNAUTHORISED",
        ),
        upload(f"{ANNA},2024/25,2", head="UPN,ACADYR,SUSPENSIONS", name="exclusions.csv"),
    )
    pupil = of(result)
    assert result.source == "csv+giap"
    assert (pupil["sen"], pupil["suspensions"], pupil["sessions_possible"]) == ("K", 2, 130)
    assert (pupil["school_name"], pupil["school_phase"]) == ("Beech School", "PS")
    assert (pupil["school_type"], pupil["school_type_group"]) == ("Community School", "mainstream")
    assert pupil["entry_date"] == pd.Timestamp(2019, 9, 4)
    (stay,) = result.schools.to_dict("records")
    assert (stay["term"], stay["school_name"]) == ("autumn", "Beech School")


def test_two_files_that_say_the_same_are_refused() -> None:
    one = upload(f"{ANNA},2024/25,2", head="UPN,ACADYR,SUSPENSIONS")
    other = upload(f"{BEN},2024/25,1", head="UPN,ACADYR,SUSPENSIONS", name="more.csv")
    assert "two files hold school characteristics of 2024/25" in refusal(one, other)


def test_sessions_in_part_are_not_half_counted() -> None:
    result = only(
        upload(
            f"{ANNA},2024/25,Autumn,8012001,,,130,,3,,,",
            f"{ANNA},2024/25,Spring,8012001,,,100,10,10,,,",
        )
    )
    assert of(result)["absence_overall"] == 20.0
    assert "sessions are given in part (line 2)" in " ".join(result.notices)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 400), st.integers(0, 200), st.integers(0, 200)),
        min_size=1,
        max_size=3,
    )
)
def test_authorised_and_unauthorised_make_the_whole(terms: list[tuple[int, int, int]]) -> None:
    lines = [
        f"{ANNA},2024/25,{name},8012001,,,{possible},{authorised},{without},,,"
        for name, (possible, authorised, without) in zip(
            ("Autumn", "Spring", "Summer"), terms, strict=False
        )
    ]
    pupil = of(only(upload(*lines)))
    sound = [each for each in terms if each[1] + each[2] <= each[0]]
    if not sound:
        assert pupil["absence_overall"] is None and pupil["persistent"] is None
        return
    possible = sum(each[0] for each in sound)
    missed = sum(each[1] + each[2] for each in sound)
    parts = pupil["absence_authorised"] + pupil["absence_unauthorised"]  # type: ignore[operator]
    assert pupil["absence_overall"] == pytest.approx(parts, abs=1e-9)
    assert pupil["absence_overall"] == pytest.approx(100 * missed / possible)
    assert pupil["persistent"] is (10 * missed >= possible)
    assert pupil["severe"] is (2 * missed >= possible)


def test_any_strand_is_pupil_premium() -> None:
    head = "UPN,ACADYR,PP_DEPRIVATION,PP_LOOKED_AFTER,DISADVANTAGED"
    result = only(upload(f"{ANNA},2024/25,0,1,1", f"{BEN},2024/25,,,0", head=head))
    assert (of(result)["pupil_premium"], of(result)["disadvantaged"]) == (True, True)
    assert (of(result, BEN)["pupil_premium"], of(result, BEN)["disadvantaged"]) == (None, False)


@pytest.mark.parametrize(
    ("heading", "value", "group"),
    [
        *(("NFTYPE", code, "special") for code in ("26", "27", "28", "50", "53", "55")),
        *(("NFTYPE", code, "ap") for code in ("34", "56", "61", "62", "97")),
        *(("NFTYPE", code, "mainstream") for code in ("20", "25", "51", "52", "57", "58")),
        *(("NFTYPE", code, "independent") for code in ("29", "30", "39", "48")),
        *(("NFTYPE", code, "unknown") for code in ("31", "32", "99", "77")),
        ("TOE_CODE", "28", "mainstream"),  # a sponsored academy; 28 of NFTYPE is special
        ("TOE_CODE", "07", "special"),
        ("TOE_CODE", "14", "ap"),
        ("TOE_CODE", "18", "unknown"),
        ("SCHOOL_TYPE", "26", "special"),
        ("SCHOOL_TYPE", "Pupil Referral Unit", "ap"),
        ("SCHOOL_TYPE", "voluntary aided school", "mainstream"),
        ("SCHOOL_TYPE", "Castle", "unknown"),
        ("SCHOOL_TYPE_GROUP", "none", "none"),
        ("SCHOOL_TYPE_GROUP", "Independent school", "independent"),
    ],
)
def test_the_sort_of_school(heading: str, value: str, group: str) -> None:
    result = only(upload(f"{ANNA},2024/25,{value}", head=f"UPN,ACADYR,{heading}"))
    assert of(result)["school_type_group"] == group


def test_the_columns_that_say_the_sort_of_school_have_an_order() -> None:
    head = "UPN,ACADYR,SCHOOL_TYPE,TOE_CODE,NFTYPE,SCHOOL_TYPE_GROUP"
    result = only(
        upload(
            f"{ANNA},2024/25,special school,14,21,independent",
            f"{BEN},2024/25,special school,14,,",
            head=head,
        )
    )
    assert of(result)["school_type_group"] == "independent"
    assert of(result, BEN)["school_type_group"] == "ap"


def test_code_lists() -> None:
    needs = census.labels("sen_need")
    assert needs["SEMH"] == "Social, emotional and mental health"
    assert {"NSA", "DS", "BESD"} <= set(needs)
    assert census.labels("nftype")["34"] == "Pupil Referral Unit"
    with pytest.raises(KeyError):
        census.labels("shoe_size")
    groups = census.school_type_group(pd.Series(["21", None, "026"]))
    assert list(groups) == ["mainstream", "unknown", "special"]
