"""Check your performance measures, extracts, and columns named by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from cla import results
from cla.files import Table, Upload
from cla.problems import Unusable
from cla.results import fields
from cla.results.fields import PREFIXES
from cla.stages import STAGES
from tests.results.rows import ANNA, KS2_HEAD, column, delimited, ks2, only, refusal

UPN, OTHER = "B801200005001", "H801200001001"

# --- Check your performance measures, key stage 2

SUPPLIER = (
    "LAESTAB URN UPN CYPMD_ID PINCL_Flag SURNAME FORENAME Sex DOB SEN ETHNICITY LANG1ST FSM6_P "
    "KS1READ KS1WRIT KS1MAT KS1AVERAGEPS KS1GROUP READOUTCOME READSCORE MATOUTCOME MATSCORE "
    "WRITTAOUTCOME INREADPROG KS2READSCORE KS2READPRED_EM READPROGSCORE_EM_ADJUSTED"
)
ONE = (
    f"9911001 100001 {UPN} 77 201 Ash Anna F 03/02/15 K WBRI OTH 1 EXS WTS EXS 7.5 2 "
    "AS 104 NS 98 EXS 1 104 101.25 2.75"
)
TWO = (
    f"9911001 100001 {OTHER} 78 202 Birch Ben M 03/02/14 E WBRI ENG 0 PK2 PK1 BLW - 1 "
    "B - B - PK4 0 - - -"
)


@pytest.mark.parametrize("portal", [False, True])
def test_pupil_file_of_key_stage_2(portal):
    head = SUPPLIER
    if portal:
        for supplier, shown in (
            ("PINCL_Flag", "P_INCL"),
            ("Sex", "SEX"),
            (" SEN ", " SENF "),
            ("ETHNICITY", "ETHNIC"),
        ):
            head = head.replace(supplier, shown)
    result = only(delimited("ks2pupils", head, (ONE, TWO)), academic_year="2025/26")
    assert (result.stage, result.source, result.academic_year) == ("ks2", "cypmd", "2025/26")
    assert result.frame["dob"].dt.strftime("%Y-%m-%d").tolist() == ["2015-02-03", "2014-02-03"]
    assert column(result, "sex") == ["F", "M"]
    assert column(result, "sen") == ["K", "E"]
    assert column(result, "eal") == [True, False]
    assert column(result, "ks1_read_outcome") == ["EXS", "PK2"]
    assert column(result, "ks1_read_points") == [8, None]
    assert column(result, "ks1_aps") == [7.5, None]
    assert column(result, "prior") == ["middle", "low"]
    assert column(result, "read_prog") == [2.75, None]
    assert column(result, "elig_read") == [True, False]  # 202: not at the end of the key stage
    assert column(result, "rwm_exp") == [False, None]
    assert any("no points are held for PK1 to PK4" in notice for notice in result.notices)
    assert result.checks.empty
    assert set(result.set_aside) == {"CYPMD_ID", "ETHNIC" if portal else "ETHNICITY"}


def test_the_year_has_to_be_said_where_the_file_has_none():
    assert "does not say the academic year" in refusal(delimited("ks2pupils", SUPPLIER, (ONE,)))


def test_whole_years_are_read_too_and_the_century_is_that_of_a_pupil():
    whole = only(
        delimited("k", SUPPLIER, (ONE.replace("03/02/15", "03/02/2015"),)), academic_year="2025/26"
    )
    assert whole.frame["dob"].dt.year.tolist() == [2015]
    head = "UPN CYPMD_ID DOB LEVEL2_EM_PTQ"
    early = only(delimited("k", head, (f"{UPN} 7 03/02/98 1",)), academic_year="2013/14")
    assert early.frame["dob"].dt.year.tolist() == [1998]


# --- and key stage 4

JUNE = (
    "UPN MATCHREF CYPMD_ID SURNAME FORENAME SEX DOB AGE P_INCL LAESTAB URN ENTRYDAT SENF LANG1ST "
    "ETHNIC ACTYRGRP NEWMOBILE"
)


def test_the_june_file_has_no_results():
    row = f"{UPN} 1 7 Ash Anna F 2010-02-03 15 401 9911001 1 2021-09-01 N ENG WBRI 11 0"
    assert "holds no results; the results follow in the autumn file" in refusal(
        delimited("june", JUNE, (row,))
    )


def test_late_results_have_no_pupil():
    head = "CYPMD_ID GNUMBER GRADE SEASON_AND_YEAR WOLF_DISC_CODE Late_Result_Type"
    message = refusal(delimited("late", head, ("7 60146084 5 S2025 2210 L",)))
    assert "one row a qualification under CYPMD_ID" in message
    assert "cannot be matched to pupils" in message


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_the_autumn_file_by_its_two_known_headings(apostrophe):
    head = (
        "UPN,CYPMD_ID,P_INCL,Pupil included in progress 8 calculations,"
        f"Pupil{apostrophe}s adjusted  Progress 8 score"
    )
    upload = Upload("autumn.csv", f"{head}\n{UPN},7,401,1,-0.52\n{OTHER},8,404,0,\n".encode())
    result = only(upload, academic_year="2023/24")
    assert (result.stage, result.source) == ("ks4", "cypmd")
    assert column(result, "p8") == [-0.52, None]
    assert column(result, "in_p8") == [True, False]
    assert column(result, "elig") == [True, False]
    assert any("inclusion code other than 401" in notice for notice in result.notices)


# --- extracts


@pytest.mark.parametrize(
    "head",
    [
        "KS2_ACADYR KS2_PupilMatchingRefAnonymous KS2_READSCORE KS2_MATSCORE",
        "KS4_ACADYR KS4_PupilMatchingRefAnonymous KS4_ATT8 KS4_P8SCORE",
        "FSP_ACADYR FSP_PupilMatchingRefAnonymous FSP_GLD FSP_COM_E01",
        "PHONICS_ACADYR PHONICS_s.PupilMatchingRefAnonymous PHONICS_PHONICS_MARK PHONICS_LA",
        "KS1_ACADYR KS1_PupilMatchingRefAnonymous KS1_READING KS1_MATHS",
    ],
)
def test_an_anonymous_extract_says_what_to_ask_for(head):
    message = refusal(delimited("extract", head, ("2018/2019 A1B2 1 1",)))
    assert "has the anonymous pupil reference" in message
    assert "ask for an extract of the National Pupil Database with the UPN" in message


@pytest.mark.parametrize(
    ("head", "row", "stage"),
    [
        ("KS1_ACADYR KS1_UPN KS1_READ_OUTCOME KS1_MATH_OUTCOME", "EXS EXS", "ks1"),
        ("KS2_ACADYR KS2_UPN KS2_READSCORE KS2_MATSCORE", "101 99", "ks2"),
        ("KS4_ACADYR KS4_UPN KS4_ATT8 KS4_CLA_12_MONTHS", "33 1", "ks4"),
        ("FSP_ACADYR FSP_UPN FSP_GLD FSP_AGE", "1 5", "eyfsp"),
        (
            "PHONICS_ACADYR PHONICS_UPN PHONICS_PHONICS_MARK PHONICS_PHONICS_OUTCOME",
            "33 Wa",
            "phonics",
        ),
    ],
)
def test_extracts_with_the_upn_have_the_prefix_of_their_stage(head, row, stage):
    result = only(delimited("extract", head, (f"2018/2019 {UPN} {row}",)))
    assert (result.stage, result.source) == (stage, "npd")


def test_an_extract_of_the_database_can_be_very_wide():
    extra = " ".join(f"KS4_FIELD{n}" for n in range(900))
    head = f"KS4_ACADYR KS4_UPN KS4_ATT8 {extra}"
    result = only(delimited("wide", head, (f"2018/2019 {UPN} 33 {' '.join('0' * 900)}",)))
    assert column(result, "att8") == [33]
    assert len(result.set_aside) == 900


def test_other_tables_are_named():
    summary = refusal(delimited("s", "LAESTAB TELIG PTRWM_EXP", ("9911001 30 60",)))
    assert "a summary of whole schools" in summary
    published = refusal(
        delimited("s", "time_period geographic_level avg_att8", ("202324 National 46",))
    )
    assert "a table of published figures" in published


# --- columns named by hand


def test_a_mapping_wins_over_what_is_recognised():
    head = "Year,Number,Born,Reading,Maths,READSCORE"
    upload = Upload("local.csv", f"{head}\n2023/24,{UPN},03/02/2013,104,98,80\n".encode())
    mapping = {
        "academic_year": "Year",
        "upn": "number",
        "dob": "Born",
        "read_score": "Reading",
        "mat_score": "Maths",
    }
    result = only(upload, stage="ks2", mapping=mapping)
    assert column(result, "read_score") == [104]
    assert column(result, "mat_exp") == [False]
    assert result.set_aside == ("READSCORE",)


def test_a_heading_mapped_to_one_field_is_no_other_fields():
    columns = results.columns_of(
        ["UPN", "READSCORE", "MATSCORE"], "ks2", {"mat_score": "READSCORE"}
    )
    assert columns["mat_score"] == ("READSCORE",)
    assert "read_score" not in columns


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"reed": "UPN"}, "reed is no field"),
        ({"read_score": "Nowhere"}, "the file has no column for read_score"),
    ],
)
def test_a_mapping_that_does_not_fit(mapping, words):
    assert words in refusal(ks2(ANNA), stage="ks2", mapping=mapping)


def test_a_stage_said_by_hand_still_needs_pupils_and_results():
    upload = Upload("local.csv", b"ACADYR,UPN,Mark\n2023/24,B801200005001,3\n")
    assert "no column is said to hold a result of phonics" in refusal(upload, stage="phonics")
    nobody = Upload("local.csv", b"ACADYR,PHONICS_MARK\n2023/24,3\n")
    assert "lacks a UPN column" in refusal(nobody, stage="phonics")
    with pytest.raises(ValueError, match="say which"):
        results.read(upload, mapping={"mark": "Mark"})


def test_a_table_of_another_format_is_read_by_the_same_rules():
    frame = pd.DataFrame({"pupil": [UPN, UPN], "points": ["34", "20"]}, dtype="str")
    table = Table("x.xml", ("pupil", "points"), frame, pd.Series([10, 20]))
    columns = {"upn": ("pupil",), "mark": ("points",)}
    result = results.from_table(table, "phonics", columns, "2023/24", "ctf")
    assert (result.source, result.counts["duplicates"]) == ("ctf", 1)
    assert column(result, "met") == [True]
    with pytest.raises(Unusable, match="academic year"):
        results.from_table(table, "phonics", columns)


# --- the table of fields


@pytest.mark.parametrize("stage", STAGES)
def test_the_fields_of_a_stage(stage):
    known = fields(stage)
    assert known["upn"].needed and known["upn"].kind == "upn"
    assert all(name in known for group in results.signatures(stage) for name in group)
    assert all(field.headings and field.title for field in known.values())
    kinds = {field.kind for field in known.values()}
    assert kinds <= {
        *("year", "upn", "text", "date", "sex", "digits", "flag", "code", "score", "number"),
        "level",
    }


@pytest.mark.parametrize("stage", STAGES)
def test_every_heading_of_a_stage_is_recognised_with_and_without_its_prefix(stage):
    for name, field in fields(stage).items():
        for heading in field.headings:
            for written in (heading.lower(), f"{PREFIXES[stage]}{heading}"):
                assert results.columns_of([written], stage).get(name) == (written,)


def test_headings_of_two_stages_in_one_file_are_told_by_the_prefix_or_refused():
    head = KS2_HEAD + ",ATT8"
    assert "holds results of key stage 2 and key stage 4" in refusal(ks2(ANNA + ",30", head=head))


def test_what_will_not_turn_into_a_number_is_told_once():
    head = "Phonics_ACADYR Phonics_UPN Phonics_PHONICS_MARK Phonics_PHONICS_OUTCOME"
    result = only(delimited("p", head, (f"2023/2024 {UPN} many Wa",)))
    assert len([notice for notice in result.notices if "not a number" in notice]) == 1


def test_the_inclusion_code_has_no_say_where_the_flags_of_the_tables_do():
    head = "KS4_ACADYR KS4_UPN KS4_ATT8 KS4_LARES KS4_P_INCL KS4_CLA_12_MONTHS"
    result = only(delimited("k", head, (f"2018/2019 {UPN} 30 1 402 1",)))
    assert column(result, "elig") == [True]
    assert not any("inclusion code" in notice for notice in result.notices)
