"""One tidy row a pupil: key stages 1 and 2 in national curriculum levels, to 2014/15."""

from __future__ import annotations

import pandas as pd

from cla.files.sheet import Sheet
from cla.results.prior import level_points, levels
from cla.results.tidy import Tidy, all_of

LAST_YEAR = "2014/15"


def key_stage_1(sheet: Sheet, academic_year: str) -> Tidy:
    """Levels by subject, levels 2, 2B and 3 reached, points and their average.

    The denominator is every level but a missing one, absent and disapplied pupils included.
    ``aps`` is DfE's average, else that of reading, writing and maths. A level 2 that is not divided
    has no points and says nothing of 2B.
    """
    del academic_year
    tidy = Tidy(sheet)
    frame = tidy.frame
    published = sheet.flag("in_national").fillna(True)
    for subject in ("read", "writ", "mat", "sci"):
        counted = _level(tidy, "ks1", subject).fillna(False) & published
        frame[f"elig_{subject}"] = counted.astype(bool)
        frame[f"{subject}_points"] = level_points(frame[f"{subject}_level"])
        for name, aspect in (("l2", "low"), ("l2b", "middle"), ("l3", "high")):
            if (subject, name) != ("sci", "l2b"):  # science is not divided into 2A, 2B and 2C
                reached = _reached(frame, "ks1", subject, aspect)
                tidy.flag(f"{subject}_{name}", reached.where(counted.astype(bool)))
    points = frame[["read_points", "writ_points", "mat_points"]]
    tidy.number("aps", points.mean(axis=1).where(points.notna().all(axis=1)))
    _combined(tidy, ("read", "writ", "mat"), ("l2", "l2b", "l3"))
    frame["elig"] = frame[[f"elig_{s}" for s in ("read", "writ", "mat", "sci")]].any(axis=1)
    return tidy


def key_stage_2(sheet: Sheet, academic_year: str) -> Tidy:
    """Levels by subject, levels 4, 4B and 5 reached, and the three subjects combined.

    Level 4B is only in DfE's flags: the level of the file is not divided. Denominators are the
    local authority's (ELIG*LA, else ELIG*), else by the level.
    """
    del academic_year
    tidy = Tidy(sheet)
    frame = tidy.frame
    for subject in ("read", "mat", "gps", "writ", "sci"):
        flagged = sheet.flag(f"{subject}_l4").notna()
        counted = _level(tidy, "ks2", subject).fillna(flagged)
        name = f"elig_{subject}"
        eligible = frame[name] = tidy.flag(name, counted).fillna(False).astype(bool)
        for reached, aspect in (("l4", "low"), ("l5", "high")):
            met = _reached(frame, "ks2", subject, aspect)
            tidy.flag(f"{subject}_{reached}", met.where(eligible))
        if subject in ("read", "mat", "gps"):
            unknown = pd.Series(None, index=sheet.index, dtype="boolean")
            tidy.flag(f"{subject}_l4b", unknown)
    _combined(tidy, ("read", "writ", "mat"), ("l4", "l5"))
    tidy.flag("rwm_l4b", all_of(frame["read_l4b"], frame["writ_l4"], frame["mat_l4b"]))
    frame["elig"] = frame["elig_rwm"]
    return tidy


def _level(tidy: Tidy, stage: str, subject: str) -> pd.Series:
    """Carries the level over, and whether it is in the denominator; unknown codes are told."""
    sheet, name = tidy.sheet, f"{subject}_level"
    given = tidy.frame[name] = sheet.code(name)
    unknown = given.notna() & ~given.isin(levels(stage).index)
    if unknown.any():
        codes = ", ".join(sorted(set(given[unknown].str.slice(0, 6)))[:5])
        sheet.notices.append(
            f"{sheet.label}, column {sheet.columns[name][0]}: not a level ({codes}) on "
            f"{sheet.where(unknown)}; the result is not counted."
        )
    return given.map(levels(stage)["counted"]).astype("boolean")


def _reached(frame: pd.DataFrame, stage: str, subject: str, aspect: str) -> pd.Series:
    return frame[f"{subject}_level"].map(levels(stage)[aspect]).astype("boolean")


def _combined(tidy: Tidy, subjects: tuple[str, ...], reached: tuple[str, ...]) -> None:
    frame = tidy.frame
    eligible = all_of(*(frame[f"elig_{subject}"] for subject in subjects))
    if not any(tidy.sheet.has(f"{subject}_level") for subject in subjects):
        eligible = tidy.sheet.flag(f"rwm_{reached[0]}").notna()
    frame["elig_rwm"] = tidy.flag("elig_rwm", eligible).fillna(False).astype(bool)
    for name in reached:
        met = all_of(*(frame[f"{subject}_{name}"] for subject in subjects))
        tidy.flag(f"rwm_{name}", met.where(frame["elig_rwm"]))
