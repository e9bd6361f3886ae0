"""Intervals and rounding as DfE does them."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from cla import reference

Z = 1.96  # DfE's multiplier, used for Wilson too so that the page has one

# Student's t, two-sided 95%, for so few degrees of freedom that the expansion below is too coarse.
_T = {
    1: 12.7062,
    2: 4.3027,
    3: 3.1824,
    4: 2.7764,
    5: 2.5706,
    6: 2.4469,
    7: 2.3646,
    8: 2.3060,
    9: 2.2622,
}
_Z_EXACT = 1.959963984540054


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


def student_t(freedom: int) -> float:
    """The two-sided 95% point of Student's t, right to 0.001 (table, then Cornish-Fisher's
    expansion)."""
    if freedom < 1:
        raise ValueError("Student's t needs at least one degree of freedom")
    if freedom in _T:
        return _T[freedom]
    z = _Z_EXACT
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


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
