"""Data sets of the outcomes publication that are not results: SEN, absence, suspensions, meals."""

from __future__ import annotations

import pytest

from tests.benchmarks import ees_made as made
from tests.benchmarks.test_ees import figure, numbers, read

NEEDS = ["ASD", "HI", "MLD", "MSI", "NSA", "OTH", "PD", "PMLD", "SEMH", "SLCN", "SLD", "SPLD", "VI"]
SEN = ["t_pupils", "t_no_identified_SEN", "t_all_SEN", "t_SEN_support", "t_statement_or_EHC_plan"]
SEN += ["pt_no_identified_SEN", "pt_all_SEN", "pt_SEN_support", "pt_statement_or_EHC_plan"]


def test_special_educational_needs_of_authorities():
    needs = [f"{part}_{need}" for need in NEEDS for part in ("t", "pt")]
    header = [*made.PLACES, "social_care_group", "version", *SEN, *needs]
    values = dict(zip(SEN, ["100", "40", "60", "30", "30", "40", "60", "30", "30"], strict=True))
    row = made.line(made.YEAR, made.BARNSLEY, values, dict.fromkeys(needs, "5"))
    found = read(made.upload(header, [row | {"social_care_group": made.CLA}]))
    assert found.dataset == "sen_la" and found.unknown_columns == ()
    assert numbers(figure(found.frame, "sen_ehcp", "370")) == [30, None, None, 100, 30]
    assert set(found.frame["measure"]) == {"sen_none", "sen_any", "sen_support", "sen_ehcp"}


def test_special_educational_needs_of_england_by_need():
    needs = [
        f"{part}_{need}_{kind}" for need in NEEDS for kind in ("ss", "se") for part in ("t", "pt")
    ]
    header = [*made.PLACES[:5], "social_care_group", "version", *SEN, *needs]
    values = dict(zip(SEN, ["100", "40", "60", "30", "30", "40", "60", "30", "30"], strict=True))
    row = made.line(made.YEAR, made.ENGLAND, values, dict.fromkeys(needs, "x"))
    row |= {"social_care_group": made.CLA, "t_SEMH_se": "15", "pt_SEMH_se": "50"}
    found = read(made.upload(header, [row]))
    key = {"characteristic": "Primary SEN need"}
    key["category"] = "Social, emotional and mental health"
    assert numbers(figure(found.frame, "sen_ehcp_primary_need", **key)) == [50, None, None, 30, 15]
    assert figure(found.frame, "sen_support_primary_need", **key)["symbol"] == "x"


ABSENCE = "t_pupils t_sess_possible t_sess_overall pt_overall t_sess_authorised pt_sess_authorised"
ABSENCE += " t_sess_unauthorised pt_sess_unauthorised t_pupils_pa_10_exact pt_pupils_pa_10_exact"


@pytest.mark.parametrize(
    ("terms", "schools", "ap", "more"),
    [
        ("year_breakdown", "school_type", "Pupil referral unit", []),
        ("year_breakdown", "school_type", "State-funded AP school", ["pt_pupils_pa_50_exact"]),
        (
            "absence_terms",
            "phase_type_grouping",
            "State-funded alternative provision school",
            ["t_pupils_pa_50_exact", "pt_pupils_pa_50_exact"],
        ),
    ],
)
def test_absence_of_each_release(terms, schools, ap, more):
    parts = [*ABSENCE.split(), *more]
    header = [*made.PLACES, terms, "social_care_group", schools, "version", *parts]
    values = dict(
        zip(
            ABSENCE.split(),
            ["40", "9000", "900", "10", "450", "5", "450", "5", "8", "20"],
            strict=True,
        )
    )
    values |= dict.fromkeys(more, "2")
    half_terms = "Six half terms" if terms == "year_breakdown" else "six half terms"
    rows = [
        made.line(made.YEAR, made.BARNSLEY, values, {terms: term, schools: kind})
        | {"social_care_group": made.CLA, "version": "Final"}
        for term, kind in [
            (half_terms, "Total"),
            (half_terms, "Special"),
            (half_terms, ap),
            ("Autumn term", "Total"),
        ]
    ]
    found = read(made.upload(header, rows))
    assert found.dataset == "absence_la"
    assert figure(found.frame, "absence_overall", "370")["value"] == 10
    assert numbers(figure(found.frame, "absence_persistent", "370")) == [20, None, None, 40, 8]
    key = {"characteristic": "School type", "category": "Alternative provision"}
    assert figure(found.frame, "absence_unauthorised", "370", **key)["value"] == 5
    assert ("absence_severe" in set(found.frame["measure"])) == bool(more)
    assert "other terms left out" in found.notices[0] and "Autumn term" in found.notices[0]


def test_suspensions_run_a_year_behind_their_release():
    parts = ["t_pupils", "t_perm_excl", "pt_perm_excl", "t_one_plus_sus", "pt_one_plus_sus"]
    header = [*made.PLACES, "social_care_group", *parts]
    values = dict(zip(parts, ["200", "k", "k", "20", "10.0"], strict=True))
    row = made.line(made.YEAR, made.BARNSLEY, values, social_care_group=made.CLA)
    found = read(made.upload(header, [row]))
    assert (found.dataset, found.year, found.release) == ("susp_la", 2026, "Reporting year 2027")
    assert figure(found.frame, "permanently_excluded", "370")["symbol"] == "k"
    assert numbers(figure(found.frame, "suspended_1plus", "370")) == [10, None, None, 200, 20]


def test_free_meals_and_school_types():
    meals = made.line(made.YEAR, made.BARNSLEY, social_care_group="CINO at 31 March", t_pupils=80)
    parts = ["t_pupils", "t_FSM_eligible", "pt_FSM_eligible"]
    header = [*made.PLACES, "social_care_group", *parts]
    row = meals | {"t_FSM_eligible": "40", "pt_FSM_eligible": "50"}
    found = read(made.upload(header, [row]))
    assert found.dataset == "fsm_la"
    assert numbers(figure(found.frame, "fsm_eligible", "370")) == [50, None, None, 80, 40]
    kinds = ["t_pupils", "t_primary", "t_secondary", "t_special", "t_pru"]
    row = meals | dict(zip(kinds[1:], ["30", "30", "15", "5"], strict=True))
    found = read(made.upload([*made.PLACES, "social_care_group", *kinds], [row]))
    key = {"characteristic": "School type", "category": "Pupil referral unit / AP"}
    assert numbers(figure(found.frame, "school_type_count", "370", **key))[0] == 5
