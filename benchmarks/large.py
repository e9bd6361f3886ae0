"""A return of 60,000 episodes, and the children they make, beside last year's: national size."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator

import pandas as pd

from benchmarks.timing import Timing, timed
from cla import demo, ssda903
from cla.ssda903 import Return

EPISODES = 60_000
LA, YEAR = "X06000993", 2026


def returns(episodes: int) -> tuple[Return, Return]:
    """This year's and last year's return of so many episodes, copied under other identifiers."""
    one = ssda903.read(demo.return_files(LA, YEAR), year=YEAR, la=LA)
    before = ssda903.read(demo.return_files(LA, YEAR - 1), year=YEAR - 1, la=LA)
    copies = -(-episodes // len(one.tables["Episodes"]))
    return _copied(one, copies), _copied(before, copies)


def _copied(ret: Return, copies: int) -> Return:
    tables = {
        name: pd.concat(
            [table.assign(CHILD=table["CHILD"] + f"-{copy}") for copy in range(copies)],
            ignore_index=True,
        )
        for name, table in ret.tables.items()
    }
    return Return.from_tables(tables, ret.year, ret.la)


def run() -> Iterator[Timing]:
    """Validation from text tables, at a quarter, half and the whole of the size."""
    for episodes in (EPISODES // 4, EPISODES // 2, EPISODES):
        ret, before = returns(episodes)
        counted = (
            f"{len(ret.tables['Header']):,} children, {len(ret.tables['Episodes']):,} episodes"
        )

        def validate(ret: Return = ret, before: Return = before) -> None:
            fresh = Return.from_tables(ret.tables, ret.year, ret.la, previous=before)
            ssda903.validate(fresh)

        goal = 3500 if episodes == EPISODES else None
        yield timed(f"Validate {episodes:,} episodes", validate, repeat=3, goal=goal, note=counted)


def peak_megabytes() -> float:
    """The largest memory this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
