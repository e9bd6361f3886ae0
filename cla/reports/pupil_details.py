"""Pupil details: everything loaded about one child on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla import benchmarks, measures
from cla.cohort import groups, matching
from cla.reports import timeline
from cla.reports.child_blocks import how_matched
from cla.reports.child_results import basics, reached
from cla.reports.comparison import closest_published, figure_value
from cla.reports.model import STAGE_LABELS, Model, academic_year, year_name
from cla.results.tidy import outcomes
from cla.stages import STAGES, capitalised

ABSENCE = "absence_overall"
"""The column of the characteristics with the percentage of sessions missed."""


@dataclass(frozen=True, eq=False)
class PupilDetails:
    """One child's page. ``facts`` are in reading order, ``missing`` are sentences."""

    child: str
    headline: str
    facts: Mapping[str, str]
    frames: Mapping[str, pd.DataFrame]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    findings: int | None


def pupil_details(model: Model, child: str, *, findings: int | None = None) -> PupilDetails:
    """The page of one child. KeyError (without the identifier) when no loaded return holds it.

    frames: "timeline", "periods", "placements", "legal", "episodes", "results", "sdq", "absence".
    ``findings`` is the number of findings in the return about this child, where the caller knows.
    For readers with the child-level permission only.
    """
    found = {year: _row_of(model.children(year), child) for year in model.years}
    rows = {year: row for year, row in found.items() if row is not None}
    if not rows:
        raise KeyError("No loaded return holds this child.")
    years = list(rows)
    latest = years[-1]
    person = rows[latest]
    episodes = timeline.labelled(model.history(child), max(model.years))
    until = model.loaded_return(latest).end
    stages = _stages(model, child, years)
    frames = {
        "periods": timeline.periods(episodes),
        "placements": timeline.placements(episodes, until),
        "legal": timeline.legal_statuses(episodes),
        "episodes": episodes.drop(columns="child"),
        "results": _results(stages),
        "sdq": _sdq(rows),
        "absence": _absence(model, child, years),
    }
    outcomes_in_words = {
        stage: (year, _outcome(stage, row))
        for stage, (year, row) in stages.items()
        if row["matched"]
    }
    drawn = timeline.timeline(person, frames, outcomes_in_words, until)
    return PupilDetails(
        child=child,
        headline=_headline(person),
        facts=_facts(person, latest, stages),
        frames={"timeline": drawn, **frames},
        missing=_missing(model, person, latest, stages),
        notes=_notes(model, latest, stages),
        findings=findings,
    )


def _row_of(frame: pd.DataFrame, child: str) -> pd.Series | None:
    places = np.flatnonzero((frame["child"] == child).to_numpy())
    return frame.iloc[int(places[0])] if len(places) else None


def _stages(model: Model, child: str, years: list[int]) -> dict[str, tuple[int, pd.Series]]:
    """By key stage this child is at the end of: the year and the row of ``Model.pupils``.

    A matched year is preferred, then the latest.
    """
    found: dict[str, tuple[int, pd.Series]] = {}
    for year in years:
        for stage in model.stages(year):
            row = _row_of(model.pupils(stage, year), child)
            if row is not None and (row["matched"] or stage not in found):
                found[stage] = (year, row)
    return found


def _headline(person: pd.Series) -> str:
    parts = [f"Child {person['child']}", _who(person)]
    if pd.notna(person["year_group"]):
        group = int(person["year_group"])
        parts.append("Reception" if group == 0 else f"Year {group}")
    if person["sen"] != groups.UNKNOWN:
        parts.append(groups.labels("sen")[person["sen"]])
    if pd.notna(person["months_in_care"]):
        past = "was in care" if pd.notna(person["care_ended"]) else "in care"
        parts.append(f"{past} {years_and_months(int(person['months_in_care']))}")
        parts.append(f"{_ordinal(int(person['placements_in_period']))} placement in this period")
    return " · ".join(parts)


def _who(person: pd.Series) -> str:
    age = person["age"]
    young = pd.isna(age) or age < 18
    words = {"F": "girl", "M": "boy"} if young else {"F": "young woman", "M": "young man"}
    who = words.get(person["sex"], "child" if young else "young person")
    return who if pd.isna(age) else f"{who}, {age}"


def years_and_months(months: int) -> str:
    """A length in words: 50 -> "4 years 2 months"."""
    years, rest = divmod(months, 12)
    parts = [(years, "year"), (rest, "month")]
    words = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in parts if n]
    return " ".join(words) or "less than a month"


def _ordinal(number: int) -> str:
    last = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 <= number % 100 <= 20 else last}"


