"""The benchmark reports: one engine, each report a ``Benchmark`` in ``benchmark_reports``.

Rows are the measures of a stage, or the groups of one measure by a characteristic, beside the
published figures of England and the region.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla import measures
from cla.reports import by_group, disclosure, like, split_safety
from cla.reports.asked import Asked, asked
from cla.reports.benchmark_notes import comparing, one_child
from cla.reports.cohort_members import selection_notes
from cla.reports.comparison import measure_rows
from cla.reports.coverage import counted, selected, what_is_missing
from cla.reports.explain import how
from cla.reports.figures import together
from cla.reports.filters import DEFAULT_COHORT, Filters
from cla.reports.model import Model, academic_year
from cla.reports.pooled import Others
from cla.reports.report import Coverage, Report

NOT_OVER_YEARS = "Groups of several years together are for people who may see children's records."


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
    spec: Benchmark,
    model: Model,
    filters: Filters,
    about: str = "",
    *,
    child_level: bool,
    others: Others | None = None,
) -> Report:
    """frames: "measures" (``comparison.COLUMNS``), "how" (``explain.how``), perhaps "baseline"; for
    those who may see children "like", "like_parts", "like_choices" (``like.like_for_like``).

    ``about`` (see ``asked``) is "" for a row a measure, "ks2_rwm_exp.sen" for a row a group of one
    measure, with ";years=3" of three years together, with ";like=sen" beside children of the same
    SEN provision. Rows of a stage that is not loaded say so; without any figure ``empty`` is the
    sentence.
    """
    filters, refused = disclosure.allowed(filters, child_level)
    year = academic_year(filters.year)
    missing = what_is_missing(model, filters, spec.stage)
    rows = spec.rows(year)
    ask, not_allowed = _allowed(asked(rows, about, like.CHARACTERISTICS), filters, child_level)
    refused = (*refused, *not_allowed)
    frame = _rows(model, filters, rows, ask, child_level, others)
    title = f"{spec.title}, {_years(frame, year)}"
    empty = _empty(spec, frame, year, missing)
    if empty and missing:
        return Report(title, filters.words(model), notes=refused, empty=empty)
    reach = _reach(model, filters, spec.stage, child_level) if not missing else None
    frames = {"measures": frame, "how": how(model, filters, frame)}
    if child_level:
        frames |= _like(model, filters, frame, ask, others)
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
            *by_group.says_of_groups(frame, ask.column),
            *selection_notes(model, filters, spec.stage, child_level=child_level),
            *comparing(model, filters, frame, child_level),
            *spec.notes,
        ),
        empty=empty,
    )


def _allowed(ask: Asked, filters: Filters, child_level: bool) -> tuple[Asked, tuple[str, ...]]:
    """What of it this reader may have, and what has to be said of the rest."""
    said: tuple[str, ...] = ()
    if ask.column and not may_split(filters, ask.column, child_level):
        ask, said = dataclasses.replace(ask, measure="", column=""), (split_safety.NOT_SPLIT,)
    if ask.column and ask.years > 1 and not child_level:
        ask, said = dataclasses.replace(ask, years=1), (*said, NOT_OVER_YEARS)
    return ask, said


def _rows(
    model: Model,
    filters: Filters,
    rows: Sequence[tuple[str, str]],
    ask: Asked,
    child_level: bool,
    others: Others | None,
) -> pd.DataFrame:
    if not ask.column:
        return _measure_rows(model, filters, rows, ask, child_level, others)
    return by_group.group_rows(
        model,
        filters,
        ask.measure,
        ask.column,
        child_level=child_level,
        years=ask.years,
        others=others,
    )


def _years(frame: pd.DataFrame, year: str) -> str:
    """The academic years that the figures are of: the longest span of any measure."""
    return max([year, *frame["years"]], key=len)


def _like(
    model: Model, filters: Filters, frame: pd.DataFrame, ask: Asked, others: Others | None
) -> dict[str, pd.DataFrame]:
    """Our children beside children like them, for every measure of the page, by stage."""
    whole = frame[(frame["category"] == "") & frame["value"].notna()]
    parts = []
    for stage in dict.fromkeys(measures.book[name].stage for name in whole["measure"]):
        names = [name for name in whole["measure"] if measures.book[name].stage == stage]
        own = together(
            model,
            filters,
            stage,
            ask.years,
            child_level=True,
            keep=list(like.CHARACTERISTICS),
        )
        parts.append(like.like_for_like(model, filters, own, names, ask.like, others))
    return {
        name: pd.concat([part[name] for part in parts], ignore_index=True).drop_duplicates()
        for name in (parts[0] if parts else ())
    }


def may_split(filters: Filters, column: str, child_level: bool) -> bool:
    """Whether this reader may have a measure by the groups of a column."""
    allowed = column in split_safety.SPLITS and filters.cohort == DEFAULT_COHORT
    return child_level or allowed


def _measure_rows(
    model: Model,
    filters: Filters,
    rows: Sequence[tuple[str, str]],
    ask: Asked,
    child_level: bool,
    others: Others | None,
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
            years=ask.years,
            others=others,
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
