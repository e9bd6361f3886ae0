"""Indirect standardisation: how our children did beside children of the same mix of groups.

What would our figure be, had the children of each of our groups done as well as the published
figure of that group? That is *expected*; ours less expected is the difference. Formulae, sources
and what they rest on: docs/intervals.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from cla import measures
from cla.measures import UNIT, Cell, Estimate, book
from cla.measures.intervals import Z, national_sd, wilson

PARTS = ("category", "n", "value", "theirs", "theirs_n", "expected", "used")
NONE_PUBLISHED = "No figure is published for any group of these children."


@dataclass(frozen=True, eq=False)
class Standardised:
    """Ours beside what the same mix of groups would have reached with the others' figures.

    Percentages are 0 to 100, averages and progress in points; nothing is rounded. ``ours`` is the
    estimate of the children compared, ``n`` of them, ``value`` its value. ``expected`` is the mean
    of the others' figures weighted by our numbers, ``difference`` ours less expected, ``low`` and
    ``high`` its 95% interval, None where ours has none. ``left_out`` children are of the groups
    ``left_out_categories``, which have no published figure; they are neither in ours nor in
    expected. ``theirs_n`` is the number of children behind the figures used, None where one is
    unknown. ``method`` names the interval, ``reason`` says why there is no value.

    ``parts`` is a row a group of ours (PARTS): our ``n`` and ``value``, ``theirs`` and
    ``theirs_n`` (NaN: not published, unknown), and ``expected``: of a proportion how many of ours
    would have reached it, of scores the sum of theirs, over ``n``; ``used`` is False where the
    group is left out.
    """

    measure: str
    unit: str
    ours: Estimate
    n: int
    value: float | None
    expected: float | None
    difference: float | None
    low: float | None
    high: float | None
    left_out: int
    left_out_categories: tuple[str, ...]
    theirs_n: int | None
    method: str
    reason: str
    parts: pd.DataFrame


def standardise(
    ours: pd.DataFrame, theirs: pd.DataFrame, measure_id: str, academic_year: str
) -> Standardised:
    """Ours beside the figures of others, by the groups of one characteristic.

    ``ours`` has category, n, total, squares, as of ``measures.cells(frame, [measure_id], by=...)``.
    ``theirs`` has category, value (percent or points; NaN where suppressed or not published) and n
    (NaN where unknown: then their figure is taken as exact), and may have sd, the standard
    deviation of their scores; without it that of progress is the national one, and averages are
    taken as exact.

    The interval squares and adds (Newcombe 1998, method 10; Zou and Donner 2008): with w the share
    of a group among ours, low = difference - sqrt((value - ours low)^2 + sum of w^2 x (their high -
    theirs)^2), high likewise the other way; the limits of ours are those of ``measures.estimate``,
    theirs are Wilson's or mean +/- 1.96 x sd / sqrt(n). Raises KeyError for an unknown measure and
    ValueError for a group given twice or a percentage outside 0 to 100.
    """
    definition = book[measure_id]
    parts = _parts(ours, theirs, definition.statistic)
    used = parts[parts["used"]]
    whole = _whole(ours[ours["category"].astype("str").isin(used["category"])])
    own = measures.estimate(measure_id, academic_year, whole)
    lost = parts[~parts["used"]]
    result = Standardised(
        measure=measure_id,
        unit=definition.unit,
        ours=own,
        n=own.n or 0,
        value=own.value,
        expected=None,
        difference=None,
        low=None,
        high=None,
        left_out=int(lost["n"].sum()),
        left_out_categories=tuple(lost["category"].astype("str")),
        theirs_n=None,
        method="",
        reason=own.reason if lost.empty or own.symbol == "x" else NONE_PUBLISHED,
        parts=parts[list(PARTS)],
    )
    if own.value is None or not own.n:
        return result
    return _compared(result, own.value, _with_limits(used, measure_id, academic_year))


def figures_of(cells: pd.DataFrame, measure_id: str) -> pd.DataFrame:
    """The ``theirs`` of ``standardise`` from cells, such as pooled ones: category, value, n, sd.

    ``cells`` has category, n, total, squares; groups without children have no value.
    """
    found = [Cell(*row) for row in cells[["n", "total", "squares"]].to_numpy(dtype=object)]
    scale = 100 if book[measure_id].statistic == "proportion" else 1
    return pd.DataFrame(
        {
            "category": cells["category"].astype("str").to_numpy(),
            "value": [scale * c.total / (c.n * UNIT) if c.n else math.nan for c in found],
            "n": [c.n for c in found],
            "sd": [measures.standard_deviation(c) if c.n else None for c in found],
        }
    ).astype({"value": "float64", "sd": "float64"})


def _compared(result: Standardised, value: float, used: pd.DataFrame) -> Standardised:
    """The result with what was expected and the interval of the difference."""
    weight = used["n"] / result.n
    expected = math.fsum(weight * used["theirs"])
    difference = value - expected
    known = used["theirs_n"].notna().all()
    found = replace(
        result,
        expected=expected,
        difference=difference,
        theirs_n=int(used["theirs_n"].sum()) if known else None,
        reason="",
    )
    own = result.ours
    if own.low is None or own.high is None:
        return found
    above = math.fsum((weight * (used["theirs_high"] - used["theirs"])) ** 2)
    below = math.fsum((weight * (used["theirs"] - used["theirs_low"])) ** 2)
    return replace(
        found,
        low=difference - math.sqrt((value - own.low) ** 2 + above),
        high=difference + math.sqrt((own.high - value) ** 2 + below),
        method=_method(own, used),
    )


def _method(own: Estimate, used: pd.DataFrame) -> str:
    exact = (used["theirs_low"] == used["theirs_high"]).all()
    theirs = (
        "the published figures taken as exact"
        if exact
        else "squared and added to those of the published figures"
    )
    return f"Ours less expected, 95% interval: limits of ours ({own.method}), {theirs}"


def _parts(ours: pd.DataFrame, theirs: pd.DataFrame, statistic: str) -> pd.DataFrame:
    """PARTS, a row a group that has children of ours."""
    for frame, whose in ((ours, "ours"), (theirs, "theirs")):
        if frame["category"].duplicated().any():
            raise ValueError(f"a group of {whose} is given twice")
    groups = ours[ours["n"] > 0].reset_index(drop=True)
    names = groups["category"].astype("str")
    published = theirs.set_index(theirs["category"].astype("str"))
    held = pd.to_numeric(published["value"]).astype("float64")
    proportion = statistic == "proportion"
    if proportion and not held.dropna().between(0, 100).all():
        raise ValueError("a percentage is from 0 to 100")
    size = pd.to_numeric(published["n"]).astype("float64")
    value = held.reindex(names).to_numpy()
    scale = 100.0 if proportion else 1.0
    return pd.DataFrame(
        {
            "category": names,
            "n": groups["n"].astype("int64"),
            "value": scale * groups["total"] / (groups["n"] * float(UNIT)),
            "theirs": value,
            "theirs_n": size.where(size > 0).reindex(names).to_numpy(),
            "expected": value * groups["n"].to_numpy() / scale,
            "used": pd.notna(value),
            "sd": published["sd"].reindex(names).to_numpy() if "sd" in published else math.nan,
        }
    )


def _whole(cells: pd.DataFrame) -> Cell:
    """The cells of the groups together, as Python's whole numbers, which do not overflow."""
    sums = (sum(int(number) for number in cells[name]) for name in ("n", "total", "squares"))
    return Cell(*sums)


def _with_limits(used: pd.DataFrame, measure_id: str, academic_year: str) -> pd.DataFrame:
    """The groups with the 95% limits of their figures; an unknown number makes them exact."""
    if book[measure_id].statistic == "proportion":
        pairs = [
            _share_limits(value, n)
            for value, n in zip(used["theirs"], used["theirs_n"], strict=True)
        ]
        return used.assign(
            theirs_low=[low for low, _ in pairs], theirs_high=[high for _, high in pairs]
        )
    held = national_sd(measure_id, academic_year)
    spread = used["sd"].fillna(held[0] if held else 0.0)
    half = (Z * spread / used["theirs_n"] ** 0.5).fillna(0.0)
    return used.assign(theirs_low=used["theirs"] - half, theirs_high=used["theirs"] + half)


def _share_limits(percent: float, n: float) -> tuple[float, float]:
    if math.isnan(n):
        return percent, percent
    low, high = wilson(percent / 100 * int(n), int(n))
    return 100 * low, 100 * high
