"""Local authorities in England, and the invented ones of the demonstration.

An authority is known by its ONS code ("E06000015") everywhere in the program; people and the
Department also use its three digits ("831").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cla import reference


@dataclass(frozen=True)
class Authority:
    """A children's services authority. ``demo`` marks an invented one."""

    la: str
    code3: str
    name: str
    region: str
    demo: bool


class UnknownAuthorityError(LookupError):
    """No authority has that code; the text is a sentence for the person who gave it."""


def find(code: str) -> Authority:
    """The authority of an ONS code or a three-digit code, letter case and spaces apart.

    UnknownAuthorityError when there is none: also for the code of an authority that has ended.
    """
    found = _by_code().get(code.strip().upper())
    if found is None:
        raise UnknownAuthorityError(
            "There is no local authority with this code; give the nine characters of the ONS"
            ' (such as "E06000015") or the three digits of the Department (such as "831").'
        )
    return found


@cache
def all() -> tuple[Authority, ...]:
    """The live authorities by name, then the invented ones by code."""
    live = sorted(_read("authorities.csv", demo=False), key=lambda authority: authority.name)
    return (*live, *_read("demo.csv", demo=True))


@cache
def _by_code() -> dict[str, Authority]:
    return {code: authority for authority in all() for code in (authority.la, authority.code3)}


def _read(file: str, demo: bool) -> list[Authority]:
    return [
        Authority(row["la"], row["code3"], row["name"], row["region"], demo)
        for row in reference.rows("authorities", file)
    ]
