"""Invented key stage results of given pupils: the same pupil always gets the same results.

A pupil has a lasting ability and, for each assessment, luck. Together with the mean of the
pupil's SEN group (in the recipe) they make a latent score; at or above nought the expected
standard is met. All columns are in the layout of the GIAP download; see ``layouts``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from cla.demo.chance import normals, units
from cla.demo.recipe import value
from cla.demo.standing import LASTING, LUCK, absent_at_key_stage_1, knew_key_stage_1, latent
from cla.results.attainment8 import progress8

Frame = pd.DataFrame

PROGRESS_YEARS = (
    *("2015/16", "2016/17", "2017/18", "2018/19", "2021/22", "2022/23"),
    *("2025/26", "2026/27"),
)
P8_YEARS = ("2015/16", "2016/17", "2017/18", "2018/19", "2021/22", "2022/23", "2023/24")
_NOMINAL = {"PK6": 79, "PK5": 76, "PK4": 73, "PK3": 70, "PK2": 67, "PK1": 64, "EM": 60}
_WRITING = {"GDS": 113, "EXS": 103, "WTS": 91, **_NOMINAL}
_KS1_POINTS = {"GDS": 10.0, "EXS": 8.0, "WTS": 6.0, "PK4": 4.0, "PK3": 3.0, "PK2": 2.0, "PK1": 1.0}


def _banded(scores: np.ndarray, limits: list[tuple[float, str]], lowest: str) -> np.ndarray:
    """The first band whose limit a score reaches."""
    outcome = np.full(len(scores), lowest, dtype=object)
    for limit, name in sorted(limits):
        outcome[scores >= limit] = name
    return outcome


_PRE_KEY_STAGE = [(-1.75, "PK6"), (-2.0, "PK5"), (-2.3, "PK4"), (-2.6, "PK3"), (-2.9, "PK2")]


# ---- key stage 1 --------------------------------------------------------------------------------


def _ks1_outcomes(pupils: Frame) -> Frame:
    outcomes = {}
    for subject, shift in value("ks1.subject").items():
        score = latent(pupils, "ks1", subject, shift)
        if subject == "SCI":
            outcomes[subject] = np.where(score >= 0, "EXS", "HNM").astype(object)
            continue
        bands = [(1.5, "GDS"), (0.0, "EXS"), (-1.2, "WTS"), (-1.9, "PK4"), (-2.3, "PK3")]
        outcomes[subject] = _banded(score, [*bands, (-2.7, "PK2")], "PK1")
    return pd.DataFrame(outcomes, index=pupils.index)


def key_stage_1(pupils: Frame, academic_year: str) -> Frame:
    """READ_OUTCOME, WRIT_OUTCOME, MATH_OUTCOME, SCI_OUTCOME and the flags about them."""
    outcomes = _ks1_outcomes(pupils)
    absent = absent_at_key_stage_1(pupils, academic_year)
    frame = pd.DataFrame(index=pupils.index)
    for subject in ("READ", "WRIT", "MATH", "SCI"):
        frame[f"{subject}_OUTCOME"] = np.where(absent, "A", outcomes[subject])
    for subject in ("READ", "WRIT", "MAT", "SCI"):
        frame[f"DISC_{subject}"] = 0
    frame["NPDPUB"] = 1
    return frame


# ---- key stage 2 --------------------------------------------------------------------------------


def _shifts(academic_year: str) -> dict[str, float]:
    years = value("ks2.subject")
    shifts: dict[str, float] = years.get(academic_year, years["2022/23"])
    return shifts


def _test(frame: Frame, pupils: Frame, subject: str, academic_year: str, shift: float) -> None:
    """A test: outcome, scaled score, standards, and for those below it the teacher's assessment."""
    score = latent(pupils, "ks2", subject, shift)
    scaled = 100 + np.floor(score * 7.0).astype(int)
    below = scaled < 87
    absent = units(pupils["key"].to_numpy(), f"ks2 absent {academic_year}") < 0.012
    minimum = (scaled < 89) & ~below
    outcome = np.where(scaled >= 100, "AS", "NS").astype(object)
    outcome[below] = "B"
    outcome[absent] = "A"
    shown = np.minimum(scaled, 120).astype(str).astype(object)
    shown[minimum] = "N"
    shown[below | absent] = ""
    frame[f"{subject}OUTCOME"] = outcome
    frame[f"{subject}SCORE"] = shown
    sat = ~below & ~absent
    frame[f"{subject}EXP"] = (sat & (scaled >= 100)).astype(int)
    frame[f"{subject}HIGH"] = (sat & (scaled >= 110)).astype(int)
    if subject == "GPS":
        return
    assessed = _banded(score, _PRE_KEY_STAGE, "PK1")
    frame[f"{subject}TAOUTCOME"] = np.where(below & ~absent, assessed, "")
    points = np.minimum(scaled, 120).astype(float)
    points[minimum] = 79
    points[below] = pd.Series(assessed[below]).map(_NOMINAL).fillna(79).to_numpy(dtype=float)
    points[absent] = np.nan
    frame[f"KS2{subject}SCORE"] = points


