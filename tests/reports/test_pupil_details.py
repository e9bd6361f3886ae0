"""One child's page: every number of hand-worked children."""

from __future__ import annotations

import pandas as pd
import pytest

from cla.reports import Model, build, pupil_details
from cla.reports.pupil_details import years_and_months
from cla.reports.timeline import LANES


def test_headline_and_facts(ten: Model) -> None:
    page = pupil_details(ten, "c01", findings=2)
    assert page.headline == (
        "Child c01 · girl, 11 · Year 6 · No SEN · in care 6 years 11 months · "
        "2nd placement in this period"
    )
    assert page.findings == 2
    assert page.facts["In care since"] == "1 May 2018"
    assert page.facts["12 months at 31 March"] == "yes, by the episodes"
    assert page.facts["In OC2"] == "yes"
    assert page.facts["SDQ"] == "10: Normal (0 to 13)"
    assert page.facts["Key stage 2 match"] == "UPN and date of birth"
    assert page.missing == (
        "No phonics of 2019/20. There was no phonics check in 2019/20: it was put off to the "
        "autumn of 2020.",
        "No key stage 1 of 2020/21. Primary tests and assessments were cancelled in the pandemic "
        "in 2020 and 2021.",
        "Results that are not loaded: early years profile 2018/19, multiplication check 2022/23.",
        "School and attendance of 2024/25: load the school census.",
    )


def test_care_frames(ten: Model) -> None:
    frames = pupil_details(ten, "c01").frames
    (period,) = frames["periods"].to_dict("records")
    assert (period["start"], period["open"]) == (pd.Timestamp(2018, 5, 1), True)
    assert (period["placements"], period["episodes"]) == (2, 2)
    assert frames["placements"]["months"].tolist() == [16, 67]
    assert frames["placements"]["place"].tolist() == ["U6", "U4"]
    assert frames["legal"]["label"].tolist() == ["Interim care order", "Full care order"]
    assert frames["legal"]["end"].iloc[0] == pd.Timestamp(2019, 9, 1)
    assert frames["episodes"]["rne_label"].iloc[0] == "Started to be looked after"


def test_results_beside_england(ten: Model) -> None:
    results = pupil_details(ten, "c02").frames["results"].set_index("label")
    assert results["result"].to_dict() == {
        "Reading": "98 (2 short)",
        "Writing": "WTS: Working towards the expected standard",
        "Maths": "101 (met)",
        "Grammar, punctuation and spelling": "95 (5 short)",
        "Science": "HNM: Has not met the expected standard",
        "Reading, writing and maths": "not met",
    }
    assert results["england_cla"].tolist() == [51, 45, 46, 47, 56, 35]
    assert results["met"].tolist() == [False, False, True, False, False, False]
    absent = pupil_details(ten, "c05").frames["results"].set_index("label")
    assert absent.loc["Reading", "result"] == "A: Absent from one or more papers"


def test_key_stage_4_results_and_why_there_is_no_progress_8(ten: Model) -> None:
    page = pupil_details(ten, "c10")
    results = page.frames["results"].set_index("label")
    assert results.loc["English and maths", "result"] == "both at 4 or above"
    assert results.loc["Attainment 8", ["value", "england_cla"]].tolist() == [30, 17.3]
    assert results.loc["Progress 8", "result"] == "not available"
    assert any("no Progress 8 for 2024/25" in sentence for sentence in page.missing)
    assert page.facts["Care ended"] == "31 January 2025"
    assert "was in care 6 years 4 months" in page.headline
    assert page.frames["periods"]["reason_ended"].iloc[0].startswith("Returned home")


def test_what_is_missing_of_a_child_who_is_not_matched(ten: Model) -> None:
    page = pupil_details(ten, "c06")
    assert any("No key stage 2 result of 2024/25. No UPN" in one for one in page.missing)
    assert any("SEN provision is not known" in one for one in page.missing)
    assert any("No SDQ score" in one for one in page.missing)
    assert page.frames["results"].empty
    assert "not matched" in page.facts["Key stage 2 match"]


def test_the_timeline_has_every_lane_in_order(ten: Model) -> None:
    drawn = pupil_details(ten, "c01").frames["timeline"]
    assert list(drawn["lane"].cat.categories) == list(LANES)
    assert drawn["lane"].is_monotonic_increasing
    assert drawn[["start", "end"]].notna().all().all()
    assert (drawn["end"] >= drawn["start"]).all()
    years = drawn[drawn["lane"] == "School year"]["label"].tolist()
    assert years == ["Reception", "Year 1", "Year 2", "Year 3", "Year 4", "Year 5", "Year 6"]
    care = drawn[drawn["lane"] == "Care period"].iloc[0]
    assert (care["end"], care["open"]) == (pd.Timestamp(2025, 3, 31), True)
    assessed = drawn[drawn["lane"] == "Assessment"].iloc[0]
    assert assessed["label"] == "KS2 met"
    assert assessed["detail"] == "Key stage 2: Reading, writing and maths expected standard met"
    assert drawn[drawn["lane"] == "SDQ"]["value"].tolist() == [10]


def test_a_child_of_an_earlier_return_is_shown_as_then(ten: Model) -> None:
    page = pupil_details(ten, "p01")
    assert page.facts["Return"] == "2023-24"
    assert "as at 31 March 2024" in page.notes[0]
    drawn = page.frames["timeline"]
    assert drawn.loc[drawn["lane"] == "Placement", "end"].tolist() == [pd.Timestamp(2024, 3, 31)]


def test_an_unknown_child_is_refused_without_being_named(ten: Model) -> None:
    with pytest.raises(KeyError) as refused:
        pupil_details(ten, "c99")
    assert "c99" not in str(refused.value)


def test_absence_and_sen_from_the_school_census(ten: Model) -> None:
    census = pd.DataFrame(
        {
            "upn": ["B801200005001", "B801200005001", "B801200005003"],
            "year": [2025, 2024, 2025],
            "sen": ["K", "N", None],
            "absence_overall": [22.5, 8.0, None],
        }
    )
    returns = {year: ten.loaded_return(year) for year in ten.years}
    model = build("X", 1, returns, {}, census)
    assert model.sen_source(2025) == "school census"
    page = pupil_details(model, "c01")
    assert "SEN support" in page.headline
    assert page.frames["absence"].to_dict("list") == {"year": [2024, 2025], "value": [8.0, 22.5]}
    drawn = page.frames["timeline"]
    assert drawn[drawn["lane"] == "Absence"]["value"].tolist() == [8.0, 22.5]
    sen = model.children(2025).set_index("child")["sen"]
    assert (sen["c01"], sen["c03"], sen["c02"]) == ("K", "unknown", "unknown")


def test_a_child_without_episodes_or_date_of_birth_has_a_page(ten: Model) -> None:
    ret = ten.loaded_return(2025)
    header = ret.tables["Header"].assign(DOB=None)
    bare = type(ret).from_tables({"Header": header}, 2025)
    page = pupil_details(build("X", 1, {2025: bare}, {}), "c01")
    assert page.headline == "Child c01 · girl"
    assert page.frames["timeline"].empty


@pytest.mark.parametrize(
    ("months", "words"),
    [(0, "less than a month"), (1, "1 month"), (12, "1 year"), (50, "4 years 2 months")],
)
def test_lengths_in_words(months: int, words: str) -> None:
    assert years_and_months(months) == words
