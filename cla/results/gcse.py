"""The GCSE subjects whose best grade results files of key stage 4 carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from cla import reference

PILLARS: Mapping[str, str] = MappingProxyType(
    {
        "eng": "English",
        "mat": "maths",
        "sci": "sciences",
        "hum": "humanities",
        "lan": "languages",
    }
)
"""The five pillars of the English Baccalaureate."""


@dataclass(frozen=True)
class Subject:
    """One subject: its code (column ``grade_<code>``), its name, its EBacc pillar or ""."""

    code: str
    title: str
    pillar: str


@cache
def subjects() -> Mapping[str, Subject]:
    """The subjects by code, in the order they are shown."""
    table = reference.table("attainment", "subjects.csv")
    return MappingProxyType(
        {
            code: Subject(code, title, pillar)
            for code, title, pillar in zip(
                table["code"], table["title"], table["pillar"], strict=True
            )
        }
    )
