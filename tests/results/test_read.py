"""Results files as they come: layouts, stages, and every way they go wrong."""

from __future__ import annotations

import io
import zipfile

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import results
from cla.files import Upload
from cla.problems import Unusable

KS2_HEAD = (
    "ACADYR,PupilMatchingRef,UPN,SURNAME,FORENAMES,DOB,SEX,LAESTAB,URN,NATRES,LARES,"
    "SCHRES,READOUTCOME,READSCORE,MATOUTCOME,MATSCORE,GPSOUTCOME,GPSSCORE,"
    "WRITTAOUTCOME,SCITAOUTCOME"
)
ANNA = (
    "2023/2024,1,B801200005001,Ash,Anna,03/02/2013,F,9911001,100001,1,1,1,AS,110,AS,"
    "112,AS,104,GDS,EXS"
)
BEN = (
    "2023/2024,2,H801200001001,Birch,Ben,09/10/2012,M,9911001,100001,1,1,1,NS,99,AS,100,B,,EXS,HNM"
)
CARA = "2023/2024,3,R674123101121,Cedar,Cara,30/06/2013,F,9911002,100002,1,1,1,A,A,L,,X,,WTS,A"


def ks2(*rows: str, head: str = KS2_HEAD, name: str = "ks2_results.csv", end: str = "\n") -> Upload:
    return Upload(name, (end.join([head, *rows]) + end).encode())


def only(*args, **options) -> results.Results:
    (result,) = results.read(*args, **options)
    return result


def refusal(*args, **options) -> str:
    with pytest.raises(Unusable) as caught:
        results.read(*args, **options)
    return "\n".join(map(str, caught.value.problems))


def column(result: results.Results, name: str) -> list:
    values = result.frame[name].astype(object)
    return values.where(values.notna(), None).tolist()


# --- key stage 2


def test_ks2_computed_by_hand():
    result = only(ks2(ANNA, BEN, CARA))
    assert (result.stage, result.academic_year, result.source, result.year) == (
        "ks2",
        "2023/24",
        "giap",
        2024,
    )
    assert column(result, "upn") == ["B801200005001", "H801200001001", "R674123101121"]
    assert result.frame["dob"].dt.strftime("%Y-%m-%d").tolist() == [
        "2013-02-03",
        "2012-10-09",
        "2013-06-30",
    ]
    assert column(result, "read_score") == [110, 99, None]
    assert column(result, "read_exp") == [True, False, False]
    assert column(result, "read_high") == [True, False, False]
    assert column(result, "elig_mat") == [True, True, False]
    assert column(result, "mat_exp") == [True, True, None]
    assert column(result, "gps_exp") == [True, False, None]
    assert column(result, "writ_exp") == [True, True, False]
    assert column(result, "writ_gds") == [True, False, False]
    assert column(result, "sci_exp") == [True, False, False]
    assert column(result, "elig_rwm") == [True, True, False]
    assert column(result, "rwm_exp") == [True, False, None]
    assert column(result, "rwm_high") == [True, False, None]
    assert column(result, "flags_from") == ["computed"] * 3
    assert result.flags["rwm_exp"] == "computed"


def test_ks2_flags_of_the_file_come_first():
    head = (
        KS2_HEAD
        + ",ELIGREADLA,ELIGREAD,READEXP,ELIGRWM,RWMEXP,INREADPROG,READPROGSCORE_EM_ADJUSTED,"
        "KS2READSCORE,KS2READPRED_EM,CLA_12_MONTHS,SENTYPE"
    )
    result = only(
        ks2(ANNA + ",0,1,0,1,0,1,-2.5,110,99.5,1,SEMH", BEN + ",,,,,,0,1.5,99,101.25,,", head=head)
    )
    assert column(result, "elig_read") == [
        False,
        True,
    ]  # the authority's denominator, not the school's
    assert column(result, "read_exp") == [False, False]
    assert column(result, "rwm_exp") == [False, False]
    assert result.flags["rwm_exp"] == "file"
    assert column(result, "read_prog") == [-2.5, 1.5]
    assert column(result, "in_read_prog") == [True, False]
    assert column(result, "cla_12_months") == [True, None]
    assert column(result, "sen_need") == ["SEMH", None]


def test_ks2_progress_is_points_less_prediction_and_never_guessed():
    head = KS2_HEAD + ",KS2READSCORE,KS2READPRED_EM"
    result = only(ks2(ANNA + ",110,104.5", BEN + ",99,", head=head))
    assert column(result, "read_prog") == [5.5, None]
    assert column(result, "in_read_prog") == [True, False]
    assert column(only(ks2(ANNA)), "in_read_prog") == [False]


def test_outcome_and_score_that_disagree_are_told():
    result = only(ks2(ANNA.replace("AS,110", "NS,110")))
    assert column(result, "read_exp") == [False]
    assert any("disagree in READOUTCOME on line 2" in notice for notice in result.notices)


