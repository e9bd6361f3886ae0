"""The recipe of the invented authorities, read from data/demo/recipe.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from cla.demo.chance import Weights
from cla.settings import ROOT

FOLDER = ROOT / "data" / "demo"


@dataclass(frozen=True)
class Invented:
    """One invented authority: what it is called and how large it is meant to be."""

    la: str
    code3: str
    name: str
    prefix: str
    looked_after: int
    starts: int
    easting: int
    northing: int


@cache
def recipe() -> dict[str, Any]:
    """The whole recipe as nested tables."""
    return tomllib.loads((FOLDER / "recipe.toml").read_text(encoding="utf-8"))


@cache
def value(path: str) -> Any:
    """One entry by its dotted path, such as "path.days"."""
    found: Any = recipe()
    for part in path.split("."):
        found = found[part]
    return found


@cache
def weights(path: str) -> Weights:
    """A table of shares by its dotted path, ready to pick from."""
    return Weights.of(value(path))


@cache
def authorities() -> tuple[Invented, ...]:
    """The invented authorities, in the order of the recipe."""
    return tuple(Invented(**row) for row in recipe()["authorities"])


def authority(la: str) -> Invented:
    """One of them by ONS or three-digit code. KeyError for any other code."""
    for invented in authorities():
        if la in (invented.la, invented.code3):
            return invented
    raise KeyError(f"{la} is none of the invented authorities")


def years() -> tuple[int, ...]:
    """The collection years for which there are returns."""
    return tuple(value("years"))
