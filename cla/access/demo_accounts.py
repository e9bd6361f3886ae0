"""The accounts of a demonstration: in demo mode only, and shown on the sign-in page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cla.access.passwords import hash_password
from cla.store import Store, users

PASSWORD = "demonstration-only"  # noqa: S105 - shown to everybody who opens the page


@dataclass(frozen=True)
class DemoAccount:
    """A demo account: its name, and in words what it shows."""

    username: str
    name: str
    role: str
    cla: bool
    shows: str


ACCOUNTS = (
    DemoAccount("demo.vsh", "Demo VSH", "vsh", True, "reports and children"),
    DemoAccount("demo.analyst", "Demo Analyst", "analyst", True, "the same, and importing"),
    DemoAccount("demo.viewer", "Demo Viewer", "viewer", True, "figures only, no children"),
    DemoAccount("demo.admin", "Demo Administrator", "administrator", False, "no CLA data at all"),
)


def add(store: Store, authorities: Iterable[str]) -> tuple[str, ...]:
    """Add the demo accounts for these authorities (ONS codes); the usernames that now exist.

    Accounts that are there already are given these authorities; an account of that name that is not
    a demo account is left alone.
    """
    las = tuple(authorities)
    password_hash = hash_password(PASSWORD)
    present = []
    for account in ACCOUNTS:
        found = users.find(store, account.username)
        if found is None:
            users.add(
                store, account.username, name=account.name, role=account.role, cla=account.cla,
                password_hash=password_hash, authorities=las, by="demo", demo=True,
            )  # fmt: skip
        elif not found.demo:
            continue
        elif found.authorities != tuple(sorted(las)):
            users.permit(store, account.username, authorities=las, by="demo")
        present.append(account.username)
    return tuple(present)
