"""Results in the layouts people receive: the GIAP download, and extracts of the National Pupil
Database.

The headings are those of the GIAP output, in its order; what neither the readers nor the reports
use is left out. An NPD extract has the same headings with the stage before each, and flags of its
own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

Frame = pd.DataFrame

_KS1 = """
    ACADYR PUPILMATCHINGREF KS1_ID UPN SURNAME FORENAMES DOB SEX LA LA_9Code ESTAB LAESTAB URN
    DISC_READ DISC_WRIT DISC_MAT DISC_SCI READ_OUTCOME WRIT_OUTCOME MATH_OUTCOME SCI_OUTCOME
    NPDPUB VERSION
"""
_KS2 = """
    ACADYR PupilMatchingRef CANDNO UPN SURNAME FORENAMES DOB YEARGRP SEX LA LA_9Code ESTAB
    LAESTAB NFTYPE URN ENDKS SCHRES LARES NATRES NATMTDRES NPDDEN_LA NPDDEN_NAT READOUTCOME
    MATOUTCOME GPSOUTCOME READSCORE MATSCORE GPSSCORE WRITTAOUTCOME SCITAOUTCOME MATTAOUTCOME
    READTAOUTCOME ELIGREAD ELIGWRITTA ELIGMAT ELIGREADLA ELIGGPSLA ELIGWRITTALA ELIGMATLA
    ELIGRWMLA ELIGSCITA ELIGGPS VALREAD VALWRITTA VALMAT VALSCITA VALGPS READEXP MATEXP GPSEXP
    READHIGH MATHIGH GPSHIGH WRITTAEXP SCITAEXP WRITTADEPTH ELIGRWM VALRWM RWMEXP RWMHIGH
    INREADPROG INWRITPROG INMATPROG KS1AVERAGE_GRP_P KS2READSCORE KS2WRITSCORE KS2MATSCORE
    KS2READPRED_EM KS2WRITPRED_EM KS2MATPRED_EM READPROGSCORE_EM WRITPROGSCORE_EM
    MATPROGSCORE_EM READPROGSCORE_EM_ADJUSTED WRITPROGSCORE_EM_ADJUSTED MATPROGSCORE_EM_ADJUSTED
    KS1READPS KS1WRITPS KS1MATPS EALGRP CLA_PP_1_DAY CLA_12_MONTHS SENTYPE KS1GROUP FSM6 FSM6_P
    VERSION
"""
_KS4 = """
    ACADYR PUPILMATCHINGREF UPN SURNAME FORENAMES DOB ACTYRGRP SEX LA LA_9CODE ESTAB LAESTAB URN
    NFTYPE ENDKS SCHRES LARES NATRES NATMTDRES NPDDEN_LA PASS_94 GCSE_ENG_94 GCSE_ENG_95
    GCSE_MATH_94 GCSE_MATH_95 EBACC_94 EBACC_95 EBACCAPS_PUPIL L2BASICS_94 L2BASICS_95
    EBACC_E_PTQ_EE PRIORBAND_PTQ_EE APELIT_91 APMAT_91 APENG_91 FSM6 FSM6_P SENK SENE FLANG
    SLOT1ENG SLOT2MAT SLOT3EBAC SLOT4EBAC SLOT5EBAC SLOT6OPEN SLOT7OPEN SLOT8OPEN ATT8 EBACFILL
    OPENFILL EBACSCR OPENSCR ATT8_PRED INP8CALC P8SCORE P8SCORE_ORIG P8ADJ P8ENG P8MAT P8EBAC
    P8OPEN PASS_91 ENTBASICS KS2EMSS KS2EMSS_GRP VERSION
"""
_EYFSP = """
    ACADYR PupilMatchingRef UPN SURNAME FORENAME DOB SEX LA LA_9Code ESTAB LAESTAB URN NFTYPE NPDPUB
    COM_G01 COM_G02 COM_G03 PHY_G04 PHY_G05 PSE_G06 PSE_G07 PSE_G08 LIT_G09 LIT_G10 MAT_G11 MAT_G12
    UTW_G13 UTW_G14 UTW_G15 EXP_G16 EXP_G17 COM_E01 COM_E02 PSE_E03 PSE_E04 PSE_E05 PHY_E06 PHY_E07
    LIT_E08 LIT_E09 LIT_E10 MAT_E11 MAT_E12 UTW_E13 UTW_E14 UTW_E15 EXP_E16 EXP_E17 GLD VERSION
"""
_PHONICS = """
    ACADYR PUPILMATCHINGREF ID UPN SURNAME FORENAMES SEX DOB LA ESTAB URN NCYEARACTUAL TOE_CODE
    PHONICS_MARK PHONICS_OUTCOME VERSION
