"""Placements since a day, from the care history of all loaded returns."""

from __future__ import annotations

import pandas as pd

from cla import cohort
from cla.reports.model import Model, year_name


def placements_since(
    model: Model, children: pd.Series, day: pd.Timestamp, until: pd.Timestamp
) -> pd.Series:
    """How many placements each child has been in from one day to another.

    The one it was in on the first day counts. Short-term breaks do not. Missing for children
    without an episode in that time.
    """
    every = model.once(("placement spans",), lambda: cohort.spans(model.histories(), "placement"))
    lasted = every["end"].isna() | (every["end"] > day)
    within = every[lasted & (every["start"] <= until) & ~every["respite"]]
    return children.map(within["child"].value_counts()).astype("Int64")


def seen_only_since(model: Model, day: pd.Timestamp) -> str:
    """What to say where the loaded returns begin after the day; "" where they reach it.

    A return holds the whole of an episode that was open in its year, and none that ended before.
    """
    first = model.years[0] if model.years else None
    if first is None or pd.Timestamp(first - 1, 4, 1) <= day:
        return ""
    return (
        f"Placements that ended before April {first - 1} are not counted: the returns before "
        f"{year_name(first)} are not loaded."
    )
