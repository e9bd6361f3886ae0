"""Filters: which year, which cohort and which of its children a report is about."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cla import cohort
from cla.cohort import groups
from cla.reports.model import COHORT_LABELS, STAGE_LABELS, Model, academic_year

DEFAULT_COHORT = "12_months"
TITLES: Mapping[str, str] = {
    "sex": "Sex",
    "sen": "SEN provision",
    "time_in_care": "Time in care",
    "placement": "Placement type",
}
"""The filters beyond year and cohort, in the order of the bar; also the columns they read."""

Query = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Filters:
    """A selection. An empty tuple means all; several values of one filter mean any of them."""

    year: int
    cohort: str = DEFAULT_COHORT
    sex: tuple[str, ...] = ()
    sen: tuple[str, ...] = ()
    time_in_care: tuple[str, ...] = ()
    placement: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, params: Query, years: Sequence[int]) -> Filters:
        """The filters of an address. Unknown names and values are ignored.

        A missing or unknown year becomes the latest of ``years``. ValueError when there is none.
        """
        if not years:
            raise ValueError("There is no year to choose from: no return is loaded.")
        asked = {name: _values(params.get(name, ())) for name in ("year", "cohort", *TITLES)}
        year = next((y for y in years if str(y) in asked["year"]), max(years))
        known = next((name for name in COHORT_LABELS if name in asked["cohort"]), DEFAULT_COHORT)
        chosen = {
            name: tuple(value for value in groups.labels(name) if value in asked[name])
            for name in TITLES
        }
        return cls(year=year, cohort=known, **chosen)

    def to_query(self) -> dict[str, str]:
        """Address parameters: the year always, the rest where it is not the default."""
        query = {"year": str(self.year)}
        if self.cohort != DEFAULT_COHORT:
            query["cohort"] = self.cohort
        for name in self.active:
            query[name] = ",".join(self.values(name))
        return query

    def values(self, name: str) -> tuple[str, ...]:
        """The chosen values of one filter."""
        chosen: tuple[str, ...] = getattr(self, name)
        return chosen

    @property
    def active(self) -> tuple[str, ...]:
        """The filters that are set, beyond year and cohort."""
        return tuple(name for name in TITLES if self.values(name))

    def replace(self, **changes: Any) -> Filters:
        """The same selection with some values changed."""
        return dataclasses.replace(self, **changes)

    def cleared(self) -> Filters:
        """Year and cohort only."""
        return Filters(year=self.year, cohort=self.cohort)

    def words(self) -> str:
        """The selection in plain English, for captions and exports."""
        whole = COHORT_LABELS[self.cohort]
        when = (
            f"{whole} {self.year}"
            if self.cohort != "any_time"
            else f"{whole} to 31 March {self.year}"
        )
        parts = [_either([_in_words(name, v) for v in self.values(name)]) for name in self.active]
        return f"{when}: {'; '.join(parts)}" if parts else f"{when}: all children"

    def apply(self, children: pd.DataFrame) -> pd.DataFrame:
        """The rows of children who belong to the cohort and meet every filter."""
        return children[self.chosen(children)]

    def chosen(self, children: pd.DataFrame) -> pd.Series:
        """Which rows of children ``apply`` keeps."""
        chosen = children[cohort.COHORTS[self.cohort]]
        for name in self.active:
            chosen = chosen & children[name].isin(self.values(name))
        return chosen


def _values(given: str | Sequence[str]) -> set[str]:
    texts = [given] if isinstance(given, str) else list(given)
    return {value.strip() for text in texts for value in text.split(",")}


def _in_words(name: str, value: str) -> str:
    label = groups.labels(name)[value]
    if value == groups.UNKNOWN:
        return f"{TITLES[name]} not known"
    keeps_capitals = label[:2].isupper()
    return label if keeps_capitals else label[0].lower() + label[1:]


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


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
    available: bool
    reason: str
    choices: tuple[Choice, ...]


def options(model: Model, filters: Filters, stage: str | None = None) -> tuple[Option, ...]:
    """The filters that can be offered, with counts of children under the other filters.

    ``stage`` counts the children at the end of that key stage instead of the whole cohort. Values
    nobody has are left out unless they are chosen.
    """
    if filters.year not in model.years:
        return ()
    if stage in model.stages(filters.year):
        frame = model.pupils(str(stage), filters.year)
    else:
        frame = model.children(filters.year)
    return tuple(_option(model, filters, name, frame) for name in TITLES)


def _option(model: Model, filters: Filters, name: str, frame: pd.DataFrame) -> Option:
    if name == "sen" and not model.sen_source(filters.year):
        return Option(name, TITLES[name], False, _what_to_load(filters.year), ())
    others = filters.replace(**{name: ()}).apply(frame)
    counts = others[name].value_counts()
    choices = tuple(
        Choice(value, label, int(counts.get(value, 0)))
        for value, label in groups.labels(name).items()
        if counts.get(value, 0) or value in filters.values(name)
    )
    return Option(name, TITLES[name], True, "", choices)


def _what_to_load(year: int) -> str:
    stages = f"{STAGE_LABELS['ks2']} or {STAGE_LABELS['ks4']}"
    return (
        f"SEN provision is not loaded for {academic_year(year)}: "
        f"load the school census, or {stages} results that carry it."
    )
