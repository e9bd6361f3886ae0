"""The limits of a funnel plot: how far chance alone takes groups of each size."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from cla.measures.book import book
from cla.measures.intervals import Z, national_sd

COLUMNS = ("n", "low95", "high95", "low998", "high998")
_TAILS = {"95": 0.025, "998": 0.001}
_Z998 = 3.090232306167813  # the point of the normal distribution that one in a thousand exceeds


def funnel_limits(
    measure_id: str,
    academic_year: str,
    centre: float,
    ns: Iterable[int],
    sd: float | None = None,
) -> pd.DataFrame | None:
    """Limits of 95% and 99.8% around ``centre`` for groups of ``ns`` children: COLUMNS, a row an n.

    Proportions (percent): exact binomial, both sides alike. A percentage k of n lies below a limit
    exactly when chance alone brings about k or fewer in less than 2.5% (0.1%) of cases, above one
    when it brings about k or more as rarely; between two counts the limit is interpolated as by
    Spiegelhalter (2005). Progress and averages (points): centre +/- 1.96 (3.09) x sd / sqrt(n),
    with the national sd of the year or the one given. None where no sd is held. Raises ValueError
    for an n below 1, or a percentage outside 0 to 100.
    """
    sizes = np.asarray(list(ns), dtype=np.int64)
    if (sizes < 1).any():
        raise ValueError("a group of a funnel has at least one child")
    definition = book[measure_id]
    if definition.statistic == "proportion":
        if not 0 <= centre <= 100:
            raise ValueError("a percentage is from 0 to 100")
        limits = _binomial(centre / 100, sizes)
    else:
        spread = sd or (national_sd(measure_id, academic_year) or (None,))[0]
        if not spread:
            return None
        limits = _normal(centre, spread / np.sqrt(sizes))
        for values in limits.values():
            np.clip(values, definition.minimum, definition.maximum, out=values)
    return pd.DataFrame({"n": sizes, **limits})[list(COLUMNS)]


def _normal(centre: float, error: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "low95": centre - Z * error,
        "high95": centre + Z * error,
        "low998": centre - _Z998 * error,
        "high998": centre + _Z998 * error,
    }


def _binomial(share: float, sizes: np.ndarray) -> dict[str, np.ndarray]:
    """In percent. The upper limit is the lower one of those who did not reach it."""
    limits = {}
    for name, tail in _TAILS.items():
        limits[f"low{name}"] = 100 * _lowest(share, sizes, tail)
        limits[f"high{name}"] = 100 * (1 - _lowest(1 - share, sizes, tail))
    return limits


def _lowest(share: float, sizes: np.ndarray, tail: float) -> np.ndarray:
    """The lower limit of a share, from the smallest count r with P(count <= r) > tail.

    Between r - 1 and r by how far the probability overshoots: (r - (P(<= r) - tail) / P(r)) / n.
    """
    if share in (0.0, 1.0):
        return np.full(len(sizes), share)
    count = _smallest_count(share, sizes, tail)
    upto, before = _at_most(count, sizes, share), _at_most(count - 1, sizes, share)
    between = count - (upto - tail) / (upto - before)
    return np.maximum(between, 0.0) / sizes


def _smallest_count(share: float, sizes: np.ndarray, tail: float) -> np.ndarray:
    """The smallest count with P(count or fewer) above the tail, by halving."""
    low, high = np.full(len(sizes), -1), sizes.copy()  # P(<= low) <= tail < P(<= high) = 1
    while (high - low > 1).any():
        middle = (low + high) // 2
        above = _at_most(middle, sizes, share) > tail
        high, low = np.where(above, middle, high), np.where(above, low, middle)
    return high


def _at_most(count: np.ndarray, sizes: np.ndarray, share: float) -> Any:
    """P(count or fewer of n)."""
    from scipy.special import betaincc

    inside = (count >= 0) & (count < sizes)
    held = np.where(inside, count, 0).astype("float64")
    within = betaincc(held + 1, np.maximum(sizes - held, 1e-9), share)
    return np.where(inside, within, (count >= sizes).astype("float64"))
