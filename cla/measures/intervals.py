"""Intervals and rounding as DfE does them. What is used where, and why: docs/intervals.md."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from cla import reference

Z = 1.96  # DfE's multiplier, used for Wilson too so that the page has one


def round_half_up(x: float, places: int = 0) -> float:
    """Rounded as DfE rounds: halves away from zero (2.5 is 3, -0.125 to two places is -0.13)."""
    if not math.isfinite(x):
        return x
    step = Decimal(1).scaleb(-places)
    return float(Decimal(repr(float(x))).quantize(step, rounding=ROUND_HALF_UP))


def wilson(k: float, n: int) -> tuple[float, float]:
    """Wilson's 95% interval of the proportion k/n, as fractions. Raises ValueError unless 0 <= k <=
    n, n > 0."""
    if n < 1 or not 0 <= k <= n:
        raise ValueError("a proportion needs 0 <= k <= n and n > 0")
    p = k / n
    centre = p + Z * Z / (2 * n)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    low, high = (centre - half) / scale, (centre + half) / scale
    return (0.0 if k == 0 else low), (1.0 if k == n else high)


@cache
def student_t(freedom: int) -> float:
    """The two-sided 95% point of Student's t. Raises ValueError below one degree of freedom."""
    if freedom < 1:
        raise ValueError("Student's t needs at least one degree of freedom")
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))


def mean_interval(n: int, mean: float, sd: float) -> tuple[float, float]:
    """Student's t 95% interval of a mean from the sample's own sd (n - 1). Raises ValueError below
    n = 2."""
    half = student_t(n - 1) * sd / math.sqrt(n)
    return mean - half, mean + half


@cache
def national_sd(measure_id: str, academic_year: str) -> tuple[float, str] | None:
    """The national pupil-level sd of a progress score and its basis ("published, revised",
    "derived").

    DfE's revised figure where held, else derived from the intervals DfE publishes for authorities;
    None for a year without either. Source by row: data/reference/attainment/national_sd.csv.
    """
    rows = reference.table("attainment", "national_sd.csv")
    rows = rows[(rows["id"] == measure_id) & (rows["academic_year"] == academic_year)]
    if rows.empty:
        return None
    return float(rows.iloc[0]["sd"]), str(rows.iloc[0]["basis"])


def progress_interval(
    measure_id: str, academic_year: str, *, n: int, total: float
) -> tuple[float, float, float]:
    """DfE's mean, lower and upper limit of a progress score, unrounded, from n and the sum of
    scores.

    mean +/- 1.96 x national sd / sqrt(n). Raises ValueError for n < 1 and LookupError for a measure
    and year whose national sd is not held.
    """
    if n < 1:
        raise ValueError("a mean needs at least one pupil")
    held = national_sd(measure_id, academic_year)
    if held is None:
        raise LookupError(
            f"no national standard deviation is held for {measure_id} in {academic_year}"
        )
    mean = total / n
    half = Z * held[0] / math.sqrt(n)
    return mean, mean - half, mean + half
