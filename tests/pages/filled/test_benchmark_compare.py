"""What stands beside ours on a benchmark page: chosen in the bar, kept in address and session."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.filled.conftest import asked, text
from tests.pages.filled.test_reports import table

PAGE = "ks2_benchmark.py"
KEY = "compare_with"
ENGLAND, PUPILS = "England, looked after", "England, all pupils"


def headings(at: AppTest) -> str:
    """The headings of the first table of measures."""
    return " | ".join(table(at, "Measure").columns).replace("\\", "")


def test_all_that_have_figures_are_shown_until_somebody_chooses(open_page):
    at = open_page("vsh", PAGE)
    assert ENGLAND in headings(at) and PUPILS in headings(at)
    assert len(at.pills(key=KEY).value) == len(at.pills(key=KEY).options)
    assert "compare" not in at.query_params


def test_a_choice_is_in_the_address_the_table_the_gap_and_the_sentences(open_page):
    at = open_page("vsh", PAGE)
    at.pills(key=KEY).set_value(["england_all"]).run()
    assert not at.exception
    assert asked(at, "compare") == "england_all"
    assert PUPILS in headings(at) and ENGLAND not in headings(at)
    assert {"Gap", "Chance we are above", "Verdict"} <= set(table(at, "Measure").columns)
    assert at.selectbox(key="address_against").options == [PUPILS]
    said = open_page("analyst", PAGE, compare="england_all", view="sentences")
    sentences = " ".join(one.value for one in said.code)
    assert PUPILS in sentences and ENGLAND not in sentences


def test_the_next_benchmark_opens_with_the_same_comparators(open_page):
    at = open_page("vsh", PAGE)
    at.pills(key=KEY).set_value(["england_cla"]).run()
    at.query_params.clear()
    at.switch_page("ks4_benchmark.py").run()
    assert at.pills(key=KEY).value == ["england_cla"]
    assert asked(at, "compare") == "england_cla"
    at.pills(key=KEY).set_value([]).run()  # none is all
    assert "compare" not in at.query_params
    assert len(at.pills(key=KEY).value) == len(at.pills(key=KEY).options)


@pytest.mark.parametrize("nonsense", ["<b>", "england", "england_cla_gap", ","])
def test_nonsense_is_ignored(open_page, nonsense):
    at = open_page("vsh", PAGE, compare=nonsense, years="7", like="upn")
    assert "compare" not in at.query_params
    assert ENGLAND in headings(at) and PUPILS in headings(at)


def test_each_measure_one_by_one_has_a_row_a_comparator(open_page):
    at = open_page("vsh", PAGE, view="each")
    rows = table(at, "Compared with")
    assert {ENGLAND, PUPILS} <= set(rows.index)
    assert list(rows.columns) == [
        "Figure", "Year", "Children", "Gap", "95% interval of the gap", "Chance we are above",
        "Verdict",
    ]  # fmt: skip
    assert "Ours: " in text(at) and "One child is " in text(at)


def test_few_children_are_told_of_three_years_together(open_page):
    at = open_page("vsh", PAGE, sex="F")
    assert "three years together have narrower intervals" in text(at)
    at.segmented_control(key="address_years").set_value("3").run()
    assert not at.exception
    assert asked(at, "years") == "3"
    assert "have narrower intervals" not in text(at)


def test_a_viewer_compares_too(open_page):
    at = open_page("viewer", PAGE, compare="england_cla")
    assert ENGLAND in headings(at) and PUPILS not in headings(at)


def test_like_for_like_says_who_is_compared_and_the_sum_behind_it(open_page):
    at = open_page("vsh", PAGE)
    like = [one.value for one in at.table if "Expected" in one.value.columns]
    assert len(like) == 1 and {"Ours", "Difference", "Verdict", "Compared by"} <= set(like[0])
    assert "Like for like" in [header.value for header in at.header]
    said = text(at)
    assert "Comparing " in said or "No similar children to compare with" in said
    by_sex = open_page("vsh", PAGE, like="sex")
    assert by_sex.selectbox(key="address_like").value == "sex"
    how = open_page("vsh", PAGE, like="sex", view="how")
    if "Published rates of each group" in text(by_sex):
        assert "Expected: (" in text(how) and "Difference: ours " in text(how)


def test_a_viewer_gets_no_like_for_like(open_page):
    at = open_page("viewer", PAGE)
    assert "Like for like" not in [header.value for header in at.header]
    assert "address_like" not in [str(box.key) for box in at.selectbox]


@pytest.mark.parametrize("role", ["vsh", "viewer"])
def test_all_authorities_have_a_funnel_a_table_and_where_we_stand(open_page, role):
    at = open_page(role, PAGE, view="authorities", of="ks2_rwm_exp")
    (areas,) = [one.value for one in at.dataframe]
    assert len(areas) > 150
    assert (areas["To us"] == "ours").sum() == 1
    assert at.get("plotly_chart")
    said = text(at)
    assert "highest of" in said or "has no figure that can be placed" in said
    assert "The line in the middle is England, looked after: " in said
    assert "authorities have no figure that is shown" in said
    at.selectbox(key="address_of").set_value("ks2_read_exp").run()
    assert not at.exception and asked(at, "of") == "ks2_read_exp"


def test_a_measure_without_figures_of_authorities_says_so(open_page):
    at = open_page("vsh", PAGE, view="authorities", of="ks2_read_ass")
    assert not at.dataframe and at.info
