"""Home, benchmark, pupil list, matching: numbers, filters and roles over an invented authority."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from cla import cohort
from cla.measures import round_half_up
from cla.ssda903 import Return
from cla.store import audit
from tests.pages.filled.conftest import PAGES, asked, text
from tests.ui import stock


def table(at: AppTest, index: str) -> pd.DataFrame:
    found = [one.value for one in at.table if one.value.index.name == index]
    return found[0].replace(r"\\", "", regex=True)


def ks2_cohort() -> pd.DataFrame:
    """Children of 12 months with the key stage 2 results of their UPN, without our matching."""
    made = stock.made_return()
    frames = {name: made.frames[name] for name in made.row_counts}
    people = cohort.children(Return(frames, stock.YEAR, stock.LA, fold_case=True))
    people = people[people["looked_after_12_months"]]
    (ks2,) = [m for m in stock.made_results() if (m.kind, m.year) == ("ks2", stock.YEAR)]
    results = ks2.frames["ks2"].drop(columns=["sex", "dob"])
    return people[["child", "upn", "sex"]].merge(results, on="upn")


def test_the_benchmark_shows_the_percentage_worked_out_by_hand(open_page):
    at = open_page("vsh", "ks2_benchmark.py")
    own = ks2_cohort()
    eligible = own[own["elig_rwm"].fillna(False).astype(bool)]
    expected = round_half_up(100 * eligible["rwm_exp"].fillna(False).astype(bool).mean(), 1)
    row = table(at, "Measure").iloc[0]
    assert row["Ours"] == f"{expected:.1f}%"
    assert int(row["Children"]) == len(eligible) > 0


def test_a_link_with_filters_narrows_the_figures_and_says_so(open_page):
    at = open_page("vsh", "ks2_benchmark.py", year=str(stock.YEAR), sex="F")
    own = ks2_cohort()
    girls = own[(own["sex"] == "F") & own["elig_rwm"].fillna(False).astype(bool)]
    assert int(table(at, "Measure").iloc[0]["Children"]) == len(girls) > 0
    assert "girls" in text(at)
    assert asked(at, "sex") == "F" and asked(at, "year") == str(stock.YEAR)


def test_filters_come_along_to_the_next_page_and_reset(open_page):
    at = open_page("vsh", "ks2_benchmark.py", year=str(stock.YEAR), sex="F")
    at.query_params.clear()
    at.switch_page("ks4_pupil_list.py").run()
    assert asked(at, "sex") == "F"
    assert set(at.dataframe[0].value["Sex"]) == {"F"}
    at.button(key="filter_reset").click().run()
    assert "sex" not in at.query_params
    assert set(at.dataframe[0].value["Sex"]) == {"F", "M"}


def test_choosing_a_value_in_the_bar_writes_the_address(open_page):
    at = open_page("vsh", "ks4_pupil_list.py")
    at.pills(key="filter_sex").set_value(["M"]).run()
    assert asked(at, "sex") == "M"
    assert set(at.dataframe[0].value["Sex"]) == {"M"}
    at.selectbox(key="filter_year").set_value(stock.YEARS[0]).run()
    assert asked(at, "year") == str(stock.YEARS[0]) and asked(at, "sex") == "M"


def test_nonsense_in_the_address_is_ignored(open_page):
    at = open_page("vsh", "ks2_benchmark.py", year="1066", sex="x,F'--", cohort="<b>", sen="E")
    assert asked(at, "year") == str(stock.YEAR)
    assert "cohort" not in at.query_params and "sex" not in at.query_params
    assert asked(at, "sen") == "E"


def test_a_viewer_gets_the_year_and_no_other_filter(open_page):
    narrowed = open_page("viewer", "ks2_benchmark.py", year=str(stock.YEAR), sex="F", sen="E")
    plain = open_page("viewer", "ks2_benchmark.py", year=str(stock.YEAR))
    assert "sex" not in narrowed.query_params
    assert [one.key for one in narrowed.pills] == ["compare_with"]
    keys = [str(box.key) for box in narrowed.selectbox]
    assert [key for key in keys if key.startswith("filter_")] == ["filter_year"]
    assert table(narrowed, "Measure").equals(table(plain, "Measure"))


def test_a_viewer_sees_no_number_of_one_to_five_children(open_page):
    for page in ("home.py", "ks2_benchmark.py"):
        at = open_page("viewer", page)
        everything = text(at)
        assert not re.search(
            r"(?<![\d,.])[1-5] (child(?!ren or)|of|in cohort|not matched)", everything
        )
        for one in at.table:
            if "Children" in one.value:
                counts = one.value["Children"].astype(str)
                assert not counts.isin(list("12345")).any()
    assert not at.dataframe


@pytest.mark.parametrize("file", ["ks4_pupil_list.py", "matching.py", "pupil_details.py"])
def test_a_viewer_cannot_reach_a_page_with_children(open_page, file):
    with pytest.raises(ValueError, match="Known pages"):
        open_page("viewer", file)


def test_home_has_three_blocks_and_four_measures(open_page):
    at = open_page("vsh", "home.py")
    assert at.title[0].value == "Samplebridge"
    assert [header.value for header in at.header] == [
        "How our children are doing",
        "What changed",
        "What needs attention",
    ]
    values = {metric.label: metric.value for metric in at.metric}
    made = stock.made_return()
    frames = {name: made.frames[name] for name in made.row_counts}
    people = cohort.children(Return(frames, stock.YEAR, stock.LA, fold_case=True))
    assert values["12 months at 31 March"] == f"{people['looked_after_12_months'].sum():,}"
    assert values["At 31 March"] == f"{people['at_31_march'].sum():,}"
    assert len(at.metric) == 8


def test_the_pupil_list_sends_only_the_columns_shown(open_page):
    at = open_page("vsh", "ks4_pupil_list.py")
    shown = at.dataframe[0].value
    assert "UPN" not in shown and "Child" in shown and len(shown) > 5
    at.multiselect(key="ks4_pupil_list_columns").set_value(["upn", "att8"]).run()
    assert list(at.dataframe[0].value.columns) == ["Child", "UPN", "Attainment 8 (0 to 90)"]
    assert asked(at, "columns") == "upn,att8"


def test_search_and_case_finder_narrow_the_list(open_page):
    at = open_page("vsh", "ks4_pupil_list.py")
    everyone = at.dataframe[0].value
    child = everyone["Child"].iloc[3]
    at.text_input(key="ks4_pupil_list_search").set_value(child.lower()).run()
    assert at.dataframe[0].value["Child"].tolist() == [child]
    at.text_input(key="ks4_pupil_list_search").set_value("nobody at all").run()
    assert not at.dataframe and "No child matches" in text(at)
    at.text_input(key="ks4_pupil_list_search").set_value("").run()
    flag = at.pills(key="ks4_pupil_list_case").options[0]
    name, count = re.fullmatch(r"(.+) \((\d+)\)", flag).groups()
    at.pills(key="ks4_pupil_list_case").set_value(name.replace(" ", "_")).run()
    assert asked(at, "case") == name.replace(" ", "_")
    assert len(at.dataframe[0].value) == int(count)
    assert at.dataframe[0].value["To look at"].str.contains(name).all()


def test_a_row_opens_the_child_by_an_opaque_reference(open_page, store):
    at = open_page("vsh", "ks4_pupil_list.py")
    row = at.dataframe[0].value.iloc[2]
    at.session_state["ks4_pupil_list_rows"] = {
        "selection": {"rows": [2], "columns": [], "cells": []}
    }
    at.run()
    assert not at.exception
    assert at.title[0].value == f"Child {row['Child']}"
    reference = asked(at, "child")
    assert re.fullmatch("[0-9a-f]{20}", reference) and row["Child"] not in str(at.query_params)
    viewed = audit.read(store, event="child viewed")
    assert len(viewed) == 1 and row["Child"] not in viewed["detail"].iloc[0]
    at.run()
    assert len(audit.read(store, event="child viewed")) == 1


def test_the_matching_page_lists_who_is_not_matched(open_page):
    at = open_page("vsh", "matching.py", year=str(stock.YEAR), stage="ks4")
    assert [header.value for header in at.header][:2] == ["Key stage 4, 2024/25", "Not matched"]
    said = text(at)
    (count,) = re.findall(r"(\d+) not matched", said)
    if int(count):
        (rows,) = [one.value for one in at.dataframe if "Why there is no match" in one.value]
        assert len(rows) == int(count)
        assert table(at, "Why")["Children"].astype(int).sum() == int(count)


@pytest.mark.parametrize("role", ["vsh", "analyst"])
@pytest.mark.parametrize("file", PAGES)
def test_every_page_opens_for_those_who_work_with_it(open_page, role, file):
    at = open_page(role, file)
    assert at.title and not at.error
