"""Schools and their changes: with dates, by years only, and what every child does at eleven."""

from __future__ import annotations

import pandas as pd

from cla.reports import Model, build, pupil_details, school_history
from cla.reports.timeline import MID_YEAR
from tests.reports.ten_at_school import PEOPLE_FRAME, YEAR, ten_at_school


def by_years(rows: list[tuple[str, int, str, bool | None]]) -> Model:
    """The ten children with a census that names schools by year, without any date."""
    census = pd.DataFrame(rows, columns=["child", "year", "laestab", "in_year_move"])
    upns = PEOPLE_FRAME.loc[census["child"], "upn"].to_numpy()
    census = census.drop(columns="child").assign(upn=upns)
    census["in_year_move"] = census["in_year_move"].astype("boolean")
    ret = ten_at_school().loaded_return(YEAR)
    earlier = type(ret).from_tables(ret.tables, YEAR - 1)
    return build("X06000991", 1, {YEAR - 1: earlier, YEAR: ret}, {}, census)


def counted(model: Model, first: int, last: int) -> dict[str, int]:
    children = model.children(YEAR)["child"]
    times = school_history.moves_since(model, children, first, last)
    return dict(zip(children[times.notna()], times.dropna().astype(int), strict=True))


def test_stays_and_changes_with_dates() -> None:
    model = ten_at_school()
    stays = school_history.spells(model)
    assert stays.loc[stays["dated"], "child"].tolist() == ["k04", "k04", "k05", "k08", "k09", "k09"]
    assert stays.loc[~stays["dated"], "child"].tolist() == ["k01"]  # the census names its school
    changes = school_history.moves(model).set_index("child")
    assert changes.index.tolist() == ["k04", "k09"]
    assert changes["date"].tolist() == [pd.Timestamp(2023, 1, 16), pd.Timestamp(2022, 1, 5)]
    assert changes["mid_year"].tolist() == [True, True]
    assert changes["year"].tolist() == [2023, 2022]
    assert changes.loc["k04", ["before", "after"]].tolist() == ["Elder Primary", "Alder Primary"]
    assert counted(model, 2020, 2023) == {"k04": 1, "k05": 0, "k08": 0, "k09": 1}
    assert counted(model, 2023, 2023) == {"k04": 1, "k05": 0, "k08": 0, "k09": 0}


def test_changes_known_by_year_only() -> None:
    model = by_years(
        [
            ("k04", 2022, "9912001", False),
            ("k04", 2023, "9912002", False),
            ("k05", 2022, "9912001", False),
            ("k05", 2023, "9912001", True),
            ("k06", 2023, "9912001", False),
            ("k08", 2022, "9914001", False),
            ("k08", 2023, "9914001", False),
        ]
    )
    changes = school_history.moves(model).set_index("child")
    assert changes["year"].to_dict() == {"k04": 2023, "k05": 2023}
    assert changes["date"].isna().all()
    assert changes["mid_year"].to_dict() == {"k04": False, "k05": True}
    assert counted(model, 2023, 2023) == {"k04": 1, "k05": 1, "k08": 0}


def test_the_change_to_a_secondary_school_is_no_school_change() -> None:
    model = ten_at_school()
    ret = model.loaded_return(YEAR)
    header = ret.tables["Header"].copy()
    header.loc[header["CHILD"] == "k04", "DOB"] = "01/10/2010"  # a year older: Year 7
    older = type(ret).from_tables({**ret.tables, "Header": header}, YEAR)
    upn = PEOPLE_FRAME.loc["k04", "upn"]
    stays = pd.DataFrame(
        {
            "upn": [upn, upn],
            "academic_year": "2022/23",
            "laestab": ["9912001", "9914001"],
            "school_name": ["Alder Primary", "Cedar High"],
            "entry_date": pd.to_datetime(["2015-09-01", "2022-09-05"]),
            "leaving_date": pd.to_datetime(["2022-07-20", None]),
        }
    )
    moved = build("X06000991", 1, {YEAR: older}, {}, schools=stays)
    assert school_history.moves(moved)["as_a_rule"].tolist() == [True]
    assert counted(moved, YEAR, YEAR) == {"k04": 0}
    drawn = pupil_details(moved, "k04").frames["timeline"]
    assert drawn.loc[drawn["lane"] == "School change", "label"].tolist() == ["secondary"]


def test_the_page_of_a_child_with_schools_and_earlier_results() -> None:
    page = pupil_details(ten_at_school(), "k04")
    drawn = page.frames["timeline"].set_index("lane")
    assert drawn.loc["School", "label"].tolist() == ["Elder Primary", "Alder Primary"]
    change = drawn.loc["School change"]
    assert (change["label"], change["detail"]) == (
        MID_YEAR,
        "from Elder Primary to Alder Primary",
    )
    assert drawn.loc["Assessment", "label"].tolist() == ["KS1 met", "KS2 not met"]
    assert drawn.loc["Absence", "detail"] == "12.5% of sessions missed: persistently absent"
    assert drawn.loc["SDQ", "detail"] == "Cause for concern (17 to 40)"
    years = drawn.loc["School year", "label"].tolist()
    assert (years[0], years[-1]) == ("Reception", "Year 6") or years[0] == "Year 1"
    (row,) = page.frames["schooling"].to_dict("records")
    assert (row["academic_year"], row["school_name"], row["changes"]) == (
        "2022/23",
        "Alder Primary",
        1,
    )
    results = page.frames["results"].set_index(["stage", "label"])["result"]
    assert results["ks1", "Maths"] == "EXS: Expected standard"
    assert results["ks2", "Reading progress"].startswith("−5.2")
    assert page.missing[-1].startswith("Results that are not loaded:")


def test_what_is_missing_says_why() -> None:
    page = pupil_details(ten_at_school(), "k07")
    assert any("Not among the key stage 1 results of 2018/19" in one for one in page.missing)
    assert any("Not in the school census of 2022/23" in one for one in page.missing)
    subjects = pupil_details(ten_at_school(), "k08").frames["subjects"]
    assert dict(zip(subjects["subject"], subjects["grade"], strict=True)) == {
        "English language": "6",
        "English literature": "5",
        "Maths": "5",
        "History": "7",
    }
