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
    """A children's services authority. ``demo`` marks an invented one.

    ``compared_as`` are the three digits of the real authority whose region and statistical
    neighbours an invented one borrows, "" where it borrows none.
    """

    la: str
    code3: str
    name: str
    region: str
    demo: bool
    compared_as: str = ""


@dataclass(frozen=True)
class Ended:
    """An authority that is no more: others took over its area on ``until``, the day after its last.

    Figures of the years before are still published for it.
    """

    la: str
    code3: str
    name: str
    region: str
    until: str
    successors: tuple[str, ...]


class UnknownAuthorityError(LookupError):
    """No authority has that code; the text is a sentence for the person who gave it."""


def find(code: str) -> Authority:
    """The authority of an ONS code or a three-digit code, letter case and spaces apart.

    A former ONS code of one that goes on under another finds it: Barnsley by E08000016 as by
    E08000038. UnknownAuthorityError when there is none: also for an authority that has ended.
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
def ended() -> tuple[Ended, ...]:
    """The authorities that have ended since 2013 and were split or merged, by name."""
    known = _current()
    return tuple(
        Ended(
            la=row["ended"],
            code3=row["code3"],
            name=row["name"],
            region=known[row["successors"].split()[0]].region,
            until=row["since"],
            successors=tuple(row["successors"].split()),
        )
        for row in sorted(reference.rows("authorities", "changes.csv"), key=lambda row: row["name"])
        if row["code3"] not in known
    )


def compared(code: str) -> Authority:
    """The authority whose region and neighbours count for one: itself, or for an invented one the
    real one that it is compared as. UnknownAuthorityError as with ``find``."""
    own = find(code)
    return find(own.compared_as) if own.compared_as else own


def name_of(code3: str) -> str:
    """The name of an authority by its three digits, also of one that has ended; "" for none."""
    live = _current().get(code3)
    if live is not None:
        return live.name
    return next(
        (f"{one.name} (until {one.until[:4]})" for one in ended() if one.code3 == code3), ""
    )


@cache
def _current() -> dict[str, Authority]:
    return {code: authority for authority in all() for code in (authority.la, authority.code3)}


@cache
def _by_code() -> dict[str, Authority]:
    known = _current()
    former = {
        row["ended"]: known[row["code3"]]
        for row in reference.rows("authorities", "changes.csv")
        if row["code3"] in known
    }
    return former | known


def _read(file: str, demo: bool) -> list[Authority]:
    return [
        Authority(
            row["la"], row["code3"], row["name"], row["region"], demo, row.get("compared_as", "")
        )
        for row in reference.rows("authorities", file)
    ]
