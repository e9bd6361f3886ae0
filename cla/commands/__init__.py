"""The command line. Each module adds its commands to the parser; heavy imports wait for their run.

Whatever goes wrong is a sentence on stderr, one a line: never a traceback, never a cell's value.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Sequence

CANNOT = 2
"""Exit code: the files, or the request, cannot be used."""
BROKEN = 3
"""Exit code: the program itself failed."""


class CommandError(Exception):
    """What was asked cannot be done; each argument is a sentence for the person who asked."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of our output has gone (as with | head): nothing is left to be said
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _say(130, ["Stopped."])
    except Exception as error:  # noqa: BLE001 - the last wall: its text may hold a child's data
        return _explain(error)
    return code


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    from cla.commands import demonstration, keeping, people, receiving, validation

    top = argparse.ArgumentParser(
        prog="python -m cla",
        description="Validates the SSDA903 return and keeps what the CLA dashboard reports from.",
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (validation, receiving, demonstration, people, keeping):
        module.add(commands)
    return top


def _explain(error: Exception) -> int:
    from cla.problems import Unusable

    if isinstance(error, Unusable):
        return _say(CANNOT, [str(problem) for problem in error.problems])
    if isinstance(error, CommandError):
        return _say(CANNOT, error.args)
    if _is_a_sentence(error):
        return _say(CANNOT, [str(error)])
    from cla.importing.pipeline import place

    reference = secrets.token_hex(4).upper()
    return _say(BROKEN, [f"The program failed ({place(error)}, reference {reference})."])


def _is_a_sentence(error: Exception) -> bool:
    from cla.authorities import UnknownAuthorityError
    from cla.store.engine import StoreError

    return isinstance(error, StoreError | UnknownAuthorityError)


def _say(code: int, sentences: Sequence[object]) -> int:
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return code
