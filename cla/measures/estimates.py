"""A measure over a cohort: n, total, value and a 95% interval, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cla.measures.book import Measure, book
from cla.measures.intervals import mean_interval, national_sd, progress_interval, wilson
from cla.measures.years import available

WILSON = "Wilson 95% interval"
STUDENT = "Student's t 95% interval, sample standard deviation"
NONE = ""


@dataclass(frozen=True)
class Estimate:
    """One figure. ``value``, ``low`` and ``high`` are unrounded, in percent (0 to 100) or points.

    ``n`` pupils in the measure, ``total`` of them who reached it or the sum of their scores.
    ``method`` names the interval; ``reason`` says why there is no value; ``symbol`` is DfE's ("c"
    suppressed, "z" not applicable, "x" not available).
    """

    measure: str
    n: int | None
    total: float | None
    value: float | None
    low: float | None
    high: float | None
    method: str
    unit: str
    reason: str = ""
    symbol: str = ""


def measure(frame: pd.DataFrame, measure_id: str, academic_year: str) -> Estimate:
    """The measure over a frame of results, one row a pupil. Raises KeyError for an unknown measure.

    A pupil is in a proportion when the denominator column is true (a missing flag is not reached),
    in a mean when also the score is there. Scores are never filled in.
    """
    definition = book[measure_id]
    state = available(measure_id, academic_year)
    if not state.available:
        return _nothing(definition, state.reason, "x")
    lacking = [c for c in (definition.numerator, definition.denominator) if c not in frame]
    if lacking:
        return _nothing(definition, "The results loaded do not carry this measure.", "x")
    included = frame[definition.denominator].fillna(False).astype(bool)
    if definition.statistic == "proportion":
        return _proportion(definition, frame.loc[included, definition.numerator])
    scores = frame.loc[included, definition.numerator].dropna().astype("float64")
    if definition.statistic == "mean":
        return _mean(definition, scores)
    return _progress(definition, scores, academic_year)


def _proportion(definition: Measure, reached: pd.Series) -> Estimate:
    n = len(reached)
    if reached.isna().all() and n:
        return _nothing(definition, "The results loaded do not carry this measure.", "x")
    if n == 0:
        return _nobody(definition)
    total = int(reached.fillna(False).astype(bool).sum())
    low, high = wilson(total, n)
    return Estimate(
        definition.id, n, total, 100 * total / n, 100 * low, 100 * high, WILSON, definition.unit
    )


def _mean(definition: Measure, scores: pd.Series) -> Estimate:
    n = len(scores)
    if n == 0:
        return _nobody(definition)
    total = float(scores.sum())
    mean = total / n
    if n == 1:
        return Estimate(definition.id, n, total, mean, None, None, NONE, definition.unit)
    low, high = mean_interval(n, mean, float(scores.std(ddof=1)))
    return Estimate(
        definition.id,
        n,
        total,
        mean,
        max(low, definition.minimum),
        min(high, definition.maximum),
        STUDENT,
        definition.unit,
    )


def _progress(definition: Measure, scores: pd.Series, academic_year: str) -> Estimate:
    held = national_sd(definition.id, academic_year)
    if held is None or scores.empty:
        return _mean(definition, scores)
    n, total = len(scores), float(scores.sum())
    mean, low, high = progress_interval(definition.id, academic_year, n=n, total=total)
    method = f"DfE 95% interval, national standard deviation {held[0]:g} ({held[1]})"
    return Estimate(definition.id, n, total, mean, low, high, method, definition.unit)


def _nothing(definition: Measure, reason: str, symbol: str) -> Estimate:
    return Estimate(
        definition.id, None, None, None, None, None, NONE, definition.unit, reason, symbol
    )


def _nobody(definition: Measure) -> Estimate:
    reason = "No pupil of the selection is in this measure."
    return Estimate(definition.id, 0, 0.0, None, None, None, NONE, definition.unit, reason, "z")
