"""How the benchmarks take the time of a piece of work."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Milliseconds of repeated runs of one piece of work, and the figure to reach."""

    name: str
    runs: tuple[float, ...]
    goal: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    def row(self) -> str:
        """One line of the report."""
        goal = "" if self.goal is None else f"under {self.goal:,.0f}"
        return (
            f"| {self.name} | {self.median:,.1f} | {min(self.runs):,.1f} | {max(self.runs):,.1f} "
            f"| {len(self.runs)} | {goal} | {self.note} |"
        )


HEADING = """| work | median ms | best | worst | runs | goal | note |
|---|---|---|---|---|---|---|"""


def timed(
    name: str,
    work: Callable[[], object],
    *,
    repeat: int = 7,
    goal: float | None = None,
    note: str = "",
) -> Timing:
    """Run the work once to warm up, then ``repeat`` times."""
    work()
    runs = []
    for _ in range(repeat):
        begun = time.perf_counter()
        work()
        runs.append((time.perf_counter() - begun) * 1000)
    return Timing(name, tuple(runs), goal, note)
