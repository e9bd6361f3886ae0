"""Tiers 4 to 6: what is proposed to a person, what is only counted, and what is never matched."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from cla import upn as upns
from cla.cohort import match
from cla.cohort.matching_pairs import one_edit_apart

A, B, C = "B801200005001", "H801200001001", "R674123101121"
Table = Callable[[str], pd.DataFrame]
HERE = pd.DataFrame({"child": ["1"], "place": ["801"], "what": ["placement"]}, dtype="str")


def people(text: str, table: Table) -> pd.DataFrame:
    frame = table("child | upn | sex | dob | year_group\n" + text)
    frame["dob"] = pd.to_datetime(frame["dob"])
    frame["year_group"] = frame["year_group"].fillna("11").astype("Int64")
    return frame


def results(text: str, table: Table) -> pd.DataFrame:
    frame = table("upn | sex | dob | laestab\n" + text)
    return frame.assign(dob=pd.to_datetime(frame["dob"]))


def cases(matches) -> list[tuple[str, int, str]]:
    return list(matches.cases[["child", "row", "kind"]].itertuples(index=False, name=None))


def reason(matches, child: str) -> str:
    return matches.unmatched.set_index("child")["reason"][child]


@pytest.mark.parametrize(
    ("one", "other", "close"),
    [
        (A, A, False),
        (A, "A801200005001", True),  # the check letter
        (A, "B801200005002", True),  # one digit
        (A, "B810200005001", True),  # 0 and 1 changed places
        (A, "B801200050001", True),
        (A, "B801200005002X", False),
        (A, "B80120000501", True),  # a digit missing
        (A, "B8012000050011", True),  # a digit too many
        (A, "B801200005112", False),  # two digits
        (A, "B081200005010", False),  # two swaps
        (A, "1801200005001", True),
        (A, "B80120000500A", True),  # a temporary number
        (A, "", False),
        ("", "", False),
    ],
)
def test_one_character_or_one_adjacent_swap(one: str, other: str, close: bool) -> None:
    pair = pd.Series([one, other], dtype="str"), pd.Series([other, one], dtype="str")
    assert one_edit_apart(*pair).tolist() == [close, close]


def test_a_slip_in_the_upn_is_proposed_and_not_matched(table: Table) -> None:
    children = people(f"1 | {A} | F | 2009-01-02 |", table)
    matches = match(children, results("B801200005010 | F | 2009-01-02 | ", table), "ks4")
    assert cases(matches) == [("1", 0, "upn_slip")]
    assert matches.cases["tier"].tolist() == [4]
    assert matches.links.empty
    assert reason(matches, "1") == "undecided"


@pytest.mark.parametrize(
    "row",
    [
        "B801200005010 | M | 2009-01-02 | ",  # another sex
        "B801200005010 | F | 2009-01-03 | ",  # another birth date
        "B801200005010 |  | 2009-01-02 | ",  # sex not known
        "B801200005112 | F | 2009-01-02 | ",  # two characters
    ],
)
def test_a_slip_needs_birth_date_and_sex(table: Table, row: str) -> None:
    matches = match(
        people(f"1 | {A} | F | 2009-01-02 |", table), results(row + "8014000", table), "ks4"
    )
    assert cases(matches) == []
    assert reason(matches, "1") == "not_found"


def test_a_slip_of_a_former_upn_is_proposed_too(table: Table) -> None:
    children = people("1 | UN4 | F | 2009-01-02 |", table)
    former = pd.DataFrame({"child": ["1"], "upn": [A]})
    found = match(children, results("B801200005010 | F | 2009-01-02 | ", table), "ks4", former)
    assert cases(found) == [("1", 0, "upn_slip")]


def test_birth_date_and_sex_with_a_fitting_school_are_proposed(table: Table) -> None:
    children = people("1 | UN4 | F | 2009-01-02 |", table)
    row = results(f"{B} | F | 2009-01-02 | 8014000\n{C} | F | 2009-01-03 | 8014000", table)
    matches = match(children, row, "ks4", places=HERE)
    assert cases(matches) == [("1", 0, "place")]
    (why,) = matches.cases["why"]
    assert "where the child is placed" in why
    school = HERE.assign(place="8014000", what="school")
    (why,) = match(children, row, "ks4", places=pd.concat([HERE, school])).cases["why"]
    assert "known to have attended" in why


@pytest.mark.parametrize(
    ("rows", "children"),
    [
        (f"{B} | F | 2009-01-02 | 3304000", ""),  # a school elsewhere
        (f"{B} | F | 2009-01-02 | ", ""),  # no school given
        (f"{B} | F | 2009-01-02 | 8014000\n{C} | F | 2009-01-02 | 3304000", ""),  # two results
        (f"{B} | F | 2009-01-02 | 8014000", "2 | UN4 | F | 2009-01-02 |"),  # two children
        ("************* | F | 2009-01-02 | 8014000", ""),  # masked: nobody's
        (f"{B} | F | 2009-01-02 | 8014000", "1 | UN4 | F | 2009-01-02 | 8"),  # the wrong age
    ],
)
def test_birth_date_and_sex_alone_are_never_matched_and_never_proposed(
    table: Table, rows: str, children: str
) -> None:
    own = "" if children.startswith("1") else "1 | UN4 | F | 2009-01-02 |\n"
    matches = match(people(own + children, table), results(rows, table), "ks4", places=HERE)
    assert matches.links.empty
    assert cases(matches) == []


def test_results_of_the_same_birth_date_and_sex_are_counted(table: Table) -> None:
    children = people("1 | UN4 | F | 2009-01-02 |\n2 | UN4 | M | 2009-01-02 |", table)
    rows = results(
        f"{A} | F | 2009-01-02 | 3304000\n{B} | F | 2009-01-02 | 8014000\n{C} | F | 2009-05-05 | ",
        table,
    )
    matches = match(children, rows, "ks4", places=HERE)
    assert matches.possible.to_dict("records") == [{"child": "1", "count": 2}]


def test_whoever_is_matched_is_no_candidate_any_more(table: Table) -> None:
    """Twins: one is found by UPN, so the other result of that birth date is the other twin's."""
    children = people(f"1 | UN4 | F | 2009-01-02 |\n2 | {A} | F | 2009-01-02 |", table)
    rows = results(f"{A} | F | 2009-01-02 | 8014000\n{B} | F | 2009-01-02 | 8014000", table)
    matches = match(children, rows, "ks4", places=HERE)
    assert matches.links[["child", "row"]].to_numpy().tolist() == [["2", 0]]
    assert cases(matches) == [("1", 1, "place")]


