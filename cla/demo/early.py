"""Invented results of the assessments before key stage 2: early years, phonics, multiplication.

They rest on the same lasting ability as the key stages, so a child who does well in one tends to
do well in the next. Columns are those of the GIAP download without its prefixes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from cla.demo.chance import units
from cla.demo.recipe import value
from cla.demo.standing import knew_key_stage_1, latent

Frame = pd.DataFrame

GOALS = (
    *("COM_E01", "COM_E02", "PSE_E03", "PSE_E04", "PSE_E05", "PHY_E06", "PHY_E07"),
    *("LIT_E08", "LIT_E09", "LIT_E10", "MAT_E11", "MAT_E12"),
    *("UTW_E13", "UTW_E14", "UTW_E15", "EXP_E16", "EXP_E17"),
)
OLD_GOALS = (
    *("COM_G01", "COM_G02", "COM_G03", "PHY_G04", "PHY_G05", "PSE_G06", "PSE_G07", "PSE_G08"),
    *("LIT_G09", "LIT_G10", "MAT_G11", "MAT_G12", "UTW_G13", "UTW_G14", "UTW_G15"),
    *("EXP_G16", "EXP_G17"),
)
_FOR_GLD = 12  # the goals of the prime areas, literacy and mathematics come first
PASS_MARK, FULL_MARKS, CHECKED_AGAIN = 32, 25, 2


def early_years(pupils: Frame, academic_year: str) -> Frame:
    """The seventeen goals (1 emerging, 2 expected) and the good level of development."""
    del academic_year  # the profile has been the same since 2021/22
    overall = latent(pupils, "eyfsp", "profile", 0.0)
    keys = pupils["key"].to_numpy()
    goals = {}
    for goal in GOALS:
        easier = value("eyfsp.easier").get(goal[:3], 0.0)
        luck = value("eyfsp.luck") * (units(keys, f"eyfsp {goal}") - 0.5)
        goals[goal] = np.where(overall + easier + luck >= 0, 2, 1)
    frame = pd.DataFrame(goals, index=pupils.index)
    for goal in OLD_GOALS:
        frame[goal] = ""
    frame["GLD"] = (frame[list(GOALS[:_FOR_GLD])] == 2).all(axis=1).astype(int)
    frame["NPDPUB"] = 1
    return frame


def _met_phonics(pupils: Frame, year_group: int) -> tuple[np.ndarray, np.ndarray]:
    """Marks of 40 in a year group, and who is not entered (disapplied)."""
    shift = value("phonics.shift") + (0.35 if year_group == CHECKED_AGAIN else 0.0)
    score = latent(pupils, "phonics", f"year {year_group}", shift)
    below = np.maximum(31 + np.floor(score * 11), 0)
    marks = np.where(score >= 0, np.minimum(32 + np.floor(score * 6), 40), below)
    disapplied = (pupils["sen"] == "E").to_numpy() & (score < value("phonics.disapplied"))
    return marks.astype(int), disapplied


def takes_phonics(pupils: Frame) -> pd.Series:
    """Who takes the check: year 1, and those of year 2 who did not meet the standard in year 1."""
    group = pupils["year_group"]
    marks, disapplied = _met_phonics(pupils, 1)
    again = (marks < PASS_MARK) | disapplied
    known = knew_key_stage_1(pupils)
    return (group == 1) | ((group == CHECKED_AGAIN) & again & known)


def phonics(pupils: Frame, academic_year: str) -> Frame:
    """PHONICS_MARK and PHONICS_OUTCOME (Wa met, Wt not, A absent, D disapplied)."""
    first, disapplied_first = _met_phonics(pupils, 1)
    second, disapplied_second = _met_phonics(pupils, CHECKED_AGAIN)
    again = (pupils["year_group"] == CHECKED_AGAIN).to_numpy()
    marks = np.where(again, np.maximum(first, second), first)
    disapplied = np.where(again, disapplied_second, disapplied_first)
    absent = units(pupils["key"].to_numpy(), f"phonics absent {academic_year}") < 0.015
    outcome = np.where(marks >= PASS_MARK, "Wa", "Wt").astype(object)
    outcome[disapplied] = "D"
    outcome[absent] = "A"
    given = np.isin(outcome, ["Wa", "Wt"])
    return pd.DataFrame(
        {
            "NCYEARACTUAL": pupils["year_group"],
            "PHONICS_MARK": pd.Series(marks, index=pupils.index).where(given),
            "PHONICS_OUTCOME": outcome,
        },
        index=pupils.index,
    )


def multiplication(pupils: Frame, academic_year: str) -> Frame:
    """FormMark of 25; blank for those who did not take the check.

    The codes of PupilStatus and ReasonNotTakingCheck are not public, so both stay empty.
    """
    score = latent(pupils, "mtc", "tables", value("mtc.shift"))
    marks = np.clip(np.rint(value("mtc.mean") + value("mtc.spread") * score), 0, FULL_MARKS)
    out = (pupils["sen"] == "E").to_numpy() & (score < value("mtc.not_taken"))
    out |= units(pupils["key"].to_numpy(), f"mtc absent {academic_year}") < 0.02
    return pd.DataFrame(
        {
            "FormMark": pd.Series(marks, index=pupils.index).where(~out),
            "PupilStatus": "",
            "ReasonNotTakingCheck": "",
        },
        index=pupils.index,
    )
