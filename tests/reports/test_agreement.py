"""What must hold under every filter: totals equal their list, and small numbers stay hidden."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import measures
from cla.reports import (
    COHORT_LABELS,
    Coverage,
    Filters,
    Model,
    att8_benchmark,
    coverage,
    disclosure,
    home,
    ks2_benchmark,
    ks4_benchmark,
    ks4_pupil_list,
    match_report,
    not_matched,
)
from cla.reports.disclosure import hide_counts, hide_coverage
from cla.reports.figures import figures

COHORTS = st.sampled_from(list(COHORT_LABELS))
FILTERS = st.builds(
    Filters,
    year=st.just(2025),
    cohort=COHORTS,
    sex=st.sampled_from([(), ("F",), ("M",), ("F", "M")]),
    sen=st.sampled_from([(), ("E",), ("K", "N"), ("unknown",), ("E", "unknown")]),
    time_in_care=st.sampled_from([(), ("under_1",), ("1_to_2", "2_to_5"), ("5_plus",)]),
    placement=st.sampled_from([(), ("foster",), ("homes", "schools"), ("other", "parents")]),
)
PERCENTAGES = {
    "ks4_em94": "basics_94",
    "ks4_em95": "basics_95",
    "ks4_ebacc_entry": "ebacc_entered",
    "ks4_ebacc_94": "ebacc_94",
}


@settings(deadline=None, max_examples=25)
@given(FILTERS)
def test_totals_equal_the_pupil_list(many: Model, filters: Filters) -> None:
    report = ks4_pupil_list(many, filters, child_level=True)
    listed = report.frames["pupils"]
    matched = listed[~listed["matched"].str.startswith("not matched")]
    both = [make(many, filters, child_level=True) for make in (ks4_benchmark, att8_benchmark)]
    measures = pd.concat([one.frames["measures"] for one in both]).set_index("measure")
    totals = report.frames["totals"].set_index("measure")
    for measure in totals.index:
        assert totals.loc[measure, "n"] == (measures.loc[measure, "n"] if len(matched) else 0)
    assert report.coverage == Coverage(
        len(listed),
        len(matched),
        len(matched),
        int(matched["att8"].notna().sum()),
        len(listed) - len(matched),
    )
    for measure, column in PERCENTAGES.items():
        n, value = measures.loc[measure, ["n", "value"]]
        if len(matched):
            assert n == len(matched)
            assert value == pytest.approx(100 * matched[column].mean())
        else:
            assert np.isnan(value)
            assert measures.loc[measure, "reason"]
    if len(matched):
        assert measures.loc["ks4_att8", "value"] == pytest.approx(matched["att8"].mean())
    flags = report.frames["flags"].set_index("flag")["count"]
    for flag, count in flags.items():
        assert count == sum(flag in flags_of_child for flags_of_child in listed["flags"])


@settings(deadline=None, max_examples=10)
@given(FILTERS)
def test_every_split_of_home_adds_up_to_the_cohort(many: Model, filters: Filters) -> None:
    report = home(many, filters, child_level=True)
    total = len(filters.apply(many.children(2025)))
    sizes = report.frames["sizes"].set_index("name")["count"]
    assert sizes[filters.cohort] == total
    for name, frame in report.frames.items():
        if {"value", "percent"} <= set(frame):
            assert frame["count"].sum() == total, name


@settings(deadline=None, max_examples=10)
@given(FILTERS)
def test_the_match_report_counts_everybody_once(many: Model, filters: Filters) -> None:
    report = match_report(many, filters, "ks4", child_level=True)
    lost = not_matched(many, filters, "ks4", child_level=True)
    tiers = report.frames["tiers"].set_index("tier")["count"]
    assert tiers.sum() == report.coverage.in_cohort
    assert len(lost.frames["children"]) == report.coverage.not_matched
    assert tiers.filter(like="tier ").sum() == report.coverage.matched


@settings(deadline=None, max_examples=8)
@given(FILTERS)
def test_without_the_permission_filters_change_nothing_and_nobody_is_listed(
    many: Model, filters: Filters
) -> None:
    assert ks4_pupil_list(many, filters, child_level=False).frames == {}
    seen = ks4_benchmark(many, filters, child_level=False)
    usual = Filters(year=filters.year)
    whole = ks4_benchmark(many, usual, child_level=False)
    assert seen.caption == whole.caption
    pd.testing.assert_frame_equal(seen.frame, whole.frame)
    assert (disclosure.FILTERS_REFUSED in seen.notes) == (filters != usual)
    assert "children" not in not_matched(many, filters, "ks4", child_level=False).frames
    matched = match_report(many, filters, "ks4", child_level=False)
    assert set(matched.frames) == {"tiers"}


@pytest.mark.parametrize("cohort", list(COHORT_LABELS))
def test_small_numbers_stay_hidden_without_the_permission(
    many: Model, ten: Model, cohort: str
) -> None:
    for model in (many, ten):
        filters = Filters(2025, cohort=cohort)
        for report in (
            ks4_benchmark(model, filters, child_level=False),
            ks2_benchmark(model, filters, child_level=False),
            home(model, filters, child_level=False),
        ):
            for name, frame in report.frames.items():
                for column in set(frame) & {"n", "count", "previous", "last_year_n"}:
                    assert not frame[column].dropna().between(1, 5).any(), (name, column)
                if "verdict" in frame:
                    percents = frame[(frame["unit"] == "percent") & frame["value"].notna()]
                    assert (percents["n"] > 10).all()
                    assert (percents["n"] * percents["value"] / 100 > 5.5).all()


def test_ten_children_are_too_few_for_any_figure(ten: Model) -> None:
    frame = ks2_benchmark(ten, Filters(2025), child_level=False).frame
    assert frame[["n", "value", "low", "high", "gap", "last_year", "change"]].isna().all().all()
    assert frame["verdict"].eq("").all()
    assert frame["reason"].str.startswith("Suppressed").all()


def test_a_wider_cohort_is_hidden_where_the_difference_would_show_a_few(many: Model) -> None:
    pupils = many.pupils("ks4", 2025)
    matched = pupils[pupils["matched"]]
    between = matched[matched["at_31_march"] ^ matched["looked_after_12_months"]]
    reached = int(between["basics_94"].fillna(False).sum())
    assert len(between) > 0
    at_31_march = Filters(2025, "at_31_march")
    wider = figures(many, at_31_march, "ks4", child_level=False).of("ks4_em94")
    if len(between) <= 10 or reached <= 5:
        assert wider.value is None
        assert wider.reason == measures.REASON
    default = ks4_benchmark(many, Filters(2025), child_level=False).frame
    assert default.set_index("measure").loc["ks4_em94", "value"] > 0
    # and no report of theirs is of another cohort
    seen = ks4_benchmark(many, at_31_march, child_level=False)
    pd.testing.assert_frame_equal(seen.frame, default)
    assert disclosure.FILTERS_REFUSED in seen.notes


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_hidden_counts_do_not_follow_from_the_total(counts: list[int]) -> None:
    shown = hide_counts(counts)
    hidden = [count for count, seen in zip(counts, shown, strict=True) if seen is None]
    assert all(seen in (count, None) for count, seen in zip(counts, shown, strict=True))
    assert not any(seen is not None and 1 <= seen <= 5 for seen in shown)
    assert bool(hidden) == any(1 <= count <= 5 for count in counts)
    if hidden and len(hidden) < len(counts):
        assert len(hidden) > 1
        few = [count for count in hidden if count <= 5]
        assert len(few) < len(hidden) or sum(few) not in (len(few), 5 * len(few))


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_hidden_coverage_keeps_small_differences_hidden(
    lost: int, without: int, with_one: int
) -> None:
    matched = without + with_one
    whole = Coverage(matched + lost, matched, matched, with_one, lost)
    shown = hide_coverage(whole)
    seen = [n for n in vars(shown).values() if n is not None]
    assert not any(1 <= n <= 5 for n in seen)
    numbers = [shown.in_cohort, shown.matched, shown.eligible, shown.with_result]
    known = [n for n in numbers if n is not None]
    assert not any(1 <= abs(a - b) <= 5 for a in known for b in known)
    if shown.not_matched is not None:
        assert shown.in_cohort is not None and shown.matched is not None


def test_coverage_without_the_permission_ignores_filters(many: Model) -> None:
    filters = Filters(2025, sex=("F",))
    assert coverage(many, filters, "ks4", child_level=False) == coverage(
        many, Filters(2025), "ks4", child_level=False
    )