def _assessed(frame: Frame, pupils: Frame, academic_year: str) -> None:
    """Writing and science, which teachers assess."""
    writing = latent(pupils, "ks2", "WRIT", _shifts(academic_year)["WRIT"])
    bands = [(1.75, "GDS"), (0.0, "EXS"), (-1.45, "WTS"), *_PRE_KEY_STAGE]
    frame["WRITTAOUTCOME"] = _banded(writing, bands, "PK1")
    science = latent(pupils, "ks2", "SCI", _shifts(academic_year)["SCI"])
    frame["SCITAOUTCOME"] = np.where(science >= 0, "EXS", "HNM")
    frame["WRITTAEXP"] = frame["WRITTAOUTCOME"].isin(["EXS", "GDS"]).astype(int)
    frame["WRITTADEPTH"] = (frame["WRITTAOUTCOME"] == "GDS").astype(int)
    frame["SCITAEXP"] = (frame["SCITAOUTCOME"] == "EXS").astype(int)
    frame["KS2WRITSCORE"] = frame["WRITTAOUTCOME"].map(_WRITING).astype(float)


def _ks1_points(pupils: Frame) -> Frame:
    outcomes = _ks1_outcomes(pupils)
    return pd.DataFrame(
        {
            name: outcomes[subject].map(_KS1_POINTS).astype(float)
            for name, subject in (("READ", "READ"), ("WRIT", "WRIT"), ("MAT", "MATH"))
        }
    )


def _years_before(academic_year: str, years: int) -> str:
    first = int(academic_year[:4]) - years
    return f"{first}/{(first + 1) % 100:02d}"


def _progress(frame: Frame, pupils: Frame, academic_year: str) -> None:
    """Progress from key stage 1, in the years that have it; estimates by prior attainment are
    invented."""
    points = _ks1_points(pupils)
    average = (points["READ"] + points["WRIT"] + 2 * points["MAT"]) / 4
    group = np.rint(average * 2).clip(1, 20)
    absent = absent_at_key_stage_1(pupils, _years_before(academic_year, 4))
    sat = knew_key_stage_1(pupils).to_numpy() & ~absent
    held = (academic_year in PROGRESS_YEARS) & sat
    for subject in ("READ", "WRIT", "MAT"):
        first, slope = value("ks2.estimate")[subject]
        score = frame[f"KS2{subject}SCORE"]
        estimate = (first + slope * group / 2).round(2)
        included = held & score.notna().to_numpy()
        progress = (score - estimate).where(included)
        frame[f"IN{subject}PROG"] = included.astype(int)
        frame[f"KS2{subject}SCORE"] = score.where(included)
        frame[f"KS2{subject}PRED_EM"] = estimate.where(included)
        frame[f"{subject}PROGSCORE_EM"] = progress.round(2)
        frame[f"{subject}PROGSCORE_EM_ADJUSTED"] = progress.clip(lower=-18.0).round(2)
        frame[f"KS1{subject}PS"] = points[subject].where(held)
    frame["KS1AVERAGE_GRP_P"] = group.where(held)
    band = np.where(average < 6, 1, np.where(average < 9, 2, 3))
    frame["KS1GROUP"] = np.where(held, band, 4)


def key_stage_2(pupils: Frame, academic_year: str) -> Frame:
    """Outcomes, scaled scores, denominators, standards and progress, one row a pupil."""
    frame = pd.DataFrame(index=pupils.index)
    for subject in ("READ", "MAT", "GPS"):
        _test(frame, pupils, subject, academic_year, _shifts(academic_year)[subject])
    _assessed(frame, pupils, academic_year)
    for part in ("READ", "MAT", "GPS", "WRITTA", "SCITA", "RWM"):
        frame[f"ELIG{part}"] = 1
        frame[f"VAL{part}"] = 1
        if part != "SCITA":
            frame[f"ELIG{part}LA"] = 1
    expected = frame["READEXP"] & frame["WRITTAEXP"] & frame["MATEXP"]
    frame["RWMEXP"] = expected
    frame["RWMHIGH"] = frame["READHIGH"] & frame["WRITTADEPTH"] & frame["MATHIGH"]
    _progress(frame, pupils, academic_year)
    return frame


