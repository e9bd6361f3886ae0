"""What is known of the files of Explore Education Statistics, as data, and which layout a file has.

The tables are data/reference/benchmarks/ees_*.csv, each row with its source: families of data sets,
what each heading means, which headings make a figure, names of groups, categories, symbols, areas.
A family is one kind of figures in all the layouts it has had: renamed columns, wide or a row a
subject, authorities or England only. Nothing here knows a year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from cla import reference

IDENTIFYING = ("time_period", "time_identifier", "geographic_level")
"""Headings that every data set of the service has."""
AREAS = (
    *("country_code", "country_name", "region_code", "region_name"),
    *("old_la_code", "la_name", "new_la_code"),
)
CHARACTERISTICS = (
    *("SEN", "Sex", "Ethnicity", "FSM", "Disadvantage"),
    *("Placement", "Period of care", "School type"),
)
"""Characteristics that have a column of their own, in the order in which crossed ones are named."""
OF_ROWS = "rows"
"""The families whose rows say what they count, in words."""


@dataclass(frozen=True)
class Family:
    """A kind of data sets. ``release``: "Reporting" or "Academic" year; ``lag`` in years.

    ``group``: "care" where a column says which children, "all" for all pupils, "rows" where the
    rows say it. ``needs`` and ``without`` are headings. ``named``: what the file's own name must
    hold, where data sets about other children have the same columns and the same rows.
    """

    name: str
    title: str
    publication: str
    release: str
    lag: int
    group: str
    needs: tuple[str, ...]
    without: tuple[str, ...]
    named: str

    @property
    def scope(self) -> str:
        """Which spelling of category names is ours in this family."""
        return self.group


@dataclass(frozen=True)
class FigureColumns:
    """The headings of one measure in one layout, "" for none. ``subject``: in rows of that
    subject only. ``characteristic`` and ``category``: what the column itself is about."""

    subject: str
    measure: str
    characteristic: str
    category: str
    value: str
    low: str
    high: str
    n: str
    numerator: str


@dataclass(frozen=True)
class RowRule:
    """Which rows of a file of looked-after children are a measure: those with all ``words`` and
    none of ``without``. A category "*" is what the row itself says."""

    words: tuple[str, ...]
    without: tuple[str, ...]
    part: str
    measure: str
    group: str
    characteristic: str
    category: str


def plain(text: str) -> str:
    """Letters, digits and signs to compare names by: no case, plain dashes, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("–", "-")
    return re.sub(r"\s+", " ", folded).strip()


def heading(text: str) -> str:
    """A heading to compare by."""
    return re.sub(r"[\s-]+", "_", plain(text))


@cache
def families() -> Mapping[str, Family]:
    """All families by name."""
    return {
        row["family"]: Family(
            row["family"],
            row["title"],
            row["publication"],
            row["release"],
            int(row["lag"]),
            row["group"],
            tuple(row["needs"].split()),
            tuple(row["without"].split()),
            row["named"],
        )
        for row in reference.rows("benchmarks", "ees_families.csv")
    }


@cache
def figures(family: str) -> tuple[FigureColumns, ...]:
    """The measures of a family with their headings, those of every layout."""
    names = FigureColumns.__dataclass_fields__
    return tuple(
        FigureColumns(**{name: row[name] for name in names})
        for row in reference.rows("benchmarks", "ees_figures.csv")
        if row["family"] == family
    )


@cache
def row_rules(family: str) -> tuple[RowRule, ...]:
    """The measures of a family whose rows say what they count."""
    return tuple(
        RowRule(
            tuple(filter(None, row["words"].split("|"))),
            tuple(row["without"].split()),
            *(row[name] for name in ("part", "measure", "group", "characteristic", "category")),
        )
        for row in reference.rows("benchmarks", "ees_rows.csv")
        if row["family"] == family
    )


@cache
def meanings(family: str) -> Mapping[str, str]:
    """What each heading means in a family, beside its figures."""
    return {
        row["heading"]: row["meaning"]
        for row in reference.rows("benchmarks", "ees_headings.csv")
        if not row["families"] or family in row["families"].split()
    }


@cache
def figure_headings(family: str) -> frozenset[str]:
    """Every heading that is part of a figure of the family."""
    parts = ("value", "low", "high", "n", "numerator")
    return frozenset(
        getattr(figure, part) for figure in figures(family) for part in parts
    ) - frozenset([""])


@cache
def categories(characteristic: str, scope: str) -> Mapping[str, str]:
    """Our category by the plain name in the file."""
    return {
        plain(row["name"]): row["category"]
        for row in reference.rows("benchmarks", "ees_categories.csv")
        if row["characteristic"] == characteristic and row["scope"] in ("", scope)
    }


@cache
def groups() -> Mapping[str, str]:
    """Our group by DfE's social care group."""
    rows = reference.rows("benchmarks", "ees_groups.csv")
    return {plain(row["name"]): row["group"] for row in rows}


@cache
def symbols() -> Mapping[str, str]:
    """The symbol that is kept by the symbol that is written."""
    return {
        row["written"]: row["symbol"] for row in reference.rows("benchmarks", "ees_symbols.csv")
    }


@cache
def regions() -> Mapping[str, str]:
    """Names of regions by ONS code."""
    return {row["code"]: row["area"] for row in reference.rows("benchmarks", "ees_areas.csv")}


@cache
def units() -> Mapping[str, str]:
    """The unit of each measure that is published."""
    rows = reference.rows("benchmarks", "measures.csv")
    return {row["id"]: row["unit"] for row in rows}


def recognise(headings: Iterable[str]) -> tuple[Family, ...]:
    """The families that a file with these headings can be of, the likeliest first.

    Several where only the rows tell (three data sets of looked-after children share their
    columns); none for a data set that is not read.
    """
    held = frozenset(map(heading, headings))
    found = [(score, family) for family in families().values() if (score := _score(family, held))]
    best = max((score for score, _ in found), default=0)
    return tuple(family for score, family in found if score == best)


def _score(family: Family, held: frozenset[str]) -> int:
    """How many of the family's figures the headings carry; 0 when they cannot be of it."""
    if not held.issuperset(family.needs) or held & set(family.without):
        return 0
    if family.group != OF_ROWS:
        return sum(
            figure.value in held and (not figure.subject or "subject" in held)
            for figure in figures(family.name)
        )
    meant = {meaning for name, meaning in meanings(family.name).items() if name in held}
    counted = meant & {"count", "percent", "rate"}
    return (100 if family.needs else 10) if counted and "item" in meant else 0
