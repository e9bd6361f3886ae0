"""Data quality: the findings of the return by rule, table and child, and what is new."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cla import ssda903
from cla.ui import children
from tests.pages.filled.conftest import text
from tests.ui import stock


@pytest.fixture
def findings():
    return stock.made_return().frames["findings"]


def metric(at, name: str) -> str:
    (found,) = [one.value for one in at.metric if one.label == name]
    return found


def test_totals_are_those_of_the_rules(open_page, findings):
    at = open_page("analyst", "data_quality.py")
    assert metric(at, "Findings") == f"{len(findings):,}"
    assert metric(at, "Children with a finding") == f"{findings['child'].nunique():,}"
    assert metric(at, "Rules that found something") == f"{findings['rule'].nunique():,}"
    assert metric(at, "Rules not run") == f"{len(stock.made_return().frames['not_run']):,}"


def test_by_rule_the_most_frequent_first_with_its_records(open_page, findings):
    at = open_page("analyst", "data_quality.py")
    counts = findings["rule"].astype(str).value_counts()
    listed = at.dataframe[0].value
    assert listed["Findings"].tolist() == sorted(counts, reverse=True)
    assert dict(zip(listed["Rule"], listed["Findings"], strict=True)) == counts.to_dict()
    code = listed["Rule"].iloc[-1]
    at.selectbox(key="q_rules_choice").set_value(code).run()
    assert at.subheader[0].value == f"Rule {code}"
    assert ssda903.rulebook(stock.YEAR)[code].title in text(at)
    own = findings[findings["rule"].astype(str) == code]
    records = [one.value for one in at.dataframe if "Look at" in one.value]
    assert sum(map(len, records)) == len(own.drop_duplicates(["table", "row"])) < 100
    assert set(records[0]["CHILD"]) <= set(own["child"])


def test_by_table_and_by_child(open_page, findings):
    at = open_page("analyst", "data_quality.py")
    at.segmented_control(key="q_view").set_value("table").run()
    assert not at.exception
    assert at.dataframe[0].value["Findings"].sum() == len(findings)
    at.segmented_control(key="q_view").set_value("child").run()
    listed = at.dataframe[0].value
    assert listed["Findings"].sum() == findings["child"].notna().sum()
    assert listed["Child"].iloc[0] in at.subheader[0].value


def test_rules_not_run_say_what_they_lack(open_page):
    at = open_page("analyst", "data_quality.py")
    at.segmented_control(key="q_view").set_value("not_run").run()
    shown = at.dataframe[0].value
    assert shown["Rule"].tolist() == stock.made_return().frames["not_run"]["rule"].tolist()
    assert shown["What is lacking"].str.len().min() > 2


def test_filters_by_stage_narrow_with_their_counts(open_page, findings):
    book = ssda903.rulebook(stock.YEAR)
    stages = findings["rule"].astype(str).map(lambda code: book[code].stage)
    at = open_page("analyst", "data_quality.py")
    assert f"1 ({(stages == '1').sum():,})" in at.pills(key="q_stage").options
    at.pills(key="q_stage").set_value(["1"]).run()
    assert at.dataframe[0].value["Findings"].sum() == (stages == "1").sum()


def test_a_link_to_one_child_shows_only_that_child(open_page, findings):
    child = str(findings["child"].iloc[0])
    at = open_page("analyst", "data_quality.py", child=children.reference(stock.LA, child))
    assert f"Only child {child}" in text(at)
    assert at.dataframe[0].value["Findings"].sum() == (findings["child"] == child).sum()
    at.button(key="q_all_children").click().run()
    assert at.dataframe[0].value["Findings"].sum() == len(findings)


def test_new_findings_are_told_from_known_and_fixed_ones(open_page, store, findings):
    made = stock.made_return()
    first, gone = findings.iloc[3:], findings.iloc[:-1]
    before = replace(made, uploads=made.uploads[:1], frames={**made.frames, "findings": first})
    again = replace(made, uploads=made.uploads[1:2], frames={**made.frames, "findings": gone})
    stock.put(store, before)
    stock.put(store, again)
    at = open_page("vsh", "data_quality.py")
    assert metric(at, "New findings") == "3" and metric(at, "No longer found") == "1"
    at.pills(key="q_state").set_value(["new"]).run()
    assert at.dataframe[0].value["Findings"].sum() == 3
    at.segmented_control(key="q_view").set_value("fixed").run()
    assert at.dataframe[0].value["Rule"].tolist() == [str(findings["rule"].iloc[-1])]