# ---- key stage 4 --------------------------------------------------------------------------------


def _grades(pupils: Frame, level: np.ndarray, subject: str, easier: float = 0.0) -> np.ndarray:
    """Grades 9 to 0 around a pupil's level."""
    luck = normals(pupils["key"].to_numpy(), f"ks4 {subject}")
    return np.clip(np.rint(level + easier + 1.05 * luck), 0, 9)


def _level(pupils: Frame, academic_year: str) -> np.ndarray:
    """The mean grade that a pupil works at."""
    keys = pupils["key"].to_numpy()
    means = pupils["sen"].map(value("ks4")).to_numpy(dtype=float)
    means = np.where(pupils["uasc"].to_numpy(), value("ks4.uasc"), means)
    years = value("ks4.year")
    means = means + years.get(academic_year, years["2022/23"])
    spread = LASTING * normals(keys, "ability") + LUCK * normals(keys, "ks4")
    return np.asarray((means + value("ks4.sd") * spread) / 10)


def _prior(pupils: Frame) -> pd.Series:
    """The mean of reading and maths at key stage 2, for pupils who took it."""
    frame = pd.DataFrame(index=pupils.index)
    for subject, shift in value("ks2.prior").items():
        _test(frame, pupils, subject, "prior", shift)
    average = (frame["KS2READSCORE"] + frame["KS2MATSCORE"]) / 2
    known = (units(pupils["key"].to_numpy(), "ks2 known") < 0.94) & ~pupils["uasc"].to_numpy()
    return average.where(known)


def _slots(frame: Frame, pupils: Frame, academic_year: str) -> None:
    keys, level = pupils["key"].to_numpy(), _level(pupils, academic_year)
    shares = pupils["sen"].map(value("ks4.not_entered")).to_numpy(dtype=float)
    entered = (units(keys, "ks4 entered") >= shares) & (level > -0.6)
    english, literature = _grades(pupils, level, "ENG", 0.3), _grades(pupils, level, "LIT", 0.1)
    maths = _grades(pupils, level, "MAT", 0.1)
    both = units(keys, "ks4 both") < 0.84
    best = np.where(both, np.maximum(english, literature), english)
    frame["KS4_ENTBASICS"] = entered.astype(int)
    frame["KS4_APENG_91"] = np.where(entered, english, np.nan)
    frame["KS4_APELIT_91"] = np.where(entered & both, literature, np.nan)
    frame["KS4_APMAT_91"] = np.where(entered, maths, np.nan)
    frame["KS4_SLOT1ENG"] = entered * best * np.where(both, 2, 1)
    frame["KS4_SLOT2MAT"] = entered * maths * 2
    few = np.clip(np.rint(1.2 + level + 2 * units(keys, "ks4 entries")), 0, 3)
    ebacc = -np.sort([-_grades(pupils, level, f"EBACC{n}", -0.3) for n in range(3)], axis=0)
    other = -np.sort([-_grades(pupils, level, f"OPEN{n}", 0.15) for n in range(3)], axis=0)
    for n in range(3):
        frame[f"KS4_SLOT{3 + n}EBAC"] = entered * (few > n) * ebacc[n]
        frame[f"KS4_SLOT{6 + n}OPEN"] = entered * (few > n) * other[n]
    frame["KS4_EBACFILL"] = frame["KS4_OPENFILL"] = (entered * few).astype(int)
    frame["KS4_EBACSCR"] = frame[[f"KS4_SLOT{n}EBAC" for n in (3, 4, 5)]].sum(axis=1)
    frame["KS4_OPENSCR"] = frame[[f"KS4_SLOT{n}OPEN" for n in (6, 7, 8)]].sum(axis=1)
    elements = ["KS4_SLOT1ENG", "KS4_SLOT2MAT", "KS4_EBACSCR", "KS4_OPENSCR"]
    frame["KS4_ATT8"] = frame[elements].sum(axis=1)
    _basics(frame, entered * best, entered * maths)
    _ebacc(frame, pupils, level, entered * both * best, entered * maths)


