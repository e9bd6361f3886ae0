"""How far the results reach the cohort: matched or not, why not, and by which key."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cla import cohort, upn
from cla.cohort import matching
from cla.reports import disclosure
from cla.reports.filters import Filters
from cla.reports.model import STAGE_LABELS, Model, academic_year, year_name
from cla.reports.report import Coverage, Report

NO_RESULT_CODES = ("A", "D", "Q", "M", "P", "L", "F", "Z", "X", "S", "H", "T", "U", "J")
"""Outcomes that are no judgement of what the child can do: absent, disapplied, annulled, not yet
decided, missing, left, taken in another year, without access, just arrived."""
_JUDGEMENTS: Mapping[str, tuple[str, ...]] = {
    "eyfsp": ("gld",),
    "phonics": ("outcome",),
    "ks1": tuple(f"{s}_{kind}" for kind in ("outcome", "level") for s in ("read", "writ", "mat")),
    "mtc": (),
    "ks2": ("writ_outcome", "read_level", "writ_level", "mat_level"),
    "ks4": (),
}
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "eyfsp": (),
    "phonics": ("mark",),
    "ks1": (),
    "mtc": ("mark",),
    "ks2": ("read_score", "mat_score"),
    "ks4": ("att8", "passes"),
}
"""What shows that a child has a result of a stage: a judgement that is none of the codes above, or
a mark, score or total. Columns that a file of another era lacks do not count."""
_GRADES = {
    upn.PERMANENT: "Permanent, the check letter is right",
    upn.TEMPORARY: "Temporary, the check letter is right",
    upn.BAD_LETTER: "The check letter is wrong",
    upn.BAD_FORMAT: "Not in the form of a UPN",
    upn.UN_CODE: "None: a code UN1 to UN5",
    upn.BLANK: "None: blank",
    upn.MASKED: "None: masked with stars",
}
WHO_TO_ASK = "Children's records are shown to people who may see them: ask your administrator."


def what_is_missing(model: Model, filters: Filters, stage: str) -> str:
    """Why there is no report of a stage for this year, with what to load; "" if there is one."""
    if filters.year not in model.years:
        return f"No return for {year_name(filters.year)} yet. Import one."
    if stage not in model.stages(filters.year):
        return (
            f"No {STAGE_LABELS[stage]} results for {academic_year(filters.year)} yet. Import them."
        )
    return ""


def selected(model: Model, filters: Filters, stage: str) -> pd.DataFrame:
    """The children at the end of a key stage who meet the filters (``Model.pupils``)."""
    return filters.of(model, stage)


def with_result(pupils: pd.DataFrame, stage: str) -> pd.Series:
    """Matched children with at least one result of the stage; an absence is none."""
    found = pd.Series(False, index=pupils.index)
    for name in _JUDGEMENTS[stage]:
        if name in pupils:
            found |= pupils[name].notna() & ~pupils[name].isin(NO_RESULT_CODES)
    for name in _NUMBERS[stage]:
        if name in pupils:
            found |= pupils[name].notna()
    return found & pupils["matched"]


def counted(pupils: pd.DataFrame, stage: str) -> Coverage:
    """The coverage of these children at the end of a key stage."""
    eligible = pupils["elig"].eq(True).fillna(False) & pupils["matched"]
    return Coverage(
        in_cohort=len(pupils),
        eligible=int(eligible.sum()),
        matched=int(pupils["matched"].sum()),
        with_result=int(with_result(pupils, stage).sum()),
        not_matched=int((~pupils["matched"]).sum()),
    )


def coverage(
    model: Model, filters: Filters, stage: str, *, child_level: bool = True
) -> Coverage | None:
    """The coverage of a selection; None when the year or the stage is not loaded."""
    if what_is_missing(model, filters, stage):
        return None
    filters, _ = disclosure.allowed(filters, child_level)
    counts = counted(selected(model, filters, stage), stage)
    return counts if child_level else disclosure.hide_coverage(counts)


def not_matched(model: Model, filters: Filters, stage: str, *, child_level: bool) -> Report:
    """Who has no result because no pupil of the file is certainly this child, and what to do.

    frames: "children" (child, upn, sex, dob, age, reason, action; child-level readers only) and
    "reasons" (reason, count).
    """
    filters, notes = disclosure.allowed(filters, child_level)
    title = f"Not matched to {STAGE_LABELS[stage]} results, {academic_year(filters.year)}"
    missing = what_is_missing(model, filters, stage)
    if missing:
        return Report(title, filters.words(model), notes=notes, empty=missing)
    pupils = selected(model, filters, stage)
    lost = pupils[~pupils["matched"]]
    frames = {"reasons": _reasons(lost, child_level)}
    if child_level:
        people = lost[["child", "upn", "sex", "dob", "age"]].assign(
            reason=lost["reason"].map(matching.REASONS), action=lost["reason"].map(matching.ACTIONS)
        )
        frames = {"children": people.sort_values("child", ignore_index=True), **frames}
    masked = model.matches(stage, filters.year).masked
    if masked and len(lost):
        notes += (
            f"Rows of the results without a usable UPN (masked or blank): {masked:,}. "
            "Nobody can be matched to them.",
        )
    counts = counted(pupils, stage)
    return Report(
        title=title,
        caption=filters.words(model),
        frames=frames,
        coverage=counts if child_level else disclosure.hide_coverage(counts),
        notes=notes,
        empty="" if len(lost) else "Every child of the cohort is matched.",
    )


def _reasons(lost: pd.DataFrame, child_level: bool) -> pd.DataFrame:
    counts = lost["reason"].value_counts()
    return _counted("reason", counts.index.map(matching.REASONS), counts, child_level)


def _counted(name: str, labels: pd.Index, counts: pd.Series, child_level: bool) -> pd.DataFrame:
    shown = counts.tolist() if child_level else disclosure.hide_counts(counts.tolist())
    return pd.DataFrame({name: labels, "count": pd.array(shown, dtype="Int64")})


def match_report(model: Model, filters: Filters, stage: str, *, child_level: bool) -> Report:
    """How the results of a stage were matched to the whole cohort, by tier and by reason.

    frames: "tiers" (tier, label, count: the tiers, then the reasons) and for child-level readers
    "upns" (grade, count: the UPNs of the return), "differences" (child, how, note: accepted with a
    warning or by a person), "duplicates" (child, how: results not used) and "possible" (child,
    count: results that share birth date and sex with a child who is not matched).
    """
    filters, notes = disclosure.allowed(filters, child_level)
    title = f"Matching of {STAGE_LABELS[stage]} results, {academic_year(filters.year)}"
    missing = what_is_missing(model, filters, stage)
    if missing:
        return Report(title, filters.words(model), notes=notes, empty=missing)
    pupils = selected(model, filters, stage)
    matches = model.matches(stage, filters.year)
    frames = {"tiers": _tiers(pupils, child_level)}
    if child_level:
        frames["upns"] = _grades(pupils)
        warned = pupils[pupils["match_note"].fillna("") != ""]
        frames["differences"] = pd.DataFrame(
            {
                "child": warned["child"],
                "how": warned["tier"].map(matching.TIERS),
                "note": warned["match_note"],
            }
        ).reset_index(drop=True)
        spare = matches.duplicates[matches.duplicates["child"].isin(pupils["child"])]
        frames["duplicates"] = pd.DataFrame(
            {"child": spare["child"], "how": spare["tier"].map(matching.TIERS)}
        ).reset_index(drop=True)
        possible = matches.possible[matches.possible["child"].isin(pupils["child"])]
        frames["possible"] = possible.sort_values("child", ignore_index=True)
    counts = counted(pupils, stage)
    return Report(
        title=title,
        caption=filters.words(model),
        frames=frames,
        coverage=counts if child_level else disclosure.hide_coverage(counts),
        notes=(
            *notes,
            f"The file has {matches.results:,} pupils, {matches.masked:,} of them without a usable "
            "UPN (masked or blank).",
        ),
    )


def _tiers(pupils: pd.DataFrame, child_level: bool) -> pd.DataFrame:
    by_tier = pupils["tier"].value_counts()
    by_reason = pupils.loc[~pupils["matched"], "reason"].value_counts()
    rows = [
        (f"tier {tier}", f"Matched: {label}", int(by_tier.get(tier, 0)))
        for tier, label in matching.TIERS.items()
    ]
    rows += [
        (reason, f"Not matched: {label}", int(by_reason.get(reason, 0)))
        for reason, label in matching.REASONS.items()
    ]
    frame = pd.DataFrame(rows, columns=["tier", "label", "count"])
    if not child_level:
        hidden = disclosure.hide_counts(frame["count"].tolist())
        return frame.assign(count=pd.array(hidden, dtype="Int64"))
    return frame


def _grades(pupils: pd.DataFrame) -> pd.DataFrame:
    """The UPNs of the return by grade, every grade named."""
    counts = pupils["upn_grade"].value_counts().reindex(list(upn.GRADES), fill_value=0)
    labels = pd.Index([_GRADES[grade] for grade in upn.GRADES])
    return _counted("grade", labels, counts, child_level=True)


def cohort_differences(model: Model, year: int, *, child_level: bool) -> Report:
    """Looked after 12 months as computed from the episodes, against presence in the OC2 file.

    frames: "children" (child, computed, oc2, why; child-level readers only) and "reasons".
    """
    title = f"12 months at 31 March {year}: episodes against OC2"
    caption = "Children whose episodes and OC2 entry disagree"
    if year not in model.years:
        return Report(title, caption, empty=f"No return for {year_name(year)} yet. Import one.")
    ret = model.loaded_return(year)
    if not ret.has("OC2"):
        return Report(title, caption, empty="The return has no OC2 file to compare with.")
    differ = cohort.cohort_differences(ret, model.children(year))
    counts = differ["why"].value_counts()
    reasons = _counted("why", counts.index, counts, child_level)
    frames = {"children": differ, "reasons": reasons} if child_level else {"reasons": reasons}
    agree = "" if len(differ) else "Episodes and OC2 agree on every child."
    return Report(title, caption, frames, empty=agree)
