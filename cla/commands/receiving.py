"""``import``, ``results``, ``census``, ``current``, ``providers``: files into the store.

``work`` does one queued import.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cla.commands import CommandError, options

if TYPE_CHECKING:
    from cla.store import Store
    from cla.store.imports import ImportRow
    from cla.store.jobs import Job


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    _receiver(commands, "import", "ssda903", "keep an SSDA903 return and report from it")
    _receiver(commands, "results", "results", "keep key stage results and report from them")
    _receiver(commands, "census", "census", "keep school characteristics and report from them")
    _receiver(commands, "current", "current", "keep the list of the children looked after now")
    _receiver(commands, "providers", "providers", "keep Ofsted's list to check returns with")
    _receiver(commands, "published", "published", "keep published figures of DfE to compare with")
    work = commands.add_parser("work", description="Do one queued import (the server starts this).")
    work.add_argument("job", metavar="JOB")
    work.set_defaults(run=_work)


def _receiver(commands: Any, name: str, kind: str, help_text: str) -> None:
    command: argparse.ArgumentParser = commands.add_parser(name, help=help_text)
    options.files(
        command,
        "Excel workbooks (.xlsx) or CSV files"
        if kind == "providers"
        else "the files, or a ZIP of them",
    )
    options.la(command)
    if kind in ("ssda903", "providers"):
        options.year(command)
    if kind == "ssda903":
        options.any_year(command)
        command.add_argument(
            "--previous",
            metavar="FILE",
            nargs="+",
            type=Path,
            default=[],
            help="last year's files for this check, where no return of that year is kept",
        )
    if kind in ("results", "census"):
        command.add_argument(
            "--year",
            type=options.collection_year,
            help="2025 for 2024/25, where the files hold several years or do not say",
        )
    command.add_argument(
        "--keep-only",
        action="store_true",
        help="check and keep the files, and leave what is current as it is",
    )
    if kind in ("current", "published"):
        command.set_defaults(year=None)  # the files say the day or the years themselves
    command.set_defaults(run=run, kind=kind)


def run(arguments: argparse.Namespace) -> int:
    """Read, check, keep, and make current unless told otherwise."""
    from cla import importing
    from cla.store import jobs

    authority = options.authority(arguments.la)
    previous = getattr(arguments, "previous", [])
    _readable(arguments.kind, [*arguments.files, *previous])
    store = options.open_settings_store()
    by = options.operator()
    job = importing.submit(
        store,
        la=authority.la,
        kind=arguments.kind,
        year=arguments.year,
        files=_contents(arguments.files),
        by=by,
        any_year=getattr(arguments, "any_year", False),
        previous=_contents(previous),
    )
    importing.run(store, job.id)
    over = jobs.find(store, authority.la, job.id)
    if over is None or over.state != "checked":
        raise CommandError(*(over.problems if over else ["The import has disappeared."]))
    _report(store, over, arguments.keep_only, by)
    return 0


def _readable(kind: str, paths: list[Path]) -> None:
    """What cannot be opened is refused (Unusable) before anything is written."""
    from cla.files import open_uploads
    from cla.ssda903.providers import read_providers

    if kind == "providers":
        read_providers(paths)
    else:
        open_uploads(paths, folders=kind == "published")


def _contents(paths: list[Path]) -> list[tuple[str, bytes]]:
    """The files as they are on disk: a ZIP stays one file, and is known again."""
    return [(path.name, path.read_bytes()) for path in paths]


def _report(store: Store, job: Job, keep_only: bool, by: str) -> None:
    from cla.store import imports

    for import_id in job.imports:
        row = imports.find(store, import_id, job.la)
        if row is None:
            continue
        if not keep_only:
            imports.make_current(store, row.id, row.la, by)
        print(_summary(row, "kept, not current" if keep_only else "current"))
    for notice in job.notices:
        print(notice)


def _summary(row: ImportRow, state: str) -> str:
    found = ", ".join(f"{count:,} {severity}" for severity, count in row.findings.items())
    parts = [
        f"{row.kind} of {row.year - 1}-{row.year % 100:02d}: {state}",
        options.many(sum(row.row_counts.values()), "row"),
    ]
    if row.kind == "ssda903":
        parts.append(f"findings: {found or 'none'}")
    return "; ".join(parts) + "."


def _work(arguments: argparse.Namespace) -> int:
    from cla import importing

    importing.run(options.open_settings_store(), arguments.job)
    return 0