def _basics(frame: Frame, english: np.ndarray, maths: np.ndarray) -> None:
    for grade in (4, 5):
        frame[f"KS4_GCSE_ENG_9{grade}"] = (english >= grade).astype(int)
        frame[f"KS4_GCSE_MATH_9{grade}"] = (maths >= grade).astype(int)
        frame[f"KS4_L2BASICS_9{grade}"] = ((english >= grade) & (maths >= grade)).astype(int)


def _ebacc(
    frame: Frame, pupils: Frame, level: np.ndarray, english: np.ndarray, maths: np.ndarray
) -> None:
    """Entry, achievement and average points of the English Baccalaureate."""
    slots = frame[["KS4_SLOT3EBAC", "KS4_SLOT4EBAC", "KS4_SLOT5EBAC"]].to_numpy()
    keys = pupils["key"].to_numpy()
    full = (english > 0) & (frame["KS4_EBACFILL"] == 3) & (level > 2.2)
    full &= units(keys, "ks4 ebacc") < 0.32
    language = np.where(full, _grades(pupils, level, "LAN", -0.4), 0)
    points = english + maths + slots[:, :2].sum(axis=1) + slots[:, 2] + language
    lowest = np.minimum(np.minimum(english, maths), slots.min(axis=1))
    for grade in (4, 5):
        met = full & (lowest >= grade) & (language >= grade)
        frame[f"KS4_EBACC_9{grade}"] = met.astype(int)
    frame["KS4_EBACC_E_PTQ_EE"] = full.astype(int)
    frame["KS4_EBACCAPS_PUPIL"] = (points / 6).round(2)
    grades = np.column_stack([english, maths, slots])
    frame["KS4_PASS_94"] = (grades >= 4).sum(axis=1)
    frame["KS4_PASS_91"] = (grades >= 1).sum(axis=1)


def _progress_8(frame: Frame, pupils: Frame, academic_year: str) -> None:
    average = _prior(pupils)
    if academic_year not in P8_YEARS:
        average = average * np.nan  # these pupils took no tests at key stage 2
    table = academic_year if academic_year >= "2021/22" else "2021/22"
    names = {
        "KS4_ATT8": "att8",
        "KS4_SLOT1ENG": "att8_eng",
        "KS4_SLOT2MAT": "att8_mat",
        "KS4_EBACSCR": "att8_ebacc",
        "KS4_OPENSCR": "att8_open",
    }
    worked = progress8(frame[list(names)].rename(columns=names), average, table)
    included = worked["p8"].notna()
    frame["KS4_KS2EMSS"] = average.where(included)
    frame["KS4_KS2EMSS_GRP"] = worked["prior_group"]
    band = pd.Series(np.where(average < 100, 1, np.where(average < 110, 2, 3)), index=frame.index)
    frame["KS4_PRIORBAND_PTQ_EE"] = band.where(included, 4)
    frame["KS4_ATT8_PRED"] = worked["att8_pred"]
    frame["KS4_INP8CALC"] = included.astype(int)
    frame["KS4_P8SCORE_ORIG"] = worked["p8"].round(3)
    frame["KS4_P8SCORE"] = worked["p8"].round(2)
    frame["KS4_P8ADJ"] = pd.Series(0, index=frame.index).where(included)
    for element, name in (("eng", "ENG"), ("mat", "MAT"), ("ebacc", "EBAC"), ("open", "OPEN")):
        frame[f"KS4_P8{name}"] = worked[f"p8_{element}"].round(2)


def key_stage_4(pupils: Frame, academic_year: str) -> Frame:
    """Attainment 8 with its slots, Progress 8 where the year has it, basics and EBacc."""
    frame = pd.DataFrame(index=pupils.index)
    _slots(frame, pupils, academic_year)
    _progress_8(frame, pupils, academic_year)
    frame["KS4_SENK"] = (pupils["sen"] == "K").astype(int)
    frame["KS4_SENE"] = (pupils["sen"] == "E").astype(int)
    frame["KS4_FSM6"] = frame["KS4_FSM6_P"] = pupils["fsm6"]
    frame["KS4_FLANG"] = (pupils["lang"] != "ENG").astype(int)
    for flag in ("ENDKS", "SCHRES", "LARES", "NATRES", "NATMTDRES", "NPDDEN_LA"):
        frame[f"KS4_{flag}"] = 1
    return frame
