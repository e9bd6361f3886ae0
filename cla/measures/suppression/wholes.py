"""Figures that hold others: years and windows of years, groups and pools. What differences tell.

A window of three years less two shown years is the third. Two windows that overlap, less one
another, are the difference of two years. So windows are decided together and in a fixed order, the
oldest first: a new year never changes what was decided about the years before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cla.measures.book import book
from cla.measures.estimates import Estimate
from cla.measures.suppression.bounds import ANY, Box, Relation, exposed
from cla.measures.suppression.estimates import suppress
from cla.measures.suppression.profiles import DFE_OUTCOMES, EXCHANGE, rules


def safe_whole(
    whole: Estimate,
    parts: Sequence[Estimate],
    shown: Sequence[Estimate],
    profile: str = DFE_OUTCOMES,
) -> bool:
    """Whether a figure may be shown beside the parts that make it up, as this reader sees them.

    ``whole`` and ``parts`` are not suppressed. False where ``whole`` is small itself, or where a
    hidden part would follow from it and the shown ones. Windows that overlap need ``safe_wholes``.
    """
    (own,) = suppress([whole], profile)
    if own.symbol == rules(profile).symbol:
        return False
    return safe_wholes(parts, shown, [range(len(parts))], profile)[0]


def safe_wholes(
    parts: Sequence[Estimate],
    shown: Sequence[Estimate],
    wholes: Sequence[Sequence[int]],
    profile: str = DFE_OUTCOMES,
) -> tuple[bool, ...]:
    """Which figures over several parts may be shown, decided in the order given.

    ``wholes`` are the places of the parts of each, for windows of years the oldest first. One of a
    single part is that part and may be shown. One without a hidden part tells nothing new. One with
    hidden parts may be shown where what they have in common could itself be published, and where
    with all those decided before no hidden part follows.
    """
    if not rules(profile).hides:
        return (True,) * len(wholes)
    gone = [_hidden(own, seen) for own, seen in zip(parts, shown, strict=True)]
    accepted: list[tuple[int, ...]] = []
    decided = []
    for members in wholes:
        whole = tuple(dict.fromkeys(members))
        rest = tuple(place for place in whole if gone[place])
        free = not rest or len(whole) == 1
        safe = free or (
            _publishable(
                [parts[place] for place in rest], [shown[place] for place in rest], profile
            )
            and not _follows(parts, shown, [*accepted, whole], profile)
        )
        if safe and rest and not free:
            accepted.append(whole)
        decided.append(safe)
    return tuple(decided)


def pool_may_be_shown(n: int, whole: int, ours: int = 0, profile: str = EXCHANGE) -> bool:
    """Whether a figure of ``n`` pooled children may be shown beside that of the ``whole`` pool.

    ``ours`` of the n are the reader's own. Not where the children of the others, or those of the
    pool who are not in the group, are fewer than an authority shares.
    """
    limit = rules(profile).denominator_max
    return not any(0 < rest <= limit for rest in (n, n - ours, whole - n))


def _hidden(own: Estimate, seen: Estimate) -> bool:
    """Whether a reader lacks the number of children or the figure of a part that has children."""
    return bool(own.n) and (seen.n is None or (own.value is not None and seen.value is None))


def _publishable(parts: Sequence[Estimate], shown: Sequence[Estimate], profile: str) -> bool:
    """Whether what hidden parts have in common could be published; one alone never.

    An average shown without its number of children gives that number with the sum of two years.
    """
    if len(parts) < 2 or any(seen.value is not None for seen in shown):
        return False
    n = sum(part.n or 0 for part in parts)
    rest = replace(parts[0], n=n, total=sum(part.total or 0 for part in parts))
    (seen,) = suppress([rest], profile)
    return seen.symbol != rules(profile).symbol


def _follows(
    parts: Sequence[Estimate],
    shown: Sequence[Estimate],
    wholes: Sequence[tuple[int, ...]],
    profile: str,
) -> bool:
    """Whether a hidden number of a part follows from these figures and from the shown parts."""
    gone = [_hidden(own, seen) for own, seen in zip(parts, shown, strict=True)]
    columns = [place for place, one in enumerate(gone) if one]
    matrix = np.array([[place in whole for place in columns] for whole in wholes], dtype="float64")
    if _determines_one(matrix):
        return True
    values, relations, hidden, boxes = _laid_out(parts, shown, wholes, profile)
    return bool(exposed(values, relations, hidden, boxes))


def _determines_one(matrix: np.ndarray) -> bool:
    """Whether sums with these coefficients give one of their terms, whatever the numbers are."""
    rank = np.linalg.matrix_rank(matrix)
    units = np.eye(matrix.shape[1])
    return any(np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank for unit in units)


def _laid_out(
    parts: Sequence[Estimate],
    shown: Sequence[Estimate],
    wholes: Sequence[tuple[int, ...]],
    profile: str,
) -> tuple[list[int], list[Relation], list[bool], dict[int, Box]]:
    """Children, those who reached it and those who did not, of each part; then of each whole.

    Of averages only the children are whole numbers.
    """
    limits = rules(profile)
    proportion = book[parts[0].measure].statistic == "proportion"
    width = 3 if proportion else 1
    values: list[int] = []
    hidden: list[bool] = []
    boxes: dict[int, Box] = {}
    relations: list[Relation] = []
    for own, seen in zip(parts, shown, strict=True):
        n, at = own.n or 0, len(values)
        no_n = bool(own.n) and seen.n is None
        if no_n and n <= limits.denominator_max:
            boxes[at] = (1, limits.denominator_max)
        values.append(n)
        hidden.append(no_n)
        if not proportion:
            continue
        reached = int(own.total or 0)
        no_value = _hidden(own, seen)
        values += [reached, n - reached]
        hidden += [no_value, no_value]
        relations.append((at, (at + 1, at + 2)))
        for place in (at + 1, at + 2):
            boxes[place] = (0, limits.numerator_max) if limits.small(values[place]) else ANY
    for whole in wholes:
        for step in range(width):
            members = tuple(place * width + step for place in whole)
            relations.append((len(values), members))
            values.append(sum(values[place] for place in members))
            hidden.append(False)
    boxes = {place: box for place, box in boxes.items() if hidden[place]}
    return values, relations, hidden, boxes
