"""The benchmark reports: one engine, each report a ``Benchmark`` in ``benchmark_reports``.

Rows are the measures of a stage, or the groups of one measure by a characteristic, beside the
published figures of England and the region.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla import measures
from cla.reports import by_group, disclosure, split_safety
from cla.reports.cohort_members import selection_notes
from cla.reports.comparison import COMPARATORS, measure_rows, region_of, scale_broke
from cla.reports.coverage import counted, selected, what_is_missing
from cla.reports.explain import how
from cla.reports.filters import DEFAULT_COHORT, TITLES, Filters
from cla.reports.model import FROM_RESULTS, Model, academic_year
from cla.reports.report import Coverage, Report


@dataclass(frozen=True)
class Block:
    """Measures under one heading. With ``era`` they are shown only in years that have them."""

    title: str
    measures: tuple[str, ...]
    era: bool = False


@dataclass(frozen=True)
class Benchmark:
    """One benchmark report as data.

    ``splits`` are the characteristics to offer first for groups of one measure; ``baseline`` is the
    column that says whether a child has a starting point for progress.
    """

    name: str
    title: str
    stage: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    baseline: str = ""

    def rows(self, year: str) -> list[tuple[str, str]]:
        """The measures of an academic year, each with its heading.

        In years of an earlier scale only that scale's measures, else all of the present one, also
        those the year lacks: their row says why.
        """
        of_era = [
            (name, block.title)
            for block in self.blocks
            for name in block.measures
            if name in measures.book and block.era and measures.available(name, year).available
        ]
        rest = [
            (name, block.title)
            for block in self.blocks
            for name in block.measures
            if name in measures.book and not block.era
        ]
        if of_era:
            rest = [
                (name, title) for name, title in rest if measures.available(name, year).available
            ]
        return [*rest, *of_era]


def benchmark(
    spec: Benchmark, model: Model, filters: Filters, about: str = "", *, child_level: bool
) -> Report:
    """frames: "measures" (``comparison.COLUMNS``), "how" (``explain.how``), perhaps "baseline".

    ``about`` is "" for a row a measure, or "ks2_rwm_exp.sen" for a row a group of one measure.
    Rows of a stage that is not loaded say so; without any figure ``empty`` is the sentence.
    """
    filters, refused = disclosure.allowed(filters, child_level)
    year = academic_year(filters.year)
    title = f"{spec.title}, {year}"
    missing = what_is_missing(model, filters, spec.stage)
    rows = spec.rows(year)
    name, column = asked(rows, about)
    if column and not may_split(filters, column, child_level):
        refused, column = (*refused, split_safety.NOT_SPLIT), ""
    if column:
        frame = by_group.group_rows(model, filters, name, column, child_level=child_level)
    else:
        frame = _measure_rows(model, filters, rows, child_level)
    empty = _empty(spec, frame, year, missing)
    if empty and missing:
        return Report(title, filters.words(model), notes=refused, empty=empty)
    reach = _reach(model, filters, spec.stage, child_level) if not missing else None
    frames = {"measures": frame, "how": how(model, filters, frame)}
    if spec.baseline and not missing:
        frames["baseline"] = _baseline(model, filters, spec, child_level)
    return Report(
        title=title,
        caption=filters.words(model),
        frames=frames,
        coverage=reach,
        notes=(
            *one_child(frame),
            *refused,
            *by_group.says_of_groups(frame, column),
            *selection_notes(model, filters, spec.stage, child_level=child_level),
            *comparing(model, filters, frame, child_level),
            *spec.notes,
        ),
        empty=empty,
    )


def asked(rows: Sequence[tuple[str, str]], about: str) -> tuple[str, str]:
    """The measure and the column of ``about``; ("", "") for all measures and for nonsense."""
    name, _, column = about.partition(".")
    return (name, column) if column in TITLES and name in dict(rows) else ("", "")


def may_split(filters: Filters, column: str, child_level: bool) -> bool:
    """Whether this reader may have a measure by the groups of a column."""
    allowed = column in split_safety.SPLITS and filters.cohort == DEFAULT_COHORT
    return child_level or allowed


def _measure_rows(
    model: Model, filters: Filters, rows: Sequence[tuple[str, str]], child_level: bool
) -> pd.DataFrame:
    """The rows of each measure from the results of its own stage, in the order given."""
    stages = dict.fromkeys(measures.book[name].stage for name, _ in rows)
    parts = [
        measure_rows(
            model,
            filters,
            stage,
            [one for one in rows if measures.book[one[0]].stage == stage],
            child_level=child_level,
        )
        for stage in stages
    ]
    order = {name: place for place, (name, _) in enumerate(rows)}
    frame = pd.concat(parts, ignore_index=True)
    return frame.sort_values("measure", key=lambda names: names.map(order), ignore_index=True)


def _empty(spec: Benchmark, frame: pd.DataFrame, year: str, missing: str) -> str:
    """The sentence to show instead of the table: no row has a figure, all of the stage for one
    reason."""
    if (frame["reason"] == "").any():
        return ""
    of_stage = frame[[measures.book[name].stage == spec.stage for name in frame["measure"]]]
    reasons = of_stage["reason"].unique()
    one = str(reasons[0]) if len(reasons) == 1 else ""
    if not missing:
        return one
    exists = any(measures.available(name, year).available for name in of_stage["measure"])
    return missing if exists or not one else one


def _reach(model: Model, filters: Filters, stage: str, child_level: bool) -> Coverage:
    counts = counted(selected(model, filters, stage), stage)
    return counts if child_level else disclosure.hide_coverage(counts)


def _baseline(model: Model, filters: Filters, spec: Benchmark, child_level: bool) -> pd.DataFrame:
    """How much of the cohort has a starting point: label, count, of, percent."""
    pupils = selected(model, filters, spec.stage)
    matched = pupils[pupils["matched"]]
    has = matched[spec.baseline].notna() if spec.baseline in matched else matched["matched"] & False
    count, whole = int(has.sum()), len(pupils)
    shown: list[int | None] = [count, whole]
    if not child_level:
        reach = disclosure.hide_coverage(counted(pupils, spec.stage))
        gives_away = disclosure.small(count) or disclosure.small(whole - count)
        shown = [None if gives_away or reach.in_cohort is None else count, reach.in_cohort]
    percent = 100 * count / whole if whole and None not in shown else np.nan
    label = "Children with a key stage 1 baseline (reading, writing and maths)"
    frame = pd.DataFrame({"label": [label], "count": shown[:1], "of": shown[1:]})
    return frame.astype({"count": "Int64", "of": "Int64"}).assign(percent=percent)


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
    if len(valued) and not region_of(model.la):
        notes.append("No figures of this authority's region are published.")
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
        "england_all": "England's figures of all pupils",
    }
    for name in COMPARATORS:
        dated = valued[valued[f"{name}_year"] != ""]
        for older in sorted(set(dated[f"{name}_year"]) - {year}):
            names = _names(dated.loc[dated[f"{name}_year"] == older, "measure"])
            notes.append(
                f"{whose[name]} for {year} are not held, so those of "
                f"{older} stand beside ours for: {names}."
            )
    return notes


def _names(ids: pd.Series) -> str:
    return ", ".join(dict.fromkeys(measures.book[name].short for name in ids))
