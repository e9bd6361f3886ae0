"""What has to be said beside the figures of a benchmark."""

from __future__ import annotations

import pandas as pd

from cla import authorities, measures
from cla.reports import disclosure
from cla.reports.comparators import PUBLISHED, neighbours_of, region_of
from cla.reports.figures import scale_broke
from cla.reports.filters import DEFAULT_COHORT, Filters
from cla.reports.model import FROM_RESULTS, Model, academic_year

FEW = 30
"""Children below which several years together are worth a look."""


def one_child(frame: pd.DataFrame) -> tuple[str, ...]:
    """What one child is worth in the first percentage of the frame, as a note."""
    percents = frame[(frame["unit"] == "percent") & (frame["n"] > 0)]
    if percents.empty:
        return ()
    points = measures.round_half_up(100 / float(percents["n"].iloc[0]), 1)
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
    valued = frame[frame["reason"] == ""]
    notes += _older(valued, year)
    without = valued[valued["england_cla"].isna()]
    if len(without):
        names = _names(without["measure"])
        notes.append(
            "No figure of looked-after children in England is held for "
            f"{year} or just before for: {names}."
        )
    notes += _whose(model) if len(valued) else []
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


def _older(valued: pd.DataFrame, year: str) -> list[str]:
    """Which published figures are of an earlier year than ours, and for what."""
    notes = []
    whose = {
        "england_cla": "England's figures of looked-after children",
        "region_cla": "The region's figures of looked-after children",
        "neighbours_cla": "The statistical neighbours' figures of looked-after children",
        "england_all": "England's figures of all pupils",
    }
    for name in PUBLISHED:
        dated = valued[(valued[f"{name}_year"] != "") & valued[name].notna()]
        for older in sorted(set(dated[f"{name}_year"]) - {year, *valued["years"]}):
            names = _names(dated.loc[dated[f"{name}_year"] == older, "measure"])
            notes.append(
                f"{whose[name]} for {year} are not held, so those of "
                f"{older} stand beside ours for: {names}."
            )
    return notes


def _names(ids: pd.Series) -> str:
    return ", ".join(dict.fromkeys(measures.book[name].short for name in ids))


def _whose(model: Model) -> list[str]:
    """Whose region and neighbours stand beside ours, where it has to be said."""
    notes = []
    own = authorities.compared(model.la) if model.la in _known() else None
    if own is not None and own.la != model.la:
        notes.append(
            "This authority is invented: for the demonstration it takes the region and the "
            f"statistical neighbours of {own.name}."
        )
    if not region_of(model.la):
        notes.append("No figures of this authority's region are published.")
    if not neighbours_of(model.la):
        notes.append("DfE's model names no statistical neighbours of this authority.")
    return notes


def _known() -> set[str]:
    return {one.la for one in authorities.all()}
