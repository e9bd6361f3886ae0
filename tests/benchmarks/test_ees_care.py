"""Data sets about looked-after children, whose rows say what they count, and of all pupils."""

from __future__ import annotations

import pandas as pd
import pytest

from cla import benchmarks
from cla.problems import Unusable
from tests.benchmarks import ees_made as made
from tests.benchmarks.test_ees import figure, numbers, read

OLD, NEW = ["number", "percentage"], ["children_count", "children_percent"]


def rows_of(header: list[str], *cells: tuple[str, ...], place=made.BARNSLEY, name="cla.csv"):
    """A file of the year to 31 March 2026 with these cells after the places."""
    rows = [made.line(made.MARCH, place, dict(zip(header, own, strict=True))) for own in cells]
    return made.upload([*made.PLACES, *header], rows, name)


@pytest.mark.parametrize(
    ("filter_", "estimate", "count", "on"),
    [
        ("population_count", "population_estimate", "number", "at"),
        ("population_type", "population_estimate", "children_count", "on"),
    ],
)
def test_numbers_and_rates(filter_, estimate, count, on):
    header = [filter_, estimate, count, "rate_per_10000"]
    found = read(
        rows_of(
            header,
            (f"Children looked after {on} 31 March each year", "50000", "400", "80"),
            ("Children starting to be looked after each year", "50000", "150", "30"),
            ("Children ceasing to be looked after each year", "50000", "c", "c"),
        )
    )
    assert (found.dataset, found.year, found.periods) == ("cla_rate_la", 2026, ("2026",))
    assert found.release == "Reporting year 2026"
    frame = found.frame
    assert set(frame["group"]) == {"CLA at 31 March"}
    assert numbers(figure(frame, "cla_31march_rate10k", "370")) == [80, None, None, 50000, 400]
    assert numbers(figure(frame, "cla_31march_count", "370"))[0] == 400
    assert numbers(figure(frame, "cla_started_count", "370"))[0] == 150
    assert figure(frame, "cla_ceased_rate10k", "370")["symbol"] == "c"


@pytest.mark.parametrize("counts", [OLD, NEW], ids=["to 2024", "2025"])
def test_placement_stability(counts):
    found = read(
        rows_of(
            ["cla_group", "placement_stability", *counts],
            ("All", "With 3 or more placements during the year", "40", "10"),
            ("2 years", "With 3 or more placements during the previous 2 years", "50", "22"),
            ("2.5 years", "Living with the same carer for at least 2 years", "90", "69"),
            ("All", "Total children", "400", "100"),
        )
    )
    assert found.dataset == "cla_stab_la"
    key = {"characteristic": "Placement stability"}
    key["category"] = "With 3 or more placements during the year"
    assert numbers(figure(found.frame, "placement_stability_pct", "370", **key)) == [
        *(10, None, None, None, 40)
    ]
    assert figure(found.frame, "placements_3plus_pct", "370")["value"] == 10
    assert figure(found.frame, "longterm_placement_stability_pct", "370")["value"] == 69
    groups = found.frame.set_index("category")["group"].to_dict()
    assert groups["With 3 or more placements during the previous 2 years"] == (
        "CLA 2 years+ at 31 March"
    )
    assert groups["Living with the same carer for at least 2 years"] == "CLA 2.5y+ under 16"
    assert "1 row that say nothing we read left out" in found.notices[0].replace("says", "say")


SDQ_ROWS = [
    ("SDQ average score", "14.6", "z"),
    ("SDQ score was received", "120", "80"),
    ("SDQ score is normal", "60", "50"),
    ("SDQ score is borderline", "24", "20"),
    ("SDQ score is a cause for concern", "36", "30"),
]


@pytest.mark.parametrize(
    "header",
    [["cla_group", "characteristic", *OLD], ["characteristic", "breakdown", *NEW]],
    ids=["to 2024", "2025, columns shifted"],
)
def test_health_and_sdq_whichever_column_says_what(header):
    cells = [("Ages 5 to 16 years with SDQ score", *own) for own in SDQ_ROWS]
    cells += [("Health", "Had their annual health assessment", "180", "90")]
    found = read(rows_of(header, *cells))
    assert found.dataset == "cla_sdq_la"
    assert figure(found.frame, "sdq_average", "370")["value"] == 14.6
    key = {"characteristic": "SDQ band", "category": "SDQ score is a cause for concern"}
    assert numbers(figure(found.frame, "sdq_pct", "370", **key)) == [30, None, None, None, 36]
    key = {"characteristic": "Health/offending"}
    key["category"] = "Had their annual health assessment"
    assert figure(found.frame, "health_pct", "370", **key)["value"] == 90
    assert set(found.frame["group"]) == {"CLA 12m+"}