def test_the_expected_strangers_of_a_whole_authority_are_never_matched() -> None:
    """3,000 pupils of one year: about four share a birth date and sex with any child."""
    rng = np.random.default_rng(4)
    born = pd.Timestamp(2008, 9, 1) + pd.to_timedelta(rng.integers(0, 365, 3000), "D")
    rows = pd.DataFrame(
        {
            "upn": [f"B8012{n:08d}" for n in range(3000)],
            "dob": born,
            "sex": rng.choice(["M", "F"], 3000),
            "laestab": "8014000",
        }
    )
    children = pd.DataFrame(
        {
            "child": [str(n) for n in range(200)],
            "upn": "UN4",
            "dob": rng.choice(born, 200),
            "sex": rng.choice(["M", "F"], 200),
            "year_group": pd.Series([11] * 200, dtype="Int64"),
        }
    )
    places = pd.DataFrame({"child": children["child"], "place": "801", "what": "placement"})
    matches = match(children, rows, "ks4", places=places)
    assert matches.links.empty
    assert 3 < matches.possible["count"].sum() / 200 < 6
    assert len(matches.cases) < 20


def test_matched_by_upn_with_another_birth_date_waits_for_a_person_meanwhile(table: Table) -> None:
    children = people(
        f"1 | {A} | F | 2009-01-02 |\n2 | {B} | F | 2009-05-05 |\n3 | {C} | M | |", table
    )
    rows = results(
        f"{A} | F | 2009-02-01 | \n{B} | F | 2009-05-05 | \n{C} | M | 2009-06-06 | ", table
    )
    matches = match(children, rows, "ks4")
    assert matches.links["tier"].tolist() == [2, 1, 2]
    assert cases(matches) == [("1", 0, "birth_date")]  # not where a date is simply missing


