"""What the measures, the summaries and Home say together gives no small number away."""

from __future__ import annotations

import pandas as pd
import pytest

from cla.measures import Estimate, book, measure, suppress
from cla.reports import Filters, Model, home
from cla.reports.measure_safety import INSIDE, SCORED, safe, safe_parts
from cla.ui import measure_table

YEAR = "2024/25"


def pupils(expected: int, higher: int, short: int, without: int) -> pd.DataFrame:
    """Children with a reading score: at the expected standard only, at the higher one, short of
    both; and some who count without a score."""
    scores = [105.0] * expected + [112.0] * higher + [95.0] * short + [None] * without
    frame = pd.DataFrame({"read_score": pd.array(scores, dtype="Float64"), "elig": True})
    return frame.assign(
        elig_read=True,
        read_exp=frame["read_score"].ge(100).fillna(False),
        read_high=frame["read_score"].ge(110).fillna(False),
    )


def shown(frame: pd.DataFrame, name: str) -> Estimate:
    own = measure(frame, name, YEAR)
    return safe(frame, YEAR, own, suppress([own])[0])


def test_two_standards_do_not_give_away_who_reached_one_of_them() -> None:
    few = pupils(expected=3, higher=8, short=9, without=0)
    assert shown(few, "ks2_read_exp").total == 11
    higher = shown(few, "ks2_read_high")
    assert (higher.value, higher.total, higher.symbol) == (None, None, "c")
    assert higher.n == 20  # as beside the other standard
    enough = pupils(expected=6, higher=8, short=9, without=0)
    assert shown(enough, "ks2_read_high").total == 8


def test_an_average_of_all_but_a_few_does_not_say_of_how_many() -> None:
    for frame in (pupils(8, 8, 9, without=2), pupils(8, 8, short=3, without=8)):
        score = shown(frame, "ks2_read_ass")
        assert score.value is not None and not score.reason
        assert (score.n, score.total, score.low, score.high) == (None, None, None, None)
    assert shown(pupils(8, 8, 9, without=6), "ks2_read_ass").n == 25
    assert shown(pupils(8, 8, 9, without=0), "ks2_read_ass").n == 25


def test_groups_give_no_number_away_that_the_whole_hides() -> None:
    girls, boys = pupils(4, 12, 6, 0), pupils(0, 8, 8, 0)
    whole = pd.concat([girls, boys], ignore_index=True)
    parts = [measure(one, "ks2_read_high", YEAR) for one in (girls, boys)]
    own = measure(whole, "ks2_read_high", YEAR)
    seen = safe_parts(whole, [girls, boys], YEAR, own, parts)
    assert all(one.value is None and one.total is None for one in seen)
    girls = pupils(6, 6, 6, without=2)
    whole = pd.concat([girls, pupils(6, 6, 6, without=6)], ignore_index=True)
    own = measure(whole, "ks2_read_ass", YEAR)
    parts = [measure(girls, "ks2_read_ass", YEAR)]
    assert shown(whole, "ks2_read_ass").n == 36
    assert safe_parts(whole, [girls], YEAR, own, parts)[0].n is None


def test_an_average_without_a_number_is_told_in_words() -> None:
    row = {
        "measure": "ks2_read_ass", "label": "Average", "unit": "score", "reason": "",
        "value": 104.2, "n": float("nan"), "low": float("nan"), "change": float("nan"),
    }  # fmt: skip
    assert measure_table.sentence(row, {}) == "Average: 104.2 on average."


def test_the_measures_named_exist() -> None:
    named = {*INSIDE, *(one for easier in INSIDE.values() for one in easier)}
    assert named | {*SCORED, *SCORED.values()} <= set(book)


def test_joiners_do_not_follow_from_leavers_and_the_sizes_of_two_years(ten: Model) -> None:
    filters = Filters(2025, cohort="any_time")
    seen = home(ten, filters, child_level=False).frames["changes"]
    whole = home(ten, filters, child_level=True).frames["changes"]
    assert whole["count"].between(1, 5).any()
    assert seen["count"].isna().all()


@pytest.mark.parametrize("reached", [6, 7, 11])
def test_all_but_a_few_is_as_small_as_a_few(reached: int) -> None:
    frame = pupils(expected=reached, higher=0, short=12 - reached, without=0)
    told = shown(frame, "ks2_read_exp")
    assert (told.value is None) == (0 < 12 - reached <= 5)
