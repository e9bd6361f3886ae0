"""Decisions about pairs: applied, found again in a newer file, shown again after a change."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla.cohort import Matches, candidates, decide
from cla.cohort.matching import REASONS
from cla.cohort.matching_decisions import CONFIRMED, REJECTED, about, subject, value

A, B, C = "B801200005001", "H801200001001", "R674123101121"
SLIP = "B801200005010"
Table = Callable[[str], pd.DataFrame]


def people(text: str, table: Table) -> pd.DataFrame:
    frame = table("child | upn | sex | dob\n" + text)
    frame["dob"] = pd.to_datetime(frame["dob"])
    return frame.assign(year_group=pd.Series(6, index=frame.index, dtype="Int64"))


def results(text: str, table: Table) -> pd.DataFrame:
    frame = table("upn | sex | dob | laestab | surname | forenames | mark\n" + text)
    return frame.assign(dob=pd.to_datetime(frame["dob"]))


def says(found, *verdicts: tuple[str, int, str]) -> pd.DataFrame:
    """The frame of these decisions (child, row, verdict), as they are kept."""
    rows = []
    for at, (child, row, verdict) in enumerate(verdicts):
        about_pair = value(found, child, row)
        when = pd.Timestamp("2026-06-05 10:00", tz="UTC") + pd.Timedelta(at, "h")
        who = {"verdict": verdict, "name": "Asha Rao", "moment": when}
        rows.append({"subject": subject(about_pair), **about_pair, **who})
    return pd.DataFrame(rows)


def links(matches: Matches) -> dict[str, tuple[int, int]]:
    rows = matches.links.to_dict("records")
    return {row["child"]: (row["row"], row["tier"]) for row in rows}


def cases(matches: Matches) -> list[tuple[str, int, str]]:
    return list(matches.cases[["child", "row", "kind"]].itertuples(index=False, name=None))


def same(one: Matches, other: Matches) -> None:
    for name in ("links", "unmatched", "duplicates", "cases", "possible"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


@pytest.fixture
def slip(table: Table):
    children = people(f"1 | {A} | F | 2014-01-02", table)
    return candidates(children, results(f"{SLIP} | F | 2014-01-02 | | | |", table), "ks2")


def test_a_confirmed_pair_is_a_link_that_says_who_and_when(slip) -> None:
    matches = decide(slip, says(slip, ("1", 0, CONFIRMED)))
    assert links(matches) == {"1": (0, 0)}
    assert matches.links["note"].tolist() == ["Confirmed by Asha Rao on 5 June 2026."]
    assert matches.cases.empty and matches.unmatched.empty


def test_a_rejected_pair_never_returns_and_taking_back_restores_everything(slip) -> None:
    before = decide(slip)
    matches = decide(slip, says(slip, ("1", 0, REJECTED)))
    assert matches.links.empty and matches.cases.empty
    assert matches.unmatched["reason"].tolist() == ["not_found"]
    same(decide(slip, says(slip, ("1", 0, REJECTED)).iloc[:0]), before)
    same(decide(slip, None), before)


def test_what_was_matched_by_rule_can_be_rejected(table: Table) -> None:
    children = people(f"1 | {A} | F | 2014-01-02", table)
    found = candidates(children, results(f"{A} | F | 2014-03-04 | | | |", table), "ks2")
    assert links(decide(found)) == {"1": (0, 2)}
    matches = decide(found, says(found, ("1", 0, REJECTED)))
    assert links(matches) == {} and matches.cases.empty
    assert matches.unmatched["reason"].tolist() == ["rejected"]


def test_of_two_results_the_confirmed_one_is_used_or_the_one_not_rejected(table: Table) -> None:
    children = people(f"1 | {A} | F | 2014-01-02", table)
    rows = results(
        f"{A} | F | 2014-01-02 | 8014000 | Ash | Ann | 1\n"
        f"{A} | F | 2014-01-02 | 8014001 | Ash | Ann | 2",
        table,
    )
    found = candidates(children, rows, "ks2")
    assert len(cases(decide(found))) == 2
    for verdict, row in ((CONFIRMED, 1), (REJECTED, 0)):
        matches = decide(found, says(found, ("1", row, verdict)))
        assert links(matches) == {"1": (1, 0 if verdict == CONFIRMED else 1)}
        assert matches.cases.empty


def test_a_confirmed_pair_comes_before_a_certain_one(table: Table) -> None:
    children = people(f"1 | {A} | F | 2014-01-02", table)
    former = pd.DataFrame({"child": ["1"], "upn": [B]})
    rows = results(f"{A} | F | 2014-01-02 | | | |\n{B} | F | 2014-01-02 | | | |", table)
    found = candidates(children, rows, "ks2", former)
    assert cases(decide(found)) == [("1", 1, "two_upns")]
    matches = decide(found, says(found, ("1", 1, CONFIRMED)))
    assert links(matches) == {"1": (1, 0)} and matches.cases.empty


def test_the_last_confirmation_wins_where_two_cannot_both_hold(table: Table) -> None:
    children = people(f"1 | {A} | F | 2014-01-02\n2 | UN4 | F | 2014-01-02", table)
    rows = results(f"{SLIP} | F | 2014-01-02 | | | |", table)
    found = candidates(children, rows, "ks2")
    matches = decide(found, says(found, ("1", 0, CONFIRMED), ("2", 0, CONFIRMED)))
    assert links(matches) == {"2": (0, 0)}


def test_decisions_are_found_again_in_a_newer_file(table: Table) -> None:
    children = people(f"1 | {A} | F | 2014-01-02\n2 | UN4 | M | 2014-05-05", table)
    old = results(
        f"{SLIP} | F | 2014-01-02 | 8014000 | Ash | Ann | 90\n"
        " | M | 2014-05-05 | 8014000 | Birch | Ben | 95",
        table,
    )
    places = pd.DataFrame({"child": ["2"], "place": ["801"], "what": ["home"]}, dtype="str")
    found = candidates(children, old, "ks2", places=places)
    assert cases(decide(found)) == [("2", 1, "place"), ("1", 0, "upn_slip")]
    kept = says(found, ("1", 0, CONFIRMED), ("2", 1, CONFIRMED))

    newer = results(
        f"{C} | M | 2014-05-05 | 8014000 | Cedar | Cy | 99\n"
        " | M | 2014-05-05 | 8014000 | BIRCH | ben | 101\n"
        f"{SLIP.lower()} | F | 2014-01-02 | 8014001 | Ash | Anna | 91",
        table,
    )
    again = decide(candidates(children, newer, "ks2", places=places), kept)
    assert links(again) == {"1": (2, 0), "2": (1, 0)}


def test_a_rejected_number_stays_rejected_when_the_file_has_it_twice(slip, table: Table) -> None:
    kept = says(slip, ("1", 0, REJECTED))
    rows = results(
        f"{SLIP} | F | 2014-01-02 | 8014000 | Ash | Ann | 1\n"
        f"{SLIP} | F | 2014-01-02 | 8014001 | Ash | Ann | 2",
        table,
    )
    matches = decide(candidates(people(f"1 | {A} | F | 2014-01-02", table), rows, "ks2"), kept)
    assert matches.links.empty and matches.cases.empty


def test_a_confirmation_of_a_number_that_is_there_twice_now_is_asked_again(
    slip, table: Table
) -> None:
    kept = says(slip, ("1", 0, CONFIRMED))
    rows = results(
        f"{SLIP} | F | 2014-01-02 | 8014000 | Ash | Ann | 1\n"
        f"{SLIP} | F | 2014-01-02 | 8014001 | Ash | Ann | 2",
        table,
    )
    matches = decide(candidates(people(f"1 | {A} | F | 2014-01-02", table), rows, "ks2"), kept)
    assert matches.links.empty
    assert {kind for _, _, kind in cases(matches)} == {"upn_slip"}


def test_the_choice_between_two_results_holds_when_one_of_them_is_gone(table: Table) -> None:
    children = people(f"1 | {A} | F | 2014-01-02", table)
    one = f"{A} | F | 2014-01-02 | 8014000 | Ash | Ann | 1"
    other = f"{A} | F | 2014-01-02 | 8014001 | Ash | Ann | 2"
    both = candidates(children, results(f"{one}\n{other}", table), "ks2")
    kept = says(both, ("1", 1, REJECTED))
    only = candidates(children, results(other.replace("Ann | 2", "Ann | 3"), table), "ks2")
    assert decide(only, kept).links.empty
    left = candidates(children, results(one.replace("Ann | 1", "Ann | 4"), table), "ks2")
    assert links(decide(left, kept)) == {"1": (0, 1)}


@pytest.mark.parametrize(
    ("child_born", "pupil_born"), [("2014-01-03", "2014-01-02"), ("2014-01-02", "2014-01-03")]
)
def test_a_decision_is_shown_again_when_a_birth_date_changed(
    slip, table: Table, child_born: str, pupil_born: str
) -> None:
    children = people(f"1 | {A} | F | {child_born}", table)
    rows = results(f"{SLIP} | F | {pupil_born} | | | |", table)
    found = candidates(children, rows, "ks2")
    for verdict in (CONFIRMED, REJECTED):
        matches = decide(found, says(slip, ("1", 0, verdict)))
        assert matches.links.empty
        assert cases(matches) == [("1", 0, "review")]
        settled = decide(found, says(found, ("1", 0, verdict)))
        assert cases(settled) == []


def test_what_was_rejected_with_another_birth_date_counts_again_only_when_it_is_certain(
    table: Table,
) -> None:
    children = people(f"1 | {A} | F | 2014-01-02", table)
    wrong = candidates(children, results(f"{A} | F | 2014-03-04 | | | |", table), "ks2")
    kept = says(wrong, ("1", 0, REJECTED))
    other = candidates(children, results(f"{A} | F | 2014-05-06 | | | |", table), "ks2")
    matches = decide(other, kept)
    assert links(matches) == {} and cases(matches) == [("1", 0, "review")]
    right = candidates(children, results(f"{A} | F | 2014-01-02 | | | |", table), "ks2")
    matches = decide(right, kept)
    assert links(matches) == {"1": (0, 1)} and cases(matches) == [("1", 0, "review")]
    (why,) = matches.cases["why"]
    assert why.startswith("Rejected by Asha Rao on 5 June 2026.")
    for verdict in (CONFIRMED, REJECTED):
        both = pd.concat([kept, says(right, ("1", 0, verdict))], ignore_index=True)
        assert decide(right, both).cases.empty
        assert links(decide(wrong, both)) == {}, "each file has the decision made on it"
        assert decide(wrong, both).cases.empty


def test_keys_are_of_their_own_and_never_of_masked_rows(table: Table) -> None:
    rows = results(
        f"""{A} | F | 2014-01-02 | 8014000 | Ash | Ann | 1
            {B} | F | 2014-01-02 | 8014000 | Ash | Ann | 1
            {B} | F | 2014-01-02 | 8014000 | Ash | Ann | 2
            {B} | F | 2014-01-02 | 8014000 | Ash | Ann | 2
             | F | 2014-01-02 | 8014000 | Ash | Ann | 1
            ************* | F | 2014-01-02 | 8014000 | Masked | | 1""",
        table,
    )
    found = candidates(people(f"1 | {A} | F | 2014-01-02", table), rows, "ks2").keys
    assert found.iloc[0] == f"upn:{A}"
    assert pd.isna(found.iloc[5])
    assert found.nunique() == 5
    assert "Ash" not in " ".join(found.dropna())


def test_decisions_about_others_are_left_aside(slip) -> None:
    kept = says(slip, ("1", 0, REJECTED))
    assert about(slip, None) is None
    assert about(slip, kept.assign(child="2")) is None
    assert about(slip, kept.assign(pupil=f"upn:{C}")) is None
    mine = about(slip, pd.concat([kept.assign(child="2"), kept], ignore_index=True))
    assert mine is not None and len(mine) == 1


DAYS = st.sampled_from([pd.Timestamp(2014, 1, 2), pd.Timestamp(2014, 2, 1), pd.NaT])
NUMBERS = st.sampled_from([A, B, SLIP, "UN1", "*************", None])
SEXES = st.sampled_from(["F", "M"])
PERSON = st.tuples(NUMBERS, DAYS, SEXES)


def framed(rows: list, **more: object) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["upn", "dob", "sex"]).astype({"upn": "str", "sex": "str"})
    return frame.assign(dob=pd.to_datetime(frame["dob"]), **more)


def made(here: list, there: list, order: list[int], people: list[int]):
    children = framed(here, child=[str(n) for n in range(len(here))])
    children = children.assign(year_group=pd.Series(6, index=children.index, dtype="Int64"))
    rows = framed(there, laestab="8014000", mark=[str(n) for n in range(len(there))])
    places = pd.DataFrame({"child": children["child"], "place": "801", "what": "home"})
    return candidates(
        children.iloc[people].astype({"child": "str"}),
        rows.iloc[order].reset_index(drop=True),
        "ks2",
        places=places,
    )


def named(matches: Matches, found, column: str) -> set[tuple]:
    """Pairs of a frame by child and mark: the same whatever the order of the rows."""
    frame = getattr(matches, column)
    marks = found.results["mark"].to_numpy()[frame["row"].to_numpy(dtype=int)]
    extra = "tier" if column == "links" else "kind"
    return set(zip(frame["child"], marks, frame[extra], strict=True))


@settings(deadline=None, max_examples=25)
@given(st.lists(PERSON, max_size=5), st.lists(PERSON, max_size=6), st.data())
def test_whatever_is_decided_everybody_is_matched_at_most_once(
    here: list, there: list, data: st.DataObject
) -> None:
    found = made(here, there, list(range(len(there))), list(range(len(here))))
    before = decide(found)
    known = found.keys
    pairs = [
        (str(child), row)
        for child in range(len(here))
        for row in range(len(there))
        if pd.notna(known.iloc[row])
    ]
    verdicts = st.sampled_from([CONFIRMED, REJECTED])
    chosen = data.draw(
        st.dictionaries(st.sampled_from(pairs), verdicts, max_size=5) if pairs else st.just({})
    )
    decisions = says(found, *((child, row, verdict) for (child, row), verdict in chosen.items()))
    matches = decide(found, decisions)
    assert not matches.links["child"].duplicated().any()
    assert not matches.links["row"].duplicated().any()
    everyone = sorted([*matches.links["child"], *matches.unmatched["child"]])
    assert everyone == sorted(found.children["child"])
    rejected = {pair for pair, verdict in chosen.items() if verdict == REJECTED}
    shown = {(child, row) for child, row, _ in cases(matches)}
    linked = set(zip(matches.links["child"], matches.links["row"], strict=True))
    assert not rejected & (shown | linked)
    assert not {pair for pair, verdict in chosen.items() if verdict == CONFIRMED} & shown
    assert set(matches.unmatched["reason"]) <= set(REASONS)
    same(decide(found, decisions.iloc[:0]), before)

    order = data.draw(st.permutations(range(len(there))))
    people = data.draw(st.permutations(range(len(here))))
    mixed = made(here, there, order, people)
    again = decide(mixed, decisions)
    for column in ("links", "cases"):
        assert named(again, mixed, column) == named(matches, found, column)
