"""Which year has which measure, why the others have not, and where scales broke."""

from __future__ import annotations

import pytest

from cla import benchmarks, measures, reference
from cla.measures import available, book, breaks, breaks_between, current, of_stage
from cla.stages import STAGES

# Y published, - none, o optional, a grades set by schools, A autumn, p planned. Columns: phonics in
# Year 1, in Year 2, early years, KS1, KS2, KS2 progress, Attainment 8, Progress 8, EBacc points.
MATRIX = """
2014/15 Y Y Y - - - - - -
2015/16 Y Y Y Y Y Y Y Y -
2016/17 Y Y Y Y Y Y Y Y -
2017/18 Y Y Y Y Y Y Y Y Y
2018/19 Y Y Y Y Y Y Y Y Y
2019/20 - - - - - - a - a
2020/21 - A - - - - a - a
2021/22 Y A Y Y Y Y Y Y Y
2022/23 Y Y Y Y Y Y Y Y Y
2023/24 Y Y Y o Y - Y Y Y
2024/25 Y Y Y o Y - Y - Y
2025/26 Y Y Y o Y Y Y - -
2026/27 Y Y Y o Y Y Y p -
"""
COLUMNS = (
    ("phonics_met",),
    ("phonics_met_y2",),
    ("eyfsp_gld", "eyfsp_lit", "eyfsp_goals"),
    ("ks1_read_exp", "ks1_rwm_exp", "ks1_mat_gds"),
    ("ks2_rwm_exp", "ks2_gps_ass", "ks2_sci_exp"),
    ("ks2_read_prog", "ks2_writ_prog", "ks2_mat_prog"),
    ("ks4_att8", "ks4_att8_open"),
    ("ks4_p8", "ks4_p8_eng"),
    ("ks4_ebacc_aps",),
)
STATES = {
    "Y": "published",
    "-": "none",
    "o": "optional",
    "a": "assessed",
    "A": "autumn",
    "p": "planned",
}
CELLS = [
    (line.split()[0], measure, STATES[cell])
    for line in MATRIX.strip().splitlines()
    for cell, column in zip(line.split()[1:], COLUMNS, strict=True)
    for measure in column
]


@pytest.mark.parametrize(("year", "measure", "state"), CELLS)
def test_availability_of_every_year(year, measure, state):
    found = available(measure, year)
    assert found.state == state
    assert found.available == (state != "none")
    assert bool(found.reason) == (state != "published")


@pytest.mark.parametrize(
    ("measure", "last_of_it", "first_without", "words"),
    [
        ("ks1_read_l2", "2014/15", "2015/16", "Levels were replaced"),
        ("ks2_rwm_l4", "2014/15", "2015/16", "Levels were replaced"),
        ("ks4_5ac_em", "2014/15", "2015/16", "Attainment 8"),
        ("ks4_em_ac", "2015/16", "2016/17", "9 to 1"),
        ("ks4_ebacc_ach", "2015/16", "2016/17", "9 to 1"),
        ("ks4_ebacc_entry", "2024/25", "2025/26", "left the performance tables"),
        ("ks4_ebacc_94", "2024/25", "2025/26", "left the performance tables"),
    ],
)
def test_measures_that_ended(measure, last_of_it, first_without, words):
    assert available(measure, last_of_it).available
    assert not available(measure, first_without).available
    assert words in available(measure, first_without).reason


def test_the_gaps_of_progress_have_their_reasons():
    assert "no key stage 1 assessment" in available("ks2_read_prog", "2023/24").reason
    assert "no key stage 2 tests" in available("ks4_p8", "2024/25").reason
    assert "exams were cancelled" in available("ks4_p8", "2019/20").reason
    assert "reception baseline" in available("ks2_read_prog", "2027/28").reason
    assert "no national results" in available("ks1_read_exp", "2024/25").reason


def test_every_year_is_decided_once():
    rows = reference.table("attainment", "availability.csv")
    assert set(rows["state"]) <= set(measures.STATES)
    for _, spans in rows.groupby("family"):
        spans = spans.sort_values("first")
        assert spans["first"].iloc[0] == ""
        for last, following in zip(spans["last"], spans["first"].iloc[1:], strict=False):
            assert int(following[:4]) == int(last[:4]) + 1


def test_every_gap_and_every_caution_has_a_reason_and_a_source():
    rows = reference.table("attainment", "availability.csv")
    assert (rows.loc[rows["state"] != "published", "reason"] != "").all()
    assert (rows["source"] != "").all()


def test_measures_of_a_stage_are_those_of_the_scale_of_the_year():
    def ids(stage, year=None):
        return {measure.id for measure in of_stage(stage, year)}

    for stage in STAGES:
        assert ids(stage)
        assert ids(stage) == {item.id for item in book.values() if item.stage == stage}
    assert ids("ks2", "2014/15").isdisjoint(ids("ks2", "2015/16"))
    assert ids("ks1", "2014/15").isdisjoint(ids("ks1", "2015/16"))
    assert {"ks4_em_ac", "ks4_att8"} <= ids("ks4", "2015/16")
    assert ids("ks4", "2014/15").isdisjoint({"ks4_att8", "ks4_em94"})
    assert "ks4_p8" in ids("ks4", "2024/25")  # a year without a figure is of the scale all the same
    assert not current("mtc_mark", "2015/16")


def test_breaks():
    assert [b.academic_year for b in breaks_between("ks4_att8", "2015/16", "2018/19")] == [
        "2016/17"
    ]
    assert breaks_between("ks2_read_exp", "2015/16", "2024/25") == ()
    assert [b.academic_year for b in breaks("ks2_rwm_exp")] == ["2015/16", "2017/18"]
    assert len(breaks_between("ks4_em94", "2021/22", "2018/19")) == 3
    assert [b.academic_year for b in breaks_between("eyfsp_gld", "2018/19", "2022/23")] == [
        "2021/22"
    ]
    assert breaks_between("phonics_met", "2018/19", "2024/25") == ()


def test_published_figures_are_found_under_the_id_of_the_book():
    held = set(reference.table("benchmarks", "attainment.csv.gz")["measure"])
    renamed = {item.id: item.published_as for item in book.values() if item.published_as != item.id}
    assert renamed["eyfsp_gld"] == "eyfs_gld"
    assert set(renamed.values()) <= held
    figure = benchmarks.published("ks2_rwm_l4", "2014/15")
    assert figure is not None
    assert (figure.value, figure.measure) == (52.0, "ks2_rwm_l4")
    assert benchmarks.published("eyfsp_gld", "2023/24", benchmarks.ALL_PUPILS).value == 67.7
    gaps = benchmarks.series("eyfsp_gld", benchmarks.ALL_PUPILS).set_index("period")["reason"]
    assert "not collected" in gaps["2019/20"]
    assert benchmarks.groups("ks1_read_l2")
