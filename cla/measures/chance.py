"""How likely it is that the figure behind ours is above another one."""

from __future__ import annotations

import math

from cla.measures.book import book
from cla.measures.estimates import STUDENT, Estimate
from cla.measures.intervals import Z, student_t

PROPORTION = "Jeffreys' posterior: Beta(number who reached it + 1/2, number who did not + 1/2)"
AVERAGE = "Student's t around our average, sample standard deviation"
PROGRESS = "Normal distribution around our average, national standard deviation"


def chance_above(estimate: Estimate, reference: float | None) -> float | None:
    """The chance, 0 to 1, that the figure behind ours is above ``reference`` (percent or points).

    Proportions: Jeffreys' posterior, Beta(k + 1/2, n - k + 1/2). Averages: Student's t with n - 1
    degrees of freedom around ours; progress: the normal distribution with DfE's national standard
    deviation. Both are read off the interval. The reference is taken as exact. None where ours has
    no value, number or interval (a hidden number must not follow from a chance), where the interval
    ends at both ends of the scale, and where there is no reference.
    """
    if reference is None or math.isnan(reference):
        return None
    n, value, low, high = estimate.n, estimate.value, estimate.low, estimate.high
    if not n or value is None or low is None or high is None or estimate.total is None:
        return None
    if book[estimate.measure].statistic == "proportion":
        return _beta(n, estimate.total, reference)
    half = _half(estimate, value, low, high)
    if not half:
        return None
    if estimate.method.startswith(STUDENT):
        from scipy.special import stdtr

        return float(stdtr(n - 1, (value - reference) / half * student_t(n - 1)))
    from scipy.special import ndtr

    return float(ndtr((value - reference) / half * Z))


def chance_method(estimate: Estimate) -> str:
    """What ``chance_above`` rests on, in words."""
    if book[estimate.measure].statistic == "proportion":
        return PROPORTION
    return AVERAGE if estimate.method.startswith(STUDENT) else PROGRESS


def _beta(n: int, reached: float, reference: float) -> float:
    from scipy.special import betaincc

    share = min(max(reference / 100, 0.0), 1.0)
    return float(betaincc(reached + 0.5, n - reached + 0.5, share))


def _half(estimate: Estimate, value: float, low: float, high: float) -> float | None:
    """Half the width of the interval, from a side that the end of the scale did not cut."""
    scale = book[estimate.measure]
    sides = [value - low] * (low > scale.minimum) + [high - value] * (high < scale.maximum)
    return max(sides, default=None)
