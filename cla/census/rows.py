"""The rows of one file and academic year: text turned into facts, and what would not turn."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cla import upn
from cla.census import codes
from cla.census.fields import CENSUS, CSV, PREMIUM, plain
from cla.files.sheet import Sheet, line_list, number_of

TERMS = ("autumn", "spring", "summer")
YEARLY = ""
"""The term of a row that is of the whole year."""

STRANDS = ("pp_deprivation", "pp_service", "pp_adopted", "pp_looked_after")
SESSIONS = ("sessions_possible", "sessions_authorised", "sessions_unauthorised")
TIMES = ("suspensions", "days_suspended", "permanent_exclusions")

_PROVISION = {"N": "N", "0": "N", "K": "K", "A": "K", "P": "K", "E": "E", "S": "E"}
_WELL_FORMED = (upn.PERMANENT, upn.TEMPORARY, upn.BAD_LETTER)
_LANGUAGE_UNKNOWN = ("NOT", "REF", "ZZZ", "NOBT")
_ENGLISH = ("ENG", "ENB", "ENGLISH")


@dataclass(frozen=True)
class Rows:
    """Rows of one file and year: typed, with the term and the line of each."""

    sort: str
    label: str
    frame: pd.DataFrame
    notices: tuple[str, ...]
    read: int
    masked: int
    left_out: int


def typed(sheet: Sheet, sort: str) -> Rows:
    """Every usable row with its facts; rows without a usable UPN are counted and named."""
    clean, grades = upn.grade(sheet.text("upn"))
    frame = pd.DataFrame(
        {
            "upn": clean.where(grades.isin(upn.MATCHABLE)),
            "upn_grade": grades,
            "term": _terms(sheet, sort),
            "dob": sheet.date("dob"),
            "sex": sheet.sex().astype("str"),
            "former_upn": _former(sheet, clean),
            **_needs(sheet),
            **_premium(sheet, sort),
            **_school(sheet),
            **_attendance(sheet),
            "line": sheet.lines,
        }
    )
    masked = grades == upn.MASKED
    unusable = frame["upn"].isna() & ~masked
    _tell_lost(sheet, masked, unusable)
    return Rows(
        sort,
        sheet.label,
        frame[frame["upn"].notna()],
        tuple(sheet.notices),
        len(frame),
        int(masked.sum()),
        int(unusable.sum()),
    )


def _tell_lost(sheet: Sheet, masked: pd.Series, unusable: pd.Series) -> None:
    for lost, words in ((masked, "with a masked UPN (asterisks)"), (unusable, _UNUSABLE)):
        if lost.any():
            sheet.notices.append(
                f"{sheet.label}: {number_of(int(lost.sum()), 'row')} {words} cannot be matched and "
                f"left out ({sheet.where(lost)})."
            )


_UNUSABLE = "without a usable UPN"


def _terms(sheet: Sheet, sort: str) -> pd.Series:
    """autumn, spring or summer; empty for a row of the whole year."""
    if sort == PREMIUM:
        return pd.Series(YEARLY, index=sheet.index, dtype="str")
    given = sheet.code("term")
    term = pd.Series(None, index=sheet.index, dtype="str")
    for name in TERMS:
        term = term.mask(given.str.startswith(name[:3].upper()).fillna(False).astype(bool), name)
    otherwise = _term_of_layout(sheet) if sort == CENSUS else YEARLY
    if sort == CSV:
        sheet.tell(given.notna() & term.isna(), "term", "Autumn, Spring or Summer")
    return term.fillna(otherwise)


def _term_of_layout(sheet: Sheet) -> str:
    """The term whose census has these columns: each term's file has some of its own."""
    held = {plain(heading) for heading in sheet.frame.columns}
    if held & {"EYPPR", "EYPPBF", "FUNDING_BASIS_ECO"}:
        return "spring"
    return "summer" if "ETHNICITY" in held else "autumn"


def _former(sheet: Sheet, own: pd.Series) -> pd.Series:
    clean, grades = upn.grade(sheet.text("former_upn"))
    odd = ~grades.isin([*_WELL_FORMED, upn.BLANK])
    sheet.tell(odd, "former_upn", "a UPN")
    return clean.where(grades.isin(_WELL_FORMED) & (clean != own))


def _needs(sheet: Sheet) -> dict[str, pd.Series]:
    """What the school knows of the pupil: year group, SEN, free meals, language."""
    language = sheet.code("language")
    known = language.notna() & ~language.isin(_LANGUAGE_UNKNOWN)
    return {
        "ethnic": sheet.code("ethnic"),
        "year_group": _year_group(sheet),
        "sen": _provision(sheet),
        "sen_need": _need(sheet, "sen_need"),
        "sen_need_2": _need(sheet, "sen_need_2"),
        "fsm": sheet.flag("fsm"),
        "fsm6": sheet.flag("fsm6"),
        "language": language,
        "eal": (~language.isin(_ENGLISH)).astype("boolean").where(known),
        "idaci_score": sheet.number("idaci_score"),
        "idaci_rank": sheet.number("idaci_rank"),
    }


def _year_group(sheet: Sheet) -> pd.Series:
    """N1, N2, R, 1 to 14 or X; reception may be written 0."""
    group = sheet.code("year_group").str.replace(r"^0+(?=.)", "", regex=True)
    group = group.mask(group == "0", "R")
    fits = group.isin(["N1", "N2", "R", "X", *map(str, range(1, 15))])
    sheet.tell(group.notna() & ~fits, "year_group", "R, 1 to 14, N1, N2 or X")
    return group.where(fits)


