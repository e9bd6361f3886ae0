"""Which stage a results file is of, and what the files are that are none."""

from __future__ import annotations

from collections.abc import Sequence

from cla.files import Upload, is_heading, shown_headings
from cla.problems import Problem, Unusable
from cla.results.fields import (
    PREFIXES,
    SIGNATURES,
    columns_of,
    fields,
    recognised,
    unprefixed,
)
from cla.stages import STAGES

# Data sets that come in the same ZIP or from the same people: what they are, headings that show it.
OTHERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("a pupil premium list, which is not read here", ("LOOKED AFTER PREMIUM",)),
    ("a school census: load it as school characteristics", ("ENROLSTATUS",)),
    ("a school census: load it as school characteristics", ("TERMLYSESSIONSPOSSIBLE",)),
    ("a school census: load it as school characteristics", ("ENTRYDATE", "SENPROVISION")),
    (
        "the late results of the performance measures checking exercise, one row a qualification "
        "under CYPMD_ID: they have no UPN and cannot be matched to pupils; wait for the download "
        "from Get Information About Pupils",
        ("CYPMD_ID", "GNUMBER"),
    ),
    (
        "the June pupil file of the performance measures checking exercise: it lists the pupils "
        "at the end of key stage 4 and holds no results; the results follow in the autumn file",
        ("CYPMD_ID", "P_INCL", "ACTYRGRP"),
    ),
    ("a summary of whole schools: results are read pupil by pupil", ("TELIG", "PTRWM_EXP")),
    (
        "a table of published figures: those come with this program",
        ("TIME_PERIOD", "GEOGRAPHIC_LEVEL"),
    ),
)
_IDENTITY = {"academic_year", "upn", "surname", "forenames", "dob", "sex", "laestab", "urn"} | {
    "school_type",
    "version",
    "year_group",
    "la",
    "estab",
    "in_national",
    "sen",
}


def stage_of(upload: Upload, header: Sequence[str]) -> str | None:
    """The stage of a results file; None for a known data set that is not results of a stage.

    Raises Unusable, naming the nearest stage and what it lacks, when the file is none of them.
    """
    found = {stage: columns_of(header, stage) for stage in STAGES}
    fitting = [stage for stage, columns in found.items() if recognised(columns, stage)]
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        own = [stage for stage in fitting if _has_prefix(header, stage)]
        if len(own) == 1:
            return own[0]
        names = " and ".join(STAGES[stage].title for stage in fitting)
        raise _refused(upload, f"holds results of {names}; send each stage in a file of its own.")
    if other_data_set(header):
        return None
    raise _unknown(upload, header, found)


def other_data_set(header: Sequence[str]) -> str | None:
    """What a known data set that is not results of these stages is, in words, or None."""
    headings = {heading.strip().upper() for heading in header}
    return next((words for words, shown in OTHERS if headings.issuperset(shown)), None)


def source_of(header: Sequence[str], stage: str) -> str:
    """ "giap", "npd", "cypmd" or "other", by the marks of each layout."""
    headings = {heading.strip().upper() for heading in header}
    bare = {unprefixed(heading, stage) for heading in header}
    words = {human.upper() for field in fields(stage).values() for human in field.human}
    if "CYPMD_ID" in headings or headings & words:
        return "cypmd"
    if any("PUPILMATCHINGREFANONYMOUS" in heading for heading in headings):
        return "npd"
    prefixed = f"{PREFIXES[stage]}UPN" in headings
    if prefixed and stage in ("eyfsp", "phonics"):
        return "giap" if "PUPILMATCHINGREF" in bare else "npd"
    if prefixed and (stage != "ks4" or f"{PREFIXES[stage]}CLA_12_MONTHS" in headings):
        return "npd"
    if prefixed or "PUPILMATCHINGREF" in headings or "NATRES" in headings or "NPDPUB" in headings:
        return "giap"
    return "other"


def without_upn(upload: Upload, header: Sequence[str]) -> Unusable:
    """The refusal of a file whose pupils nobody can match, with what to ask for."""
    if any("PUPILMATCHINGREFANONYMOUS" in heading.upper() for heading in header):
        return _refused(
            upload,
            "has the anonymous pupil reference (PupilMatchingRefAnonymous) and no UPN, so no pupil "
            "can be matched; ask for an extract of the National Pupil Database with the UPN.",
        )
    return _refused(upload, "lacks a UPN column, so no pupil can be matched.")


def _has_prefix(header: Sequence[str], stage: str) -> bool:
    return any(heading.strip().upper() == f"{PREFIXES[stage]}UPN" for heading in header)


def _unknown(
    upload: Upload, header: Sequence[str], found: dict[str, dict[str, tuple[str, ...]]]
) -> Unusable:
    own = {stage: set(columns) - _IDENTITY for stage, columns in found.items()}
    nearest = max(own, key=lambda stage: (len(own[stage]), len(found[stage]), stage == "ks2"))
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
            f"is not a results file: its columns are {has}. Send results of pupils with UPNs: "
            f"{', '.join(stage.title for stage in STAGES.values())}.",
        )
    if "upn" not in known and any("ANONYMOUS" in heading.upper() for heading in header):
        return without_upn(upload, header)
    if "upn" not in known:
        lacks = "a UPN column, so no pupil can be matched"
    else:
        group = SIGNATURES[nearest][0]
        lacks = ", ".join(fields(nearest)[name].headings[0] for name in group if name not in known)
    return _refused(
        upload,
        f"is no known results file (its columns are {has}); it is nearest to "
        f"{STAGES[nearest].title} but lacks {lacks}.",
    )


def _refused(upload: Upload, message: str) -> Unusable:
    return Unusable([Problem(upload.label, message)])
