"""The columns of filters beside the children of a model: census, results, the day of care."""

from __future__ import annotations

import pandas as pd
import pytest

from cla.cohort.groups import UNKNOWN
from cla.reports import FILTERS, Filters, Model, build, ks2_benchmark, options
from cla.ssda903.returns import Return
from tests.reports.conftest import UPNS

CENSUS = pd.DataFrame(
    {
        "upn": [UPNS["c01"], UPNS["c02"], UPNS["c07"], UPNS["c08"]],
        "year": 2025,
        "sen": ["N", "E", "N", "K"],
        "sen_need": [None, "SEMH", None, "MLD"],
        "laestab": ["9914001", "8804002", "9914001", None],
        "school_name": ["Alder School", "Birch School", "Alder School", None],
        "school_type_group": ["mainstream", "special", "mainstream", "none"],
        "absence_overall": [2.0, 12.0, 55.0, None],
        "fsm6": pd.array([True, False, None, True], dtype="boolean"),
        "team": ["North, one", None, "North, one", "South"],
    }
).astype({"sen": "str", "sen_need": "str", "laestab": "str", "school_name": "str"})


@pytest.fixture(scope="module")
def with_census(ten: Model) -> Model:
    results = {
        (stage, f"{year - 1}/{year % 100}"): ten.loaded_results(stage, year)
        for year in ten.years
        for stage in ten.stages(year)
    }
    returns = {year: ten.loaded_return(year) for year in ten.years}
    return build("X06000991", 1, returns, results, CENSUS)  # type: ignore[arg-type]


@pytest.mark.parametrize("stage", [None, "ks2", "ks4"])
def test_every_filter_has_its_column_and_nothing_is_missing(ten: Model, stage: str | None) -> None:
    frame = ten.pupils(stage, 2025) if stage else ten.children(2025)
    for name in FILTERS:
        assert frame[name].notna().all(), name
        assert all(FILTERS[name].valid(value) for value in frame[name].unique()), name


def test_filters_by_the_school_census(with_census: Model) -> None:
    children = with_census.children(2025).set_index("child")
    assert children.loc[["c01", "c02", "c08", "c03"], "school_in_area"].tolist() == [
        "in", "out", "no_school", UNKNOWN,
    ]  # fmt: skip
    assert children.loc[["c01", "c02", "c08", "c03"], "primary_need"].tolist() == [
        "none", "SEMH", "MLD", UNKNOWN,
    ]  # fmt: skip
    absent = Filters(2025, absence=("persistent", "severe"))
    assert sorted(absent.of(with_census)["child"]) == ["c02", "c07"]
    assert absent.of(with_census, "ks2")["child"].tolist() == ["c02"]


def test_schools_and_teams_have_names(with_census: Model) -> None:
    filters = Filters(2025, school=("9914001",), team=("north-one",))
    assert sorted(filters.of(with_census)["child"]) == ["c01", "c07"]
    assert filters.words(with_census).endswith("social work team North, one; school Alder School")
    assert filters.words().endswith("social work team north-one; school 9914001")
    offered = {one.name: one for one in options(with_census, Filters(2025))}
    assert [(c.value, c.label, c.count) for c in offered["school"].choices] == [
        ("9914001", "Alder School", 2),
        ("8804002", "Birch School", 1),
        (UNKNOWN, "Not known", 5),
    ]
    assert [c.label for c in offered["team"].choices] == ["North, one", "South", "Not known"]


def test_results_stand_in_for_a_census_that_is_not_loaded(ten: Model) -> None:
    children = ten.children(2025).set_index("child")
    assert children.loc["c01", "school"] == "8014000"
    assert children.loc["c01", "school_in_area"] == "out"  # Demoshire is 991
    assert children.loc["c06", "school"] == UNKNOWN  # not matched


def test_match_of_a_stage_and_of_all(ten: Model) -> None:
    pupils = ten.pupils("ks2", 2025).set_index("child")["match"]
    assert pupils.to_dict() == {**dict.fromkeys(["c01", "c02", "c03", "c04", "c05"], "certain"),
                                "c06": "unmatched"}  # fmt: skip
    before = ten.children(2024).set_index("child")["match"]
    # key stage 2 alone is loaded for 2024: p01 is matched, year 5 and year 10 expect nothing
    assert before.loc[["p01", "c01", "c07"]].tolist() == ["certain", "not_expected", "not_expected"]


