"""The columns of tables of children: each once, with its title, unit, kind and group.

A kind says how a cell reads and which tone it has. A tone is never shown alone: what it means
stands in the cell, as in "98 · 2 short".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from cla.measures import round_half_up
from cla.reports.coverage import NO_RESULT_CODES
from cla.results.tidy import outcomes

HIGHER, MET, NEAR, SHORT, FAR, NO_RESULT = "higher", "met", "near", "short", "far", "no result"
"""The tones, best first. ``NEAR``: one step short; ``FAR``: far below what was estimated."""
EXPECTED_SCORE, HIGHER_SCORE = 100, 110
NEAR_POINTS = 2
"""Scaled-score points short of the expected standard that still count as near."""
PASS_MARK, FULL_MARKS = 32, 25
"""Phonics screening check: the mark that meets the standard. Multiplication check: all marks."""
FAR_BELOW = {"progress": -8.0, "progress8": -2.0, "attainment8_gap": -20.0}
"""From here on a child is far below the estimate. Ours: about one and a half national standard
deviations of pupils' progress (6 in key stage 2, 1.4 in Progress 8)."""


@dataclass(frozen=True)
class Column:
    """One column: the name in the frame, the heading people read, and how its cells read.

    ``first`` says whether it is shown before anybody chose columns; ``hint`` is what the heading
    leaves out. ``places`` are the decimals of a number. ``instead`` names the column with the code
    that stands in a cell without a number, as of an absent child.
    """

    name: str
    title: str
    group: str
    kind: str = "text"
    first: bool = False
    hint: str = ""
    places: int = 0
    instead: str = ""

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind in NUMBERS


NUMBERS = (
    "number",
    "score",
    "grade",
    "progress",
    "progress8",
    "attainment8_gap",
    "phonics",
    "multiplication",
)


def shown_first(columns: Iterable[Column], *names: str) -> tuple[Column, ...]:
    """The columns with these (and only these) shown at first. KeyError for a name without one."""
    every = tuple(columns)
    unknown = set(names) - {column.name for column in every}
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    return tuple(replace(column, first=column.name in names) for column in every)


def signed(value: float, places: int) -> str:
    """A number with its sign: "+1.2", "−0.4", "0.0"."""
    rounded = round_half_up(value, places)
    return f"{rounded:+.{places}f}".replace("-", "−") if rounded else f"{0:.{places}f}"


def words(column: Column) -> Callable[[object], str]:
    """How a cell of this column reads, by its value; "" for a missing one."""
    say = _WORDS.get(column.kind)

    def read(value: object) -> str:
        if _missing(value):
            return ""
        if say is not None:
            return say(value)
        if column.kind in _SIGNED:
            far = " · far below" if float(value) <= FAR_BELOW[column.kind] else ""  # type: ignore[arg-type]
            return signed(float(value), column.places) + far  # type: ignore[arg-type]
        if column.kind == "number":
            return f"{round_half_up(float(value), column.places):,.{column.places}f}".replace(  # type: ignore[arg-type]
                "-", "−"
            )
        return str(value)

    return read


def tone(column: Column) -> Callable[[object], str]:
    """The tone of a cell of this column, by its value; "" where the column has none."""
    judge = _TONES.get(column.kind)

    def read(value: object) -> str:
        return "" if judge is None or _missing(value) else judge(value)

    return read


def has_tone(column: Column) -> bool:
    """Whether cells of this column have a tone."""
    return column.kind in _TONES


def _missing(value: object) -> bool:
    return not isinstance(value, tuple | list) and bool(pd.isna(value))  # type: ignore[call-overload]


def _day(value: object) -> str:
    return f"{pd.Timestamp(value):%d/%m/%Y}"  # type: ignore[arg-type]


def _yes_no(value: object) -> str:
    return "yes" if value else "no"


def _score(value: object) -> str:
    score = float(value)  # type: ignore[arg-type]
    if score >= HIGHER_SCORE:
        return f"{score:g} · higher"
    if score >= EXPECTED_SCORE:
        return f"{score:g} · met"
    return f"{score:g} · {EXPECTED_SCORE - score:g} short"


def _score_tone(value: object) -> str:
    score = float(value)  # type: ignore[arg-type]
    if score >= HIGHER_SCORE:
        return HIGHER
    if score >= EXPECTED_SCORE:
        return MET
    return NEAR if score >= EXPECTED_SCORE - NEAR_POINTS else SHORT


def _grade(value: object) -> str:
    grade = float(value)  # type: ignore[arg-type]
    return f"{grade:g}" if grade >= 4 else f"{grade:g} · {4 - grade:g} short"


def _grade_tone(value: object) -> str:
    grade = float(value)  # type: ignore[arg-type]
    if grade >= 5:
        return HIGHER
    return MET if grade >= 4 else NEAR if grade >= 3 else SHORT


def _mark_words(needed: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        mark = float(value)  # type: ignore[arg-type]
        return f"{mark:g} · met" if mark >= needed else f"{mark:g} · {needed - mark:g} short"

    return read


def _mark_tone(needed: int, near: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        mark = float(value)  # type: ignore[arg-type]
        return MET if mark >= needed else NEAR if mark >= needed - near else SHORT

    return read


def _multiplication(value: object) -> str:
    mark = float(value)  # type: ignore[arg-type]
    return f"{mark:g} · full marks" if mark >= FULL_MARKS else f"{mark:g}"


def _outcome_tone(code_set: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        table = outcomes(code_set)
        if value not in table.index:
            return ""
        if table.loc[str(value), "higher"]:
            return HIGHER
        if table.loc[str(value), "met"]:
            return MET
        return NEAR if value == "WTS" else NO_RESULT if value in NO_RESULT_CODES else SHORT

    return read


def _far_tone(kind: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        return FAR if float(value) <= FAR_BELOW[kind] else ""  # type: ignore[arg-type]

    return read


_SIGNED = tuple(FAR_BELOW)
_WORDS: Mapping[str, Callable[[object], str]] = {
    "date": _day,
    "yes_no": _yes_no,
    "met": lambda value: "met" if value else "not met",
    "score": _score,
    "grade": _grade,
    "phonics": _mark_words(PASS_MARK),
    "multiplication": _multiplication,
}
_TONES: Mapping[str, Callable[[object], str]] = {
    "score": _score_tone,
    "grade": _grade_tone,
    "phonics": _mark_tone(PASS_MARK, NEAR_POINTS),
    "met": lambda value: MET if value else SHORT,
    "ks1_ta": _outcome_tone("ks1_ta"),
    "ks2_ta": _outcome_tone("ks2_ta"),
    "ks2_test": _outcome_tone("ks2_test"),
    **{kind: _far_tone(kind) for kind in _SIGNED},
}
