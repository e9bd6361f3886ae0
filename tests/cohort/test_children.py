"""One row a child: cohorts, ages, lengths and bands, at the boundary dates."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from cla.cohort import children, cohort_differences, groups, year_group
from cla.cohort.children import age_at, months_between
from cla.ssda903 import layout
from cla.ssda903.returns import Return

HEADER = "CHILD | SEX | DOB | ETHNIC | UPN\n"
EPISODES = "CHILD | DECOM | RNE | LS | CIN | PLACE | DEC | REC\n"
MakeReturn = Callable[..., Return]


def one(ret: Return, *earlier: Return) -> pd.Series:
    frame = children(ret, earlier)
    assert len(frame) == 1
    return frame.iloc[0]


def looked_after(make_return: MakeReturn, episode: str) -> tuple[bool, bool, bool, bool]:
    row = one(make_return(Episodes=EPISODES + episode))
    names = ("looked_after_12_months", "at_31_march", "any_time", "short_breaks_only")
    return tuple(bool(row[name]) for name in names)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("episode", "expected"),
    [
        ("1 | 31/03/2024 | S | C2 | N1 | U6 | | ", (True, True, True, False)),
        ("1 | 01/04/2024 | S | C2 | N1 | U6 | | ", (True, True, True, False)),
        ("1 | 02/04/2024 | S | C2 | N1 | U6 | | ", (False, True, True, False)),
        ("1 | 31/03/2025 | S | C2 | N1 | U6 | | ", (False, True, True, False)),
        ("1 | 01/01/2020 | S | C2 | N1 | U6 | 31/03/2025 | E4A", (True, False, True, False)),
        ("1 | 01/01/2020 | S | C2 | N1 | U6 | 30/03/2025 | E4A", (False, False, True, False)),
        ("1 | 01/01/2020 | S | C2 | N1 | U6 | 01/04/2024 | E4A", (False, False, True, False)),
        ("1 | 01/01/2020 | S | C2 | N1 | U6 | 31/03/2024 | E4A", (False, False, False, False)),
        ("1 | 01/01/2020 | S | V4 | N1 | U6 | | ", (False, False, False, True)),
        ("1 | 01/01/2020 | S | V3 | N1 | U6 | 05/05/2024 | E4A", (False, False, False, True)),
    ],
)
def test_cohorts_at_the_boundaries(
    make_return: MakeReturn, episode: str, expected: tuple[bool, ...]
) -> None:
    assert looked_after(make_return, episode) == expected


def test_a_change_of_placement_does_not_break_continuity(make_return: MakeReturn) -> None:
    episodes = """1 | 01/01/2020 | S | C1 | N1 | U6 | 01/06/2024 | X1
                  1 | 01/06/2024 | P | C2 | N1 | K2 | | """
    assert looked_after(make_return, episodes)[0]


def test_a_short_term_break_in_the_year_breaks_the_12_months(make_return: MakeReturn) -> None:
    episodes = """1 | 01/01/2020 | S | V4 | N1 | U6 | 01/06/2024 | X1
                  1 | 01/06/2024 | L | C2 | N1 | U6 | | """
    assert looked_after(make_return, episodes) == (False, True, True, False)


def test_where_since_when_and_how_often(make_return: MakeReturn) -> None:
    ret = make_return(
        Header=HEADER + "7 | M | 15/09/2013 | WBRI | b801 200005001",
        Episodes=EPISODES
        + """7 | 01/02/2020 | S | V2 | N1 | U6 | 01/08/2020 | E4A
             7 | 15/03/2023 | S | C1 | N5 | U6 | 01/05/2024 | X1
             7 | 01/05/2024 | P | C1 | N5 | K2 | 01/10/2024 | X1
             7 | 01/10/2024 | L | C2 | N5 | K2 | | """,
        OC2="CHILD | DOB | SDQ_SCORE\n7 | 15/09/2013 | 16",
    )
    row = one(ret)
    assert row["upn"] == "B801200005001"
    assert (row["sex"], row["age"], row["year_group"]) == ("M", 11, 6)
    assert row["period_start"] == pd.Timestamp(2023, 3, 15)
    assert row["months_in_care"] == 24
    assert (row["periods"], row["placements_in_period"], row["placements_in_year"]) == (2, 2, 2)
    assert (row["place"], row["placement"], row["ls"]) == ("K2", "homes", "C2")
    assert row["placement_type"] == "Secure home or children's home"
    assert (row["legal"], row["need"]) == ("Full care order", "Family dysfunction")
    assert (row["sdq_score"], row["sdq_band"]) == (16, "Borderline (14 to 16)")
    assert (row["time_in_care"], row["oc2_marked"]) == ("2_to_5", True)
    assert pd.isna(row["care_ended"])


def test_earlier_returns_date_the_period_and_its_placements(make_return: MakeReturn) -> None:
    before = make_return(
        2024,
        Episodes=EPISODES
        + """1 | 01/05/2019 | S | C1 | N1 | U6 | 01/09/2023 | X1
             1 | 01/09/2023 | P | C1 | N1 | K2 | | """,
    )
    now = make_return(2025, Episodes=EPISODES + "1 | 01/09/2023 | P | C1 | N1 | K2 | | ")
    assert one(now)["months_in_care"] == 19
    assert one(now, before)["months_in_care"] == 71
    assert one(now, before)["placements_in_period"] == 2


def test_codes_of_sex_before_and_since_2025(make_return: MakeReturn) -> None:
    codes = enumerate(["1", "2", "F", "U", "", "X"])
    header = HEADER + "\n".join(f"{number} | {code} | | | " for number, code in codes)
    assert list(children(make_return(Header=header))["sex"]) == ["M", "F", "F", "U", "U", "U"]


def test_care_leavers_in_the_header_belong_to_no_cohort(make_return: MakeReturn) -> None:
    ret = make_return(
        Header=HEADER + "1 | M | 01/01/2005 | WBRI | ",
        Episodes=EPISODES + "2 | 01/01/2024 | S | C2 | N1 | U6 | | ",
    )
    frame = children(ret).set_index("child")
    assert list(frame.index) == ["1", "2"]
    assert not frame.loc["1", ["looked_after_12_months", "at_31_march", "any_time"]].any()
    assert frame.loc["1", "time_in_care"] == groups.UNKNOWN
    assert frame.loc["2", "sex"] == "U"


def test_a_child_twice_in_the_header_appears_once(make_return: MakeReturn) -> None:
    ret = make_return(Header=HEADER + "1 | M | 01/01/2015 | WBRI | \n1 | F | 01/01/2016 | WBRI | ")
    assert one(ret)["sex"] == "M"


def test_without_oc2_nobody_is_marked_or_unmarked(make_return: MakeReturn) -> None:
    ret = make_return(Episodes=EPISODES + "1 | 01/01/2020 | S | C2 | N1 | U6 | | ")
    assert pd.isna(one(ret)["oc2_marked"])
    assert len(cohort_differences(ret, children(ret))) == 0


def test_differences_from_oc2_are_listed_with_the_reason(make_return: MakeReturn) -> None:
    ret = make_return(
        Header=HEADER + "\n".join(f"{n} | M | 01/01/2015 | WBRI | " for n in range(1, 8)),
        Episodes=EPISODES
        + """1 | 01/01/2020 | S | C2 | N1 | U6 | |
             2 | 01/01/2020 | S | C2 | N1 | U6 | |
             3 | 02/04/2024 | S | C2 | N1 | U6 | |
             4 | 01/01/2020 | S | C2 | N1 | U6 | 01/06/2024 | E4A
             5 | 01/01/2020 | S | V4 | N1 | U6 | |
             7 | 02/04/2024 | S | C2 | N1 | U6 | | """,
        OC2="CHILD | DOB\n1 | 01/01/2015\n3 | \n4 | \n5 | \n6 | ",
    )
    differ = cohort_differences(ret, children(ret)).set_index("child")
    assert list(differ.index) == ["2", "3", "4", "5", "6"]
    assert differ.loc["2", "computed"] and not differ.loc["2", "oc2"]
    assert "not in the OC2 file" in differ.loc["2", "why"]
    assert "started after 1 April" in differ.loc["3", "why"]
    assert "ended before 31 March" in differ.loc["4", "why"]
    assert "short-term break" in differ.loc["5", "why"]
    assert "without an episode" in differ.loc["6", "why"]


def test_unaccompanied_children_are_those_in_the_uasc_file(make_return: MakeReturn) -> None:
    ret = make_return(
        Header=HEADER + "1 | M | 01/01/2008 | AOTH | \n2 | M | 01/01/2008 | AOTH | ",
        UASC="CHILD | SEX | DOB | DUC\n2 | M | 01/01/2008 | ",
    )
    assert list(children(ret)["uasc"]) == [False, True]


@pytest.mark.parametrize(
    ("dob", "age"),
    [
        ("2015-03-31", 10),
        ("2015-04-01", 9),
        ("2012-02-29", 13),
        ("2025-03-31", 0),
        ("2025-04-01", None),
    ],
)
def test_age_in_whole_years(dob: str, age: int | None) -> None:
    found = age_at(pd.Series([pd.Timestamp(dob)]), pd.Timestamp(2025, 3, 31)).iloc[0]
    assert found == age if age is not None else pd.isna(found)


@pytest.mark.parametrize(
    ("dob", "group"),
    [
        ("2013-09-01", 6),
        ("2014-08-31", 6),
        ("2014-09-01", 5),
        ("2013-08-31", 7),
        ("2008-09-01", 11),
        ("2020-08-31", 0),
        ("2020-09-01", None),
        ("2005-08-31", None),
    ],
)
def test_year_group_by_age(dob: str, group: int | None) -> None:
    found = year_group(pd.Series([pd.Timestamp(dob)]), 2025).iloc[0]
    assert found == group if group is not None else pd.isna(found)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-04-01", "2025-03-31", 12),
        ("2024-04-02", "2025-03-31", 11),
        ("2025-03-31", "2025-03-31", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2020-03-31", "2025-03-31", 60),
    ],
)
def test_months_in_care_count_both_days(start: str, end: str, months: int) -> None:
    found = months_between(pd.Series([pd.Timestamp(start)]), pd.Series([pd.Timestamp(end)]))
    assert found.iloc[0] == months


@pytest.mark.parametrize(
    ("score", "band"),
    [(0, "normal"), (13, "normal"), (14, "borderline"), (16, "borderline"), (17, "concern")],
)
def test_sdq_bands(score: int, band: str) -> None:
    assert groups.of_numbers("sdq", pd.Series([float(score)])).iloc[0] == band


def test_scores_outside_the_scale_and_missing_ones_are_not_known() -> None:
    bands = groups.of_numbers("sdq", pd.Series([41.0, -1.0, float("nan")]))
    assert list(bands) == [groups.UNKNOWN] * 3


@pytest.mark.parametrize("list_name", ["PLACE", "LS", "SEX"])
def test_every_code_of_every_year_has_a_group(list_name: str) -> None:
    group_list = {"PLACE": "placement", "LS": "legal", "SEX": "sex"}[list_name]
    for year in range(layout.FIRST_YEAR, layout.LAST_YEAR + 1):
        codes = pd.Series(list(layout.codes(list_name, year)))
        assert groups.UNKNOWN not in list(groups.of_codes(group_list, codes))
