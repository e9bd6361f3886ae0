"""What each row of a data set is about: when, where, which children, by which characteristic."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from cla import authorities
from cla.benchmarks import ees_layouts as layouts
from cla.benchmarks.ees_categories import characteristics
from cla.benchmarks.ees_columns import LONGEST, Sheet, each, shown

ENGLAND, ENGLAND_CODE = "England", "E92000001"
_LEVELS = {"national": "national", "regional": "regional", "local authority": "authority"}
_PERIODS = {
    "academic year": "academic",
    "reporting year": "year",
    "calendar year": "year",
    "financial year": "year",
}
_OTHER_PERIOD = re.compile(r"(autumn|spring|summer).*term|.*month.*|week.*|.*quarter.*|tax year")
_LA = re.compile(r"[1-9]\d\d")
_ONS = re.compile(r"[EX]\d{8}")
_NO_AREA = ("", "x", "z", ":", "unknown", "not applicable")


def identified(sheet: Sheet) -> pd.DataFrame:
    """The rows that are used, by index: line, level, area, area_code, period, year, version, group,
    characteristic, category, subject, words, note.

    Rows of other levels, terms or schools are left out with a notice; what cannot be right is a
    problem of the sheet.
    """
    rows = pd.DataFrame(index=sheet.frame.index).assign(line=sheet.lines)
    rows["level"] = _levels(sheet)
    rows["period"] = _periods(sheet)
    rows["area"], rows["area_code"] = _areas(sheet, rows["level"])
    rows["version"] = sheet.text("version").str.strip()
    _refuse_long(sheet, "version", rows["version"])
    rows["group"] = _groups(sheet)
    rows["subject"] = _subjects(sheet)
    rows["note"] = ""
    used = (rows[["level", "area", "period"]] != "").all(axis=1)
    used &= _whole_year(sheet)
    of_schools, note = _schools(sheet, used)
    rows.loc[note != "", "note"] = note
    used &= of_schools
    named, fitting = characteristics(sheet, used)
    rows[["characteristic", "category", "words"]] = named
    used &= fitting & _unknown_columns(sheet, used & fitting)
    return rows[used & (rows["group"] != "")]


def year_of(period: str) -> int:
    """The collection year of a period: 2025 for "2024/25" and for "2025"."""
    return int(period[:4]) + ("/" in period)


def _levels(sheet: Sheet) -> pd.Series:
    text = sheet.text("geographic_level")
    plain = each(text, layouts.plain)
    column = sheet.named("geographic_level")
    sheet.refuse(plain == "", column, "the level is missing; the values seem to be shifted.")
    odd = (plain != "") & ~plain.str.fullmatch(r"[a-z][a-z /()-]{2,60}")
    sheet.refuse(odd, column, "holds no level such as National; the values seem to be shifted.")
    known = plain.isin(list(_LEVELS))
    others = ~known & ~odd & (plain != "")
    if others.any():
        sheet.tell(others, f"of other levels left out: {shown(list(text[others].unique()))}")
    return plain.map(_LEVELS).fillna("").astype("str")


def _periods(sheet: Sheet) -> pd.Series:
    identifier = each(sheet.text("time_identifier"), layouts.plain)
    kind = identifier.map(_PERIODS).fillna("")
    column = sheet.named("time_identifier")
    others = identifier.str.fullmatch(_OTHER_PERIOD)
    sheet.refuse(
        (kind == "") & ~others,
        column,
        "holds no kind of period such as Academic year; the values seem to be shifted.",
    )
    sheet.tell(others, "of terms, months or weeks left out; only whole years are read")
    text = sheet.text("time_period")
    periods = each(text + "|" + kind, _period)
    sheet.refuse(
        (periods == "") & (kind != ""),
        sheet.named("time_period"),
        "holds no period such as 202425 or 2025; correct it, or download the file again.",
    )
    return periods


def _period(given: str) -> str:
    """ "2024/25" for "202425|academic", "2025" for "2025|year"; "" for no period."""
    text, _, kind = given.partition("|")
    found = re.fullmatch(r"(20\d\d)(?:[/-]?(\d\d))?", text.strip())
    if not kind or not found:
        return ""
    first, second = int(found[1]), found[2]
    if second is None:
        return str(first) if kind == "year" else ""
    if int(second) != (first + 1) % 100:
        return ""
    return f"{first}/{second}" if kind == "academic" else str(first + 1)


def _areas(sheet: Sheet, level: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The area and its ONS code, "" for rows without one."""
    country = sheet.text("country_code")
    sheet.refuse(
        (country != "") & (country != ENGLAND_CODE),
        sheet.named("country_code"),
        "is not the code of England (E92000001); the values seem to be shifted.",
    )
    area = pd.Series("", index=level.index, dtype="str")
    code = pd.Series("", index=level.index, dtype="str")
    national, regional, local = (level == name for name in _LEVELS.values())
    area[national], code[national] = ENGLAND, ENGLAND_CODE
    region_code = sheet.text("region_code")
    regions = each(region_code + "|" + sheet.text("region_name"), _region)
    area[regional], code[regional] = regions[regional], region_code[regional]
    sheet.refuse(
        regional & (regions == ""),
        sheet.named("region_code"),
        "a regional row without a region; the values seem to be shifted.",
    )
    digits = each(sheet.text("old_la_code") + "|" + sheet.text("new_la_code"), _authority)
    area[local], code[local] = digits[local], sheet.text("new_la_code")[local]
    nowhere = (area == "none") & (local | regional)
    sheet.tell(nowhere, "of unknown areas left out")
    column = sheet.named("old_la_code")
    sheet.refuse(
        local & (digits == "mixed"),
        column,
        "the two codes of the authority are those of different authorities; the values seem to be"
        " shifted.",
    )
    sheet.refuse(
        local & (digits == ""),
        column,
        "holds no three-digit code of an authority such as 301; the values seem to be shifted.",
    )
    return area.mask(area.isin(["none", "mixed"]), ""), code


