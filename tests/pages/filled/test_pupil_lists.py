"""The pages of pupil lists, pupil details and cases over an invented authority."""

from __future__ import annotations

import re

import pytest

from tests.pages.filled.conftest import asked, text
from tests.pages.test_empty_children import LISTS
from tests.ui import stock

YEARLY = {"ks2_pupil_list.py", "att8_pupil_list.py", "ks4_pupil_list.py"}
DETAILS = {"ks2_pupil_details.py", "ks4_pupil_details.py"}


@pytest.mark.parametrize("file", sorted(YEARLY | DETAILS))
def test_a_list_has_a_row_a_child_of_the_coverage_line(open_page, file):
    at = open_page("vsh", file, cohort="any_time")
    assert not at.error
    (in_cohort,) = re.findall(r"(\d+) in cohort", text(at))
    shown = at.dataframe[0].value
    assert len(shown) == int(in_cohort) > 5
    assert shown["Child"].is_unique and shown.columns[0] == "Child"
    assert at.get("download_button")


@pytest.mark.parametrize("file", LISTS)
def test_every_list_opens_with_rows_or_a_sentence(open_page, file):
    at = open_page("analyst", file)
    assert at.title and not at.error
    assert at.dataframe or at.info


@pytest.mark.parametrize("file", [*LISTS, "case_finder.py"])
def test_a_viewer_reaches_none_of_them(open_page, file):
    with pytest.raises(ValueError, match="Known pages"):
        open_page("viewer", file)


def test_a_link_carries_the_chip_and_the_columns_and_no_child(open_page):
    at = open_page("vsh", "ks4_pupil_list.py", cohort="any_time")
    chip = at.pills(key="ks4_pupil_list_case").options[0]
    name, count = re.fullmatch(r"(.+) \((\d+)\)", chip).groups()
    slug = name.replace(", ", "_").replace(" and ", "_").replace(" ", "_")
    linked = open_page(
        "vsh", "ks4_pupil_list.py", cohort="any_time", case=slug, columns="att8,sen,nonsense"
    )
    shown = linked.dataframe[0].value
    assert len(shown) == int(count)
    assert list(shown.columns) == ["Child", "Attainment 8 (0 to 90)", "SEN"] or list(
        shown.columns
    ) == ["Child", "SEN", "Attainment 8 (0 to 90)"]
    linked.text_input(key="ks4_pupil_list_search").set_value(shown["Child"].iloc[0]).run()
    assert shown["Child"].iloc[0] not in str(linked.query_params)


def test_columns_are_remembered_from_page_to_page(open_page):
    at = open_page("vsh", "ks2_pupil_list.py")
    at.multiselect(key="ks2_pupil_list_columns").set_value(["upn"]).run()
    assert list(at.dataframe[0].value.columns) == ["Child", "UPN"]
    at.query_params.clear()
    at.switch_page("home.py").run()
    at.switch_page("ks2_pupil_list.py").run()
    assert list(at.dataframe[0].value.columns) == ["Child", "UPN"]
    at.button(key="ks2_pupil_list_columns_reset").click().run()
    assert "Sex" in at.dataframe[0].value and "columns" not in at.query_params


def test_a_year_without_progress_says_why(open_page):
    at = open_page("vsh", "progress_pupil_list.py", year=str(stock.YEAR))
    assert not at.dataframe
    assert "no progress from key stage 1 to 2 for 2023/24 and 2024/25" in text(at)


def test_cases_are_listed_with_their_reason_and_open_the_child(open_page):
    at = open_page("vsh", "case_finder.py", cohort="any_time")
    shown = at.dataframe[0].value
    assert shown["Why"].str.len().gt(5).all() and shown["Child"].is_unique
    chips = [
        re.fullmatch(r"(.+) \((\d+)\)", one).groups()
        for one in at.pills(key="case_finder_case").options
    ]
    for name, count in chips:
        assert shown["To look at"].str.contains(name, regex=False).sum() >= int(count) > 0
    at.session_state["case_finder_rows"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    at.run()
    assert at.title[0].value == f"Child {shown['Child'].iloc[0]}"
    assert re.fullmatch("[0-9a-f]{20}", asked(at, "child"))
    back = [link.proto for link in at.get("page_link") if link.proto.label == "Back to the list"]
    assert back[0].page.endswith("cases") or "case" in back[0].page


def test_the_page_of_a_child_shows_school_and_attendance(open_page):
    at = open_page("vsh", "ks4_pupil_list.py")
    at.session_state["ks4_pupil_list_rows"] = {
        "selection": {"rows": [0], "columns": [], "cells": []}
    }
    at.run()
    shown = [one.value for one in at.dataframe if "School year" in one.value]
    assert len(shown) == 1 and {"School", "Absence (%)", "Suspensions"} <= set(shown[0])
