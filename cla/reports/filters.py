"""Filters: which year, which cohort and which of its children a report is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cla import cohort
from cla.reports.filters_table import FILTERS, TITLES, Filter
from cla.reports.model import AS_AT_LABELS, COHORT_LABELS, Model

__all__ = ["AS_AT_LABELS", "DEFAULT_AS_AT", "DEFAULT_COHORT", "TITLES", "Filters"]
DEFAULT_COHORT = "12_months"
DEFAULT_AS_AT = "31_march"
_COHORT_IN_WORDS = {
    **{name: f"{label} {{year}}" for name, label in COHORT_LABELS.items()},
    "any_time": f"{COHORT_LABELS['any_time']} to 31 March {{year}}",
    "current": "Looked after now, by the list handed in since 31 March {year}",
}
OWN = ("year", "cohort", "as_at")
"""The address parameters that say what the figures are; the names of the filters narrow them."""

Query = Mapping[str, str | Sequence[str]]
Narrowed = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, init=False)
class Filters:
    """A selection. A filter that is not set means all; several values of one mean any of them.

    ``narrowed`` holds the filters that are set, in the order of the table, and their values in the
    order of their bands, so that equal selections are equal and hash alike. They are given and read
    by name: ``Filters(2025, sex=("F",)).sex``. ``as_at``: whether care is shown as at 31 March or
    as at the assessment.
    """

    year: int
    cohort: str
    as_at: str
    narrowed: Narrowed

    def __init__(
        self,
        year: int,
        cohort: str = DEFAULT_COHORT,
        as_at: str = DEFAULT_AS_AT,
        narrowed: Narrowed = (),
        **chosen: Sequence[str],
    ) -> None:
        """TypeError for a filter that does not exist, ValueError for a value it does not have."""
        unknown = sorted(set(chosen) - set(FILTERS))
        if unknown:
            raise TypeError(f"There is no filter called {', '.join(unknown)}.")
        every = {**dict(narrowed), **chosen}
        ordered = ((name, _ordered(one, every.get(name, ()))) for name, one in FILTERS.items())
        object.__setattr__(self, "year", year)
        object.__setattr__(self, "cohort", cohort)
        object.__setattr__(self, "as_at", as_at)
        object.__setattr__(self, "narrowed", tuple(one for one in ordered if one[1]))

    def __getattr__(self, name: str) -> tuple[str, ...]:
        """The values of a filter by its name. AttributeError for anything else."""
        if name in FILTERS and "narrowed" in self.__dict__:
            return self.values(name)
        raise AttributeError(name)

    @classmethod
    def from_query(cls, params: Query, years: Sequence[int]) -> Filters:
        """The filters of an address. Unknown names and values are ignored.

        A missing or unknown year becomes the latest of ``years``. ValueError when there is none.
        """
        if not years:
            raise ValueError("There is no year to choose from: no return is loaded.")
        asked = {name: _values(params.get(name, ())) for name in (*OWN, *FILTERS)}
        year = next((y for y in years if str(y) in asked["year"]), max(years))
        members = next((name for name in COHORT_LABELS if name in asked["cohort"]), DEFAULT_COHORT)
        as_at = next((name for name in AS_AT_LABELS if name in asked["as_at"]), DEFAULT_AS_AT)
        chosen = tuple((name, one.ordered(asked[name])) for name, one in FILTERS.items())
        return cls(year, members, as_at, chosen)

    def to_query(self) -> dict[str, str]:
        """Address parameters: the year always, the rest where it is not the default."""
        query = {"year": str(self.year)}
        if self.cohort != DEFAULT_COHORT:
            query["cohort"] = self.cohort
        if self.as_at != DEFAULT_AS_AT:
            query["as_at"] = self.as_at
        return {**query, **{name: ",".join(values) for name, values in self.narrowed}}

    def values(self, name: str) -> tuple[str, ...]:
        """The chosen values of one filter. KeyError when there is no such filter."""
        FILTERS[name]
        return dict(self.narrowed).get(name, ())

    @property
    def active(self) -> tuple[str, ...]:
        """The filters that are set, beyond year, cohort and day."""
        return tuple(name for name, _ in self.narrowed)

    def replace(self, **changes: Any) -> Filters:
        """The same selection with some values changed; an empty tuple takes a filter away."""
        own = {name: changes.pop(name, getattr(self, name)) for name in (*OWN, "narrowed")}
        return Filters(**own, **changes)

    def cleared(self) -> Filters:
        """Year and cohort only."""
        return Filters(year=self.year, cohort=self.cohort)

    def words(self, model: Model | None = None) -> str:
        """The selection in plain English, for captions and exports.

        With the model, schools and teams are called by their names.
        """
        when = _COHORT_IN_WORDS[self.cohort].format(year=self.year)
        if self.as_at != DEFAULT_AS_AT:
            when += ", care as at the assessment"
        parts = [
            _either([self._said(name, v, model) for v in values]) for name, values in self.narrowed
        ]
        return f"{when}: {'; '.join(parts)}" if parts else f"{when}: all children"

    def _said(self, name: str, value: str, model: Model | None) -> str:
        one = FILTERS[name]
        if value in one.words:
            return one.words[value]
        known = model.names(self.year, name) if model and self.year in model.years else {}
        return f"{one.in_words} {known.get(value, value)}"

    def apply(self, children: pd.DataFrame) -> pd.DataFrame:
        """The rows of children who belong to the cohort and meet every filter."""
        return children[self.chosen(children)]

    def chosen(self, children: pd.DataFrame) -> pd.Series:
        """Which rows of children ``apply`` keeps."""
        chosen = children[cohort.COHORTS[self.cohort]]
        for name, values in self.narrowed:
            chosen = chosen & children[name].isin(values)
        return chosen

    def among(self, model: Model, stage: str | None = None) -> pd.DataFrame:
        """The children of the year (at the end of a stage) with care on the chosen day, unfiltered.

        KeyError when the year, or the stage for it, is not loaded.
        """
        if stage:
            return model.pupils(stage, self.year, self.as_at)
        return model.children(self.year, self.as_at)

    def of(self, model: Model, stage: str | None = None) -> pd.DataFrame:
        """The chosen children of the year (at the end of a stage). KeyError as in ``among``."""
        return self.apply(self.among(model, stage))


def _ordered(one: Filter, values: Sequence[str]) -> tuple[str, ...]:
    wrong = [value for value in values if not one.valid(value)]
    if wrong:
        raise ValueError(f"The filter {one.name} has no value {wrong[0]!r}.")
    return one.ordered(set(values))


def _values(given: str | Sequence[str]) -> set[str]:
    texts = [given] if isinstance(given, str) else list(given)
    return {value.strip() for text in texts for value in text.split(",")}


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
