"""Free checks of key stages 1 and 2."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from cla.results.primary import EXPECTED, HIGHER
from cla.results.prior import ks1_aps
from cla.results.rules import Rows, Rule, apart, differ
from cla.results.tidy import all_of, outcomes

ROUNDED = 0.0151
"""DfE prints two decimals of each of two figures."""
WRITING_POINTS = {"GDS": 113.0, "EXS": 103.0, "WTS": 91.0}
"""What a writing assessment stands for in progress."""
_TESTS = {"read": "Reading", "mat": "Maths", "gps": "Grammar, punctuation and spelling"}
_NO_SCORE = ("A", "B", "T", "U", "J", "L", "F", "X", "Z", "Q", "H", "M")
_BY_OUTCOME = "The outcome is used."

Test = Callable[[Rows], pd.Series]


def _science_code(rows: Rows) -> pd.Series:
    return rows.code("sci_outcome").isin(["GDS", "WTS", "PKF", "PK1", "PK2", "PK3", "PK4"])


def _rwm(reached: str, subjects: tuple[str, str, str]) -> Test:
    def test(rows: Rows) -> pd.Series:
        return differ(rows.flag(f"rwm_{reached}"), all_of(*map(rows.flag, subjects)))

    return test


KS1 = (
    Rule(
        "ks1_science_code",
        "Science has an outcome that only reading, writing and maths have",
        ("sci_outcome",),
        _science_code,
        "Only EXS reaches the standard.",
    ),
)


def _outcome_score(subject: str) -> Test:
    def test(rows: Rows) -> pd.Series:
        outcome, score = rows.code(f"{subject}_outcome"), rows.number(f"{subject}_score")
        below = outcome.eq("AS") & (score < EXPECTED)
        return (below | (outcome.eq("NS") & (score >= EXPECTED))).fillna(False)

    return test


def _score_scale(subject: str) -> Test:
    def test(rows: Rows) -> pd.Series:
        sent = rows.sent(f"{subject}_score")
        return sent.notna() & ~sent.between(80, 120)

    return test


def _score_without(subject: str) -> Test:
    def test(rows: Rows) -> pd.Series:
        return (
            rows.code(f"{subject}_outcome").isin(_NO_SCORE)
            & rows.number(f"{subject}_score").notna()
        )

    return test


def _flag_outcome(subject: str, code_set: str) -> Test:
    def test(rows: Rows) -> pd.Series:
        met = rows.code(f"{subject}_outcome").map(outcomes(code_set)["met"])
        return differ(rows.flag(f"{subject}_exp"), met)

    return test


def _high_score(subject: str) -> Test:
    def test(rows: Rows) -> pd.Series:
        score = rows.number(f"{subject}_score")
        return differ(rows.flag(f"{subject}_high"), (score >= HIGHER).where(score.notna()))

    return test


def _progress(subject: str) -> Test:
    def test(rows: Rows) -> pd.Series:
        if not rows.has(f"{subject}_prog_unadjusted"):
            return rows.never()
        worked = rows.number(f"{subject}_prog_points") - rows.number(f"{subject}_pred")
        return apart(rows.sent(f"{subject}_prog_unadjusted"), worked, ROUNDED)

    return test


def _floor(subject: str) -> Test:
    def test(rows: Rows) -> pd.Series:
        adjusted, before = rows.sent(f"{subject}_prog"), rows.number(f"{subject}_prog_unadjusted")
        return adjusted < before - ROUNDED

    return test


def _points(subject: str) -> Test:
    def test(rows: Rows) -> pd.Series:
        points = rows.number(f"{subject}_prog_points")
        if subject == "writ":
            return apart(points, rows.code("writ_outcome").map(WRITING_POINTS), 0.5)
        return apart(points, rows.number(f"{subject}_score"), 0.5)

    return test


def _in_progress(subject: str) -> Test:
    def test(rows: Rows) -> pd.Series:
        included = rows.sent(f"in_{subject}_prog").eq(1)
        return included & rows.number(f"{subject}_prog").isna()

    return test


def _average(rows: Rows) -> pd.Series:
    points = [rows.number(f"ks1_{subject}_points") for subject in ("read", "writ", "mat")]
    return apart(rows.sent("ks1_aps"), ks1_aps(*points), ROUNDED)


def _of_tests(subject: str, title: str) -> tuple[Rule, ...]:
    outcome, score = f"{subject}_outcome", f"{subject}_score"
    return (
        Rule(
            f"ks2_{subject}_outcome_score",
            f"{title}: outcome and scaled score disagree",
            (outcome, score),
            _outcome_score(subject),
            "Special consideration can explain it. The outcome is used.",
        ),
        Rule(
            f"ks2_{subject}_score_scale",
            f"{title}: scaled score outside 80 to 120",
            (score,),
            _score_scale(subject),
            "The score is taken as missing.",
        ),
        Rule(
            f"ks2_{subject}_score_without",
            f"{title}: a scaled score beside an outcome that has none",
            (outcome, score),
            _score_without(subject),
            _BY_OUTCOME,
        ),
        Rule(
            f"ks2_{subject}_flag",
            f"{title}: flag of the expected standard and outcome disagree",
            (f"{subject}_exp", outcome),
            _flag_outcome(subject, "ks2_test"),
        ),
        Rule(
            f"ks2_{subject}_high",
            f"{title}: flag of the higher standard and scaled score disagree",
            (f"{subject}_high", score),
            _high_score(subject),
        ),
    )


def _of_progress(subject: str, title: str) -> tuple[Rule, ...]:
    return (
        Rule(
            f"ks2_{subject}_progress",
            f"{title}: progress is not score less prediction",
            (f"{subject}_prog_unadjusted", f"{subject}_prog_points", f"{subject}_pred"),
            _progress(subject),
        ),
        Rule(
            f"ks2_{subject}_floor",
            f"{title}: adjusted progress is below the score before adjustment",
            (f"{subject}_prog", f"{subject}_prog_unadjusted"),
            _floor(subject),
        ),
        Rule(
            f"ks2_{subject}_points",
            f"{title}: the score of progress does not follow from the result",
            (f"{subject}_prog_points", "writ_outcome" if subject == "writ" else f"{subject}_score"),
            _points(subject),
        ),
        Rule(
            f"ks2_{subject}_in_progress",
            f"{title}: in the progress measure without a score",
            (f"in_{subject}_prog", f"{subject}_prog"),
            _in_progress(subject),
            "The pupil is not in the measure.",
        ),
    )


_COMBINED = tuple(
    Rule(
        f"ks2_rwm_{reached}",
        f"Reading, writing and maths combined does not follow from the subjects: {words}",
        (f"rwm_{reached}", *subjects),
        _rwm(reached, subjects),
    )
    for reached, words, subjects in (
        ("exp", "expected standard", ("read_exp", "writ_exp", "mat_exp")),
        ("high", "higher standard", ("read_high", "writ_gds", "mat_high")),
        ("l4", "level 4", ("read_l4", "writ_l4", "mat_l4")),
        ("l5", "level 5", ("read_l5", "writ_l5", "mat_l5")),
    )
)
KS2 = (
    *(rule for subject, title in _TESTS.items() for rule in _of_tests(subject, title)),
    Rule(
        "ks2_writ_flag",
        "Writing: flag of the expected standard and outcome disagree",
        ("writ_exp", "writ_outcome"),
        _flag_outcome("writ", "ks2_ta"),
    ),
    Rule(
        "ks2_sci_flag",
        "Science: flag of the expected standard and outcome disagree",
        ("sci_exp", "sci_outcome"),
        _flag_outcome("sci", "ks2_ta"),
    ),
    *_COMBINED,
    *(
        rule
        for subject, title in (("read", "Reading"), ("writ", "Writing"), ("mat", "Maths"))
        for rule in _of_progress(subject, title)
    ),
    Rule(
        "ks2_ks1_average",
        "Key stage 1 average does not follow from the points",
        ("ks1_aps", "ks1_read_points", "ks1_writ_points", "ks1_mat_points"),
        _average,
    ),
)