def test_npd_layout_has_a_prefix_any_case_and_tabs():
    head = "\t".join(f"ks2_{name}" for name in KS2_HEAD.split(","))
    row = ANNA.replace(",", "\t")
    result = only(Upload("extract.tab", f"{head}\r\n{row}\r\n".encode("utf-16")))
    assert (result.stage, result.source) == ("ks2", "npd")
    assert column(result, "rwm_high") == [True]
    assert "ks2_PupilMatchingRef" in result.set_aside


def test_sen_provision_is_pooled():
    head = KS2_HEAD + ",SENF"
    rows = [ANNA + ",S", BEN + ",A", CARA + ",N"]
    assert column(only(ks2(*rows, head=head)), "sen") == ["E", "K", "N"]


# --- key stages 1 and 4


def test_ks1():
    content = (
        "ACADYR,UPN,DOB,SEX,READ_OUTCOME,WRIT_OUTCOME,MATH_OUTCOME,SCI_OUTCOME,NPDPUB\n"
        "2022/2023,B801200005001,03/02/2016,F,GDS,EXS,EXS,EXS,1\n"
        "2022/2023,H801200001001,03/02/2016,M,WTS,PK2,M,HNM,1\n"
        "2022/2023,R674123101121,03/02/2016,M,EXS,EXS,EXS,EXS,0\n"
    )
    result = only(Upload("ks1_results.csv", content.encode()))
    assert (result.stage, result.academic_year) == ("ks1", "2022/23")
    assert column(result, "elig_read") == [True, True, False]
    assert column(result, "elig_mat") == [True, False, False]
    assert column(result, "read_exp") == [True, False, None]
    assert column(result, "read_gds") == [True, False, None]
    assert column(result, "rwm_exp") == [True, None, None]
    assert column(result, "elig") == [True, True, False]


KS4_HEAD = (
    "KS4_ACADYR,KS4_UPN,KS4_SURNAME,KS4_FORENAMES,KS4_DOB,KS4_SEX,KS4_NATRES,"
    "KS4_LARES,KS4_SCHRES,KS4_ENDKS,KS4_SLOT1ENG,KS4_SLOT2MAT,KS4_EBACSCR,"
    "KS4_OPENSCR,KS4_ATT8"
)


def test_ks4():
    head = (
        KS4_HEAD + ",KS4_P8SCORE,KS4_INP8CALC,KS4_L2BASICS_94,KS4_L2BASICS_95,KS4_EBACC_E_PTQ_EE,"
        "KS4_EBACCAPS_PUPIL,KS4_SENK,KS4_SENE,KS4_PASS_94"
    )
    result = only(
        Upload(
            "ks4_results.csv",
            (
                f"{head}\n"
                "2022/2023,B801200005001,Ash,Anna,03/02/2007,F,1,1,1,1,12,10,15,16,53,-0.35,1,1,"
                "0,0,4.17,0,1,6\n"
                "2022/2023,H801200001001,Birch,Ben,03/02/2007,M,1,1,1,1,0,0,0,0,0,,0,0,0,0,0,1,0,"
                "0\n"
            ).encode(),
        )
    )
    assert (result.stage, result.source, result.academic_year) == ("ks4", "giap", "2022/23")
    assert column(result, "att8") == [53, 0]
    assert column(result, "elig") == [True, True]
    assert column(result, "p8") == [-0.35, None]
    assert column(result, "in_p8") == [True, False]
    assert column(result, "basics_94") == [True, False]
    assert column(result, "sen") == ["E", "K"]
    assert column(result, "passes") == [6, 0]
    assert not any("add up" in notice for notice in result.notices)


def test_ks4_computed_where_the_file_is_silent():
    head = (
        "KS4_ACADYR,KS4_UPN,KS4_DOB,KS4_SLOT1ENG,KS4_SLOT2MAT,KS4_SLOT3EBAC,"
        "KS4_SLOT4EBAC,KS4_SLOT5EBAC,KS4_SLOT6OPEN,KS4_SLOT7OPEN,KS4_SLOT8OPEN,"
        "KS4_APENG_91,KS4_APELIT_91,KS4_APMAT_91,KS4_KS2READSCORE,KS4_KS2MATSCORE"
    )
    rows = (
        "2022/2023,B801200005001,03/02/2007,12,10,6,5,4,7,5,4,5,6,4,105,103\n2022/2023,"
        "H801200001001,03/02/2007,0,0,0,0,0,0,0,0,U,,,,\n"
    )
    result = only(Upload("k4.csv", f"{head}\n{rows}".encode()))
    assert column(result, "att8") == [53, 0]
    assert column(result, "eng_95") == [True, False]
    assert column(result, "mat_95") == [False, False]
    assert column(result, "basics_94") == [True, False]
    assert column(result, "basics_95") == [False, False]
    assert column(result, "ks2_average") == [104, None]
    estimate = result.frame["att8_pred"].iloc[0]
    assert result.frame["p8"].iloc[0] == pytest.approx((53 - estimate) / 10)
    assert column(result, "in_p8") == [True, False]
    assert any("published estimates for 2022/23" in notice for notice in result.notices)


