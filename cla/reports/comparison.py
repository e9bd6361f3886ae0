"""Measures of a group of children beside what they are held against, one row a measure.

Ours come from ``figures``, theirs from ``comparators`` and ``pooled``; here they are put side by
side, with the gap, the interval of the difference, a verdict in words and the chance that ours is
above.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cla import measures
from cla.reports.comparators import COMPARATORS, NOTHING, Beside, published_beside, region_of
from cla.reports.figures import Figures, Together, figures, scale_broke, spoken, together
from cla.reports.filters import Filters
from cla.reports.model import Model
from cla.reports.pooled import Others

TOO_FEW = 5
"""Averages and percentages of this many children or fewer are given no verdict."""
ABOVE, BELOW = "above", "below"
NO_DIFFERENCE = "no different from what chance allows"
TOO_FEW_TO_SAY = "too few to say"
OVERLAP = "Years taken together are not held against the years before them: they overlap."

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
    "years",
)
BEFORE = ("last_year", "last_year_n", "change")
ABOUT = (
    "",
    "_year",
    "_release",
    "_source",
    "_n",
    "_note",
    "_gap",
    "_low",
    "_high",
    "_verdict",
    "_chance",
)
COLUMNS = (
    *OWN,
    "region",
    *(f"{name}{what}" for name in COMPARATORS for what in ABOUT),
    "gap",
    "verdict",
    *BEFORE,
)
"""One row is one measure of a selection. Missing numbers are NaN; ``reason`` says why.

