"""Totals equal the list, under every filter, over an invented authority with all kinds of data."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import census, demo, results, ssda903
from cla.reports import (
    FILTERS,
    Filters,
    Model,
    build,
    coverage,
    ks2_benchmark,
    ks2_pupil_list,
    ks4_benchmark,
    ks4_pupil_list,
    lacking,
    options,
)
from tests.reports.choices import filters_of

LA = "X06000992"
NOT_IN_THE_DEMO = {"team", "ofsted_grade", "results_status"}


@pytest.fixture(scope="module")
def invented() -> Model:
    """Two returns of Samplebridge, the results and the school characteristics of both years."""
    returns = {
        year: ssda903.read(tuple(demo.return_files(LA, year)), year=year, la=LA)
        for year in (2025, 2026)
    }
    files = [file for file in demo.results_files(LA) if "2024-25" in file.name]
    loaded = {(one.stage, one.academic_year): one.frame for f in files for one in results.read(f)}
    read = [one for file in demo.characteristics_files(LA) for one in census.read(file)]
    rows = [one.frame.assign(year=one.year) for one in read if one.year in (2024, 2025)]
    return build(LA, 1, returns, loaded, pd.concat(rows, ignore_index=True))


@settings(deadline=None, max_examples=12)
@given(data=st.data())
def test_key_stage_2_totals_equal_the_list(invented: Model, data: st.DataObject) -> None:
    filters = data.draw(filters_of(invented, "ks2", years=(2025,)))
    report = ks2_benchmark(invented, filters, child_level=True)
    listed = ks2_pupil_list(invented, filters, child_level=True).frames["pupils"]
    chosen = filters.of(invented, "ks2")
    assert sorted(listed["child"]) == sorted(chosen["child"])
    assert report.coverage == coverage(invented, filters, "ks2")
    assert report.coverage is not None and report.coverage.in_cohort == len(listed)
    eligible = chosen[chosen["matched"] & chosen["elig_rwm"].fillna(False).astype(bool)]
    shown = report.frames["measures"].set_index("measure").loc["ks2_rwm_exp"]
    if len(eligible):
        reached = eligible["rwm_exp"].fillna(False).astype(bool)
        assert (shown["n"], shown["value"]) == (len(eligible), pytest.approx(100 * reached.mean()))
    else:
        assert pd.isna(shown["value"]) and shown["reason"]


@settings(deadline=None, max_examples=12)
@given(data=st.data())
def test_key_stage_4_totals_equal_the_list(invented: Model, data: st.DataObject) -> None:
    filters = data.draw(filters_of(invented, "ks4", years=(2025,)))
    report = ks4_pupil_list(invented, filters, child_level=True)
    listed = report.frames["pupils"]
    assert sorted(listed["child"]) == sorted(filters.of(invented, "ks4")["child"])
    assert report.coverage is not None and report.coverage.in_cohort == len(listed)
    matched = listed[~listed["matched"].str.startswith("not matched")]
    assert report.coverage.matched == len(matched)
    measures = ks4_benchmark(invented, filters, child_level=True).frames["measures"]
    shown = measures.set_index("measure").loc["ks4_em94"]
    if len(matched):
        passed = matched["basics_94"].fillna(False).astype(bool)
        assert (shown["n"], shown["value"]) == (len(matched), pytest.approx(100 * passed.mean()))


@pytest.mark.parametrize("name", sorted(set(FILTERS) - NOT_IN_THE_DEMO))
def test_the_demonstration_serves_the_filter(invented: Model, name: str) -> None:
    assert lacking(invented, 2025, name) == ""


@settings(deadline=None, max_examples=10)
@given(data=st.data())
def test_counts_add_up_and_choices_show_what_they_say(invented: Model, data: st.DataObject) -> None:
    filters = data.draw(filters_of(invented, years=(2025,)))
    stage = data.draw(st.sampled_from([None, "ks2", "ks4"]))
    frame = filters.among(invented, stage)
    offered = [one for one in options(invented, filters, stage) if one.available]
    for option in offered:
        without = filters.replace(**{option.name: ()})
        assert sum(one.count for one in option.choices) == len(without.apply(frame)), option.name
    option = data.draw(st.sampled_from(offered))
    for choice in option.choices:
        assert len(filters.replace(**{option.name: (choice.value,)}).apply(frame)) == choice.count


def test_every_cohort_is_split_by_every_filter(invented: Model) -> None:
    for cohort in ("12_months", "at_31_march", "any_time"):
        filters = Filters(2025, cohort)
        total = len(filters.of(invented))
        for option in options(invented, filters):
            if option.available:
                assert sum(one.count for one in option.choices) == total, option.name
