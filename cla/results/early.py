"""One tidy row a pupil: the early years profile, the phonics check, the multiplication check."""

from __future__ import annotations

from functools import cache

import pandas as pd

from cla import reference
from cla.files.sheet import Sheet
from cla.results.tidy import Tidy, all_of, judged, tell_unknown

PHONICS_THRESHOLD = 32
"""Marks of 40 that meet the standard, as published every year from 2012 to 2025."""
MOST_PHONICS, MOST_MTC = 40, 25
AREAS = ("com", "pse", "phy", "lit", "mat", "utw", "exp")
"""The areas of learning of the profile; a good level of development is of the first five."""


@cache
def goals(academic_year: str) -> pd.DataFrame:
    """The early learning goals of the year's profile by field: area, in_gld.

    None in 2019/20 and 2020/21. Source by row: data/reference/attainment/goals.csv.
    """
    table = reference.table("attainment", "goals.csv").set_index("field")
    held = (table["first"] <= academic_year) & (
        (table["last"] >= academic_year) | (table["last"] == "")
    )
    table = table[held]
    return pd.DataFrame({"area": table["area"], "in_gld": table["in_gld"] == "1"})


def early_years(sheet: Sheet, academic_year: str) -> Tidy:
    """The goals of the year's profile as codes, good level of development, areas of learning.

    ``gld`` is DfE's flag, else: at least expected in every goal of communication and language,
    personal, social and emotional, physical, literacy and maths. ``elig``: in published figures,
    and with a good level of development that is known.
    """
    tidy = Tidy(sheet)
    framework = goals(academic_year)
    reached: dict[str, pd.Series] = {}
    for name in framework.index:
        if sheet.has(name):
            tell_unknown(sheet, name, "eyfsp")
        tidy.frame[name] = sheet.code(name)
        reached[name] = judged(sheet, name, "eyfsp", "met")
    tidy.flag("gld", _all(reached, list(framework.index[framework["in_gld"]]), sheet))
    known = pd.DataFrame(reached, index=sheet.index)
    expected = known.fillna(False).sum(axis=1).astype("float64")
    tidy.frame["goals_expected"] = expected.where(known.notna().all(axis=1) & bool(reached))
    for area in AREAS:
        own = list(framework.index[framework["area"] == area])
        tidy.frame[f"{area}_exp"] = _all(reached, own, sheet)
    tidy.frame["all_goals"] = _all(reached, list(framework.index), sheet)
    published = sheet.flag("in_national").fillna(True)
    tidy.frame["elig"] = (published & tidy.frame["gld"].notna()).astype(bool)
    return tidy


def _all(reached: dict[str, pd.Series], names: list[str], sheet: Sheet) -> pd.Series:
    """All of these goals; missing when none of them is in the year's profile."""
    if not names:
        return pd.Series(None, index=sheet.index, dtype="boolean")
    return all_of(*(reached[name] for name in names))


def phonics(sheet: Sheet, academic_year: str) -> Tidy:
    """Mark, outcome and whether the standard was met, of the summer or the autumn check.

    ``elig`` are pupils of Year 1 (or of no known year group) with an outcome that counts (Wa, Wt,
    A, D, Q); ``elig_y2`` those of Year 2: checked again, or in the autumn of 2020 and 2021, when
    the check of the summer before had been put off.
    """
    del academic_year  # one threshold in every year so far
    tidy = Tidy(sheet)
    frame = tidy.frame
    for name in ("outcome", "autumn_outcome"):
        if sheet.has(name):
            tell_unknown(sheet, name, "phonics")
    in_summer = sheet.code("outcome").notna() | sheet.number("mark").notna()
    frame["autumn"] = (
        ~in_summer & (sheet.code("autumn_outcome").notna() | sheet.number("autumn_mark").notna())
    ).astype(bool)
    marks = sheet.number("mark").fillna(sheet.number("autumn_mark").where(frame["autumn"]))
    frame["mark"] = marks.where(marks.between(0, MOST_PHONICS))
    frame["outcome"] = sheet.code("outcome").fillna(
        sheet.code("autumn_outcome").where(frame["autumn"])
    )
    by_mark = (frame["mark"] >= PHONICS_THRESHOLD).where(frame["mark"].notna()).astype("boolean")
    counted = _judged_either(sheet, frame["autumn"], "counted").fillna(frame["mark"].notna())
    met = _judged_either(sheet, frame["autumn"], "met").fillna(by_mark)
    tidy.flag("met", met.where(counted.astype(bool)))
    second_year = frame["year_group"].str.extract(r"(\d+)")[0].eq("2")
    second = second_year.fillna(False).astype(bool) | frame["autumn"]
    frame["elig"] = counted.astype(bool) & ~second
    frame["elig_y2"] = counted.astype(bool) & second
    return tidy


def _judged_either(sheet: Sheet, autumn: pd.Series, aspect: str) -> pd.Series:
    later = judged(sheet, "autumn_outcome", "phonics", aspect)
    return judged(sheet, "outcome", "phonics", aspect).fillna(later.where(autumn))


def multiplication(sheet: Sheet, academic_year: str) -> Tidy:
    """Mark, whether it was taken, full marks, and the reason for not taking it as sent.

    ``elig`` is every pupil of the file: which reasons take a pupil out of the check is not known,
    since DfE's list of them was not found. Averages are of those with a mark.
    """
    del academic_year
    tidy = Tidy(sheet)
    frame = tidy.frame
    marks = sheet.number("mark")
    off_scale = marks.notna() & ~marks.between(0, MOST_MTC)
    sheet.tell(off_scale, "mark", f"a mark from 0 to {MOST_MTC}")
    frame["mark"] = marks.mask(off_scale)
    frame["outcome"] = sheet.code("reason").fillna(sheet.code("status"))
    frame["took"] = frame["mark"].notna()
    frame["full_marks"] = (frame["mark"] == MOST_MTC).astype("boolean").where(frame["took"])
    tidy.flags["full_marks"] = "computed"
    frame["elig"] = True
    return tidy
