"""One tidy row a pupil: key stage 4 since 2016/17, in grades 9 to 1."""

from __future__ import annotations

import pandas as pd

from cla.files.sheet import Sheet, number_of
from cla.results.attainment8 import progress8, progress8_years
from cla.results.gcse import PILLARS, subjects
from cla.results.prior import BANDS, ks2_band
from cla.results.tidy import Tidy, all_of

ELEMENTS = ("att8_eng", "att8_mat", "att8_ebacc", "att8_open")
SLOTS = tuple(f"slot{number}" for number in range(3, 9))
"""The three slots of the EBacc element and the three of the open one."""
INCLUDED = "401"
FIRST_SCALED_PRIOR = "2021/22"
"""Before, the key stage 2 scores behind Progress 8 were levels, on another scale."""


def key_stage_4(sheet: Sheet, academic_year: str) -> Tidy:
    """Attainment 8 and its elements, Progress 8, basics, English, maths, EBacc, grades by subject.

    Progress 8 is DfE's score, else the score before the floor, else worked out from the year's
    published estimates.
    """
    tidy = Tidy(sheet)
    eligible(tidy)
    attainment_8(tidy)
    _basics(tidy)
    _ebacc(tidy)
    progress_8(tidy, academic_year)
    _passes(tidy)
    carried(tidy)
    return tidy


def eligible(tidy: Tidy) -> None:
    """``elig``: in the authority's denominator (NPDDEN_LA, else LARES, else ENDKS, else every row).

    A file of "Check your performance measures" has an inclusion code instead: 401 counts; what the
    others mean was not found, they do not count and are told.
    """
    sheet, frame = tidy.sheet, tidy.frame
    counted = sheet.flag("in_denominator").fillna(frame["in_authority"])
    included = sheet.code("included")
    counted = counted.fillna(sheet.flag("end_of_stage"))
    other = counted.isna() & included.notna() & ~included.eq(INCLUDED)
    counted = counted.fillna(included.eq(INCLUDED).where(included.notna()).astype("boolean"))
    if other.any():
        sheet.notices.append(
            f"{sheet.label}: {number_of(int(other.sum()), 'pupil')} with an inclusion code other "
            f"than {INCLUDED} ({sheet.where(other)}) not counted: what they mean is not known."
        )
    frame["elig"] = counted.fillna(True).astype(bool)


def attainment_8(tidy: Tidy) -> None:
    """The total, the four elements and the slots; an element or total from its parts where the file
    has only those."""
    sheet, frame = tidy.sheet, tidy.frame
    tidy.copy(*SLOTS)
    tidy.copy("att8_eng", "att8_mat")
    for element, slots in (("att8_ebacc", SLOTS[:3]), ("att8_open", SLOTS[3:])):
        tidy.number(element, frame[list(slots)].sum(axis=1, min_count=3))
    total = frame[list(ELEMENTS)].sum(axis=1, min_count=len(ELEMENTS))
    tidy.number("att8", total)
    tidy.copy("ebacc_filled", "open_filled", "att8_pred")
    tidy.add({f"{name}_pred": sheet.number(f"{name}_pred") for name in ELEMENTS})


def progress_8(tidy: Tidy, academic_year: str) -> None:
    """Progress 8, its elements, and the prior attainment it starts from."""
    sheet, frame = tidy.sheet, tidy.frame
    _prior(tidy, academic_year)
    worked = progress8(frame[["att8", *ELEMENTS]], frame["ks2_average"], academic_year)
    supplied = frame["p8_unadjusted"] = sheet.number("p8_unadjusted")
    scores = tidy.number("p8", supplied.fillna(worked["p8"]))
    from_estimates = sheet.number("p8").isna() & supplied.isna() & worked["p8"].notna()
    for element in ("p8_eng", "p8_mat", "p8_ebacc", "p8_open"):
        tidy.number(element, worked[element])
    frame["att8_pred"] = frame["att8_pred"].fillna(worked["att8_pred"])
    included = sheet.flag("in_p8").fillna(scores.notna())
    frame["in_p8"] = included.astype(bool) & scores.notna()
    if from_estimates.any() and academic_year in progress8_years():
        sheet.notices.append(
            f"{sheet.label}: Progress 8 of {number_of(int(from_estimates.sum()), 'pupil')} worked "
            f"out from DfE's published estimates for {academic_year}, without its floor on very "
            "low scores."
        )


def _prior(tidy: Tidy, academic_year: str) -> None:
    """Key stage 2 of these pupils; the band is DfE's, else by the mean scaled score."""
    sheet, frame = tidy.sheet, tidy.frame
    read, mat = sheet.number("ks2_read"), sheet.number("ks2_mat")
    scaled = academic_year >= FIRST_SCALED_PRIOR
    average = sheet.number("ks2_average").fillna((read + mat) / 2)
    frame["ks2_average"] = average if scaled else average.mask(average < 59)
    frame["ks2_read"], frame["ks2_mat"] = read, mat
    frame["ks2_level"] = sheet.number("ks2_level")
    tidy.copy("prior_group", "prior_band", how="digits")
    by_score = ks2_band(frame["ks2_average"])
    frame["prior"] = frame["prior_band"].map(BANDS).astype("str").fillna(by_score)


def carried(tidy: Tidy) -> None:
    """What pupil details show as it is: entries and the best grade of each subject of the file."""
    sheet = tidy.sheet
    tidy.copy("entries")
    grades = {f"grade_{code}": sheet.code(f"grade_{code}") for code in subjects()}
    tidy.add({name: given for name, given in grades.items() if given.notna().any()})


def _basics(tidy: Tidy) -> None:
    sheet = tidy.sheet
    tidy.copy("eng_grade", "lit_grade", "mat_grade", how="code")
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
    """The EBacc and its five pillars: entered, reached at grade 4 and at grade 5."""
    sheet, frame = tidy.sheet, tidy.frame
    tidy.copy("ebacc_entered", "ebacc_94", "ebacc_95", how="flag")
    tidy.copy("ebacc_aps")
    frame["level2_em"] = sheet.flag("fiveac_em")
    ends = ("entered", "94", "95")
    pillars = {
        f"pillar_{pillar}_{end}": sheet.flag(f"pillar_{pillar}_{end}")
        for pillar in PILLARS
        for end in ends
    }
    tidy.add(pillars)
    entered = tidy.frame[[f"pillar_{pillar}_entered" for pillar in PILLARS]]
    count = entered.fillna(False).sum(axis=1).astype("float64")
    tidy.frame["pillars_entered"] = count.where(entered.notna().all(axis=1))


def _passes(tidy: Tidy) -> None:
    frame = tidy.frame
    tidy.copy("passes", "passes_91")
    by_count = (frame["passes_91"] > 0).where(frame["passes_91"].notna())
    frame["any_pass"] = tidy.sheet.flag("any_pass").fillna(by_count)
