"""The shipped figures, read when they are first asked for, each file once a process.

England and its regions stand apart from the authorities, and attainment, asked for on every page,
apart from the other figures.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from cla import reference
from cla.benchmarks import tidy

ENGLAND = "England"


def part_of(measure: str) -> str:
    """The file a measure is in."""
    return "attainment" if measure.startswith(("ks", "eyfs")) else "context"


@cache
def sources() -> dict[str, str]:
    """The title of each source by its id."""
    table = reference.table("benchmarks", "sources.csv")
    return dict(zip(table["id"], table["title"], strict=True))


@cache
def wide(part: str) -> tidy.Shelf:
    """The figures of England and the regions."""
    table = reference.table("benchmarks", f"{part}.csv.gz")
    level = table["area"].eq(ENGLAND).map({True: "national", False: "regional"})
    numbers = {name: table[name].replace("", None) for name in tidy.NUMBERS}
    source = table["source"].map(sources())
    return tidy.Shelf.of(tidy.whole(table.assign(level=level, source=source, **numbers)))


@cache
def authorities(part: str) -> tidy.Shelf:
    """The figures of the authorities."""
    return tidy.Shelf.of(pd.DataFrame(columns=list(tidy.COLUMNS)))
