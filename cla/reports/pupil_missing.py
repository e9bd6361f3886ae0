"""What is not known of a child, with the reason or what to load."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cla import measures
from cla.cohort import groups, matching
from cla.reports import earlier, school_history
from cla.reports.model import STAGE_LABELS, Model, academic_year, year_name
from cla.stages import STAGES

HEADLINE: Mapping[str, str] = {
    "eyfsp": "eyfsp_gld",
    "phonics": "phonics_met",
    "ks1": "ks1_read_exp",
    "mtc": "mtc_mark",
    "ks2": "ks2_rwm_exp",
    "ks4": "ks4_att8",
}
"""The measure that says whether a stage was assessed in a year."""
_LEVELS_UNTIL = 2015
Stages = Mapping[str, tuple[int, pd.Series]]


def missing(model: Model, person: pd.Series, year: int, stages: Stages) -> tuple[str, ...]:
    """Sentences, the most telling first. ``year`` is that of the last return with the child."""
    sentences = [*_not_matched(stages), *_without_stage(model, person, year, stages)]
    if "ks4" in stages and pd.isna(stages["ks4"][1].get("p8", float("nan"))):
        progress = measures.available("ks4_p8", academic_year(stages["ks4"][0]))
        sentences += [] if progress.available else [progress.reason]
    if person["sen"] == groups.UNKNOWN:
        sentences.append("SEN provision is not known: load the school census.")
    if pd.isna(person["sdq_score"]) and person["looked_after_12_months"]:
        sentences.append(f"No SDQ score in the return of {year_name(year)}.")
    return (*sentences, *_without_school(model, person, year))


def _not_matched(stages: Stages) -> list[str]:
    return [
        f"No {STAGE_LABELS[stage]} result of {academic_year(when)}. "
        f"{matching.REASONS[row['reason']]}. {matching.ACTIONS[row['reason']]}"
        for stage, (when, row) in stages.items()
        if not row["matched"]
    ]


def _without_stage(model: Model, person: pd.Series, year: int, stages: Stages) -> list[str]:
    """The stages that the child's age has passed and of which nothing was found, and why."""
    if pd.isna(person["year_group"]):
        return []
    now = int(person["year_group"])
    sentences, to_load = [], []
    for stage, one in STAGES.items():
        if now < one.year_group or stage in stages:
            continue
        when = earlier.year_of(stage, year, now)
        reason = _not_assessed(stage, when)
        if reason:
            sentences.append(f"No {one.title} of {academic_year(when)}. {reason}")
        elif model.loaded_results(stage, when) is None:
            to_load.append(f"{one.title} {academic_year(when)}")
        else:
            sentences.append(
                f"Not among the {one.title} results of {academic_year(when)}: at school elsewhere, "
                "or known by another UPN then."
            )
    if to_load:
        sentences.append(f"Results that are not loaded: {', '.join(to_load)}.")
    return sentences


def _not_assessed(stage: str, when: int) -> str:
    """Why a stage was not assessed in a year; "" where it was, or it is not known."""
    measure = HEADLINE[stage]
    if when <= _LEVELS_UNTIL or measure not in measures.book:
        return ""
    state = measures.available(measure, academic_year(when))
    return "" if state.available else state.reason


def _without_school(model: Model, person: pd.Series, year: int) -> list[str]:
    """Of a child of school age, whether the census of its last year and its school are lacking."""
    group = person["year_group"]
    if pd.isna(group) or group > STAGES["ks4"].year_group:
        return []
    known = model.characteristics(year)
    if not len(known):
        return [f"School and attendance of {academic_year(year)}: load the school census."]
    if not (known["child"] == person["child"]).any():
        return [f"Not in the school census of {academic_year(year)}: no school may have sent it."]
    stays = school_history.spells(model)
    if not (stays["child"] == person["child"]).any():
        return ["No school is named in any loaded file."]
    return []
