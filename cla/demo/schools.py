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
from cla.demo.days import day
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
    ("independent", 6001, 3, "House School", ("30", "48")),
)
# the older code of each type, as phonics and multiplication check files have it
_OLDER = {
    **{"20": "28", "21": "1", "26": "7", "30": "11", "34": "14", "48": "10", "50": "33"},
    "51": "34",
}
_PHASES = tuple(phase for phase, *_ in _SORTS)
_FIRST_YEAR = {"primary": 0, "special": 0, "independent": 0, "secondary": 7, "alternative": 7}
_FIRST_MOVES = 2006  # nobody in the files was at school before


@cache
def schools(la: str) -> Frame:
    """The schools of an invented authority: laestab, urn, name, phase, nftype, toe."""
    own = authority(la)
    rows = []
    for phase, first, count, title, types in _SORTS:
        for order in range(count):
            name = f"{_NAMES[(order * 3 + len(phase)) % len(_NAMES)]} {title}, {own.name}"
            urn = f"9{own.code3[-1]}{first + order:04d}"
            number, kind = f"{own.code3}{first + order}", types[order % 2]
            rows.append((number, urn, name, phase, kind, _OLDER[kind]))
    columns = ["laestab", "urn", "name", "phase", "nftype", "toe"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def _phases(pupils: Frame, sen: np.ndarray) -> np.ndarray:
    """primary, secondary, special, alternative or independent for each pupil."""
    keys, group = pupils["key"].to_numpy(), pupils["year_group"].to_numpy()
    phase = np.where(group <= 6, "primary", "secondary").astype(object)
    special = (sen == "E") & (units(keys, "special") < value("school.special_if_plan"))
    elsewhere = (group >= 7) & (units(keys, "alternative") < value("school.alternative"))
    phase[elsewhere] = "alternative"
    privately = (sen == "E") & (units(keys, "independent") < value("school.independent_if_plan"))
    phase[privately] = "independent"
    phase[special] = "special"
    return phase


def _moved(pupils: Frame, year: int) -> np.ndarray:
    """Who changes school during the academic year that starts in this calendar year."""
    return units(pupils["key"].to_numpy(), f"move {year}") < value("school.midyear_move")


def _moves_until(pupils: Frame, start: int) -> np.ndarray:
    """How often each pupil has moved by the end of an academic year: which of their series of
    schools it is."""
    moves = np.zeros(len(pupils), dtype=np.uint64)
    for year in range(_FIRST_MOVES, start + 1):
        moves += _moved(pupils, year)
    return moves


def _schools_of(pupils: Frame, phase: np.ndarray, la: str, moves: np.ndarray) -> Frame:
    """The school of each pupil after so many moves."""
    keys = pupils["key"].to_numpy()
    outside = units(keys, "educated outside") < value("school.outside")
    others = [other.la for other in authorities() if other.la != authority(la).la]
    chosen = []
    for name in _PHASES:
        for place, out in ((authority(la).la, False), (others[0], True), (others[1], True)):
            near = outside == out
            if out:
                near &= (units(keys, "which other") < 0.6) == (place == others[0])
            here = np.flatnonzero((phase == name) & near)
            choice = schools(place)
            choice = choice[choice["phase"] == name].reset_index(drop=True)
            at = units(keys[here] + moves[here], f"school {name}")
            picked = choice.iloc[(at * len(choice)).astype(int)]
            chosen.append(picked.set_index(pupils.index[here]))
    return pd.concat(chosen).reindex(pupils.index)


def _move_days(pupils: Frame, start: int) -> np.ndarray:
    """The day of a move in an academic year, from October to May."""
    first = day(start, 10, 7)
    at = units(pupils["key"].to_numpy(), f"move day {start}")
    return first + (at * 220).astype(int)


def _entered(pupils: Frame, phase: np.ndarray, start: int) -> np.ndarray:
    """The day on which each pupil came to the school they are at when the year ends."""
    group = pupils["year_group"].to_numpy()
    since = start - group + np.vectorize(_FIRST_YEAR.__getitem__)(phase)
    since = np.minimum(since, start)
    days = np.array([day(int(year), 9, 4) for year in since])
    for year in range(start - 11, start + 1):
        later = _moved(pupils, year) & (year >= since)
        days = np.where(later, _move_days(pupils, year), days)
    return days


def stays(pupils: Frame, la: str, start: int) -> Frame:
    """The school of each pupil at the end of an academic year, and the one before a move in it.

    Columns laestab, urn, school, nftype, toe, school_phase, entered (day); and with ``from_``
    before the name the same of the school left during the year, ``left`` (day), 0 for none.
    """
    phase = pupils["phase"].to_numpy()
    moves = _moves_until(pupils, start)
    moved = _moved(pupils, start)
    now = _schools_of(pupils, phase, la, moves)
    before = _schools_of(pupils, phase, la, moves - moved.astype(np.uint64))
    moved &= now["laestab"].to_numpy() != before["laestab"].to_numpy()
    entered = _entered(pupils, phase, start)
    frame = now.rename(columns={"name": "school"}).drop(columns="phase")
    earlier = before.rename(columns={"name": "school"}).drop(columns="phase").add_prefix("from_")
    frame = pd.concat([frame, earlier], axis=1)
    group = pupils["year_group"].to_numpy()
    began = np.array([day(int(year), 9, 4) for year in start - np.minimum(group, 3)])
    frame["entered"] = entered
    frame["from_entered"] = began
    frame["left"] = np.where(moved, entered, 0)
    return frame


def _provision(pupils: Frame) -> np.ndarray:
    keys = pupils["key"].to_numpy()
    old = pupils["year_group"].to_numpy() >= 7
    at = units(keys, "sen")
    young, older = value("school.sen_4_10"), value("school.sen_11_15")
    plan = np.where(old, older["E"], young["E"])
    support = np.where(old, older["K"], young["K"])
    return np.where(at < plan, "E", np.where(at < plan + support, "K", "N")).astype(object)


def known(pupils: Frame, la: str, start: int) -> Frame:
    """What a school knows of each pupil in an academic year: sen, need, need_2, fsm6, lang, phase,
    and the schools of the year (``stays``).

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
    second = picks(weights("school.need_support"), units(keys, "second need"))
    two = (sen == "E") & (units(keys, "two needs") < 0.4) & (second != need) & (second != "NSA")
    other = uasc | (units(keys, "language") < value("school.other_language"))
    frame = pd.DataFrame(
        {
            "sen": sen,
            "need": np.where(sen == "N", "", need),
            "need_2": np.where(two, second, ""),
            "fsm6": (units(keys, "fsm6") < value("school.fsm6")).astype(int),
            "lang": np.where(other, "OTH", "ENG"),
            "phase": phase,
        },
        index=pupils.index,
    )
    at = stays(pupils.assign(phase=phase), la, start)
    return pd.concat([frame, at], axis=1)


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
