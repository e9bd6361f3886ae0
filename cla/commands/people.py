"""``users``: who may sign in. Passwords come from a prompt or stdin, never from an argument."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from cla.commands import CommandError, options

ROLES = ("vsh", "analyst", "administrator", "viewer")


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    command: argparse.ArgumentParser = commands.add_parser("users", help="who may sign in")
    acts = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_command(acts)
    for name, run, text in (
        ("disable", _disable, "close an account and end its sign-ins"),
        ("enable", _enable, "open a disabled account again"),
        ("password", _password, "set a new password and end the sign-ins made before"),
    ):
        act = acts.add_parser(name, help=text)
        act.add_argument("username")
        act.set_defaults(run=run)
    acts.add_parser("list", help="all accounts").set_defaults(run=_list)


def _add_command(acts: Any) -> None:
    new: argparse.ArgumentParser = acts.add_parser("add", help="give someone an account")
    new.add_argument("username")
    new.add_argument("--name", default="", help="the person's name, as shown")
    new.add_argument("--email", default="")
    new.add_argument("--role", choices=ROLES, required=True)
    new.add_argument(
        "--la", metavar="CODE", action="append", default=[], help="an authority; may be repeated"
    )
    new.add_argument(
        "--cla",
        action="store_true",
        help="give the permission to see looked-after children's data, apart from the role",
    )
    new.set_defaults(run=_add)


def _add(arguments: argparse.Namespace) -> int:
    from cla.store import users

    las = [options.authority(code).la for code in arguments.la]
    if not las and arguments.role != "administrator":
        raise CommandError("Say with --la which authority this person works for.")
    store = options.open_settings_store()
    if users.find(store, arguments.username) is not None:
        raise CommandError(f"There is already a user called {users.plain(arguments.username)}.")
    user = users.add(
        store,
        arguments.username,
        name=arguments.name,
        email=arguments.email,
        role=arguments.role,
        cla=arguments.cla,
        authorities=las,
        password_hash=_new_hash(),
        by=options.operator(),
    )
    print(f"{user.username} can sign in now.")
    return 0


def _disable(arguments: argparse.Namespace) -> int:
    from cla.store import users

    user = users.disable(options.open_settings_store(), arguments.username, by=options.operator())
    print(f"{user.username} is disabled; all sign-ins have ended.")
    return 0


def _enable(arguments: argparse.Namespace) -> int:
    from cla.store import users

    user = users.enable(options.open_settings_store(), arguments.username, by=options.operator())
    print(f"{user.username} can sign in again.")
    return 0


def _password(arguments: argparse.Namespace) -> int:
    from cla.store import users

    store = options.open_settings_store()
    if users.find(store, arguments.username) is None:
        raise CommandError(f"There is no user called {users.plain(arguments.username)}.")
    user = users.set_password_hash(store, arguments.username, _new_hash(), by=options.operator())
    print(f"{user.username} has a new password; sign-ins made before have ended.")
    return 0


def _list(arguments: argparse.Namespace) -> int:  # noqa: ARG001
    from cla.store import users

    for user in users.everyone(options.open_settings_store()):
        facts = [
            user.username,
            user.name,
            user.role,
            "CLA" if user.cla else "no CLA data",
            ", ".join(user.authorities) or "no authority",
            *(["disabled"] if not user.active else []),
            *(["demonstration"] if user.demo else []),
        ]
        print(" · ".join(facts))
    return 0


def _new_hash() -> str:
    """The hash of a password typed twice at a prompt, or given as the one line of stdin."""
    from cla.access.passwords import UnusablePassword, hash_password

    if sys.stdin.isatty():
        password = getpass.getpass("New password: ")
        if getpass.getpass("The same again: ") != password:
            raise CommandError("The two passwords differ; nothing was changed.")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    try:
        return hash_password(password)
    except UnusablePassword as reason:
        raise CommandError(str(reason)) from None
