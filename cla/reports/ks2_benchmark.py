"""Key stage 2 benchmark: our children beside looked-after children and all pupils in England."""

from __future__ import annotations

import pandas as pd

from cla import measures
from cla.reports import disclosure
from cla.reports.comparison import measure_rows, scale_broke
from cla.reports.coverage import counted, selected, what_is_missing
from cla.reports.filters import DEFAULT_COHORT, Filters
from cla.reports.model import FROM_RESULTS, Model, academic_year
from cla.reports.report import Report

EXPECTED, HIGHER, SCORE = "Expected standard", "Higher standard", "Average scaled score"
ROWS = (
    ("ks2_rwm_exp", EXPECTED),
    ("ks2_read_exp", EXPECTED),
    ("ks2_writ_exp", EXPECTED),
    ("ks2_mat_exp", EXPECTED),
    ("ks2_gps_exp", EXPECTED),
    ("ks2_sci_exp", EXPECTED),
    ("ks2_rwm_high", HIGHER),
    ("ks2_read_high", HIGHER),
    ("ks2_writ_gds", HIGHER),
    ("ks2_mat_high", HIGHER),
    ("ks2_gps_high", HIGHER),
    ("ks2_read_ass", SCORE),
    ("ks2_mat_ass", SCORE),
    ("ks2_gps_ass", SCORE),
)


def ks2_benchmark(model: Model, filters: Filters, *, child_level: bool) -> Report:
    """frames: "measures" (``comparison.Row``, one a measure of ``ROWS``)."""
    filters, refused = disclosure.allowed(filters, child_level)
    title = f"Key stage 2 benchmark, {academic_year(filters.year)}"
    missing = what_is_missing(model, filters, "ks2")
    if missing:
        return Report(title, filters.words(), notes=refused, empty=missing)
    frame = measure_rows(model, filters, "ks2", ROWS, child_level=child_level)
    counts = counted(selected(model, filters, "ks2"), "ks2")
    reasons = frame["reason"].unique()
    unavailable = reasons[0] if len(reasons) == 1 else ""
    return Report(
        title=title,
        caption=filters.words(),
        frames={"measures": frame},
        coverage=counts if child_level else disclosure.hide_coverage(counts),
        notes=(*one_child(frame), *refused, *comparing(model, filters, frame, child_level)),
        empty=unavailable,
    )


def one_child(frame: pd.DataFrame) -> tuple[str, ...]:
    """What one child is worth in the first percentage of the frame, as a note."""
    percents = frame[(frame["unit"] == "percent") & (frame["n"] > 0)]
    if percents.empty:
        return ()
    points = round(100 / float(percents["n"].iloc[0]), 1)
    return (f"One child is {points:.1f} percentage points.",)


def comparing(
    model: Model, filters: Filters, frame: pd.DataFrame, child_level: bool
) -> tuple[str, ...]:
    """What has to be said of the comparison: who England is, what it lacks, where SEN is from."""
    notes: list[str] = []
    if filters.active or filters.cohort != DEFAULT_COHORT:
        notes.append(
            "The England figures are of all children looked after 12 months at 31 March: "
            "none are published for this selection, so part of a gap may be who was selected."
        )
    year = academic_year(filters.year)
    dated = frame[(frame["reason"] == "") & (frame["england_cla_year"] != "")]
    for older in sorted(set(dated["england_cla_year"]) - {year}):
        names = _names(dated.loc[dated["england_cla_year"] == older, "measure"])
        notes.append(
            f"England's figures of looked-after children for {year} are not held, so those of "
            f"{older} stand beside ours for: {names}."
        )
    without = frame[(frame["reason"] == "") & frame["england_cla"].isna()]
    if len(without):
        names = _names(without["measure"])
        notes.append(
            "No figure of looked-after children in England is held for "
            f"{year} or just before for: {names}."
        )
    if "sen" in filters.active and model.sen_source(filters.year) == FROM_RESULTS:
        notes.append("SEN provision is from the results file: no school census is loaded.")
    before = academic_year(filters.year - 1)
    for name in frame["measure"]:
        notes.append(measures.available(name, year).reason)
        if scale_broke(name, before, year):
            broken = measures.breaks_between(name, before, year)
            notes += [f"Not comparable with {before}: {one.reason}" for one in broken]
    if not child_level:
        notes.append(disclosure.SMALL_NUMBERS)
    return tuple(dict.fromkeys(note for note in notes if note))


def _names(ids: pd.Series) -> str:
    return ", ".join(measures.book[name].short for name in ids)
