"""The children of an invented return as pupils: year group, UPNs, school and needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from cla.demo import schools
from cla.demo.careers import careers, upn_in
from cla.demo.chance import key, units
from cla.demo.days import text
from cla.demo.plans import Child
from cla.demo.recipe import authority, value
from cla.upn import LETTERS, check_letter

Frame = pd.DataFrame

_COLUMNS = (
    *("id", "key", "upn", "born", "dob", "sex", "ethnic", "uasc", "twelve_months", "by_age"),
)
LAST_YEAR_GROUP = 11


def academic_year_of(year: int) -> str:
    """The academic year whose results go with a collection year: 2025 gives "2024/25"."""
    return f"{year - 1}/{year % 100:02d}"


def _year_group(born: date, summer: int) -> int:
    """The year group that a child born on this day has in the school year ending in a summer."""
    return summer - born.year - 5 - ((born.month, born.day) > (8, 31))


def number(code3: str, school: int, year: int, serial: int, temporary: bool = False) -> str:
    """A UPN with its check letter."""
    last = f"{serial % 100:02d}{LETTERS[serial % 23]}" if temporary else f"{serial % 1000:03d}"
    digits = f"{code3}{school:04d}{year % 100:02d}{last}"
    return check_letter(digits) + digits


def pupils_from(people: Iterable[tuple[Child, str, bool]], la: str, summer: int) -> Frame:
    """Pupils of reception to year 11 in the school year ending in a summer, one row each.

    ``people``: child, UPN, and whether looked after for twelve months. A few are a year group
    below their age, and a few had another UPN before a year group of their own (``former_upn``,
    ``renumbered``).
    """
    rows = []
    for child, upn, twelve in people:
        born = date.fromordinal(child.dob)
        # the same key as for anybody who knows only the identifier
        own = key(value("seed"), "pupil", child.id)
        group = _year_group(born, summer)
        if 0 <= group <= LAST_YEAR_GROUP + 1:
            uasc, day = child.kind == "uasc", text(child.dob)
            rows.append(
                (child.id, own, upn, born, day, child.sex, child.ethnic, uasc, int(twelve), group)
            )
    frame = pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"key": "uint64", "uasc": bool})
    keys = frame["key"].to_numpy()
    back = (units(keys, "held back") < value("school.held_back")) & (frame["by_age"] > 0)
    frame["year_group"] = frame["by_age"] - back.astype(int)
    frame = frame[frame["year_group"] <= LAST_YEAR_GROUP].reset_index(drop=True)
    frame = frame.assign(**_former(frame, la))
    return with_school(frame, la, summer)


def _former(frame: Frame, la: str) -> dict[str, np.ndarray]:
    """Another UPN that some pupils had, and the year group before which they had it."""
    keys, code3 = frame["key"].to_numpy(), authority(la).code3
    had = units(keys, "former upn") < value("school.former_upn")
    at = units(keys, "former digits")
    born = frame["born"].map(lambda born: born.year + 5)
    numbers = [
        number(code3, 2060 + int(u * 7919) % 30, year, int(u * 99_991), temporary=u < 0.3)
        for u, year in zip(at, born, strict=True)
    ]
    return {
        "former_upn": np.where(had, numbers, ""),
        "renumbered": np.where(had, 2 + (units(keys, "renumbered") * 11).astype(int), 0),
    }


def with_school(pupils: Frame, la: str, summer: int) -> Frame:
    """The pupils with what their schools know of them."""
    return pd.concat([pupils, schools.known(pupils, la, summer - 1)], axis=1)


@cache
def pupils_of(la: str, year: int, share: float = 1.0) -> Frame:
    """Children in the return of a year who are of school age and have a UPN, with school and
    needs."""
    people = []
    for career in careers(la, share):
        upn = upn_in(career, year)
        if not career.child.respite and not upn.startswith("UN") and career.episodes(year):
            people.append((career.child, upn, career.continuous(year)))
    return pupils_from(people, la, year)
