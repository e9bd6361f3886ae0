"""School characteristics of the invented pupils: the documented CSV, and as in DfE's files."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from cla.demo import schools
from cla.demo.chance import units
from cla.demo.days import day, text
from cla.demo.files import csv
from cla.demo.layouts import cells
from cla.demo.pupils import academic_year_of, pupils_of
from cla.demo.recipe import years
from cla.files import Upload

Frame = pd.DataFrame

SERVICE_CHILDREN = 0.004
_AMOUNTS = {"deprivation": 1_480, "service": 340, "looked_after": 2_570}
_IN_NO_CENSUS = "independent"  # independent schools make no pupil-level census


def _named(academic_year: str) -> str:
    return academic_year.replace("/", "-")


def _group(pupils: Frame) -> pd.Series:
    return pupils["year_group"].astype("str").replace({"0": "R"})


def _days(numbers: pd.Series) -> pd.Series:
    """Days as dd/mm/yyyy; nought is none."""
    return numbers.map(lambda number: text(int(number)) if number else "").astype("str")


def _premium(pupils: Frame) -> Frame:
    """The strands of the pupil premium: every looked-after child has that of looked-after ones."""
    service = units(pupils["key"].to_numpy(), "service child") < SERVICE_CHILDREN
    return pd.DataFrame(
        {
            "deprivation": pupils["fsm6"].astype(int),
            "service": service.astype(int),
            "adopted": 0,
            "looked_after": 1,
        },
        index=pupils.index,
    )


def _whole_year(pupils: Frame, year: int) -> Frame:
    """One row a pupil for the school at the end of the year, in the documented columns."""
    academic_year = academic_year_of(year)
    premium = _premium(pupils)
    attended = schools.attendance(pupils, pupils["phase"], year - 1)
    strands = {f"PP_{str(name).upper()}": cells(column) for name, column in premium.items()}
    known = pd.DataFrame(
        {
            "UPN": pupils["upn"],
            "ACADYR": academic_year,
            "DOB": pupils["dob"],
            "SEX": pupils["sex"],
            "FORMER_UPN": pupils["former_upn"],
            "ETHNICITY": pupils["ethnic"],
            "YEAR_GROUP": _group(pupils),
            "SEN_PROVISION": pupils["sen"],
            "SEN_NEED": pupils["need"],
            "SEN_NEED_2": pupils["need_2"],
            "FSM6": cells(pupils["fsm6"]),
            "DISADVANTAGED": "1",  # as every looked-after child is
            **strands,
            "LANG": pupils["lang"],
            "URN": pupils["urn"],
            "LAESTAB": pupils["laestab"],
            "SCHOOL_NAME": pupils["school"],
            "SCHOOL_PHASE": pupils["phase"],
            "NFTYPE": pupils["nftype"],
            "ENTRY_DATE": _days(pupils["entered"]),
            "LEAVING_DATE": "",
        }
    )
    return pd.concat([known, attended], axis=1)


def _left(rows: Frame, pupils: Frame, year: int) -> Frame:
    """The rows of the schools that some left during the year, with their part of the sessions."""
    gone = pupils["left"].to_numpy() > 0
    rows, pupils = rows[gone].copy(), pupils[gone]
    for column, source in (
        ("URN", "urn"),
        ("LAESTAB", "laestab"),
        ("SCHOOL_NAME", "school"),
        ("NFTYPE", "nftype"),
    ):
        rows[column] = pupils[f"from_{source}"]
    rows["ENTRY_DATE"] = _days(pupils["from_entered"])
    rows["LEAVING_DATE"] = _days(pupils["left"] - 1)
    part = (pupils["left"] - day(year - 1, 9, 4)) / 320  # of the school year, in days
    for column in ("SESSIONS_POSSIBLE", "SESSIONS_AUTHORISED", "SESSIONS_UNAUTHORISED"):
        rows[column] = np.floor(rows[column] * part).astype(int)
    for column in ("SUSPENSIONS", "DAYS_SUSPENDED", "PERMANENT_EXCLUSIONS"):
        rows[column] = 0
    return rows


@cache
def characteristics_files(la: str, share: float = 1.0) -> tuple[Upload, ...]:
    """School characteristics of an invented authority in the documented CSV, a file a year.

    Who changed school during the year has a row for each of the two.
    """
    files = []
    for year in years():
        pupils = pupils_of(la, year, share)
        rows = _whole_year(pupils, year)
        left = _left(rows, pupils, year)
        for column in ("SESSIONS_POSSIBLE", "SESSIONS_AUTHORISED", "SESSIONS_UNAUTHORISED"):
            rows[column] = rows[column].sub(left[column], fill_value=0).astype(int)
        whole = pd.concat([rows, left]).sort_index(kind="stable")
        whole = whole.apply(cells)
        files.append(csv(f"characteristics_{_named(academic_year_of(year))}.csv", whole))
    return tuple(files)


# ---- as DfE's service gives them ----------------------------------------------------------------

_FIRST = """
    PupilMatchingRef AcademicYear CensusTerm LA Estab LAEstab URN PHASE UPN FormerUPN Surname
    Forename MiddleNames PreferredSurname FormerSurname Sex DOB
