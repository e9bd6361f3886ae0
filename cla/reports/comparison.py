"""Measures of a group of children beside the published figures, one row a measure.

Measures come from ``cla.measures``, published figures from ``cla.benchmarks``; here they are put
side by side, with the gap, a verdict in words and the year before.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from cla import authorities, benchmarks, cohort, measures
from cla.reports import measure_safety
from cla.reports.filters import DEFAULT_COHORT, Filters
from cla.reports.model import STAGE_LABELS, Model, academic_year, year_name

TOO_FEW = 5
"""Averages and percentages of this many children or fewer are given no verdict."""
ABOVE, BELOW = "above", "below"
NO_DIFFERENCE = "no different from what chance allows"
TOO_FEW_TO_SAY = "too few to say"


COMPARATORS: Mapping[str, str] = {
    "england_cla": "England, looked after",
    "region_cla": "Region, looked after",
    "england_all": "England, all pupils",
}
"""What ours stand beside, by the name of the column of the figure."""
OWN = (
    "measure",
    "category",
    "label",
    "group",
    "unit",
    "n",
    "total",
    "value",
    "low",
    "high",
    "method",
    "reason",
)
BEFORE = ("last_year", "last_year_n", "change")
COLUMNS = (
    *OWN,
    "region",
    *(
        f"{name}{what}"
        for name in COMPARATORS
        for what in ("", "_year", "_release", "_source", "_gap", "_verdict")
    ),
    "gap",
    "verdict",
    *BEFORE,
)
"""One row is one measure of a selection. Missing numbers are NaN; ``reason`` says why.

``total`` is the number who reached it or the sum of the scores, ``method`` names the interval.
``england_cla``, ``region_cla`` and ``england_all`` are published figures: of the same academic
year or, until these are published, of the closest earlier one on the same scale; ``..._year`` says
which. ``..._gap`` is ours less theirs, ``..._verdict`` what the interval says of it. ``gap`` and
``verdict`` are those against looked-after children in England. ``region`` is the authority's
region, "" where none is published for it. ``category`` is the group of one measure by a
characteristic, "" for everybody. ``last_year`` is ours of the year before, ``change`` ours less
that, missing where the scale broke.
"""


def measure_rows(
    model: Model,
    filters: Filters,
    stage: str,
    groups: Sequence[tuple[str, str]],
    *,
    child_level: bool,
) -> pd.DataFrame:
    """One row a measure: (measure id, heading it stands under). Filters are already allowed."""
    now = figures(model, filters, stage, child_level=child_level)
    before = filters.replace(year=filters.year - 1)
    then = figures(model, before, stage, child_level=child_level)
    region = region_of(model.la)
    rows = [
        row(
            now.of(name),
            then.of(name),
            label=measures.book[name].label,
            group=group,
            beside=beside(name, now.academic_year, region),
            comparable=not scale_broke(name, then.academic_year, now.academic_year),
            region=region,
        )
        for name, group in groups
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def row(
    own: measures.Estimate,
    last: measures.Estimate,
    *,
    label: str,
    group: str,
    beside: Mapping[str, benchmarks.Figure | None],
    comparable: bool,
    region: str,
    category: str = "",
) -> dict[str, object]:
    """One row of ``COLUMNS``: ours, what stands beside it, and ours of the year before."""
    value = number(own.value)
    cells: dict[str, object] = {
        "measure": own.measure,
        "category": category,
        "label": label,
        "group": group,
        "unit": own.unit,
        "n": number(own.n),
        "total": number(own.total),
        "value": value,
        "low": number(own.low),
        "high": number(own.high),
        "method": own.method,
        "reason": own.reason,
        "region": region,
        "last_year": number(last.value),
        "last_year_n": number(last.n),
        "change": value - number(last.value) if comparable else np.nan,
    }
    for name, figure in beside.items():
        theirs = figure_value(figure)
        cells |= {
            name: theirs,
            f"{name}_year": figure.period if figure else "",
            f"{name}_release": figure.release if figure else "",
            f"{name}_source": figure.source if figure else "",
            f"{name}_gap": value - theirs,
            f"{name}_verdict": verdict(own, theirs),
        }
    return cells | {"gap": cells["england_cla_gap"], "verdict": cells["england_cla_verdict"]}


def beside(name: str, year: str, region: str) -> dict[str, benchmarks.Figure | None]:
    """The published figures that stand beside a measure, by ``COMPARATORS``."""
    regional = closest_published(name, year, benchmarks.LOOKED_AFTER, region) if region else None
    return {
        "england_cla": closest_published(name, year, benchmarks.LOOKED_AFTER),
        "region_cla": regional,
        "england_all": closest_published(name, year, benchmarks.ALL_PUPILS),
    }


@cache
def region_of(la: str) -> str:
    """The region of an authority, "" where no figures of it are published (invented ones)."""
    try:
        region = authorities.find(la).region
    except authorities.UnknownAuthorityError:
        return ""
    return region if region in benchmarks.areas() else ""


@cache
def closest_published(
    name: str,
    year: str,
    group: str,
    area: str = benchmarks.ENGLAND,
    characteristic: str = benchmarks.TOTAL,
    category: str = benchmarks.TOTAL,
) -> benchmarks.Figure | None:
    """The figure of an academic year (England's or a region's), else of the two years before it.

    An earlier one only where this year has the measure and the scale did not break in between.
    None where there is neither.
    """
    if not measures.available(name, year).available:
        return None
    summer = int(year[:4]) + 1
    for earlier in (summer, summer - 1, summer - 2):
        figure = benchmarks.published(
            name, academic_year(earlier), group, area, characteristic, category
        )
        if figure is not None and figure.value is not None:
            return None if scale_broke(name, academic_year(earlier), year) else figure
    return None


def figure_value(figure: benchmarks.Figure | None) -> float:
    """The number of a published figure; NaN when there is none or it is suppressed."""
    return np.nan if figure is None else number(figure.value)


def number(value: float | None) -> float:
    """A number that may be missing, as a float with NaN for missing."""
    return np.nan if value is None else float(value)


def verdict(own: measures.Estimate, england: float) -> str:
    """What the interval says of the published figure, in words; "" when one of them is missing."""
    if own.value is None or own.n is None or np.isnan(england):
        return ""
    if own.n <= TOO_FEW or own.low is None or own.high is None:
        return TOO_FEW_TO_SAY
    if own.low > england:
        return ABOVE
    return BELOW if own.high < england else NO_DIFFERENCE


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

    def of(self, name: str) -> measures.Estimate:
        """One measure; without a value there is a reason."""
        available = measures.available(name, self.academic_year)
        if not available.available:
            return nothing(name, available.reason)
        if self.missing:
            return nothing(name, self.missing)
        estimate = measures.measure(self.matched, name, self.academic_year)
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

    ``keep`` names columns that ``matched`` shall have besides those that measures read.
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
    columns = _columns(stage, pupils)
    kept = [*columns, *(name for name in keep if name in pupils and name not in columns)]
    matched = pupils.loc[chosen & pupils["matched"], kept]
    between = () if child_level else _between(pupils, filters.cohort, columns)
    hides = not child_level
    return Figures(stage, year, "", int(chosen.sum()), matched, hides, between, profile)


def _columns(stage: str, pupils: pd.DataFrame) -> list[str]:
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


def nothing(name: str, reason: str, symbol: str = "x") -> measures.Estimate:
    """An estimate without a figure, and why."""
    unit = measures.book[name].unit
    return measures.Estimate(name, None, None, None, None, None, "", unit, reason, symbol)
