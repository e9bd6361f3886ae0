"""How a figure comes about, in words: what is counted, the formula, the source, the interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cla import benchmarks, measures
from cla.measures import Measure, round_half_up
from cla.reports.filters import Filters
from cla.reports.model import STAGE_LABELS, Model

_WHO = {
    "proportion": "reached it",
    "mean": "with a score",
    "progress": "in the progress measure (a prior result and a score, or DfE's own flag)",
}


def how(model: Model, filters: Filters, rows: pd.DataFrame) -> pd.DataFrame:
    """One row a measure (or group), all words.

    Columns: measure, label, counted, formula, source, interval, neighbours ("" without).
    Hidden figures are explained without their numbers.
    """
    told = [_told(model, filters, row) for row in rows.to_dict("records")]
    return pd.DataFrame(
        told,
        columns=["measure", "label", "counted", "formula", "source", "interval", "neighbours"],
    )


def _told(model: Model, filters: Filters, row: Mapping[Any, Any]) -> dict[str, str]:
    definition = measures.book[row["measure"]]
    return {
        "measure": definition.id,
        "label": str(row["label"]),
        "counted": _counted(definition, row),
        "formula": _formula(definition, row),
        "source": _source(model, filters, definition),
        "interval": _interval(row),
        "neighbours": _neighbours(model, definition, row),
    }


def _counted(definition: Measure, row: Mapping[Any, Any]) -> str:
    said = (
        "Children of the selection at the end of the stage who are matched to a row of the results "
        "and count in this measure by DfE's rules"
    )
    if definition.statistic != "proportion":
        said += f", {_WHO[definition.statistic]}"
    return f"{said}: {row['n']:,.0f}." if row["n"] > 0 else f"{said}."


def _formula(definition: Measure, row: Mapping[Any, Any]) -> str:
    """The formula, with the numbers where there is a figure."""
    if definition.statistic == "proportion":
        if pd.isna(row["value"]):
            return "100 × children who reached it ÷ children counted. No result is not reached."
        return (
            f"100 × {row['total']:,.0f} who reached it ÷ {row['n']:,.0f} counted"
            f" = {round_half_up(row['value'], 1):.1f}%."
        )
    if pd.isna(row["total"]):
        return "Sum of the scores ÷ children counted."
    total = round_half_up(row["total"], definition.places + 1)
    mean = round_half_up(row["value"], definition.places)
    return (
        f"Sum of the scores {total:,.{definition.places + 1}f} ÷ {row['n']:,.0f} counted"
        f" = {mean:,.{definition.places}f}."
    ).replace("-", "−")


def _source(model: Model, filters: Filters, definition: Measure) -> str:
    stage = STAGE_LABELS[definition.stage]
    results = model.loaded_results(definition.stage, filters.year)
    if results is None:
        return f"No {stage} results are loaded. Definition: {definition.source}."
    from_file = results["flags_from"].eq("file") if "flags_from" in results else None
    if definition.statistic == "progress":
        how_so = "the score of the file, or worked out from the prediction the file carries"
    elif from_file is None or not len(results):
        how_so = "the results file"
    elif from_file.all():
        how_so = "DfE's own flags and scores in the file"
    elif from_file.any():
        how_so = "DfE's flags where the file has them, else worked out from the results"
    else:
        how_so = "worked out from the results: the file has no flags of DfE"
    return f"{STAGE_LABELS[definition.stage].capitalize()} results: {how_so}."


def _interval(row: Mapping[Any, Any]) -> str:
    if not row["method"]:
        return (
            "None: there is no figure, it is of one child, all scores are the same, or a small "
            "number would follow from it."
        )
    return (
        f"{row['method']}. Were chance alone at work, 95 of 100 such intervals would hold the "
        "figure behind ours."
    )


def _neighbours(model: Model, definition: Measure, row: Mapping[Any, Any]) -> str:
    """The published figure of each statistical neighbour, or its symbol; "" where no mean is
    shown, and for years taken together, whose means are of each year by itself."""
    year = str(row["neighbours_cla_year"])
    if pd.isna(row["neighbours_cla"]) or year.count("/") != 1:
        return ""
    places = max(definition.places, 1)
    unit = "%" if definition.unit == "percent" else ""
    told = [
        f"{one['name']} {one['symbol'] or 'not published'}"
        if pd.isna(one["value"])
        else f"{one['name']} {round_half_up(one['value'], places):,.{places}f}{unit}"
        for one in benchmarks.neighbour_mean(
            model.published, model.la, definition.id, year
        ).figures.to_dict("records")
    ]
    return f"{', '.join(told)} ({year}). The mean is of those with a figure."
