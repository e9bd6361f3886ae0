"""The filters that reports know: one table of names, titles and bands (data/reference/cohort)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from cla import reference
from cla.cohort import groups

GROUPS: Mapping[str, str] = {
    "care": "Care",
    "school": "School",
    "child": "Child",
    "results": "Results",
}
"""The groups of filters, in the order of the bar."""
NAMED_IN_THE_DATA = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What a value of a filter looks like whose choices are schools or teams: a number or a slug."""


@dataclass(frozen=True)
class Filter:
    """One filter. It reads the column of its name in ``Model.children``.

    ``front``: always in sight in the bar. ``lists``: the lists of bands it offers; none when its
    choices are names in the data. ``load``: what to do where the column is all unknown.
    """

    name: str
    title: str
    group: str
    front: bool
    lists: tuple[str, ...]
    load: str
    why: str

    @property
    def dynamic(self) -> bool:
        """Whether the choices are names in the data (schools, teams)."""
        return not self.lists

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The bands in their order with their names, ``unknown`` last; only that when dynamic."""
        known = {
            value: label for name in self.lists for value, label in groups.labels(name).items()
        }
        known.pop(groups.UNKNOWN, None)
        return MappingProxyType({**known, groups.UNKNOWN: groups.UNKNOWN_LABEL})

    @cached_property
    def words(self) -> Mapping[str, str]:
        """The bands as they are said in a sentence."""
        known: dict[str, str] = {}
        for name in self.lists:
            known.update(groups.words(name))
        return MappingProxyType({**known, groups.UNKNOWN: f"{self.in_words} not known"})

    @property
    def in_words(self) -> str:
        """The title as it stands in the middle of a sentence."""
        capitals = self.title[:2].isupper() or self.title.startswith("Ofsted")
        return self.title if capitals else self.title[0].lower() + self.title[1:]

    def valid(self, value: str) -> bool:
        """Whether a value can be one of this filter's."""
        if value in self.labels:
            return True
        return self.dynamic and NAMED_IN_THE_DATA.fullmatch(value) is not None

    def ordered(self, values: set[str]) -> tuple[str, ...]:
        """The valid ones of some values, in the order of the bands (names: by alphabet)."""
        if self.dynamic:
            names = sorted(value for value in values if self.valid(value))
            return tuple(sorted(names, key=groups.UNKNOWN.__eq__))
        return tuple(value for value in self.labels if value in values)


def _read() -> dict[str, Filter]:
    return {
        row["name"]: Filter(
            name=row["name"],
            title=row["title"],
            group=row["group"],
            front=row["front"] == "1",
            lists=tuple(row["lists"].split()),
            load=row["load"],
            why=row["why"],
        )
        for row in reference.rows("cohort", "filters.csv")
    }


FILTERS: Mapping[str, Filter] = MappingProxyType(_read())
"""By name, in the order of the bar. The name is also the address parameter."""
TITLES: Mapping[str, str] = MappingProxyType(
    {name: one.title for name, one in FILTERS.items() if not one.dynamic}
)
"""The filters by which figures can be split: those with bands, not names in the data."""
