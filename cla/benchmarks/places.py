"""Names and regions of the authorities that have published figures, by their three digits."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from cla import authorities

HALVES_OF_LONDON = ("Inner London", "Outer London")
"""Published beside London as a whole; never beside it in one list, or boroughs count twice."""


class Place(NamedTuple):
    """An authority, live or ended."""

    name: str
    region: str
    la: str


@cache
def known() -> dict[str, Place]:
    """The real authorities, live and ended, by their three digits."""
    real = [(one.code3, one.region, one.la) for one in authorities.all() if not one.demo]
    gone = [(one.code3, one.region, one.la) for one in authorities.ended()]
    return {
        code3: Place(authorities.name_of(code3), region, la) for code3, region, la in real + gone
    }


@cache
def regions() -> tuple[str, ...]:
    """The nine regions by name."""
    return tuple(sorted({one.region for one in authorities.all() if not one.demo}))
