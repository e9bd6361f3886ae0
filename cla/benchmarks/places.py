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


@cache
def known() -> dict[str, Place]:
    """The real authorities, live and ended, by their three digits."""
    live = [one for one in authorities.all() if not one.demo]
    return {one.code3: Place(one.name, one.region) for one in live}


@cache
def regions() -> tuple[str, ...]:
    """The nine regions by name."""
    return tuple(sorted({one.region for one in authorities.all() if not one.demo}))
