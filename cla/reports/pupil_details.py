"""Pupil details: everything loaded about one child on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla import benchmarks, measures
from cla.benchmarks import Library
from cla.cohort import groups
from cla.reports import earlier, pupil_outcomes, school_history, timeline
from cla.reports.child_blocks import SCHOOL_TYPES, how_matched
from cla.reports.comparators import NOTHING, closest_published, of_figure
from cla.reports.model import Model, academic_year, year_name
from cla.reports.pupil_missing import missing
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

    frames: "timeline", "periods", "placements", "legal", "episodes", "results", "subjects",
    "schooling" (a row a year: school, SEN, absence, suspensions, moves), "schools", "moves", "sdq",
    "absence".
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
        "results": _results(model.published, stages),
        "subjects": pupil_outcomes.subject_grades(
            row for stage, (_, row) in stages.items() if stage == "ks4" and row["matched"]
        ),
        "schools": _of_child(school_history.spells(model), child),
        "moves": _of_child(school_history.moves(model), child),
        "schooling": _schooling(model, child),
        "sdq": _sdq(rows),
        "absence": _absence(model, child),
    }
    marks = {
        stage: (year, pupil_outcomes.mark(stage, row), pupil_outcomes.outcome(stage, row))
        for stage, (year, row) in stages.items()
        if row["matched"]
    }
    drawn = timeline.timeline(person, frames, marks, until)
    return PupilDetails(
        child=child,
        headline=_headline(person),
        facts=_facts(person, latest, stages),
        frames={"timeline": drawn, **frames},
        missing=missing(model, person, latest, stages),
        notes=_notes(model, latest, stages),
        findings=findings,
    )


def _row_of(frame: pd.DataFrame, child: str) -> pd.Series | None:
    places = np.flatnonzero((frame["child"] == child).to_numpy())
    return frame.iloc[int(places[0])] if len(places) else None


def _stages(model: Model, child: str, years: list[int]) -> dict[str, tuple[int, pd.Series]]:
    """By stage this child has been at: the year and the row of ``Model.pupils``.

    A matched year is preferred, then the latest. A stage of years without a return of the child is
    looked for among the results of the year its age gives (``earlier.prior``).
    """
    found: dict[str, tuple[int, pd.Series]] = {}
    for year in years:
        for stage in model.stages(year):
            row = _row_of(model.pupils(stage, year), child)
            if row is not None and (row["matched"] or stage not in found):
                found[stage] = (year, row)
    latest = years[-1]
    person = _row_of(model.children(latest), child)
    if person is not None and pd.notna(person["year_group"]):
        now = int(person["year_group"])
        for stage in STAGES:
            if STAGES[stage].year_group <= now and not (
                stage in found and found[stage][1]["matched"]
            ):
                row = _row_of(earlier.prior(model, stage, latest, now), child)
                if row is not None:
                    found[stage] = (int(row["prior_year"]), row)
    return {stage: found[stage] for stage in STAGES if stage in found}


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


def _results(library: Library, stages: dict[str, tuple[int, pd.Series]]) -> pd.DataFrame:
    """stage, academic_year, measure, label, result (words), value, met, England and its source."""
    rows: list[tuple[object, ...]] = []
    for stage, (year, row) in stages.items():
        if row["matched"]:
            own = pupil_outcomes.lines(stage, row)
            rows += [(stage, academic_year(year), *line) for line in own]
    columns = ["stage", "academic_year", "measure", "label", "result", "value", "met"]
    frame = pd.DataFrame(rows, columns=columns)
    published = [
        of_figure(closest_published(library, measure, year, benchmarks.LOOKED_AFTER))
        if measure in measures.book
        else NOTHING
        for measure, year in zip(frame["measure"], frame["academic_year"], strict=True)
    ]
    return frame.astype({"value": "float", "met": "boolean"}).assign(
        england_cla=[one.value for one in published],
        england_cla_year=[one.year for one in published],
        england_cla_source=[one.source for one in published],
    )


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


def _of_child(frame: pd.DataFrame, child: str) -> pd.DataFrame:
    own = frame[frame["child"] == child]
    return own.drop(columns="child").reset_index(drop=True)


def _absence(model: Model, child: str) -> pd.DataFrame:
    """Percentage of sessions missed by collection year; empty when no census carries it."""
    known = _of_child(model.characteristics_of_years(), child)
    if ABSENCE not in known:
        return pd.DataFrame({"year": [], "value": []})
    return pd.DataFrame({"year": known["year"].astype("int64"), "value": known[ABSENCE]}).astype(
        {"value": "float"}
    )


SCHOOLING = (
    "school_name",
    "laestab",
    "school_type",
    "sen",
    "sen_need",
    "absence_overall",
    "absence_unauthorised",
    "suspensions",
    "days_suspended",
    "permanent_exclusions",
)


def _schooling(model: Model, child: str) -> pd.DataFrame:
    """School, needs, attendance and behaviour, a row a school year that a census holds."""
    known = _of_child(model.characteristics_of_years(), child).sort_values("year")
    changed = _of_child(school_history.moves(model), child)["year"].value_counts()
    group = known.get("school_type_group", pd.Series(pd.NA, index=known.index, dtype="object"))
    frame = known.reindex(columns=["year", *SCHOOLING]).assign(
        school_type=group.astype(object).map(SCHOOL_TYPES),
        sen=known["sen"].map(dict(groups.labels("sen"))) if "sen" in known else None,
        changes=known["year"].map(changed).fillna(0).astype("int64"),
    )
    frame.insert(0, "academic_year", [academic_year(int(year)) for year in known["year"]])
    return frame.drop(columns="year").reset_index(drop=True)


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
