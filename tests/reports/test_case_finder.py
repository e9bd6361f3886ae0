"""The case finder on ten hand-worked children: who is found, why, and what a rule lacks."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cla import reports
from cla.reports import Filters, Model, build, case_finder
from tests.reports.choices import filters_of
from tests.reports.ten_at_school import YEAR, ten_at_school

ANY_TIME = Filters(YEAR, cohort="any_time")


def test_every_case_with_its_reason() -> None:
    report = case_finder(ten_at_school(), ANY_TIME, child_level=True)
    rows = report.frame.set_index("child")
    assert rows["reason"].to_dict() == {
        "k04": "Key stage 2: reading 2 points short; absent 12.5% of sessions, suspended 2 times; "
        "changed school in the same year",
        "k09": "Key stage 4: maths is at grade 3; Key stage 4: Attainment 8 is 21.0 below its "
        "estimate; absent 55.0% of sessions, suspended once",
        "k10": "Key stage 4: Attainment 8 is 0; care ended on 31/01/2023",
        "k01": "Key stage 1: only maths is short: WTS",
        "k03": "Key stage 1: no result; reading: absent; writing: absent; maths: absent",
        "k05": "Key stage 2: maths −9.0 on its prediction",
    }
    assert rows["flags"]["k04"] == ("nearly_there", "absent_suspended", "absent_suspended_moved")
    counts = report.frames["flags"].set_index("flag")
    assert counts["count"].to_dict() == {
        "nearly_there": 3,
        "largest_gap": 2,
        "no_result": 1,
        "no_passes": 1,
        "absent_suspended": 2,
        "absent_suspended_moved": 1,
        "not_matched": 0,
        "left_since": 1,
    }
    assert counts["lacks"].eq("").all()


def test_filters_choose_whose_cases_are_listed() -> None:
    report = case_finder(ten_at_school(), Filters(YEAR, sex=("M",)), child_level=True)
    assert report.frame["child"].tolist() == ["k04", "k09"]


def test_rules_without_data_say_what_to_load() -> None:
    model = ten_at_school(with_census=False)
    flags = case_finder(model, ANY_TIME, child_level=True).frames["flags"].set_index("flag")
    assert "load a school census that has them" in flags.loc["absent_suspended", "lacks"]
    assert flags.loc["absent_suspended", "count"] == 0
    bare = build("X06000991", 1, {YEAR: model.loaded_return(YEAR)}, {})
    report = case_finder(bare, ANY_TIME, child_level=True)
    lacks = report.frames["flags"].set_index("flag")["lacks"]
    assert "No results of 2022/23" in lacks["nearly_there"]
    assert report.frame["child"].tolist() == ["k10"]  # care ended: no file but the return needed


def test_without_a_return_and_without_the_permission() -> None:
    model = ten_at_school()
    assert case_finder(model, Filters(2020), child_level=True).empty.startswith("No return")
    refused = case_finder(model, Filters(YEAR, sex=("F",)), child_level=False)
    assert refused.frames == {} and "ask your administrator" in refused.empty


@settings(deadline=None, max_examples=12)
@given(data=st.data())
def test_lists_equal_their_totals_and_chips_under_every_filter(
    many: Model, data: st.DataObject
) -> None:
    filters = data.draw(filters_of(many, "ks4"))
    for name in ("ks4_pupil_list", "att8_pupil_list", "ks4_pupil_details"):
        report = reports.BY_NAME[name](many, filters, child_level=True)
        rows = report.frame
        assert len(rows) == report.coverage.in_cohort
        own = report.frames["totals"].set_index("measure")
        benchmark = reports.att8_benchmark(many, filters, child_level=True).frames["measures"]
        score = benchmark.set_index("measure").loc["ks4_att8"]
        scores = rows["att8"].dropna() if "att8" in rows else []
        assert own.loc["ks4_att8", "n"] == len(scores) == (0 if not len(scores) else score["n"])
        if len(scores):
            assert abs(own.loc["ks4_att8", "value"] - scores.mean()) < 1e-9
            assert abs(score["value"] - scores.mean()) < 1e-9
        for flag, count in zip(
            report.frames["flags"]["flag"], report.frames["flags"]["count"], strict=True
        ):
            assert count == len(reports.narrowed(rows, flag))
    cases = case_finder(many, filters, child_level=True)
    if not cases.frame.empty:
        for flag, count in zip(
            cases.frames["flags"]["flag"], cases.frames["flags"]["count"], strict=True
        ):
            assert count == len(reports.narrowed(cases.frame, flag))
