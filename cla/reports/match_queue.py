"""Matches that a person has to decide, over all stages and years, and what was decided so far.

A case is one pair of a child and a result. It is known by its *subject*, under which the decision
is kept (``cla.cohort.matching_decisions``), so that it is the same case in a newer file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import Any

import pandas as pd

from cla.cohort import matching, matching_decisions
from cla.reports.model import STAGE_LABELS, Model, academic_year

_QUEUE = ("subject", "stage", "year", "kind", "child", "row", "tier", "why")
_SEX = {"M": "boy", "F": "girl"}
_MOST_OTHERS = 8

Parts = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it is the same on the other side."""


@dataclass(frozen=True)
class Fact:
    """One line of a case: what, in the return, in the results; ``same`` is None where one side
    does not say."""

    name: str
    here: Parts
    there: Parts
    same: bool | None


@dataclass(frozen=True, eq=False)
class Case:
    """A pair to decide, with both records side by side.

    ``difference`` says in words where UPN and birth date differ; ``others`` (child, result, how) is
    what else might fit either of them.
    """

    subject: str
    stage: str
    year: int
    kind: str
    child: str
    tier: int | None
    why: str
    facts: tuple[Fact, ...]
    difference: str
    others: pd.DataFrame
    value: Mapping[str, Any]

    @property
    def title(self) -> str:
        """What is to be decided, without a name."""
        return f"{matching.CASES[self.kind]}: {of_results(self.stage, self.year)}"


def of_results(stage: str, year: int) -> str:
    """A results file in words: "key stage 2, 2024/25"."""
    return f"{STAGE_LABELS[stage]}, {academic_year(year)}"


def queue(model: Model, year: int | None = None) -> pd.DataFrame:
    """Every pair to decide, of one year or all: subject, stage, year, kind, child, row, tier, why.

    The latest year first; in it by kind, in the order of ``matching.CASES``.
    """
    years = sorted(model.years, reverse=True) if year is None else [year]
    parts = [model.once(("match queue", one), partial(_queue, model, one)) for one in years]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else _nothing()


def _queue(model: Model, year: int) -> pd.DataFrame:
    parts = []
    for stage in model.stages(year):
        cases = model.matches(stage, year).cases
        if len(cases):
            parts.append(_with_subjects(model, cases, stage, year))
    if not parts:
        return _nothing()
    every = pd.concat(parts, ignore_index=True)
    rank = every["kind"].map({kind: place for place, kind in enumerate(matching.CASES)})
    order = every.assign(rank=rank).sort_values("rank", kind="stable", ignore_index=True)
    return order[list(_QUEUE)].drop_duplicates(["subject", "stage"], ignore_index=True)


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=list(_QUEUE))


def _with_subjects(model: Model, cases: pd.DataFrame, stage: str, year: int) -> pd.DataFrame:
    offered = model.candidates(stage, year)
    subjects = [
        matching_decisions.subject(matching_decisions.value(offered, child, row))
        for child, row in zip(cases["child"], cases["row"], strict=True)
    ]
    return cases.assign(subject=subjects, stage=stage, year=year)[list(_QUEUE)]


def undecided(model: Model, year: int | None = None) -> pd.DataFrame:
    """How many matches wait for a person: stage, year, kind, label, count; one year or all."""
    cases = queue(model, year)
    counts = cases.groupby(["stage", "year", "kind"], sort=False).size()
    frame = counts.rename("count").reset_index()
    return frame.assign(label=frame["kind"].map(matching.CASES))[
        ["stage", "year", "kind", "label", "count"]
    ]