def _region(given: str) -> str:
    code, _, name = given.partition("|")
    known = layouts.regions()
    if code in known:
        return known[code]
    if layouts.plain(code) in _NO_AREA and layouts.plain(name) in _NO_AREA[1:]:
        return "none"
    by_name = {layouts.plain(area): area for area in known.values()}
    return by_name.get(layouts.plain(name), "")


def _authority(given: str) -> str:
    """The three digits; "none" for an unknown authority, "mixed" for two, "" for nonsense."""
    digits, _, ons = given.partition("|")
    by_ons = _digits_of(ons)
    if _LA.fullmatch(digits):
        return "mixed" if by_ons and by_ons != digits else digits
    if layouts.plain(digits) not in _NO_AREA:
        return ""
    if by_ons or layouts.plain(ons) in _NO_AREA:
        return by_ons or "none"
    return "none" if _ONS.fullmatch(ons) else ""


def _digits_of(ons: str) -> str:
    """The three digits of an authority of today or one that has ended, "" when it is neither."""
    ended = {one.la: one.code3 for one in authorities.ended()}
    if ons in ended:
        return ended[ons]
    try:
        return authorities.find(ons).code3 if _ONS.fullmatch(ons) else ""
    except authorities.UnknownAuthorityError:
        return ""


def _groups(sheet: Sheet) -> pd.Series:
    """The group of children of each row; those of files that say it by row come later."""
    if sheet.family.group != "care":
        name = "All pupils" if sheet.family.group == "all" else "-"
        return pd.Series(name, index=sheet.frame.index, dtype="str")
    text = sheet.text("social_care_group")
    column = sheet.named("social_care_group")
    sheet.refuse(text == "", column, "says no group of children; the values seem to be shifted.")
    wrong = text.str.fullmatch(r"[\d.\s]+") | (text.str.len() > LONGEST)
    sheet.refuse(wrong, column, "holds no group of children; the values seem to be shifted.")
    known = layouts.groups()
    found = each(text, lambda name: known.get(layouts.plain(name), name))
    unknown = ~each(text, layouts.plain).isin(list(known)) & (text != "") & ~wrong
    if unknown.any():
        names = shown(list(text[unknown].unique()))
        sheet.notices.append(f"{sheet.label}: groups not known, kept as they are: {names}.")
    return found


