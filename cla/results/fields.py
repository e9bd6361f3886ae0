"""Which columns of a results file mean what: the field table and the recognised headings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from cla import reference
from cla.problems import Problem, Unusable

# A file is of a stage when it has the UPN and one whole group of these fields.
SIGNATURES: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "eyfsp": (("gld",), ("e01", "e12"), ("g01", "g12")),
        "phonics": (("outcome",), ("mark",), ("autumn_outcome",), ("autumn_mark",)),
        "ks1": (("read_outcome", "mat_outcome"), ("read_level", "mat_level")),
        "mtc": (("mark",),),
        "ks2": (
            ("read_score",),
            ("rwm_exp",),
            ("read_outcome", "mat_outcome", "writ_outcome"),
            ("read_level", "mat_level"),
            ("rwm_l4",),
        ),
        "ks4": (
            ("att8",),
            ("p8",),
            ("basics_94",),
            ("att8_eng", "att8_mat"),
            ("fiveac_em",),
            ("em_ac",),
        ),
    }
)
PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "eyfsp": "FSP_",
        "phonics": "PHONICS_",
        "ks1": "KS1_",
        "mtc": "MTC_",
        "ks2": "KS2_",
        "ks4": "KS4_",
    }
)
"""What stands before a heading in the downloads and extracts that prefix them, in capitals."""


@dataclass(frozen=True)
class Field:
    """One logical field of a stage: its kind and the headings it goes by, the preferred first.

    ``headings`` are DfE's names in capitals without the prefix of the stage; ``human`` are headings
    in words. ``needed``: part of what tells that a file is of the stage.
    """

    name: str
    kind: str
    headings: tuple[str, ...]
    title: str
    human: tuple[str, ...] = ()
    needed: bool = False


@cache
def fields(stage: str) -> Mapping[str, Field]:
    """The fields of a stage by name (data/reference/attainment/fields.csv). Raises KeyError."""
    needed = {"upn", *(name for group in SIGNATURES[stage] for name in group)}
    table = reference.table("attainment", "fields.csv")
    table = table[table["stage"] == stage]
    return MappingProxyType(
        {
            name: Field(
                name,
                kind,
                tuple(columns.split()),
                title,
                tuple(words for words in human.split("|") if words),
                name in needed,
            )
            for name, kind, columns, human, title in zip(
                table["field"],
                table["kind"],
                table["columns"],
                table["human"],
                table["title"],
                strict=True,
            )
        }
    )


def signatures(stage: str) -> tuple[tuple[str, ...], ...]:
    """Groups of fields: a file of the stage has the UPN and at least one whole group."""
    return SIGNATURES[stage]


def unprefixed(heading: str, stage: str) -> str:
    """The heading in capitals, without the prefix of its own stage (KS2_READSCORE is READSCORE)."""
    return heading.strip().upper().removeprefix(PREFIXES[stage])


def columns_of(
    header: Sequence[str], stage: str, mapping: Mapping[str, str] | None = None
) -> dict[str, tuple[str, ...]]:
    """The headings of the file that carry each field, the preferred first; absent ones left out.

    ``mapping`` says by hand which heading is which field, and by "" that none is: it wins over what
    is recognised, and its headings are no other field's. Raises Unusable when it names a field or a
    heading that is not there.
    """
    by_hand = _checked(header, stage, mapping or {})
    taken = set(by_hand.values())
    by_name: dict[str, str] = {}
    free = [heading for heading in header if heading not in taken]
    for heading in free:
        by_name.setdefault(heading.strip().upper(), heading)
    for heading in free:
        by_name.setdefault(unprefixed(heading, stage), heading)
    by_words = {_words(heading): heading for heading in free}
    found: dict[str, tuple[str, ...]] = {}
    for name, field in fields(stage).items():
        if name in by_hand:
            if by_hand[name]:
                found[name] = (by_hand[name],)
            continue
        headings = [by_name[alias] for alias in field.headings if alias in by_name]
        headings += [by_words[words] for words in map(_words, field.human) if words in by_words]
        if headings:
            found[name] = tuple(dict.fromkeys(headings))
    return found


def recognised(columns: Mapping[str, tuple[str, ...]], stage: str) -> bool:
    """Whether these fields are enough to read the file as results of the stage."""
    return "upn" in columns and any(
        all(name in columns for name in group) for group in SIGNATURES[stage]
    )


def _checked(header: Sequence[str], stage: str, mapping: Mapping[str, str]) -> dict[str, str]:
    known = fields(stage)
    given = {heading.strip().casefold(): heading for heading in header}
    problems = [
        Problem("the mapping", f"{name} is no field of these results; choose one of the list.")
        for name in mapping
        if name not in known
    ]
    problems += [
        Problem("the mapping", f"the file has no column for {name}; choose a heading of the file.")
        for name, heading in mapping.items()
        if name in known and heading and heading.strip().casefold() not in given
    ]
    if problems:
        raise Unusable(problems)
    return {
        name: given[heading.strip().casefold()] if heading else ""
        for name, heading in mapping.items()
    }


def _words(heading: str) -> str:
    """A heading in words, as it is compared: one case, one kind of apostrophe, single spaces."""
    return re.sub(r"\s+", " ", heading.strip().casefold().replace("’", "'"))
