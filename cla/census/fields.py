"""Which columns of a file of school characteristics mean what, and which sort of file it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from cla import reference
from cla.files import Upload, shown_headings
from cla.problems import Problem, Unusable

CSV, CENSUS, PREMIUM = "csv", "census", "premium"
"""Sorts of files: the documented CSV, a term's census and the pupil premium as DfE gives them."""

IDENTITY = {"upn", "academic_year", "term", "dob", "sex", "former_upn"}
"""Fields that say who and when; a file of nothing else has no characteristic."""

_CENSUS_MARKS = ({"CENSUSTERM", "UPN"}, {"ENROLSTATUS", "ENTRYDATE", "UPN"})
_PREMIUM_MARKS = {
    "LOOKED_AFTER_PREMIUM",
    "DEPRIVATION_PUPIL_PREMIUM",
    "SERVICE_CHILD_PREMIUM",
    "ADOPTED_FROM_CARE_PREMIUM",
}
# Headings that only results files have; such a file also has a school and a pupil's needs.
_RESULTS_MARKS = {
    *("READ_OUTCOME", "READOUTCOME", "READSCORE", "READLEV", "RWMEXP", "ATT8", "P8SCORE"),
    *("PHONICS_MARK", "PHONICS_OUTCOME", "GLD", "FORMMARK", "L2BASICS_94"),
}
_STAGES = ("KS1_", "KS2_", "KS4_", "PHONICS_", "FSP_")


@dataclass(frozen=True)
class Field:
    """One field: the headings it goes by, the documented one first, and whether it must be."""

    name: str
    headings: tuple[str, ...]
    kind: str
    required: bool


@cache
def fields() -> dict[str, Field]:
    """The fields by name (data/reference/attainment/characteristics.csv)."""
    table = reference.table("attainment", "characteristics.csv")
    return {
        name: Field(name, (column, *aliases.split()), kind, required == "1")
        for name, column, aliases, kind, required in zip(
            *(table[name] for name in ("field", "column", "aliases", "kind", "required")),
            strict=True,
        )
    }


def plain(heading: str) -> str:
    """A heading as fields are compared: capitals, "Looked After Premium" with low lines."""
    return "_".join(heading.strip().upper().split())


def sort_of(header: Iterable[str]) -> str:
    """Which sort of file these headings are of; CSV when nothing marks another."""
    held = {plain(heading) for heading in header}
    if any(marks <= held for marks in _CENSUS_MARKS):
        return CENSUS
    return PREMIUM if held & _PREMIUM_MARKS else CSV


def holds_results(header: Iterable[str]) -> bool:
    """Whether these are the headings of key stage results."""
    held = {plain(heading) for heading in header}
    for stage in _STAGES:
        held |= {heading.removeprefix(stage) for heading in held}
    return bool(held & _RESULTS_MARKS)


def columns_of(upload: Upload, header: Sequence[str], sort: str) -> dict[str, tuple[str, ...]]:
    """The heading of each field that the file has. Raises Unusable when it is no such file."""
    by_name = {plain(heading): heading for heading in header}
    columns: dict[str, tuple[str, ...]] = {}
    needed = []
    for field in fields().values():
        held = [by_name[alias] for alias in field.headings if alias in by_name]
        if held:
            columns[field.name] = (held[0],)
        elif field.required and not (field.name == "academic_year" and sort == PREMIUM):
            needed.append(field.headings[0])
    if needed:
        begins = shown_headings(tuple(header), 6)
        raise _refused(
            upload,
            f"is not a file of school characteristics: it lacks {' and '.join(needed)} "
            f"(its columns are {begins}). docs/characteristics.md lists the columns.",
        )
    if sort == PREMIUM and not {"academic_year", "premium_to"} & set(columns):
        raise _refused(
            upload,
            "does not say its year: a pupil premium list needs PupilPremiumFYEndDate or ACADYR.",
        )
    if not set(columns) - IDENTITY - {"premium_to"}:
        raise _refused(
            upload, "has pupils but no characteristic of them; see docs/characteristics.md."
        )
    return columns


def _refused(upload: Upload, message: str) -> Unusable:
    return Unusable([Problem(upload.label, message)])
