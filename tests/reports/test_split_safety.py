"""Hidden parts of a shown whole do not follow from what is shown beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import measures
from cla.measures import Estimate, suppression
from cla.reports import (
    BY_NAME,
    COHORT_LABELS,
    Filters,
    Model,
    ks2_benchmark,
    ks4_benchmark,
    ks4_summary,
)
from cla.reports.split_safety import NOT_SPLIT, SPLITS, hide_bar, safe_split
from tests.reports import made

LIMITS = suppression.rules()
PARTS = st.lists(
    st.integers(0, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=1,
    max_size=7,
)


def proportion(n: int, reached: int) -> Estimate:
    frame = pd.DataFrame({"basics_94": [True] * reached + [False] * (n - reached), "elig": True})
    return measures.measure(frame.astype({"elig": bool}), "ks4_em94", "2023/24")


@settings(deadline=None, max_examples=300)
@given(PARTS)
def test_no_hidden_part_follows_by_subtraction(parts: list[tuple[int, int]]) -> None:
    estimates = [proportion(n, k) for n, k in parts]
    whole = proportion(sum(n for n, _ in parts), sum(k for _, k in parts))
    order = sorted(range(len(parts)), key=lambda place: (parts[place][0], place))
    shown = safe_split(whole, estimates, order)
    for before, after in zip(estimates, shown, strict=True):
        assert after.n in (before.n, None)
        assert after.value in (before.value, None)
        assert not (after.n and after.n <= LIMITS.denominator_max)
        if after.value is not None:
            assert before.n == 0 or before.n > LIMITS.percent_denominator_max
            assert before.n == 0 or before.total > LIMITS.numerator_max
    filled = [place for place, (n, _) in enumerate(parts) if n]
    for figure in ("n", "value"):
        gone = [place for place in filled if getattr(shown[place], figure) is None]
        if not gone or len(gone) == len(filled):
            continue
        assert len(gone) > 1
        n, k = (sum(parts[place][at] for place in gone) for at in (0, 1))
        if figure == "n":
            assert n > LIMITS.denominator_max
            assert any(parts[place][0] > LIMITS.denominator_max for place in gone)
        else:
            assert n > LIMITS.percent_denominator_max and k > LIMITS.numerator_max


KINDS = ("not_met", "not_met", "met", "met", "higher", "unscored", "none")


def single(counts: list[int], shown: list[int | None]) -> list[int]:
    """The places of hidden counts that follow from those shown and from sums of other pages.

    The sums lie within one another, so they come down to the sums between them; a hidden count
    follows where it is alone between two sums, or where nothing is left for those hidden there.
    """
    chain = ({"higher"}, {"higher", "met"}, {"higher", "met", "not_met"})
    whole = sum(counts)
    high, met, scored = (
        sum(n for n, kind in zip(counts, KINDS, strict=True) if kind in kinds) for kinds in chain
    )
    steps = (met - high, 0, scored - met)
    known = [
        kinds
        for kinds, total, step in zip(chain, (high, met, scored), steps, strict=True)
        if total > 5 and not 0 < whole - total <= 5 and not 0 < step <= 5
    ]
    between: dict[tuple[bool, ...], list[int]] = {}
    for at, kind in enumerate(KINDS):
        if shown[at] is None:
            between.setdefault(tuple(kind in kinds for kinds in known), []).append(at)
    return [
        at
        for places in between.values()
        for at in places
        if len(places) == 1 or not sum(counts[one] for one in places)
    ]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from([0, 0, 1, 2, 3, 6, 7, 8, 9]), min_size=7, max_size=7))
def test_no_hidden_count_of_a_bar_follows_from_sums_that_other_pages_show(
    counts: list[int],
) -> None:
    shown = hide_bar(counts, KINDS)
    assert all(after in (before, None) for before, after in zip(counts, shown, strict=True))
    assert not any(n is not None and 1 <= n <= 5 for n in shown)
    if sum(counts) <= 10:
        return  # such a bar is not shown at all
    assert not single(counts, shown)


def test_nobody_who_reached_a_standard_is_a_small_number_too() -> None:
    kinds = ("not_met", "not_met", "met", "unscored")
    assert hide_bar([12, 9, 0, 8], kinds) == [12, None, None, 8]
    assert hide_bar([12, 9, 20, 8], kinds) == [12, 9, 20, 8]
    assert hide_bar([12, 9, 20, 0], kinds) == [12, 9, 20, 0]


def test_a_split_of_ten_children_shows_nothing() -> None:
    tests = made.tested(read="100 101 102 90 91 92 100 101 102 90", mat="100 " * 10)
    model = made.made("ks2", {2025: tests})
    report = ks2_benchmark(model, Filters(2025), "ks2_read_exp.sex", child_level=False)
    rows = report.frame.set_index("category")
    assert rows.loc[["F", "M"], ["n", "value", "low", "high", "total", "gap"]].isna().all(axis=None)
    assert rows["reason"].str.startswith("Suppressed").all()


@pytest.mark.parametrize("column", ["sdq", "legal_status", "school_year", "ethnicity"])
def test_finer_splits_are_refused_with_a_reason(many: Model, column: str) -> None:
    report = ks4_benchmark(many, Filters(2025), f"ks4_em94.{column}", child_level=False)
    assert NOT_SPLIT in report.notes
    assert report.frame["category"].eq("").all()
    whole = ks4_benchmark(many, Filters(2025), f"ks4_em94.{column}", child_level=True)
    assert whole.frame["category"].ne("").any()


def test_other_cohorts_are_neither_shown_nor_split(many: Model) -> None:
    filters = Filters(2025, cohort="at_31_march")
    seen = ks4_benchmark(many, filters, "ks4_em94.sex", child_level=False)
    usual = ks4_benchmark(many, Filters(2025), "ks4_em94.sex", child_level=False)
    pd.testing.assert_frame_equal(seen.frame, usual.frame)
    assert seen.caption == usual.caption


@pytest.mark.parametrize("column", SPLITS)
def test_groups_add_up_to_all_children(many: Model, column: str) -> None:
    for name in ("ks4_em94", "ks4_em95", "ks4_att8"):
        report = ks4_benchmark(many, Filters(2025), f"{name}.{column}", child_level=True)
        if report.frame["category"].eq("").all():
            continue  # Attainment 8 is a row of the other report
        rows = report.frame.set_index("category")
        assert rows.drop("")["n"].sum() == rows.loc["", "n"]
        assert rows.drop("")["total"].sum() == pytest.approx(rows.loc["", "total"])
        seen = ks4_benchmark(many, Filters(2025), f"{name}.{column}", child_level=False).frame
        seen = seen[seen["category"] != ""].set_index("category")
        gone = seen["n"].isna()
        if gone.any() and not gone.all():
            assert gone.sum() > 1
        values_gone = seen["value"].isna()
        if values_gone.any() and not values_gone.all():
            left = rows.drop("")[values_gone]
            assert left["n"].sum() > 10 and left["total"].sum() > 5


@pytest.mark.parametrize("cohort", list(COHORT_LABELS))
@pytest.mark.parametrize("name", ["att8_benchmark", "ks4_benchmark", "ks4_summary"])
def test_no_small_number_in_any_frame(many: Model, name: str, cohort: str) -> None:
    report = BY_NAME[name](many, Filters(2025, cohort=cohort), child_level=False)
    for title, frame in report.frames.items():
        for column in set(frame) & {"n", "count", "of", "last_year_n"}:
            assert not frame[column].dropna().between(1, 5).any(), (title, column)


def test_hidden_parts_of_a_bar_are_never_one_alone(many: Model) -> None:
    bars = ks4_summary(many, Filters(2025), child_level=False).frames["bars"]
    assert bars["count"].notna().any()
    for _, bar in bars.groupby("subject"):
        assert bar["count"].isna().sum() != 1
        reached = bar[bar["kind"].isin(["met", "higher"])]
        for _, block in reached.groupby("kind"):
            assert block["count"].isna().any() or block["count"].sum() > 5
        assert np.isclose(bar["percent"].sum(), 100) or bar["count"].isna().any()
        assert "not_matched" not in set(bar.loc[bar["count"].fillna(0) > 0, "category"])
