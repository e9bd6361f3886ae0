"""Finding published figures: the first that a process asks for, and those after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.timing import Timing, timed
from cla import benchmarks
from cla.benchmarks import Library, files

MEASURE, YEAR, GROUP = "ks4_att8", "2024/25", "CLA 12m+"
KNOWN_LA = "831"


def run() -> Iterator[Timing]:
    """Time the first read of each file, then figures that are already indexed."""
    rows = len(files.authorities(files.ATTAINMENT).frame)
    first = {
        "England and regions": lambda: files.wide(files.ATTAINMENT),
        "authorities": lambda: files.authorities(files.ATTAINMENT),
        "authorities, context": lambda: files.authorities(files.CONTEXT),
    }
    for name, read in first.items():
        note = f"{rows:,} rows" if name == "authorities" else ""
        goal = 400 if name == "authorities" else None
        yield timed(f"First read, {name}", _afresh(read), goal=goal, note=note)

    library = benchmarks.shipped()
    found = {
        "A figure of an authority": lambda: library.figure(MEASURE, YEAR, GROUP, KNOWN_LA),
        "A figure of all authorities": lambda: library.of_areas(MEASURE, YEAR),
        "The mean of the neighbours": lambda: benchmarks.neighbour_mean(
            library, KNOWN_LA, MEASURE, YEAR
        ),
    }
    for name, find in found.items():
        yield timed(name, find, repeat=101, goal=1)
    yield timed(
        "A figure of all authorities, asked for the first time",
        lambda: Library().of_areas(MEASURE, YEAR),
        repeat=21,
    )


def _afresh(read: Callable[[], object]) -> Callable[[], object]:
    """Reading as if nothing had been read yet."""

    def work() -> None:
        files.wide.cache_clear()
        files.authorities.cache_clear()
        read()

    return work
