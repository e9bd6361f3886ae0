"""What the stages share: DfE's own flag where the file has one, computed where it has not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from cla import reference, upn
from cla.files import Table
from cla.files.sheet import Sheet

IDENTITY = (
    "upn",
    "upn_grade",
    "dob",
    "sex",
    "surname",
    "forenames",
    "laestab",
    "urn",
    "school_type",
    "year_group",
    "academic_year",
    "sen",
    "sen_need",
    "fsm6",
    "eal",
    "cla_12_months",
    "in_national",
    "in_authority",
    "in_school",
)
_SEN = {"N": "N", "0": "N", "K": "K", "A": "K", "P": "K", "E": "E", "S": "E"}


class Tidy:
    """The tidy frame of a stage while it is put together, and where each flag came from."""

    def __init__(self, sheet: Sheet):
        self.sheet = sheet
        self.frame = identity(sheet)
        self.flags: dict[str, str] = {}
        self._computed = pd.Series(False, index=sheet.index)

    def copy(self, *names: str, how: str = "number") -> None:
        """Carry fields over as they are read by a method of the sheet."""
        for name in names:
            self.frame[name] = getattr(self.sheet, how)(name)

    def add(self, columns: Mapping[str, pd.Series]) -> None:
        """Columns beside those there are, in one go: key stage 4 has a hundred."""
        self.frame = pd.concat([self.frame, pd.DataFrame(dict(columns))], axis=1)

    def flag(self, name: str, otherwise: pd.Series) -> pd.Series:
        """DfE's flag of this name where the file has it, ``otherwise`` (nullable boolean)
        elsewhere."""
        return self._prefer(name, self.sheet.flag(name), otherwise.astype("boolean"))

    def number(self, name: str, otherwise: pd.Series) -> pd.Series:
        """DfE's number of this name where the file has it, ``otherwise`` elsewhere."""
        return self._prefer(name, self.sheet.number(name), otherwise.astype("float64"))

    def _prefer(self, name: str, supplied: pd.Series, otherwise: pd.Series) -> pd.Series:
        filled = supplied.isna() & otherwise.notna()
        self.flags[name] = "file" if supplied.notna().any() else "computed"
        self._computed |= filled
        self.frame[name] = supplied.fillna(otherwise)
        return self.frame[name]

    def finished(self) -> pd.DataFrame:
        """The frame in one piece, with flags_from: "file" only where nothing of the row had to be
        computed."""
        self.frame = self.frame.copy()
        self.frame["flags_from"] = self._computed.map({True: "computed", False: "file"}).astype(
            "str"
        )
        return self.frame


def identity(sheet: Sheet) -> pd.DataFrame:
    """Who the pupil is and where: the columns every stage has (IDENTITY), missing where the file
    lacks them."""
    clean, grades = upn.grade(sheet.text("upn"))
    frame = pd.DataFrame(index=sheet.index)
    frame["upn"] = clean.where(grades.isin(upn.MATCHABLE))
    frame["upn_grade"] = grades
    frame["dob"] = sheet.date("dob")
    frame["sex"] = sheet.sex().astype("str")
    frame["surname"] = sheet.text("surname")
    frame["forenames"] = sheet.text("forenames")
    frame["laestab"] = sheet.digits("laestab").fillna(_laestab(sheet))
    for name in ("urn", "school_type"):
        frame[name] = sheet.digits(name)
    frame["year_group"] = sheet.text("year_group")
    frame["academic_year"] = sheet.academic_years().astype("str")
    frame["sen"] = _sen(sheet)
    frame["sen_need"] = sheet.code("sen_need")
    frame["fsm6"] = sheet.flag("fsm6")
    frame["eal"] = _eal(sheet)
    for name in ("cla_12_months", "in_national", "in_authority", "in_school"):
        frame[name] = sheet.flag(name)
    return frame[list(IDENTITY)]


def _laestab(sheet: Sheet) -> pd.Series:
    """The seven digits from the authority and the establishment, for files that only have those."""
    la, estab = sheet.digits("la"), sheet.digits("estab")
    whole = la.str.len().eq(3) & estab.str.len().le(4)
    return (la + estab.str.zfill(4)).where(whole)


def _sen(sheet: Sheet) -> pd.Series:
    """N none, K support, E plan; from the provision code, or from the two flags of key stage 4."""
    provision = sheet.code("sen").map(_SEN).astype("str")
    support, plan = sheet.flag("senk"), sheet.flag("sene")
    from_flags = pd.Series(None, index=sheet.index, dtype="str")
    from_flags = from_flags.mask((support.notna() | plan.notna()).astype(bool), "N")
    from_flags = from_flags.mask(support.fillna(False).astype(bool), "K")
    from_flags = from_flags.mask(plan.fillna(False).astype(bool), "E")
    return provision.fillna(from_flags)


def _eal(sheet: Sheet) -> pd.Series:
    grouped = sheet.text("eal_group").map({"1": False, "2": True}).astype("boolean")
    spoken = sheet.code("lang").map({"ENG": False, "ENB": False, "OTH": True, "OTB": True})
    return grouped.fillna(sheet.flag("eal")).fillna(spoken.astype("boolean"))


def with_whole_years(sheet: Sheet, academic_year: str) -> Sheet:
    """The sheet with births written dd/mm/yy brought to whole years.

    "Check your performance measures" writes them so. A pupil is at most 20 when the year ends, so
    the century is certain.
    """
    (heading,) = sheet.columns.get("dob", ("",))[:1]
    if not heading:
        return sheet
    parts = sheet.frame[heading].str.extract(r"^(\d\d/\d\d/)(\d\d)$")
    last = int(academic_year[:4]) + 1
    this_century = pd.to_numeric(parts[1]) + 2000 <= last
    century = this_century.map({True: "20", False: "19"})
    dates = (parts[0] + century + parts[1]).where(parts[0].notna())
    frame = sheet.frame.assign(**{heading: dates.fillna(sheet.frame[heading])})
    table = Table(sheet.label, tuple(frame.columns), frame, sheet.lines, tuple(sheet.notices))
    return Sheet(sheet.label, table, sheet.columns)


@cache
def outcomes(code_set: str) -> pd.DataFrame:
    """The outcome codes of a set, by code: label, counted, met, higher (booleans)."""
    table = reference.table("attainment", "outcomes.csv")
    table = table[table["code_set"] == code_set].set_index("code")
    result = table[["counted", "met", "higher"]] == "1"
    result.insert(0, "label", table["label"])
    return result


def judged(sheet: Sheet, name: str, code_set: str, aspect: str) -> pd.Series:
    """Whether each outcome is "counted", "met" or "higher"; missing for a blank or unknown code."""
    return sheet.code(name).map(outcomes(code_set)[aspect]).astype("boolean")


def tell_unknown(sheet: Sheet, name: str, code_set: str) -> None:
    """A notice of outcome codes that are not in the code list."""
    given = sheet.code(name)
    unknown = given.notna() & ~given.isin(outcomes(code_set).index)
    if unknown.any():
        codes = ", ".join(sorted(set(given[unknown].str.slice(0, 6)))[:5])
        heading = sheet.columns[name][0]
        sheet.notices.append(
            f"{sheet.label}, column {heading}: not an outcome code ({codes}) on "
            f"{sheet.where(unknown)}; "
            "the result is not counted."
        )


def all_of(*flags: pd.Series) -> pd.Series:
    """True when all are, False when one is not, missing when that cannot be known."""
    result = flags[0].astype("boolean")
    for flag in flags[1:]:
        result = result & flag.astype("boolean")
    return result
