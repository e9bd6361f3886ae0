"""Reading and validating one return in one process, after the modules are loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.timing import Timing, timed
from cla import demo, ssda903
from cla.files import Upload

LARGEST = "X06000993"
LATEST = 2026


def run(files: Sequence[Path], year: int) -> Iterator[Timing]:
    """Time the given return, or that of the largest demo authority when none is given."""
    given: Sequence[Path | Upload] = list(files) or demo.return_files(LARGEST, LATEST)
    year = year if files else LATEST
    ret = ssda903.read(given, year=year)
    rows = sum(len(table) for table in ret.tables.values())
    what = f"{rows:,} rows, {len(ssda903.rulebook(year)):,} rules"

    def read_and_validate() -> None:
        ssda903.validate(ssda903.read(given, year=year))

    yield timed("Read the return", lambda: ssda903.read(given, year=year), note=what)
    yield timed("Read and validate the return", read_and_validate, goal=500, note=what)


def slowest_rules(files: Sequence[Path], year: int, most: int = 10) -> Iterator[Timing]:
    """The rules that take longest on a return whose shared facts are already known."""
    given: Sequence[Path | Upload] = list(files) or demo.return_files(LARGEST, LATEST)
    year = year if files else LATEST
    ret = ssda903.read(given, year=year)
    ssda903.validate(ret)
    rules = [rule for rule in ssda903.rulebook(year).values() if not rule.lacks(ret)]
    timings = [
        timed(f"Rule {rule.code}", lambda rule=rule: rule.masks(ret), repeat=3, note=rule.title)
        for rule in rules
    ]
    yield from sorted(timings, key=lambda timing: -timing.median)[:most]