"""
_LAST = """
    FSMeligible FSM_protected EVERFSM_6 EVERFSM_6_P Language HoursAtSetting FundedHours EnrolStatus
    EntryDate NCyearActual SENProvision PrimarySENeedsType SecondarySENType IDACI_S IDACI_R
"""
_TERMS = {
    "autumn": f"{_FIRST} {_LAST} ExtendedHours ExpandedHours DAFIndicator TLevelQualHrs "
    "TLevelNonqualHrs",
    "spring": f"{_FIRST} Ethnicity {_LAST} EYPPR EYPPBF ExtendedHours ExpandedHours DAFIndicator "
    "Funding_Basis_ECO Funding_Basis_HSD Funding_Basis_LAA",
    "summer": f"{_FIRST} Ethnicity {_LAST} ExtendedHours ExpandedHours DAFIndicator",
}
_CENSUS_DAYS = {"autumn": (0, 10, 5), "spring": (1, 1, 18), "summer": (1, 5, 17)}


def _term(pupils: Frame, year: int, term: str) -> Frame:
    """The census of one term; PHASE stays empty, since its codes are not public."""
    after, month, of_month = _CENSUS_DAYS[term]
    there = pupils["left"] > day(year - 1 + after, month, of_month)
    at = {
        name: pupils[name].mask(there, pupils[f"from_{name}"])
        for name in ("laestab", "urn", "entered")
    }
    keys = pupils["key"].to_numpy()
    score = 0.05 + 0.5 * units(keys, "idaci")
    known = {
        "PupilMatchingRef": pupils["key"].map(lambda key: f"{key:016X}"),
        "AcademicYear": f"{year - 1}/{year}",
        "CensusTerm": term.capitalize(),
        "LA": at["laestab"].str[:3],
        "Estab": at["laestab"].str[3:],
        "LAEstab": at["laestab"],
        "URN": at["urn"],
        "UPN": pupils["upn"],
        "FormerUPN": pupils["former_upn"],
        "Surname": "Pupil" + pupils["id"].astype("str"),
        "Forename": "Invented",
        "Sex": pupils["sex"],
        "DOB": pupils["dob"],
        "Ethnicity": pupils["ethnic"],
        "FSMeligible": cells(pupils["fsm6"]),
        "EVERFSM_6": cells(pupils["fsm6"]),
        "EVERFSM_6_P": cells(pupils["fsm6"]),
        "Language": pupils["lang"],
        "EnrolStatus": "C",
        "EntryDate": _days(at["entered"]),
        "NCyearActual": _group(pupils),
        "SENProvision": pupils["sen"],
        "PrimarySENeedsType": pupils["need"],
        "SecondarySENType": pupils["need_2"],
        "IDACI_S": cells(pd.Series(score.round(3), index=pupils.index)),
        "IDACI_R": cells(pd.Series((32_844 * (0.6 - score)).astype(int), index=pupils.index)),
    }
    return pd.DataFrame(
        {name: known.get(name, "") for name in _TERMS[term].split()}, index=pupils.index
    )


def _premium_list(pupils: Frame, year: int) -> Frame:
    """DfE's pupil premium list of the financial year, under the names that it shows."""
    strands = _premium(pupils)
    amount = sum(strands[name] * pounds for name, pounds in _AMOUNTS.items())
    return pd.DataFrame(
        {
            "UPN": pupils["upn"],
            "Surname": "Pupil" + pupils["id"].astype("str"),
            "Forename": "Invented",
            "Sex": pupils["sex"],
            "DOB": pupils["dob"],
            "NCYear": _group(pupils),
            "Deprivation Pupil Premium": cells(strands["deprivation"]),
            "Service Child Premium": cells(strands["service"]),
            "Adopted from Care Premium": cells(strands["adopted"]),
            "Looked After Premium": cells(strands["looked_after"]),
            "PupilPremiumFTE": "1",
            "PupilPremiumCashAmount": cells(pd.Series(amount, index=pupils.index)),
            "PupilPremiumFYStartDate": f"01/04/{year - 1}",
            "PupilPremiumFYEndDate": f"31/03/{year}",
            "LastFSM": "",
        }
    )


@cache
def census_files(la: str, share: float = 1.0) -> tuple[Upload, ...]:
    """The censuses of the three terms and the pupil premium lists, in the GIAP layout.

    They say the same as ``characteristics_files``, but for what DfE's files do not have.
    """
    files = []
    for year in years():
        named = _named(academic_year_of(year))
        pupils = pupils_of(la, year, share)
        pupils = pupils[pupils["phase"] != _IN_NO_CENSUS]
        for term in _TERMS:
            frame = _term(pupils, year, term)
            files.append(csv(f"census_{term}_results_{named}.csv", frame))
        files.append(csv(f"pp_search_results_{named}.csv", _premium_list(pupils, year)))
    return tuple(files)
