"""The queue of matches to decide, and the coverage of all six stages, on hand-made children."""

from __future__ import annotations

import pandas as pd
import pytest

from cla.cohort.matching_decisions import CONFIRMED, REJECTED
from cla.reports import Model, build, match_queue, undecided
from cla.reports.coverage import counted, with_result
from tests.reports.conftest import EPISODES, HEADER, UPNS, made_return

SLIP = UPNS["c01"][:-2] + UPNS["c01"][:-3:-1]  # the last two characters changed places
ASHA = {
    "note": "",
    "by": "asha",
    "name": "Asha Rao",
    "moment": pd.Timestamp("2026-06-05", tz="UTC"),
}


@pytest.fixture(scope="module")
def model() -> Model:
    """Child c01 with a slip in the UPN, c02 with another birth date, in key stage 2 of 2025."""
    rows = pd.DataFrame(
        {
            "upn": [SLIP, UPNS["c02"]],
            "surname": ["Ash", "Birch"],
            "forenames": ["Ann", "Ben"],
            "dob": pd.to_datetime(["2013-09-10", "2013-11-10"]),
            "sex": ["F", "M"],
            "laestab": "8014000",
            "mark": [35.0, 30.0],
            "elig": True,
        }
    )
    ret = made_return(2025, HEADER, EPISODES)
    return build("X06000991", 1, {2025: ret}, {("ks2", "2024/25"): rows})


def decision(model: Model, place: int, verdict: str) -> pd.DataFrame:
    row = match_queue.queue(model).iloc[place]
    case = match_queue.case(model, row["subject"], row["stage"], int(row["year"]))
    assert case is not None
    return pd.DataFrame([{"subject": case.subject, **case.value, "verdict": verdict, **ASHA}])


def test_what_waits_is_counted_by_stage_year_and_kind(model: Model) -> None:
    assert undecided(model).to_dict("records") == [
        {"stage": "ks2", "year": 2025, "kind": kind, "label": label, "count": 1}
        for kind, label in (
            ("upn_slip", "The UPN is one slip away"),
            ("birth_date", "Same UPN, another birth date"),
        )
    ]
    assert undecided(model, 2024).empty


def test_a_case_shows_both_records_and_where_they_differ(model: Model) -> None:
    first = match_queue.queue(model).iloc[0]
    case = match_queue.case(model, first["subject"], "ks2", 2025)
    assert case is not None and case.child == "c01"
    facts = {fact.name: fact for fact in case.facts}
    assert facts["UPN"].here == ((UPNS["c01"][:-2], True), ("01", False))
    assert facts["UPN"].there == ((UPNS["c01"][:-2], True), ("10", False))
    assert facts["Born"].same and facts["Sex"].same
    assert facts["Name"].there == (("Ash, Ann", True),)
    assert case.difference == "Different: UPN. The same: Born, Sex."
    assert "Ash" not in repr(case.value) and case.value["stage"] == "ks2"
    assert match_queue.case(model, "nothing", "ks2", 2025) is None


def test_confirming_and_taking_back(model: Model) -> None:
    before = match_queue.queue(model)
    pupils = model.pupils("ks2", 2025)
    sure = model.decided(2, {"match": decision(model, 0, CONFIRMED)})
    matched = sure.pupils("ks2", 2025).set_index("child")
    assert matched.loc["c01", ["matched", "tier", "match_note"]].tolist() == [
        True, 0, "Confirmed by Asha Rao on 5 June 2026.",
    ]  # fmt: skip
    assert match_queue.queue(sure)["child"].tolist() == ["c02"]
    (told,) = match_queue.decided(sure).to_dict("records")
    assert (told["child"], told["upn"], told["verdict"]) == ("c01", SLIP, "confirmed")
    back = sure.decided(3, {})
    pd.testing.assert_frame_equal(match_queue.queue(back), before)
    pd.testing.assert_frame_equal(back.pupils("ks2", 2025), pupils)


def test_rejecting_what_was_matched(model: Model) -> None:
    sure = model.decided(2, {"match": decision(model, 1, REJECTED)})
    pupils = sure.pupils("ks2", 2025).set_index("child")
    assert pupils.loc["c02", ["matched", "reason"]].tolist() == [False, "rejected"]
    assert match_queue.queue(sure)["child"].tolist() == ["c01"]


@pytest.mark.parametrize(
    ("stage", "columns"),
    [
        ("eyfsp", {"gld": [True, False, None]}),
        ("phonics", {"mark": [32.0, None, None], "outcome": ["Wa", "Wt", "A"]}),
        ("ks1", {"read_outcome": ["EXS", "A", "A"], "mat_outcome": [None, "WTS", "D"]}),
        ("ks1", {"read_level": ["2B", "W", "A"]}),
        ("mtc", {"mark": [25.0, 0.0, None], "outcome": [None, None, "A"]}),
        ("ks2", {"read_score": [99.0, None, None], "writ_outcome": ["A", "WTS", "A"]}),
        ("ks2", {"read_level": ["4", "B", "A"], "mat_level": [None, None, "S"]}),
        ("ks4", {"att8": [40.0, 0.0, None]}),
        ("ks4", {"passes": [5.0, 0.0, None]}),
    ],
)
def test_coverage_of_every_stage(stage: str, columns: dict[str, list]) -> None:
    """Two of three matched children have a result; of them one is not eligible."""
    pupils = pd.DataFrame(columns).assign(
        matched=True, elig=pd.array([True, False, pd.NA], dtype="boolean")
    )
    assert with_result(pupils, stage).tolist() == [True, True, False]
    counts = counted(pupils, stage)
    assert (counts.in_cohort, counts.matched, counts.with_result, counts.eligible) == (3, 3, 2, 1)
    assert not with_result(pupils.assign(matched=False), stage).any()
