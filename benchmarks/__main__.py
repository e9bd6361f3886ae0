"""Run the benchmarks: python -m benchmarks [FILE ... --year YEAR ...]. Prints a table."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Iterator
from pathlib import Path

from benchmarks import large, pages, pooling, published, reading
from benchmarks.timing import HEADING, Timing


def report(title: str, timings: Iterator[Timing]) -> None:
    print(f"\n## {title}\n\n{HEADING}", flush=True)
    for timing in timings:
        print(timing.row(), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="a return; else the largest demo one")
    parser.add_argument(
        "--year", type=int, nargs="+", default=[2018], help="the collection years to read FILE as"
    )
    parser.add_argument(
        "--only",
        choices=("reading", "large", "published", "pooling", "pages"),
        help="one part alone",
    )
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    if given.only in (None, "large"):
        report("National size, with last year", large.run())
        print(f"\nLargest memory held: {large.peak_megabytes():,.0f} MB (under 800)")
    if given.only in (None, "reading"):
        report("The return", reading.run(given.files, given.year))
        report("The ten slowest rules", reading.slowest_rules(given.files, given.year[-1]))
    if given.only in (None, "published"):
        report("Published figures", published.run())
    if given.only in (None, "pooling"):
        report("Cells of every authority", pooling.run())
    if given.only in (None, "pages"):
        pages.prepare()
        report("Pages", pages.script_runs())
        if pages.chromium():
            report("Start", pages.start())


if __name__ == "__main__":
    main()
