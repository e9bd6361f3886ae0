"""What a child got at each stage, in words: one line a result, and a few words for the timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from cla import results as readers
from cla.measures import round_half_up
from cla.reports.child_columns import FULL_MARKS, PASS_MARK, signed
from cla.reports.child_results import basics, reached
from cla.results.tidy import outcomes

Line = tuple[str, str, str, object, object]
"""measure (or ""), label, result in words, value (or NaN), met (or missing)."""
MARKS: Mapping[str, str] = {
    "eyfsp": "EYFS",
    "phonics": "Phonics",
    "ks1": "KS1",
    "mtc": "Tables",
    "ks2": "KS2",
    "ks4": "KS4",
}
"""What the marks of the timeline call the stages."""
SUBJECTS = (("Reading", "read"), ("Writing", "writ"), ("Maths", "mat"))


def lines(stage: str, row: pd.Series) -> list[Line]:
    """Every result of a child at a stage, in reading order."""
    return _LINES[stage](row)


def outcome(stage: str, row: pd.Series) -> str:
    """The result of a stage in a few words."""
    if stage == "eyfsp":
        met = row.get("gld", pd.NA)
        return "no result" if pd.isna(met) else f"Good level of development {_met(met)}"
    if stage == "phonics":
        return _phonics(row)
    if stage == "mtc":
        mark = row.get("mark", np.nan)
        return "no mark" if pd.isna(mark) else f"{mark:g} of {FULL_MARKS}"
    if stage == "ks4":
        return _key_stage_4(row)
    return _combined(row)


def mark(stage: str, row: pd.Series) -> str:
    """The outcome as it stands on a mark of the timeline: "KS2 not met"."""
    name = MARKS[stage]
    if stage in ("phonics", "mtc"):
        number = row.get("mark", np.nan)
        return f"{name} no mark" if pd.isna(number) else f"{name} {number:g}"
    if stage == "ks4":
        score = row.get("att8", np.nan)
        return f"{name} no result" if pd.isna(score) else f"{name} A8 {score:g}"
    met = row.get("gld" if stage == "eyfsp" else _combined_name(row), pd.NA)
    return f"{name} no result" if pd.isna(met) else f"{name} {_met(met)}"


def _met(met: object) -> str:
    return "met" if met else "not met"


def _phonics(row: pd.Series) -> str:
    number, code = row.get("mark", np.nan), row.get("outcome")
    if pd.notna(number):
        short = PASS_MARK - number
        return f"{number:g} of 40 (met)" if short <= 0 else f"{number:g} of 40 ({short:g} short)"
    return _code("phonics", code)


def _code(code_set: str, code: object) -> str:
    if not isinstance(code, str) or not code:
        return "no result"
    labels = outcomes(code_set)["label"]
    return f"{code}: {labels[code]}" if code in labels.index else code


def _combined_name(row: pd.Series) -> str:
    old = next((name for name in ("rwm_l4", "rwm_l2") if pd.notna(row.get(name, pd.NA))), "")
    return "rwm_exp" if pd.notna(row.get("rwm_exp", pd.NA)) or not old else old


def _combined(row: pd.Series) -> str:
    name = _combined_name(row)
    met = row.get(name, pd.NA)
    if pd.isna(met):
        return "no combined result"
    standard = "expected standard" if name == "rwm_exp" else f"level {name[-1]}"
    return f"Reading, writing and maths {standard} {_met(met)}"


def _key_stage_4(row: pd.Series) -> str:
    if pd.notna(row.get("att8", np.nan)):
        return f"Attainment 8: {row['att8']:g}"
    met = row.get("fiveac_em", pd.NA)
    if pd.notna(met):
        return f"Five A* to C with English and maths {_met(met)}"
    return "no Attainment 8"


# ---- one line a result ---------------------------------------------------------------------------


def _eyfsp(row: pd.Series) -> list[Line]:
    met, goals = row.get("gld", pd.NA), row.get("goals_expected", np.nan)
    said = "no result" if pd.isna(met) else _met(met)
    found: list[Line] = [("eyfsp_gld", "Good level of development", said, np.nan, met)]
    if pd.notna(goals):
        expected = f"{goals:g} at the expected level"
        found.append(("eyfsp_goals", "Early learning goals", expected, goals, pd.NA))
    return found


def _phonics_lines(row: pd.Series) -> list[Line]:
    met = row.get("met", pd.NA)
    return [("phonics_met", "Phonics", _phonics(row), row.get("mark", np.nan), met)]


def _tables(row: pd.Series) -> list[Line]:
    number = row.get("mark", np.nan)
    words = outcome("mtc", row)
    if pd.isna(number) and isinstance(row.get("outcome"), str) and row["outcome"]:
        words = f"no mark: {row['outcome']}"
    return [("mtc_mark", "Multiplication check", words, number, pd.NA)]


def _key_stage_1(row: pd.Series) -> list[Line]:
    found: list[Line] = []
    for label, subject in (*SUBJECTS, ("Science", "sci")):
        level = row.get(f"{subject}_level")
        if isinstance(level, str):
            met = row.get(f"{subject}_l2", pd.NA)
            found.append((f"ks1_{subject}_l2", label, f"level {level}", np.nan, met))
            continue
        words = _code("ks1_ta", row.get(f"{subject}_outcome"))
        met = row.get(f"{subject}_exp", pd.NA)
        found.append((f"ks1_{subject}_exp", label, words, np.nan, met))
    return found


KS2 = (
    ("Reading", "read"),
    ("Writing", "writ"),
    ("Maths", "mat"),
    ("Grammar, punctuation and spelling", "gps"),
    ("Science", "sci"),
    ("Reading, writing and maths", "rwm"),
)


def _key_stage_2(row: pd.Series) -> list[Line]:
    found: list[Line] = []
    for label, subject in KS2:
        level = row.get(f"{subject}_level")
        if isinstance(level, str):
            met = row.get(f"{subject}_l4", pd.NA)
            found.append((f"ks2_{subject}_l4", label, f"level {level}", np.nan, met))
            continue
        score, met = row.get(f"{subject}_score", np.nan), row.get(f"{subject}_exp", pd.NA)
        words = _scaled(subject, score, row.get(f"{subject}_outcome"), met)
        found.append((f"ks2_{subject}_exp", label, words, score, met))
    for label, subject in SUBJECTS:
        progress = row.get(f"{subject}_prog", np.nan)
        if pd.notna(progress):
            words = f"{signed(float(progress), 1)} on the national average of the prior group"
            found.append((f"ks2_{subject}_prog", f"{label} progress", words, progress, pd.NA))
    return found


def _scaled(subject: str, score: float, code: object, met: object) -> str:
    if pd.notna(score):
        short = int(100 - score)
        return f"{score:g} (met)" if short <= 0 else f"{score:g} ({short} short)"
    if isinstance(code, str):
        return _code("ks2_ta" if subject in ("writ", "sci") else "ks2_test", code)
    return "no result" if pd.isna(met) else _met(met)


KS4_NUMBERS = (
    ("ks4_att8", "Attainment 8", "att8"),
    ("ks4_p8", "Progress 8", "p8"),
    ("ks4_ebacc_aps", "EBacc average points", "ebacc_aps"),
)


def _key_stage_4_lines(row: pd.Series) -> list[Line]:
    frame = row.to_frame().T
    if pd.notna(row.get("em_ac", pd.NA)) and pd.isna(row.get("basics_94", pd.NA)):
        return [
            (measure, label, _met(row[name]), np.nan, row[name])
            for measure, label, name in (
                ("ks4_em_ac", "English and maths at A* to C", "em_ac"),
                ("ks4_5ac_em", "Five A* to C with English and maths", "fiveac_em"),
            )
            if pd.notna(row.get(name, pd.NA))
        ]
    both = basics(frame).iloc[0]
    found: list[Line] = [
        ("", "English", reached(frame, "eng").iloc[0], np.nan, row.get("eng_94", pd.NA)),
        ("", "Maths", reached(frame, "mat").iloc[0], np.nan, row.get("mat_94", pd.NA)),
        ("ks4_em94", "English and maths", both, np.nan, row.get("basics_94", pd.NA)),
        ("ks4_em95", "Both at grade 5", both, np.nan, row.get("basics_95", pd.NA)),
    ]
    for measure, label, name in KS4_NUMBERS:
        value = row.get(name, np.nan)
        words = "not available" if pd.isna(value) else f"{float(value):g}"
        found.append((measure, label, words, value, pd.NA))
    return found


_LINES: Mapping[str, Callable[[pd.Series], list[Line]]] = {
    "eyfsp": _eyfsp,
    "phonics": _phonics_lines,
    "ks1": _key_stage_1,
    "mtc": _tables,
    "ks2": _key_stage_2,
    "ks4": _key_stage_4_lines,
}


def subject_grades(rows: Iterable[pd.Series]) -> pd.DataFrame:
    """subject, grade of every subject of key stage 4 that a file names."""
    named = {f"grade_{code}": one.title for code, one in readers.subjects().items()}
    first = {
        "eng_grade": "English language",
        "lit_grade": "English literature",
        "mat_grade": "Maths",
    }
    found = [
        (title, str(row[name]))
        for row in rows
        for name, title in {**first, **named}.items()
        if isinstance(row.get(name), str) and row[name]
    ]
    frame = pd.DataFrame(found, columns=["subject", "grade"], dtype="str")
    return frame.drop_duplicates("subject", ignore_index=True)


def attendance_words(value: float) -> str:
    """Absence with what the percentage means: 10% or more is persistent, 50% severe."""
    said = f"{round_half_up(value, 1):.1f}% of sessions missed"
    if value >= 50:
        return f"{said}: severely absent"
    return f"{said}: persistently absent" if value >= 10 else said
