"""Estimates by the rule sets: what DfE does with outcomes of few children.

Denominators of 1 to 5, numerators of 0 to 5, percentages on a denominator of 1 to 10 or a numerator
of 0 to 5, and averages of 1 to 5 pupils are replaced by "c". Beyond DfE's rule, so are percentages
that all but 1 to 5 pupils reached: those who did not are a small number too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cla.measures.book import book
from cla.measures.estimates import Estimate
from cla.measures.suppression.profiles import DFE_OUTCOMES, Rules, rules

REASON = "Suppressed: too few children, or a figure of too few would follow from it."
"""One sentence for everything hidden: which of the figures are the small ones is not said."""


def suppress(estimates: Iterable[Estimate], profile: str = DFE_OUTCOMES) -> tuple[Estimate, ...]:
    """The estimates with small numbers replaced by the symbol, each by itself; order kept.

    Parts of a shown total need more, or the hidden part follows by subtraction: ``suppress_table``
    for counts, ``protect`` for figures.
    """
    return tuple(_suppressed(estimate, rules(profile)) for estimate in estimates)


def _suppressed(estimate: Estimate, limits: Rules) -> Estimate:
    n = estimate.n
    if not n or not limits.hides:  # nothing measured, a true zero, or nothing is hidden at all
        return estimate
    if n <= limits.denominator_max:
        return hidden(estimate, limits.symbol, keep_n=False)
    if book[estimate.measure].statistic == "proportion":
        small = n <= limits.percent_denominator_max or limits.few(estimate.total or 0, n)
    else:
        small = n <= limits.average_denominator_max
    return hidden(estimate, limits.symbol, keep_n=True) if small else estimate


def hidden(estimate: Estimate, symbol: str, *, keep_n: bool) -> Estimate:
    """Without total, value and interval, all of which give the count away; and without n unless
    kept."""
    return replace(
        estimate,
        n=estimate.n if keep_n else None,
        total=None,
        value=None,
        low=None,
        high=None,
        method="",
        reason=REASON,
        symbol=symbol,
    )
