"""What people without the child-level permission may not see: small numbers, and their traces.

Such a reader gets whole cohorts only (no filter beyond year and cohort), counts of 1 to 5 hidden
with a second one where the total would give the first away, and measures under the rule set
``dfe_outcomes``. A cohort other than the default is hidden where its difference from the default
would show what a few children did.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from cla.reports.filters import Filters
from cla.reports.report import Coverage

THRESHOLD = 5
"""Counts from 1 to this are small. Source: DfE's tables of looked-after children by authority."""
HIDDEN = "c"
"""The symbol for a hidden number, as in DfE's tables."""
FILTERS_REFUSED = (
    "Filters are for people who may see children's records; this shows the whole cohort."
)
SMALL_NUMBERS = (
    "Small numbers are hidden (c): counts of 1 to 5, percentages of 10 children or fewer or with "
    "5 children or fewer in them, and averages of 5 children or fewer."
)


def allowed(filters: Filters, child_level: bool) -> tuple[Filters, tuple[str, ...]]:
    """The filters this reader may use, and a note where some were refused."""
    if child_level or not filters.active:
        return filters, ()
    return filters.cleared(), (FILTERS_REFUSED,)


def small(count: float) -> bool:
    """Whether a count is one to hide."""
    return bool(0 < count <= THRESHOLD)


def hide_counts(counts: pd.Series) -> pd.Series:
    """Counts that add up to a shown total, with small ones missing and never exactly one missing.

    When the total would give the small counts away (there is one, or they are all 1 or all 5), the
    smallest larger count goes too, or all of them if there is none. Int64 with missing values.
    """
    numbers = counts.to_numpy(dtype=float)
    hidden = (numbers > 0) & (numbers <= THRESHOLD)
    if hidden.any() and numbers[hidden].sum() in (numbers[hidden][0], *(hidden.sum() * [1, 5])):
        rest = np.where(numbers > THRESHOLD, numbers, np.inf)
        if np.isinf(rest).all():
            hidden[:] = True
        else:
            hidden[int(np.argmin(rest))] = True
    return counts.astype("Int64").mask(hidden)


def hide_coverage(coverage: Coverage) -> Coverage:
    """Coverage without the numbers that are small or differ from a shown one by a small number."""
    shown: list[int] = []
    kept: dict[str, int | None] = {}
    for name in ("eligible", "with_result", "matched", "in_cohort"):
        count = getattr(coverage, name)
        hide = small(count) or any(small(abs(count - other)) for other in shown)
        kept[name] = None if hide else count
        shown += [] if hide else [count]
    derived = kept["in_cohort"] is not None and kept["matched"] is not None
    return Coverage(**kept, not_matched=coverage.not_matched if derived else None)
