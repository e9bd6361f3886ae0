"""Under every filter: the parts of each bar add up, and the benchmark counts what they show."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cla.reports import Filters, Model, ks4_benchmark, ks4_summary
from tests.reports.test_agreement import FILTERS

BY = st.sampled_from(["", "sex", "sen", "time_in_care", "placement"])


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(FILTERS, BY)
def test_the_parts_of_a_bar_add_up_to_the_whole(many: Model, filters: Filters, by: str) -> None:
    report = ks4_summary(many, filters, by, child_level=True)
    cohort = len(filters.apply(many.pupils("ks4", 2025)))
    whole, *parts = report.frames["figures"]["count"].tolist()
    assert whole == sum(parts) == cohort
    bars = report.frames["bars"]
    if bars.empty or not cohort:
        assert not cohort or bars.empty
        return
    for _, bar in bars.groupby("subject"):
        by_split = bar.groupby("split", sort=False)["count"].sum()
        assert by_split["All children"] == cohort
        if by:
            assert by_split.drop("All children").sum() == cohort
        percent = bar.groupby("split")["percent"].sum()
        assert percent.tolist() == pytest.approx([100.0] * len(percent))


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(FILTERS)
def test_the_benchmark_counts_what_the_bars_show(many: Model, filters: Filters) -> None:
    rows = ks4_benchmark(many, filters, child_level=True).frames.get("measures", pd.DataFrame())
    bars = ks4_summary(many, filters, child_level=True).frames.get("bars", pd.DataFrame())
    if bars.empty or rows["value"].isna().all():
        return
    rows = rows.set_index("measure")
    counts = bars.set_index(["subject", "category"])["count"]
    for subject in ("eng", "mat"):
        five, four = counts[subject, "five"], counts[subject, "four"]
        assert rows.loc[f"ks4_{subject}95", "total"] == five
        assert rows.loc[f"ks4_{subject}94", "total"] == five + four
