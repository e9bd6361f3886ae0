"""Reading and validating one return in one process, after the modules are loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.timing import Timing, timed
from cla import demo, ssda903
from cla.files import Upload
from cla.ssda903.layout import year_name

LARGEST = "X06000993"
LATEST = 2026


def run(files: Sequence[Path], years: Sequence[int]) -> Iterator[Timing]:
    """Time the given return as that of each year, or the largest demo authority's latest one."""
    given: Sequence[Path | Upload] = list(files) or demo.return_files(LARGEST, LATEST)
    for year in years if files else [LATEST]:
        yield from _of_year(given, year)


def _of_year(given: Sequence[Path | Upload], year: int) -> Iterator[Timing]:
    ret = ssda903.read(given, year=year)
    rows = sum(len(table) for table in ret.tables.values())
    name = year_name(year)
    what = f"{rows:,} rows, {len(ssda903.rulebook(year)):,} rules of {name}"

    def read() -> None:
        ssda903.read(given, year=year)

    def read_and_validate() -> None:
        ssda903.validate(ssda903.read(given, year=year))

    yield timed(f"Read as {name}", read, repeat=21, note=what)
    yield timed(f"Read and validate as {name}", read_and_validate, repeat=21, goal=250, note=what)


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
