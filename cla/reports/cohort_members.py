"""Who is in the cohort: sizes, joiners and leavers, decisions, and the end of the key stages."""

from __future__ import annotations

import pandas as pd

from cla import cohort, upn
from cla.cohort import membership
from cla.cohort.membership import LEAVE_OUT, TAKE_IN
from cla.reports.coverage import WHO_TO_ASK
from cla.reports.filters import Filters
from cla.reports.filters_options import as_at_notes
from cla.reports.model import COHORT_LABELS, Model, year_name
from cla.reports.report import Report
from cla.stages import STAGES, capitalised

MOVEMENTS = {"joined": "joined since 31 March", "left": "left since 31 March"}
VERDICTS = {LEAVE_OUT: "left out", TAKE_IN: "taken in"}
NOT_IN_RETURN = "in care before 31 March by the list, but not then by the return"
PEOPLE = ("sex", "dob", "age", "year_group", "placement_type", "legal")
"""What is said of a child in the lists of this report."""


def cohort_members(model: Model, filters: Filters, *, child_level: bool) -> Report:
    """frames: "sizes" (name, label, count, left_out, taken_in), "movements" (child, movement,
    since, upn_said, note and ``PEOPLE``), "children" (child, the cohorts as yes or no, decision and
    ``PEOPLE``), "other_year" (stage, title, child, member, why, school_year, dob).

    Of the whole year: the filters beyond the year do not matter. Nothing without child_level.
    """
    year = filters.year
    title = f"Cohort, {year_name(year)}"
    if not child_level:
        return Report(title, year_name(year), empty=WHO_TO_ASK)
    if year not in model.years:
        return Report(
            title, year_name(year), empty=f"No return for {year_name(year)} yet. Import one."
        )
    children = model.children(year)
    return Report(
        title,
        year_name(year),
        frames={
            "sizes": _sizes(model, year),
            "movements": _movements(children, year),
            "children": _children(children),
            "other_year": _other_year(model, year),
        },
        notes=_notes(model, year),
    )


def changed_by_decision(model: Model, year: int) -> pd.DataFrame:
    """How many children decisions put out of each cohort and into it: name, left_out, taken_in."""
    before, after = model.undecided_children(year), model.children(year)
    rows = [
        (name, int((before[at] & ~after[at]).sum()), int((~before[at] & after[at]).sum()))
        for name, at in cohort.COHORTS.items()
    ]
    return pd.DataFrame(rows, columns=["name", "left_out", "taken_in"])


def selection_notes(
    model: Model, filters: Filters, stage: str | None = None, *, child_level: bool
) -> tuple[str, ...]:
    """What every report says of who is in it: the day of care, decisions, who counts elsewhere."""
    decided = decision_notes(model, filters, stage, child_level=child_level)
    return (*as_at_notes(model, filters, stage), *decided)


def decision_notes(
    model: Model, filters: Filters, stage: str | None, *, child_level: bool
) -> tuple[str, ...]:
    """What a report says of decisions about its cohort, and of children counted elsewhere."""
    if filters.year not in model.years:
        return ()
    rows = changed_by_decision(model, filters.year).set_index("name")
    out, taken = rows.loc[filters.cohort, ["left_out", "taken_in"]]
    notes = []
    if not child_level and (out or taken):
        notes.append("Children were left out of this cohort or taken in by a person's decision.")
    elif out or taken:
        said = [f"{out:,} left out"] * bool(out) + [f"{taken:,} taken in"] * bool(taken)
        notes.append(f"Children of this cohort by a person's decision: {' and '.join(said)}.")
    if stage in model.stages(filters.year) and child_level:
        belongs = model.stage_members(str(stage), filters.year)
        other = int((belongs["why"] == membership.OTHER_YEAR).sum())
        if other:
            notes.append(
                f"Not counted as at the end of {STAGES[str(stage)].title}: {other:,} of the age, "
                "but in another year group by the school census. Cohort lists them."
            )
    return tuple(notes)


def _sizes(model: Model, year: int) -> pd.DataFrame:
    children = model.children(year)
    held = [name for name in cohort.COHORTS if name != cohort.CURRENT]
    if model.current_list(year) is not None:
        held.append(cohort.CURRENT)
    frame = pd.DataFrame(
        {
            "name": held,
            "label": [COHORT_LABELS[name] for name in held],
            "count": [int(children[cohort.COHORTS[name]].sum()) for name in held],
        }
    )
    return frame.merge(changed_by_decision(model, year), on="name", validate="one_to_one")


def _movements(children: pd.DataFrame, year: int) -> pd.DataFrame:
    if not children["current"].any():
        return pd.DataFrame(columns=["child", "movement", "since", "upn_said", "note", *PEOPLE])
    moved = membership.movements(children)
    people = children[["child", "upn_grade", *PEOPLE]]
    frame = moved.merge(people, on="child", how="left", validate="one_to_one")
    frame["upn_said"] = frame.pop("upn_grade").map(_upn_in_words)
    before = (frame["movement"] == "joined") & (frame["since"] <= pd.Timestamp(year, 3, 31))
    frame["note"] = before.map({True: NOT_IN_RETURN, False: ""})
    frame["movement"] = frame["movement"].map(MOVEMENTS)
    return frame.sort_values(["movement", "since", "child"], ignore_index=True)


def _upn_in_words(grade: str) -> str:
    return "has a UPN" if grade in upn.MATCHABLE else "no UPN: results cannot be matched"


def _children(children: pd.DataFrame) -> pd.DataFrame:
    """Everybody who is in a cohort or was decided about; the decided first."""
    columns = list(cohort.COHORTS.values())
    decided = children["left_out"] | children["taken_in"]
    frame = children.loc[children[columns].any(axis=1) | decided]
    said = pd.Series("", index=frame.index, dtype="str")
    said = said.mask(frame["taken_in"], VERDICTS[TAKE_IN]).mask(
        frame["left_out"], VERDICTS[LEAVE_OUT]
    )
    frame = frame[["child", *columns, *PEOPLE]].assign(decision=said)
    order = pd.DataFrame({"none": frame["decision"] == "", "child": frame["child"]})
    return frame.loc[order.sort_values(["none", "child"]).index].reset_index(drop=True)


def _other_year(model: Model, year: int) -> pd.DataFrame:
    """For each key stage: of the age but not counted, and everybody decided about."""
    columns = ["stage", "title", "child", "member", "why", "school_year", "dob"]
    parts = [pd.DataFrame(columns=columns)]
    for stage in model.stages(year):
        found = model.stage_members(stage, year)
        odd = found[found["why"].isin([membership.OTHER_YEAR, membership.BY_DECISION])]
        born = model.children(year).set_index("child")["dob"]
        parts.append(
            odd.assign(stage=stage, title=capitalised(stage), dob=odd["child"].map(born))[columns]
        )
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)


def _notes(model: Model, year: int) -> tuple[str, ...]:
    listed = model.current_list(year)
    if listed is None:
        return (
            f"No list of the children looked after since 31 March {year} is loaded. Import one to "
            "see who joined and who left (Children looked after now).",
        )
    day = listed["as_at"].iloc[0]
    return (f"Looked after now: by the list of {day.day} {day:%B %Y}.",)
