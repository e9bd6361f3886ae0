"""What people without the child-level permission may not see: small numbers, and their traces.

Such a reader gets whole cohorts only (no filter beyond year and cohort), counts of 1 to 5 hidden
with a second one where the total would give the first away, and measures under the rule set
``dfe_outcomes``. A cohort other than the default is hidden where its difference from the default
would show what a few children did.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    "Small numbers are hidden (c), as in DfE's tables: counts from one to five, percentages of ten "
    "children or fewer or with at most five in them, and averages of at most five children."
)


def allowed(filters: Filters, child_level: bool) -> tuple[Filters, tuple[str, ...]]:
    """The filters this reader may use, and a note where some were refused."""
    if child_level or filters == filters.cleared():
        return filters, ()
    return filters.cleared(), (FILTERS_REFUSED,)


def small(count: float) -> bool:
    """Whether a count is one to hide."""
    return bool(0 < count <= THRESHOLD)


def hide_counts(counts: Sequence[int]) -> list[int | None]:
    """Counts that add up to a shown total, with small ones None and never one that follows.

    When the total would give the small counts away (there is one, or they are all 1 or all 5), the
    smallest larger count goes too, or all of them if there is none.
    """
    few = [count for count in counts if small(count)]
    if not few:
        return list(counts)
    larger = [count for count in counts if count > THRESHOLD]
    if sum(few) not in (few[0], len(few), THRESHOLD * len(few)):
        return [None if small(count) else count for count in counts]
    if not larger:
        return [None] * len(counts)
    partner = list(counts).index(min(larger))
    return [None if small(n) or place == partner else n for place, n in enumerate(counts)]


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
