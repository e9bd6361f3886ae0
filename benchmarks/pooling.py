"""Adding up the cells of every authority in England over ten years."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.timing import Timing, timed
from cla import benchmarks, measures
from cla.benchmarks.cells import HELD, KEY, SHOWN, UNIT, as_cells, categories

AUTHORITIES = 150
YEARS = tuple(f"{year}/{(year + 1) % 100:02d}" for year in range(2015, 2025))
GOAL = 1000


def made_up(authorities: int = AUTHORITIES, seed: int = 5) -> pd.DataFrame:
    """Cells of every measure that each year has, of everybody and every group, for each authority;
    a fifth of them withheld."""
    rng = np.random.default_rng(seed)
    one = [
        (year, name, characteristic, category)
        for year in YEARS
        for name in measures.book
        if measures.available(name, year).available
        for characteristic, every in categories().items()
        for category in every
    ]
    keys = pd.DataFrame(one, columns=list(KEY), dtype="category")
    frame = pd.concat([keys] * authorities, ignore_index=True)
    rows = len(frame)
    n = rng.integers(10, 400, rows)
    total = rng.integers(6, n - 3) * UNIT
    held = rng.random(rows) < 0.2
    frame["la"] = np.repeat([f"E{place:08d}" for place in range(authorities)], len(keys))
    shown = pd.arrays.IntegerArray(total, held)
    return as_cells(
        frame.assign(
            n=n,
            total=shown,
            squares=shown,
            total_low=np.where(held, 0, total),
            total_high=np.where(held, n * UNIT, total),
            held=np.where(held, HELD, SHOWN),
        )
    )


def run() -> Iterator[Timing]:
    """All of it by year, measure and group; over the years; and one measure of one year."""
    cells = made_up()
    note = f"{AUTHORITIES} authorities, {len(YEARS)} years, {len(cells):,} cells"
    yield timed("Pool every cell", lambda: benchmarks.pool(cells), goal=GOAL, note=note)
    over = ("measure", "characteristic", "category")
    yield timed("Pool the years together", lambda: benchmarks.pool(cells, over), goal=GOAL)
    chosen = cells[(cells["measure"] == "ks2_rwm_exp") & (cells["academic_year"] == YEARS[-1])]
    yield timed(
        "Pool one measure of one year",
        lambda: benchmarks.pool(chosen),
        note=f"{len(chosen):,} cells",
    )
