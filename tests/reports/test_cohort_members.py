"""The cohort of the ten children: sizes, decisions, and what every report says of them."""

from __future__ import annotations

import pandas as pd

from cla.cohort.membership import EVERY, LEAVE_OUT, TAKE_IN
from cla.reports import Filters, Model, cohort_members, decision_notes, ks2_benchmark
from cla.reports.cohort_members import changed_by_decision

OUT = {"child": "c01", "cohort": EVERY, "verdict": LEAVE_OUT, "year": 2025}
INTO = {"child": "c04", "cohort": "12_months", "verdict": TAKE_IN, "year": 2025}


def decided(model: Model, *rows: dict[str, object], kind: str = "membership") -> Model:
    return model.decided(1, {kind: pd.DataFrame(rows)})


def test_sizes_are_those_of_the_return_without_decisions(ten: Model) -> None:
    sizes = cohort_members(ten, Filters(2025), child_level=True).frames["sizes"]
    assert sizes[["name", "count"]].to_numpy().tolist() == [
        ["12_months", 8],
        ["at_31_march", 9],
        ["any_time", 10],
    ]
    assert sizes[["left_out", "taken_in"]].to_numpy().sum() == 0


def test_decisions_change_the_sizes_and_are_counted(ten: Model) -> None:
    rows = changed_by_decision(decided(ten, OUT, INTO), 2025).set_index("name")
    assert rows.loc["12_months"].tolist() == [1, 1]
    assert rows.loc["at_31_march"].tolist() == [1, 0]


def test_every_report_says_what_was_decided(ten: Model) -> None:
    model = decided(ten, OUT, INTO)
    note = "Children of this cohort by a person's decision: 1 left out and 1 taken in."
    assert note in decision_notes(model, Filters(2025), "ks2", child_level=True)
    assert note in ks2_benchmark(model, Filters(2025), child_level=True).notes


def test_people_without_the_permission_are_told_without_a_number(ten: Model) -> None:
    (note,) = decision_notes(decided(ten, OUT), Filters(2025), "ks2", child_level=False)
    assert not any(letter.isdigit() for letter in note)
    assert "left out" in note


def test_a_child_left_out_is_not_in_the_benchmark(ten: Model) -> None:
    before = ks2_benchmark(ten, Filters(2025), child_level=True).coverage
    after = ks2_benchmark(decided(ten, OUT), Filters(2025), child_level=True).coverage
    assert after.in_cohort == before.in_cohort - 1


def test_who_was_decided_about_stands_first(ten: Model) -> None:
    listed = cohort_members(decided(ten, OUT), Filters(2025), child_level=True).frames["children"]
    assert listed.iloc[0][["child", "decision"]].tolist() == ["c01", "left out"]
    assert len(listed) == 10


def test_an_override_of_a_key_stage_is_listed_with_its_reason(ten: Model) -> None:
    given = {"child": "c01", "stage": "ks2", "verdict": LEAVE_OUT, "year": 2025}
    model = decided(ten, given, kind="key_stage")
    (row,) = (
        cohort_members(model, Filters(2025), child_level=True)
        .frames["other_year"]
        .to_dict("records")
    )
    assert (row["child"], row["member"], row["why"]) == ("c01", False, "by decision")
    assert "c01" not in set(model.pupils("ks2", 2025)["child"])


def test_without_the_permission_no_child_is_shown(ten: Model) -> None:
    report = cohort_members(ten, Filters(2025), child_level=False)
    assert report.frames == {}
    assert "administrator" in report.empty
