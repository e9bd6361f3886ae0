"""Blocks of results: what children got at a stage, at the stages before, and how they got on."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from cla.reports import earlier, school_history
from cla.reports.child_blocks import SCHOOL, Block, Sitting
from cla.reports.child_columns import Column
from cla.stages import STAGES

RESULTS, PRIOR, PROGRESS, SCORES = "Results", "Earlier results", "Progress", "Attainment 8"
EBACC, GRADES, OLDER = "EBacc", "Subject grades", "Older results"
NO_RESULT = "no result"
SUBJECTS = {"read": "Reading", "writ": "Writing", "mat": "Maths"}
PRIOR_GROUPS = {"low": "Low", "middle": "Middle", "high": "High", "none": "None"}


def typed(column: Column, values: pd.Series) -> pd.Series:
    """The values of a column in the type its kind has: numbers, nullable yes or no, or text."""
    if column.numeric:
        return values.astype("float64")
    if column.kind in ("yes_no", "met"):
        return values.astype("boolean")
    return values if column.kind == "date" else values.astype("str")


def carried(columns: Iterable[Column]) -> Block:
    """A block of columns that the results have under the same name."""
    every = tuple(columns)
    return Block(every, lambda of: {one.name: typed(one, of.column(one.name)) for one in every})


def before(stage: str, sources: dict[str, tuple[Column, ...]]) -> Block:
    """A block of earlier results: by stage the columns, named as there after the stage's name.

    ``ks1_read_outcome`` is ``read_outcome`` of key stage 1. Where no such result is loaded, what
    the file of the stage itself carries under the same name is used.
    """
    every = tuple(column for columns in sources.values() for column in columns)

    def fill(of: Sitting) -> dict[str, pd.Series]:
        now = STAGES[stage].year_group
        found: dict[str, pd.Series] = {}
        for source, columns in sources.items():
            results = earlier.prior(of.model, source, of.year, now).set_index("child")
            for column in columns:
                own = typed(column, of.column(column.name))
                name = column.name.removeprefix(f"{source}_")
                if name in results:
                    own = typed(column, of.pupils["child"].map(results[name])).fillna(own)
                found[column.name] = own
        return found

    return Block(every, fill)


# ---- key stage 1 ---------------------------------------------------------------------------------


def _levels(*subjects: str) -> tuple[Column, ...]:
    names = {**SUBJECTS, "sci": "Science", "gps": "Grammar"}
    return tuple(Column(f"{one}_level", f"{names[one]} level", OLDER) for one in subjects)


PHONICS = (
    Column("phonics_mark", "Phonics mark (of 40)", PRIOR, "phonics"),
    Column("phonics_met", "Phonics standard", PRIOR, "met"),
)
KS1_RESULTS = carried(
    (
        *(Column(f"{one}_outcome", name, RESULTS, "ks1_ta") for one, name in SUBJECTS.items()),
        Column("sci_outcome", "Science", RESULTS, "ks1_ta"),
        Column("rwm_exp", "Reading, writing and maths", RESULTS, "met"),
        Column("aps", "Average points (0 to 10)", RESULTS, "number", places=1),
        *_levels("read", "writ", "mat", "sci"),
    )
)
KS1_PRIOR = before(
    "ks1", {"eyfsp": (Column("eyfsp_gld", "Good level of development", PRIOR, "met"),),
            "phonics": PHONICS}
)  # fmt: skip

# ---- key stage 2 ---------------------------------------------------------------------------------

_SCORE, _RANGE = "scaled score", "80 to 120; 100 is the expected standard, 110 the higher."
KS2_RESULTS = carried(
    (
        Column(
            "read_score",
            f"Reading ({_SCORE})",
            RESULTS,
            "score",
            hint=_RANGE,
            instead="read_outcome",
        ),
        Column("read_outcome", "Reading outcome", RESULTS, "ks2_test"),
        Column(
            "gps_score", f"Grammar ({_SCORE})", RESULTS, "score", hint=_RANGE, instead="gps_outcome"
        ),
        Column("gps_outcome", "Grammar outcome", RESULTS, "ks2_test"),
        Column(
            "mat_score", f"Maths ({_SCORE})", RESULTS, "score", hint=_RANGE, instead="mat_outcome"
        ),
        Column("mat_outcome", "Maths outcome", RESULTS, "ks2_test"),
        Column("writ_outcome", "Writing", RESULTS, "ks2_ta"),
        Column("sci_outcome", "Science", RESULTS, "ks2_ta"),
        Column("rwm_exp", "Reading, writing and maths: expected", RESULTS, "met"),
        Column("rwm_high", "Reading, writing and maths: higher", RESULTS, "met"),
        *_levels("read", "writ", "mat", "gps", "sci"),
        Column("rwm_l4", "Reading, writing and maths: level 4", OLDER, "met"),
    )
)
KS2_PROGRESS = carried(
    tuple(
        column
        for one, name in SUBJECTS.items()
        for column in (
            Column(f"{one}_pred", f"{name}: expected score", PROGRESS, "number", places=1,
                   hint="National average of the prior attainment group."),
            Column(f"{one}_prog_points", f"{name}: score for progress", PROGRESS, "number"),
            Column(f"{one}_prog", f"{name} progress (points)", PROGRESS, "progress", places=1),
        )
    )
)  # fmt: skip
KS1_BEFORE = tuple(
    Column(f"ks1_{one}_outcome", f"KS1 {name.lower()}", PRIOR, "ks1_ta")
    for one, name in SUBJECTS.items()
)
KS1_POINTS = carried(
    (
        *(
            Column(f"ks1_{one}_points", f"KS1 {name.lower()} points", PRIOR, "number", places=2)
            for one, name in SUBJECTS.items()
        ),
        Column("prior_group", "Prior attainment group", PRIOR),
    )
)
KS1_AVERAGE = (Column("ks1_aps", "KS1 average points (0 to 10)", PRIOR, "number", places=1),)
KS2_PRIOR = before("ks2", {"ks1": (*KS1_BEFORE, *KS1_AVERAGE), "phonics": PHONICS})
TIMES_TABLES = (Column("mtc_mark", "Multiplication check (of 25)", PRIOR, "multiplication"),)
KS2_PRIOR_DETAILS = before(
    "ks2",
    {
        "ks1": (*KS1_BEFORE, *KS1_AVERAGE),
        "phonics": PHONICS,
        "mtc": TIMES_TABLES,
        "eyfsp": (Column("eyfsp_gld", "Good level of development", PRIOR, "met"),),
    },
)

# ---- key stage 4 ---------------------------------------------------------------------------------


def yes(column: pd.Series) -> pd.Series:
    """A nullable yes or no with missing as no."""
    return column.astype("boolean").fillna(False).astype(bool)


def reached(pupils: pd.DataFrame, subject: str) -> pd.Series:
    """English ("eng") or maths ("mat") in words: 5 or above, 4, below 4, no result."""
    four, five = _flag(pupils, f"{subject}_94"), _flag(pupils, f"{subject}_95")
    words = np.select(
        [yes(five), yes(four), four.notna()], ["5 or above", "4", "below 4"], default=NO_RESULT
    )
    return pd.Series(words, index=pupils.index, dtype="str")


def basics(pupils: pd.DataFrame) -> pd.Series:
    """English and maths together, in words."""
    four, five = _flag(pupils, "basics_94"), _flag(pupils, "basics_95")
    either = yes(_flag(pupils, "eng_94")) | yes(_flag(pupils, "mat_94"))
    words = np.select(
        [yes(five), yes(four), either, four.notna()],
        ["both at 5 or above", "both at 4 or above", "one of two at 4 or above", "neither at 4"],
        default=NO_RESULT,
    )
    return pd.Series(words, index=pupils.index, dtype="str")


def _flag(pupils: pd.DataFrame, name: str) -> pd.Series:
    if name in pupils:
        return pupils[name].astype("boolean")
    return pd.Series(pd.NA, index=pupils.index, dtype="boolean")


def best_grade(pupils: pd.DataFrame, *names: str) -> pd.Series:
    """The best of these grades 9 to 1 as a number (U and X are 0); missing without a grade."""
    held = [name for name in names if name in pupils]
    if not held:
        return pd.Series(np.nan, index=pupils.index)
    grades = [
        pd.to_numeric(pupils[name].astype("str").replace({"U": "0", "X": "0"}), errors="coerce")
        for name in held
    ]
    return pd.concat(grades, axis=1).astype("float64").max(axis=1)


def _in_words(of: Sitting) -> dict[str, pd.Series]:
    return {
        "english": reached(of.pupils, "eng"),
        "maths": reached(of.pupils, "mat"),
        "basics": basics(of.pupils),
        "english_grade": best_grade(of.pupils, "eng_grade", "lit_grade"),
        "maths_grade": best_grade(of.pupils, "mat_grade"),
    }


KS4_ENGLISH_AND_MATHS = Block(
    (
        Column("english", "English", RESULTS, hint="The better of language and literature."),
        Column("english_grade", "English grade (9 to 1)", RESULTS, "grade"),
        Column("maths", "Maths", RESULTS),
        Column("maths_grade", "Maths grade (9 to 1)", RESULTS, "grade"),
        Column("basics", "English and maths", RESULTS),
    ),
    _in_words,
)
KS4_RESULTS = carried(
    (
        Column("basics_94", "English and maths at 9 to 4", RESULTS, "met"),
        Column("basics_95", "English and maths at 9 to 5", RESULTS, "met"),
        Column("em_ac", "English and maths at A* to C", OLDER, "met"),
        Column("fiveac_em", "Five A* to C with English and maths", OLDER, "met"),
        Column("passes", "Passes at 9 to 4 (number)", RESULTS, "number"),
        Column("passes_91", "Passes at 9 to 1 (number)", RESULTS, "number"),
        Column("entries", "Entries (number)", RESULTS, "number"),
        Column("ebacc_entered", "EBacc entered", EBACC, "yes_no"),
        Column("ebacc_94", "EBacc at 9 to 4", EBACC, "met"),
        Column("ebacc_95", "EBacc at 9 to 5", EBACC, "met"),
        Column("ebacc_aps", "EBacc average points (0 to 9)", EBACC, "number", places=2),
        Column("att8", "Attainment 8 (0 to 90)", SCORES, "number", places=1),
    )
)
KS4_SCORES = carried(
    (
        Column("att8_eng", "A8 English (0 to 18)", SCORES, "number", places=1),
        Column("att8_mat", "A8 maths (0 to 18)", SCORES, "number", places=1),
        Column("att8_ebacc", "A8 EBacc (0 to 27)", SCORES, "number", places=1),
        Column("att8_open", "A8 open (0 to 27)", SCORES, "number", places=1),
        Column("ebacc_filled", "EBacc slots filled (of 3)", SCORES, "number"),
        Column("open_filled", "Open slots filled (of 3)", SCORES, "number"),
    )
)


def _progress8(of: Sitting) -> dict[str, pd.Series]:
    estimate = of.column("att8_pred").astype("float64")
    return {
        "att8_pred": estimate,
        "att8_gap": of.column("att8").astype("float64") - estimate,
        "p8": of.column("p8").astype("float64"),
    }


KS4_PROGRESS = Block(
    (
        Column("att8_pred", "Estimated Attainment 8", PROGRESS, "number", places=1,
               hint="National average of children with the same key stage 2 results."),
        Column("att8_gap", "Attainment 8 less estimate", PROGRESS, "attainment8_gap", places=1),
        Column("p8", "Progress 8 (grades a subject)", PROGRESS, "progress8", places=2),
    ),
    _progress8,
)  # fmt: skip


def _prior_at_11(of: Sitting) -> dict[str, pd.Series]:
    group = of.column("prior").astype(object).map(PRIOR_GROUPS).astype("str")
    return {
        "ks2_average": of.column("ks2_average").astype("float64"),
        "prior_band": group,
    }


KS4_PRIOR = Block(
    (
        Column("ks2_average", "KS2 average (scaled score)", PRIOR, "number", places=1),
        Column("prior_band", "KS2 prior attainment", PRIOR, hint="Low, middle or high, by DfE."),
    ),
    _prior_at_11,
)
KS2_BEFORE = before(
    "ks4",
    {
        "ks2": (
            Column("ks2_read_score", "KS2 reading (scaled score)", PRIOR, "score"),
            Column("ks2_mat_score", "KS2 maths (scaled score)", PRIOR, "score"),
            Column("ks2_writ_outcome", "KS2 writing", PRIOR, "ks2_ta"),
            Column("ks2_rwm_exp", "KS2 reading, writing and maths", PRIOR, "met"),
        ),
        "ks1": KS1_BEFORE,
    },
)


def _late_school_change(of: Sitting) -> dict[str, pd.Series]:
    """Whether the child changed school in the last two years of key stage 4."""
    times = school_history.moves_since(of.model, of.pupils["child"], of.year - 1, of.year)
    return {"school_change": (times > 0).astype("boolean")}


SCHOOL_CHANGE_10_11 = Block(
    (Column("school_change", "School change in Year 10 or 11", SCHOOL, "yes_no"),),
    _late_school_change,
)
