"""The cohort page: sizes, joiners and leavers by a list, and decisions that reports follow."""

from __future__ import annotations

import pandas as pd

from cla import importing
from cla.store import decisions, imports, jobs
from cla.ui import data
from tests.pages.filled.conftest import text
from tests.ui import stock


def model(store):
    return data.loaded(stock.LA, imports.version(store, stock.LA))


def hand_in(store, frame: pd.DataFrame) -> None:
    """A list of the children looked after now, imported and made current."""
    content = frame.to_csv(index=False).encode()
    job = importing.submit(
        store, la=stock.LA, kind="current", year=None, files=[("list.csv", content)], by="test"
    )
    importing.run(store, job.id)
    (made,) = jobs.find(store, stock.LA, job.id).imports
    imports.make_current(store, made, stock.LA, by="test")


def of_the_return(store, without: int) -> pd.DataFrame:
    """A list of the children of 31 March but the first ``without``, and of one child more."""
    loaded = model(store)
    children = loaded.children(loaded.latest)
    staying = children[children["at_31_march"]].iloc[without:]
    rows = pd.DataFrame({"CHILD": staying["child"], "DOB": staying["dob"].dt.strftime("%d/%m/%Y")})
    more = pd.DataFrame({"CHILD": ["NEWCOMER"], "DOB": ["05/11/2014"]})
    return pd.concat([rows, more]).assign(AS_AT=f"30/06/{loaded.latest}")


def decide(at, child: str, scope: str, verdict: str, note: str):
    at.selectbox[1].set_value(child)
    at.selectbox[2].set_value(scope)
    at.radio[0].set_value(verdict)
    at.text_area[0].set_value(note)
    (button,) = [one for one in at.button if one.label == "Decide"]
    button.click().run()
    assert not at.exception
    return at


def test_without_a_list_the_page_says_what_to_import(open_page):
    said = text(open_page("analyst", "cohort.py"))
    assert "No list of the children looked after since 31 March" in said


def test_joiners_and_leavers_are_shown(open_page, store):
    hand_in(store, of_the_return(store, without=3))
    at = open_page("vsh", "cohort.py")
    assert "3 children left since 31 March" in text(at)
    assert "1 child joined since 31 March" in text(at)
    moved = at.dataframe[0].value
    assert moved.loc[moved["What happened"] == "joined since 31 March", "Child"].tolist() == [
        "NEWCOMER"
    ]


def test_a_child_left_out_is_in_no_report_until_it_is_taken_back(open_page, store):
    loaded = model(store)
    children = loaded.children(loaded.latest)
    child = children.loc[children["looked_after_12_months"], "child"].iloc[0]
    before = int(children["looked_after_12_months"].sum())

    at = decide(open_page("analyst", "cohort.py"), child, "cohort:every", "leave out", "Adopted.")
    assert f"Child {child} is left out" in text(at)
    after = model(store).children(loaded.latest)
    assert int(after["looked_after_12_months"].sum()) == before - 1
    (kept,) = decisions.current(store, stock.LA)["membership"].to_dict("records")
    assert (kept["child"], kept["note"], kept["name"]) == (child, "Adopted.", "Test Person")

    at.session_state["cohort_decided"] = {"selection": {"rows": [0], "columns": []}}
    decisions.take_back(
        store, stock.LA, "membership", [f"{loaded.latest}/every/{child}"], by="test"
    )
    again = model(store).children(loaded.latest)
    pd.testing.assert_frame_equal(again, loaded.children(loaded.latest))


def test_a_decision_without_a_reason_is_not_taken(open_page, store):
    loaded = model(store)
    child = loaded.children(loaded.latest)["child"].iloc[0]
    at = decide(open_page("analyst", "cohort.py"), child, "cohort:every", "leave out", " ")
    assert "say why" in at.error[0].value
    assert "membership" not in decisions.current(store, stock.LA)


def test_a_child_can_be_taken_to_the_end_of_a_key_stage(open_page, store):
    loaded = model(store)
    year = loaded.latest
    stage = loaded.stages(year)[-1]
    there = set(loaded.pupils(stage, year)["child"])
    child = next(c for c in loaded.children(year)["child"] if c not in there)
    decide(open_page("analyst", "cohort.py"), child, f"stage:{stage}", "take in", "Kept back.")
    pupils = model(store).pupils(stage, year)
    assert set(pupils["child"]) == {*there, child}


def test_those_who_may_not_decide_read_what_was_decided(open_page, store):
    at = open_page("vsh", "cohort.py")
    assert "Analysts of your authority decide this" in text(at)
    assert not [one for one in at.button if one.label == "Decide"]
