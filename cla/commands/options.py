"""Arguments that several commands share, and what they stand for."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cla.authorities import Authority
    from cla.store import Store


def files(command: argparse.ArgumentParser, what: str) -> None:
    """FILE..., at least one."""
    command.add_argument("files", metavar="FILE", nargs="+", type=Path, help=what)


def la(command: argparse.ArgumentParser, required: bool = True) -> None:
    """--la CODE."""
    command.add_argument(
        "--la",
        metavar="CODE",
        required=required,
        help="the authority: its ONS code (E06000015) or three digits (831)",
    )


def year(command: argparse.ArgumentParser) -> None:
    """--year Y."""
    command.add_argument(
        "--year",
        type=collection_year,
        required=True,
        help="the collection year, which ends on 31 March: 2026 for 2025-26",
    )


def any_year(command: argparse.ArgumentParser) -> None:
    """--any-year."""
    command.add_argument(
        "--any-year",
        action="store_true",
        help="the year is right, although no date of the return falls into it",
    )


def collection_year(text: str) -> int:
    """Four digits as a year; argparse shows the sentence."""
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise argparse.ArgumentTypeError("give four digits, 2026 for the year ending 31 March 2026")
    return int(text)


def authority(code: str) -> Authority:
    """The authority of a code; UnknownAuthorityError is shown as a sentence."""
    from cla import authorities

    return authorities.find(code)


def open_settings_store() -> Store:
    """The store that the settings name."""
    from cla.settings import settings
    from cla.store import open_store

    return open_store(settings().database_url)


def many(count: int, noun: str) -> str:
    """A number with its noun: "1 row", "2,675 rows"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def operator() -> str:
    """Who runs the command line, for the audit trail."""
    try:
        return f"command line ({getpass.getuser()})"[:64]
    except (KeyError, OSError, ImportError):
        return "command line"
