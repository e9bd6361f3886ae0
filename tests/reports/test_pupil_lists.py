"""The five pupil lists and three tables of details on ten hand-worked children, every cell stated.

The tables below are what people read: words() of each cell, blank for a missing one.
"""

from __future__ import annotations

import pandas as pd
import pytest

from cla import reports
from cla.reports import Coverage, Filters, Model, Report, child_columns
from tests.reports.conftest import UPNS, frame
from tests.reports.ten_at_school import YEAR, ten_at_school

ANY_TIME = Filters(YEAR, cohort="any_time")
TABLES = (
    "ks1_pupil_list",
    "ks2_pupil_list",
    "progress_pupil_list",
    "att8_pupil_list",
    "ks4_pupil_list",
    "ks1_pupil_details",
    "ks2_pupil_details",
    "ks4_pupil_details",
)


@pytest.fixture(scope="module")
def model() -> Model:
    return ten_at_school()


def made(name: str, model: Model, filters: Filters = ANY_TIME) -> Report:
    return reports.BY_NAME[name](model, filters, child_level=True)


def as_read(name: str, report: Report, columns: str) -> list[list[str]]:
    """The cells of these columns as people read them, a list a child."""
    named = {one.name: one for one in reports.columns(name)}
    rows = report.frame
    cells = {
        column: [child_columns.words(named[column])(cell) for cell in rows[column]]
        for column in columns.split()
    }
    return pd.DataFrame(cells).to_numpy().tolist()


def stated(columns: str, text: str) -> list[list[str]]:
    return frame(columns, text).fillna("").to_numpy().tolist()


