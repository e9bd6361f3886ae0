"""Free checks of key stage 4."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from cla.results.rules import Rows, Rule, apart, differ
from cla.results.secondary import ELEMENTS, SLOTS
from cla.results.tidy import all_of

ROUNDED = 0.0151
"""DfE prints two decimals of every figure that is added."""
ESTIMATED = 0.0061
"""Progress 8 is printed to two or three decimals, Attainment 8 and its estimate to two."""

Test = Callable[[Rows], pd.Series]


def _added(total: str, parts: tuple[str, ...]) -> Test:
    def test(rows: Rows) -> pd.Series:
        if not rows.has(total, *parts):
            return rows.never()
        whole = pd.concat([rows.number(part) for part in parts], axis=1)
        return apart(rows.number(total), whole.sum(axis=1, min_count=len(parts)), ROUNDED)

    return test


def _negative(rows: Rows) -> pd.Series:
    numbers = pd.concat([rows.number(name) for name in ("att8", *ELEMENTS, *SLOTS)], axis=1)
    return (numbers < 0).any(axis=1)


def _estimate(rows: Rows) -> pd.Series:
    """The score before the floor is the difference to the estimate; after it, never less."""
    worked = (rows.sent("att8") - rows.sent("att8_pred")) / 10
    if rows.has("p8_unadjusted"):
        return apart(rows.sent("p8_unadjusted"), worked, ESTIMATED)
    return rows.sent("p8") < worked - ESTIMATED


def _element(name: str, slots: int) -> Test:
    def test(rows: Rows) -> pd.Series:
        worked = (rows.sent(f"att8_{name}") - rows.sent(f"att8_{name}_pred")) / slots
        return apart(rows.sent(f"p8_{name}"), worked, ROUNDED)

    return test


def _floor(rows: Rows) -> pd.Series:
    score = rows.sent("p8")
    below = score < rows.sent("p8_unadjusted") - ESTIMATED
    return below | (score < rows.sent("p8_floor") - ESTIMATED)


def _in_progress(rows: Rows) -> pd.Series:
    return rows.sent("in_p8").eq(1) & rows.number("p8").isna()


def _both(grade: str) -> Test:
    def test(rows: Rows) -> pd.Series:
        if not rows.has(f"basics_{grade}"):
            return rows.never()
        parts = all_of(rows.flag(f"eng_{grade}"), rows.flag(f"mat_{grade}"))
        return differ(rows.flag(f"basics_{grade}"), parts)

    return test


def _five_without_four(rows: Rows) -> pd.Series:
    against = rows.never()
    for name in ("basics", "eng", "mat", "ebacc"):
        five, four = rows.flag(f"{name}_95"), rows.flag(f"{name}_94")
        against |= (five & ~four).fillna(False).astype(bool)
    return against


def _not_entered(rows: Rows) -> pd.Series:
    reached = rows.flag("ebacc_94").fillna(rows.flag("ebacc_ach"))
    return (reached & ~rows.flag("ebacc_entered")).fillna(False)


def _five_with(rows: Rows) -> pd.Series:
    """Five A* to C with English and maths are five A* to C, and English and maths."""
    five = rows.flag("fiveac_em")
    without = (five & ~rows.flag("fiveac")).fillna(False)
    return without | (five & ~rows.flag("em_ac")).fillna(False)


def _average(rows: Rows) -> pd.Series:
    return apart(rows.sent("ks2_average"), (rows.sent("ks2_read") + rows.sent("ks2_mat")) / 2, 0.26)


KS4 = (
    Rule(
        "ks4_elements",
        "The four elements do not add up to Attainment 8",
        ("att8", *ELEMENTS),
        _added("att8", ELEMENTS),
        "The total of the file is used.",
    ),
    Rule(
        "ks4_ebacc_slots",
        "The three EBacc slots do not add up to the EBacc element",
        ("att8_ebacc", *SLOTS[:3]),
        _added("att8_ebacc", SLOTS[:3]),
    ),
    Rule(
        "ks4_open_slots",
        "The three open slots do not add up to the open element",
        ("att8_open", *SLOTS[3:]),
        _added("att8_open", SLOTS[3:]),
    ),
    Rule("ks4_negative", "Points of Attainment 8 below nought", ("att8", *ELEMENTS), _negative),
    Rule(
        "ks4_estimate",
        "Progress 8 is not the difference of Attainment 8 to its estimate",
        ("p8", "p8_unadjusted", "att8", "att8_pred"),
        _estimate,
    ),
    *(
        Rule(
            f"ks4_{name}_estimate",
            f"Progress 8, {words} element, is not the difference to its estimate",
            (f"p8_{name}", f"att8_{name}", f"att8_{name}_pred"),
            _element(name, slots),
        )
        for name, words, slots in (
            ("eng", "English", 2),
            ("mat", "maths", 2),
            ("ebacc", "EBacc", 3),
            ("open", "open", 3),
        )
    ),
    Rule(
        "ks4_floor",
        "Progress 8 is below the score before its floor, or below the floor",
        ("p8", "p8_unadjusted", "p8_floor"),
        _floor,
    ),
    Rule(
        "ks4_in_progress",
        "In the Progress 8 measure without a score",
        ("in_p8", "p8"),
        _in_progress,
        "The pupil is not in the measure.",
    ),
    *(
        Rule(
            f"ks4_basics_{grade}",
            f"English and maths combined does not follow from the two: grade {grade[1]}",
            (f"basics_{grade}", f"eng_{grade}", f"mat_{grade}"),
            _both(grade),
        )
        for grade in ("94", "95")
    ),
    Rule(
        "ks4_five_four",
        "Grade 5 is reached and grade 4 is not",
        ("basics_95", "basics_94", "eng_95", "eng_94", "mat_95", "mat_94", "ebacc_95", "ebacc_94"),
        _five_without_four,
    ),
    Rule(
        "ks4_ebacc_entry",
        "The EBacc is achieved and was not entered",
        ("ebacc_94", "ebacc_ach", "ebacc_entered"),
        _not_entered,
    ),
    Rule(
        "ks4_five_ac",
        "Five A* to C with English and maths without five A* to C, or without English and maths",
        ("fiveac_em", "fiveac", "em_ac"),
        _five_with,
    ),
    Rule(
        "ks4_ks2_average",
        "Key stage 2 average is not the mean of reading and maths",
        ("ks2_average", "ks2_read", "ks2_mat"),
        _average,
    ),
)