def test_elements_that_do_not_add_up_are_told():
    result = only(
        Upload(
            "k.csv",
            f"{KS4_HEAD}\n2022/2023,B801200005001,A,B,03/02/2007,F,1,1,1,1,12,10,15,16,54\n".encode(),
        )
    )
    assert any("do not add up to Attainment 8 on line 2" in notice for notice in result.notices)
    assert column(result, "att8") == [54]


def test_levels_and_letters_are_refused_by_year():
    assert "read from 2015/16" in refusal(ks2(ANNA.replace("2023/2024", "2014/2015")))
    old = f"{KS4_HEAD}\n2015/2016,B801200005001,A,B,03/02/2000,F,1,1,1,1,12,10,15,16,53\n"
    assert "read from 2016/17" in refusal(Upload("k.csv", old.encode()))


# --- what goes wrong


def test_a_comma_in_a_name_is_undone_where_that_is_certain():
    torn = BEN.replace("Birch,Ben", "Birch, Jr,Ben")
    result = only(ks2(ANNA, torn, CARA))
    assert len(result.frame) == 3
    assert column(result, "read_score") == [110, 99, None]
    assert column(result, "surname")[1] == "Birch"
    assert column(result, "forenames")[1] == "Jr, Ben"
    assert any("comma inside a name was undone on line 3" in notice for notice in result.notices)
    assert result.counts["left_out"] == 0


@pytest.mark.parametrize(
    "row",
    [
        BEN + ",",  # the extra field is at the end
        BEN.replace("09/10/2012", "09,10/2012"),
        BEN.replace("H801200001001", "H8012,00001001"),
        BEN.removesuffix(",HNM"),
    ],
)
def test_other_rows_of_the_wrong_width_are_left_out_and_counted(row):
    result = only(ks2(ANNA, row, CARA))
    assert column(result, "upn") == ["B801200005001", "R674123101121"]
    assert result.counts == {"rows": 3, "left_out": 1, "duplicates": 0, "masked": 0}
    assert any("1 row left out" in notice and "line 3" in notice for notice in result.notices)


def test_a_file_of_nothing_but_wrong_rows_is_refused():
    assert "has 21 fields where the heading has 20" in refusal(ks2(ANNA + ",", BEN + ","))


def test_masked_upns_are_counted_and_never_matched():
    result = only(ks2(ANNA.replace("B801200005001", "*" * 13), BEN))
    assert column(result, "upn") == [None, "H801200001001"]
    assert column(result, "upn_grade") == ["masked", "permanent"]
    assert result.counts["masked"] == 1
    assert any("1 row with a masked UPN" in notice for notice in result.notices)


def test_two_masked_rows_are_not_duplicates():
    masked = "*" * 13
    rows = [row.replace(row.split(",")[2], masked) for row in (ANNA, BEN)]
    assert len(only(ks2(*rows)).frame) == 2


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [("1,1,1", "0,1,1", 1), ("0,1,1", "1,0,0", 2), ("0,0,1", "0,1,0", 2), ("0,0,0", "0,0,1", 2)],
)
def test_duplicates_follow_the_published_flags(first, second, kept):
    one = ANNA.replace("100001,1,1,1", f"100001,{first}")
    two = ANNA.replace("100001,1,1,1", f"100002,{second}")
    result = only(ks2(one, two))
    assert column(result, "urn") == [f"10000{kept}"]
    assert result.counts["duplicates"] == 1
    assert any("1 pupil with more than one row" in notice for notice in result.notices)


def test_duplicates_that_no_flag_decides_are_told():
    result = only(ks2(ANNA, ANNA.replace("110", "111")))
    assert column(result, "read_score") == [110]
    assert any("no flag says which row counts" in notice for notice in result.notices)


def test_two_academic_years_are_asked_about():
    older = BEN.replace("2023/2024", "2022/2023")
    assert "2022/23 (1 row) and 2023/24 (1 row). Say which one" in refusal(ks2(ANNA, older))
    result = only(ks2(ANNA, older), academic_year="2022/23")
    assert column(result, "upn") == ["H801200001001"]
    assert any("1 row of other academic years" in notice for notice in result.notices)
    assert "has no rows of 2019/20" in refusal(ks2(ANNA), academic_year="2019/20")


@pytest.mark.parametrize("written", ["2023/2024", "2023/24", "2023-24", "202324", "20232024"])
def test_ways_to_write_the_year(written):
    assert only(ks2(ANNA.replace("2023/2024", written))).academic_year == "2023/24"


