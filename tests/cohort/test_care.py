"""Care as at a day, and its bands, on children worked out by hand."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from cla import cohort
from cla.cohort.care import age_on, school_year_on
from cla.cohort.care_groups import care_groups, person_groups
from cla.cohort.groups import UNKNOWN
from cla.ssda903.returns import Return
from tests.cohort.conftest import MakeReturn, _table

HEADER = "CHILD|SEX|DOB|ETHNIC\n"
EPISODES = "CHILD|DECOM|RNE|LS|CIN|PLACE|DEC|REC\n"


def grouped(ret: object, *earlier: object, **day: object) -> pd.DataFrame:
    children = cohort.children(ret, earlier, **day)  # type: ignore[arg-type]
    both = pd.concat([children, care_groups(children), person_groups(children)], axis=1)
    return both.set_index("child")


@cache
def worked(cases: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """One child a case (date of birth, episodes), all in one return of 2025."""
    people = [f"{n}|F|{born}|WBRI" for n, (born, _) in enumerate(cases)]
    lines = [
        f"{n}|{line.strip()}"
        for n, (_, episodes) in enumerate(cases)
        for line in episodes.strip().splitlines()
    ]
    tables = {"Header": HEADER + "\n".join(people), "Episodes": EPISODES + "\n".join(lines)}
    return grouped(Return.from_tables({k: _table(v) for k, v in tables.items()}, 2025))


def one(born: str, episodes: str) -> pd.Series:
    """The row of a child of whom the return of 2025 holds these episodes."""
    return worked(((born, episodes),)).iloc[0]


def cases(table: list[tuple[str, ...]], born: int, episodes: int) -> tuple[tuple[str, str], ...]:
    return tuple((row[born], row[episodes]) for row in table)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2018-08-31", -1),
        ("2018-09-01", 0),
        ("2020-08-31", 1),
        ("2020-09-01", 2),
        ("2025-06-30", 6),
        ("2030-07-01", 11),
    ],
)
def test_school_year_of_a_child_born_in_october(day: str, expected: int) -> None:
    born = pd.Series([pd.Timestamp(2013, 10, 15)])
    assert school_year_on(born, pd.Series([pd.Timestamp(day)])).iloc[0] == expected


@pytest.mark.parametrize(
    ("born", "expected"), [("2014-08-31", 6), ("2014-09-01", 5), ("2013-09-01", 6)]
)
def test_the_school_year_changes_with_a_birthday_on_1_september(born: str, expected: int) -> None:
    days = pd.Series([pd.Timestamp(2025, 5, 15)])
    assert school_year_on(pd.Series([pd.Timestamp(born)]), days).iloc[0] == expected


def test_age_on_a_day_counts_birthdays() -> None:
    born = pd.Series(pd.to_datetime(["2012-02-29", "2012-02-29", "2026-01-01", None]))
    days = pd.Series(pd.to_datetime(["2013-02-28", "2013-03-01", "2025-01-01", "2025-01-01"]))
    ages = age_on(born, days)
    assert ages[:2].tolist() == [0, 1]
    assert ages[2:].isna().all()


CHANGES = [
    # 11 on 10 May 2020; entered care at 6, two moves since 11, one before
    (
        """10/06/2015|S|C2|N1|U6|01/09/2018|X1
           01/09/2018|P|C2|N1|U6|01/07/2021|X1
           01/07/2021|P|C2|N1|K2|01/08/2024|X1
           01/08/2024|T|C2|N1|K2||""",
        2,
        "2",
    ),
    # legal status changes are no placement changes; the first placement is none either
    (
        """10/06/2021|S|C1|N1|U6|01/09/2022|X1
           01/09/2022|L|C2|N1|U6||""",
        0,
        "0",
    ),
    # coming back into care is no placement change, moving on then is
    (
        """10/06/2021|S|V2|N1|U6|01/09/2022|E4A
           01/02/2023|S|C2|N1|U6|01/05/2023|X1
           01/05/2023|B|C2|N1|U4||""",
        1,
        "1",
    ),
    # short-term breaks are not counted with other care
    (
        """10/06/2021|S|V4|N1|U6|01/09/2022|E4A
           01/02/2023|S|C2|N1|U6||""",
        0,
        "0",
    ),
    # in care at 11, and what was before the first known episode is not seen
    ("01/07/2021|P|C2|N1|K2||", 1, UNKNOWN),
    # not seen either, but three are three or more
    (
        """01/07/2021|P|C2|N1|K2|01/08/2021|X1
           01/08/2021|P|C2|N1|K2|01/08/2022|X1
           01/08/2022|P|C2|N1|U6||""",
        3,
        "3_plus",
    ),
    # the first known episode began before the 11th birthday
    (
        """01/02/2019|P|C2|N1|U6|01/08/2022|X1
           01/08/2022|U|E1|N1|U6||""",
        1,
        "1",
    ),
    # moved on the 11th birthday
    (
        """10/06/2015|S|C2|N1|U6|10/05/2020|X1
           10/05/2020|P|C2|N1|U6||""",
        1,
        "1",
    ),
]


@pytest.mark.parametrize("nth", range(len(CHANGES)))
def test_placement_changes_since_11(nth: int) -> None:
    _, changes, band = CHANGES[nth]
    row = worked(tuple(("10/05/2009", rows) for rows, _, _ in CHANGES)).iloc[nth]
    assert row["placement_changes_since_11"] == changes
    assert row["changes_since_11"] == band


def test_children_under_11_have_a_band_of_their_own() -> None:
    assert one("01/04/2014", "01/07/2021|P|C2|N1|K2||")["changes_since_11"] == ("under_11")
    # 11 on 31 March 2025
    row = one("31/03/2014", "01/07/2021|S|C2|N1|K2||")
    assert row["changes_since_11"] == "0"


CARERS = [
    # in care since September 2022 (2.5 years on 31 March 2025), one carer throughout
    ("10/05/2012", "30/09/2022|S|C2|N1|U6||", "yes"),
    # a day less than 2.5 years
    ("10/05/2012", "01/10/2022|S|C2|N1|U6||", "not_counted"),
    # 16 on 31 March
    ("31/03/2009", "30/09/2015|S|C2|N1|U6||", "not_counted"),
    # with this carer from 31 March 2023: two years; from the day after: not
    (
        "10/05/2012",
        """01/01/2020|S|C2|N1|U6|31/03/2023|X1
           31/03/2023|P|C2|N1|U4||""",
        "yes",
    ),
    (
        "10/05/2012",
        """01/01/2020|S|C2|N1|U6|01/04/2023|X1
           01/04/2023|B|C2|N1|U4||""",
        "no",
    ),
    # another placement with the same carer, and a change of legal status, keep the carer
    (
        "10/05/2012",
        """01/01/2020|S|C1|N1|U6|01/06/2024|X1
           01/06/2024|T|C1|N1|U6|01/09/2024|X1
           01/09/2024|L|C2|N1|U6||""",
        "yes",
    ),
    # fostering for adoption counts as a new carer
    (
        "10/05/2012",
        """01/01/2020|S|C1|N1|U6|01/06/2024|X1
           01/06/2024|T|C1|N1|U5||""",
        "no",
    ),
    # placed for adoption: together with the placement before
    (
        "10/05/2012",
        """01/01/2020|S|C1|N1|U6|01/06/2024|X1
           01/06/2024|P|E1|N1|A5||""",
        "yes",
    ),
    # a return to care breaks the time
    (
        "10/05/2012",
        """01/01/2020|S|C2|N1|U6|01/06/2024|E4A
           01/09/2024|S|C2|N1|U6||""",
        "not_counted",
    ),
    # care ended, and short-term breaks, are not counted
    ("10/05/2012", "01/01/2020|S|C2|N1|U6|01/06/2024|E4A", "not_counted"),
    ("10/05/2012", "01/01/2020|S|V4|N1|U6||", "not_counted"),
    # when the placement with this carer began is not seen
    ("10/05/2012", "01/06/2023|L|C2|N1|U6||", UNKNOWN),
    # it began more than two years ago in any case
    ("10/05/2012", "01/06/2022|L|C2|N1|U6||", "yes"),
    # the carer is new, whenever care began
    ("10/05/2012", "01/01/2022|L|C2|N1|U6|01/06/2024|X1\n01/06/2024|P|C2|N1|U6||", "no"),
]


@pytest.mark.parametrize("nth", range(len(CARERS)))
def test_with_the_same_carer_for_two_years(nth: int) -> None:
    assert worked(cases(CARERS, 0, 1)).iloc[nth]["same_carer"] == CARERS[nth][2]


BEGINNINGS = [
    ("10/05/2014", "01/03/2015", "under_1", "before_school"),
    ("10/05/2014", "31/08/2018", "1_to_4", "before_school"),
    ("10/05/2014", "01/09/2018", "1_to_4", "reception"),
    ("10/05/2014", "10/05/2019", "5_to_9", "reception"),
    ("10/05/2014", "01/09/2019", "5_to_9", "ks1"),
    ("10/05/2014", "31/08/2021", "5_to_9", "ks1"),
    ("10/05/2014", "01/09/2021", "5_to_9", "ks2"),
    ("10/05/2014", "10/05/2024", "10_to_15", "ks2"),
    ("10/05/2010", "01/09/2021", "10_to_15", "ks3"),
    ("10/05/2010", "01/09/2024", "10_to_15", "ks4"),
    ("01/09/2007", "31/03/2024", "16_plus", "ks4"),
    ("01/09/2007", "01/09/2024", "16_plus", "after_ks4"),
]


@pytest.mark.parametrize("nth", range(len(BEGINNINGS)))
def test_age_and_key_stage_when_care_began(nth: int) -> None:
    every = tuple((born, f"{began}|S|C2|N1|U6||") for born, began, _, _ in BEGINNINGS)
    row = worked(every).iloc[nth]
    assert (row["age_at_start"], row["entered"]) == BEGINNINGS[nth][2:]


def test_a_beginning_that_is_not_seen_is_not_known() -> None:
    row = one("10/05/2014", "01/09/2021|P|C2|N1|U6||")
    assert (row["age_at_start"], row["entered"], row["placements"]) == (UNKNOWN,) * 3
    early = one("10/05/2014", "01/03/2015|L|C2|N1|U6||")
    assert (early["age_at_start"], early["entered"]) == ("under_1", "before_school")


FOSTER = [
    ("U1", "relative", "long_term"),
    ("U2", "relative", "adoption"),
    ("U3", "relative", "other"),
    ("U4", "other", "long_term"),
    ("U5", "other", "adoption"),
    ("U6", "other", "other"),
    ("Q1", "relative", UNKNOWN),
    ("K2", "not_foster", "not_foster"),
    ("P1", "not_foster", "not_foster"),
    ("XX", UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize("nth", range(len(FOSTER)))
def test_foster_placements(nth: int) -> None:
    every = tuple(("10/05/2014", f"01/09/2021|S|C2|N1|{place}||") for place, _, _ in FOSTER)
    row = worked(every).iloc[nth]
    assert (row["foster_carer"], row["foster_kind"]) == FOSTER[nth][1:]


def test_counts_legal_status_and_need() -> None:
    row = one(
        "10/05/2010",
        """01/01/2020|S|V2|N5|U6|01/06/2021|E4A
           01/09/2021|S|C1|N5|U6|01/09/2024|X1
           01/09/2024|P|C1|N5|K2|01/01/2025|X1
           01/01/2025|L|C2|N5|K2||""",
    )
    assert row[["placements", "year_placements", "care_periods"]].tolist() == ["2", "2", "2"]
    assert row[["legal_status", "category"]].tolist() == ["full_care_order", "N5"]
    assert (row["months_in_care"], row["time_in_care_months"]) == (43, "36_to_47")


def test_where_children_are_placed(make_return: MakeReturn) -> None:
    rows = "\n".join(
        f"{n}|01/09/2021|S|C2|N1|U6|||{side}|{miles}"
        for n, (side, miles) in enumerate(
            [("IN", "20"), ("OUT", "20.1"), ("OUT", "999.9"), ("", ""), ("IN", "0")], start=1
        )
    )
    people = "\n".join(f"{n}|F|10/05/2014|WBRI" for n in range(1, 6))
    ret = make_return(
        2025,
        Header=HEADER + people,
        Episodes=f"{EPISODES.strip()}|PL_LOCATION|PL_DISTANCE\n{rows}",
    )
    found = grouped(ret)
    assert found["location"].tolist() == ["in", "out", "out", UNKNOWN, "in"]
    assert found["distance"].tolist() == ["to_20", "over_20", UNKNOWN, UNKNOWN, "to_20"]


def test_who_the_children_are(make_return: MakeReturn) -> None:
    ret = make_return(
        2025,
        Header="""CHILD|SEX|DOB|ETHNIC
        1|F|10/05/2014|CHNE
        2|F|10/05/2021|NOBT
        3|F|10/05/2006|
        4|F||MWBC""",
        Episodes=EPISODES + "\n".join(f"{n}|01/09/2021|S|C2|N1|U6||" for n in range(1, 5)),
        UASC="CHILD|DUC\n1|",
        OC2="""CHILD|SDQ_SCORE|SDQ_REASON
        1|16|
        2||SDQ1
        3||""",
    )
    found = grouped(ret)
    assert found["ethnicity"].tolist() == ["asian", "not_obtained", UNKNOWN, "mixed"]
    assert found["school_year"].tolist() == ["6", "before", "after", UNKNOWN]
    assert found["unaccompanied"].tolist() == ["yes", "no", "no", "no"]
    assert found["sdq"].tolist() == ["borderline", "SDQ1", UNKNOWN, UNKNOWN]


def test_children_without_an_episode_are_unknown_in_every_band_of_care(
    make_return: MakeReturn,
) -> None:
    ret = make_return(2025, Header=f"{HEADER}1|F|10/05/2009|WBRI", Episodes=EPISODES)
    children = cohort.children(ret)
    found = care_groups(children)
    assert (found.astype("str") == UNKNOWN).all(axis=None)
    assert all(isinstance(found[name].dtype, pd.CategoricalDtype) for name in found)


def test_care_as_at_a_later_day(make_return: MakeReturn) -> None:
    now = make_return(
        2025,
        Header=f"{HEADER}1|F|10/05/2014|WBRI\n2|M|10/06/2014|WBRI",
        Episodes=f"""{EPISODES.strip()}
        1|01/06/2022|S|C1|N1|U6||
        2|01/06/2022|S|C2|N1|U6||""",
    )
    later = make_return(
        2026,
        Header=f"{HEADER}1|F|10/05/2014|WBRI\n2|M|10/06/2014|WBRI",
        Episodes=f"""{EPISODES.strip()}
        1|01/06/2022|S|C1|N1|U6|10/04/2025|X1
        1|10/04/2025|B|C2|N1|K2|01/06/2025|X1
        1|01/06/2025|P|C2|N1|U4||
        2|01/06/2022|S|C2|N1|U6|20/04/2025|E4A""",
    )
    assert grouped(now)[["place", "legal", "months_in_care"]].to_numpy().tolist() == [
        ["U6", "Interim care order", 34],
        ["U6", "Full care order", 34],
    ]
    days = pd.Series(pd.Timestamp(2025, 5, 15), index=["1", "2"])
    found = grouped(now, later=later, days=days)
    first, second = found.loc["1"], found.loc["2"]
    assert (first["place"], first["placement"], first["legal_status"]) == (
        "K2",
        "homes",
        "full_care_order",
    )
    assert (first["placements_in_period"], first["year_placements"]) == (2, "2")
    assert (first["months_in_care"], first["time_in_care"]) == (35, "2_to_5")
    assert second["care_ended"] == pd.Timestamp(2025, 4, 20)
    assert second["months_in_care"] == 34
    assert found["at_31_march"].all() and found["looked_after_12_months"].all()
    assert found["age"].tolist() == [10, 10]
    # a day of one child only: the other stays as at 31 March
    partly = grouped(now, later=later, days=pd.Series({"1": pd.Timestamp(2025, 6, 15)}))
    assert partly["place"].tolist() == ["U4", "U6"]
    assert partly["care_ended"].isna().all()