def _day(day: pd.Timestamp) -> str:
    return "not known" if pd.isna(day) else f"{day.day} {day:%B %Y}"


def _text(value: object) -> str:
    return "not known" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _facts(
    person: pd.Series, year: int, stages: dict[str, tuple[int, pd.Series]]
) -> dict[str, str]:
    member = "yes" if person["looked_after_12_months"] else "no"
    score = person["sdq_score"]
    facts = {
        "UPN": _text(person["upn"]),
        "Date of birth": _day(person["dob"]),
        "Return": year_name(year),
        "12 months at 31 March": f"{member}, by the episodes",
        "In OC2": {True: "yes", False: "no"}.get(person["oc2_marked"], "no OC2 file"),
        "In care since": _day(person["period_start"]),
        "Periods of care": _text(person["periods"]),
        "Placements in this period": _text(person["placements_in_period"]),
        "Placements in the year": _text(person["placements_in_year"]),
        "Placement": str(person["placement_type"]),
        "Legal status": str(person["legal"]),
        "Category of need": _text(person["need"]),
        "Unaccompanied": "yes" if person["uasc"] else "no",
        "SDQ": str(person["sdq_band"]) if pd.isna(score) else f"{score:g}: {person['sdq_band']}",
    }
    if pd.notna(person["care_ended"]):
        facts["Care ended"] = _day(person["care_ended"])
    for stage, (_, row) in stages.items():
        facts[f"{capitalised(stage)} match"] = how_matched(row.to_frame().T).iloc[0]
    return facts


def _outcome(stage: str, row: pd.Series) -> str:
    if stage == "ks4":
        return "no Attainment 8" if pd.isna(row["att8"]) else f"Attainment 8: {row['att8']:g}"
    if pd.isna(row.get("rwm_exp", pd.NA)):
        return "no combined result"
    met = "met" if row["rwm_exp"] else "not met"
    return f"Reading, writing and maths expected standard {met}"


KS2_MEASURES = (
    ("ks2_read_exp", "Reading", "read"),
    ("ks2_writ_exp", "Writing", "writ"),
    ("ks2_mat_exp", "Maths", "mat"),
    ("ks2_gps_exp", "Grammar, punctuation and spelling", "gps"),
    ("ks2_sci_exp", "Science", "sci"),
    ("ks2_rwm_exp", "Reading, writing and maths", "rwm"),
)
KS4_NUMBERS = (
    ("ks4_att8", "Attainment 8", "att8"),
    ("ks4_p8", "Progress 8", "p8"),
    ("ks4_ebacc_aps", "EBacc average points", "ebacc_aps"),
)


def _results(stages: dict[str, tuple[int, pd.Series]]) -> pd.DataFrame:
    """stage, academic_year, measure, label, result (words), value, met, England and its source."""
    rows: list[tuple[object, ...]] = []
    for stage, (year, row) in stages.items():
        if row["matched"]:
            makers = {"ks2": _ks2_rows, "ks4": _ks4_rows, "ks1": _ks1_rows}
            rows += [(stage, academic_year(year), *line) for line in makers[stage](row)]
    columns = ["stage", "academic_year", "measure", "label", "result", "value", "met"]
    frame = pd.DataFrame(rows, columns=columns)
    published = [
        closest_published(measure, year, benchmarks.LOOKED_AFTER) if measure else None
        for measure, year in zip(frame["measure"], frame["academic_year"], strict=True)
    ]
    return frame.astype({"value": "float", "met": "boolean"}).assign(
        england_cla=[figure_value(one) for one in published],
        england_cla_year=["" if one is None else one.period for one in published],
        england_cla_source=["" if one is None else one.source for one in published],
    )


def _ks2_rows(row: pd.Series) -> list[tuple[object, ...]]:
    lines: list[tuple[object, ...]] = []
    for measure, label, subject in KS2_MEASURES:
        score, met = row.get(f"{subject}_score", np.nan), row.get(f"{subject}_exp", pd.NA)
        code = row.get(f"{subject}_outcome")
        lines.append((measure, label, _in_words(subject, score, code, met), score, met))
    return lines


def _in_words(subject: str, score: float, code: object, met: object) -> str:
    if pd.notna(score):
        short = int(100 - score)
        return f"{score:g} (met)" if short <= 0 else f"{score:g} ({short} short)"
    code_set = "ks2_ta" if subject in ("writ", "sci") else "ks2_test"
    labels = outcomes(code_set)["label"]
    if isinstance(code, str):
        return f"{code}: {labels[code]}" if code in labels.index else code
    if pd.isna(met):
        return "no result"
    return "met" if met else "not met"


