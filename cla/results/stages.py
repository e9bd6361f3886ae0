"""One tidy row a pupil: KS1 and KS2 from 2015/16, KS4 from 2016/17 (grades 9 to 1)."""

from __future__ import annotations

import pandas as pd

from cla.files.sheet import Sheet, number_of
from cla.results.attainment8 import progress8, progress8_years
from cla.results.tidy import Tidy, all_of, judged, tell_unknown

FIRST_YEAR = {"ks1": "2015/16", "ks2": "2015/16", "ks4": "2016/17"}
_ELEMENTS = ("att8_eng", "att8_mat", "att8_ebacc", "att8_open")


def key_stage_1(sheet: Sheet, academic_year: str) -> Tidy:
    """Outcomes by subject, elig_* (every outcome but a missing one), *_exp, *_gds and the three
    combined."""
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
    frame = tidy.frame
    subjects = ("read", "writ", "mat")
    frame["elig_rwm"] = frame[[f"elig_{s}" for s in subjects]].all(axis=1)
    tidy.flag("rwm_exp", all_of(*(frame[f"{s}_exp"] for s in subjects)).where(frame["elig_rwm"]))
    frame["elig"] = frame[[f"elig_{s}" for s in (*subjects, "sci")]].any(axis=1)
    return tidy


def key_stage_2(sheet: Sheet, academic_year: str) -> Tidy:
    """Outcomes, scaled scores, denominators (elig_*), standards and progress by subject.

    Denominators are the local authority's (ELIG*LA, else ELIG*). Progress is the adjusted score,
    else the score before DfE's floor, else points less prediction; never guessed.
    """
    del academic_year  # one framework since 2015/16
    tidy = Tidy(sheet)
    _tests(tidy)
    _assessments(tidy)
    frame = tidy.frame
    eligible = all_of(*(frame[f"elig_{s}"] for s in ("read", "writ", "mat")))
    _eligible(tidy, "elig_rwm", eligible)
    frame["elig"] = frame["elig_rwm"]
    exp = all_of(*(frame[f"{s}_exp"] for s in ("read", "writ", "mat")))
    high = all_of(frame["read_high"], frame["writ_gds"], frame["mat_high"])
    tidy.flag("rwm_exp", exp.where(frame["elig_rwm"]))
    tidy.flag("rwm_high", high.where(frame["elig_rwm"]))
    _progress(tidy)
    tidy.copy("prior_group", "prior_band", how="digits")
    return tidy


def _tests(tidy: Tidy) -> None:
    sheet, frame = tidy.sheet, tidy.frame
    for subject in ("read", "mat", "gps"):
        name = f"{subject}_outcome"
        tell_unknown(sheet, name, "ks2_test")
        frame[name] = sheet.code(name)
        scores = frame[f"{subject}_score"] = sheet.score(f"{subject}_score")
        counted = judged(sheet, name, "ks2_test", "counted")
        eligible = _eligible(tidy, f"elig_{subject}", counted.fillna(scores.notna()))
        by_score = (scores >= 100).where(scores.notna()).astype("boolean")
        met = judged(sheet, name, "ks2_test", "met").fillna(by_score).fillna(False)
        tidy.flag(f"{subject}_exp", met.where(eligible))
        tidy.flag(f"{subject}_high", (scores >= 110).astype("boolean").where(eligible))
        _tell_disagreement(sheet, subject, scores)
    for name in ("read_ta_outcome", "mat_ta_outcome"):
        frame[name] = sheet.code(name)


def _assessments(tidy: Tidy) -> None:
    sheet, frame = tidy.sheet, tidy.frame
    for subject in ("writ", "sci"):
        name = f"{subject}_outcome"
        tell_unknown(sheet, name, "ks2_ta")
        frame[name] = sheet.code(name)
        counted = judged(sheet, name, "ks2_ta", "counted").fillna(False)
        eligible = _eligible(tidy, f"elig_{subject}", counted)
        tidy.flag(
            f"{subject}_exp", judged(sheet, name, "ks2_ta", "met").fillna(False).where(eligible)
        )
    greater = judged(sheet, "writ_outcome", "ks2_ta", "higher").fillna(False)
    tidy.flag("writ_gds", greater.where(frame["elig_writ"]))


def _eligible(tidy: Tidy, name: str, otherwise: pd.Series) -> pd.Series:
    """A denominator as plain booleans: DfE's flag, else ``otherwise``."""
    tidy.frame[name] = tidy.flag(name, otherwise.fillna(False)).fillna(False).astype(bool)
    return tidy.frame[name]


def _tell_disagreement(sheet: Sheet, subject: str, scores: pd.Series) -> None:
    outcome = sheet.code(f"{subject}_outcome")
    differ = (outcome.eq("AS") & (scores < 100)) | (outcome.eq("NS") & (scores >= 100))
    if differ.any():
        sheet.notices.append(
            f"{sheet.label}: outcome and scaled score disagree in "
            f"{sheet.columns[f'{subject}_outcome'][0]} on {sheet.where(differ)}; the outcome is "
            "used."
        )