def case(model: Model, subject: str, stage: str, year: int) -> Case | None:
    """A pair of the queue with both records; None when it does not wait any more."""
    cases = queue(model, year)
    found = cases[(cases["subject"] == subject) & (cases["stage"] == stage)]
    if found.empty:
        return None
    one = found.iloc[0]
    child, row = str(one["child"]), int(one["row"])
    tier = None if pd.isna(one["tier"]) else int(one["tier"])
    facts = _facts(model, stage, year, child, row)
    return Case(
        subject=subject,
        stage=stage,
        year=year,
        kind=str(one["kind"]),
        child=child,
        tier=tier,
        why=str(one["why"]),
        facts=facts,
        difference=_difference(facts),
        others=_others(model, stage, year, child, row),
        value={
            **matching_decisions.value(model.candidates(stage, year), child, row),
            "stage": stage,
            "year": year,
            "tier": tier,
            "case": str(one["kind"]),
            "why": str(one["why"]),
        },
    )


def _facts(model: Model, stage: str, year: int, child: str, row: int) -> tuple[Fact, ...]:
    """Both records, line by line. Names stand in the results only."""
    children = model.care(year)
    ours = children[children["child"] == child].iloc[0]
    results = model.candidates(stage, year).results
    theirs = results.iloc[row]
    surname, forenames = _text(theirs, "surname"), _text(theirs, "forenames")
    name = f"{surname}, {forenames}" if surname and forenames else surname or forenames
    aliases = model.former_upns(year)
    upn = _text(ours, "upn")
    other = aliases.loc[(aliases["child"] == child) & (aliases["upn"] != upn), "upn"]
    taken = _text(theirs, "cla_12_months")
    known = model.characteristics(year)
    mine = known[known["child"] == child]
    at_school = mine.iloc[0] if len(mine) else pd.Series(dtype="object")
    lines = [
        _compared("UPN", upn, _text(theirs, "upn")),
        Fact("Other UPNs", _whole(", ".join(sorted(other))), (), None),
        _compared("Born", _day(ours["dob"]), _day(theirs["dob"])),
        _compared("Sex", _sex(ours), _sex(theirs)),
        Fact("Name", (), _whole(name), None),
        Fact("Year group", _whole(_text(ours, "year_group")), _whole(_year(theirs)), None),
        _compared("SEN provision", _sen(at_school), _sen(theirs)),
        Fact("Placement", _whole(_text(ours, "placement_type")), (), None),
        Fact("School", _whole(_school(model, at_school)), _whole(_school(model, theirs)), None),
        Fact("Looked after 12 months", _whole(_yes(ours)), _whole(_flag(taken)), None),
    ]
    return tuple(line for line in lines if line.here or line.there)


def _compared(name: str, here: str, there: str) -> Fact:
    """A line whose sides are compared character by character."""
    if not here or not there:
        return Fact(name, _whole(here), _whole(there), None)
    if here == there:
        return Fact(name, _whole(here), _whole(there), True)
    steps = _steps(here, there)
    ours = _runs([(here[a:b], what == "equal") for what, a, b, _, _ in steps])
    theirs = _runs([(there[c:d], what == "equal") for what, _, _, c, d in steps])
    return Fact(name, ours, theirs, False)


def _runs(parts: Sequence[tuple[str, bool]]) -> Parts:
    """Pieces with neighbours of one sort put together, and without empty ones."""
    runs: list[tuple[str, bool]] = []
    for text, same in parts:
        if text and runs and runs[-1][1] == same:
            runs[-1] = (runs[-1][0] + text, same)
        elif text:
            runs.append((text, same))
    return tuple(runs)


def _steps(here: str, there: str) -> Sequence[tuple[str, int, int, int, int]]:
    """How one text becomes the other; texts of one length are compared place by place."""
    if len(here) != len(there):
        return SequenceMatcher(None, here, there, autojunk=False).get_opcodes()
    return [
        ("equal" if a == b else "replace", at, at + 1, at, at + 1)
        for at, (a, b) in enumerate(zip(here, there, strict=True))
    ]


def _difference(facts: tuple[Fact, ...]) -> str:
    """The lines that differ and that are the same, in words."""
    differ = [fact.name for fact in facts if fact.same is False]
    same = [fact.name for fact in facts if fact.same]
    said = []
    if differ:
        said.append(f"Different: {', '.join(differ)}.")
    if same:
        said.append(f"The same: {', '.join(same)}.")
    return " ".join(said)


