"""Results of one academic year out of a Common Transfer File, a Results for each stage in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cla.files.sheet import number_of
from cla.problems import Problem, Unusable
from cla.results import ctf
from cla.results.fields import recognised
from cla.results.tabled import Results, from_table
from cla.stages import STAGES

SOURCE = "ctf"


def results_of(
    held: ctf.Transfer, academic_year: str | None, by_hand: Mapping[str, tuple[str, str]]
) -> tuple[Results, ...]:
    """The results in a transfer file whose meaning is known. Raises Unusable.

    A file holds what a pupil did in several years: of several, somebody must say which one.
    ``by_hand`` are tuples that somebody said ("KS2/ENG/REA/TT/NL" is a field of a stage). The
    frames have ``former_upn`` beside the usual columns: a UPN the pupil had before, or missing.
    """
    counts = held.kinds()
    known, unknown = ctf.meanings(counts, by_hand)
    told = (*held.notices, *ctf.about_meanings(held.label, counts, known, unknown))
    year = _one_year(held, known, academic_year, told)
    found: list[Results] = []
    short: list[str] = []
    for stage in STAGES:
        table, columns = ctf.table_of(held, stage, year, known)
        if table.frame.empty:
            continue
        if recognised(columns, stage):
            result = from_table(table, stage, columns, year, SOURCE, label=held.label)
            found.append(_with_former(result, held))
        else:
            short.append(
                f"{held.label}: too little of {STAGES[stage].title} is known to read it "
                f"({number_of(len(table.frame), 'pupil')}); say what the other results are."
            )
    if not found:
        raise Unusable([Problem(held.label, _words((*short, *told), held.label))])
    first = found[0]
    found[0] = replace(first, notices=tuple(dict.fromkeys((*told, *short, *first.notices))))
    return tuple(found)


def _one_year(
    held: ctf.Transfer,
    known: Mapping[str, ctf.Meaning],
    wanted: str | None,
    told: tuple[str, ...],
) -> str:
    """The academic year to read. Asks, never guesses."""
    rows = held.results[held.results["kind"].isin(list(known))]
    if rows.empty:
        raise Unusable([Problem(held.label, _words(told, held.label))])
    years = rows["year"].value_counts().sort_index()
    if wanted is not None and len(years) and not rows["year"].isna().any():
        if wanted not in years.index:
            named = ", ".join(map(str, years.index))
            raise Unusable([Problem(held.label, f"has no results of {wanted}; it holds {named}.")])
        return wanted
    if wanted is not None:
        return wanted
    if len(years) > 1:
        named = " and ".join(f"{year} ({number_of(n, 'result')})" for year, n in years.items())
        raise Unusable(
            [
                Problem(
                    held.label,
                    f"holds more than one academic year: {named}. Say which one to read.",
                )
            ]
        )
    if years.empty:
        raise Unusable([Problem(held.label, "does not say the academic year; say which it is.")])
    return str(years.index[0])


def _with_former(result: Results, held: ctf.Transfer) -> Results:
    """With the former UPN, and what a transfer file leaves open."""
    former = result.frame["upn"].map(ctf.former_upns(held)).astype("str")
    notices = result.notices
    if result.stage == "phonics":
        notices += (
            f"{held.label}: a transfer file does not say the year group of a phonics check; every "
            "pupil is counted in Year 1.",
        )
    return replace(result, frame=result.frame.assign(former_upn=former), notices=notices)


def _words(told: tuple[str, ...], label: str) -> str:
    """Notices as one problem of the file."""
    said = " ".join(notice.removeprefix(f"{label}: ") for notice in told)
    return f"holds no results that can be read. {said[:1].upper()}{said[1:]}".strip()
