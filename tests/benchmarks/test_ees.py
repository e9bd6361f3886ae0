"""Reading data sets of Explore Education Statistics: the outcomes of children in need and looked
after, in every layout they have had, and what is kept of them."""

from __future__ import annotations

import pandas as pd
import pytest

from cla import benchmarks
from cla.benchmarks.ees_categories import category
from cla.benchmarks.tidy import COLUMNS
from tests.benchmarks import ees_made as made

NUMBERS = ["value", "low", "high", "n", "numerator"]


def read(*uploads):
    (found,) = benchmarks.read_ees(list(uploads))
    return found


def figure(frame: pd.DataFrame, measure: str, area: str = "England", **key: str) -> pd.Series:
    """The one figure of that key."""
    wanted = {"characteristic": "Total", "category": "Total", "measure": measure, "area": area}
    rows = frame
    for name, value in {**wanted, **key}.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def numbers(row: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in row[NUMBERS]]


def test_a_file_of_next_year_is_read_by_its_columns_alone():
    found = read(made.ks4("anything.csv"))
    assert (found.dataset, found.year) == ("ks4_la", 2026)
    assert found.release == "Reporting year 2026, Revised"
    assert found.title == "Outcomes, key stage 4, authorities"
    assert found.notices == () and found.unknown_columns == ()
    assert tuple(found.frame.columns) == COLUMNS
    assert found.periods == ("2025/26",)


def test_every_figure_of_a_row_has_its_interval_denominator_and_sum():
    frame = read(made.ks4()).frame
    p8 = figure(frame, "ks4_p8", "370")
    assert numbers(p8) == [-1.0, -1.39, -0.61, 40, -40]
    assert numbers(figure(frame, "ks4_att8")) == [20, None, None, 50, 1000]
    assert numbers(figure(frame, "ks4_em95")) == [10, None, None, 50, 5]
    assert numbers(figure(frame, "ks4_em94")) == [20, None, None, 50, 10]
    assert numbers(figure(frame, "ks4_ebacc_entry")) == [8, None, None, 50, 4]
    assert numbers(figure(frame, "ks4_ebacc_aps")) == [1, None, None, 50, 50]
    assert len(frame) == 3 * 6


def test_places_are_england_region_names_and_three_digits():
    frame = read(made.ks4()).frame.drop_duplicates("area")
    assert dict(zip(frame["area"], frame["level"], strict=True)) == {
        "England": "national",
        "North East": "regional",
        "370": "authority",
    }
    assert frame["area_code"].tolist() == ["E92000001", "E12000001", "E08000016"]


def test_renamed_columns_give_the_same_figures():
    old, new = read(made.ks4()).frame, read(made.ks4_api()).frame
    assert old.drop(columns="source").equals(new.drop(columns="source"))


def test_the_order_and_case_of_columns_do_not_matter():
    first = made.ks4()
    lines = first.content.decode().splitlines()
    turned = [",".join(reversed(line.split(","))) for line in lines]
    turned[0] = turned[0].upper()
    other = made.Upload(first.name, "\n".join(turned).encode())
    assert read(other).frame.equals(read(first).frame)


def test_long_and_wide_key_stage_two_give_the_same_rows():
    key = ["measure", "characteristic", "category"]
    wide = read(made.ks2_wide()).frame.sort_values(key, ignore_index=True)
    long = read(made.ks2_long()).frame.sort_values(key, ignore_index=True)
    # a row a subject has cells, here "z", for progress in subjects that the wide file has no
    # column for; they are no measure of ours
    assert wide.equals(long)
    assert numbers(figure(wide, "ks2_writ_exp")) == [30, None, None, 50, 15]
    assert numbers(figure(wide, "ks2_mat_prog")) == [-1.5, -3.2, 0.2, 40, -60]
    assert len(wide) == 9


def test_a_suppressed_figure_is_its_symbol_and_never_a_number():
    row = figure(read(made.ks2_wide()).frame, "ks2_gps_exp")
    assert row["symbol"] == "c" and pd.isna(row["value"]) and pd.isna(row["numerator"])
    assert row["n"] == 50


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("c", "c"),
        ("x", "x"),
        ("z", "z"),
        ("k", "k"),
        ("~", "~"),
        ("low", "low"),
        (":", ":"),
        ("[c]", "c"),
        ("[x]", "x"),
        ("-", "-"),
        (".", "."),
        ("X", "x"),
        ("..", ":"),
    ],
)
def test_symbols_are_kept_and_have_words(written, kept):
    row = figure(read(made.ks4(avg_att8=written)).frame, "ks4_att8")
    assert row["symbol"] == kept and pd.isna(row["value"])
    assert benchmarks.symbol_words(kept)


