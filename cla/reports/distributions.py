"""How results spread over the children of a cohort: every child in exactly one category a subject.

A ``Subject`` sorts children into its categories; a child without a result, or not matched to one,
has a category too, so that the parts add up to the cohort.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla.reports.filters import Filters
from cla.reports.model import Model

HIGHER, MET, NOT_MET, UNSCORED, NONE = "higher", "met", "not_met", "unscored", "none"
BAND = "band"
"""What a category says: blocks whose sums other reports may show. A band is no judgement."""
NO_RESULT, NOT_MATCHED = "no_result", "not_matched"
Sorter = Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Category:
    """One part of a bar. ``short`` is the text inside it."""

    key: str
    label: str
    short: str
    kind: str


LEFT_OUT = (
    Category(NO_RESULT, "No result in the file", "none", NONE),
    Category(NOT_MATCHED, "Not matched to the results", "not matched", NONE),
)


@dataclass(frozen=True)
class Subject:
    """One bar: its categories from the lowest to the highest, then those without a result.

    ``sort`` gives the key of each child's category. ``needs`` are columns of the results without
    which there is no bar. ``score`` is the column whose median is given, ``unit`` what it counts.
    ``who`` picks the children it is about; None for all at the end of the stage. An ``era`` is one
    of an earlier scale, missed by nobody since. ``source`` gives other children than those at the
    end of the stage, with ``matched`` and ``elig``. Bars of one ``heading`` stand together.
    ``counts`` is the column that says who of its children counts in the results.
    """

    key: str
    title: str
    stage: str
    categories: tuple[Category, ...]
    sort: Sorter
    needs: tuple[str, ...]
    score: str = ""
    unit: str = ""
    who: Callable[[pd.DataFrame], pd.Series] | None = None
    era: bool = False
    source: Callable[[Model, Filters], pd.DataFrame] | None = None
    heading: str = ""
    counts: str = "elig"

    def of(self, pupils: pd.DataFrame) -> pd.DataFrame:
        """The children this subject is about."""
        return pupils if self.who is None else pupils[self.who(pupils)]

    def carried(self, pupils: pd.DataFrame) -> bool:
        """Whether the results loaded have what the bar is made of."""
        matched = pupils[pupils["matched"]]
        return all(name in pupils and matched[name].notna().any() for name in self.needs)

    def sorted(self, pupils: pd.DataFrame) -> pd.Series:
        """The key of each child's category, as a categorical in the order of the bar."""
        found = self.sort(pupils).where(pupils["matched"], NOT_MATCHED)
        keys = [category.key for category in self.categories]
        known = found.where(found.isin(keys), NO_RESULT)
        return known.astype(pd.CategoricalDtype(keys, ordered=True))


def coded(column: str, groups: Mapping[str, str]) -> Sorter:
    """Sorts by a column of codes; ``groups`` gives the category of each code."""

    def sort(pupils: pd.DataFrame) -> pd.Series:
        return pupils[column].astype(object).map(dict(groups)).fillna(NO_RESULT).astype("str")

    return sort


def scored(score: str, bands: Sequence[tuple[str, float, float]], otherwise: Sorter) -> Sorter:
    """Sorts by the band of a number (from, to below); children without one by ``otherwise``."""

    def sort(pupils: pd.DataFrame) -> pd.Series:
        numbers = pupils[score].astype("float64")
        inside = [numbers.ge(low) & numbers.lt(below) for _, low, below in bands]
        found = np.select(inside, [key for key, _, _ in bands], default="")
        banded = pd.Series(found, index=pupils.index, dtype="str")
        return banded.where(numbers.notna(), otherwise(pupils))

    return sort


def reached(steps: Sequence[tuple[str, str]], below: str) -> Sorter:
    """Sorts by yes/no columns from the highest step down; ``below`` is a plain no."""

    def sort(pupils: pd.DataFrame) -> pd.Series:
        met = [pupils[column].fillna(False).astype(bool) for column, _ in steps]
        lowest = pupils[steps[-1][0]].notna()
        found = np.select([*met, lowest], [*(key for _, key in steps), below], default=NO_RESULT)
        return pd.Series(found, index=pupils.index, dtype="str")

    return sort


def bars(subject: Subject, pupils: pd.DataFrame) -> pd.DataFrame:
    """The parts of one bar: category, label, short, kind, count, percent of all its children."""
    children = subject.of(pupils)
    counts = subject.sorted(children).value_counts()
    rows = [
        (one.key, one.label, one.short, one.kind, int(counts.get(one.key, 0)))
        for one in subject.categories
    ]
    frame = pd.DataFrame(rows, columns=["category", "label", "short", "kind", "count"])
    whole = len(children)
    return frame.assign(percent=100 * frame["count"] / whole if whole else np.nan)


def middle(subject: Subject, pupils: pd.DataFrame) -> dict[str, float]:
    """The median and quartiles of the scores of a bar, and of how many children; NaN without."""
    children = subject.of(pupils)
    scores = children.loc[children["matched"], subject.score].dropna().astype("float64")
    if scores.empty:
        return {"n": 0.0, "median": np.nan, "lower": np.nan, "upper": np.nan}
    lower, median, upper = scores.quantile([0.25, 0.5, 0.75])
    return {"n": float(len(scores)), "median": median, "lower": lower, "upper": upper}
