"""The table of a benchmark for a file: numbers as numbers, and where each figure comes from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cla.measures import round_half_up
from cla.ui.measure_words import OWN_LAST, rounded

_HEADINGS = {
    "label": "Measure",
    "group": "Heading",
    "unit": "Unit",
    "value": "Ours",
    "n": "Children",
    "low": "95% interval from",
    "high": "95% interval to",
}
_LAST_HEADINGS = {
    "last_year": "Ours, year before",
    "last_year_n": "Children, year before",
    "change": "Change",
}
_WHY = {"reason": "Why a figure is missing"}
_OF_COMPARATORS = {
    "": "{title}",
    "_year": "{title}: year",
    "_n": "{title}: children",
    "_release": "{title}: release",
    "_source": "{title}: source",
    "_note": "{title}: note",
    "_gap": "Gap to {title}",
    "_low": "Gap to {title}, 95% interval from",
    "_high": "Gap to {title}, 95% interval to",
    "_chance": "Chance that ours is above {title}, %",
    "_verdict": "Verdict against {title}",
}
_NUMBERS = ("value", "low", "high", "last_year", "change")


def export(measures: pd.DataFrame, compared: Mapping[str, str]) -> pd.DataFrame:
    """One row a measure: ours, and of each comparator everything that is known of it.

    Numbers are rounded as the page shows them; missing ones stay missing.
    """
    rows = measures.copy()
    records = rows.to_dict("records")
    headings = dict(_HEADINGS)
    for name, title in compared.items():
        headings |= {
            f"{name}{what}": heading.format(title=title)
            for what, heading in _OF_COMPARATORS.items()
            if f"{name}{what}" in rows
        }
    headings |= {} if OWN_LAST in rows else _LAST_HEADINGS
    headings |= _WHY
    of_comparators = [
        f"{name}{what}" for name in compared for what in ("", "_gap", "_low", "_high")
    ]
    for name in (*_NUMBERS, *(one for one in of_comparators if one in rows)):
        rows[name] = pd.Series([rounded(row, name) for row in records], rows.index, dtype="float64")
    for name in compared:
        if f"{name}_chance" in rows:
            likely = [None if pd.isna(one) else round_half_up(100 * float(one), 0)
                      for one in rows[f"{name}_chance"]]  # fmt: skip
            rows[f"{name}_chance"] = pd.Series(likely, rows.index, dtype="float64")
    return rows[list(headings)].rename(columns=headings)