def test_an_empty_cell_is_no_figure():
    frame = read(made.ks4(avg_att8="")).frame
    assert "ks4_att8" not in set(frame["measure"]) and len(frame) == 3 * 5


@pytest.mark.parametrize(
    ("group", "ours"),
    [
        ("CINO at 31 March", "CINO"),
        ("CPPO at 31 March", "CPPO"),
        (made.CLA, "CLA 12m+"),
        ("CLA less than 12 months at 31 March", "CLA <12m"),
        ("CLA at 31 March", "CLA at 31 March"),
        ("CLA 12 months on 31 March", "CLA 12m+"),
        ("All pupils comparison", "All pupils comparison"),
        ("CIN at any point", "CIN at any point"),
    ],
)
def test_groups_have_the_names_of_the_shipped_figures(group, ours):
    text = made.ks4().content.decode().replace(made.CLA, group)
    found = read(made.Upload("a.csv", text.encode()))
    assert set(found.frame["group"]) == {ours} and not found.notices


def test_a_group_that_is_not_known_is_kept_and_told():
    text = made.ks4().content.decode().replace(made.CLA, "Care leavers")
    found = read(made.Upload("a.csv", text.encode()))
    assert set(found.frame["group"]) == {"Care leavers"}
    assert "groups not known" in found.notices[0] and "Care leavers" in found.notices[0]


# The national files, by SEN, ethnicity, placement and length of care

KS4_NATIONAL_2023 = [
    *made.PLACES[:5],
    *("social_care_group", "pupil_sen_status", "ethnicity_major", "placement", "poc_length"),
    *("version", "t_pupils", "avg_att8", "t_ebacc_95", "pt_ebacc_95", "t_ebacc_94", "pt_ebacc_94"),
]
KS4_NATIONAL_2025 = [
    *made.PLACES[:5],
    *("social_care_group", "sen_provision", "ethnicity_major", "placement"),
    *("period_of_care_length", "version", "pupil_count", "attainment8_average"),
    *("ebacc_95_total", "ebacc_95_percent", "ebacc_94_total", "ebacc_94_percent"),
]


def national(header: list[str], *splits: dict[str, str], score: str = "avg_att8"):
    """England, a row for each split, all else "All pupils"."""
    filters = dict.fromkeys(header[6 : header.index("version")], "All pupils")
    rows = [
        made.line(made.YEAR, made.ENGLAND, filters, split)
        | {"social_care_group": made.CLA, "version": "Final", score: str(20 + place)}
        for place, split in enumerate(splits)
    ]
    return made.upload(header, rows, "ks4_national.csv")


@pytest.mark.parametrize(
    ("header", "score", "sen", "care"),
    [
        (KS4_NATIONAL_2023, "avg_att8", "pupil_sen_status", "poc_length"),
        (KS4_NATIONAL_2025, "attainment8_average", "sen_provision", "period_of_care_length"),
    ],
)
def test_characteristics_have_the_names_of_the_shipped_figures(header, score, sen, care):
    splits = [
        {},
        {sen: "Education, health and care plan"},
        {sen: "SEN support / SEN without an EHC plan"},
        {sen: "No SEN provision"},
        {"placement": "Foster placements"},
        {"placement": "Independent and semi-independent living arrangements"},
        {care: "1. Less than 12 months (0-11 months looked after)"},
        {care: "8. More than 71 months (6 years or more looked after)"},
        {"ethnicity_major": "White"},
        {"ethnicity_major": "Mixed / Multiple ethnic groups"},
    ]
    found = read(national(header, *splits, score=score))
    assert found.dataset == "ks4_nat" and not found.notices
    frame = found.frame[found.frame["measure"] == "ks4_att8"]
    assert list(zip(frame["characteristic"], frame["category"], frame["value"], strict=True)) == [
        ("Total", "Total", 20),
        ("SEN", "Statement or EHC plan", 21),
        ("SEN", "SEN support (no statement/EHC plan)", 22),
        ("SEN", "No identified SEN", 23),
        ("Placement", "Foster placements", 24),
        (
            "Placement",
            "Independent and semi-independent living arrangements/supported accommodation",
            25,
        ),
        ("Period of care", "0 to 11 months", 26),
        ("Period of care", "72 months or more", 27),
        ("Ethnicity", "White", 28),
        ("Ethnicity", "Mixed/Multiple ethnic groups", 29),
    ]


