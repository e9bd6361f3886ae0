"""Files of key stage results and school characteristics for the invented authorities, and for any
return."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from cla import upn
from cla.demo import attainment, schools
from cla.demo.careers import careers, upn_in
from cla.demo.chance import Chance, key
from cla.demo.days import text
from cla.demo.files import csv
from cla.demo.layouts import cells, laid_out
from cla.demo.recipe import authorities, authority, value, years
from cla.files import Upload
from cla.ssda903 import facts
from cla.ssda903.returns import Return

Frame = pd.DataFrame

STAGES = {"ks1": 2, "ks2": 6, "ks4": 11}  # with the year group at their end
WRITERS = {
    "ks1": attainment.key_stage_1,
    "ks2": attainment.key_stage_2,
    "ks4": attainment.key_stage_4,
}
LAST_KS1 = "2022/23"
_COLUMNS = ["id", "key", "upn", "born", "dob", "sex", "uasc", "twelve_months", "year_group"]


def academic_year_of(year: int) -> str:
    """The academic year whose results go with a collection year: 2025 gives "2024/25"."""
    return f"{year - 1}/{year % 100:02d}"


def _year_group(born: date, summer: int) -> int:
    """The year group that a child born on this day has in the school year ending in a summer."""
    return summer - born.year - 5 - ((born.month, born.day) > (8, 31))


def _with_school(pupils: Frame, la: str, year: int) -> Frame:
    """The pupils with what their schools know of them."""
    known = schools.known(pupils, la, year - 1)
    return pd.concat([pupils, known], axis=1)


@cache
def pupils_of(la: str, year: int, share: float = 1.0) -> Frame:
    """Children in the return of a year who are of school age and have a UPN, with school and
    needs."""
    rows = []
    for career in careers(la, share):
        child, number = career.child, upn_in(career, year)
        if child.respite or number.startswith("UN") or not career.episodes(year):
            continue
        born = date.fromordinal(child.dob)
        group = _year_group(born, year)
        if 0 <= group <= 11:
            # the same key as for anybody who knows only the identifier
            found = key(value("seed"), "pupil", child.id)
            uasc, twelve = child.kind == "uasc", int(career.continuous(year))
            day = text(child.dob)
            rows.append((child.id, found, number, born, day, child.sex, uasc, twelve, group))
    frame = pd.DataFrame(rows, columns=_COLUMNS).astype({"key": "uint64", "uasc": bool})
    return _with_school(frame, la, year)


def _stage_frame(pupils: Frame, stage: str, academic_year: str, layout: str) -> Frame:
    sitting = pupils[pupils["year_group"] == STAGES[stage]]
    results = WRITERS[stage](sitting, academic_year)
    return laid_out(results, sitting, stage, academic_year, layout).reset_index(drop=True)


# ---- rows as real files have them ---------------------------------------------------------------


def _stranger(frame: Frame, copied: int, prefix: str, chance: Chance, code3: str) -> pd.Series:
    """A pupil who is in no return."""
    digits = f"{code3}2099{chance.between(10, 19)}{chance.between(100, 999)}"
    changed = {
        f"{prefix}UPN": upn.check_letter(digits) + digits,
        f"{prefix}SURNAME": "PupilUnknown",
    }
    cells_of_row: dict[str, str] = {str(k): str(v) for k, v in frame.iloc[copied].items()}
    return pd.Series(cells_of_row | changed)


def _as_real_files(frame: Frame, stage: str, la: str, academic_year: str) -> Frame:
    """Some rows as real files have them: a masked UPN, another birth date, two rows of a pupil,
    strangers."""
    if len(frame) < 6:
        return frame
    prefix = "KS4_" if stage == "ks4" else ""
    chance = Chance(value("seed"), la, stage, academic_year)
    masked, other, doubled, copied = (
        chance.between(len(frame) * part // 4, len(frame) * (part + 1) // 4 - 1)
        for part in range(4)
    )
    frame = frame.copy()
    double = frame.loc[doubled].copy()
    for flag in ("NATRES", "LARES", "NPDPUB", "NPDDEN_LA"):
        if f"{prefix}{flag}" in frame:
            double[f"{prefix}{flag}"] = "0"
    strangers = [_stranger(frame, copied, prefix, chance, authority(la).code3) for _ in range(2)]
    frame.loc[masked, [f"{prefix}UPN", f"{prefix}SURNAME"]] = [upn.MASK, "Masked"]
    dates = frame[f"{prefix}DOB"].tolist()
    of_month, month, year = dates[other].split("/")
    dates[other] = f"{int(of_month) % 28 + 1:02d}/{month}/{year}"
    frame[f"{prefix}DOB"] = pd.Series(dates, dtype="str")
    return pd.concat([frame, pd.DataFrame([double, *strangers])], ignore_index=True)


@cache
def results_files(la: str, share: float = 1.0) -> tuple[Upload, ...]:
    """Key stage results of an invented authority in the GIAP layout, a file for each stage and
    year."""
    files = []
    for year in years():
        academic_year = academic_year_of(year)
        for stage in STAGES:
            if stage == "ks1" and academic_year > LAST_KS1:
                continue
            frame = _stage_frame(pupils_of(la, year, share), stage, academic_year, "giap")
            if len(frame):
                frame = _as_real_files(frame, stage, la, academic_year)
                files.append(csv(f"{stage}_results_{academic_year.replace('/', '-')}.csv", frame))
    return tuple(files)


@cache
def characteristics_files(la: str, share: float = 1.0) -> tuple[Upload, ...]:
    """School characteristics of an invented authority, a file for each academic year."""
    files = []
    for year in years():
        academic_year = academic_year_of(year)
        pupils = pupils_of(la, year, share)
        attended = schools.attendance(pupils, pupils["phase"], year - 1)
        group = pupils["year_group"].astype("str").replace({"0": "R"})
        frame = pd.DataFrame(
            {
                "UPN": pupils["upn"],
                "ACADYR": academic_year,
                "DOB": pupils["dob"],
                "SEX": pupils["sex"],
                "SEN_PROVISION": pupils["sen"],
                "SEN_NEED": pupils["need"],
                "FSM6": cells(pupils["fsm6"]),
                "LANG": pupils["lang"],
                "URN": pupils["urn"],
                "LAESTAB": pupils["laestab"],
                "SCHOOL_NAME": pupils["school"],
                "SCHOOL_TYPE": pupils["phase"],
                "YEAR_GROUP": group,
                **{name: cells(attended[name]) for name in attended},
            }
        )
        files.append(csv(f"characteristics_{academic_year.replace('/', '-')}.csv", frame))
    return tuple(files)


# ---- results for the children of any return -----------------------------------------------------


def _pupils_in(ret: Return, summer: int) -> Frame:
    """The children of a return who have a UPN, with their year group in a summer; UPNs as they
    are."""
    header = ret.tables["Header"]
    born = pd.to_datetime(header["DOB"], format="%d/%m/%Y", errors="coerce")
    clean, grades = upn.grade(header["UPN"])
    usable = grades.isin(upn.MATCHABLE) & born.notna()
    header, born = header[usable], born[usable]
    uasc = ret.tables.get("UASC", pd.DataFrame({"CHILD": []}))["CHILD"]
    keys = [key(value("seed"), "pupil", str(child)) for child in header["CHILD"]]
    twelve = pd.Series(0, index=header.index)
    if "Episodes" in ret.tables:
        twelve = facts.continuous(ret, ret.typed("Header"))[usable].astype(int)
    frame = pd.DataFrame(
        {
            "id": header["CHILD"].astype("str"),
            "key": np.array(keys, dtype=np.uint64),
            "upn": clean[usable],
            "born": born,
            "dob": header["DOB"],
            "sex": header["SEX"].map({"1": "M", "2": "F", "M": "M", "F": "F"}).fillna(""),
            "uasc": header["CHILD"].isin(uasc).to_numpy(),
            "twelve_months": twelve,
            "year_group": summer - born.dt.year - 5 - (born.dt.month > 8),
        }
    )
    return frame.drop_duplicates("upn")


def results_for(
    ret: Return, out_dir: str | Path, academic_year: str | None = None, layout: str = "giap"
) -> list[Path]:
    """Write invented key stage 2 and 4 results for the children of a return; the files written,
    none for a stage that no child of the return is of the age for.

    Children who are 11 or 16 at 31 August of the results year and have a UPN, which is written
    as it is even where its check letter is wrong. ``academic_year`` is by default the one that
    goes with the return ("2024/25" for 2025). ``layout``: "giap" (one file a stage, as Get
    Information About Pupils gives) or "npd" (headings with the stage before them). ValueError
    for another layout or a badly written year.
    """
    if layout not in ("giap", "npd"):
        raise ValueError(f"There is no layout {layout!r}: giap or npd.")
    academic_year = academic_year or academic_year_of(ret.year)
    first = int(academic_year[:4])
    if academic_year != f"{first}/{(first + 1) % 100:02d}":
        raise ValueError(f"{academic_year!r} is not an academic year such as 2024/25.")
    known = {own.la for own in authorities()}
    la = ret.la if ret.la in known else authorities()[0].la
    pupils = _pupils_in(ret, first + 1)
    of_age = pupils[pupils["year_group"].isin([STAGES["ks2"], STAGES["ks4"]])]
    pupils = _with_school(of_age, str(la), first + 1)
    folder = Path(out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for stage in ("ks2", "ks4"):
        if not (pupils["year_group"] == STAGES[stage]).any():
            continue
        frame = _stage_frame(pupils, stage, academic_year, layout)
        name = {"giap": f"{stage}_results", "npd": f"{stage.upper()}_NPD"}[layout]
        path = folder / f"{name}_{academic_year.replace('/', '-')}.csv"
        path.write_bytes(csv(path.name, frame).content)
        written.append(path)
    return written
