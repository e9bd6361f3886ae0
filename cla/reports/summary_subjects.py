"""What the bars of the summaries are made of: categories, bands and how children are sorted.

The bands of scaled scores are those of the report's specification; those of marks stand around the
standard of 32 in phonics and the full 25 of the multiplication check; the rest are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from cla.reports import phonics
from cla.reports.distributions import (
    BAND,
    HIGHER,
    LEFT_OUT,
    MET,
    NO_RESULT,
    NONE,
    NOT_MET,
    UNSCORED,
    Category,
    Sorter,
    Subject,
    coded,
    reached,
    scored,
)

_LEVELS = "Results in levels"
ABSENT = Category("absent", "Absent", "A", UNSCORED)
DISAPPLIED = Category("disapplied", "Disapplied", "D", UNSCORED)
BELOW = Category("below", "Below the pre-key-stage standards, or engagement model", "BLW", NOT_MET)
PRE_KEY_STAGE = Category("pre_key_stage", "Pre-key-stage standards", "PKS", NOT_MET)
TOWARDS = Category("towards", "Working towards the standard", "WTS", NOT_MET)
NOT_EXPECTED = Category("not_met", "Has not met the standard", "HNM", NOT_MET)
EXPECTED = Category("expected", "Expected standard", "EXS", MET)
GREATER = Category("greater", "Greater depth", "GDS", HIGHER)
_OUTCOMES: Mapping[str, str] = {
    "BLW": BELOW.key,
    "EM": BELOW.key,
    **dict.fromkeys(
        ("PK1", "PK2", "PK3", "PK4", "PK5", "PK6", "PKE", "PKF", "PKG"), PRE_KEY_STAGE.key
    ),
    "WTS": TOWARDS.key,
    "HNM": NOT_EXPECTED.key,
    "EXS": EXPECTED.key,
    "GDS": GREATER.key,
    "A": ABSENT.key,
    "D": DISAPPLIED.key,
}
_JUDGED = (
    BELOW,
    PRE_KEY_STAGE,
    TOWARDS,
    NOT_EXPECTED,
    EXPECTED,
    GREATER,
    ABSENT,
    DISAPPLIED,
    *LEFT_OUT,
)


def judged(stage: str, subject: str, title: str) -> Subject:
    """A teacher assessment by its outcome."""
    column = f"{subject}_outcome"
    sort = coded(column, _OUTCOMES)
    heading = "Teacher assessments"
    return Subject(subject, title, stage, _JUDGED, sort, (column,), heading=heading)


def science(stage: str) -> Subject:
    """Science, which is met or not met."""
    parts = (BELOW, PRE_KEY_STAGE, NOT_EXPECTED, EXPECTED, ABSENT, DISAPPLIED, *LEFT_OUT)
    groups = {**_OUTCOMES, "WTS": NOT_EXPECTED.key, "GDS": EXPECTED.key}
    sort = coded("sci_outcome", groups)
    return Subject("sci", "Science", stage, parts, sort, ("sci_outcome",))


def levels(
    stage: str, subject: str, title: str, steps: Sequence[tuple[str, Sequence[str]]], met: int
) -> Subject:
    """A result in levels, to 2014/15: the steps from the lowest; from place ``met`` reached."""
    column = f"{subject}_level"
    groups = {code: f"level_{name}" for name, codes in steps for code in codes}
    categories = tuple(
        Category(f"level_{name}", f"Level {name}", name, MET if place >= met else NOT_MET)
        for place, (name, _) in enumerate(steps)
    )
    sort = coded(column, {**groups, "A": ABSENT.key, "D": DISAPPLIED.key})
    parts = (*categories, ABSENT, DISAPPLIED, *LEFT_OUT)
    return Subject(
        f"{subject}_level", title, stage, parts, sort, (column,), era=True, heading=_LEVELS
    )


KS1_STEPS = (
    ("W", ("W",)),
    ("1", ("1",)),
    ("2C", ("2C",)),
    ("2B", ("2B", "2")),
    ("2A", ("2A",)),
    ("3 or above", ("3", "3C", "3B", "3A", "4", "4+", "3+")),
)
KS2_STEPS = (
    ("1 or below", ("W", "1")),
    ("2", ("2", "2C", "2B", "2A")),
    ("3", ("3", "3C", "3B", "3A")),
    ("4", ("4", "4C", "4B", "4A")),
    ("5", ("5", "5C", "5B", "5A")),
    ("6", ("6",)),
)
_SCORES: Sequence[tuple[str, str, float, float, str]] = (
    ("under_90", "Under 90", 80, 90, NOT_MET),
    ("90_94", "90 to 94", 90, 95, NOT_MET),
    ("95_99", "95 to 99", 95, 100, NOT_MET),
    ("100_104", "100 to 104", 100, 105, MET),
    ("105_109", "105 to 109", 105, 110, MET),
    ("110_120", "110 to 120", 110, 121, HIGHER),
)
_BELOW_TEST = Category("below_test", "Working below the test", "B", UNSCORED)
_NO_SCORE = Category("no_score", "Took the test, too few marks for a score", "N", UNSCORED)
_NOT_SCORED: Mapping[str, str] = {
    "B": _BELOW_TEST.key,
    "N": _NO_SCORE.key,
    "A": ABSENT.key,
    **dict.fromkeys(("D", "T", "U"), DISAPPLIED.key),
}


def _bands(
    rows: Sequence[tuple[str, str, float, float, str]],
) -> tuple[tuple[Category, ...], list[tuple[str, float, float]]]:
    categories = tuple(Category(key, label, _short(label), kind) for key, label, _, _, kind in rows)
    return categories, [(key, low, high) for key, _, low, high, _ in rows]


def _short(label: str) -> str:
    """The words of a band as they fit into a bar: "95–99", "<90", "40–50"."""
    plain = label.replace(" (met)", "").replace("Over 0, under ", "<").replace("Under ", "<")
    return plain.replace(" to under ", "–").replace(" to ", "–").replace(" or more", "+")


def tested(subject: str, title: str) -> Subject:
    """A key stage 2 test by its scaled score."""
    categories, bands = _bands(_SCORES)
    outcome, score = f"{subject}_outcome", f"{subject}_score"
    access = Category("disapplied", "Without access to the test", "U", UNSCORED)
    parts = (_BELOW_TEST, _NO_SCORE, *categories, ABSENT, access, *LEFT_OUT)
    sort = scored(score, bands, coded(outcome, _NOT_SCORED))
    return Subject(
        subject, title, "ks2", parts, sort, (score,), score, "scaled score", heading="Tests"
    )


_PHONICS: Sequence[tuple[str, str, float, float, str]] = (
    ("0_15", "0 to 15", 0, 16, NOT_MET),
    ("16_23", "16 to 23", 16, 24, NOT_MET),
    ("24_27", "24 to 27", 24, 28, NOT_MET),
    ("28_31", "28 to 31", 28, 32, NOT_MET),
    ("32_35", "32 to 35 (met)", 32, 36, MET),
    ("36_40", "36 to 40 (met)", 36, 41, MET),
)
_NO_MARK: Mapping[str, str] = {
    "WA": "met_no_mark",
    "WT": "not_met_no_mark",
    "A": ABSENT.key,
    "D": DISAPPLIED.key,
}


def second_check(pupils: pd.DataFrame) -> pd.Series:
    """Which children were checked again, in year 2."""
    if "elig_y2" not in pupils:
        return pd.Series(False, index=pupils.index)
    return pupils["elig_y2"].fillna(False).astype(bool)


def first_check(pupils: pd.DataFrame) -> pd.Series:
    """Which children were checked in year 1."""
    return ~second_check(pupils)


def phonics_check(key: str, title: str, who: Sorter, counts: str = "elig") -> Subject:
    """A phonics check by its mark, in bands around the standard of 32.

    ``counts`` is the column that says whose check counts: each year has its own.
    """
    categories, bands = _bands(_PHONICS)
    parts = (
        *categories[:4],
        Category("not_met_no_mark", "Not met, no mark given", "not met", NOT_MET),
        *categories[4:],
        Category("met_no_mark", "Met, no mark given", "met", MET),
        ABSENT,
        DISAPPLIED,
        *LEFT_OUT,
    )
    sort = scored("mark", bands, coded("outcome", _NO_MARK))
    return Subject(
        key,
        title,
        "phonics",
        parts,
        sort,
        ("outcome",),
        "mark",
        "mark",
        who,
        heading="Phonics check",
        counts=counts,
    )


def yes_no(stage: str, column: str, title: str, yes: str, no: str, heading: str = "") -> Subject:
    """A yes/no column of the results."""
    parts = (
        Category("no", no, no.lower(), NOT_MET),
        Category("yes", yes, yes.lower(), MET),
        *LEFT_OUT,
    )
    sort = reached([(column, "yes")], "no")
    return Subject(column, title, stage, parts, sort, (column,), heading=heading)


def _none(pupils: pd.DataFrame) -> pd.Series:
    return pd.Series(NO_RESULT, index=pupils.index, dtype="str")


def goals() -> Subject:
    """How many of the early learning goals a child reached."""
    rows = (
        ("none", "0 goals", 0, 1, NOT_MET),
        ("1_5", "1 to 5", 1, 6, NOT_MET),
        ("6_11", "6 to 11", 6, 12, NOT_MET),
        ("12_16", "12 to 16", 12, 17, NOT_MET),
        ("all", "All 17", 17, 18, MET),
    )
    categories, bands = _bands(rows)
    sort = scored("goals_expected", bands, _none)
    title = "Early learning goals at the expected level"
    column = "goals_expected"
    parts = (*categories, *LEFT_OUT)
    return Subject("goals", title, "eyfsp", parts, sort, (column,), column, "goals")


def times_tables() -> Subject:
    """The multiplication check by its mark."""
    rows = (
        ("0_9", "0 to 9", 0, 10, NOT_MET),
        ("10_14", "10 to 14", 10, 15, NOT_MET),
        ("15_19", "15 to 19", 15, 20, NOT_MET),
        ("20_24", "20 to 24", 20, 25, NOT_MET),
        ("25", "25, all", 25, 26, MET),
    )
    categories, bands = _bands(rows)
    missed = Category("not_taken", "Did not take it", "not taken", UNSCORED)

    def otherwise(pupils: pd.DataFrame) -> pd.Series:
        given = pupils["outcome"].notna() if "outcome" in pupils else pupils["mark"].notna()
        found = pd.Series(NO_RESULT, index=pupils.index, dtype="str")
        return found.mask(given, missed.key)

    sort = scored("mark", bands, otherwise)
    parts = (*categories, missed, *LEFT_OUT)
    return Subject("mtc", "Multiplication check", "mtc", parts, sort, ("mark",), "mark", "mark")


def grades(subject: str, title: str) -> Subject:
    """English or maths by grade, as far as the flags of the file tell."""
    parts = (
        Category("below", "Below grade 4", "below 4", NOT_MET),
        Category("four", "Grade 4", "4", MET),
        Category("five", "Grade 5 or above", "5+", HIGHER),
        *LEFT_OUT,
    )
    sort = reached([(f"{subject}_95", "five"), (f"{subject}_94", "four")], "below")
    heading = "English and maths"
    return Subject(subject, title, "ks4", parts, sort, (f"{subject}_94",), heading=heading)


def attainment_8() -> Subject:
    """Attainment 8 in bands of ten points, those at 0 apart."""
    rows = (
        ("zero", "0", 0, 0.01, BAND),
        ("under_10", "Over 0, under 10", 0.01, 10, BAND),
        ("10_19", "10 to under 20", 10, 20, BAND),
        ("20_29", "20 to under 30", 20, 30, BAND),
        ("30_39", "30 to under 40", 30, 40, BAND),
        ("40_49", "40 to under 50", 40, 50, BAND),
        ("50_plus", "50 or more", 50, 1000, BAND),
    )
    categories, bands = _bands(rows)
    sort = scored("att8", bands, _none)
    parts = (*categories, *LEFT_OUT)
    return Subject("att8", "Attainment 8", "ks4", parts, sort, ("att8",), "att8", "points")


_SLOTS = ("att8_eng", "att8_mat", *(f"slot{n}" for n in range(3, 9)))


def slots() -> Subject:
    """How many of the eight slots of Attainment 8 have points."""
    rows = (
        ("none", "None", 0, 1, BAND),
        ("1_2", "1 or 2", 1, 3, BAND),
        ("3_4", "3 or 4", 3, 5, BAND),
        ("5_7", "5 to 7", 5, 8, BAND),
        ("8", "All 8", 8, 9, BAND),
    )
    categories, bands = _bands(rows)

    def sort(pupils: pd.DataFrame) -> pd.Series:
        filled = (pupils[list(_SLOTS)].astype("float64") > 0).sum(axis="columns").astype("float64")
        counted = pupils.assign(filled=filled.where(pupils["att8"].notna()))
        return scored("filled", bands, _none)(counted)

    title = "Attainment 8 slots with points"
    return Subject("slots", title, "ks4", (*categories, *LEFT_OUT), sort, ("att8", *_SLOTS))


def pillars() -> Subject:
    """How many of the five pillars of the English Baccalaureate were entered."""
    rows = (
        ("none", "0 pillars", 0, 1, NOT_MET),
        ("1_2", "1 or 2", 1, 3, NOT_MET),
        ("3_4", "3 or 4", 3, 5, NOT_MET),
        ("all", "All 5: entered", 5, 6, MET),
    )
    categories, bands = _bands(rows)
    column = "pillars_entered"
    title = "English Baccalaureate pillars entered"
    sort = scored(column, bands, _none)
    return Subject("pillars", title, "ks4", (*categories, *LEFT_OUT), sort, (column,))


BY_YEAR_2 = Subject(
    "phonics_by_2",
    "Phonics by the end of year 2",
    "phonics",
    (
        Category(phonics.NOT_MET, "Not met", "not met", NOT_MET),
        Category(phonics.MET_IN_2, "Met in year 2", "year 2", MET),
        Category(phonics.MET_IN_1, "Met in year 1", "year 1", MET),
        Category(NO_RESULT, "No result of either year", "none", NONE),
    ),
    coded("checked", {key: key for key in (phonics.NOT_MET, phonics.MET_IN_2, phonics.MET_IN_1)}),
    ("checked",),
    source=phonics.by_the_end_of_year_2,
)
