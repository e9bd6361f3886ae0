"""The measures of a selection of children, for a year or for several together.

Measures come from ``cla.measures``; here they are taken of the children chosen, and hidden from
readers who may not see small numbers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from cla import cohort, measures
from cla.reports import measure_safety
from cla.reports.filters import DEFAULT_COHORT, Filters
from cla.reports.model import STAGE_LABELS, Model, academic_year, year_name

Pick = Callable[[pd.DataFrame], pd.DataFrame]
"""Which of the matched children of a year a figure is of."""


@dataclass(frozen=True, eq=False)
class Figures:
    """The children of one selection at the end of a key stage, ready to be measured.

    ``matched`` has only the columns that measures read. ``missing`` says why there are no figures.
    ``between`` are the children in one cohort definition and not in another, where a reader must
    not be able to learn their results from the difference.
    """

    stage: str
    academic_year: str
    missing: str
    children: int
    matched: pd.DataFrame
    suppress: bool
    between: tuple[pd.DataFrame, ...]
    profile: str = measures.DFE_OUTCOMES

    @property
    def years(self) -> tuple[str, ...]:
        """The academic years that the figures are of, the latest first."""
        return (self.academic_year,)

    def used(self, name: str) -> tuple[str, ...]:
        """The academic years that a measure is taken over; none where the year has it not."""
        return self.years if measures.available(name, self.academic_year).available else ()

    def everybody(self) -> pd.DataFrame:
        """The matched children of all the years."""
        return self.matched

    def raw(self, name: str, pick: Pick | None = None) -> measures.Estimate:
        """One measure of these children, or of those picked, with nothing hidden."""
        rows = self.matched if pick is None else pick(self.matched)
        return measures.measure(rows, name, self.academic_year)

    def of(self, name: str) -> measures.Estimate:
        """One measure; without a value there is a reason."""
        available = measures.available(name, self.academic_year)
        if not available.available:
            return nothing(name, available.reason)
        if self.missing:
            return nothing(name, self.missing)
        estimate = self.raw(name)
        if estimate.n == 0:
            return dataclasses.replace(estimate, reason=self._nobody())
        if not self.suppress:
            return estimate
        (shown,) = measures.suppress([estimate], self.profile)
        if not shown.symbol and self._gives_away(name):
            return nothing(name, measures.REASON, "c")
        return measure_safety.safe(self.matched, self.academic_year, estimate, shown)

    def _nobody(self) -> str:
        if not self.children:
            return f"No child of this selection is at the end of {STAGE_LABELS[self.stage]}."
        if self.matched.empty:
            return "No child of this selection is matched to a result."
        return "No child of this selection counts in this measure."

    def _gives_away(self, name: str) -> bool:
        """Whether the figure less that of another cohort definition is one of small numbers."""
        differences = [measures.measure(one, name, self.academic_year) for one in self.between]
        return any(one.symbol == "c" for one in measures.suppress(differences, self.profile))


@dataclass(frozen=True, eq=False)
class Together:
    """The figures of several years taken together; ``parts`` by year, the latest first.

    A measure is taken over the years that have it and that no change of scale parts from the
    latest. ``loaded`` are the figures of every loaded year, the earliest first, for a reader who
    could take one span of years from another; none for those who may see all.
    """

    parts: tuple[Figures, ...]
    loaded: tuple[Figures, ...] = ()

    @property
    def latest(self) -> Figures:
        """The figures of the year that was asked for."""
        return self.parts[0]

    @property
    def academic_year(self) -> str:
        """The latest year."""
        return self.latest.academic_year

    @property
    def missing(self) -> str:
        """Why the latest year has no figures."""
        return self.latest.missing

    @property
    def suppress(self) -> bool:
        """Whether small numbers are hidden."""
        return self.latest.suppress

    @property
    def years(self) -> tuple[str, ...]:
        """The academic years that have results, the latest first."""
        return tuple(part.academic_year for part in self.parts if not part.missing)

    def used(self, name: str) -> tuple[str, ...]:
        """The academic years that a measure is taken over, the latest first."""
        return tuple(part.academic_year for part in self._parts(name))

    def everybody(self) -> pd.DataFrame:
        """The matched children of all the years."""
        return pd.concat([part.matched for part in self.parts], ignore_index=True)

    def raw(self, name: str, pick: Pick | None = None) -> measures.Estimate:
        """One measure of these children, or of those picked, with nothing hidden."""
        cells = {
            part.academic_year: cell
            for part in self._parts(name)
            if (cell := measures.cell(pick(part.matched) if pick else part.matched, name))
        }
        return measures.over_years(name, cells) if cells else self.latest.raw(name, pick)

    def of(self, name: str) -> measures.Estimate:
        """One measure over the years; without a value there is a reason."""
        parts = self._parts(name)
        if len(parts) < 2:
            return self.latest.of(name)
        own = self.raw(name)
        if own.n == 0 or not self.suppress:
            return own
        if not self._may_be_shown(name):
            return nothing(name, measures.REASON, "c")
        rows = pd.concat([part.matched for part in parts], ignore_index=True)
        (shown,) = measures.suppress([own], self.latest.profile)
        return measure_safety.safe(rows, self.academic_year, own, shown)

    def _may_be_shown(self, name: str) -> bool:
        """Whether no single year follows from this span, the other spans and the years shown."""
        spans = [Together(self._span(last)) for last in self.loaded]
        places = {part.academic_year: at for at, part in enumerate(self.loaded)}
        taken = {
            span.academic_year: [places[year] for year in span.used(name)]
            for span in spans
            if len(span.used(name)) > 1
        }
        singles = [part.raw(name) for part in self.loaded]
        shown = [part.of(name) for part in self.loaded]
        safe = measures.safe_wholes(singles, shown, list(taken.values()), self.latest.profile)
        return dict(zip(taken, safe, strict=True)).get(self.academic_year, False)

    def _span(self, last: Figures) -> tuple[Figures, ...]:
        """The loaded years that a span of as many years as this takes, up to ``last``."""
        ages = [
            (int(last.academic_year[:4]) - int(one.academic_year[:4]), one) for one in self.loaded
        ]
        return tuple(one for age, one in reversed(ages) if 0 <= age < len(self.parts))

    def _parts(self, name: str) -> tuple[Figures, ...]:
        """The years a measure can be taken over; none when the latest has it not."""
        if self.missing or not measures.available(name, self.academic_year).available:
            return ()
        return tuple(part for part in self.parts if not part.missing and self._fits(name, part))

    def _fits(self, name: str, part: Figures) -> bool:
        year = part.academic_year
        if not measures.available(name, year).available:
            return False
        return year == self.academic_year or not scale_broke(name, year, self.academic_year)


def figures(
    model: Model,
    filters: Filters,
    stage: str,
    *,
    child_level: bool,
    keep: Sequence[str] = (),
    profile: str = measures.DFE_OUTCOMES,
) -> Figures:
    """The figures of a selection; of a year or stage that is not loaded, the reason.

    ``keep`` names columns that ``matched`` shall have besides those that measures read; ``profile``
    the rules for small numbers that hold without ``child_level``.
    """
    year = academic_year(filters.year)
    missing = ""
    if filters.year not in model.years:
        missing = f"No return for {year_name(filters.year)} is loaded."
    elif stage not in model.stages(filters.year):
        missing = f"No {STAGE_LABELS[stage]} results for {year} are loaded."
    if missing:
        return Figures(stage, year, missing, 0, pd.DataFrame(), not child_level, (), profile)
    pupils = filters.among(model, stage)
    chosen = filters.chosen(pupils)
    columns = measured_columns(stage, pupils)
    kept = [*columns, *(name for name in keep if name in pupils and name not in columns)]
    matched = pupils.loc[chosen & pupils["matched"], kept]
    between = () if child_level else _between(pupils, filters.cohort, columns)
    hides = not child_level
    return Figures(stage, year, "", int(chosen.sum()), matched, hides, between, profile)


def together(
    model: Model,
    filters: Filters,
    stage: str,
    years: int,
    *,
    child_level: bool,
    keep: Sequence[str] = (),
) -> Figures | Together:
    """The figures of the selection in its year and those before it, ``years`` in all."""

    def of(year: int) -> Figures:
        of_year = filters.replace(year=year)
        return figures(model, of_year, stage, child_level=child_level, keep=keep)

    if years == 1:
        return of(filters.year)
    loaded = () if child_level else tuple(of(year) for year in model.results_years(stage))
    return Together(tuple(of(filters.year - back) for back in range(years)), loaded)


def measured_columns(stage: str, pupils: pd.DataFrame) -> list[str]:
    """The columns that the measures of a stage read, as far as the results carry them, and who
    counts at all."""
    read = [measure_safety.WHO_COUNTS]
    for one in measures.of_stage(stage):
        read += [one.numerator, one.denominator]
    return [name for name in dict.fromkeys(read) if name in pupils]


def _between(pupils: pd.DataFrame, chosen: str, columns: list[str]) -> tuple[pd.DataFrame, ...]:
    """Matched children in the chosen cohort or in another, not in both; none for the default."""
    if chosen == DEFAULT_COHORT:
        return ()
    members = pupils[cohort.COHORTS[chosen]]
    others = [pupils[column] for name, column in cohort.COHORTS.items() if name != chosen]
    return tuple(pupils.loc[(members ^ other) & pupils["matched"], columns] for other in others)


@cache
def scale_broke(name: str, earlier: str, later: str) -> bool:
    """Whether the scale of a measure broke between two academic years."""
    return bool(measures.breaks_between(name, earlier, later))


def spoken(years: Sequence[str]) -> str:
    """Academic years, the latest first, as they are said: "2022/23 to 2024/25"."""
    different = sorted(dict.fromkeys(years))
    if len(different) < 2:
        return "".join(different)
    starts = [int(year[:4]) for year in different]
    if starts[-1] - starts[0] == len(starts) - 1:
        return f"{different[0]} to {different[-1]}"
    return ", ".join(different[:-1]) + f" and {different[-1]}"


def nothing(name: str, reason: str, symbol: str = "x") -> measures.Estimate:
    """An estimate without a figure, and why."""
    unit = measures.book[name].unit
    return measures.Estimate(name, None, None, None, None, None, "", unit, reason, symbol)