``total`` is the number who reached it or the sum of the scores, ``method`` names the interval,
``years`` are the academic years it is taken over ("2024/25", "2022/23 to 2024/25").
Each comparator (``COMPARATORS``) has its figure, the year, release and source it is of, the
children behind it (``..._n``) and what has to be known of it (``..._note``). Published figures are
of the same academic year or, until these are published, of the closest earlier one on the same
scale. ``..._gap`` is ours less theirs, ``..._low`` and ``..._high`` its 95% interval,
``..._verdict`` what that says, ``..._chance`` (0 to 1) how likely it is that ours is above, chance
alone considered. ``gap`` and ``verdict`` are those against looked-after children in England.
``region`` is the authority's region, "" where none is published for it. ``category`` is the group
of one measure by a characteristic, "" for everybody. ``last_year`` is ours of the year before,
``change`` ours less that, missing where the scale broke.
"""


def measure_rows(
    model: Model,
    filters: Filters,
    stage: str,
    groups: Sequence[tuple[str, str]],
    *,
    child_level: bool,
    years: int = 1,
    others: Others | None = None,
) -> pd.DataFrame:
    """One row a measure: (measure id, heading it stands under). Filters are already allowed."""
    now = together(model, filters, stage, years, child_level=child_level)
    then = figures(model, filters.replace(year=filters.year - 1), stage, child_level=child_level)
    names = [name for name, _ in groups]
    pools = others.pool(filters, stage, names, years) if others else {}
    rows = []
    for name, group in groups:
        own, last = now.of(name), last_of(then, now, name)
        beside = {
            **published(model, now, name),
            "pooled": pools.get((name, ""), NOTHING),
            "own_last": own_last(last, name, then.academic_year, now.academic_year),
        }
        label = measures.book[name].label
        rows.append(
            row(own, last, label=label, group=group, beside=beside, when=spoken(now.used(name)))
            | {"region": region_of(model.la)}
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def row(
    own: measures.Estimate,
    last: measures.Estimate | None,
    *,
    label: str,
    group: str,
    beside: Mapping[str, Beside],
    when: str,
    category: str = "",
) -> dict[str, object]:
    """One row of ``COLUMNS`` but for the region: ours, what stands beside it, and the year before
    (None where there is none to compare with)."""
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
        "years": when,
        "last_year": number(last.value) if last else np.nan,
        "last_year_n": number(last.n) if last else np.nan,
        "change": value - beside.get("own_last", NOTHING).value,
    }
    for name in COMPARATORS:
        cells |= _held_against(name, own, beside.get(name, NOTHING))
    return cells | {"gap": cells["england_cla_gap"], "verdict": cells["england_cla_verdict"]}


def _held_against(name: str, own: measures.Estimate, theirs: Beside) -> dict[str, object]:
    low, high = difference(own, theirs)
    return {
        name: theirs.value,
        f"{name}_year": theirs.year,
        f"{name}_release": theirs.release,
        f"{name}_source": theirs.source,
        f"{name}_n": theirs.n,
        f"{name}_note": theirs.note,
        f"{name}_gap": number(own.value) - theirs.value,
        f"{name}_low": low,
        f"{name}_high": high,
        f"{name}_verdict": verdict(own, theirs),
        f"{name}_chance": number(chance(own, theirs)),
    }


def last_of(then: Figures, now: Figures | Together, name: str) -> measures.Estimate | None:
    """Ours of the year before; None for years taken together, which overlap with those before."""
    return then.of(name) if isinstance(now, Figures) else None


def own_last(last: measures.Estimate | None, name: str, year: str, now: str) -> Beside:
    """Ours of the year before as it stands beside ours of this year (``now``)."""
    if last is None:
        return Beside(note=OVERLAP)
    if scale_broke(name, year, now):
        return Beside(note="The scale changed since the year before.")
    if last.value is None:
        return Beside(note=f"c: {last.reason}" if last.symbol == "c" else "")
    return Beside(
        value=last.value,
        year=year,
        source="the results of the year before, counted in the same way",
        n=number(last.n),
        low=number(last.low),
        high=number(last.high),
    )


def published(model: Model, own: Figures | Together, name: str) -> dict[str, Beside]:
    """The published figures beside a measure: of its year, or of its years in our proportions."""
    years = own.used(name) or (own.academic_year,)
    if isinstance(own, Figures) or len(years) == 1:
        return published_beside(model, name, own.academic_year)
    sizes = {
        part.academic_year: part.raw(name).n or 0
        for part in own.parts
        if part.academic_year in years
    }
    of_years = {year: published_beside(model, name, year) for year in years}
    return {
        which: _average([(sizes[year], of_years[year][which]) for year in years])
        for which in of_years[years[0]]
    }


def _average(parts: Sequence[tuple[int, Beside]]) -> Beside:
    """The mean of the years' figures, each year as heavy as in ours, so that the same is compared
    with the same; nothing where a year has none."""
    lacking = [one for _, one in parts if np.isnan(one.value)]
    whole = sum(size for size, _ in parts)
    if lacking or not whole:
        return Beside(note=lacking[0].note if lacking else "")
    latest = parts[0][1]
    return Beside(
        value=sum(size * one.value for size, one in parts) / whole,
        year=spoken([one.year for _, one in parts]),
        release=latest.release,
        source=latest.source,
        note="The mean of these years, each as heavy as its number of our children.",
    )


def number(value: float | None) -> float:
    """A number that may be missing, as a float with NaN for missing."""
    return np.nan if value is None else float(value)


def difference(own: measures.Estimate, theirs: Beside) -> tuple[float, float]:
    """The 95% interval of ours less theirs; NaN where one of them has none.

    Where theirs is subject to chance too, by the method of variance estimates recovery (Zou and
    Donner 2008; for proportions with Wilson's limits it is Newcombe's): the distances from each
    value to its own limits are added as squares.
    """
    if own.value is None or own.low is None or own.high is None or np.isnan(theirs.value):
        return np.nan, np.nan
    gap = own.value - theirs.value
    below, above = own.value - own.low, own.high - own.value
    if theirs.uncertain:
        below = math.hypot(below, theirs.high - theirs.value)
        above = math.hypot(above, theirs.value - theirs.low)
    return gap - below, gap + above


def verdict(own: measures.Estimate, theirs: Beside) -> str:
    """What the interval of the difference says, in words; "" when one of them is missing."""
    if own.value is None or own.n is None or np.isnan(theirs.value):
        return ""
    return verdict_of(own.n, *difference(own, theirs))


def verdict_of(n: int, low: float, high: float) -> str:
    """The same from the number of our children and the limits of the difference."""
    if n <= TOO_FEW or np.isnan(low):
        return TOO_FEW_TO_SAY
    if low > 0:
        return ABOVE
    return BELOW if high < 0 else NO_DIFFERENCE


def chance(own: measures.Estimate, theirs: Beside) -> float | None:
    """How likely it is, by chance alone, that what is behind ours is above what is behind theirs.

    Beside a figure that is subject to chance too, by a normal distribution as wide as the interval
    of the difference. None for the few children that are given no verdict.
    """
    if not verdict(own, theirs) or verdict(own, theirs) == TOO_FEW_TO_SAY:
        return None
    if not theirs.uncertain:
        return measures.chance_above(own, theirs.value)
    low, high = difference(own, theirs)
    spread = (high - low) / (2 * 1.959964)
    if not spread:
        return None
    gap = (own.value or 0) - theirs.value
    return 0.5 * (1 + math.erf(gap / spread / math.sqrt(2)))
