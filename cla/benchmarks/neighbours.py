"""Statistical neighbours: the ten authorities most like one, by the Department's model of May 2025.

The model compares the circumstances of all children (income, health, housing, ethnicity), not those
of looked-after children.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import pandas as pd

from cla import authorities, reference
from cla.benchmarks.figures import LOOKED_AFTER, Figure, Library

MODEL = "May 2025"
FEWEST = 3
"""A mean of fewer published figures than this says nothing of the neighbours."""


@dataclass(frozen=True)
class Neighbour:
    """An authority like ours; ``rank`` 1 is the closest, ``closeness`` the Department's words."""

    code3: str
    name: str
    rank: int
    closeness: str


@dataclass(frozen=True, eq=False)
class NeighbourMean:
    """The simple mean of the published figures of the neighbours, unrounded.

    ``used`` of ``of`` neighbours have a number; ``value`` is None when fewer than three have.
    Symbols are left out, never taken for nought. ``n`` are the children behind the used figures,
    None where one does not say. ``each`` neighbour has its figure, None where nothing is published.
    """

    value: float | None
    used: int
    of: int
    n: int | None
    release: str
    source: str
    each: tuple[tuple[Neighbour, Figure | None], ...]

    @cached_property
    def figures(self) -> pd.DataFrame:
        """A row a neighbour, closest first: code3, name, rank, closeness, value, n, symbol.

        The symbol is "" beside a number, and where nothing is published at all.
        """
        found = [figure for _, figure in self.each]
        columns = {
            name: [getattr(one, name) for one, _ in self.each]
            for name in ("code3", "name", "rank", "closeness")
        }
        return pd.DataFrame(
            {
                **columns,
                "value": pd.Series([figure and figure.value for figure in found], dtype=float),
                "n": pd.Series([figure and figure.n for figure in found], dtype=float),
                "symbol": [figure.symbol if figure else "" for figure in found],
            }
        )


def neighbours(la: str) -> tuple[Neighbour, ...]:
    """The ten neighbours of an authority (either code), closest first.

    An invented authority has those of the one it is compared as. None where there is no authority,
    or an invented one is compared as nobody.
    """
    try:
        code3 = authorities.compared(la).code3
    except authorities.UnknownAuthorityError:
        return ()
    return _model().get(code3, ())


def neighbour_mean(
    library: Library,
    la: str,
    measure: str,
    academic_year: str,
    group: str = LOOKED_AFTER,
) -> NeighbourMean:
    """The mean over the statistical neighbours, as the Department's interactive tool has it: every
    neighbour with a published figure counts the same, however many children it has.

    Neighbours are those of the current model in every year.
    """
    ours = neighbours(la)
    found = [library.figure(measure, academic_year, group, area=one.code3) for one in ours]
    used = [figure for figure in found if figure is not None and figure.value is not None]
    values = [figure.value for figure in used if figure.value is not None]
    counts = [figure.n for figure in used if figure.n is not None]
    return NeighbourMean(
        value=sum(values) / len(values) if len(values) >= FEWEST else None,
        used=len(used),
        of=len(ours),
        n=sum(counts) if counts and len(counts) == len(used) else None,
        release=", ".join(sorted({figure.release for figure in used})),
        source=", ".join(sorted({figure.source for figure in used})),
        each=tuple(zip(ours, found, strict=True)),
    )


@cache
def _model() -> dict[str, tuple[Neighbour, ...]]:
    found: dict[str, list[Neighbour]] = {}
    for row in reference.rows("benchmarks", "neighbours.csv"):
        code3 = row["neighbour"]
        name = authorities.name_of(code3)
        found.setdefault(row["code3"], []).append(
            Neighbour(code3, name, int(row["rank"]), row["closeness"])
        )
    return {code3: tuple(sorted(ten, key=lambda one: one.rank)) for code3, ten in found.items()}
