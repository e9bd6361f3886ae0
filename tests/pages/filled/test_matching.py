"""Who is matched, and matches to decide: pages over an invented authority, acts in its store."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from cla.access import current_store
from cla.reports import match_queue
from cla.stages import STAGES
from cla.store import audit, decisions, imports
from cla.ui import data
from tests.pages.filled.conftest import asked, text
from tests.ui import stock


def waiting(store) -> pd.DataFrame:
    """The queue as it is now, from the store's model."""
    return match_queue.queue(data.loaded(stock.LA, imports.version(store, stock.LA)))


def pressed(at: AppTest, label: str) -> AppTest:
    (button,) = [one for one in at.button if one.label.startswith(label)]
    button.click().run()
    assert not at.exception, at.exception
    return at


def matched(store, row: pd.Series) -> dict[str, int]:
    """The tiers by child of the results of a case."""
    model = data.loaded(stock.LA, imports.version(store, stock.LA))
    links = model.matches(row["stage"], row["year"]).links
    return dict(zip(links["child"], links["tier"], strict=True))


def test_the_queue_shows_one_case_with_both_records(open_page, store):
    first = waiting(store).iloc[0]
    at = open_page("analyst", "match_queue.py")
    said = text(at)
    assert first["why"] in said
    assert f"Case 1 of {len(waiting(store))}" in said
    counts, records = at.table[0].value, at.table[1].value
    assert counts["Cases"].sum() == len(waiting(store))
    assert f"In the return: child {first['child']}" in str(records.columns[0]).replace("\\", "")
    assert any("Born" in str(name) for name in records.index)
    seen = audit.read(store, (stock.LA,))
    assert seen["event"].iloc[0] == "child viewed"
    assert first["child"] not in seen["detail"].iloc[0]


def test_confirming_links_the_child_and_undo_restores_the_queue(open_page, store):
    before = waiting(store)
    case = before[before["kind"] == "upn_slip"].iloc[0]
    at = open_page("analyst", "match_queue.py")
    at.selectbox(key="match_kind").set_value("upn_slip").run()
    (note,) = [one for one in at.text_input if one.label.startswith("Note")]
    note.set_value("The school says so.")
    pressed(at, "Confirm")
    (kept,) = decisions.current(store, stock.LA)["match"].to_dict("records")
    assert (kept["child"], kept["verdict"], kept["note"]) == (
        case["child"], "confirmed", "The school says so.",
    )  # fmt: skip
    row = imports.current(store, stock.LA, case["stage"], int(case["year"]))
    assert row is not None and kept["file"] == row.key
    assert matched(store, case)[case["child"]] == 0
    assert len(waiting(store)) == len(before) - 1
    assert f"Confirmed: child {case['child']}" in "\n".join(str(s.value) for s in at.success)

    pressed(at, "Undo")
    assert case["child"] not in matched(store, case)
    pd.testing.assert_frame_equal(waiting(store), before)


def test_a_rejected_pair_is_gone_until_it_is_taken_back(open_page, store):
    before = waiting(store)
    case = before[before["kind"] == "birth_date"].iloc[0]
    assert matched(store, case)[case["child"]] == 2
    at = open_page("analyst", "match_queue.py")
    at.selectbox(key="match_kind").set_value("birth_date").run()
    pressed(at, "Reject")
    assert case["child"] not in matched(store, case)
    assert case["subject"] not in set(waiting(store)["subject"])
    decided = at.dataframe[0].value
    assert decided["Decision"].tolist() == ["Rejected"]
    assert decided["By"].tolist() == ["Test Person"]
    at.selectbox(key="match_take_back").set_value(case["subject"]).run()
    pressed(at, "Take back")
    pd.testing.assert_frame_equal(waiting(store), before)


def test_cases_can_be_put_off_and_passed_over(open_page, store):
    queue = waiting(store)
    assert len(queue) > 2
    at = open_page("analyst", "match_queue.py")
    pressed(at, "Next case")
    assert f"Case 2 of {len(queue)}" in text(at)
    pressed(at, "Decide later")
    assert queue["why"].iloc[2] in text(at)
    assert decisions.current(store, stock.LA) == {}


@pytest.mark.parametrize("role", ["vsh", "viewer"])
def test_only_those_who_import_may_decide(signed_in, store, role):
    at = signed_in(role, authorities=(stock.LA,)).run()
    with pytest.raises(ValueError, match="match_queue"):
        at.switch_page("match_queue.py")


def test_the_queue_comes_to_an_end_and_says_so(open_page, store):
    """What is rejected in one file is shown once more where another has the right birth date."""
    for verdict in ("rejected", "confirmed"):
        model = data.loaded(stock.LA, imports.version(store, stock.LA))
        for case in waiting(store).to_dict("records"):
            found = match_queue.case(model, case["subject"], case["stage"], case["year"])
            assert found is not None
            value = {**found.value, "verdict": verdict, "file": ""}
            values = {found.subject: value}
            decisions.record(store, stock.LA, "match", values, by="ann", name="Ann")
    assert waiting(store).empty
    at = open_page("analyst", "match_queue.py")
    assert "No match waits for a decision." in "\n".join(str(one.value) for one in at.success)


@pytest.mark.parametrize("stage", ["phonics", "ks2", "ks4"])
def test_who_is_matched_for_each_stage(open_page, store, stage):
    at = open_page("vsh", "matching.py", year=str(stock.YEAR), stage=stage)
    assert asked(at, "stage") == stage
    tiers = at.table[0].value
    assert any("UPN and date of birth" in str(name) for name in tiers.index)
    model = data.loaded(stock.LA, imports.version(store, stock.LA))
    pupils = model.pupils(stage, stock.YEAR)
    pupils = pupils[pupils["looked_after_12_months"]]
    assert int(tiers["Children"].sum()) == len(pupils) > 0
    assert int(at.table[1].value["Children"].sum()) == len(pupils)
    assert STAGES[stage].title in text(at).lower()


def test_who_is_matched_leads_to_the_queue_only_those_who_may_go(open_page, store):
    waits = waiting(store)
    case = waits[waits["year"] == stock.YEAR].iloc[0]
    query = {"year": str(stock.YEAR), "stage": case["stage"]}
    for role, links in (("analyst", 1), ("vsh", 0)):
        at = open_page(role, "matching.py", **query)
        found = [one for one in at.get("page_link") if "to decide" in one.proto.label]
        assert len(found) == links
    assert "an analyst of your authority can" in text(at)


def test_decisions_are_of_one_authority(open_page, store):
    case = waiting(store).iloc[0]
    value = {"child": case["child"], "stage": case["stage"], "year": int(case["year"])}
    decisions.record(
        current_store(), stock.OTHER, "match", {case["subject"]: value}, by="x", name="X"
    )
    at = open_page("analyst", "match_queue.py")
    assert "Nothing was decided yet." in text(at)
