"""Benchmarks, summaries and trends as pages: roles, choices in the address, links, downloads."""

from __future__ import annotations

import re

import pytest

from cla.ui import publication
from tests.pages.filled.conftest import asked, text
from tests.pages.filled.test_reports import table
from tests.ui import stock

BENCHMARKS = (
    "ks1_benchmark.py",
    "ks2_benchmark.py",
    "progress_benchmark.py",
    "att8_benchmark.py",
    "ks4_benchmark.py",
)
SUMMARIES = ("early_summary.py", "ks1_summary.py", "ks2_summary.py", "ks4_summary.py")
ALL = (*BENCHMARKS, *SUMMARIES, "trends.py")


@pytest.mark.parametrize("role", ["vsh", "viewer"])
@pytest.mark.parametrize("file", ALL)
def test_every_page_opens_for_both_kinds_of_readers(open_page, role, file):
    at = open_page(role, file)
    assert at.title and not at.error
    if role == "viewer":
        assert not re.search(r"(?<![\d,.])[1-5] (child(?!ren or)|not matched)", text(at))
        for metric in at.metric:
            assert metric.value not in set("12345")
        assert not at.dataframe


def test_the_choices_of_a_benchmark_are_in_the_address(open_page):
    at = open_page("vsh", "ks2_benchmark.py")
    at.selectbox(key="address_by").set_value("sex").run()
    assert asked(at, "by") == "sex"
    at.selectbox(key="address_of").set_value("ks2_read_exp").run()
    at.selectbox(key="address_against").set_value("england_all").run()
    at.selectbox(key="address_order").set_value("gap").run()
    assert not at.exception
    link = {name: asked(at, name) for name in ("by", "of", "against", "order")}
    assert link == {"by": "sex", "of": "ks2_read_exp", "against": "england_all", "order": "gap"}
    other = open_page("analyst", "ks2_benchmark.py", **link)
    assert list(table(other, "Measure").index) == list(table(at, "Measure").index)
    assert table(other, "Measure").equals(table(at, "Measure"))
    at.selectbox(key="address_by").set_value("").run()
    assert "by" not in at.query_params


def test_nonsense_in_the_address_of_a_page_is_ignored(open_page):
    plain = open_page("vsh", "ks2_benchmark.py")
    at = open_page(
        "vsh", "ks2_benchmark.py", by="upn", of="<b>", against="1", order="x", view="all"
    )
    assert table(at, "Measure").equals(table(plain, "Measure"))
    at = open_page("vsh", "trends.py", stage="ks9", measures="a,b,ks4_p8", against="nobody")
    assert not at.exception and at.table
    at = open_page("vsh", "ks2_summary.py", by="drop table", view="1")
    assert not at.exception and at.table


def test_groups_of_one_measure_lead_to_their_children(open_page):
    at = open_page("vsh", "ks2_benchmark.py", by="sex", of="ks2_rwm_exp")
    rows = table(at, "Measure")
    counts = rows["Children"].astype(int)
    assert counts["All children"] == counts["Girls"] + counts["Boys"]
    links = {link.label: link.page for link in at.get("page_link")}
    assert "See these children in the pupil list" in links
    assert {"Girls", "Boys"} <= set(links)


def test_the_ways_to_show_a_benchmark(open_page):
    how = open_page("vsh", "ks2_benchmark.py", view="how")
    said = text(how)
    assert "Counted: " in said and "Formula: 100 × " in said and "Wilson 95% interval" in said
    traced = table(how, "Compared with")
    assert {"Figure", "Year", "Children", "Source", "Release", "Note"} == set(traced.columns)
    sentences = open_page("vsh", "ks2_benchmark.py", view="sentences")
    assert len(sentences.code) > 10
    chart = open_page("vsh", "ks2_benchmark.py", view="chart")
    assert chart.get("plotly_chart") and not chart.table
    only = open_page("vsh", "ks2_benchmark.py", view="table")
    assert only.table and not only.get("plotly_chart")


def test_a_viewer_may_split_by_four_characteristics_and_reach_no_list(open_page):
    at = open_page("viewer", "ks2_benchmark.py")
    assert len(at.selectbox(key="address_by").options) == 5
    assert not [link for link in at.get("page_link") if "pupil list" in link.label]
    refused = open_page("viewer", "ks2_benchmark.py", by="ethnicity")
    assert refused.selectbox(key="address_by").value == ""


def test_a_summary_shows_cohort_and_coverage_that_add_up(open_page):
    at = open_page("vsh", "ks2_summary.py")
    whole, *parts = [int(metric.value) for metric in at.metric]
    assert whole == sum(parts) > 0
    for one in at.table:
        assert one.value.loc["All"].astype(int).eq(whole).all()
    split = open_page("vsh", "ks2_summary.py", by="sex")
    counts = split.table[0].value.loc["All"].astype(int)
    assert counts.iloc[0] == counts.iloc[1:].sum() == whole


def test_a_viewer_gets_no_split_of_a_summary(open_page):
    at = open_page("viewer", "ks2_summary.py", by="sex")
    assert "address_by" not in [box.key for box in at.selectbox]
    for one in at.table:
        assert one.value.shape[1] == len(set(one.value.columns))
        assert "Girls" not in one.value.columns


def test_trends_keep_what_was_chosen_in_the_address(open_page):
    at = open_page("vsh", "trends.py", stage="ks4", measures="ks4_em94", against="england_all")
    assert [header.value for header in at.header] == ["Grade 4 or above in English and maths"]
    assert list(table(at, "Year").index) == ["2023/24", "2024/25"]
    at.multiselect(key="address_measures").set_value(["ks4_att8", "ks4_p8"]).run()
    assert asked(at, "measures") == "ks4_att8,ks4_p8"
    assert asked(at, "stage") == "ks4" and asked(at, "against") == "england_all"
    assert "There is no Progress 8 for 2024/25" in text(at)


@pytest.mark.parametrize("file", ["ks2_benchmark.py", "ks2_summary.py", "trends.py"])
def test_tables_can_be_downloaded_in_two_forms(open_page, file):
    at = open_page("viewer", file, year=str(stock.YEAR))
    labels = [button.label for button in at.get("download_button")]
    assert labels == ["Download this table (CSV)", "Download this table (Excel)"]
    assert publication.MARK not in text(at)


@pytest.mark.parametrize("file", ["ks2_benchmark.py", "ks2_summary.py", "trends.py"])
def test_the_publication_copy_comes_first_and_the_working_copy_is_marked(open_page, file):
    at = open_page("vsh", file, year=str(stock.YEAR))
    labels = [button.label for button in at.get("download_button")]
    assert labels[:2] == ["Publication copy (CSV)", "Publication copy (Excel)"]
    assert labels[2:4] == ["Working copy (CSV)", "Working copy (Excel)"]
    assert publication.MARK in text(at) and publication.OF_EVERYBODY not in text(at)
    narrowed = open_page("vsh", file, year=str(stock.YEAR), sex="F")
    assert publication.OF_EVERYBODY in text(narrowed)


def test_home_says_that_it_shows_small_numbers_to_those_who_see_them(open_page):
    assert publication.MARK in text(open_page("vsh", "home.py"))
    assert publication.MARK not in text(open_page("viewer", "home.py"))
