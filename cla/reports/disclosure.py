"""What people without the child-level permission may not see: small numbers, and their traces.

Such a reader gets the whole of the usual cohort, year by year: no filter, no other cohort, no other
day of care, since the difference of two selections would show what a few children did. Counts go by
the rule set ``dfe_cla_la``, measures by ``dfe_outcomes``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cla import measures
from cla.reports.filters import Filters
from cla.reports.report import Coverage

_COUNTS = measures.rules(measures.DFE_CLA_LA)
THRESHOLD = _COUNTS.count_max
"""Counts from 1 to this are small."""
HIDDEN = _COUNTS.symbol
"""The symbol for a hidden number, as in DfE's tables."""
SUPPRESSED = "Suppressed"
"""How the reason of every figure begins that is hidden because numbers are small."""
FILTERS_REFUSED = (
    "Filters and other cohorts are for people who may see children's records; this shows all "
    "children looked after 12 months at 31 March."
)
SMALL_NUMBERS = (
    "Small numbers are hidden (c), as in DfE's tables: counts from one to five, percentages of ten "
    "children or fewer, of those that at most five reached or one to five missed, averages of at "
    "most five children, and what would give any of these away."
)


def allowed(filters: Filters, child_level: bool) -> tuple[Filters, tuple[str, ...]]:
    """The filters this reader may use, and a note where some were refused."""
    usual = Filters(year=filters.year)
    if child_level or filters == usual:
        return filters, ()
    return usual, (FILTERS_REFUSED,)


def small(count: float) -> bool:
    """Whether a count is one to hide."""
    return _COUNTS.small(count)


def hide_counts(counts: Sequence[int]) -> list[int | None]:
    """Counts that add up to a shown total, with small ones None and never one that follows."""
    return measures.hide_parts(counts)


def hide_sizes(sizes: Sequence[int | None]) -> list[int | None]:
    """Sizes of groups that lie within one another, in the order of their importance.

    Those that are small, or differ from one shown before by a small number, are None.
    """
    kept: list[int | None] = []
    for size in sizes:
        shown = [other for other in kept if other is not None]
        gives_away = size is None or small(size) or any(small(abs(size - n)) for n in shown)
        kept.append(None if gives_away else size)
    return kept


def hide_coverage(coverage: Coverage) -> Coverage:
    """Coverage without the numbers that are small or differ from a shown one by a small number."""
    names = ("eligible", "with_result", "matched", "in_cohort")
    sizes = hide_sizes([getattr(coverage, name) for name in names])
    kept = dict(zip(names, sizes, strict=True))
    derived = kept["in_cohort"] is not None and kept["matched"] is not None
    return Coverage(**kept, not_matched=coverage.not_matched if derived else None)
