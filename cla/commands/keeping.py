"""``backup``, ``restore``, ``lake``, ``audit``: the store as a whole."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cla.commands import CommandError, options


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    backup = commands.add_parser(
        "backup", help="copy the store while it is in use (a copy of the file may miss rows)"
    )
    backup.add_argument("file", metavar="FILE", type=Path)
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="put a backup in the place of the store")
    restore.add_argument("file", metavar="FILE", type=Path)
    restore.add_argument(
        "--replace", action="store_true", help="although there is a store; a copy of it is kept"
    )
    restore.set_defaults(run=_restore)

    lake = commands.add_parser(
        "lake", help="write what is current as Parquet, partitioned by la and year"
    )
    lake.add_argument("folder", metavar="DIR", type=Path)
    lake.set_defaults(run=_lake)

    audit = commands.add_parser("audit", help="verify that the audit trail is whole")
    audit.set_defaults(run=_audit)


def _backup(arguments: argparse.Namespace) -> int:
    from cla.store import audit
    from cla.store.backup import backup

    store = options.open_settings_store()
    manifest = backup(store, arguments.file)
    audit.append(store, None, options.operator(), "backup made", {"sha256": manifest.sha256})
    print(f"{arguments.file}: {manifest.size:,} bytes, SHA-256 {manifest.sha256}.")
    print("It holds children's data as the store does: keep it as safe, with its .json beside it.")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from cla.settings import settings
    from cla.store.backup import restore

    kept = restore(
        settings().database_url,
        arguments.file,
        replace=arguments.replace,
        by=options.operator(),
    )
    print("Restored. Everyone has to sign in again.")
    if kept is not None:
        print(f"What was there before is kept in {kept}.")
    return 0


def _lake(arguments: argparse.Namespace) -> int:
    from cla.authorities import all as all_authorities
    from cla.store import audit, lake

    store = options.open_settings_store()
    rows = lake.write(store, arguments.folder, tuple(each.la for each in all_authorities()))
    audit.append(store, None, options.operator(), "data set written", {"rows": rows})
    for name, count in sorted(rows.items()):
        print(f"{name}: {options.many(count, 'row')}")
    if not rows:
        print("Nothing is current yet: the data set is empty.")
    return 0


def _audit(arguments: argparse.Namespace) -> int:  # noqa: ARG001
    from cla.store import audit

    verdict = audit.verify(options.open_settings_store())
    if not verdict.intact:
        raise CommandError(
            f"The audit trail is broken at row {verdict.broken_at}: {verdict.reason}."
        )
    print(f"The audit trail is whole: {verdict.rows:,} rows.")
    return 0
