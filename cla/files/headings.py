"""Which cells of a first line may be shown to people: headings, never somebody's data."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cla.files.upload import shown_name

MOST_SHOWN = 12
_HEADING = re.compile(r"[A-Za-z][A-Za-z0-9_ ./()-]{0,40}")
_NUMBER = re.compile(r"[0-9]{3}")


def is_heading(text: str) -> bool:
    """Whether a cell of the first line can be shown as a heading: a name, not somebody's data."""
    return bool(_HEADING.fullmatch(text)) and not _NUMBER.search(text)


def shown_headings(headings: Sequence[str], most: int = MOST_SHOWN) -> str:
    """Headings in words, at most twelve; what may be a child's data by its place only."""
    shown = [
        shown_name(heading) if is_heading(heading) else f"(heading {place})"
        for place, heading in enumerate(headings[:most], 1)
    ]
    if len(headings) > most:
        shown.append(f"{len(headings) - most} more")
    return listed(shown)


def listed(items: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
