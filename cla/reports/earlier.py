"""What children had at an earlier stage: their results of years before, matched by the same rules.

A child's results of an earlier year count whether or not it was looked after then.
"""

from __future__ import annotations

import pandas as pd

from cla import cohort
from cla.reports.model import Model
from cla.stages import STAGES


def year_of(stage: str, year: int, now: int) -> int:
    """The collection year in which children of year group ``now`` in ``year`` took a stage."""
    return year - (now - STAGES[stage].year_group)


def prior(model: Model, stage: str, year: int, now: int) -> pd.DataFrame:
    """The results of an earlier stage of the children who are in year group ``now`` in ``year``.

    One row a child of the return of ``year`` that was matched: child, prior_year, matched (true),
    tier, match_note, reason (missing) and the columns of the results. Empty when no results of the
    year they took the stage in are loaded.
    """
    when = year_of(stage, year, now)
    return model.once(
        ("prior", stage, year, when), lambda: _matched(model, stage, year, when)
    ).copy(deep=False)


def _matched(model: Model, stage: str, year: int, when: int) -> pd.DataFrame:
    results = model.loaded_results(stage, when)
    if results is None:
        return pd.DataFrame({"child": pd.Series(dtype="str"), "prior_year": []})
    children = model.children(year)
    then = children.assign(year_group=children["year_group"] - (year - when))
    upns, decisions = model.former_upns(year), model.decisions("match")
    links = cohort.match(then, results, stage, upns, decisions=decisions).links
    found = links[["child", "row", "tier", "note"]].rename(columns={"note": "match_note"})
    rows = results.reset_index(drop=True).assign(
        row=range(len(results)), prior_year=when, matched=True, reason=None
    )
    return found.merge(rows, on="row", validate="one_to_one").drop(columns="row")