def _progress(tidy: Tidy) -> None:
    sheet, frame = tidy.sheet, tidy.frame
    for subject in ("read", "writ", "mat"):
        pred = frame[f"{subject}_pred"] = sheet.number(f"{subject}_pred")
        points = frame[f"{subject}_prog_points"] = sheet.number(f"{subject}_prog_points")
        frame[f"ks1_{subject}_points"] = sheet.number(f"ks1_{subject}_points")
        unadjusted = sheet.number(f"{subject}_prog_unadjusted").fillna(points - pred)
        scores = tidy.number(f"{subject}_prog", unadjusted)
        included = sheet.flag(f"in_{subject}_prog").fillna(scores.notna())
        frame[f"in_{subject}_prog"] = included.astype(bool) & scores.notna()


def key_stage_4(sheet: Sheet, academic_year: str) -> Tidy:
    """Attainment 8 and its elements, Progress 8, basics, English, maths, EBacc; one row a pupil.

    ``elig``: in the authority's denominator (NPDDEN_LA, else LARES, else ENDKS, else every row).
    Progress 8 is DfE's score, else the score before the floor, else worked out from the year's
    published estimates.
    """
    tidy = Tidy(sheet)
    frame = tidy.frame
    eligible = sheet.flag("in_denominator").fillna(frame["in_authority"])
    frame["elig"] = eligible.fillna(sheet.flag("end_of_stage")).fillna(True).astype(bool)
    _attainment8(tidy)
    _basics(tidy)
    _ebacc(tidy)
    _progress8(tidy, academic_year)
    tidy.copy("eng_grade", "lit_grade", "mat_grade", how="code")
    tidy.copy("passes", "passes_91", "entries")
    frame["any_pass"] = sheet.flag("any_pass").fillna(
        (frame["passes_91"] > 0).where(frame["passes_91"].notna())
    )
    return tidy


def _attainment8(tidy: Tidy) -> None:
    sheet, frame = tidy.sheet, tidy.frame
    slots = [sheet.number(f"slot{number}") for number in range(3, 9)]
    tidy.copy("att8_eng", "att8_mat")
    tidy.number("att8_ebacc", slots[0] + slots[1] + slots[2])
    tidy.number("att8_open", slots[3] + slots[4] + slots[5])
    total = frame[list(_ELEMENTS)].sum(axis=1, min_count=len(_ELEMENTS))
    tidy.number("att8", total)
    differ = (frame["att8"] - total).abs() > 0.015  # DfE prints two decimals
    if differ.any():
        sheet.notices.append(
            f"{sheet.label}: the four elements do not add up to Attainment 8 on "
            f"{sheet.where(differ)}; "
            "the total of the file is used."
        )
    tidy.copy("ebacc_filled", "open_filled", "att8_pred")


def _basics(tidy: Tidy) -> None:
    sheet = tidy.sheet
    for grade in (4, 5):
        english = _at_least(sheet, grade, "eng_grade", "lit_grade")
        maths = _at_least(sheet, grade, "mat_grade")
        eng = tidy.flag(f"eng_9{grade}", english)
        mat = tidy.flag(f"mat_9{grade}", maths)
        tidy.flag(f"basics_9{grade}", all_of(eng, mat))


def _at_least(sheet: Sheet, grade: int, *names: str) -> pd.Series:
    """Whether the better of these grades 9 to 1 reaches ``grade``; missing if the file has none of
    them.

    In a file that has the columns, a blank is a subject not taken and so not reached.
    """
    held = [name for name in names if sheet.has(name)]
    if not held:
        return pd.Series(None, index=sheet.index, dtype="boolean")
    grades = [pd.to_numeric(sheet.code(name), errors="coerce").astype("float64") for name in held]
    return (pd.concat(grades, axis=1).max(axis=1) >= grade).astype("boolean")


def _ebacc(tidy: Tidy) -> None:
    tidy.copy("ebacc_entered", "ebacc_94", "ebacc_95", how="flag")
    tidy.copy("ebacc_aps")


def _progress8(tidy: Tidy, academic_year: str) -> None:
    sheet, frame = tidy.sheet, tidy.frame
    read, mat = sheet.number("ks2_read"), sheet.number("ks2_mat")
    average = frame["ks2_average"] = sheet.number("ks2_average").fillna((read + mat) / 2)
    worked = progress8(frame[["att8", *_ELEMENTS]], average, academic_year)
    supplied = sheet.number("p8_unadjusted")
    scores = tidy.number("p8", supplied.fillna(worked["p8"]))
    from_estimates = sheet.number("p8").isna() & supplied.isna() & worked["p8"].notna()
    for element in ("p8_eng", "p8_mat", "p8_ebacc", "p8_open"):
        tidy.number(element, worked[element])
    frame["att8_pred"] = frame["att8_pred"].fillna(worked["att8_pred"])
    included = sheet.flag("in_p8").fillna(scores.notna())
    frame["in_p8"] = included.astype(bool) & scores.notna()
    tidy.copy("prior_group", "prior_band", how="digits")
    if from_estimates.any() and academic_year in progress8_years():
        sheet.notices.append(
            f"{sheet.label}: Progress 8 of {number_of(int(from_estimates.sum()), 'pupil')} worked "
            f"out from DfE's published estimates for {academic_year}, without its floor on very "
            "low scores."
        )


STAGE_TABLES = {"ks1": key_stage_1, "ks2": key_stage_2, "ks4": key_stage_4}