def test_school_moves():
    header = ["cla_group", "move_measure", "school_stability", *OLD]
    found = read(
        rows_of(
            header,
            ("All", "Any moves", "With one or more moves during the year", "30", "11"),
            ("All", "Mid-year moves", "With one or more mid-year moves during the year", "20", "8"),
            (
                "2 years",
                "Any moves",
                "With one or more moves during the previous 2 years",
                "40",
                "20",
            ),
        )
    )
    assert found.dataset == "cla_move_la"
    key = {"characteristic": "Mid-year moves"}
    key["category"] = "With one or more mid-year moves during the year"
    assert figure(found.frame, "school_moves_pct", "370", **key)["value"] == 8
    assert figure(found.frame, "school_move_midyear_pct", "370")["value"] == 8
    key = {"characteristic": "Any moves", "group": "CLA 2 years+ at 31 March"}
    key["category"] = "With one or more moves during the previous 2 years"
    assert figure(found.frame, "school_moves_pct", "370", **key)["value"] == 20


@pytest.mark.parametrize(
    "header",
    [["cla_group", "characteristic", *OLD], ["characteristic", "breakdown", *NEW]],
    ids=["to 2024", "2025"],
)
def test_children_on_31_march_by_characteristics(header):
    name = "national_cla_on_31_march_by_characteristics.csv"
    found = read(
        rows_of(
            header,
            ("Gender", "Female", "36000", "44"),
            ("Gender", "Total children", "81000", "100"),
            ("Placement", "1. Total foster placements", "54000", "67"),
            ("Placement", "1a Total foster placements inside council boundary", "30000", "37"),
            ("Ethnicity", "2. Total Mixed or Multiple ethnic groups", "8000", "10"),
            place=made.ENGLAND,
            name=name,
        )
    )
    assert found.dataset == "cla_char_nat"
    key = {"characteristic": "Sex", "category": "Female"}
    assert numbers(figure(found.frame, "cla_31march_pct", **key)) == [44, None, None, None, 36000]
    assert figure(found.frame, "cla_31march_count")["value"] == 81000
    key = {"characteristic": "Placement", "category": "Foster placements"}
    assert figure(found.frame, "cla_31march_pct", **key)["value"] == 67
    own = {"category": "1a Total foster placements inside council boundary"}
    assert figure(found.frame, "cla_31march_pct", **(key | own))["value"] == 37
    key = {"characteristic": "Ethnicity", "category": "Mixed or Multiple ethnic groups"}
    assert figure(found.frame, "cla_31march_count", **key)["value"] == 8000


@pytest.mark.parametrize(
    "header",
    [["cla_group", "characteristic", *OLD], ["characteristic", "breakdown", *NEW]],
    ids=["to 2024", "2025"],
)
def test_new_placements_in_the_year(header):
    found = read(
        rows_of(
            header,
            ("Placement", "Foster placements", "70", "70"),
            ("Placement", "Total", "100", "100"),
            name="la_cla_during_year_new_placements.csv",
        )
    )
    assert found.dataset == "cla_new_la"
    key = {"characteristic": "Placement", "category": "Foster placements"}
    assert figure(found.frame, "new_placements_pct", "370", **key)["value"] == 70
    assert figure(found.frame, "new_placements_count", "370")["value"] == 100


def test_figures_of_other_children_with_the_same_columns_are_not_taken_for_those_on_31_march():
    header = ["cla_group", "characteristic", *OLD]
    file = rows_of(header, ("Gender", "Female", "10", "40"), name="cla_ceased_by_gender.csv")
    with pytest.raises(Unusable, match="keep that name") as refused:
        benchmarks.read_ees(file)
    assert "31_march" in str(refused.value) and "cla_ceased_by_gender.csv" in str(refused.value)


# All pupils

TOPICS = ["breakdown_topic", "breakdown"]


def all_pupils(header: list[str], *cells: tuple[str, ...], place=made.ENGLAND):
    rows = [made.line(made.YEAR, place, dict(zip(header, own, strict=True))) for own in cells]
    return made.upload([*made.PLACES, *header], rows)


def test_key_stage_four_to_2024():
    header = ["establishment_type", "breakdown", "gender", "t_pupils", "avg_att8"]
    header += ["pt_l2basics_94", "avg_p8score", "p8score_ci_low", "p8score_ci_upp", "t_inp8calc"]
    found = read(
        all_pupils(
            header,
            ("State-funded", "Total", "Total", "600", "46", "65", "-0.03", "-0.1", "0", "550"),
            ("State-funded", "Gender", "Girls", "300", "48", "68", "0.1", "0", "0.2", "270"),
            ("Independent", "Total", "Total", "90", "60", "80", "0.5", "0.3", "0.7", "50"),
        )
    )
    assert (found.dataset, found.release) == ("ks4_all_nat", "Academic year 2025/26")
    assert set(found.frame["group"]) == {"All pupils"}
    assert numbers(figure(found.frame, "ks4_p8")) == [-0.03, -0.1, 0, 550, None]
    key = {"characteristic": "Sex", "category": "Female"}
    assert figure(found.frame, "ks4_att8", **key)["value"] == 48
    assert "of other schools left out" in found.notices[0]


