"""What can be worked out of hidden numbers: the attack that suppression has to stand.

Numbers that add up are entries with relations (a total and its parts). Whoever sees the entries
that are shown, knows the relations and knows the rules can work out bounds of each hidden entry.
An entry is exposed when the lowest and the highest possible value are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

Relation = tuple[int, tuple[int, ...]]
"""The place of a total, and the places of the parts that add up to it."""
Box = tuple[int, float]
"""The lowest and the highest value that somebody who knows the rules takes an entry to have."""
ANY: Box = (0, np.inf)


def exposed(
    values: Sequence[int],
    relations: Sequence[Relation],
    hidden: Sequence[bool],
    boxes: Mapping[int, Box],
) -> set[int]:
    """The hidden entries whose value follows from the entries that are shown.

    ``boxes`` are of the entries that are hidden because they are small; the others can be anything
    from zero. Quick bounds by single relations first, then exact ones by integer programming.
    """
    unknown = [place for place, gone in enumerate(hidden) if gone]
    if not unknown:
        return set()
    equations = _equations(values, relations, hidden)
    ranges = {place: boxes.get(place, ANY) for place in unknown}
    narrowed = _narrowed(equations, dict(ranges))
    found = {place for place, (low, high) in narrowed.items() if low == high}
    several = {place for parts, _ in equations for place in parts}
    if found or not _tangled(equations, several):
        return found
    return _by_programming(values, equations, ranges)


def _equations(
    values: Sequence[int], relations: Sequence[Relation], hidden: Sequence[bool]
) -> list[tuple[dict[int, int], int]]:
    """What is known of the hidden entries: their coefficients (1 a part, -1 a total), the sum."""
    found = []
    for total, parts in relations:
        signs = {place: 1 for place in parts if hidden[place]}
        known = sum(values[place] for place in parts if not hidden[place])
        rest = -known if hidden[total] else values[total] - known
        if hidden[total]:
            signs[total] = -1
        if signs:
            found.append((signs, rest))
    return found


def _tangled(equations: Sequence[tuple[dict[int, int], int]], places: set[int]) -> bool:
    """Whether an entry is in several equations, so that bounds by one at a time may be loose."""
    return sum(len(signs) for signs, _ in equations) > len(places)


def _narrowed(
    equations: Sequence[tuple[dict[int, int], int]], ranges: dict[int, Box]
) -> dict[int, Box]:
    """The ranges that each equation by itself leaves, until nothing changes."""
    changed = True
    while changed:
        changed = False
        for signs, rest in equations:
            for place, sign in signs.items():
                others = [(s, ranges[p]) for p, s in signs.items() if p != place]
                least = sum(low if s > 0 else -high for s, (low, high) in others)
                most = sum(high if s > 0 else -low for s, (low, high) in others)
                low, high = rest - most, rest - least
                if sign < 0:
                    low, high = -high, -low
                before = ranges[place]
                after = (int(max(before[0], low)), min(before[1], high))
                if after != before:
                    ranges[place] = after
                    changed = True
    return ranges


def _by_programming(
    values: Sequence[int],
    equations: Sequence[tuple[dict[int, int], int]],
    ranges: Mapping[int, Box],
) -> set[int]:
    """The entries that have the same value in every table of whole numbers that fits.

    Each table that a search finds shows of all entries in which it differs from the true one that
    they could be something else.
    """
    places = list(ranges)
    column = {place: at for at, place in enumerate(places)}
    matrix = np.zeros((len(equations), len(places)))
    for row, (signs, _) in enumerate(equations):
        for place, sign in signs.items():
            matrix[row, column[place]] = sign
    sums = np.array([rest for _, rest in equations], dtype="float64")
    low = np.array([ranges[place][0] for place in places], dtype="float64")
    high = np.array([ranges[place][1] for place in places], dtype="float64")
    true = np.array([values[place] for place in places], dtype="float64")
    free = np.zeros(len(places), dtype=bool)
    for at in range(len(places)):
        for direction in (1.0, -1.0):
            if free[at]:
                break
            found = solve(at, direction, matrix, sums, low, high)
            free |= np.abs(found - true) > 0.5
    return {place for place, may_differ in zip(places, free, strict=True) if not may_differ}


def solve(
    at: int,
    direction: float,
    matrix: np.ndarray,
    sums: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
) -> np.ndarray:
    """The table of whole numbers in which one entry is lowest (1) or highest (-1).

    ``matrix`` times the table is ``sums``. Raises ValueError where no table fits. An entry without
    an upper bound is held below a number that no cohort reaches.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    aim = np.zeros(len(low))
    aim[at] = direction
    ceiling = np.where(np.isfinite(high), high, 1e6)
    found = milp(
        aim,
        constraints=LinearConstraint(matrix, sums, sums),
        bounds=Bounds(low, ceiling),
        integrality=np.ones(len(low)),
    )
    if found.x is None:
        raise ValueError(f"No table fits what is shown: {found.message}")
    return np.asarray(np.round(found.x))
