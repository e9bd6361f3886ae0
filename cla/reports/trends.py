"""Trends: the measures of a stage over the loaded years, breaks marked, gaps with their reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cla import benchmarks, measures
from cla.benchmarks import Library
from cla.reports import comparators, disclosure
from cla.reports.cohort_members import selection_notes
from cla.reports.comparators import of_figure, region_of
from cla.reports.comparison import number
from cla.reports.figures import figures
from cla.reports.filters import DEFAULT_COHORT, Filters
from cla.reports.model import STAGE_LABELS, Model, academic_year
from cla.reports.report import Report

HEADLINES: Mapping[str, tuple[str, ...]] = {
    "eyfsp": ("eyfsp_gld",),
    "phonics": ("phonics_met",),
    "ks1": ("ks1_rwm_exp", "ks1_read_exp"),
    "mtc": ("mtc_mark",),
    "ks2": ("ks2_rwm_exp", "ks2_read_exp", "ks2_mat_exp"),
    "ks4": ("ks4_att8", "ks4_em94", "ks4_p8"),
}
"""The indicators shown at first."""
_WHOSE = {
    "england_cla": (benchmarks.LOOKED_AFTER, benchmarks.ENGLAND),
    "region_cla": (benchmarks.LOOKED_AFTER, ""),
    "england_all": (benchmarks.ALL_PUPILS, benchmarks.ENGLAND),
}
COMPARATORS = {name: comparators.COMPARATORS[name] for name in _WHOSE}
"""What the lines of a trend stand beside, with their titles."""


def trends(model: Model, filters: Filters, stage: str = "ks2", *, child_level: bool) -> Report:
    """frames: "points" and "changes".

    "points": one row a measure and academic year from the first to the last with results: measure,
    label, short, unit, places, year, academic_year, n, value, low, high, reason (why there is no
    figure), broken (what changed in the scale against the year before, "" if nothing), segment
    (number of the unbroken line), england_cla, region_cla, england_all (of the same year).
    "changes": one row a measure and a year with the closest earlier one that has a figure:
    measure, label, unit, since, year, change, reason (why it may not be compared), and for each
    comparator its change and ours less that (england_cla_change, england_cla_difference ...).
    """
    filters, notes = disclosure.allowed(filters, child_level)
    title = f"Trends, {STAGE_LABELS[stage]}"
    years = model.results_years(stage)
    caption = _caption(filters, years)
    if not years:
        empty = f"No {STAGE_LABELS[stage]} results are loaded with a return of their year."
        return Report(title, caption, notes=notes, empty=empty)
    region = region_of(model.la)
    found = {
        year: figures(model, filters.replace(year=year), stage, child_level=child_level)
        for year in range(years[0], years[-1] + 1)
    }
    names = [
        one.id
        for one in measures.of_stage(stage)
        if any(measures.available(one.id, academic_year(year)).available for year in found)
    ]
    rows = []
    for name in names:
        rows += _line(
            model.published, name, {year: own.of(name) for year, own in found.items()}, region
        )
    points = pd.DataFrame(rows)
    frames = {"points": points, "changes": _changes(points)}
    return Report(
        title=title,
        caption=caption,
        frames=frames,
        notes=(
            *_notes(filters, region),
            *notes,
            *selection_notes(model, filters, stage, child_level=child_level),
            *_small(child_level),
        ),
    )


def _caption(filters: Filters, years: tuple[int, ...]) -> str:
    words = filters.words().replace(f" {filters.year}", "")
    if not years:
        return words
    return f"{words}; {academic_year(years[0])} to {academic_year(years[-1])}"


def _line(
    library: Library, name: str, estimates: Mapping[int, measures.Estimate], region: str
) -> list[dict[str, Any]]:
    """The points of one measure, year by year, with where its line breaks."""
    definition = measures.book[name]
    rows: list[dict[str, Any]] = []
    segment, last = 0, ""
    for year, own in estimates.items():
        when = academic_year(year)
        crossed = measures.breaks_between(name, academic_year(year - 1), when) if rows else ()
        has = own.value is not None
        if has:
            segment += bool(last) and (last != academic_year(year - 1) or bool(crossed))
            last = when
        rows.append(
            {
                "measure": name,
                "label": definition.label,
                "short": definition.short,
                "unit": definition.unit,
                "places": max(definition.places, 1),
                "year": year,
                "academic_year": when,
                "n": number(own.n),
                "value": number(own.value),
                "low": number(own.low),
                "high": number(own.high),
                "reason": "" if has else own.reason,
                "broken": " ".join(one.reason for one in crossed),
                "segment": segment if has else -1,
                **{key: _published(library, name, when, key, region) for key in _WHOSE},
            }
        )
    return rows


def _published(library: Library, name: str, year: str, comparator: str, region: str) -> float:
    """The published figure of exactly this year; NaN where there is none."""
    group, area = _WHOSE[comparator]
    if not (area or region) or not measures.available(name, year).available:
        return np.nan
    return of_figure(library.figure(name, year, group, area or region)).value


def _changes(points: pd.DataFrame) -> pd.DataFrame:
    """Each figure against the closest earlier one of the same measure."""
    valued = points[points["value"].notna()]
    rows = [
        _change(then, now)
        for _, line in valued.groupby("measure", sort=False)
        for then, now in zip(
            line.iloc[:-1].to_dict("records"), line.iloc[1:].to_dict("records"), strict=True
        )
    ]
    columns = ["measure", "label", "short", "unit", "since", "year", "change", "reason"]
    columns += [f"{key}_{what}" for key in _WHOSE for what in ("change", "difference")]
    return pd.DataFrame(rows, columns=columns)


def _change(then: Mapping[Any, Any], now: Mapping[Any, Any]) -> dict[str, Any]:
    breaks = measures.breaks_between(now["measure"], then["academic_year"], now["academic_year"])
    own = np.nan if breaks else now["value"] - then["value"]
    row = {
        "measure": now["measure"],
        "label": now["label"],
        "short": now["short"],
        "unit": now["unit"],
        "since": then["academic_year"],
        "year": now["academic_year"],
        "change": own,
        "reason": " ".join(one.reason for one in breaks),
    }
    for key in _WHOSE:
        theirs = np.nan if breaks else now[key] - then[key]
        row |= {f"{key}_change": theirs, f"{key}_difference": own - theirs}
    return row


def _notes(filters: Filters, region: str) -> list[str]:
    notes = [
        "A line is broken where the scale changed or a year has no figure; no change is given "
        "across a change of scale."
    ]
    if filters.active or filters.cohort != DEFAULT_COHORT:
        notes.append(
            "The published figures are of all children looked after 12 months at 31 March: none "
            "are published for this selection."
        )
    if not region:
        notes.append("No figures of this authority's region are published.")
    return notes


def _small(child_level: bool) -> tuple[str, ...]:
    return () if child_level else (disclosure.SMALL_NUMBERS,)