def test_a_file_without_a_year_is_asked_about():
    upload = ks2(ANNA.replace("2023/2024", ""))
    assert "does not say the academic year" in refusal(upload)
    assert only(upload, academic_year="2023/24").frame["academic_year"].tolist() == ["2023/24"]
    assert "does not say the academic year" in refusal(ks2(ANNA.replace("2023/2024", "2023/2025")))


def test_bad_dates():
    result = only(ks2(ANNA, BEN.replace("09/10/2012", "31/02/2012")))
    assert column(result, "dob")[1] is None
    assert any(
        "column DOB: 1 value taken as missing" in n and "line 3" in n for n in result.notices
    )
    assert "two-digit years are ambiguous" in refusal(ks2(ANNA.replace("03/02/2013", "03/02/13")))
    assert "Excel's day numbers" in refusal(ks2(ANNA.replace("03/02/2013", "41308")))


def test_a_score_off_the_scale_and_an_unknown_code_are_told():
    result = only(ks2(ANNA.replace("AS,110", "QQ,1100")))
    assert column(result, "read_score") == [None]
    assert column(result, "elig_read") == [False]
    assert any("column READSCORE" in n and "between 80 and 120" in n for n in result.notices)
    assert any(
        "column READOUTCOME: not an outcome code (QQ) on line 2" in n for n in result.notices
    )


def test_unknown_files_name_the_nearest_stage():
    assert "is not a results file" in refusal(Upload("x.csv", b"CHILD,DECOM\n1,01/04/2020\n"))
    message = refusal(Upload("x.csv", b"ACADYR,UPN,READOUTCOME,WRITTAOUTCOME\n2023/24,A,AS,EXS\n"))
    assert "nearest to key stage 2 but lacks READSCORE" in message
    no_upn = refusal(Upload("x.csv", b"ACADYR,READSCORE,MATSCORE\n2023/24,100,100\n"))
    assert "lacks a UPN column" in no_upn


def test_empty_and_heading_only():
    assert "is empty" in refusal(Upload("x.csv", b""))
    assert "has headings and no rows" in refusal(Upload("x.csv", KS2_HEAD.encode()))


def test_the_download_zip_with_other_data_sets():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("ks2_results.csv", ks2(ANNA).content)
        archive.writestr(
            "phonics_results.csv", "Phonics_UPN,Phonics_PHONICS_MARK\nB801200005001,33\n"
        )
    result = only(Upload("npd_results.zip", buffer.getvalue()))
    assert result.stage == "ks2"
    assert any("phonics results" in notice and "set aside" in notice for notice in result.notices)


def test_only_other_data_sets_is_nothing_to_read():
    upload = Upload("mtc.csv", b"UPN,FormMark\nB801200005001,20\n")
    assert "nothing to read: mtc.csv is multiplication check results" in refusal(upload)


def test_two_files_of_one_stage_and_year():
    assert "two files hold key stage 2 results of 2023/24" in refusal(
        [ks2(ANNA), ks2(BEN, name="b.csv")]
    )


def test_notices_and_refusals_name_no_child():
    result = only(ks2(ANNA, BEN.replace("09/10/2012", "x"), CARA + ",", ANNA))
    words = " ".join(result.notices)
    for secret in ("Ash", "Birch", "Ben", "B801200005001", "09/10/2012"):
        assert secret not in words


# --- properties


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", KS2_HEAD.encode() + b"\n", KS4_HEAD.encode() + b"\n"]),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(content, head):
    try:
        for result in results.read(Upload("x.csv", head + content)):
            assert len(result.frame)
    except Unusable as refused:
        assert refused.problems


odd = st.sampled_from(
    [
        "",
        "AS",
        "NS",
        "110",
        "99",
        "N",
        "A",
        "x",
        "-1",
        "1e9",
        "GDS",
        "1",
        "0",
        "NULL",
        " ",
        "31/12/2012",
    ]
)


@given(st.lists(st.lists(odd, min_size=17, max_size=17), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_any_cells_keep_the_frame_whole(rows):
    lines = [",".join(["2023/2024", "1", "B801200005001", *cells]) for cells in rows]
    try:
        result = only(ks2(*lines))
    except Unusable:
        return
    frame = result.frame
    assert result.counts["rows"] == len(rows) == len(frame) + result.counts["duplicates"]
    for subject in ("read", "mat", "gps", "writ", "sci", "rwm"):
        met = frame[f"{subject}_exp"].fillna(False).astype(bool)
        assert (
            not (met & ~frame[f"elig_{subject}"]).any() or result.flags[f"{subject}_exp"] == "file"
        )
    assert frame["read_score"].dropna().between(80, 120).all()
    assert isinstance(frame["dob"].dtype, type(pd.Series([], dtype="datetime64[s]").dtype))
