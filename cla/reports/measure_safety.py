"""Measures beside each other, for readers who may not see small numbers.

A measure that could be shown by itself is not shown where it completes another: the children who
reached one standard and not the next, or who count in one measure and not in another, may be one
to five, and the summaries hide them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import pandas as pd

from cla import measures
from cla.measures import Estimate
from cla.reports.disclosure import small

WHO_COUNTS = "elig"
INSIDE: Mapping[str, tuple[str, ...]] = {
    **{f"ks1_{one}_gds": (f"ks1_{one}_exp",) for one in ("read", "writ", "mat")},
    **{f"ks2_{one}_high": (f"ks2_{one}_exp",) for one in ("rwm", "read", "mat", "gps")},
    "ks2_writ_gds": ("ks2_writ_exp",),
    **{f"ks4_{one}95": (f"ks4_{one}94",) for one in ("em", "eng", "mat")},
    "ks4_ebacc_94": ("ks4_ebacc_entry",),
    "ks4_ebacc_95": ("ks4_ebacc_94", "ks4_ebacc_entry"),
    **{f"ks1_{one}_l2b": (f"ks1_{one}_l2",) for one in ("rwm", "read", "writ", "mat")},
    **{
        f"ks1_{one}_l3": (f"ks1_{one}_l2b", f"ks1_{one}_l2")
        for one in ("rwm", "read", "writ", "mat")
    },
    "ks1_sci_l3": ("ks1_sci_l2",),
    **{f"ks2_{one}_l4b": (f"ks2_{one}_l4",) for one in ("rwm", "read", "mat")},
    **{f"ks2_{one}_l5": (f"ks2_{one}_l4b", f"ks2_{one}_l4") for one in ("rwm", "read", "mat")},
    **{f"ks2_{one}_l5": (f"ks2_{one}_l4",) for one in ("writ", "gps")},
}
"""The standards that everybody has reached who reached this one."""
SCORED = {
    **{f"ks2_{one}_ass": f"ks2_{one}_exp" for one in ("read", "mat", "gps")},
    "eyfsp_goals": "eyfsp_all_goals",
    "mtc_mark": "mtc_full",
}
"""Averages, and the standard that some of those with a score reached."""


def safe(pupils: pd.DataFrame, year: str, own: Estimate, shown: Estimate) -> Estimate:
    """``shown``, or what may be shown of it beside the other measures of these children.

    ``own`` is the measure of all of ``pupils``, ``shown`` what suppression left of it. Where its
    number of children would tell of a few others, an average loses it with the sum and the
    interval, and a percentage everything; else a percentage loses the figure alone.
    """
    statistic = measures.book[own.measure].statistic
    if statistic == "progress":
        return shown
    if _gives_a_number_away(pupils, year, own):
        return hidden(shown) if statistic == "proportion" else without_number(shown)
    return without_figure(shown) if _in_between(pupils, year, own) else shown


def safe_parts(
    pupils: pd.DataFrame,
    groups: Sequence[pd.DataFrame],
    year: str,
    own: Estimate,
    shown: list[Estimate],
) -> list[Estimate]:
    """The same for the groups of one measure: all of them, where it is needed in one or in the
    whole."""
    definition = measures.book[own.measure]
    if definition.statistic == "progress":
        return shown
    parts = [(some, measures.measure(some, own.measure, year)) for some in groups]
    if any(_gives_a_number_away(some, year, one) for some, one in [(pupils, own), *parts]):
        proportion = definition.statistic == "proportion"
        return [hidden(one) if proportion else without_number(one) for one in shown]
    if _in_between(pupils, year, own):
        return [without_figure(one) for one in shown]
    return shown


def hidden(shown: Estimate) -> Estimate:
    """Nothing of an estimate but that it is hidden."""
    return dataclasses.replace(without_figure(shown), n=None)


def without_figure(shown: Estimate) -> Estimate:
    """The number of children alone, where it is shown."""
    bare = dataclasses.replace(without_number(shown), n=shown.n)
    return dataclasses.replace(bare, value=None, reason=measures.REASON, symbol="c")


def without_number(shown: Estimate) -> Estimate:
    """The value alone: its interval tells of how many children it is."""
    return dataclasses.replace(shown, n=None, total=None, low=None, high=None, method="")


def _in_between(pupils: pd.DataFrame, year: str, own: Estimate) -> bool:
    """Whether a few children reached an easier standard and not this one."""
    easier = [_of(pupils, year, name) for name in INSIDE.get(own.measure, ())]
    return any(
        one is not None and one.n == own.n and small((one.total or 0) - (own.total or 0))
        for one in easier
    )


def _gives_a_number_away(pupils: pd.DataFrame, year: str, own: Estimate) -> bool:
    """Whether a few children count who are not in this measure, or have a score that falls short
    of the standard."""
    n, column = own.n or 0, measures.book[own.measure].denominator
    if WHO_COUNTS in pupils and column in pupils:
        counts, inside = (pupils[c].fillna(False).astype(bool) for c in (WHO_COUNTS, column))
        if not (inside & ~counts).any() and small(int(counts.sum()) - n):
            return True
    standard = _of(pupils, year, SCORED.get(own.measure, ""))
    return standard is not None and small(n - (standard.total or 0))


def _of(pupils: pd.DataFrame, year: str, name: str) -> Estimate | None:
    """A measure of these children; None where the year or the file has it not."""
    if name not in measures.book or not measures.available(name, year).available:
        return None
    found = measures.measure(pupils, name, year)
    return found if found.n else None