def test_prior_attainment_of_the_file_and_of_earlier_results(ten: Model) -> None:
    ks4 = ten.loaded_results("ks4", 2025)
    ks2 = ten.loaded_results("ks2", 2024)
    assert ks4 is not None and ks2 is not None
    banded = ks4.assign(prior=pd.Series(["high", "none", None, None], dtype="str"))
    upns = [UPNS[child] for child in ("c07", "c09", "c10")]
    then = pd.concat([ks2] * 3, ignore_index=True).assign(
        upn=upns, read_score=[90.0, 99.0, 105.0], mat_score=[90.0, 100.0, 115.0]
    )
    model = build(
        "X06000991",
        1,
        {2025: ten.loaded_return(2025)},
        {("ks4", "2024/25"): banded, ("ks2", "2019/20"): then},
    )
    found = model.children(2025).set_index("child")["prior_attainment"]
    assert found.loc[["c07", "c08", "c09", "c10"]].tolist() == ["high", "none", "low", "high"]
    assert found.loc["c01"] == UNKNOWN


def test_state_of_the_results_where_the_file_says_it(ten: Model) -> None:
    ks2 = ten.loaded_results("ks2", 2025)
    assert ks2 is not None
    marked = ks2.assign(version=pd.Series(["P", "R", "f", "?", None], dtype="str"))
    model = build("X", 1, {2025: ten.loaded_return(2025)}, {("ks2", "2024/25"): marked})
    found = model.pupils("ks2", 2025).set_index("child")["results_status"]
    assert found.loc[["c01", "c02", "c03", "c04", "c05", "c06"]].tolist() == [
        "provisional", "revised", "final", UNKNOWN, UNKNOWN, UNKNOWN,
    ]  # fmt: skip


@pytest.fixture(scope="module")
def moving(ten: Model) -> Model:
    """The ten children; c01 moves to a home on 1 May 2025, c07 (year 11) on 1 June 2025."""
    now = ten.loaded_return(2025)
    tables = {name: frame.copy() for name, frame in now.tables.items() if name != "OC2"}
    ep = tables["Episodes"].reset_index(drop=True)
    moves = {"c01": "01/05/2025", "c07": "01/06/2025"}
    for child, day in moves.items():
        last = ep.index[(ep["CHILD"] == child) & ep["DEC"].isna()][0]
        ep.loc[last, ["DEC", "REC"]] = [day, "X1"]
        ep.loc[len(ep)] = ep.loc[last].to_dict() | {
            "DECOM": day, "RNE": "P", "PLACE": "K2", "DEC": None, "REC": None,
        }  # fmt: skip
    later = Return.from_tables({**tables, "Episodes": ep}, 2026)
    ks2, ks4 = ten.loaded_results("ks2", 2025), ten.loaded_results("ks4", 2025)
    assert ks2 is not None and ks4 is not None
    results = {("ks2", "2024/25"): ks2, ("ks4", "2024/25"): ks4}
    return build("X06000991", 1, {2025: now, 2026: later}, results)


def test_care_as_at_the_assessment(moving: Model) -> None:
    def place(child: str, frame: pd.DataFrame) -> str:
        return str(frame.set_index("child").loc[child, "placement"])

    assert place("c01", moving.pupils("ks2", 2025)) == "foster"
    assert place("c01", moving.pupils("ks2", 2025, "assessment")) == "homes"
    # key stage 4 is taken on 15 June, key stage 2 on 15 May
    assert place("c07", moving.pupils("ks4", 2025, "assessment")) == "homes"
    assert place("c07", moving.children(2025, "assessment", "ks2")) == "foster"
    # without a stage each child's day is that of its year group
    of_all = moving.children(2025, "assessment")
    assert (place("c01", of_all), place("c07", of_all)) == ("homes", "homes")
    filters = Filters(2025, as_at="assessment", placement=("homes",))
    assert sorted(filters.of(moving, "ks2")["child"]) == ["c01", "c02"]
    assert filters.replace(as_at="31_march").of(moving, "ks2")["child"].tolist() == ["c02"]
    report = ks2_benchmark(moving, filters, child_level=True)
    assert report.coverage is not None and report.coverage.in_cohort == 2


def test_without_the_return_of_the_next_year_care_stays_as_at_31_march(ten: Model) -> None:
    pd.testing.assert_frame_equal(ten.children(2025, "assessment"), ten.children(2025))
    with pytest.raises(ValueError, match="no such day"):
        ten.children(2025, "yesterday")
