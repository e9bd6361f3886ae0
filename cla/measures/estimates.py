"""A measure over a cohort: n, total, value and a 95% interval, or the reason why there is none.

Everything goes through a cell (``cla.measures.cells``), so that a figure of pooled cells is that of
the children together, to the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from cla.measures.book import Measure, book
from cla.measures.cells import UNIT, Cell, cell
from cla.measures.intervals import Z, mean_interval, national_sd, progress_interval, wilson
from cla.measures.years import available, breaks_between

WILSON = "Wilson 95% interval"
STUDENT = "Student's t 95% interval, sample standard deviation"
NONE = ""
NOT_CARRIED = "The results loaded do not carry this measure."


@dataclass(frozen=True)
class Estimate:
    """One figure. ``value``, ``low`` and ``high`` are unrounded, in percent (0 to 100) or points.

    ``n`` pupils in the measure, ``total`` of them who reached it or the sum of their scores.
    ``method`` names the interval; there is none of one score, or of scores that are all the same.
    ``reason`` says why there is no value; ``symbol`` is DfE's ("c" suppressed, "z" not applicable,
    "x" not available).
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
    """The measure over a frame of results, one row a pupil: the estimate of its ``cell``.

    Raises KeyError for an unknown measure.
    """
    state = available(measure_id, academic_year)
    if not state.available:
        return _nothing(book[measure_id], state.reason, "x")
    return estimate(measure_id, academic_year, cell(frame, measure_id))


def estimate(measure_id: str, academic_year: str, cell: Cell | None) -> Estimate:
    """The measure of a cell in an academic year; of None ("not carried") the reason.

    Proportions: Wilson's 95% interval. Progress: DfE's, with the national standard deviation of the
    year; where none is held, and for averages: Student's t with the sample's own. Raises KeyError
    for an unknown measure and ValueError for a cell that no children can have.
    """
    definition = book[measure_id]
    state = available(measure_id, academic_year)
    if not state.available:
        return _nothing(definition, state.reason, "x")
    if cell is None:
        return _nothing(definition, NOT_CARRIED, "x")
    return _figure(definition, {academic_year: cell})


def over_years(measure_id: str, cells: Mapping[str, Cell | None]) -> Estimate:
    """The measure of the children of several academic years together; ``method`` names the years.

    Each child weighs the same, whatever the year. Progress keeps each year's national standard
    deviation: the mean +/- 1.96 x sqrt(sum of n x sd^2 over the years) / n. Years that do not have
    the measure are left out and named. Years on both sides of a broken scale are not put together:
    no value, and ``reason`` says which. Raises KeyError for an unknown measure and ValueError for
    no years at all or a cell that no children can have.
    """
    if not cells:
        raise ValueError("a figure of several years needs at least one")
    definition = book[measure_id]
    years = sorted(cells)
    used = {
        year: held
        for year in years
        if (held := cells[year]) is not None and available(measure_id, year).available
    }
    if not used:
        last = available(measure_id, years[-1])
        return _nothing(definition, NOT_CARRIED if last.available else last.reason, "x")
    broken = breaks_between(measure_id, min(used), max(used))
    if broken:
        return _nothing(definition, _apart(broken[0].academic_year, broken[0].reason), "x")
    found = _figure(definition, used)
    if not found.method:
        return found
    return replace(
        found, method=found.method + _which([*used], [y for y in years if y not in used])
    )


def _apart(academic_year: str, reason: str) -> str:
    return f"Years before {academic_year} and from then on are not put together. {reason}"


def _which(used: list[str], without: list[str]) -> str:
    """Which years are in a figure, for the end of its method."""
    if len(used) == 1 and not without:
        return ""
    said = f"; {len(used)} years together: {_listed(used)}" if len(used) > 1 else f"; {used[0]}"
    return f"{said} (no figure in {_listed(without)})" if without else said


def _listed(years: list[str]) -> str:
    return " and ".join([", ".join(years[:-1]), years[-1]] if len(years) > 1 else years)


def _figure(definition: Measure, cells: Mapping[str, Cell]) -> Estimate:
    """The figure of the children of one or more years that have it."""
    whole = sum(cells.values(), Cell())
    if whole.n == 0:
        return _nobody(definition)
    if definition.statistic == "proportion":
        return _proportion(definition, whole)
    deviations = {year: national_sd(definition.id, year) for year in cells}
    if definition.statistic == "progress" and all(deviations.values()):
        return _progress(definition, cells, whole)
    return _mean(definition, whole)


def _proportion(definition: Measure, whole: Cell) -> Estimate:
    n = whole.n
    total, rest = divmod(whole.total, UNIT)
    if rest or not 0 <= total <= n or whole.squares != whole.total:
        raise ValueError("a cell of a proportion counts those who reached it, of those counted")
    low, high = wilson(total, n)
    return Estimate(
        definition.id, n, total, 100 * total / n, 100 * low, 100 * high, WILSON, definition.unit
    )


def _mean(definition: Measure, whole: Cell) -> Estimate:
    n, total, mean = whole.n, whole.total / UNIT, whole.total / (whole.n * UNIT)
    deviation = standard_deviation(whole)
    if not deviation:
        return Estimate(definition.id, n, total, mean, None, None, NONE, definition.unit)
    low, high = mean_interval(n, mean, deviation)
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


def standard_deviation(cell: Cell) -> float | None:
    """The sample standard deviation (n - 1) of the scores in points; None of fewer than two.

    0.0 where the scores are the same as far as eight decimals of their squares tell. Raises
    ValueError for squares that no scores can have.
    """
    n = cell.n
    spread = n * cell.squares * UNIT - cell.total**2  # n times the squared distances, exact
    lost = n * n * UNIT // 2  # what rounding each square can have taken away or added
    if spread < -lost:
        raise ValueError("no scores have this sum and so small a sum of squares")
    if n < 2:
        return None
    return 0.0 if spread <= lost else math.sqrt(spread / (n * (n - 1) * UNIT**2))


def _progress(definition: Measure, cells: Mapping[str, Cell], whole: Cell) -> Estimate:
    n, total = whole.n, whole.total / UNIT
    held = {year: national_sd(definition.id, year) or (0.0, "") for year in cells}
    if len(cells) == 1:
        (year,) = cells
        mean, low, high = progress_interval(definition.id, year, n=n, total=total)
        said = "national standard deviation"
    else:
        mean = total / n
        squares = math.fsum(cells[year].n * sd * sd for year, (sd, _) in held.items())
        half = Z * math.sqrt(squares) / n
        low, high = mean - half, mean + half
        said = "each year's national standard deviation"
    spoken = ", ".join(f"{sd:g} ({basis})" for sd, basis in held.values())
    return Estimate(
        definition.id,
        n,
        total,
        mean,
        low,
        high,
        f"DfE 95% interval, {said} {spoken}",
        definition.unit,
    )


def _nothing(definition: Measure, reason: str, symbol: str) -> Estimate:
    return Estimate(
        definition.id, None, None, None, None, None, NONE, definition.unit, reason, symbol
    )


def _nobody(definition: Measure) -> Estimate:
    reason = "No pupil of the selection is in this measure."
    return Estimate(definition.id, 0, 0.0, None, None, None, NONE, definition.unit, reason, "z")