def _ks1_rows(row: pd.Series) -> list[tuple[object, ...]]:
    labels = outcomes("ks1_ta")["label"]
    subjects = (("Reading", "read"), ("Writing", "writ"), ("Maths", "mat"), ("Science", "sci"))
    lines: list[tuple[object, ...]] = []
    for label, subject in subjects:
        code, met = row.get(f"{subject}_outcome"), row.get(f"{subject}_exp", pd.NA)
        words = f"{code}: {labels.get(code, 'not known')}" if isinstance(code, str) else "no result"
        lines.append((f"ks1_{subject}_exp", label, words, np.nan, met))
    return lines


def _ks4_rows(row: pd.Series) -> list[tuple[object, ...]]:
    frame = row.to_frame().T
    lines: list[tuple[object, ...]] = [
        ("", "English", reached(frame, "eng").iloc[0], np.nan, row["eng_94"]),
        ("", "Maths", reached(frame, "mat").iloc[0], np.nan, row["mat_94"]),
        ("ks4_em94", "English and maths", basics(frame).iloc[0], np.nan, row["basics_94"]),
        ("ks4_em95", "Both at grade 5", basics(frame).iloc[0], np.nan, row["basics_95"]),
    ]
    for measure, label, name in KS4_NUMBERS:
        value = row.get(name, np.nan)
        words = "not available" if pd.isna(value) else f"{float(value):g}"
        lines.append((measure, label, words, value, pd.NA))
    return lines


def _sdq(rows: dict[int, pd.Series]) -> pd.DataFrame:
    """The SDQ of each return: year, score, band, reason."""
    return pd.DataFrame(
        {
            "year": list(rows),
            "score": [row["sdq_score"] for row in rows.values()],
            "band": [str(row["sdq_band"]) for row in rows.values()],
            "reason": [row["sdq_reason"] for row in rows.values()],
        }
    )


def _absence(model: Model, child: str, years: list[int]) -> pd.DataFrame:
    """Percentage of sessions missed by collection year; empty when no census carries it."""
    rows = []
    for year in years:
        known = model.characteristics(year)
        own = known[known["child"] == child]
        if ABSENCE in known and len(own):
            rows.append((year, own[ABSENCE].iloc[0]))
    return pd.DataFrame(rows, columns=["year", "value"]).astype({"value": "float"})


def _missing(
    model: Model, person: pd.Series, year: int, stages: dict[str, tuple[int, pd.Series]]
) -> tuple[str, ...]:
    """What this page lacks, with the reason or what to load."""
    sentences = []
    for stage, (when, row) in stages.items():
        if not row["matched"]:
            sentences.append(
                f"No {STAGE_LABELS[stage]} result of {academic_year(when)}. "
                f"{matching.REASONS[row['reason']]}. {matching.ACTIONS[row['reason']]}"
            )
    sentences += [
        f"No {STAGE_LABELS[stage]} results are loaded for {academic_year(when)}."
        for stage, when in _should_have(person, year)
        if stage not in stages and when in model.years and stage not in model.stages(when)
    ]
    if "ks4" in stages and pd.isna(stages["ks4"][1].get("p8", np.nan)):
        progress = measures.available("ks4_p8", academic_year(stages["ks4"][0]))
        sentences += [] if progress.available else [progress.reason]
    if person["sen"] == groups.UNKNOWN:
        sentences.append("SEN provision is not known: load the school census.")
    if pd.isna(person["sdq_score"]) and person["looked_after_12_months"]:
        sentences.append(f"No SDQ score in the return of {year_name(year)}.")
    return tuple(sentences)


def _should_have(person: pd.Series, year: int) -> list[tuple[str, int]]:
    """The stages that the child's age has passed, with the collection year of each."""
    if pd.isna(person["year_group"]):
        return []
    now = int(person["year_group"])
    ends = {stage: STAGES[stage].year_group for stage in ("ks1", "ks2", "ks4")}
    return [(stage, year - (now - end)) for stage, end in ends.items() if now >= end]


def _notes(model: Model, year: int, stages: dict[str, tuple[int, pd.Series]]) -> tuple[str, ...]:
    notes = []
    if year != model.latest:
        notes.append(
            f"The last return with this child is that of {year_name(year)}: what is shown is as at "
            f"31 March {year}."
        )
    notes += ["Assessments are drawn at mid-May or mid-June: the files do not carry the day."]
    for stage, (_, row) in stages.items():
        if isinstance(row["match_note"], str) and row["match_note"]:
            notes.append(f"{capitalised(stage)}: {row['match_note']}")
    return tuple(notes)
