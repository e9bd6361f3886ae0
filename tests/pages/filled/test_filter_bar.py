"""The filter bar over an invented authority: what it offers, what a click does, who sees it."""

from __future__ import annotations

import re

from cla.reports import FILTERS
from tests.pages.filled.conftest import asked, text
from tests.ui import stock

PAGE = "ks2_benchmark.py"
COMPARE = "compare_with"
"""Not a filter: what ours stand beside, for every reader."""


def more(at, group: str = "Care"):
    """The page with the other filters open, at one of their groups."""
    at.session_state["more_filters"] = True
    at.session_state["more_filters_group"] = group
    return at.run()


def test_five_filters_are_in_sight_with_counts(open_page):
    at = open_page("vsh", PAGE)
    bar = [one for one in at.pills if one.key != COMPARE]
    assert [one.key for one in bar] == [
        f"filter_{name}" for name, one in FILTERS.items() if one.front
    ]
    assert all(re.search(r" \\\([\d,]+\\\)$", label) for one in bar for label in one.options)
    assert not at.multiselect


def test_the_others_are_drawn_when_they_are_opened_a_group_at_a_time(open_page):
    at = more(open_page("vsh", PAGE), "Child")
    shown = [one.key for one in at.multiselect]
    assert "filter_ethnicity" in shown and "filter_sdq" in shown
    assert "filter_legal_status" not in shown
    assert {FILTERS[key.removeprefix("filter_")].group for key in shown} == {"child"}


def test_choosing_in_the_list_writes_the_address_and_says_so(open_page):
    at = more(open_page("vsh", PAGE))
    at.multiselect(key="filter_legal_status").set_value(["full_care_order"]).run()
    assert asked(at, "legal_status") == "full_care_order"
    assert "full care order" in text(at)
    assert at.button(key="filter_remove_legal_status").label == "Legal status: Full care order"


def test_a_chip_takes_one_filter_away_and_reset_all(open_page):
    at = open_page("vsh", PAGE, year=str(stock.YEAR), sex="F", sdq="concern", as_at="assessment")
    assert (asked(at, "sex"), asked(at, "sdq")) == ("F", "concern")
    at.button(key="filter_remove_sdq").click().run()
    assert "sdq" not in at.query_params and asked(at, "sex") == "F"
    at.button(key="filter_reset").click().run()
    assert "sex" not in at.query_params and asked(at, "as_at") == "assessment"
    assert not [one for one in at.button if (one.key or "").startswith("filter_re")]


def test_a_chosen_value_that_nobody_has_can_be_taken_away(open_page):
    at = open_page("vsh", PAGE, year=str(stock.YEAR), team="north", ofsted_grade="1")
    assert "No child of this selection" in text(at)
    at.button(key="filter_remove_team").click().run()
    at.button(key="filter_remove_ofsted_grade").click().run()
    assert "No child of this selection" not in text(at)


def test_a_filter_without_data_says_what_to_load(open_page):
    at = more(open_page("vsh", PAGE), "School")
    said = text(at)
    assert "Not available:" in said
    assert "School's Ofsted grade is not loaded for 2024/25" in said
    assert "filter_ofsted_grade" not in [one.key for one in at.multiselect]


def test_schools_are_offered_by_name_and_kept_by_number(open_page):
    (made,) = [m for m in stock.made_results() if (m.kind, m.year) == ("census", stock.YEAR)]
    census = made.frames["census"]
    ours = census[census["year_group"].astype(str) == "6"].dropna(subset=["laestab"])
    number, name = ours[["laestab", "school_name"]].iloc[0]
    at = more(open_page("vsh", PAGE), "School")
    assert not [label for label in at.multiselect(key="filter_school").options if number in label]
    at.multiselect(key="filter_school").set_value([number]).run()
    assert asked(at, "school") == number
    assert f"school {name}" in text(at)


def test_the_day_of_care_is_chosen_in_sight(open_page):
    at = open_page("vsh", PAGE, year=str(stock.YEARS[0]))
    box = at.selectbox(key="filter_as_at")
    assert box.options == ["31 March 2024", "The assessment (15 May 2024)"]
    box.set_value("assessment").run()
    assert asked(at, "as_at") == "assessment"
    assert "care as at the assessment" in text(at)


def test_a_viewer_gets_no_filters_whatever_the_address_says(open_page):
    at = open_page(
        "viewer", PAGE, year=str(stock.YEAR), sdq="concern", as_at="assessment", cohort="any_time"
    )
    assert [one.key for one in at.pills] == [COMPARE] and not at.multiselect
    assert not {"sdq", "as_at", "cohort"} & set(at.query_params)
    assert [box.key for box in at.selectbox if (box.key or "").startswith("filter_")] == [
        "filter_year"
    ]