@pytest.mark.parametrize(
    ("label", "ours"),
    [
        ("1. Less than 12 months (0-11 months looked after)", "0 to 11 months"),
        ("2. 12 to less than 18 months (12-17 months looked after)", "12 to 17 months"),
        ("12 to less than 18 months", "12 to 17 months"),
        ("4. 24-35 months", "24 to 35 months"),
        ("24 – 35 months", "24 to 35 months"),
        ("8. More than 71 months (6 years or more looked after)", "72 months or more"),
        ("60 months or more", "60 months or more"),
        ("All pupils", "Total"),
        ("A long time", "A long time"),
    ],
)
def test_lengths_of_care_are_read_from_the_months_in_the_label(label, ours):
    assert category("Period of care", label, "care") == ours


def test_rows_of_two_characteristics_are_kept_apart_and_of_three_left_out():
    two = {"pupil_sen_status": "No SEN provision", "placement": "Foster placements"}
    found = read(national(KS4_NATIONAL_2023, {}, two, two | {"ethnicity_major": "White"}))
    crossed = found.frame[found.frame["characteristic"] == "SEN x placement"]
    assert crossed["category"].tolist() == ["No identified SEN | Foster placements"]
    assert len(found.frame) == 2
    assert "1 row split by three characteristics or more left out" in found.notices[0]


def test_a_category_that_is_not_known_is_kept_and_told():
    found = read(national(KS4_NATIONAL_2023, {}, {"placement": "Houseboats"}))
    assert found.frame["category"].tolist() == ["Total", "Houseboats"]
    assert "Placement has names that are not known" in found.notices[0]


KS2_NATIONAL = {
    "2022": ("pupil_sen_status", "ethnicity_major"),
    "2023": ("pupil_sen_status", "ethnicity_major", "placement"),
    "2024": ("sen_provision", "ethnicity_major", "placement"),
}


@pytest.mark.parametrize("filters", KS2_NATIONAL.values(), ids=list(KS2_NATIONAL))
def test_national_key_stage_two_of_each_release(filters):
    parts = ["t_read_eligible_pupils", "t_read_met_expected_standard"]
    parts += ["pt_read_met_expected_standard", "avg_read_progress_score"]
    parts += ["avg_read_progress_score_lower_ci", "avg_read_progress_score_upper_ci"]
    header = [*made.PLACES[:5], "social_care_group", *filters, "version", *parts]
    values = dict(zip(parts, ["60", "24", "40", "-0.5", "-2", "1"], strict=True))
    splits = dict.fromkeys(filters, "All pupils")
    row = made.line(made.YEAR, made.ENGLAND, splits, values, social_care_group=made.CLA)
    sen = {**row, filters[0]: "No SEN provision", "version": "Final"}
    found = read(made.upload(header, [row | {"version": "Final"}, sen]))
    assert found.dataset == "ks2_nat"
    assert numbers(figure(found.frame, "ks2_read_prog")) == [-0.5, -2, 1, None, None]
    key = {"characteristic": "SEN", "category": "No identified SEN"}
    assert numbers(figure(found.frame, "ks2_read_exp", **key)) == [40, None, None, 60, 24]


@pytest.mark.parametrize("filters", [["pupil_sen_status"], ["pupil_sen_status", "placement"]])
def test_key_stage_one(filters):
    parts = [
        name.format(s)
        for s in ("readta", "writta", "matta", "scita")
        for name in ("t_{}_eligible_pupils", "t_{}_met_expected_standard")
    ]
    parts += [f"pt_{s}_met_expected_standard" for s in ("readta", "writta", "matta", "scita")]
    header = [*made.PLACES[:5], "social_care_group", *filters, "ethnicity_major", "version", *parts]
    values = dict(
        zip(
            parts,
            ["80", "40", "80", "32", "80", "36", "80", "44", "50", "40", "45", "55"],
            strict=True,
        )
    )
    splits = dict.fromkeys([*filters, "ethnicity_major"], "All pupils")
    row = made.line(made.YEAR, made.ENGLAND, splits, values, social_care_group=made.CLA)
    found = read(made.upload(header, [row | {"time_period": "202223", "version": "Final"}]))
    assert (found.dataset, found.year, found.release) == (
        "ks1_nat",
        2023,
        "Reporting year 2023, Final",
    )
    values = {m: figure(found.frame, m)["value"] for m in found.frame["measure"]}
    assert values == {
        "ks1_read_exp": 50,
        "ks1_writ_exp": 40,
        "ks1_mat_exp": 45,
        "ks1_sci_exp": 55,
    }
