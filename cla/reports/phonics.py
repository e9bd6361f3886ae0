"""Phonics over two years: whether children met the standard by the end of year 2, and when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cla.reports.earlier import prior
from cla.reports.filters import Filters
from cla.reports.model import Model

MET_IN_1, MET_IN_2, NOT_MET = "met_in_1", "met_in_2", "not_met"
SECOND_YEAR = 2


def by_the_end_of_year_2(model: Model, filters: Filters) -> pd.DataFrame:
    """The children of the selection who are in year 2 by age, with ``checked``.

    ``checked`` is whether and when they met the standard; missing where neither year's results
    have them. ``matched`` and ``elig`` are whether it is there.
    """
    children = filters.of(model)
    children = children[children["year_group"].eq(SECOND_YEAR).fillna(False)]
    first = _met(prior(model, "phonics", filters.year, SECOND_YEAR), children)
    now = model.pupils("phonics", filters.year) if _loaded(model, filters) else pd.DataFrame()
    second = _met(now[now["matched"]] if len(now) else now, children)
    checked = np.select(
        [first == 1, second == 1, first.notna() | second.notna()],
        [MET_IN_1, MET_IN_2, NOT_MET],
        default="",
    )
    known = pd.Series(checked, index=children.index, dtype="str").replace("", None)
    return children.assign(checked=known, matched=True, elig=known.notna())


def _loaded(model: Model, filters: Filters) -> bool:
    return "phonics" in model.stages(filters.year)


def _met(results: pd.DataFrame, children: pd.DataFrame) -> pd.Series:
    """1 where a child met the standard in these results, 0 where not, missing where not there."""
    if results.empty or "met" not in results:
        return pd.Series(np.nan, index=children.index)
    by_child = results.set_index("child")["met"].astype("Float64")
    return children["child"].map(by_child).astype("float64")
