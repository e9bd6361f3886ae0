"""Case finder: who to look at, over all stages of a year, with the reason for each child."""

from __future__ import annotations

import pandas as pd

from cla.cohort import groups
from cla.reports import cases, disclosure
from cla.reports.child_blocks import CARE, CHILD, Sitting, sitting, with_census
from cla.reports.child_columns import Column, shown_first
from cla.reports.cohort_members import selection_notes
from cla.reports.coverage import WHO_TO_ASK
from cla.reports.filters import Filters
from cla.reports.model import Model, academic_year, year_name
from cla.reports.report import Report
from cla.stages import capitalised

TITLE = "Case finder"
SCHOOL_AGE = (0, 11)
"""Year groups, reception to Year 11, of the rules about every child."""
COLUMNS = shown_first(
    (
        Column("child", "Child", CHILD, "id"),
        Column("upn", "UPN", CHILD),
        Column("sex", "Sex", CHILD),
        Column("age", "Age at 31 March (years)", CHILD, "number"),
        Column("year_group", "Year group", CHILD, "number"),
        Column("flags_text", "To look at", CHILD),
        Column("reason", "Why", CHILD),
        Column("sen", "SEN", CHILD),
        Column("placement", "Placement", CARE),
        Column("months_in_care", "Months in care", CARE, "number"),
    ),
    *("child", "sex", "year_group", "flags_text", "reason", "sen", "placement", "months_in_care"),
)


def case_finder(model: Model, filters: Filters, *, child_level: bool) -> Report:
    """frames: "pupils" (``COLUMNS`` and flags, a tuple) and "flags".

    "flags": flag, title, meaning, count, lacks (what to load for it to find more, "" if nothing).
    Stages of which no results are loaded are named in the notes. A child found by several rules has
    one row.
    """
    title = f"{TITLE}, {academic_year(filters.year)}"
    if not child_level:
        cleared, notes = disclosure.allowed(filters, child_level)
        return Report(title, cleared.words(model), notes=notes, empty=WHO_TO_ASK)
    if filters.year not in model.years:
        missing = f"No return for {year_name(filters.year)} yet. Import one."
        return Report(title, filters.words(model), empty=missing)
    chosen = filters.of(model)
    found = every_case(model, filters.year)
    found = found[found["child"].isin(chosen["child"])]
    listed = _listed(chosen, found)
    return Report(
        title=title,
        caption=filters.words(model),
        frames={"pupils": listed, "flags": _counted(model, filters.year, found)},
        notes=(
            *_notes(model, filters.year),
            *selection_notes(model, filters, child_level=child_level),
        ),
        empty="" if len(listed) else "No rule finds a child of this selection.",
    )


def every_case(model: Model, year: int) -> pd.DataFrame:
    """Every child that a rule of the year finds: child, case, stage ("" for all), reason."""
    return model.once(("every case", year), lambda: _every_case(model, year)).copy(deep=False)


def _every_case(model: Model, year: int) -> pd.DataFrame:
    parts = []
    for stage in model.stages(year):
        of = sitting(model, stage, year)
        own = [name for name, case in cases.CASES.items() if stage in case.rules]
        parts += [_found(of, name, cases.CASES[name].rules[stage], stage) for name in own]
    everyone = _everyone(model, year)
    parts += [
        _found(everyone, name, case.rules[cases.EVERYONE], "")
        for name, case in cases.CASES.items()
        if cases.EVERYONE in case.rules
    ]
    return pd.concat(parts, ignore_index=True).astype("str")


def _everyone(model: Model, year: int) -> Sitting:
    """All children of school age, or of unknown age, with what the school census says of them."""
    return model.once(("of school age", year), lambda: _of_school_age(model, year))


def _of_school_age(model: Model, year: int) -> Sitting:
    children = with_census(model, model.children(year), year)
    of_age = children["year_group"].between(*SCHOOL_AGE) | children["dob"].isna()
    of_age = of_age.fillna(False).astype(bool)
    return Sitting(model, year, "", children[of_age], pd.Timestamp(year, 3, 31))


def _found(of: Sitting, name: str, rule: cases.Found, stage: str) -> pd.DataFrame:
    reason = rule(of).dropna()
    child = of.pupils.loc[reason.index, "child"]
    said = f"{capitalised(stage)}: " + reason if stage else reason
    return pd.DataFrame({"child": child, "case": name, "stage": stage, "reason": said})


def _listed(chosen: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """One row a child that was found, those with most cases first."""
    by_child = found.groupby("child", sort=False)
    own = pd.Series(
        {child: tuple(dict.fromkeys(names)) for child, names in by_child["case"]}, dtype="object"
    )
    reason = by_child["reason"].agg("; ".join)
    rows = chosen[chosen["child"].isin(own.index)]
    listed = pd.DataFrame(
        {
            "child": rows["child"],
            "upn": rows["upn"],
            "sex": rows["sex"],
            "age": rows["age"],
            "year_group": rows["year_group"],
            "sen": groups.named("sen", rows["sen"]).astype("str"),
            "placement": rows["placement_type"].astype("str"),
            "months_in_care": rows["months_in_care"],
            "flags": rows["child"].map(own),
            "reason": rows["child"].map(reason).astype("str"),
        }
    )
    text = ["; ".join(cases.CASES[name].title for name in names) for names in listed["flags"]]
    listed["flags_text"] = pd.Series(text, index=listed.index, dtype="str")
    listed["how_many"] = listed["flags"].map(len)
    listed = listed.sort_values(["how_many", "child"], ascending=[False, True], kind="stable")
    return listed.drop(columns="how_many").reset_index(drop=True)


def _counted(model: Model, year: int, found: pd.DataFrame) -> pd.DataFrame:
    children = found.drop_duplicates(["child", "case"])["case"].value_counts()
    lacks = model.once(
        ("cases lack", year),
        lambda: {name: _lacks(model, year, one) for name, one in cases.CASES.items()},
    )
    rows = [
        (name, one.title, one.meaning, int(children.get(name, 0)), lacks[name])
        for name, one in cases.CASES.items()
    ]
    return pd.DataFrame(rows, columns=["flag", "title", "meaning", "count", "lacks"])


def _lacks(model: Model, year: int, case: cases.Case) -> str:
    """What the rule lacks in this year: results of a stage, or what the loaded files leave out."""
    if cases.EVERYONE in case.rules:
        return case.lacks(_everyone(model, year))
    loaded = [stage for stage in case.rules if stage in model.stages(year)]
    if not loaded:
        return f"No results of {academic_year(year)} that it reads are loaded: load some."
    said = [case.lacks(sitting(model, stage, year)) for stage in loaded]
    return " ".join(dict.fromkeys(one for one in said if one))


def _notes(model: Model, year: int) -> tuple[str, ...]:
    stages = [capitalised(stage) for stage in model.stages(year)]
    looked = (
        f"Looked at: {', '.join(stages)}, and all children of school age."
        if stages
        else f"No results of {academic_year(year)} are loaded: only the rules about every child of "
        "school age can find somebody."
    )
    return (looked, "A case is a reason to look, not a judgement: the rules know only the files.")