@pytest.mark.parametrize(
    ("name", "columns", "text"),
    [
        (
            "ks1_pupil_list",
            "child sex school_name read_outcome writ_outcome mat_outcome sci_outcome rwm_exp aps "
            "phonics_mark phonics_met sen twelve_months months_in_care flags_text",
            """
            k01|F|Alder Primary|EXS|EXS|WTS|EXS|not met|7.0|35 · met|met|No SEN|yes|35|nearly there
            k03|F||A|A|A|A|not met||||Not known|yes|14|no result
            k02|M||GDS|EXS|EXS|EXS|met|8.5|20 · 12 short|not met|Not known|yes|21|
            """,
        ),
        (
            "ks2_pupil_list",
            "child read_score gps_score mat_score writ_outcome rwm_exp rwm_high sen months_in_care "
            "flags_text",
            """
            k04|98 · 2 short|95 · 5 short|101 · met|EXS|not met|not met|SEN support|31|nearly there; absent and suspended; absent, suspended and moved
            k05|105 · met|100 · met|99 · 1 short|WTS|not met|not met|EHC plan|30|largest gap
            k06|112 · higher|111 · higher|110 · higher|GDS|met|met|Not known|38|
            k07||||PK3|not met|not met|Not known|25|
            """,  # noqa: E501
        ),
        (
            "progress_pupil_list",
            "child ks1_read_outcome ks1_writ_outcome ks1_mat_outcome ks1_aps prior_group "
            "read_pred read_prog writ_pred writ_prog mat_pred mat_prog months_in_care "
            "placements_since school_moves_since",
            """
            k04|EXS|EXS|EXS|8.0|8|103.2|−5.2|101.0|+2.0|103.0|−2.0|31|2|1
            k05|WTS|WTS|EXS|7.0|6|103.5|+1.5|96.0|−5.0|108.0|−9.0 · far below|30|2|0
            k06|GDS|GDS|GDS|10.0|12|110.0|+2.0|110.0|+3.0|110.0|0.0|38|1|
            k07|||||||||||| 25|1|
            """,
        ),
        (
            "att8_pupil_list",
            "child ks2_average prior_band att8 att8_eng att8_mat att8_ebacc att8_open ebacc_filled "
            "open_filled att8_pred att8_gap p8 sen school_type months_in_care placements_since "
            "school_change",
            """
            k09|95.5|Low|20.0|6.0|4.0|5.0|5.0|3|2|41.0|−21.0 · far below|−2.10 · far below|SEN support|Mainstream|49|2|yes
            k10|||0.0|0.0|0.0|0.0|0.0|0|0||||Not known||18|1|
            k08|103.0|Middle|50.0|12.0|10.0|15.0|13.0|3|3|48.2|+1.8|+0.18|No SEN|Mainstream|98|1|no
            """,  # noqa: E501
        ),
        (
            "ks4_pupil_list",
            "child english english_grade maths maths_grade basics passes ebacc_entered ebacc_94 "
            "ebacc_95 ebacc_aps att8 sen placement flags_text",
            """
            k09|4|4|below 4|3 · 1 short|one of two at 4 or above|1|no|not met|not met|1.50|20.0|SEN support|Secure home or children's home|nearly there; largest gap; absent and suspended
            k10|below 4|0 · 4 short|below 4|0 · 4 short|neither at 4|0|no|not met|not met|0.00|0.0|Not known|Foster placement|no passes; left since
            k08|5 or above|6|5 or above|5|both at 5 or above|8|yes|met|not met|5.00|50.0|No SEN|Foster placement|
            """,  # noqa: E501
        ),
        (
            "ks1_pupil_details",
            "child upn dob age read_outcome phonics_mark laestab school_area school_type sen eal "
            "fsm6 ethnicity sdq_score days_in_care age_at_entry periods placements_in_period "
            "absence_overall suspensions",
            """
            k01|H801200001001|10/10/2015|7|EXS|35 · met|9912001|in our area|Mainstream|No SEN|no|yes|White British|8|1,065|4|1|1|4.0|0
            k03|K801200001003|12/12/2015|7|A|||||Not known|||White British|20|424|6|1|1||
            k02|W801200001002|11/11/2015|7|GDS|20 · 12 short||||Not known|||White British|14|655|5|1|1||
            """,  # noqa: E501
        ),
        (
            "ks2_pupil_details",
            "child read_score writ_outcome ks1_mat_outcome ks1_aps prior_group read_prog sen "
            "sen_need sdq_score sdq_band legal need absence_overall persistent suspensions "
            "days_suspended moved_in_year placements_in_year",
            """
            k04|98 · 2 short|EXS|EXS|8.0|8|−5.2|SEN support|SEMH|17|Cause for concern (17 to 40)|Full care order|Abuse or neglect|12.5|yes|2|3.5|yes|1
            k05|105 · met|WTS|EXS|7.0|6|+1.5|EHC plan|MLD|5|Normal (0 to 13)|Full care order|Family dysfunction|10.0|yes|0|0.0|no|2
            k06|112 · higher|GDS|GDS|10.0|12|+2.0|Not known||9|Normal (0 to 13)|Full care order|Abuse or neglect||||||1
            k07||PK3|||||Not known||11|Normal (0 to 13)|Voluntary agreement under section 20|Family in acute stress||||||1
            """,  # noqa: E501
        ),
        (
            "ks4_pupil_details",
            "child eng_grade lit_grade mat_grade grade_his entries passes basics p8 ks2_read_score "
            "ks2_mat_score ks2_writ_outcome ks2_rwm_exp sdq_score absence_overall days_suspended "
            "care_ended twelve_months",
            """
            k09|3|4|3|4|5|1|one of two at 4 or above|−2.10 · far below|96 · 4 short|95 · 5 short|WTS|not met|25|55.0|1.5||yes
            k10|U||U||0|0|neither at 4|||||||||31/01/2023|no
            k08|6|5|5|7|8|8|both at 5 or above|+0.18|104 · met|102 · met|EXS|met|3|3.0|0.0||yes
            """,  # noqa: E501
        ),
    ],
)
def test_every_cell(model: Model, name: str, columns: str, text: str) -> None:
    assert as_read(name, made(name, model), columns) == stated(columns, text)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("ks1_pupil_list", {"nearly_there": 1, "no_result": 1}),
        (
            "ks2_pupil_list",
            {
                "nearly_there": 1,
                "largest_gap": 1,
                "absent_suspended": 1,
                "absent_suspended_moved": 1,
            },
        ),
        (
            "ks4_pupil_list",
            {
                "nearly_there": 1,
                "largest_gap": 1,
                "no_passes": 1,
                "absent_suspended": 1,
                "left_since": 1,
            },
        ),
    ],
)
def test_chips_count_their_children(model: Model, name: str, counts: dict[str, int]) -> None:
    report = made(name, model)
    flags = report.frames["flags"].set_index("flag")["count"]
    assert flags[flags > 0].to_dict() == counts
    for flag, count in flags.items():
        assert len(reports.narrowed(report.frame, str(flag))) == count


@pytest.mark.parametrize(
    ("name", "filters", "totals"),
    [
        ("ks1_pupil_list", ANY_TIME, {"ks1_rwm_exp": (3, 1), "ks1_mat_exp": (3, 1)}),
        ("ks2_pupil_list", ANY_TIME, {"ks2_rwm_exp": (4, 1), "ks2_read_exp": (4, 2)}),
        ("ks2_pupil_list", Filters(YEAR, sex=("F",)), {"ks2_rwm_exp": (2, 0)}),
        ("progress_pupil_list", ANY_TIME, {"ks2_read_prog": (3, -1.7), "ks2_mat_prog": (3, -11)}),
        ("att8_pupil_list", ANY_TIME, {"ks4_att8": (3, 70), "ks4_p8": (2, -1.92)}),
        ("ks4_pupil_list", Filters(YEAR), {"ks4_att8": (2, 70), "ks4_em94": (2, 1)}),
    ],
)
def test_totals(
    model: Model, name: str, filters: Filters, totals: dict[str, tuple[int, float]]
) -> None:
    found = made(name, model, filters).frames["totals"].set_index("measure")
    for measure, (n, total) in totals.items():
        assert (found.loc[measure, "n"], found.loc[measure, "total"]) == (n, pytest.approx(total))


