"""One file of Explore Education Statistics by meaning, and what was found wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import pandas as pd

from cla.benchmarks import ees_layouts as layouts
from cla.benchmarks.ees_layouts import Family
from cla.files import Table, shown_name
from cla.files.sheet import line_list, number_of
from cla.problems import Problem

MOST = 20
"""Problems of one file that are told."""
LONGEST = 200
"""Characters that a name of a group or category can have."""


class Sheet:
    """The rows of one file by meaning. What is wrong is told in ``problems`` and ``notices``."""

    def __init__(self, label: str, table: Table, family: Family):
        self.label = label
        self.family = family
        self.frame = table.frame
        self.lines = table.lines
        self.header = table.header
        self.notices: list[str] = list(table.notices)
        self.problems: list[Problem] = []
        self.by_heading = {layouts.heading(name): name for name in table.header}
        meanings = layouts.meanings(family.name)
        self.headings: dict[str, list[str]] = {}
        for plain, name in self.by_heading.items():
            if plain in meanings:
                self.headings.setdefault(meanings[plain], []).append(name)

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Headings that neither identify a row nor carry a figure we know."""
        known = set(layouts.meanings(self.family.name)) | layouts.figure_headings(self.family.name)
        return tuple(name for plain, name in self.by_heading.items() if plain not in known)

    def has(self, meaning: str) -> bool:
        """Whether the file has a column of that meaning."""
        return meaning in self.headings

    def named(self, meaning: str) -> str:
        """The heading of a meaning, its own name where the file has none."""
        return self.headings.get(meaning, [meaning])[0]

    def text(self, meaning: str) -> pd.Series:
        """The first column of a meaning as text, "" where empty or absent."""
        if not self.has(meaning):
            return pd.Series("", index=self.frame.index, dtype="str")
        return self.frame[self.headings[meaning][0]].fillna("")

    def refuse(self, rows: pd.Series, heading: str, message: str) -> None:
        """A problem of these rows: the first line, and how many more there are."""
        if not rows.any():
            return
        lines = self.lines[rows]
        more = f" ({line_list(lines)})" if len(lines) > 1 else ""
        self.problems.append(Problem(self.label, f"{message}{more}", int(lines.iloc[0]), heading))

    def tell(self, rows: pd.Series, what: str) -> None:
        """A notice about rows that are not used."""
        if rows.any():
            count = number_of(int(rows.sum()), "row")
            self.notices.append(f"{self.label}: {count} {what}.")


def each(values: pd.Series, become: Callable[[str], str]) -> pd.Series:
    """Every value through a function that is called once for each value there is."""
    known = {value: become(value) for value in values.unique()}
    return values.map(known).astype("str")


def shown(names: list[str], most: int = 8) -> str:
    """Names from a published file, safe in a sentence."""
    listed = ", ".join(f"“{shown_name(name)}”" for name in names[:most])
    return listed + (f" and {len(names) - most} more" if len(names) > most else "")
