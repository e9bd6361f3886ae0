"""Census downloads of the three terms and a pupil premium list, on a few rows."""

from __future__ import annotations

from cla.files import Upload

_SHARED = (
    "PupilMatchingRef,AcademicYear,CensusTerm,LA,Estab,LAEstab,URN,PHASE,UPN,FormerUPN,Surname,"
    "Forename,MiddleNames,PreferredSurname,FormerSurname,Sex,DOB"
)
_MIDDLE = (
    "FSMeligible,FSM_protected,EVERFSM_6,EVERFSM_6_P,Language,HoursAtSetting,FundedHours,"
    "EnrolStatus,EntryDate,NCyearActual,SENProvision,PrimarySENeedsType,SecondarySENType,"
    "IDACI_S,IDACI_R"
)
HEADINGS = {
    "autumn": f"{_SHARED},{_MIDDLE},ExtendedHours,ExpandedHours,DAFIndicator,TLevelQualHrs,"
    "TLevelNonqualHrs",
    "spring": f"{_SHARED},Ethnicity,{_MIDDLE},EYPPR,EYPPBF,ExtendedHours,ExpandedHours,"
    "DAFIndicator,Funding_Basis_ECO,Funding_Basis_HSD,Funding_Basis_LAA",
    "summer": f"{_SHARED},Ethnicity,{_MIDDLE},ExtendedHours,ExpandedHours,DAFIndicator",
}
PREMIUM = (
    "UPN,Surname,Forename,Sex,DOB,NCYear,Deprivation Pupil Premium,Service Child Premium,"
    "Adopted from Care Premium,Looked After Premium,PupilPremiumFTE,PupilPremiumCashAmount,"
    "PupilPremiumFYStartDate,PupilPremiumFYEndDate,LastFSM"
)

ANNA, BEN, CARA = "B801200005001", "H801200001001", "R674123101121"


def row(term: str, upn: str = ANNA, **values: str) -> str:
    """One row of a term: a pupil of year 5 at one school, changed by ``values``."""
    usual = {
        "PupilMatchingRef": "00FF",
        "AcademicYear": "2024/2025",
        "CensusTerm": term.capitalize(),
        "LA": "801",
        "Estab": "2001",
        "LAEstab": "8012001",
        "URN": "900001",
        "PHASE": "PS",
        "UPN": upn,
        "Surname": "Lark",
        "Forename": "Anna",
        "Sex": "F",
        "DOB": "03/02/2015",
        "FSMeligible": "0",
        "EVERFSM_6_P": "1",
        "Language": "ENG",
        "EnrolStatus": "C",
        "EntryDate": "04/09/2019",
        "NCyearActual": "5",
        "SENProvision": "K",
        "PrimarySENeedsType": "SEMH",
        "IDACI_S": "0.25",
        "IDACI_R": "9000",
    } | values
    return ",".join(usual.get(heading, "") for heading in HEADINGS[term].split(","))


def census(term: str, *rows: str, tab: bool = False, heading: str | None = None) -> Upload:
    """A term's census file."""
    content = "\n".join([heading or HEADINGS[term], *rows, ""])
    if tab:
        return Upload(f"census_{term}_results.tab", content.replace(",", "\t").encode())
    return Upload(f"census_{term}_results.csv", content.encode())


def premium(*rows: str) -> Upload:
    """A pupil premium list."""
    return Upload("pp_search_results.csv", "\n".join([PREMIUM, *rows, ""]).encode())
