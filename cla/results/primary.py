"""One tidy row a pupil: key stages 1 and 2 since 2015/16, in outcomes and scaled scores."""

from __future__ import annotations

import pandas as pd

from cla.files.sheet import Sheet
from cla.results.prior import BANDS, ks1_aps, ks1_points
from cla.results.tidy import Tidy, all_of, judged, tell_unknown

EXPECTED, HIGHER = 100, 110
"""Scaled scores of the expected and the higher standard."""
NOT_INCLUDED = ("202", "203")
"""Inclusion codes of "Check your performance measures": not at the end of key stage 2, left out."""


def key_stage_1(sheet: Sheet, academic_year: str) -> Tidy:
    """Outcomes by subject, elig_* (every outcome but a missing one), *_exp, *_gds and the three
    combined; points and their average where every subject has points."""
    del academic_year  # one framework since 2015/16
    tidy = Tidy(sheet)
    published = sheet.flag("in_national").fillna(True)
    for subject in ("read", "writ", "mat", "sci"):
        name = f"{subject}_outcome"
        tell_unknown(sheet, name, "ks1_ta")
        tidy.frame[name] = sheet.code(name)
        counted = judged(sheet, name, "ks1_ta", "counted").fillna(False) & published
        tidy.frame[f"elig_{subject}"] = counted.astype(bool)
        tidy.flag(f"{subject}_exp", judged(sheet, name, "ks1_ta", "met").where(counted))
        if subject != "sci":
            tidy.flag(f"{subject}_gds", judged(sheet, name, "ks1_ta", "higher").where(counted))
            tidy.frame[f"{subject}_points"] = ks1_points(tidy.frame[name])
    frame = tidy.frame
    subjects = ("read", "writ", "mat")
    frame["aps"] = ks1_aps(*(frame[f"{s}_points"] for s in subjects))
    frame["elig_rwm"] = frame[[f"elig_{s}" for s in subjects]].all(axis=1)
    tidy.flag("rwm_exp", all_of(*(frame[f"{s}_exp"] for s in subjects)).where(frame["elig_rwm"]))
    frame["elig"] = frame[[f"elig_{s}" for s in (*subjects, "sci")]].any(axis=1)
    return tidy


def key_stage_2(sheet: Sheet, academic_year: str) -> Tidy:
    """Outcomes, scaled scores, denominators (elig_*), standards and progress by subject.

    Denominators are the local authority's (ELIG*LA, else ELIG*), else by the outcome. Progress is
    the adjusted score, else the score before DfE's floor, else points less prediction; never
    guessed.
    """
    del academic_year  # one framework since 2015/16
    tidy = Tidy(sheet)
    included = ~sheet.code("included").isin(NOT_INCLUDED)
    _tests(tidy, included)
    _assessments(tidy, included)
    frame = tidy.frame
    eligible = all_of(*(frame[f"elig_{s}"] for s in ("read", "writ", "mat")))
    _eligible(tidy, "elig_rwm", eligible)
    frame["elig"] = frame["elig_rwm"]
    exp = all_of(*(frame[f"{s}_exp"] for s in ("read", "writ", "mat")))
    high = all_of(frame["read_high"], frame["writ_gds"], frame["mat_high"])
    tidy.flag("rwm_exp", exp.where(frame["elig_rwm"]))
    tidy.flag("rwm_high", high.where(frame["elig_rwm"]))
    _progress(tidy)
    _prior(tidy)
    return tidy


def _tests(tidy: Tidy, included: pd.Series) -> None:
    sheet, frame = tidy.sheet, tidy.frame
    for subject in ("read", "mat", "gps"):
        name = f"{subject}_outcome"
        tell_unknown(sheet, name, "ks2_test")
        frame[name] = sheet.code(name)
        scores = frame[f"{subject}_score"] = sheet.score(f"{subject}_score")
        counted = judged(sheet, name, "ks2_test", "counted").fillna(scores.notna())
        eligible = _eligible(tidy, f"elig_{subject}", counted & included)
        by_score = (scores >= EXPECTED).where(scores.notna()).astype("boolean")
        met = judged(sheet, name, "ks2_test", "met").fillna(by_score).fillna(False)
        tidy.flag(f"{subject}_exp", met.where(eligible))
        tidy.flag(f"{subject}_high", (scores >= HIGHER).astype("boolean").where(eligible))
    for name in ("read_ta_outcome", "mat_ta_outcome"):
        frame[name] = sheet.code(name)


def _assessments(tidy: Tidy, included: pd.Series) -> None:
    sheet, frame = tidy.sheet, tidy.frame
    for subject in ("writ", "sci"):
        name = f"{subject}_outcome"
        tell_unknown(sheet, name, "ks2_ta")
        frame[name] = sheet.code(name)
        counted = judged(sheet, name, "ks2_ta", "counted").fillna(False)
        eligible = _eligible(tidy, f"elig_{subject}", counted & included)
        tidy.flag(
            f"{subject}_exp", judged(sheet, name, "ks2_ta", "met").fillna(False).where(eligible)
        )
    greater = judged(sheet, "writ_outcome", "ks2_ta", "higher").fillna(False)
    tidy.flag("writ_gds", greater.where(frame["elig_writ"]))


def _eligible(tidy: Tidy, name: str, otherwise: pd.Series) -> pd.Series:
    """A denominator as plain booleans: DfE's flag, else ``otherwise``."""
    tidy.frame[name] = tidy.flag(name, otherwise.fillna(False)).fillna(False).astype(bool)
    return tidy.frame[name]


def _progress(tidy: Tidy) -> None:
    sheet, frame = tidy.sheet, tidy.frame
    for subject in ("read", "writ", "mat"):
        pred = frame[f"{subject}_pred"] = sheet.number(f"{subject}_pred")
        points = frame[f"{subject}_prog_points"] = sheet.number(f"{subject}_prog_points")
        unadjusted = sheet.number(f"{subject}_prog_unadjusted").fillna(points - pred)
        frame[f"{subject}_prog_unadjusted"] = unadjusted
        scores = tidy.number(f"{subject}_prog", unadjusted)
        included = sheet.flag(f"in_{subject}_prog").fillna(scores.notna())
        frame[f"in_{subject}_prog"] = included.astype(bool) & scores.notna()


def _prior(tidy: Tidy) -> None:
    """Key stage 1 of these pupils: outcomes, points, their average, DfE's band and group."""
    sheet, frame = tidy.sheet, tidy.frame
    points = []
    for subject in ("read", "writ", "mat"):
        outcome = frame[f"ks1_{subject}_outcome"] = sheet.code(f"ks1_{subject}_outcome")
        supplied = sheet.number(f"ks1_{subject}_points")
        frame[f"ks1_{subject}_points"] = supplied.fillna(ks1_points(outcome))
        points.append(frame[f"ks1_{subject}_points"])
    tidy.number("ks1_aps", ks1_aps(*points))
    tidy.copy("prior_group", "prior_band", how="digits")
    frame["prior"] = frame["prior_band"].map(BANDS).astype("str")
    lost = frame["ks1_aps"].isna() & frame[[f"ks1_{s}_outcome" for s in _KS1]].notna().all(axis=1)
    if lost.any():
        sheet.notices.append(
            f"{sheet.label}: no key stage 1 average for {lost.sum():,} of the pupils with key "
            "stage 1 outcomes: no points are held for PK1 to PK4, BLW, A, D and M."
        )


_KS1 = ("read", "writ", "mat")
