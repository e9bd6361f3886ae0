"""The bands of schooling, on little tables worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from cla.cohort.groups import UNKNOWN
from cla.cohort.school_groups import school_groups, school_of, slug

YEAR = 2025
DATES = ("entry_date", "leaving_date")


def children(groups: dict[str, int | None], sen: str = "K") -> pd.DataFrame:
    year_group = pd.Series(list(groups.values()), dtype="Int64")
    return pd.DataFrame(
        {"child": list(groups), "year_group": year_group, "age": year_group + 5, "sen": sen}
    )


def census(rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    for name in DATES:
        if name in frame:
            frame[name] = pd.to_datetime(frame[name])
    if "in_year_move" in frame:
        frame["in_year_move"] = frame["in_year_move"].astype("boolean")
    return frame


NOBODY = pd.DataFrame({"child": pd.Series(dtype="str")})


def banded(
    rows: list[dict[str, object]],
    before: list[dict[str, object]] | None = None,
    year_group: int = 8,
    sen: str = "K",
) -> pd.DataFrame:
    """The bands of children a, b, c ... with these rows, and of z, who has none."""
    names = "abcdefghij"[: len(rows)]
    now = census([{"child": n, **row} for n, row in zip(names, rows, strict=True)])
    last = census([{"child": n, **row} for n, row in zip(names, before or [], strict=False)])
    people = children({**dict.fromkeys(names, year_group), "z": year_group}, sen)
    found = school_groups(people, now, last if before else NOBODY, {"801", "802"}, YEAR)
    return found.set_axis([*names, "z"])


def test_a_child_without_a_row_is_unknown_everywhere() -> None:
    found = banded([{"laestab": "8014000", "absence_overall": 3.0, "in_year_move": False}])
    by_age = "exam_year_move"  # year 8 is before the exam years, whatever the census says
    assert (found.loc["z"].drop(by_age).astype("str") == UNKNOWN).all()


def test_at_school_in_the_authority_or_elsewhere() -> None:
    rows = [
        {"laestab": "8014000", "school_la": None},
        {"laestab": "8024001"},
        {"laestab": "9994001"},
        {"laestab": "8014000", "school_la": "999"},
        {"laestab": None, "school_type_group": "none"},
        {"laestab": None},
    ]
    found = banded(rows)["school_in_area"].tolist()
    assert found == ["in", "in", "out", "out", "no_school", "no_school", UNKNOWN]


def test_characteristics_without_any_school_say_nothing_of_the_area() -> None:
    found = banded([{"absence_overall": 3.0, "laestab": None}])
    assert found["school_in_area"].tolist() == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize(
    ("now", "before", "year_group", "band"),
    [
        ({"laestab": "1", "in_year_move": True}, {"laestab": "1"}, 8, "mid_year"),
        ({"laestab": "1", "in_year_move": False}, {"laestab": "1"}, 8, "none"),
        ({"laestab": "1", "in_year_move": False}, {"laestab": "2"}, 8, "between_years"),
        ({"laestab": "1", "in_year_move": None}, {"laestab": "1"}, 8, "none"),
        ({"laestab": "1", "in_year_move": False}, None, 8, UNKNOWN),
        (
            {"laestab": "1", "in_year_move": False, "entry_date": "2024-09-04"},
            None,
            8,
            "between_years",
        ),
        ({"laestab": "1", "in_year_move": False, "entry_date": "2022-09-04"}, None, 8, "none"),
        # in reception everybody enters a school in September
        ({"laestab": "1", "in_year_move": False, "entry_date": "2024-09-04"}, None, 0, "none"),
        ({"urn": "1"}, {"urn": "2"}, 8, "between_years"),
    ],
)
def test_school_moves(
    now: dict[str, object], before: dict[str, object] | None, year_group: int, band: str
) -> None:
    found = banded([now], [before] if before else None, year_group)
    assert found.loc["a", "school_move"] == band


@pytest.mark.parametrize(
    ("now", "before", "year_group", "band"),
    [
        (("1", False), ("1", False), 11, "no"),
        (("1", True), ("1", False), 11, "yes"),
        (("1", False), ("1", True), 11, "yes"),
        (("1", False), ("2", False), 11, "yes"),
        (("1", False), None, 11, UNKNOWN),
        (("1", True), None, 11, "yes"),
        (("1", False), ("2", True), 10, "no"),  # before year 10
        (("1", True), ("1", False), 10, "yes"),
        (("1", True), ("2", True), 9, "before"),
    ],
)
def test_moves_in_years_10_and_11(
    now: tuple[str, bool], before: tuple[str, bool] | None, year_group: int, band: str
) -> None:
    row = {"laestab": now[0], "in_year_move": now[1]}
    last = [{"laestab": before[0], "in_year_move": before[1]}] if before else None
    assert banded([row], last, year_group).loc["a", "exam_year_move"] == band


def test_absence_at_the_limits_of_the_bands() -> None:
    percent = [0.0, 4.99, 5.0, 9.99, 10.0, 49.9, 50.0, 100.0, None]
    rows = [{"absence_overall": p, "absence_unauthorised": p} for p in percent]
    found = banded(rows)
    assert found["absence"].tolist()[:-1] == [
        "under_5", "under_5", "5_to_10", "5_to_10", "persistent", "persistent", "severe", "severe",
        UNKNOWN,
    ]  # fmt: skip
    assert found["unauthorised"].tolist()[:-1] == [
        "under_5", "under_5", "5_to_10", "5_to_10", "10_to_15", "20_plus", "20_plus", "20_plus",
        UNKNOWN,
    ]  # fmt: skip


def test_suspensions_by_days() -> None:
    rows = [
        {"suspensions": 0, "days_suspended": 0},
        {"suspensions": 0, "days_suspended": None},
        {"suspensions": 1, "days_suspended": 0.5},
        {"suspensions": 1, "days_suspended": 5},
        {"suspensions": 2, "days_suspended": 5.5},
        {"suspensions": 9, "days_suspended": 15},
        {"suspensions": 9, "days_suspended": 15.5},
        {"suspensions": 1, "days_suspended": None},
        {"suspensions": None, "days_suspended": 2},
        {"suspensions": None, "days_suspended": None},
    ]
    assert banded(rows)["suspension"].tolist()[:-1] == [
        "none", "none", "1_to_5", "1_to_5", "6_to_15", "6_to_15", "16_plus", "days_unknown",
        "1_to_5", UNKNOWN,
    ]  # fmt: skip


def test_flags_and_codes() -> None:
    rows = [
        {
            "eal": True,
            "fsm6": False,
            "permanent_exclusions": 1,
            "sen_need": "SEMH",
            "school_type_group": "ap",
            "ofsted": "2",
        },
        {
            "eal": False,
            "fsm6": True,
            "permanent_exclusions": 0,
            "sen_need": None,
            "school_type_group": "unknown",
            "ofsted": None,
        },
    ]
    found = banded(rows).drop(index="z")
    assert found["first_language"].tolist() == ["other", "english"]
    assert found["free_meals"].tolist() == ["no", "yes"]
    assert found["permanent_exclusion"].tolist() == ["yes", "no"]
    assert found["primary_need"].tolist() == ["SEMH", UNKNOWN]
    assert found["school_kind"].tolist() == ["ap", UNKNOWN]
    assert found["ofsted_grade"].tolist() == ["2", UNKNOWN]
    without_sen = banded([{"sen_need": None}], sen="N")
    assert without_sen["primary_need"].tolist() == ["none", "none"]


def test_schools_and_teams_as_values() -> None:
    people = children({"a": 8, "b": 8, "c": 8, "d": 8})
    now = census(
        [
            {"child": "a", "laestab": "801/4000", "urn": "100001"},
            {"child": "b", "laestab": None, "urn": "100002"},
            {"child": "c", "laestab": None, "urn": None},
        ]
    )
    assert school_of(people, now).tolist() == ["8014000", "100002", UNKNOWN, UNKNOWN]
    names = pd.Series(["North & East, team 1", "  ", None, "Überprüfung"], dtype="str")
    assert slug(names).tolist()[0] == "north-east-team-1"
    assert slug(names).isna().tolist() == [False, True, True, False]