def test_coverage_and_notes(model: Model) -> None:
    report = made("progress_pupil_list", model)
    assert report.coverage == Coverage(4, 4, 4, 4, 0)
    assert report.notes == (
        "Placements that ended before April 2022 are not counted: the returns before 2022-23 are "
        "not loaded.",
    )
    assert made("ks1_pupil_list", model).coverage == Coverage(3, 3, 3, 2, 0)


def test_a_child_whom_the_results_do_not_count_is_listed_and_said_to_be_in_no_total(
    ten: Model,
) -> None:
    filters = Filters(2025, cohort="any_time")
    results = ten.loaded_results("ks4", 2025)
    assert results is not None
    results["elig"] = results["in_p8"] = (results["upn"] != UPNS["c07"]).astype(bool)
    one_out = reports.build(
        ten.la, 1, {2025: ten.loaded_return(2025)}, {("ks4", "2024/25"): results}
    )
    report = made("att8_pupil_list", one_out, filters)
    rows = report.frame.set_index("child")
    assert rows["att8"].to_dict() == {"c07": 50, "c08": 10, "c09": 0, "c10": 30}
    assert rows["matched"].to_dict() == {
        "c07": "UPN and date of birth; listed only, not counted",
        **dict.fromkeys(("c08", "c09", "c10"), "UPN and date of birth"),
    }
    total = report.frames["totals"].set_index("measure").loc["ks4_att8"]
    assert (total["n"], total["total"]) == (3, 40)
    assert report.coverage == Coverage(4, 3, 4, 4, 0)
    assert report.notes[0] == (
        "1 child is listed and in no total: no denominator of the results has them. The column "
        "Matched by says who."
    )
    assert not any(
        "listed and in no total" in note for note in made("att8_pupil_list", ten, filters).notes
    )


def test_without_a_census_what_it_gives_is_named_and_left_out() -> None:
    report = made("att8_pupil_list", ten_at_school(with_census=False))
    assert "school_name" not in report.frame and "school_change" not in report.frame
    assert any(
        "Not known of any child of this year: School, School type" in note for note in report.notes
    )


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_defined_once_and_nobody_is_listed_twice(model: Model, name: str) -> None:
    columns = reports.columns(name)
    assert len({one.name for one in columns}) == len(columns)
    assert len({one.title for one in columns}) == len(columns)
    report = made(name, model)
    assert report.frame["child"].is_unique
    assert set(report.frame) - {one.name for one in columns} == {"flags"}
    assert len(report.frame) == report.coverage.in_cohort


@pytest.mark.parametrize("name", TABLES)
def test_without_the_permission_nobody_is_listed(model: Model, name: str) -> None:
    report = reports.BY_NAME[name](model, Filters(YEAR, sex=("F",)), child_level=False)
    assert report.frames == {} and report.coverage is None
    assert "ask your administrator" in report.empty
    assert "girls" not in report.caption


@pytest.mark.parametrize("name", TABLES)
def test_years_and_stages_that_are_not_loaded(model: Model, name: str) -> None:
    assert made(name, model, Filters(2022)).empty == "No return for 2021-22 yet. Import one."
    bare = reports.build("X06000991", 1, {YEAR: model.loaded_return(YEAR)}, {})
    assert "results for 2022/23 yet" in made(name, bare).empty


def test_a_year_without_progress_is_a_reason_and_no_list(ten: Model) -> None:
    report = made("progress_pupil_list", ten, Filters(2025))
    assert "no progress from key stage 1 to 2 for 2023/24 and 2024/25" in report.empty
    assert report.frames == {}


def test_search_and_chips_narrow_together(model: Model) -> None:
    rows = made("ks2_pupil_list", model).frame
    assert reports.narrowed(rows, words="alder", columns=("school_name",))["child"].tolist() == [
        "k04"
    ]
    assert reports.narrowed(rows, words="k0 plan", columns=("child", "sen"))["child"].tolist() == [
        "k05"
    ]
    assert reports.narrowed(rows, "nearly_there", "plan", ("sen",)).empty
    assert len(reports.narrowed(rows)) == len(rows)


def test_a_tone_never_stands_without_words() -> None:
    for kind in ("score", "grade", "phonics", "met", "progress", "progress8", "attainment8_gap"):
        column = child_columns.Column("one", "One", "Results", kind, places=1)
        say, tone = child_columns.words(column), child_columns.tone(column)
        for value in (-30.0, -1.0, 0.0, 3.0, 4.0, 31.0, 32.0, 98.0, 100.0, 110.0):
            if tone(value):
                assert len(say(value)) > 0
        assert say(float("nan")) == "" and tone(float("nan")) == ""
