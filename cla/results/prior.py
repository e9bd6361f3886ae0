"""Prior attainment: points of key stage 1, their average, and the bands of key stage 2.

Points and levels are in data/reference/attainment (ks1_points.csv, levels.csv), each with its
source. Points of the pre-key-stage standards PK1 to PK4 and of BLW without a P scale were not found
in any public source: such a pupil has no points, no average and no group.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from cla import reference

BANDS = {"1": "low", "2": "middle", "3": "high", "4": "none"}
"""DfE's prior attainment bands, as files carry them."""


def ks1_points(outcomes: pd.Series) -> pd.Series:
    """Points of key stage 1 teacher assessments since 2015/16, and of P scales; else missing."""
    return _points(outcomes, _held("ks1_points.csv"))


def level_points(levels_given: pd.Series) -> pd.Series:
    """Points of key stage 1 levels to 2014/15; missing for a level 2 that is not divided."""
    return _points(levels_given, levels("ks1")["points"])


def ks1_aps(read: pd.Series, writ: pd.Series, mat: pd.Series) -> pd.Series:
    """The average that progress to key stage 2 starts from: (reading + writing + 2 x maths) / 4.

    Missing unless all three are there.
    """
    return (read + writ + 2 * mat) / 4


def ks2_band(average: pd.Series) -> pd.Series:
    """ "low" below 100, "middle", "high" from 110, by the mean of the reading and maths scores.

    Exactly 110 is high in DfE's guide and middle in its ready reckoner; the guide is followed.
    """
    bands = pd.cut(
        average.astype("float64"),
        [-float("inf"), 100, 110, float("inf")],
        right=False,
        labels=["low", "middle", "high"],
    )
    return bands.astype("str").where(average.notna())


@cache
def levels(stage: str) -> pd.DataFrame:
    """The codes of the level era of "ks1" or "ks2": label, points, counted, low, middle, high.

    ``low`` is level 2 (key stage 1) or 4, ``middle`` 2B, ``high`` 3 or 5; missing where the code
    does not say.
    """
    table = reference.table("attainment", "levels.csv")
    table = table[table["stage"] == stage].set_index("code")
    flags = {
        name: table[name].map({"1": True, "0": False}).astype("boolean")
        for name in ("counted", "low", "middle", "high")
    }
    points = pd.to_numeric(table["points"].replace("", None)).astype("float64")
    return pd.DataFrame({"label": table["label"], "points": points, **flags})


@cache
def _held(file: str) -> pd.Series:
    table = reference.table("attainment", file)
    return pd.Series(pd.to_numeric(table["points"]).to_numpy(), index=table["code"])


def _points(codes: pd.Series, points: pd.Series) -> pd.Series:
    return codes.astype("str").str.upper().map(points).astype("float64")
