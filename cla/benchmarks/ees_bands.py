"""DfE's categories beside our own bands: which of our children a published category is about.

The table is data/reference/benchmarks/category_bands.csv. DfE's categories and our bands do not
always cover the same children: "Other placements" holds three of our bands, and our "60 months or
more" holds two of DfE's lengths of care. ``blocks`` gives the smallest groups that do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from cla import reference

_SAME = {"Gender": "Sex", "Length of period of care": "Period of care"}
"""Other names that published figures have for a characteristic."""


@dataclass(frozen=True)
class Block:
    """Categories of DfE and bands of ours that are about the same children.

    ``column`` is the column of the cohort's children that the bands are of; ``note`` says where
    the two differ all the same.
    """

    categories: tuple[str, ...]
    bands: tuple[str, ...]
    column: str
    note: str


@cache
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(reference.rows("benchmarks", "category_bands.csv"))


def _of(characteristic: str, column: str) -> list[dict[str, str]]:
    name = _SAME.get(characteristic, characteristic)
    wanted = column or band_column(characteristic)
    return [r for r in _rows() if r["characteristic"] == name and r["column"] == wanted]


def band_column(characteristic: str) -> str:
    """The column of children that nests best with a published characteristic; "" for none."""
    name = _SAME.get(characteristic, characteristic)
    return next((row["column"] for row in _rows() if row["characteristic"] == name), "")


def bands(characteristic: str, column: str = "") -> Mapping[str, tuple[str, ...]]:
    """Our bands by DfE's category, in every spelling that published figures have.

    Empty for a characteristic that we have no bands for. ``column`` chooses another column of ours
    than the one that nests best ("time_in_care" in place of "time_in_care_months").
    """
    found: dict[str, list[str]] = {}
    for row in _of(characteristic, column):
        found.setdefault(row["category"], []).append(row["band"])
    return MappingProxyType({category: tuple(own) for category, own in found.items()})


def blocks(
    characteristic: str, categories: Iterable[str] | None = None, column: str = ""
) -> tuple[Block, ...]:
    """The smallest groups of categories and bands that are about the same children.

    ``categories`` are those with a figure; without them every one in the table. A group that is
    only partly published (12 to 17 months without 18 to 23) is left out, since its figure would
    stand for children it is not about.
    """
    rows = _of(characteristic, column)
    wanted = None if categories is None else set(categories)
    held = [row for row in rows if wanted is None or row["category"] in wanted]
    made: list[tuple[dict[str, None], dict[str, None]]] = []
    for row in held:
        own, band = {row["category"]: None}, {row["band"]: None}
        touching = [one for one in made if row["category"] in one[0] or row["band"] in one[1]]
        for one in touching:
            own, band = {**one[0], **own}, {**one[1], **band}
            made.remove(one)
        made.append((own, band))
    return tuple(
        Block(tuple(own), tuple(band), rows[0]["column"], _note(held, own))
        for own, band in sorted(made, key=lambda one: _place(rows, one[0]))
        if _is_whole(rows, own, band)
    )


def _place(rows: list[dict[str, str]], categories: Iterable[str]) -> int:
    order = [row["category"] for row in rows]
    return min(order.index(category) for category in categories)


def _is_whole(
    rows: list[dict[str, str]], categories: Mapping[str, None], own_bands: Mapping[str, None]
) -> bool:
    """Whether the categories hold all children of every band."""
    for band in own_bands:
        of_band = [row for row in rows if row["band"] == band]
        parts = {row["category"] for row in of_band if row["part"]}
        whole = {row["category"] for row in of_band if not row["part"]}
        together = len(parts) > 1 and parts <= set(categories)
        if not whole & set(categories) and not together:
            return False
    return True


def _note(rows: list[dict[str, str]], categories: Mapping[str, None]) -> str:
    notes = [row["note"] for row in rows if row["category"] in categories and row["note"]]
    return "; ".join(dict.fromkeys(notes))
