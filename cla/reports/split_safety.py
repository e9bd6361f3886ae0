"""Parts of a shown whole, for readers who may not see small numbers.

A hidden part must not follow from the parts beside it. So parts are hidden until what the hidden
ones have in common could itself be published, or until nothing of the split is left. Only
characteristics of ``SPLITS`` are split at all: with finer ones, the groups of one would follow from
those of another.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cla import measures
from cla.measures import Estimate
from cla.reports.disclosure import HIDDEN, hide_counts, small

SPLITS = ("sex", "sen", "time_in_care", "placement")
"""What may be split for every reader: none of these is a finer version of another."""
NOT_SPLIT = (
    "Groups by this characteristic are for people who may see children's records: beside the "
    "other groups shown, they would give single children away."
)
IN_COMMON = "Suppressed: with the other groups it would show what a few children did."


def safe_split(
    total: Estimate, parts: Sequence[Estimate], order: Sequence[int]
) -> tuple[Estimate, ...]:
    """The parts of ``total`` with small ones hidden, and more until none follows by subtraction.

    ``parts`` are not suppressed and add up to ``total``. ``order`` gives the places of the parts in
    the order in which they are sacrificed, the same for every measure, so that no measure shows
    what another hides.
    """
    shown = list(measures.suppress(parts))
    _hide_more(total, parts, shown, order, keep_n=False)
    _hide_more(total, parts, shown, order, keep_n=True)
    return tuple(shown)


def _hide_more(
    total: Estimate,
    parts: Sequence[Estimate],
    shown: list[Estimate],
    order: Sequence[int],
    *,
    keep_n: bool,
) -> None:
    """Hide numbers of children (``keep_n`` False), then figures, until the rest is safe."""
    for place in order:
        if _safe(total, parts, shown, "value" if keep_n else "n"):
            return
        current = shown[place]
        if parts[place].n and (current.value is not None or not keep_n):
            shown[place] = _hidden(current, keep_n=keep_n and current.n is not None)


def _safe(
    total: Estimate, parts: Sequence[Estimate], shown: Sequence[Estimate], figure: str
) -> bool:
    """Whether what the hidden parts have in common would be publishable, or all are hidden."""
    gone = [
        before
        for before, after in zip(parts, shown, strict=True)
        if before.n and getattr(after, figure) is None
    ]
    if not gone or len(gone) == sum(1 for part in parts if part.n):
        return True
    if len(gone) == 1:
        return False
    n = sum(part.n or 0 for part in gone)
    rest = dataclasses.replace(total, n=n, total=sum(part.total or 0 for part in gone))
    (seen,) = measures.suppress([rest])
    if figure == "n":
        sizes = {part.n or 0 for part in gone}
        return seen.n is not None and not all(small(size) for size in sizes)
    return seen.value is not None


def _hidden(estimate: Estimate, *, keep_n: bool) -> Estimate:
    return dataclasses.replace(
        estimate,
        n=estimate.n if keep_n else None,
        total=None,
        value=None,
        low=None,
        high=None,
        method="",
        reason=IN_COMMON,
        symbol=HIDDEN,
    )


def hide_blocks(
    blocks: Sequence[Sequence[int]], reached: Sequence[bool] = ()
) -> list[list[int | None]]:
    """Counts in blocks whose sums are shown elsewhere (reached, not reached, no result).

    A block whose sum is hidden loses all its counts; in the others no count follows from the sum.
    ``reached`` marks the blocks of those who reached a standard: there none is a small number too,
    as it is in the percentages beside.
    """
    marked = reached or [False] * len(blocks)
    sums = hide_counts([sum(block) or int(one) for block, one in zip(blocks, marked, strict=True)])
    return [
        hide_counts(block) if whole is not None else [None] * len(block)
        for block, whole in zip(blocks, sums, strict=True)
    ]
