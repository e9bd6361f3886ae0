"""The assessments of English schools that results are kept of, in the order a child meets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Stage:
    """One assessment: its name, when in a school career it is, and when in the year.

    ``year_group`` is the national curriculum year it is taken in (0 is reception). ``taken`` is a
    nominal month and day of the summer it belongs to: results files do not carry the date.
    """

    name: str
    title: str
    year_group: int
    taken: tuple[int, int]


STAGES: Mapping[str, Stage] = MappingProxyType(
    {
        stage.name: stage
        for stage in (
            Stage("eyfsp", "early years profile", 0, (6, 30)),
            Stage("phonics", "phonics", 1, (6, 10)),
            Stage("ks1", "key stage 1", 2, (5, 31)),
            Stage("mtc", "multiplication check", 4, (6, 10)),
            Stage("ks2", "key stage 2", 6, (5, 15)),
            Stage("ks4", "key stage 4", 11, (6, 15)),
        )
    }
)
"""By name. The name is also the kind of an import and the stage of a results file."""


def capitalised(stage: str) -> str:
    """The title of a stage as it begins a sentence: "Key stage 2"."""
    title = STAGES[stage].title
    return title[0].upper() + title[1:]