"""
_MTC = """
    ACADYR PupilMatchingRef UPN Surname Forename Sex DOB LA LA_9Code ESTAB LAESTAB URN ToE_Code
    FormMark PupilStatus ReasonNotTakingCheck
"""
PREFIXES = {"eyfsp": "FSP_", "phonics": "Phonics_", "ks4": "KS4_"}
HEADINGS = {
    "eyfsp": tuple(f"FSP_{heading}" for heading in _EYFSP.split()),
    "phonics": tuple(f"Phonics_{heading}" for heading in _PHONICS.split()),
    "mtc": tuple(_MTC.split()),
    "ks1": tuple(_KS1.split()),
    "ks2": tuple(_KS2.split()),
    "ks4": tuple(f"KS4_{heading}" for heading in _KS4.split()),
}


def cells(column: pd.Series) -> pd.Series:
    """A column as text: whole numbers without a point, missing as empty."""
    if not pd.api.types.is_numeric_dtype(column):
        return column.fillna("").astype("str")
    numbers = column.to_numpy(dtype=float)
    whole = np.isnan(numbers) | (numbers == np.floor(numbers))
    shown = [
        "" if np.isnan(n) else (str(int(n)) if w else f"{n:.3f}".rstrip("0"))
        for n, w in zip(numbers, whole, strict=True)
    ]
    return pd.Series(shown, index=column.index, dtype="str")


def _number_then(pupils: Frame) -> pd.Series:
    """The UPN that each pupil had in this year group: some had another when they were younger."""
    if "former_upn" not in pupils:
        return pupils["upn"]
    return pupils["upn"].mask(pupils["year_group"] < pupils["renumbered"], pupils["former_upn"])


def identity(pupils: Frame, academic_year: str) -> Frame:
    """The columns that say who a pupil is and where, under GIAP's names without a prefix."""
    first, second = int(academic_year[:4]), int(academic_year[:4]) + 1
    reference = pupils["key"].map(lambda key: f"{key:016X}")
    return pd.DataFrame(
        {
            "ACADYR": f"{first}/{second}",
            "PUPILMATCHINGREF": reference,
            "KS1_ID": reference.str[:10],
            "ID": reference.str[:10],
            "CANDNO": pd.Series(range(4001, 4001 + len(pupils)), index=pupils.index).astype("str"),
            "UPN": _number_then(pupils),
            "SURNAME": "Pupil" + pupils["id"].astype("str"),
            "FORENAMES": "Invented",
            "FORENAME": "Invented",
            "DOB": pupils["dob"],
            "YEARGRP": pupils["year_group"],
            "ACTYRGRP": pupils["year_group"],
            "SEX": pupils["sex"],
            "LA": pupils["laestab"].str[:3],
            "LA_9CODE": "X06000" + pupils["laestab"].str[:3],
            "ESTAB": pupils["laestab"].str[3:],
            "LAESTAB": pupils["laestab"],
            "URN": pupils["urn"],
            "NFTYPE": pupils["nftype"],
            "TOE_CODE": pupils["toe"],
            "EALGRP": np.where(pupils["lang"] == "ENG", "1", "2"),
            "SENTYPE": pupils["need"],
            "FSM6": pupils["fsm6"],
            "FSM6_P": pupils["fsm6"],
            "CLA_PP_1_DAY": 1,
            "CLA_12_MONTHS": pupils["twelve_months"],
            "SEN": pupils["sen"],
            "VERSION": "R",
        },
        index=pupils.index,
    )


def laid_out(results: Frame, pupils: Frame, stage: str, academic_year: str, layout: str) -> Frame:
    """Results as a file has them: text, in the order of the GIAP download or with NPD's prefix."""
    known = identity(pupils, academic_year)
    stage_prefix = PREFIXES.get(stage, "")
    bare = results.rename(columns=lambda name: name.removeprefix("KS4_"))
    flags = {"ENDKS", "SCHRES", "LARES", "NATRES", "NATMTDRES", "NPDDEN_LA", "NPDDEN_NAT"}
    out: dict[str, pd.Series] = {}
    for heading in HEADINGS[stage]:
        name = heading.removeprefix(stage_prefix)
        if name in bare:
            out[heading] = cells(bare[name])
        elif name.upper() in known:
            out[heading] = cells(known[name.upper()])
        elif name in flags:
            out[heading] = pd.Series("1", index=pupils.index, dtype="str")
        else:
            raise KeyError(f"no such column of {stage} results: {heading}")
    frame = pd.DataFrame(out, index=pupils.index)
    if layout == "npd":
        prefix = f"{stage.upper()}_"  # here every stage has its own
        frame.columns = [f"{prefix}{heading.removeprefix(prefix)}" for heading in frame.columns]
        frame[f"{prefix}SENF"] = pupils["sen"]
        frame[f"{prefix}CLA_12_MONTHS"] = cells(pupils["twelve_months"])
    return frame
