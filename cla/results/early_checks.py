"""Free checks of the early years profile, phonics and the multiplication check."""

from __future__ import annotations

import pandas as pd

from cla.results.early import MOST_MTC, MOST_PHONICS, PHONICS_THRESHOLD, goals
from cla.results.rules import Rows, Rule, differ
from cla.results.tidy import all_of, outcomes


def _gld(rows: Rows) -> pd.Series:
    framework = goals(rows.academic_year)
    names = [name for name in framework.index[framework["in_gld"]] if rows.has(name)]
    if not names or len(names) < framework["in_gld"].sum():
        return rows.never()
    met = outcomes("eyfsp")["met"]
    reached = [rows.code(name).map(met).astype("boolean") for name in names]
    return differ(rows.flag("gld"), all_of(*reached))


def _exceeding(rows: Rows) -> pd.Series:
    against = rows.never()
    for name in goals(rows.academic_year).index:
        if name.startswith("e"):
            against |= rows.code(name).eq("3").fillna(False).astype(bool)
    return against


EYFSP = (
    Rule(
        "eyfsp_gld_goals",
        "Good level of development does not follow from the goals",
        ("gld", *(f"g{n:02d}" for n in range(1, 13)), *(f"e{n:02d}" for n in range(1, 13))),
        _gld,
    ),
    Rule(
        "eyfsp_exceeding",
        "A goal is exceeding, which the profile since 2021/22 does not have",
        tuple(f"e{n:02d}" for n in range(1, 18)),
        _exceeding,
        "It counts as expected.",
    ),
)


def _phonics_scale(rows: Rows) -> pd.Series:
    against = rows.never()
    for name in ("mark", "autumn_mark"):
        sent = rows.sent(name)
        against |= sent.notna() & (~sent.between(0, MOST_PHONICS) | (sent % 1 != 0))
    return against


def _phonics_outcome(rows: Rows) -> pd.Series:
    mark, outcome = rows.number("mark"), rows.read("outcome").astype("str")
    low = outcome.eq("WA") & (mark < PHONICS_THRESHOLD)
    return (low | (outcome.eq("WT") & (mark >= PHONICS_THRESHOLD))).fillna(False)


def _phonics_absent(rows: Rows) -> pd.Series:
    return rows.number("mark").notna() & rows.read("outcome").astype("str").isin(["A", "D"])


PHONICS = (
    Rule(
        "phonics_mark_scale",
        f"Phonics mark is no whole number from 0 to {MOST_PHONICS}",
        ("mark", "autumn_mark"),
        _phonics_scale,
        "A mark off the scale is taken as missing.",
    ),
    Rule(
        "phonics_outcome_mark",
        f"Phonics outcome and mark disagree at {PHONICS_THRESHOLD}",
        ("outcome", "mark", "autumn_outcome", "autumn_mark"),
        _phonics_outcome,
        "The outcome is used.",
    ),
    Rule(
        "phonics_mark_absent",
        "A phonics mark of a pupil who was absent or disapplied",
        ("outcome", "mark"),
        _phonics_absent,
        "The outcome is used.",
    ),
)


def _mtc_scale(rows: Rows) -> pd.Series:
    sent = rows.sent("mark")
    return sent.notna() & (~sent.between(0, MOST_MTC) | (sent % 1 != 0))


def _mtc_reason(rows: Rows) -> pd.Series:
    return rows.number("mark").notna() & rows.code("reason").notna()


MTC = (
    Rule(
        "mtc_mark_scale",
        f"Multiplication check mark is no whole number from 0 to {MOST_MTC}",
        ("mark",),
        _mtc_scale,
        "A mark off the scale is taken as missing.",
    ),
    Rule(
        "mtc_mark_reason",
        "A mark of the multiplication check and a reason for not taking it",
        ("mark", "reason"),
        _mtc_reason,
        "The mark is used.",
    ),
)
