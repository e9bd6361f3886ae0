"""Which columns of a results file mean what: the field table, recognised headings, the stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cla import reference
from cla.files import Upload, is_heading, shown_headings
from cla.problems import Problem, Unusable

STAGES = {"ks1": "key stage 1", "ks2": "key stage 2", "ks4": "key stage 4"}

# A file is of a stage when it has the UPN and one whole group of these fields.
SIGNATURES: dict[str, tuple[tuple[str, ...], ...]] = {
    "ks1": (("read_outcome", "mat_outcome"),),
    "ks2": (("read_score",), ("rwm_exp",), ("read_outcome", "mat_outcome", "writ_outcome")),
    "ks4": (("att8",), ("p8",), ("basics_94",), ("att8_eng", "att8_mat")),
}

# Data sets of the same ZIP that are not results of these stages: name, headings that show it.
OTHERS = (
    ("phonics results", ("PHONICS_MARK",)),
    ("phonics results", ("PHONICS_PHONICS_MARK",)),
    ("early years profile results", ("FSP_GLD",)),
    ("early years profile results", ("GLD",)),
    ("multiplication check results", ("FORMMARK",)),
    ("a pupil premium list", ("LOOKED AFTER PREMIUM",)),
    ("a school census", ("ENROLSTATUS",)),
    ("a school census", ("TERMLYSESSIONSPOSSIBLE",)),
    ("a school census", ("ENTRYDATE", "SENPROVISION")),
)


@dataclass(frozen=True)
class Field:
    """One logical field of a stage: its kind and the headings it goes by, the preferred first."""

    name: str
    kind: str
    headings: tuple[str, ...]
    title: str


@cache
def fields(stage: str) -> dict[str, Field]:
    """The fields of a stage by name (data/reference/attainment/fields.csv)."""
    table = reference.table("attainment", "fields.csv")
    table = table[table["stage"] == stage]
    return {
        name: Field(name, kind, tuple(columns.split()), title)
        for name, kind, columns, title in zip(
            table["field"], table["kind"], table["columns"], table["title"], strict=True
        )
    }


def unprefixed(heading: str, stage: str) -> str:
    """The heading in capitals, without the prefix of its own stage (KS2_READSCORE is READSCORE)."""
    return heading.strip().upper().removeprefix(f"{stage.upper()}_")


def columns_of(header: Sequence[str], stage: str) -> dict[str, tuple[str, ...]]:
    """The headings of the file that carry each field, the preferred first; absent fields are left
    out."""
    by_name: dict[str, str] = {}
    for heading in header:
        by_name.setdefault(unprefixed(heading, stage), heading)
    found = {
        name: tuple(by_name[alias] for alias in field.headings if alias in by_name)
        for name, field in fields(stage).items()
    }
    return {name: headings for name, headings in found.items() if headings}


def stage_of(upload: Upload, header: Sequence[str]) -> str | None:
    """The stage of a results file; None for a known data set that is not results of a stage.

    Raises Unusable, naming the nearest stage and what it lacks, when the file is none of them.
    """
    found = {stage: columns_of(header, stage) for stage in STAGES}
    fitting = [
        stage
        for stage, columns in found.items()
        if "upn" in columns
        and any(all(name in columns for name in group) for group in SIGNATURES[stage])
    ]
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        own = [stage for stage in fitting if _has_prefix(header, stage)]
        if len(own) == 1:
            return own[0]
        names = " and ".join(STAGES[stage] for stage in fitting)
        raise _refused(upload, f"holds results of {names}; send each stage in a file of its own.")
    if other_data_set(header):
        return None
    raise _unknown(upload, header, found)


def other_data_set(header: Sequence[str]) -> str | None:
    """The name of a known data set that is not results of these stages, or None."""
    headings = {heading.strip().upper() for heading in header}
    return next((name for name, shown in OTHERS if headings.issuperset(shown)), None)


def _has_prefix(header: Sequence[str], stage: str) -> bool:
    return any(heading.strip().upper() == f"{stage.upper()}_UPN" for heading in header)


def _unknown(
    upload: Upload, header: Sequence[str], found: dict[str, dict[str, tuple[str, ...]]]
) -> Unusable:
    nearest = max(found, key=lambda stage: len(found[stage]))
    known = found[nearest]
    has = shown_headings(header, 6)
    if not known and not all(is_heading(heading) for heading in header):
        return _refused(
            upload,
            "its first line is not a heading row; add the headings (UPN, READSCORE and so on), or "
            "export the results again.",
        )
    if not known:
        return _refused(
            upload,
            f"is not a results file: its columns are {has}. Send key stage 1, 2 or 4 results "
            "with UPNs.",
        )
    if "upn" not in known:
        lacks = "a UPN column, so no pupil can be matched"
    else:
        group = SIGNATURES[nearest][0]
        lacks = ", ".join(fields(nearest)[name].headings[0] for name in group if name not in known)
    return _refused(
        upload,
        f"is no known results file (its columns are {has}); it is nearest to {STAGES[nearest]} "
        f"but lacks {lacks}.",
    )


def _refused(upload: Upload, message: str) -> Unusable:
    return Unusable([Problem(upload.label, message)])
