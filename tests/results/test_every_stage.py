"""Files of every stage and era, odd and hostile: what holds for all of them."""

from __future__ import annotations

import codecs

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import measures, results
from cla.files import Upload
from cla.problems import Unusable
from cla.results.tidy import IDENTITY
from cla.stages import STAGES
from tests.results.rows import column, only, refusal

ANNA, BEN, CARA = "B801200005001", "H801200001001", "R674123101121"
# kind of file: the headings after the pupil's, the cells of one pupil, the academic year
KINDS = {
    "eyfsp": ("FSP_COM_E01 FSP_MAT_E12 FSP_GLD", "2 2 1", "2022/2023"),
    "phonics": ("Phonics_PHONICS_MARK Phonics_PHONICS_OUTCOME", "33 Wa", "2022/2023"),
    "ks1": ("READ_OUTCOME MATH_OUTCOME WRIT_OUTCOME SCI_OUTCOME", "EXS GDS WTS EXS", "2022/2023"),
    "ks1 levels": ("READING WRITING MATHS SCIENCE", "2B 2A 3 2", "2013/2014"),
    "mtc": ("FormMark PupilStatus", "24 Complete", "2022/2023"),
    "ks2": ("READOUTCOME READSCORE MATSCORE WRITTAOUTCOME", "AS 104 101 EXS", "2022/2023"),
    "ks2 levels": ("READLEV MATLEV WRITLEVTA", "4 5 4", "2013/2014"),
    "ks4": ("KS4_ATT8 KS4_SLOT1ENG KS4_L2BASICS_94", "45 10 1", "2022/2023"),
    "ks4 2016": ("KS4_ATT8 KS4_SLOT1ENG KS4_L2BASICS_LL_PTQ_EE", "45 10 1", "2015/2016"),
    "ks4 letters": ("KS4_LEVEL2_EM_PTQ KS4_L2BASICS_PTQ", "1 1", "2013/2014"),
}
PREFIX = {"eyfsp": "FSP_", "phonics": "Phonics_", "ks4": "KS4_"}
WHO = ("ACADYR", "UPN", "SURNAME", "FORENAME", "DOB", "SEX", "LAESTAB")


def lines(kind: str, *upns: str, extra: str = "", cells: str = "") -> list[list[str]]:
    """The heading and one row a UPN."""
    headings, values, year = KINDS[kind]
    prefix = PREFIX.get(kind.split()[0], "")
    head = [*(prefix + name for name in WHO), *headings.split(), *extra.split()]
    rows = [
        [year, upn, "Ash", "Sam", "03/02/2012", "F", "9911001", *values.split(), *cells.split()]
        for upn in upns
    ]
    return [head, *rows]


def upload(rows: list[list[str]], by: str = ",", encoding: str = "utf-8") -> Upload:
    return Upload("results.csv", ("\r\n".join(map(by.join, rows)) + "\r\n").encode(encoding))


every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
def test_it_is_told_by_its_columns(kind):
    result = only(upload(lines(kind, ANNA, BEN)))
    assert result.stage == kind.split()[0]
    assert set(IDENTITY) <= set(result.frame)
    assert result.frame["elig"].dtype == bool
    assert set(result.frame["flags_from"]) <= {"file", "computed"}
    assert set(result.flags.values()) <= {"file", "computed"}
    assert result.checks.empty


@every_kind
@pytest.mark.parametrize(
    ("by", "encoding"), [(",", "utf-8-sig"), ("\t", "utf-16"), (";", "cp1252")]
)
def test_encodings_and_separators(kind, by, encoding):
    rows = lines(kind, ANNA, BEN)
    rows[1][2] = "Zoë"
    plain = only(upload(lines(kind, ANNA, BEN))).frame.drop(columns="surname")
    other = only(upload(rows, by, encoding)).frame
    assert other["surname"].tolist() == ["Zoë", "Ash"]
    pd.testing.assert_frame_equal(other.drop(columns="surname"), plain)


@every_kind
def test_headings_of_any_case_in_any_order(kind):
    rows = lines(kind, ANNA, BEN)
    turned = [list(reversed(row)) for row in rows]
    turned[0] = [name.swapcase() for name in turned[0]]
    pd.testing.assert_frame_equal(only(upload(turned)).frame, only(upload(rows)).frame)


@every_kind
def test_columns_nobody_knows_are_set_aside_and_blank_ones_read_as_missing(kind):
    rows = lines(kind, ANNA, extra="SOMETHING", cells="x")
    result = only(upload(rows))
    assert result.set_aside == ("SOMETHING",)
    blank = only(upload([rows[0], [*rows[1][:4], "", "", "", *rows[1][7:]]]))
    assert column(blank, "dob") == [None]
    assert len(blank.frame) == 1


