"""``demo``: the invented authorities, their files, and invented results for any return."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cla.commands import CommandError, options


def add(commands: Any) -> None:
    """Add the command to the parser."""
    command: argparse.ArgumentParser = commands.add_parser(
        "demo",
        help="load the invented authorities and the demo accounts",
        description="Loads the invented authorities and the demo accounts, if not yet there.",
    )
    command.add_argument(
        "--results-for",
        metavar="RETURN",
        nargs="+",
        type=Path,
        help="instead, write invented key stage results for the children of a return",
    )
    command.add_argument("--year", type=options.collection_year, help="the year of that return")
    command.add_argument("--out", metavar="DIR", type=Path, help="where to write the results")
    command.add_argument(
        "--files",
        metavar="DIR",
        type=Path,
        help="instead, write the demo files to try imports with",
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Load, or write files."""
    if arguments.results_for:
        return _results(arguments)
    if arguments.files:
        return _files(arguments.files)
    return _load()


def _load() -> int:
    from cla import demo

    demo.load(options.open_settings_store(), tell=print)
    print("The invented authorities and the demo accounts are there.")
    return 0


def _results(arguments: argparse.Namespace) -> int:
    from cla import demo, ssda903

    if arguments.year is None or arguments.out is None:
        raise CommandError(
            "Say with --year which year the return is of, and with --out where to write."
        )
    ret = ssda903.read(arguments.results_for, year=arguments.year)
    for path in demo.results_for(ret, arguments.out):
        print(path)
    return 0


def _files(folder: Path) -> int:
    from cla import demo

    for path in demo.write_files(folder):
        print(path)
    return 0
