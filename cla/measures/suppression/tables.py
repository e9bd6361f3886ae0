"""Counts that add up: small ones hidden, and more until no hidden one follows from the rest.

Which further count is hidden is a choice by cost; whether the choice is enough is not left to it:
after each one the bounds of every hidden count are worked out (``bounds``), and more is hidden
until each keeps two possible values or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from cla.measures.suppression.bounds import Box, Relation, exposed
from cla.measures.suppression.profiles import DFE_CLA_LA, rules


def protect(
    values: Sequence[int],
    relations: Sequence[Relation],
    boxes: Mapping[int, Box],
    labels: Sequence[str] | None = None,
    fixed: Sequence[int] = (),
) -> list[bool]:
    """Which entries to hide so that none of ``boxes``, nor any hidden besides, can be worked out.

    ``boxes`` gives the entries that have to be hidden, and between what everybody takes them to
    be. ``fixed`` entries are known from elsewhere and are never hidden. Ties go by ``labels``, so
    that the order of the entries does not matter.
    """
    names = labels or [f"{place:06d}" for place in range(len(values))]
    hidden = [place in boxes for place in range(len(values))]
    while True:
        open_ones = exposed(values, relations, hidden, boxes)
        if not open_ones:
            return hidden
        partner = _partner(values, relations, hidden, open_ones, names, set(fixed))
        if partner is None:
            return hidden
        hidden[partner] = True


def _partner(
    values: Sequence[int],
    relations: Sequence[Relation],
    hidden: Sequence[bool],
    open_ones: set[int],
    names: Sequence[str],
    fixed: set[int],
) -> int | None:
    """The entry to hide next: beside an exposed one, a part before a total, one that leaves no new
    relation with a single gap, a small one before a large one, zero last. None when all are hidden.
    """
    totals = {total for total, _ in relations}
    members = [{total, *parts} for total, parts in relations]
    near = {place for group in members if group & open_ones for place in group}
    shown = [p for p in range(len(values)) if not hidden[p] and p not in fixed]
    candidates = [p for p in shown if p in near] or shown

    def cost(place: int) -> tuple[bool, int, bool, int, str]:
        alone = sum(place in group and not any(hidden[p] for p in group) for group in members)
        return (place in totals, alone, values[place] == 0, values[place], names[place])

    return min(candidates, key=cost, default=None)


def hide_parts(
    counts: Sequence[int],
    profile: str = DFE_CLA_LA,
    *,
    labels: Sequence[str] | None = None,
    also: Sequence[bool] | None = None,
) -> list[int | None]:
    """Counts whose sum is known, without small ones (None) and without what gives them away.

    ``also`` marks counts to hide that may be nobody as well: a number of those who reached a
    standard that few or none reached.
    """
    limits = rules(profile)
    few = list(also) if also is not None else [False] * len(counts)
    boxes: dict[int, Box] = {}
    for place, (count, must) in enumerate(zip(counts, few, strict=True)):
        if limits.small(count) or must:
            boxes[place] = (0 if must else 1, max(limits.count_max, count))
    if not boxes:
        return list(counts)
    whole = len(counts)
    names = None if labels is None else [*labels, ""]
    hidden = protect(
        [*counts, sum(counts)], [(whole, tuple(range(whole)))], boxes, names, fixed=(whole,)
    )
    return [None if gone else count for count, gone in zip(counts, hidden[:-1], strict=True)]


@dataclass(frozen=True, eq=False)
class Hidden:
    """A two-way table of counts with its margins, hidden numbers missing (Int64)."""

    cells: pd.DataFrame
    row_totals: pd.Series
    column_totals: pd.Series
    total: int | None

    def in_symbols(self, symbol: str = "c") -> pd.DataFrame:
        """The table as text with its totals, hidden numbers as the symbol."""
        whole = self.cells.assign(Total=self.row_totals)
        last = [*self.column_totals.tolist(), self.total]
        frame = whole.astype("object")
        frame.loc["Total"] = last
        return frame.map(lambda cell: symbol if cell is None or pd.isna(cell) else f"{cell:d}")


def suppress_table(counts: pd.DataFrame, profile: str = DFE_CLA_LA) -> Hidden:
    """A two-way table of counts (no totals in it) with small numbers hidden.

    Cells and totals are hidden by the rule set, and then more in rows, columns and totals until
    bounds by integer programming leave every hidden number two possible values. Row and column
    labels have to be unique; their order does not matter for what is hidden. ValueError on
    duplicate labels or negative counts.
    """
    if not (counts.index.is_unique and counts.columns.is_unique):
        raise ValueError("The rows and the columns of a table need labels of their own.")
    if (counts < 0).any(axis=None):
        raise ValueError("Counts are not negative.")
    rows, columns = counts.shape
    values, relations, names = _laid_out(counts)
    limits = rules(profile)
    boxes: dict[int, Box] = {
        place: (1, limits.count_max) for place, value in enumerate(values) if limits.small(value)
    }
    hidden = protect(values, relations, boxes, names)
    shown = [None if gone else value for value, gone in zip(values, hidden, strict=True)]
    cells = rows * columns
    table = {
        name: pd.array(shown[at:cells:columns], dtype="Int64")
        for at, name in enumerate(counts.columns)
    }
    return Hidden(
        pd.DataFrame(table, index=counts.index, columns=counts.columns),
        pd.Series(pd.array(shown[cells : cells + rows], dtype="Int64"), index=counts.index),
        pd.Series(pd.array(shown[cells + rows : -1], dtype="Int64"), index=counts.columns),
        shown[-1],
    )


def _laid_out(counts: pd.DataFrame) -> tuple[list[int], list[Relation], list[str]]:
    """Cells row by row, row totals, column totals, the total; how they add up; their names."""
    rows, columns = counts.shape
    cells = rows * columns
    numbers = counts.to_numpy(dtype="int64")
    values = [
        *numbers.ravel().tolist(),
        *numbers.sum(axis=1).tolist(),
        *numbers.sum(axis=0).tolist(),
        int(numbers.sum()),
    ]
    whole = len(values) - 1
    relations: list[Relation] = [
        (cells + row, tuple(range(row * columns, (row + 1) * columns))) for row in range(rows)
    ]
    relations += [
        (cells + rows + column, tuple(range(column, cells, columns))) for column in range(columns)
    ]
    relations += [(whole, tuple(range(cells, cells + rows)))]
    relations += [(whole, tuple(range(cells + rows, whole)))]
    labels = [str(name) for name in counts.index], [str(name) for name in counts.columns]
    names = [f"{row}\t{column}" for row in labels[0] for column in labels[1]]
    names += [*labels[0], *labels[1], ""]
    return values, relations, names