@pytest.mark.parametrize("split", [TOPICS, ["sex", "sen_status", "fsm_status"]])
def test_key_stage_four_from_2025(split):
    header = ["version", "establishment_type_group", *split, "pupil_count", "attainment8_average"]
    header += ["engmath_94_percent", "progress8_average"]
    whole = ("Total",) * len(split)
    sen = ("SEN status", "EHC plan") if split is TOPICS else ("Total", "EHC plan", "Total")
    sex = ("Sex", "Girls") if split is TOPICS else ("Girls", "Total", "Total")
    state = ("Revised", "All state-funded schools")
    found = read(
        all_pupils(
            header,
            (*state, *whole, "600", "46", "65", "z"),
            (*state, *sen, "30", "14", "13", "z"),
            (*state, *sex, "300", "48", "68", "z"),
        )
    )
    assert found.release == "Academic year 2025/26, Revised" and not found.notices
    key = {"characteristic": "SEN", "category": "Statement or EHC plan"}
    assert figure(found.frame, "ks4_att8", **key)["value"] == 14
    assert figure(found.frame, "ks4_att8")["value"] == 46
    assert figure(found.frame, "ks4_p8")["symbol"] == "z"


def test_key_stage_two_headlines_to_2024():
    parts = {
        "pt_rwm_exp": "61",
        "pt_rwm_high": "8",
        "pt_writta_gd": "13",
        "avg_readscore": "105",
        "pt_scita_exp": "81",
    }
    row = made.line(made.YEAR, made.ENGLAND, parts, school_type="State-funded")
    found = read(made.upload([*made.PLACES, "school_type", *parts], [row]))
    assert found.dataset == "ks2_all_nat"
    values = {m: figure(found.frame, m)["value"] for m in found.frame["measure"]}
    assert values == {
        "ks2_rwm_exp": 61,
        "ks2_rwm_high": 8,
        "ks2_writ_gds": 13,
        "ks2_read_ass": 105,
        "ks2_sci_exp": 81,
    }


def test_key_stage_two_from_2025_has_a_row_a_subject():
    header = ["establishment_type_group", *TOPICS, "subject", "expected_standard_pupil_percent"]
    header += ["higher_standard_pupil_percent", "average_scaled_score", "progress_measure_score"]
    state = "All state-funded schools"
    found = read(
        all_pupils(
            header,
            (state, "Total", "Total", "Reading", "75", "29", "105", "z"),
            (state, "Total", "Total", "Writing", "72", "13", "z", "z"),
            (state, "Ethnicity", "Asian or Asian British", "Reading", "79", "33", "106", "z"),
            (state, "Total", "Total", "Latin", "75", "29", "105", "z"),
        )
    )
    assert figure(found.frame, "ks2_read_ass")["value"] == 105
    assert figure(found.frame, "ks2_writ_gds")["value"] == 13
    key = {"characteristic": "Ethnicity", "category": "Asian"}
    assert figure(found.frame, "ks2_read_high", **key)["value"] == 33
    assert "other subjects left out" in found.notices[0] and "Latin" in found.notices[0]


def test_where_only_all_schools_are_published_the_figures_say_so():
    header = ["school_type", *TOPICS, "gender", "pt_readta_met_expected_standard"]
    file = all_pupils(header, ("All schools", "Total", "Total", "Total", "68"))
    found = read(file)
    assert found.dataset == "ks1_all_nat"
    assert figure(found.frame, "ks1_read_exp")["note"].startswith("all schools")


def test_suspensions_of_all_pupils():
    header = ["education_phase", "characteristic_group", "characteristic", "headcount"]
    header += ["perm_excl", "perm_excl_rate", "suspension", "susp_rate", "one_plus_susp"]
    header += ["one_plus_susp_rate"]
    found = read(
        all_pupils(
            header,
            ("Total", "Total", "Total", "1000", "1", "0.1", "60", "6.0", "40", "4.0"),
            ("Special", "Total", "Total", "100", "0", "0", "9", "9", "7", "7"),
            ("Total", "Sex", "Female", "500", "k", "k", "20", "4.0", "15", "3.0"),
        )
    )
    assert found.dataset == "excl_all_nat" and found.unknown_columns == ()
    assert numbers(figure(found.frame, "suspended_1plus")) == [4, None, None, 1000, 40]
    key = {"characteristic": "Sex", "category": "Female"}
    assert figure(found.frame, "permanent_exclusion_rate", **key)["symbol"] == "k"
    key = {"characteristic": "School type", "category": "Special"}
    assert figure(found.frame, "suspended_1plus", **key)["value"] == 7


def test_every_measure_that_is_read_is_in_the_code_book_of_published_figures():
    from cla import reference

    known = set(reference.table("benchmarks", "measures.csv")["id"])
    for file in ("ees_figures.csv", "ees_rows.csv"):
        table: pd.DataFrame = reference.table("benchmarks", file)
        assert set(table["measure"]) <= known, file
        assert (table["source"] != "").all()
