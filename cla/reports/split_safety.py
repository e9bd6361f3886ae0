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
from cla.measures.suppression import exposed, hidden
from cla.reports.disclosure import HIDDEN, THRESHOLD, small
from cla.reports.distributions import HIGHER, MET, NOT_MET

SPLITS = ("sex", "sen", "time_in_care", "placement")
"""What may be split for every reader: none of these is a finer version of another."""
NOT_SPLIT = (
    "Groups by this characteristic are for people who may see children's records: beside the "
    "other groups shown, they would give single children away."
)


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
            shown[place] = hidden(current, HIDDEN, keep_n=keep_n)


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
        sizes = [part.n or 0 for part in gone]
        return seen.n is not None and not all(small(size) for size in sizes) and _bounded(sizes)
    return seen.value is not None


def _bounded(sizes: Sequence[int]) -> bool:
    """Whether sizes of a known sum keep two possible values each, if the small ones are known."""
    boxes = {at: (1, THRESHOLD) for at, size in enumerate(sizes) if small(size)}
    values, hidden = [*sizes, sum(sizes)], [True] * len(sizes) + [False]
    relation = (len(sizes), tuple(range(len(sizes))))
    return not exposed(values, [relation], hidden, boxes)


def hide_bar(counts: Sequence[int], kinds: Sequence[str]) -> list[int | None]:
    """The counts of a bar with small ones hidden, and more until none follows.

    Other reports may show how many reached a standard, how many the higher one, and how many have
    a score (``measure_safety``). Between these sums no count follows from the counts beside it.
    Where few reached a standard, how many is hidden too if it was nobody, as in the percentages.
    """
    shown: list[int | None] = list(counts)
    forced = set(_few_reached(counts, kinds))
    for segment in _segments(counts, kinds):
        found = _hide_segment([counts[at] for at in segment], [at in forced for at in segment])
        for at, count in zip(segment, found, strict=True):
            shown[at] = count
    return shown


_CHAIN = ((HIGHER,), (HIGHER, MET), (HIGHER, MET, NOT_MET))
"""Kinds of results from the top: the higher standard, the standard, a score at all."""


def _few_reached(counts: Sequence[int], kinds: Sequence[str]) -> list[int]:
    """The places of the counts of a standard that at most a few children reached."""
    found: list[int] = []
    for reached in _CHAIN[:2]:
        places = [at for at, kind in enumerate(kinds) if kind in reached]
        if sum(counts[at] for at in places) <= THRESHOLD:
            found += places
    return found


def _segments(counts: Sequence[int], kinds: Sequence[str]) -> list[list[int]]:
    """Places of the counts between the sums that another report may show."""
    sums = [sum(n for n, kind in zip(counts, kinds, strict=True) if kind in one) for one in _CHAIN]
    whole = sum(counts)
    steps = [sums[1] - sums[0], 0, sums[2] - sums[1]]  # the step that a sum would show
    cuts = [
        set(kinds_of)
        for kinds_of, total, step in zip(_CHAIN, sums, steps, strict=True)
        if total > THRESHOLD and not small(whole - total) and not small(step)
    ]
    parts: dict[int, list[int]] = {}
    for at, kind in enumerate(kinds):
        parts.setdefault(sum(kind not in cut for cut in cuts), []).append(at)
    return list(parts.values())


def _hide_segment(counts: list[int], forced: list[bool]) -> list[int | None]:
    """The counts of a segment, whose sum is known, without small ones and those of ``forced``."""
    return measures.hide_parts(counts, also=forced)