def _others(model: Model, stage: str, year: int, child: str, row: int) -> pd.DataFrame:
    """What else might fit: the other pairs of this child and of this result, and how they stand."""
    offered, matches = model.candidates(stage, year), model.matches(stage, year)
    pairs = [
        matches.links.assign(how=matches.links["tier"].map(matching.TIERS).radd("Matched now: ")),
        matches.cases.assign(how=matches.cases["kind"].map(matching.CASES).radd("To decide: ")),
    ]
    same_birth = offered.by_birth[offered.by_birth["child"] == child]
    same_birth = same_birth[~same_birth["row"].isin(matches.links["row"])]
    pairs.append(same_birth.assign(how="Same birth date and sex only"))
    every = pd.concat([pair[["child", "row", "how"]] for pair in pairs], ignore_index=True)
    mine = every[(every["child"] == child) ^ (every["row"] == row)].drop_duplicates(
        ["child", "row"]
    )
    mine = mine.head(_MOST_OTHERS)
    upn = offered.rows["upn"].fillna("no UPN").iloc[mine["row"]].to_numpy()
    born = offered.rows["dob"].iloc[mine["row"]].dt.strftime("%d/%m/%Y").fillna("").to_numpy()
    return pd.DataFrame(
        {"child": mine["child"].to_numpy(), "result": upn, "born": born, "how": mine["how"]}
    ).reset_index(drop=True)


def decided(model: Model) -> pd.DataFrame:
    """What people decided and stands, the newest first.

    subject, child, verdict ("confirmed" or "rejected"), of (the results, in words), case (label),
    upn ("" where the result had none), note, name, moment.
    """
    frame = model.decisions("match")
    if frame is None:
        columns = ["subject", "child", "verdict", "of", "case", "upn", "note", "name", "moment"]
        return pd.DataFrame(columns=columns)
    stem = frame["pupil"].str.split("#").str[0]
    return (
        pd.DataFrame(
            {
                "subject": frame["subject"],
                "child": frame["child"],
                "verdict": frame["verdict"],
                "of": [
                    of_results(str(stage), int(year))
                    for stage, year in zip(frame["stage"], frame["year"], strict=True)
                ],
                "case": frame["case"].map(matching.CASES),
                "upn": stem.where(stem.str.startswith("upn:"), "").str.removeprefix("upn:"),
                "note": frame["note"],
                "name": frame["name"],
                "moment": frame["moment"],
            }
        )
        .iloc[::-1]
        .reset_index(drop=True)
    )


def _whole(text: str) -> Parts:
    return ((text, True),) if text else ()


def _text(record: pd.Series, name: str) -> str:
    value = record.get(name)
    return "" if value is None or pd.isna(value) else str(value)


def _day(value: Any) -> str:
    return "" if pd.isna(value) else f"{value:%d/%m/%Y}"


def _sex(record: pd.Series) -> str:
    return _SEX.get(_text(record, "sex"), "")


def _sen(record: pd.Series) -> str:
    return {"N": "none", "K": "SEN support", "E": "EHC plan"}.get(_text(record, "sen"), "")


def _year(record: pd.Series) -> str:
    return _text(record, "year_group")


def _flag(text: str) -> str:
    return {"True": "yes", "False": "no"}.get(text, "")


def _yes(record: pd.Series) -> str:
    return "yes" if record["looked_after_12_months"] else "no"


def _school(model: Model, record: pd.Series) -> str:
    """Name and number of the school in a record, as far as they are known."""
    laestab = _text(record, "laestab")
    name = _text(record, "school_name") or _names(model).get(laestab, "")
    return f"{name} ({laestab})" if name and laestab else name or laestab


def _names(model: Model) -> dict[str, str]:
    """School names by LAESTAB, from the school census."""

    def make() -> dict[str, str]:
        frame = model.characteristics_of_years()
        if not {"laestab", "school_name"} <= set(frame.columns):
            return {}
        known = frame[frame["laestab"].notna() & frame["school_name"].notna()]
        return dict(zip(known["laestab"].astype("str"), known["school_name"], strict=True))

    return model.once(("school names",), make)
