"""The case finder's rules: one small function a rule, with a sentence that says what it means.

A rule gets the children at the end of a stage (``child_blocks.Sitting``) and gives the reason of
each child it finds, missing for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from cla import measures
from cla.cohort import matching
from cla.measures import round_half_up
from cla.reports.child_blocks import Sitting, moved_in_year
from cla.reports.child_columns import EXPECTED_SCORE, FAR_BELOW, NEAR_POINTS, PASS_MARK
from cla.reports.child_results import best_grade, yes
from cla.reports.coverage import with_result
from cla.reports.model import academic_year
from cla.results.tidy import outcomes
from cla.stages import capitalised

Found = Callable[[Sitting], pd.Series]
SUBJECTS = {"read": "reading", "writ": "writing", "mat": "maths"}
EVERYONE = "everyone"
"""The stage of rules about all children of school age, whatever they sat."""


@dataclass(frozen=True)
class Case:
    """A kind of case: its name in addresses, its title, what it means, its rule by stage.

    ``lacks`` says what to load for the rule to find anybody, "" when it is there.
    """

    name: str
    title: str
    meaning: str
    rules: Mapping[str, Found]
    lacks: Callable[[Sitting], str]


def none_found(of: Sitting) -> pd.Series:
    """No reason for anybody."""
    return pd.Series(pd.NA, index=of.pupils.index, dtype="str")


def nothing_lacks(of: Sitting) -> str:
    """Every file this needs is there once the stage is."""
    del of
    return ""


def _reasons(of: Sitting, words: np.ndarray | pd.Series, found: pd.Series) -> pd.Series:
    return pd.Series(words, index=of.pupils.index, dtype="str").where(yes(found))


def _joined(parts: list[pd.Series]) -> pd.Series:
    """The texts of each row that are there, parted by "; "; missing where none is."""
    whole = parts[0]
    for part in parts[1:]:
        both = (whole + "; " + part).astype("str")
        whole = both.fillna(whole).fillna(part)
    return whole


# ---- nearly there --------------------------------------------------------------------------------


def nearly_key_stage_1(of: Sitting) -> pd.Series:
    """All but one of reading, writing and maths at the expected standard; that one towards it."""
    names = [f"{one}_outcome" for one in SUBJECTS]
    if not set(names) <= set(of.pupils):
        return none_found(of)
    met = pd.DataFrame({one: yes(of.column(f"{one}_exp")) for one in SUBJECTS})
    towards = pd.DataFrame({one: of.pupils[f"{one}_outcome"].eq("WTS") for one in SUBJECTS})
    one_short = (met.sum(axis=1) == len(SUBJECTS) - 1) & (towards & ~met).any(axis=1)
    words = np.select(
        [towards[one] & ~met[one] for one in SUBJECTS],
        [f"only {name} is short: WTS" for name in SUBJECTS.values()],
        default="",
    )
    return _reasons(of, words, one_short)


def nearly_phonics(of: Sitting) -> pd.Series:
    """One or two marks short of the phonics standard."""
    mark = of.column("mark").astype("float64")
    short = PASS_MARK - mark
    words = "phonics " + _points(short, "mark")
    return _reasons(of, words, short.between(1, NEAR_POINTS))


def nearly_key_stage_2(of: Sitting) -> pd.Series:
    """Short in one of reading, writing and maths, or by two points at most where short."""
    if "rwm_exp" not in of.pupils:
        return none_found(of)
    missed = of.pupils["rwm_exp"].notna() & ~yes(of.pupils["rwm_exp"])
    met = {one: yes(of.column(f"{one}_exp")) for one in SUBJECTS}
    short = {one: EXPECTED_SCORE - of.column(f"{one}_score").astype("float64") for one in SUBJECTS}
    close = {one: short[one].between(1, NEAR_POINTS) for one in SUBJECTS}
    judged = {
        "read": short["read"].notna(),
        "mat": short["mat"].notna(),
        "writ": of.column("writ_outcome").astype("str").eq("WTS").fillna(False),
    }
    one_short = sum(met[one].astype(int) for one in SUBJECTS) == len(SUBJECTS) - 1
    one_short &= pd.concat([~met[one] & judged[one] for one in SUBJECTS], axis=1).any(axis=1)
    all_close = pd.concat([met[one] | close[one] for one in SUBJECTS], axis=1).all(axis=1)
    parts = [
        ("reading " + _points(short["read"], "point")).where(~met["read"] & judged["read"]),
        pd.Series("writing WTS", index=of.pupils.index).where(~met["writ"] & judged["writ"]),
        ("maths " + _points(short["mat"], "point")).where(~met["mat"] & judged["mat"]),
    ]
    words = _joined([part.astype("str") for part in parts])
    return _reasons(of, words, missed & (one_short | all_close))


def _points(short: pd.Series, unit: str) -> pd.Series:
    """ "1 point short", "2 points short"; missing where the number is."""
    number = short.astype("Int64").astype("str")
    plural = pd.Series(np.where(short == 1, unit, f"{unit}s"), index=short.index, dtype="str")
    return number + " " + plural + " short"


def nearly_key_stage_4(of: Sitting) -> pd.Series:
    """One grade short of grade 4 in both English and maths.

    Where the file has no grades: grade 4 in one of the two.
    """
    english, maths = yes(of.column("eng_94")), yes(of.column("mat_94"))
    grade = {
        "English": best_grade(of.pupils, "eng_grade", "lit_grade"),
        "maths": best_grade(of.pupils, "mat_grade"),
    }
    found = {
        "English": maths & ~english & _three_or_unknown(grade["English"]),
        "maths": english & ~maths & _three_or_unknown(grade["maths"]),
    }
    words = np.select(
        [found[one] & grade[one].notna() for one in found] + [found[one] for one in found],
        [f"{one} is at grade 3" for one in found]
        + [f"{one} is below grade 4 (grade not in the file)" for one in found],
        default="",
    )
    return _reasons(of, words, found["English"] | found["maths"])


def _three_or_unknown(grade: pd.Series) -> pd.Series:
    return grade.isna() | (grade == 3)


# ---- largest gap to what was estimated -----------------------------------------------------------


def gap_key_stage_2(of: Sitting) -> pd.Series:
    """Far below the national average of the prior attainment group in one subject or more."""
    parts = []
    for one, name in SUBJECTS.items():
        progress = of.column(f"{one}_prog").astype("float64")
        words = f"{name} " + _one_place(progress) + " on its prediction"
        parts.append(words.where(progress <= FAR_BELOW["progress"]).astype("str"))
    words = _joined(parts)
    return _reasons(of, words, words.notna())


def gap_key_stage_4(of: Sitting) -> pd.Series:
    """Two grades a subject or more below the estimate of Attainment 8."""
    gap = of.column("att8").astype("float64") - of.column("att8_pred").astype("float64")
    by_points = gap <= FAR_BELOW["attainment8_gap"]
    p8 = of.column("p8").astype("float64")
    by_score = p8 <= FAR_BELOW["progress8"]
    words = np.where(
        by_points,
        "Attainment 8 is " + _one_place(-gap) + " below its estimate",
        "Progress 8 is " + _one_place(p8),
    )
    return _reasons(of, words, by_points | by_score)


def _one_place(numbers: pd.Series) -> pd.Series:
    known = numbers.notna()
    texts = [f"{round_half_up(float(n), 1):.1f}".replace("-", "−") for n in numbers[known]]
    return pd.Series(texts, index=numbers.index[known], dtype="str").reindex(numbers.index)


def no_prediction(of: Sitting) -> str:
    """Why nobody has a prediction or an estimate, and what to load."""
    measure, names = {
        "ks2": ("ks2_read_prog", ["read_prog", "writ_prog", "mat_prog"]),
        "ks4": ("ks4_p8", ["p8", "att8_pred"]),
    }[of.stage]
    if any(of.column(name).notna().any() for name in names):
        return ""
    state = measures.available(measure, academic_year(of.year))
    if not state.available:
        return state.reason
    what = "predicted scores" if of.stage == "ks2" else "key stage 2 results or estimates"
    return f"The {capitalised(of.stage).lower()} file carries no {what}: load one that does."


# ---- no result, not matched, left ----------------------------------------------------------------


def no_result(of: Sitting) -> pd.Series:
    """Matched, but without a judgement, score or mark; with the codes that say why."""
    missing = of.pupils["matched"] & ~with_result(of.pupils, of.stage)
    return _reasons(of, _why_none(of), missing)


_CODES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "eyfsp": (),
    "phonics": (("outcome", "phonics", "phonics"),),
    "ks1": tuple((f"{one}_outcome", "ks1_ta", name) for one, name in SUBJECTS.items()),
    "mtc": (),
    "ks2": (
        ("read_outcome", "ks2_test", "reading"),
        ("writ_outcome", "ks2_ta", "writing"),
        ("mat_outcome", "ks2_test", "maths"),
    ),
    "ks4": (),
}


def _why_none(of: Sitting) -> pd.Series:
    """The labels of the outcome codes, subjects with the same one together."""
    parts = []
    for name, code_set, subject in _CODES[of.stage]:
        labels = of.column(name).astype(object).map(outcomes(code_set)["label"]).astype("str")
        parts.append((subject + ": " + labels.str.lower()).astype("str"))
    silent = pd.Series("the file says nothing more", index=of.pupils.index, dtype="str")
    if not parts:
        return f"no {capitalised(of.stage).lower()} result: " + silent
    return "no result; " + _joined(parts).fillna(silent)


def no_passes(of: Sitting) -> pd.Series:
    """An Attainment 8 of nought."""
    nought = of.column("att8").astype("float64") == 0
    return _reasons(of, np.full(len(nought), "Attainment 8 is 0", dtype=object), nought)


def not_matched(of: Sitting) -> pd.Series:
    """No pupil of the results is certainly this child: why, and what to do."""
    reason = of.pupils["reason"].astype(object)
    words = reason.map(matching.REASONS).astype("str") + ". " + reason.map(matching.ACTIONS)
    return _reasons(of, words, ~of.pupils["matched"])


def left_since(of: Sitting) -> pd.Series:
    """Care ended on or before 31 March, or the child has left by a later list."""
    ended = of.pupils["care_ended"]
    words = "care ended on " + ended.dt.strftime("%d/%m/%Y").astype("str")
    return _reasons(of, words, ended.notna())


# ---- absence, suspension, school change ----------------------------------------------------------


def absent_and_suspended(of: Sitting) -> pd.Series:
    """Persistently absent, and suspended in the same year."""
    found = yes(of.census("persistent")) & yes(of.census("suspended"))
    times = of.census("suspensions").astype("Int64").astype("str")
    plural = np.where(of.census("suspensions").astype("float64") == 1, "once", "times")
    often = pd.Series(plural, index=of.pupils.index, dtype="str")
    suspended = ("suspended " + times + " " + often).str.replace("1 once", "once", regex=False)
    absence = _one_place(of.census("absence_overall").astype("float64"))
    return _reasons(of, "absent " + absence + "% of sessions, " + suspended, found)


def absent_suspended_and_moved(of: Sitting) -> pd.Series:
    """The same, and changed school in the year."""
    moved = yes(moved_in_year(of.model, of.pupils["child"], of.year))
    also = np.full(len(moved), "changed school in the same year", dtype=object)
    return _reasons(of, also, absent_and_suspended(of).notna() & moved)


def no_attendance(of: Sitting) -> str:
    """Why attendance is not known, and what to load."""
    if of.census("persistent").notna().any() and of.census("suspended").notna().any():
        return ""
    return (
        f"Attendance or suspensions of {academic_year(of.year)} are not loaded: "
        "load a school census that has them."
    )


def no_school_changes(of: Sitting) -> str:
    """Why changes of school are not known, and what to load."""
    lacking = no_attendance(of)
    if lacking or moved_in_year(of.model, of.pupils["child"], of.year).notna().any():
        return lacking
    return (
        f"School changes in {academic_year(of.year)} are not known: load the school censuses of "
        "this year and the one before, or one with dates of entry."
    )


_EVERY_STAGE = ("eyfsp", "phonics", "ks1", "mtc", "ks2", "ks4")
CASES: Mapping[str, Case] = MappingProxyType(
    {
        case.name: case
        for case in (
            Case(
                "nearly_there",
                "nearly there",
                f"One subject short of the expected standard, or {NEAR_POINTS} points at most in "
                "each that is short; phonics, two marks; key stage 4, one grade short of grade 4 "
                "in English and maths",
                {
                    "phonics": nearly_phonics,
                    "ks1": nearly_key_stage_1,
                    "ks2": nearly_key_stage_2,
                    "ks4": nearly_key_stage_4,
                },
                nothing_lacks,
            ),
            Case(
                "largest_gap",
                "largest gap",
                f"Key stage 2: {-FAR_BELOW['progress']:g} points or more below the prediction in a "
                "subject; key stage 4: two grades a subject or more below the estimate",
                {"ks2": gap_key_stage_2, "ks4": gap_key_stage_4},
                no_prediction,
            ),
            Case(
                "no_result",
                "no result",
                "Matched, but the file holds no judgement, score or mark",
                dict.fromkeys(_EVERY_STAGE, no_result),
                nothing_lacks,
            ),
            Case(
                "no_passes",
                "no passes",
                "Attainment 8 of 0",
                {"ks4": no_passes},
                nothing_lacks,
            ),
            Case(
                "absent_suspended",
                "absent and suspended",
                "Persistently absent (10% of sessions or more) and suspended in the year",
                {EVERYONE: absent_and_suspended},
                no_attendance,
            ),
            Case(
                "absent_suspended_moved",
                "absent, suspended and moved",
                "Persistently absent, suspended, and changed school in the year",
                {EVERYONE: absent_suspended_and_moved},
                no_school_changes,
            ),
            Case(
                "not_matched",
                "not matched",
                "No pupil of the results is certainly this child",
                dict.fromkeys(_EVERY_STAGE, not_matched),
                nothing_lacks,
            ),
            Case(
                "left_since",
                "left since",
                "Care ended on or before 31 March",
                {EVERYONE: left_since},
                nothing_lacks,
            ),
        )
    }
)
"""The rules in the order of the chips, by name."""


def rules_of(stage: str) -> dict[str, Found]:
    """The rules that speak of children at the end of a stage, with those about everyone."""
    return {
        name: rule
        for name, case in CASES.items()
        for rule in [case.rules.get(stage) or case.rules.get(EVERYONE)]
        if rule is not None
    }


def found(of: Sitting) -> pd.DataFrame:
    """The reason of each child for each rule of the stage: a column a rule, missing if not found.

    Rules whose data are not loaded find nobody.
    """
    return pd.DataFrame(
        {name: rule(of).astype("str") for name, rule in rules_of(of.stage).items()},
        index=of.pupils.index,
    )