@every_kind
def test_masked_and_missing_upns_are_counted(kind):
    result = only(upload(lines(kind, "*" * 13, "", "UN2", ANNA)))
    assert result.counts["masked"] == 1
    assert column(result, "upn") == [None, None, None, ANNA]


@every_kind
def test_a_comma_inside_a_name(kind):
    rows = lines(kind, ANNA, BEN)
    rows[2][2] = "Ash, Jr"
    result = only(upload(rows))
    assert column(result, "upn") == [ANNA, BEN]
    assert any("a comma inside a name was undone on line 3" in n for n in result.notices)


@pytest.mark.parametrize("kind", ["phonics", "mtc"])
def test_a_comma_inside_a_name_where_the_sex_stands_before_the_birth(kind):
    rows = lines(kind, ANNA, BEN, CARA)
    for row in rows:
        row[4], row[5] = row[5], row[4]
    rows[2][2] = "Ash, Jr"
    rows[3][3] = "Sam,F"
    rows[3][4] = "x"
    result = only(upload(rows))
    assert column(result, "upn") == [ANNA, BEN]
    assert column(result, "surname") == ["Ash", "Ash"]
    assert column(result, "sex") == ["F", "F"]
    assert result.counts["left_out"] == 1  # neither M nor F before the date: not certain


@every_kind
def test_several_years_are_asked_about(kind):
    rows = lines(kind, ANNA, BEN)
    rows[2][0] = "2013/2014" if rows[1][0] != "2013/2014" else "2012/2013"
    assert "Say which one to read" in refusal(upload(rows))
    wanted = f"{rows[1][0][:4]}/{rows[1][0][7:]}"
    assert column(only(upload(rows), academic_year=wanted), "upn") == [ANNA]


@pytest.mark.parametrize("kind", ["eyfsp", "ks1", "ks1 levels"])
def test_of_two_rows_the_published_one_is_kept(kind):
    flag = "FSP_NPDPUB" if kind == "eyfsp" else "NPDPUB"
    rows = lines(kind, ANNA, ANNA, extra=flag, cells="0")
    rows[2][-1] = "1"
    rows[2][6] = "9911002"
    result = only(upload(rows))
    assert column(result, "laestab") == ["9911002"]
    assert result.counts["duplicates"] == 1


def test_of_two_rows_that_stand_equal_the_one_with_its_year_is_kept():
    rows = lines("mtc", ANNA, ANNA)
    rows[1][0] = ""
    rows[2][6] = "9911002"
    assert column(only(upload(rows)), "laestab") == ["9911002"]


@every_kind
def test_notices_and_refusals_name_no_child(kind):
    rows = lines(kind, ANNA, ANNA, BEN)
    rows[3][4] = "31/02/2012"
    words = " ".join(only(upload(rows)).notices)
    for secret in ("Ash", "Sam", ANNA, BEN, "31/02"):
        assert secret not in words


@every_kind
@given(content=st.binary(max_size=200))
@settings(max_examples=5, deadline=None)
def test_any_bytes_are_read_or_refused(kind, content):
    head = ",".join(lines(kind)[0]).encode()
    for start in (head + b"\n", codecs.BOM_UTF16_LE):
        try:
            for result in results.read(Upload("x.csv", start + content)):
                assert len(result.frame)
        except Unusable as refused:
            assert refused.problems


ODD = (
    *("1", "0", "2", "3", "A", "D", "M", "Q", "WA", "EXS", "2B", "4", "40", "41", "-3", "99.5"),
    *("104", "1e9", "NULL", "N", "x", "nan", "inf", "Wt", "GDS"),
)
odd = st.sampled_from(["", *ODD])


@every_kind
@given(data=st.data())
@settings(max_examples=5, deadline=None)
def test_any_cells_keep_every_law(kind, data):
    rows = lines(kind, ANNA, BEN, CARA)
    for row in rows[1:]:
        row[7:] = data.draw(st.lists(odd, min_size=len(row) - 7, max_size=len(row) - 7))
    try:
        result = only(upload(rows))
    except Unusable:
        return
    frame = result.frame
    assert len(frame) == 3
    assert column(result, "upn") == [ANNA, BEN, CARA]
    assert set(result.checks["line"]) <= {2, 3, 4}
    year = result.academic_year
    for one in measures.of_stage(result.stage, year):
        if one.denominator not in frame or one.numerator not in frame:
            continue
        assert frame[one.denominator].dtype == bool
        estimate = measures.measure(frame, one.id, year)
        if estimate.value is None:
            assert estimate.reason
            continue
        assert 0 <= estimate.n <= 3
        if one.statistic == "proportion":
            assert 0 <= estimate.low <= estimate.value <= estimate.high <= 100
        elif one.id in ("mtc_mark", "eyfsp_goals", "ks2_read_ass"):
            assert one.minimum <= estimate.value <= one.maximum


def test_every_stage_has_a_kind_here():
    assert {kind.split()[0] for kind in KINDS} == set(STAGES)