def _subjects(sheet: Sheet) -> pd.Series:
    if not sheet.has("subject"):
        return pd.Series("", index=sheet.frame.index, dtype="str")
    known = layouts.categories("subject", sheet.family.scope)
    text = sheet.text("subject")
    found = each(text, lambda name: known.get(layouts.plain(name), "?"))
    unknown = found == "?"
    sheet.refuse(unknown & (text == ""), sheet.named("subject"), "says no subject.")
    names = list(text[unknown & (text != "")].unique())
    if names:
        sheet.tell(unknown & (text != ""), f"of other subjects left out: {shown(names)}")
    return found


def _whole_year(sheet: Sheet) -> pd.Series:
    """Rows of the terms that the year's figures are made of."""
    if not sheet.has("terms"):
        return pd.Series(True, index=sheet.frame.index)
    known = layouts.categories("terms", sheet.family.scope)
    text = sheet.text("terms")
    whole = each(text, layouts.plain).isin(list(known))
    others = ~whole & (text != "")
    if others.any():
        sheet.tell(others, f"of other terms left out: {shown(list(text[others].unique()))}")
    return whole


def _schools(sheet: Sheet, used: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Rows of state-funded schools together, or of all schools where these are not there; notes."""
    note = pd.Series("", index=sheet.frame.index, dtype="str")
    if not sheet.has("schools"):
        return pd.Series(True, index=sheet.frame.index), note
    known = layouts.categories("schools", sheet.family.scope)
    text = sheet.text("schools")
    kind = each(text, lambda name: known.get(layouts.plain(name), ""))
    state = bool((kind[used] == "state").any())
    kept = kind == ("state" if state else "all")
    column = sheet.named("schools")
    if not (kept & used).any():
        sheet.refuse(
            used & (text.index == text.index[0]),
            column,
            "no row is of all state-funded schools or of all schools; download the data set with"
            f" these. It has {shown(list(text[used].unique()), 5)}.",
        )
        return kept, note
    left = sorted(text[used & ~kept].unique())
    if left:
        what = "all state-funded schools" if state else "all schools"
        sheet.tell(used & ~kept, f"of other schools left out; read are {what}")
    if not state:
        note[kept] = "all schools, not the state-funded ones alone"
    return kept, note


def _unknown_columns(sheet: Sheet, used: pd.Series) -> pd.Series:
    """Rows that are whole as to columns we do not know: the total of a column that splits them."""
    kept = pd.Series(True, index=sheet.frame.index)
    totals = layouts.categories("item", sheet.family.scope)
    symbols = set(layouts.symbols())
    for name in sheet.unknown:
        text = sheet.frame[name].fillna("")[used]
        values = text[text != ""].unique()
        numbers = all(value in symbols or _is_number(value) for value in values)
        if numbers or len(values) < 2:
            continue
        whole = each(sheet.frame[name].fillna(""), layouts.plain).isin([*totals, ""])
        if not (whole & used).any():
            continue  # what it splits shows as figures that are there twice
        kept &= whole
        sheet.tell(
            used & ~whole, f"left out: column {shown([name])} is not known, its total is read"
        )
    return kept


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?\d[\d,]*(\.\d+)?(E[-+]?\d+)?", text, re.IGNORECASE))


def _refuse_long(sheet: Sheet, meaning: str, text: pd.Series) -> None:
    long = pd.Series(np.asarray(text.str.len() > LONGEST), index=text.index)
    sheet.refuse(long, sheet.named(meaning), f"is longer than {LONGEST} characters.")
