"""What a report is: frames, what they cover, and what has to be said beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Coverage:
    """Children at the end of a key stage: how many, and how far the results reach them.

    ``in_cohort`` = ``matched`` + ``not_matched``; ``eligible`` and ``with_result`` are among the
    matched. None where the number is hidden because it is small, or gives a small one away.
    """

    in_cohort: int | None
    eligible: int | None
    matched: int | None
    with_result: int | None
    not_matched: int | None

    def words(self) -> str:
        """The counts in one line: "31 in cohort · 29 matched · 29 eligible · 28 with a result"."""
        named = (
            (self.in_cohort, "in cohort"),
            (self.matched, "matched"),
            (self.eligible, "eligible"),
            (self.with_result, "with a result"),
            (self.not_matched, "not matched"),
        )
        return " · ".join(f"{_shown(count)} {what}" for count, what in named)


def _shown(count: int | None) -> str:
    return "c" if count is None else f"{count:,}"


@dataclass(frozen=True, eq=False)
class Report:
    """A report ready to draw. ``empty`` is the sentence to show when there is nothing to report.

    ``caption`` is the selection in words, ``notes`` are sentences in order of importance.
    """

    title: str
    caption: str
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    coverage: Coverage | None = None
    notes: tuple[str, ...] = ()
    empty: str = ""

    @property
    def frame(self) -> pd.DataFrame:
        """The main frame; an empty one when there is nothing to report."""
        return next(iter(self.frames.values()), pd.DataFrame())
