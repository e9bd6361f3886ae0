"""Files of results for the invented authorities, and for any return."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from cla import upn
from cla.demo import attainment, early
from cla.demo.chance import key, units
from cla.demo.files import csv
from cla.demo.layouts import laid_out
from cla.demo.oddities import YEAR_GROUP, Oddity, odd
from cla.demo.pupils import academic_year_of, pupils_of, with_school
from cla.demo.recipe import authorities, value, years
from cla.demo.standing import knew_key_stage_1
from cla.files import Upload
from cla.ssda903 import facts
from cla.ssda903.returns import Return
from cla.stages import STAGES

Frame = pd.DataFrame

WRITERS: Mapping[str, Callable[[Frame, str], Frame]] = {
    "eyfsp": early.early_years,
    "phonics": early.phonics,
    "ks1": attainment.key_stage_1,
    "mtc": early.multiplication,
    "ks2": attainment.key_stage_2,
    "ks4": attainment.key_stage_4,
}
LAST_KS1 = "2022/23"
"""The last year in which every school had to assess key stage 1."""


def _sitting(pupils: Frame, stage: str, academic_year: str) -> Frame:
    """The pupils of whom a stage has results in a year."""
    if stage == "phonics":
        return pupils[early.takes_phonics(pupils)]
    at_end = pupils[pupils["year_group"] == STAGES[stage].year_group]
    if stage not in ("eyfsp", "ks1"):
        return at_end
    at_end = at_end[knew_key_stage_1(at_end)]
    if stage == "ks1" and academic_year > LAST_KS1:
        schools = [key("optional key stage 1", number) for number in at_end["laestab"]]
        goes_on = units(np.array(schools, dtype=np.uint64), "goes on") < value("ks1.optional")
        at_end = at_end[goes_on]
    return at_end


def _stage_frame(sitting: Frame, stage: str, academic_year: str, layout: str) -> Frame:
    results = WRITERS[stage](sitting, academic_year)
    if stage == "ks4" and "by_age" in sitting:
        results = _not_at_the_end(results, sitting)
    return laid_out(results, sitting, stage, academic_year, layout).reset_index(drop=True)


def _of_age(pupils: Frame, stage: str) -> Frame:
    """Pupils of the age for the end of key stage 4 who are in year 10: the file lists them too."""
    if stage != "ks4":
        return pupils.iloc[:0]
    end = STAGES[stage].year_group
    return pupils[(pupils["by_age"] == end) & (pupils["year_group"] < end)]


def _not_at_the_end(results: Frame, pupils: Frame) -> Frame:
    """Nothing taken yet and in no denominator, where the year group is not that of the stage."""
    waiting = (pupils["year_group"] < STAGES["ks4"].year_group).to_numpy()
    prior = ("KS4_P8", "KS4_ATT8_PRED", "KS4_KS2EMSS")
    known = ("KS4_SEN", "KS4_FSM", "KS4_FLANG")
    out = {}
    for name in results.columns:
        column = results[name]
        if str(name).startswith(prior):
            out[name] = column.mask(waiting)
        elif str(name).startswith(known):
            out[name] = column
        else:
            out[name] = column.mask(waiting & column.notna().to_numpy(), 0)
    return pd.DataFrame(out, index=results.index)


@cache
def _made(la: str, share: float) -> tuple[tuple[str, str, Upload, tuple[Oddity, ...]], ...]:
    """Stage, academic year, file and what is odd in it."""
    made = []
    for year in years():
        academic_year, pupils = academic_year_of(year), pupils_of(la, year, share)
        for stage in STAGES:
            waiting = _of_age(pupils, stage)
            sitting = pd.concat([_sitting(pupils, stage, academic_year), waiting])
            if sitting.empty:
                continue
            frame = _stage_frame(sitting, stage, academic_year, "giap")
            frame, oddities = odd(frame, sitting, stage, la, academic_year)
            oddities += [
                Oddity(YEAR_GROUP, child, number)
                for child, number in zip(waiting["id"], waiting["upn"], strict=True)
            ]
            name = f"{stage}_results_{academic_year.replace('/', '-')}.csv"
            made.append((stage, academic_year, csv(name, frame), tuple(oddities)))
    return tuple(made)


@cache
def results_files(la: str, share: float = 1.0) -> tuple[Upload, ...]:
    """Results of an invented authority in the GIAP layout, a file for each stage and year.

    Key stage 1 after 2022/23 has the pupils of some schools only: it is optional since.
    """
    return tuple(upload for _, _, upload, _ in _made(la, share))


def oddities(la: str, share: float = 1.0) -> Frame:
    """What is odd in the results files: stage, academic_year, kind, child, upn.

    ``kind``: see ``cla.demo.oddities``; ``child`` is empty for a stranger, ``upn`` as the file
    has it.
    """
    rows = [
        (stage, academic_year, each.kind, each.child, each.upn)
        for stage, academic_year, _, found in _made(la, share)
        for each in found
    ]
    return pd.DataFrame(rows, columns=["stage", "academic_year", "kind", "child", "upn"])


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
    groups = [STAGES[stage].year_group for stage in ("ks2", "ks4")]
    of_age = pupils[pupils["year_group"].isin(groups)]
    pupils = with_school(of_age, str(la), first + 1)
    folder = Path(out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for stage in ("ks2", "ks4"):
        sitting = pupils[pupils["year_group"] == STAGES[stage].year_group]
        if sitting.empty:
            continue
        frame = _stage_frame(sitting, stage, academic_year, layout)
        name = {"giap": f"{stage}_results", "npd": f"{stage.upper()}_NPD"}[layout]
        path = folder / f"{name}_{academic_year.replace('/', '-')}.csv"
        path.write_bytes(csv(path.name, frame).content)
        written.append(path)
    return written