def _provision(sheet: Sheet) -> pd.Series:
    given = sheet.code("sen")
    sheet.tell(given.notna() & ~given.isin(list(_PROVISION)), "sen", "N, K or E")
    return given.map(_PROVISION).astype("str")


def _need(sheet: Sheet, name: str) -> pd.Series:
    """The type of need as sent; a code that is in no list is kept and told."""
    given = sheet.code(name)
    odd = given.notna() & ~given.isin(list(codes.labels("sen_need")))
    if odd.any():
        heading = sheet.columns[name][0]
        sheet.notices.append(
            f"{sheet.label}, column {heading}: {number_of(int(odd.sum()), 'value')} not in the "
            f"list of SEN types, kept as sent ({sheet.where(odd)})."
        )
    return given


def _premium(sheet: Sheet, sort: str) -> dict[str, pd.Series]:
    """The strands of the pupil premium. DfE's list has amounts; above 0 the pupil has it."""
    found: dict[str, pd.Series] = {"disadvantaged": sheet.flag("disadvantaged")}
    for name in STRANDS:
        if sort == PREMIUM:
            amount = sheet.number(name)
            found[name] = (amount > 0).astype("boolean").where(amount.notna())
        else:
            found[name] = sheet.flag(name)
    return found


def _school(sheet: Sheet) -> dict[str, pd.Series]:
    laestab = sheet.digits("laestab")
    short = laestab.notna() & (laestab.str.len() != 7)
    sheet.tell(short, "laestab", "7 digits")
    laestab = laestab.mask(short)
    own_la = sheet.digits("school_la")
    own_la = own_la.where(own_la.str.len() == 3)
    status = sheet.code("enrol_status")
    other = [code for code, group in codes.groups("enrol_status").items() if group != "main"]
    return {
        "urn": sheet.digits("urn"),
        "laestab": laestab,
        "school_name": sheet.text("school_name"),
        "school_la": laestab.str.slice(0, 3).fillna(own_la),
        "school_phase": sheet.text("school_phase"),
        "school_type": _type(sheet),
        "school_type_group": _type_group(sheet),
        "enrol_status": status,
        "main": ~status.isin(other),
        "entry_date": sheet.date("entry_date"),
        "leaving_date": sheet.date("leaving_date"),
        "in_year_move": sheet.flag("in_year_move"),
    }


def _is_number(text: pd.Series) -> pd.Series:
    return text.str.fullmatch(r"\d{1,2}").fillna(False).astype(bool)


def _nftype(sheet: Sheet) -> pd.Series:
    """The performance tables' code of the school, from its own column or given as the type."""
    given, written = sheet.text("nftype"), sheet.text("school_type")
    return given.fillna(written.where(_is_number(written))).str.replace(
        r"^0+(?=\d)", "", regex=True
    )


def _type(sheet: Sheet) -> pd.Series:
    """The type in words: as sent, else the label of its code."""
    written = sheet.text("school_type")
    words = written.mask(_is_number(written))
    toe = sheet.text("toe").str.replace(r"^0+(?=\d)", "", regex=True)
    label = _nftype(sheet).map(codes.labels("nftype")).fillna(toe.map(codes.labels("toe")))
    return words.fillna(label).astype("str")


def _type_group(sheet: Sheet) -> pd.Series:
    """The sort of school; missing where nothing in the row says it."""
    given = codes.sort_of_words(sheet.text("school_type_group"))
    wrong = sheet.text("school_type_group").notna() & given.isna()
    sheet.tell(wrong, "school_type_group", "mainstream, special, ap, independent or none")
    found = given
    for text, code_set in ((_nftype(sheet), "nftype"), (sheet.text("toe"), "toe")):
        found = found.fillna(codes.school_type_group(text, code_set).where(text.notna()))
        found = found.mask(found == codes.UNKNOWN)
    found = found.fillna(codes.sort_of_words(sheet.text("school_type")))
    return found.mask(found == codes.UNKNOWN)


def _attendance(sheet: Sheet) -> dict[str, pd.Series]:
    """Sessions and suspensions; a row whose sessions cannot be is told and gives none."""
    sessions = pd.DataFrame({name: _count(sheet, name) for name in SESSIONS})
    given = [name for name in SESSIONS if sheet.has(name)]
    missed = sessions["sessions_authorised"].fillna(0) + sessions["sessions_unauthorised"].fillna(0)
    too_many = missed > sessions["sessions_possible"]
    if too_many.any():
        sheet.notices.append(
            f"{sheet.label}: more sessions missed than possible ({sheet.where(too_many)}); absence "
            "is not worked out there."
        )
    some = sessions[given].notna() if given else sessions.notna()
    in_part = some.any(axis=1) & ~some.all(axis=1)
    if in_part.any():
        sheet.notices.append(
            f"{sheet.label}: sessions are given in part ({line_list(sheet.lines[in_part])}); "
            "absence is not worked out there. Write 0 where no session was missed."
        )
    sessions = sessions.mask(too_many | in_part)
    return {
        **{name: sessions[name] for name in SESSIONS},
        "suspensions": _count(sheet, "suspensions"),
        "days_suspended": _count(sheet, "days_suspended", step=0.5),
        "permanent_exclusions": _count(sheet, "permanent_exclusions"),
    }


def _count(sheet: Sheet, name: str, step: float = 1) -> pd.Series:
    """A number not below 0, in whole steps."""
    number = sheet.number(name)
    bad = number.notna() & ((number < 0) | (number % step != 0))
    sheet.tell(bad, name, "a whole number" if step == 1 else "a number in halves")
    return number.mask(bad)
