"""Results files in every way they go wrong."""

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
from tests.results.rows import ANNA, BEN, CARA, KS2_HEAD, KS4_HEAD, column, ks2, only, refusal

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
        archive.writestr("census_autumn.csv", "UPN,EnrolStatus\nB801200005001,C\n")
        archive.writestr(
            "phonics_results.tab",
            "Phonics_ACADYR\tPhonics_UPN\tPhonics_PHONICS_MARK\n2023/2024\tB801200005001\t33\n",
        )
    ks2_results, phonics = results.read(Upload("npd_results.zip", buffer.getvalue()))
    assert (ks2_results.stage, phonics.stage) == ("ks2", "phonics")
    assert any(
        "is a school census" in notice and "set aside" in notice for notice in ks2_results.notices
    )


def test_only_other_data_sets_is_nothing_to_read():
    upload = Upload("pp.csv", b"UPN,Looked After Premium\nB801200005001,1\n")
    assert "nothing to read: pp.csv is a pupil premium list" in refusal(upload)


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
