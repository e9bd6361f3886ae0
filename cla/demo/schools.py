"""Invented schools, and what they know of the pupils: needs, attendance, suspensions.

Everything hangs on a pupil's key, so a pupil has the same needs in every file and year. School
numbers (URN) begin with 9, which no school's does; establishment numbers lie in the invented
authorities.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from cla.demo.chance import picks, units
from cla.demo.recipe import authorities, authority, value, weights

Frame = pd.DataFrame

_NAMES = (
    "Alder",
    "Avocet",
    "Beech",
    "Bittern",
    "Cedar",
    "Curlew",
    "Dunlin",
    "Elder",
    "Fulmar",
    "Gannet",
    "Hazel",
    "Heron",
    "Hornbeam",
    "Kestrel",
    "Kingfisher",
    "Lapwing",
    "Larch",
    "Linnet",
    "Maple",
    "Martin",
    "Nightjar",
    "Nuthatch",
    "Osprey",
    "Petrel",
    "Pipit",
    "Plover",
    "Poplar",
    "Puffin",
    "Rowan",
    "Sanderling",
    "Siskin",
    "Skylark",
    "Spruce",
    "Swift",
    "Tern",
    "Thrush",
    "Wagtail",
    "Warbler",
    "Willow",
    "Wren",
)
# phase, first establishment number, how many, name, types of the performance tables
_SORTS = (
    ("primary", 2001, 40, "Primary School", ("21", "51")),
    ("secondary", 4001, 12, "High School", ("51", "20")),
    ("special", 7001, 4, "Special School", ("26", "50")),
    ("alternative", 1101, 2, "Pupil Referral Unit", ("34", "34")),
)


@cache
def schools(la: str) -> Frame:
    """The schools of an invented authority: laestab, urn, name, phase, nftype."""
    own = authority(la)
    rows = []
    for phase, first, count, title, types in _SORTS:
        for order in range(count):
            name = f"{_NAMES[(order * 3 + len(phase)) % len(_NAMES)]} {title}, {own.name}"
            urn = f"9{own.code3[-1]}{first + order:04d}"
            rows.append((f"{own.code3}{first + order}", urn, name, phase, types[order % 2]))
    return pd.DataFrame(rows, columns=["laestab", "urn", "name", "phase", "nftype"], dtype="str")


def _phases(pupils: Frame, sen: np.ndarray) -> np.ndarray:
    """primary, secondary, special or alternative for each pupil."""
    keys, group = pupils["key"].to_numpy(), pupils["year_group"].to_numpy()
    phase = np.where(group <= 6, "primary", "secondary").astype(object)
    special = (sen == "E") & (units(keys, "special") < value("school.special_if_plan"))
    elsewhere = (group >= 7) & (units(keys, "alternative") < value("school.alternative"))
    phase[elsewhere] = "alternative"
    phase[special] = "special"
    return phase


def _schools_of(pupils: Frame, phase: np.ndarray, la: str, start: int) -> Frame:
    """The school of each pupil in the academic year that starts in this calendar year."""
    keys = pupils["key"].to_numpy()
    # moves so far decide which of the pupil's own series of schools it is: one a few years
    since = np.zeros(len(pupils), dtype=int)
    for year in range(start - 6, start + 1):
        since += units(keys, f"move {year}") < value("school.midyear_move")
    outside = units(keys, "educated outside") < value("school.outside")
    others = [other.la for other in authorities() if other.la != authority(la).la]
    chosen = []
    for name in ("primary", "secondary", "special", "alternative"):
        for place, out in ((authority(la).la, False), (others[0], True), (others[1], True)):
            near = outside == out
            if out:
                near &= (units(keys, "which other") < 0.6) == (place == others[0])
            here = np.flatnonzero((phase == name) & near)
            choice = schools(place)
            choice = choice[choice["phase"] == name].reset_index(drop=True)
            at = units(keys[here] + since[here].astype(np.uint64), f"school {name}")
            picked = choice.iloc[(at * len(choice)).astype(int)]
            chosen.append(picked.set_index(pupils.index[here]))
    return pd.concat(chosen).reindex(pupils.index)


def _provision(pupils: Frame) -> np.ndarray:
    keys = pupils["key"].to_numpy()
    old = pupils["year_group"].to_numpy() >= 7
    at = units(keys, "sen")
    young, older = value("school.sen_4_10"), value("school.sen_11_15")
    plan = np.where(old, older["E"], young["E"])
    support = np.where(old, older["K"], young["K"])
    return np.where(at < plan, "E", np.where(at < plan + support, "K", "N")).astype(object)


def known(pupils: Frame, la: str, start: int) -> Frame:
    """What a school knows of each pupil in an academic year: sen, need, fsm6, lang, and the
    school.

    ``pupils``: key (uint64), year_group (0 for reception), uasc (bool). ``start``: the calendar
    year in which the academic year begins.
    """
    keys, uasc = pupils["key"].to_numpy(), pupils["uasc"].to_numpy()
    sen = _provision(pupils)
    sen[uasc & (sen == "E")] = "K"
    need = np.where(
        sen == "E",
        picks(weights("school.need_plan"), units(keys, "need")),
        picks(weights("school.need_support"), units(keys, "need")),
    )
    phase = _phases(pupils, sen)
    school = _schools_of(pupils, phase, la, start)
    other = uasc | (units(keys, "language") < value("school.other_language"))
    return pd.DataFrame(
        {
            "sen": sen,
            "need": np.where(sen == "N", "", need),
            "fsm6": (units(keys, "fsm6") < value("school.fsm6")).astype(int),
            "lang": np.where(other, "OTH", "ENG"),
            "phase": phase,
            "laestab": school["laestab"],
            "urn": school["urn"],
            "school": school["name"],
            "nftype": school["nftype"],
        },
        index=pupils.index,
    )


def attendance(pupils: Frame, phase: pd.Series, start: int) -> Frame:
    """Sessions possible and missed, suspensions and exclusions of one academic year."""
    keys = pupils["key"].to_numpy()
    named = phase.to_numpy()
    wanted: dict[str, np.ndarray] = {}
    for what in ("mean", "unauthorised", "severe"):
        wanted[what] = np.zeros(len(keys))
        for name, figures in value("school.absence").items():
            if name != "sessions":
                wanted[what][named == name] = figures[what]
    severe = units(keys, f"severe {start}") < wanted["severe"]
    usual = np.maximum((wanted["mean"] - 0.72 * wanted["severe"]) / (1 - wanted["severe"]), 0.01)
    lasting = 0.5 * units(keys, "attends") + 0.5 * units(keys, f"attends {start}")
    missed = np.minimum(-np.log(1 - np.minimum(lasting, 0.999)) * usual * 1.35, 0.49)
    missed = np.where(severe, 0.5 + 0.45 * units(keys, f"how severe {start}"), missed)
    possible = value("school.absence.sessions") - (units(keys, f"possible {start}") * 30).astype(
        int
    )
    total = np.rint(possible * missed).astype(int)
    without = np.rint(total * wanted["unauthorised"]).astype(int)
    suspended = np.zeros(len(keys), dtype=bool)
    for name, share in value("school.suspended").items():
        suspended |= (named == name) & (units(keys, f"suspended {start}") < share)
    times = np.where(suspended, 1 + (units(keys, f"times {start}") ** 2 * 5).astype(int), 0)
    days = times * (1 + (units(keys, f"days {start}") * 5).astype(int)) / 2
    excluded = suspended & (units(keys, f"excluded {start}") < 0.004)
    return pd.DataFrame(
        {
            "SESSIONS_POSSIBLE": possible,
            "SESSIONS_AUTHORISED": total - without,
            "SESSIONS_UNAUTHORISED": without,
            "SUSPENSIONS": times,
            "DAYS_SUSPENDED": days,
            "PERMANENT_EXCLUSIONS": excluded.astype(int),
        },
        index=pupils.index,
    )
