"""Measures of a group of children beside the published figures, one row a measure.

Measures come from ``cla.measures``, published figures from ``cla.benchmarks``; here they are put
side by side, with the gap, a verdict in words and the year before.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from cla import benchmarks, cohort, measures
from cla.reports.coverage import selected
from cla.reports.filters import DEFAULT_COHORT, Filters
from cla.reports.model import STAGE_LABELS, Model, academic_year, year_name

TOO_FEW = 5
"""Averages and percentages of this many children or fewer are given no verdict."""
ABOVE, BELOW = "above", "below"
NO_DIFFERENCE = "no different from what chance allows"
TOO_FEW_TO_SAY = "too few to say"
GIVES_AWAY = "Suppressed: beside the other cohorts it would show what a few children did."


@dataclass(frozen=True)
class Row:
    """One measure of a selection. Missing numbers are NaN; ``reason`` says why there is none."""

    measure: str
    label: str
    group: str
    unit: str
    n: float
    value: float
    low: float
    high: float
    england_cla: float
    england_cla_release: str
    england_cla_source: str
    england_all: float
    england_all_release: str
    england_all_source: str
    gap: float
    verdict: str
    reason: str
    last_year: float
    last_year_n: float
    change: float


def measure_rows(
    model: Model,
    filters: Filters,
    stage: str,
    groups: Sequence[tuple[str, str]],
    *,
    child_level: bool,
) -> pd.DataFrame:
    """One ``Row`` a measure: (measure id, heading it stands under). Filters are already allowed."""
    rows = [_row(model, filters, stage, name, group, child_level) for name, group in groups]
    return pd.DataFrame([asdict(row) for row in rows], columns=list(Row.__annotations__))


def _row(
    model: Model, filters: Filters, stage: str, name: str, group: str, child_level: bool
) -> Row:
    year = academic_year(filters.year)
    own = own_figure(model, filters, stage, name, child_level=child_level)
    before = filters.replace(year=filters.year - 1)
    last = own_figure(model, before, stage, name, child_level=child_level)
    broken = measures.breaks_between(name, academic_year(before.year), year)
    theirs = benchmarks.published(name, year, group=benchmarks.LOOKED_AFTER)
    everyone = benchmarks.published(name, year, group=benchmarks.ALL_PUPILS)
    england = figure_value(theirs)
    return Row(
        measure=name,
        label=measures.book[name].label,
        group=group,
        unit=measures.book[name].unit,
        n=number(own.n),
        value=number(own.value),
        low=number(own.low),
        high=number(own.high),
        england_cla=england,
        england_cla_release=theirs.release if theirs else "",
        england_cla_source=theirs.source if theirs else "",
        england_all=figure_value(everyone),
        england_all_release=everyone.release if everyone else "",
        england_all_source=everyone.source if everyone else "",
        gap=number(own.value) - england,
        verdict=verdict(own, england),
        reason=own.reason,
        last_year=number(last.value),
        last_year_n=number(last.n),
        change=np.nan if broken else number(own.value) - number(last.value),
    )


def figure_value(figure: benchmarks.Figure | None) -> float:
    """The number of a published figure; NaN when there is none or it is suppressed."""
    return np.nan if figure is None else number(figure.value)


def number(value: float | None) -> float:
    """A number that may be missing, as a float with NaN for missing."""
    return np.nan if value is None else float(value)


def verdict(own: measures.Estimate, england: float) -> str:
    """What the interval says of the published figure, in words; "" when one of them is missing."""
    if own.value is None or np.isnan(england):
        return ""
    if own.n is None or own.n <= TOO_FEW or own.low is None or own.high is None:
        return TOO_FEW_TO_SAY
    if own.low > england:
        return ABOVE
    return BELOW if own.high < england else NO_DIFFERENCE


def own_figure(
    model: Model, filters: Filters, stage: str, name: str, *, child_level: bool
) -> measures.Estimate:
    """One measure of the matched children of a selection; hidden if the reader may not see it."""
    year = academic_year(filters.year)
    available = measures.available(name, year)
    if not available.available:
        return nothing(name, available.reason)
    if filters.year not in model.years:
        return nothing(name, f"No return for {year_name(filters.year)} is loaded.")
    if stage not in model.stages(filters.year):
        return nothing(name, f"No {STAGE_LABELS[stage]} results for {year} are loaded.")
    pupils = selected(model, filters, stage)
    estimate = measures.measure(pupils[pupils["matched"]], name, year)
    if estimate.n == 0:
        return dataclasses.replace(estimate, reason=_nobody(pupils, stage))
    if not child_level:
        (shown,) = measures.suppress([estimate])
        given_away = not shown.symbol and _gives_away(model, filters, stage, name)
        return nothing(name, GIVES_AWAY, "c") if given_away else shown
    return estimate


def nothing(name: str, reason: str, symbol: str = "x") -> measures.Estimate:
    """An estimate without a figure, and why."""
    unit = measures.book[name].unit
    return measures.Estimate(name, None, None, None, None, None, "", unit, reason, symbol)


def _nobody(pupils: pd.DataFrame, stage: str) -> str:
    if pupils.empty:
        return f"No child of this selection is at the end of {STAGE_LABELS[stage]}."
    if not pupils["matched"].any():
        return "No child of this selection is matched to a result."
    return "No child of this selection counts in this measure."


def _gives_away(model: Model, filters: Filters, stage: str, name: str) -> bool:
    """Whether the figure less that of another cohort definition would be of small numbers."""
    if filters.cohort == DEFAULT_COHORT:
        return False
    pupils = model.pupils(stage, filters.year)
    pupils = pupils[pupils["matched"]]
    chosen = pupils[cohort.COHORTS[filters.cohort]]
    for other in set(cohort.COHORTS) - {filters.cohort}:
        between = pupils[chosen ^ pupils[cohort.COHORTS[other]]]
        difference = measures.measure(between, name, academic_year(filters.year))
        if difference.n and measures.suppress([difference])[0].symbol:
            return True
    return False
