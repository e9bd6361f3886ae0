"""Text on its way to the screen: nothing from a file is read as markdown, and people read words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&=])")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
NO_NUMBER = -1000.0
"""Stands for a missing number in a cell of a grid that has words: a grid draws no words in an empty
cell of numbers. Below every number, so that it sorts last."""
_JOIN = "\u2060"  # no width and no break: keeps an address from being made into a link


def safe_md(text: object) -> str:
    """Any text as markdown that shows exactly that text.

    No markup, no picture, no link, one line.
    """
    line = _UNSEEN.sub(" ", str(text))
    line = (
        line.replace("://", f":{_JOIN}//").replace("www.", f"www{_JOIN}.").replace("@", f"@{_JOIN}")
    )
    return _MARKUP.sub(r"\\\1", line)


def number(value: Any, places: int = 0) -> str:
    """A number with thousands separated, "–" when there is none (None, NaN, NA)."""
    if pd.isna(value):
        return "–"
    return f"{value:,.{places}f}".replace("-", "−")


def counted(count: int, one: str, many: str | None = None) -> str:
    """ "1 child", "1,204 children"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def moment(when: datetime | None) -> str:
    """A moment as people in England write it, in the time of their clock: 5 June 2026, 14:05."""
    if when is None:
        return "–"
    local = when.replace(tzinfo=when.tzinfo or UTC).astimezone(ZoneInfo("Europe/London"))
    return f"{local.day} {local:%B %Y, %H:%M}"


def file_date(when: datetime) -> str:
    """The date for a file name: 2026-06-05."""
    return f"{when:%Y-%m-%d}"
