"""Matching by UPN and date of birth: each tier, and everything that must not be guessed."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla.cohort import match

A, B, C = "B801200005001", "H801200001001", "R674123101121"
Table = Callable[[str], pd.DataFrame]


def people(text: str, table: Table) -> pd.DataFrame:
    frame = table("child | upn | dob | year_group\n" + text)
    frame["dob"] = pd.to_datetime(frame["dob"])
    frame["year_group"] = frame["year_group"].fillna("6").astype("Int64")
    return frame


def results(text: str, table: Table) -> pd.DataFrame:
    frame = table("upn | dob\n" + text)
    return frame.assign(dob=pd.to_datetime(frame["dob"]))


def outcome(matches) -> dict[str, object]:
    linked = {row["child"]: (row["row"], row["tier"]) for row in matches.links.to_dict("records")}
    return linked | dict(zip(matches.unmatched["child"], matches.unmatched["reason"], strict=True))


def test_the_three_tiers_and_their_notes(table: Table) -> None:
    children = people(
        f"""1 | {A} | 2014-01-02 |
            2 | {B} | 2014-02-03 |
            3 | UN4 | 2014-03-04 | """,
        table,
    )
    rows = results(
        f"{C} | 2014-03-04\n{A.lower()[:4]} {A[4:]} | 2014-01-02\n{B} | 2014-03-02", table
    )
    former = pd.DataFrame({"child": ["3"], "upn": [C]})
    matches = match(children, rows, "ks2", former)
    assert outcome(matches) == {"1": (1, 1), "2": (2, 2), "3": (0, 3)}
    assert list(matches.links["note"]) == [
        "",
        "Day and month of birth are swapped.",
        "Found under a former UPN.",
    ]
    assert len(matches.unmatched) == 0


@pytest.mark.parametrize(
    ("here", "there", "note"),
    [
        ("2014-01-02", "2014-01-12", "The dates of birth differ in one digit."),
        ("2014-01-02", "2013-11-25", "The dates of birth differ."),
        ("2014-01-02", "", "No date of birth in the results."),
        ("", "2014-01-02", "No date of birth in the return."),
    ],
)
def test_an_equal_upn_with_another_birth_date_is_accepted_with_a_warning(
    table: Table, here: str, there: str, note: str
) -> None:
    matches = match(people(f"1 | {A} | {here} | ", table), results(f"{A} | {there}", table), "ks2")
    assert outcome(matches) == {"1": (0, 2)}
    assert matches.links["note"].iloc[0] == note


def test_why_children_are_not_matched(table: Table) -> None:
    children = people(
        f"""1 | | 2014-01-02 |
            2 | UN3 | 2014-01-02 |
            3 | {A} | 2014-01-02 |
            4 | {B} | 2014-01-02 | """,
        table,
    )
    former = pd.DataFrame({"child": ["4"], "upn": [C]})
    matches = match(children, results(f"{C} | 2014-05-05", table), "ks2", former)
    assert outcome(matches) == {
        "1": "no_upn",
        "2": "un_code",
        "3": "not_found",
        "4": "birth_date_differs",
    }


def test_masked_rows_are_counted_and_never_matched(table: Table) -> None:
    children = people("1 | ************* | 2014-01-02 | \n2 | B80********** | 2014-01-02 | ", table)
    rows = results(
        "************* | 2014-01-02\nB80********** | 2014-01-02\n | 2014-01-02\nUN4 | 2014-01-02",
        table,
    )
    matches = match(children, rows, "ks2")
    assert len(matches.links) == 0
    assert (matches.masked, matches.results) == (4, 4)


def test_two_results_for_one_child_are_reported_not_guessed(table: Table) -> None:
    rows = results(f"{A} | 2014-01-02\n{A} | 2014-01-02", table)
    matches = match(people(f"1 | {A} | 2014-01-02 | ", table), rows, "ks2")
    assert outcome(matches) == {"1": "duplicate_results"}
    assert sorted(matches.duplicates["row"]) == [0, 1]


def test_of_two_results_the_one_with_the_same_birth_date_is_certain(table: Table) -> None:
    rows = results(f"{A} | 2014-09-09\n{A} | 2014-01-02", table)
    matches = match(people(f"1 | {A} | 2014-01-02 | ", table), rows, "ks2")
    assert outcome(matches) == {"1": (1, 1)}
    assert list(matches.duplicates["row"]) == [0]


def test_an_uncertain_own_upn_and_a_former_one_are_not_chosen_between(table: Table) -> None:
    rows = results(f"{A} | 2014-09-09\n{C} | 2014-01-02", table)
    former = pd.DataFrame({"child": ["1"], "upn": [C]})
    matches = match(people(f"1 | {A} | 2014-01-02 | ", table), rows, "ks2", former)
    assert outcome(matches) == {"1": "duplicate_results"}


def test_two_children_with_one_upn(table: Table) -> None:
    siblings = people(f"1 | {A} | 2014-01-02 | \n2 | {A} | 2015-06-07 | ", table)
    certain = match(siblings, results(f"{A} | 2014-01-02", table), "ks2")
    assert outcome(certain) == {"1": (0, 1), "2": "shared_upn"}
    neither = match(siblings, results(f"{A} | 2013-12-12", table), "ks2")
    assert outcome(neither) == {"1": "shared_upn", "2": "shared_upn"}


@pytest.mark.parametrize(
    ("group", "matched"), [(4, False), (5, True), (6, True), (7, True), (8, False)]
)
def test_an_age_more_than_a_year_away_is_not_matched(
    table: Table, group: int, matched: bool
) -> None:
    children = people(f"1 | {A} | 2014-01-02 | {group}", table)
    found = outcome(match(children, results(f"{A} | 2014-01-02", table), "ks2"))
    assert found == {"1": (0, 1) if matched else "age_does_not_fit"}


def test_empty_frames(table: Table) -> None:
    nobody = match(
        people(f"1 | {A} | 2014-01-02 | ", table).iloc[:0], results(f"{A} | ", table), "ks4"
    )
    assert len(nobody.links) == len(nobody.unmatched) == 0
    nothing = match(people(f"1 | {A} | | ", table), results(f"{A} | ", table).iloc[:0], "ks4")
    assert outcome(nothing) == {"1": "not_found"}


UPNS = st.sampled_from([A, B, C, "UN1", "*************", None])
DOBS = st.sampled_from([pd.Timestamp(2014, 1, 2), pd.Timestamp(2014, 2, 1), pd.NaT])


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(UPNS, DOBS), max_size=6),
    st.lists(st.tuples(UPNS, DOBS), max_size=6),
    st.lists(st.tuples(st.integers(0, 5), UPNS), max_size=4),
)
def test_a_child_and_a_result_are_linked_at_most_once_and_everyone_is_accounted_for(
    here: list, there: list, former: list
) -> None:
    children = pd.DataFrame(here, columns=["upn", "dob"]).astype({"upn": "str"})
    children["dob"] = pd.to_datetime(children["dob"])
    children = children.assign(
        child=[str(n) for n in range(len(here))],
        year_group=pd.Series(6, index=children.index, dtype="Int64"),
    ).astype({"child": "str"})
    rows = pd.DataFrame(there, columns=["upn", "dob"]).astype({"upn": "str"})
    rows["dob"] = pd.to_datetime(rows["dob"])
    other = pd.DataFrame(
        [(str(n), upn) for n, upn in former if n < len(here)], columns=["child", "upn"], dtype="str"
    )
    matches = match(children, rows, "ks2", other)
    links = matches.links
    assert not links["child"].duplicated().any()
    assert not links["row"].duplicated().any()
    assert sorted([*links["child"], *matches.unmatched["child"]]) == sorted(children["child"])
    linked = links.merge(children, on="child").assign(
        there=lambda f: rows["upn"].iloc[f["row"]].array
    )
    own = linked[linked["tier"] < 3]
    assert (own["upn"] == own["there"]).all()
