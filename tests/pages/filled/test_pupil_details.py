"""One child's page: what it shows, who may see it, and what an address gives away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cla.access.secret import key_for
from cla.store import audit
from cla.ui import children
from tests.pages.filled.conftest import text
from tests.ui import stock


@pytest.fixture
def child() -> str:
    """A child of the latest return with episodes."""
    return str(stock.made_return().frames["Episodes"]["CHILD"].iloc[10])


def test_the_page_of_a_child(open_page, child):
    at = open_page("vsh", "pupil_details.py", child=children.reference(stock.LA, child))
    assert at.title[0].value == f"Child {child}"
    assert [header.value for header in at.header] == [
        "Care, school and results",
        "Results",
        "School and attendance",
        "What is missing",
        "Findings in the return",
        "Records",
    ]
    (chart,) = at.get("plotly_chart")
    assert chart.proto.alt.startswith("Timeline of this child: care period")
    episodes = stock.made_return().frames["Episodes"]
    shown = [one.value for one in at.dataframe if "Episode began" in one.value]
    assert len(shown[0]) >= (episodes["CHILD"] == child).sum()


def test_findings_of_the_child_are_those_of_the_rules(open_page):
    findings = stock.made_return().frames["findings"]
    child = str(findings["child"].iloc[0])
    at = open_page("vsh", "pupil_details.py", child=children.reference(stock.LA, child))
    own = findings[findings["child"] == child]
    shown = [one.value for one in at.dataframe if list(one.value.columns[:2]) == ["Rule", "Table"]]
    assert sorted(shown[0]["Rule"]) == sorted(own["rule"].astype(str))


def test_the_next_child_is_the_next_in_the_list(open_page):
    at = open_page("vsh", "ks4_pupil_list.py")
    listed = at.dataframe[0].value["Child"].tolist()
    at.session_state["ks4_pupil_list_rows"] = {
        "selection": {"rows": [1], "columns": [], "cells": []}
    }
    at.run()
    assert f"2 of {len(listed)} in the list" in text(at)
    links = {link.proto.label: link.proto.query_string for link in at.get("page_link")}
    assert children.reference(stock.LA, listed[0]) in links["Previous"]
    assert children.reference(stock.LA, listed[2]) in links["Next"]
    assert listed[0] not in str(links) and listed[2] not in str(links)


@pytest.mark.parametrize(
    "given",
    ["", "0" * 20, "123456", "../../etc", "![x](http://evil.example/x.png)", "' OR 1=1 --"],
)
def test_any_other_reference_is_not_found(open_page, store, given):
    at = open_page("vsh", "pupil_details.py", child=given)
    assert at.title[0].value == "Pupil details" and "no such child" in text(at)
    assert audit.read(store, event="child viewed").empty


def test_the_identifier_itself_and_another_authoritys_reference_open_nothing(open_page, child):
    for given in (child, children.reference(stock.OTHER, child)):
        at = open_page("vsh", "pupil_details.py", child=given)
        assert at.title[0].value == "Pupil details"
        assert child not in text(at)


def test_a_reference_depends_on_the_key_and_says_nothing_of_the_child(store, child):
    own = children.reference(stock.LA, child)
    assert len(own) == 20 and child not in own
    assert own == children.reference(stock.LA, child)
    assert key_for("child reference") not in own
    assert own != children.reference(stock.LA, child + "0")


def test_a_view_that_cannot_be_written_down_is_not_given(open_page, child, monkeypatch):
    def full(*_: object, **__: object) -> int:
        raise OSError("full")

    at = open_page("vsh", "home.py")
    monkeypatch.setattr("cla.ui.children.audit.append", full)
    at.query_params["child"] = children.reference(stock.LA, child)
    at.switch_page("pupil_details.py").run()
    assert at.exception and not at.title and child not in text(at)


NASTY = "![X](HTTP://EVIL.EXAMPLE/X.PNG)"  # identifiers of a return compare in capitals


def test_an_identifier_that_is_markup_is_shown_as_text_on_every_page(open_page, store):
    made = stock.made_return()
    people = made.frames["findings"]["child"].astype("str")
    child = str(people.iloc[0])
    frames = dict(made.frames)
    for name in (*made.row_counts, "findings"):
        column = "child" if name == "findings" else "CHILD"
        text_of = frames[name][column].astype("str")
        frames[name] = frames[name].assign(**{column: text_of.replace(child, NASTY)})
    stock.put(store, replace(made, uploads=made.uploads[:1], frames=frames))
    reference = children.reference(stock.LA, NASTY)
    pages = {
        "pupil_details.py": {"child": reference},
        "data_quality.py": {"child": reference},
        "ks4_pupil_list.py": {},
        "matching.py": {},
        "home.py": {},
    }
    for file, query in pages.items():
        at = open_page("vsh", file, **query)
        shown = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.info]
        assert not [one for one in shown if "![" in str(one.value) or "](HTTP" in str(one.value)]
        for one in at.table:
            assert not one.value.reset_index().astype(str).map(lambda c: "![" in c).any(axis=None)
    at = open_page("vsh", "pupil_details.py", child=reference)
    assert at.title[0].value.replace("\\", "").replace("\u2060", "") == f"Child {NASTY}"