def test_what_is_not_certain_by_upn_is_a_case(table: Table) -> None:
    twice = results(f"{A} | F | 2009-01-02 | 8014000\n{A} | F | 2009-01-02 | 8014001", table)
    one = people(f"1 | {A} | F | 2009-01-02 |", table)
    assert cases(match(one, twice, "ks4")) == [("1", 0, "two_results"), ("1", 1, "two_results")]

    former = pd.DataFrame({"child": ["1"], "upn": [B]})
    numbers = results(f"{A} | F | 2009-01-02 | \n{B} | F | 2009-01-02 | ", table)
    found = match(one, numbers, "ks4", former)
    assert found.links["row"].tolist() == [0]
    assert cases(found) == [("1", 1, "two_upns")]

    two = people(f"1 | {A} | F | 2009-01-02 |\n2 | {A} | F | 2009-01-03 |", table)
    found = match(two, results(f"{A} | F | 2009-01-02 | ", table), "ks4")
    assert found.links["child"].tolist() == ["1"]
    assert cases(found) == [("2", 0, "shared_upn")]

    former = pd.DataFrame({"child": ["1"], "upn": [C]})
    later = match(one, results(f"{C} | F | 2009-03-03 | ", table), "ks4", former)
    assert cases(later) == [("1", 0, "birth_date")]
    assert later.links.empty


def test_why_a_upn_is_not_found(table: Table) -> None:
    children = people(
        f"""1 | {A} | F | 2009-01-02 |
            2 | A801200005001 | F | 2009-01-03 |
            3 | X80120000A001 | F | 2009-01-04 |
            4 | {B} | F | 2009-01-05 |""",
        table,
    )
    far = pd.DataFrame(
        {"child": ["1", "4"], "place": ["330", "801"], "what": ["placement", "home"]}, dtype="str"
    )
    matches = match(children, results(f"{C} | M | 2009-05-05 | 8014000", table), "ks4", places=far)
    assert matches.unmatched.set_index("child")["reason"].to_dict() == {
        "1": "out_of_area",
        "2": "bad_upn",
        "3": "bad_upn",
        "4": "not_found",
    }


@pytest.mark.parametrize(
    ("given", "matched"),
    [
        ("B801200005001", True),
        ("A801200005001", True),  # a wrong check letter on both sides alike
        ("M80120000500A", True),  # a temporary number
        ("X80120000A001", True),  # a bad form on both sides alike
        (" b801200005001 ", True),
        ("B801 2000 05001", True),
        ("UN3", False),
        ("*************", False),
        ("", False),
    ],
)
def test_equal_upns_match_whatever_their_form(table: Table, given: str, matched: bool) -> None:
    children = people(f"1 | {given} | F | 2009-01-02 |", table)
    found = match(children, results(f"{given} | F | 2009-01-02 | ", table), "ks4")
    assert (len(found.links) == 1) == matched


def test_notes_say_when_the_number_is_temporary_or_the_age_unusual(table: Table) -> None:
    children = people(f"1 | M80120000500A | F | 2009-01-02 |\n2 | {A} | F | 2008-01-02 | 12", table)
    rows = results(f"M80120000500A | F | 2009-01-02 | \n{A} | F | 2008-01-02 | ", table)
    assert match(children, rows, "ks4").links["note"].tolist() == [
        "The UPN is a temporary one.",
        "A year older than the usual age.",
    ]


def test_a_file_of_national_size_stays_quick() -> None:
    rng = np.random.default_rng(1)
    many, ours = 600_000, 2_000
    born = pd.Timestamp(2008, 9, 1) + pd.to_timedelta(rng.integers(0, 365, many), "D")
    numbers = pd.Series(np.arange(many)).map("Z8012{:08d}".format)
    rows = pd.DataFrame(
        {
            "upn": numbers.astype("str"),
            "upn_grade": upns.PERMANENT,
            "dob": born,
            "sex": rng.choice(["M", "F"], many),
            "laestab": rng.choice(["8014000", "3304000"], many),
        }
    )
    picked = rng.choice(many, ours, replace=False)
    children = pd.DataFrame(
        {
            "child": [f"c{n}" for n in range(ours)],
            "upn": rows["upn"].iloc[picked].mask(rng.random(ours) < 0.1, "UN4").array,
            "dob": rows["dob"].iloc[picked].array,
            "sex": rows["sex"].iloc[picked].array,
            "year_group": pd.array(rng.integers(0, 13, ours), dtype="Int64"),
        }
    )
    start = time.process_time()
    matches = match(children, rows, "ks4")
    seconds = time.process_time() - start
    assert len(matches.links) > 250
    assert seconds < 20, f"{seconds:.1f} s"
