"""What the filter bar offers: the choices of every filter, with counts, and what to load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla import cohort
from cla.cohort import groups
from cla.reports.filters import DEFAULT_AS_AT, Filters
from cla.reports.filters_table import FILTERS, Filter
from cla.reports.model import Model, academic_year, year_name
from cla.stages import STAGES


@dataclass(frozen=True)
class Choice:
    """One value a filter can take, and how many children it would show."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Option:
    """One filter of the bar. ``reason`` says what to load when it is not available."""

    name: str
    title: str
    group: str
    front: bool
    available: bool
    reason: str
    choices: tuple[Choice, ...]


def options(model: Model, filters: Filters, stage: str | None = None) -> tuple[Option, ...]:
    """All filters, with counts of children under the other filters.

    ``stage`` counts the children at the end of that key stage instead of the whole cohort. Values
    nobody has are left out unless they are chosen.
    """
    if filters.year not in model.years:
        return ()
    with_results = stage if stage in model.stages(filters.year) else None
    frame = filters.among(model, with_results)
    return tuple(
        _option(model, filters, FILTERS[name], frame[name], others)
        for name, others in _under_the_others(filters, frame)
    )


def _under_the_others(filters: Filters, frame: pd.DataFrame) -> Iterator[tuple[str, np.ndarray]]:
    """Each filter, and which rows meet all the other ones."""
    met = {name: frame[name].isin(values).to_numpy() for name, values in filters.narrowed}
    member = frame[cohort.COHORTS[filters.cohort]].to_numpy(dtype=bool)
    failed = sum((~mask for mask in met.values()), start=np.zeros(len(frame), dtype=int))
    for name in FILTERS:
        allowed = failed - ~met[name] if name in met else failed
        yield name, member & (allowed == 0)


def _option(
    model: Model, filters: Filters, one: Filter, column: pd.Series, others: np.ndarray
) -> Option:
    reason = lacking(model, filters.year, one.name)
    counts = _counts(column, others)
    chosen = filters.values(one.name)
    choices = tuple(
        Choice(value, label, counts.get(value, 0))
        for value, label in _labels(model, filters.year, one, (*counts, *chosen)).items()
        if counts.get(value, 0) or value in chosen
    )
    return Option(
        one.name, one.title, one.group, one.front, not reason, reason, () if reason else choices
    )


def _counts(column: pd.Series, rows: np.ndarray) -> dict[str, int]:
    """How many of these rows have each value; values of none left out."""
    kinds = column.astype("category").cat
    found = np.bincount(kinds.codes[rows] + 1, minlength=len(kinds.categories) + 1)[1:]
    return {str(v): int(n) for v, n in zip(kinds.categories, found, strict=True) if n}


def _labels(model: Model, year: int, one: Filter, values: tuple[str, ...]) -> Mapping[str, str]:
    """The names of the choices in their order: bands as in the table, names by alphabet."""
    if not one.dynamic:
        return one.labels
    known = model.names(year, one.name)
    named = {v: known.get(v, v) for v in dict.fromkeys(values) if v != groups.UNKNOWN}
    return {**dict(sorted(named.items(), key=lambda item: item[1])), **one.labels}


def lacking(model: Model, year: int, name: str) -> str:
    """What to load for a filter of a year, when nobody's value is known; else nothing."""
    return model.once(("lacking", year), lambda: _lacking(model, year))[name]


def _lacking(model: Model, year: int) -> dict[str, str]:
    frame = model.children(year)
    return {
        name: "" if _anybody(frame[name]) else _what_to_load(one, year)
        for name, one in FILTERS.items()
    }


def _anybody(column: pd.Series) -> bool:
    return bool((column != groups.UNKNOWN).any())


def _what_to_load(one: Filter, year: int) -> str:
    when = f"{academic_year(year)}" if "return" not in one.load else f"{year_name(year)}"
    return f"{one.title} is not loaded for {when}: {one.load}"


def as_at_notes(model: Model, filters: Filters, stage: str | None = None) -> tuple[str, ...]:
    """What a report says when care is shown as at the assessment."""
    if filters.as_at == DEFAULT_AS_AT or filters.year not in model.years:
        return ()
    if filters.year + 1 not in model.years:
        return (
            f"The return for {year_name(filters.year + 1)} is not loaded, so the picture ends on "
            f"31 March {filters.year}: care is shown as at that day, not as at the assessment.",
        )
    when = assessment_day(stage, filters.year) if stage in STAGES else "its assessment"
    return (
        f"Placement, legal status, time in care and what else is said of care is as at {when}; who "
        f"is in the cohort is as at 31 March {filters.year}.",
    )


def assessment_day(stage: str | None, year: int) -> str:
    """The nominal day of the assessment of a stage in the summer of a collection year, in words."""
    month, day = STAGES[str(stage)].taken
    return f"{day} {pd.Timestamp(year, month, day):%B %Y}"
