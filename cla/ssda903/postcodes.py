"""What follows from postcodes: the authority of a placement, inside or outside it, miles from home.

No file of the return carries PL_LA, PL_LOCATION and PL_DISTANCE. They are computed here from
PL_POST and HOME_POST by the postcode directory (:mod:`cla.ssda903.directory`) when a return does
not give them. The invented authorities of the demonstration have a directory of their own
(``data/reference/authorities/demo_postcodes.csv``), asked only for a return of one of them, so
that a mistyped postcode of a real return is not found there.
Source of the definitions: csc-validator-be-903, derivation of the LA_PLACEMENT fields.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from cla import authorities, reference
from cla.ssda903 import directory
from cla.ssda903.cells import plain
from cla.ssda903.directory import Found, Numbers

if TYPE_CHECKING:
    from cla.ssda903.returns import Return

Column = pd.api.extensions.ExtensionArray | np.ndarray
COLUMNS = ("PL_LA", "PL_LOCATION", "PL_DISTANCE")
MILE = 1.6093
"""Kilometres in a mile, as the derivation of PL_DISTANCE has it."""
SHORT_BREAKS = ("V3", "V4")
"""Legal statuses of placements that have no distance from home."""
OUTSIDE = {"W": "WAL", "S": "SCO", "N": "NIR", "L": "NUK", "M": "NUK"}
"""What PL_LA says of a place outside England, by the first letter of its ONS code: L and M are the
Channel Islands and the Isle of Man, which are not in the United Kingdom."""


def lacking(ret: Return, column: str) -> str:
    """What a return lacks for one of ``COLUMNS`` to be computed, in words; nothing when it can be,
    or is given."""
    sent = ret.tables["Episodes"].columns
    if column in sent:
        return ""
    needed = ("HOME_POST", "PL_POST") if column == "PL_DISTANCE" else ("PL_POST",)
    if not set(needed) <= set(sent):
        return " and ".join(needed)
    if column == "PL_LOCATION" and not ret.la:
        return "the code of the authority"
    if column == "PL_LOCATION" and not territory(ret.la or ""):
        return "a code of the authority that is known"
    return lacking_directory()


def lacking_directory() -> str:
    """The postcode directory in words when it is not installed; or nothing."""
    missing = f"the postcode directory, package {directory.PACKAGE}"
    return "" if directory.installed() else missing


def computed(ret: Return) -> dict[str, Column]:
    """``COLUMNS`` of the return's episodes, from HOME_POST and PL_POST.

    PL_LA is the ONS code of the authority with children's services, or WAL, SCO, NIR, NUK; missing
    when the postcode is missing or not in the directory. PL_LOCATION is IN or OUT of the return's
    authority; missing when that is not known. PL_DISTANCE is in miles to one decimal; missing for
    short breaks, for children who are or were last year unaccompanied, where a postcode has no grid
    reference, and between Northern Ireland and elsewhere, whose grids differ. All are missing when
    the directory is not installed.
    """
    place, home = ret.places("PL_POST"), ret.places("HOME_POST")
    placed = ret.distinct("Episodes", "PL_POST").places
    codes, rows = np.unique(np.append(place.la, np.uint32(0)), return_inverse=True)
    names = [placement_authority(directory.code(code)) for code in codes.tolist()]
    here = territory(ret.la or "")
    sides = ["" if not name or not here else "IN" if name in here else "OUT" for name in names]
    miles = distance(place.at(placed), home.at(ret.distinct("Episodes", "HOME_POST").places))
    miles[_without_distance(ret)] = np.nan
    return {
        "PL_LA": _spread(names, rows[placed]),
        "PL_LOCATION": _spread(sides, rows[placed]),
        "PL_DISTANCE": miles,
    }


def find(postcodes: pa.Array, la: str = "") -> Found:
    """Look up postcodes for a return of an authority: an invented one has its own as well."""
    found = directory.find(postcodes)
    if not _invented(la):
        return found
    own, first_and_rest = _demo_directory()
    wanted = _joined(*directory.keys(postcodes))
    at = np.searchsorted(first_and_rest, wanted).clip(max=len(first_and_rest) - 1)
    rows = np.flatnonzero(~found.known & (first_and_rest[at] == wanted))
    for column, theirs in ((found.la, own.la), (found.east, own.east), (found.north, own.north)):
        column[rows] = theirs[at[rows]]
    found.known[rows] = True
    return found


def distance(one: Found, other: Found) -> Numbers:
    """Miles between places, rounded half up to one decimal; missing across grids."""
    metres = np.hypot(
        one.east.astype(float) - other.east.astype(float),
        one.north.astype(float) - other.north.astype(float),
    )
    miles = np.floor(metres / 1000 / MILE * 10 + 0.5) / 10
    miles[_on_irish_grid(one) != _on_irish_grid(other)] = np.nan
    return miles


def _on_irish_grid(places: Found) -> Numbers:
    return places.la >> directory.LETTER_BITS == ord("N") - ord("@")


@cache
def territory(la: str) -> frozenset[str]:
    """The ONS codes of today's authorities that a code stands for: nine characters or three digits,
    of a live authority or of one that has ended. Empty for an unknown code."""
    try:
        return frozenset({authorities.find(la).la})
    except authorities.UnknownAuthorityError:
        return _successors().get(la.strip().upper(), frozenset())


@cache
def placement_authority(code: str) -> str:
    """What PL_LA says for an ONS code of the directory: district, authority or one that has ended.

    An authority of which several took over cannot be told, and is left blank.
    """
    if code[:1] in OUTSIDE:
        return OUTSIDE[code[:1]]
    upper = _counties().get(code, code)
    now = _successors().get(upper, frozenset({upper}))
    return next(iter(now)) if len(now) == 1 else ""


@cache
def _counties() -> dict[str, str]:
    """The county of each district."""
    table = reference.table("authorities", "districts.csv")
    return dict(zip(table["district"], table["la"], strict=True))


@cache
def _successors() -> dict[str, frozenset[str]]:
    """Today's authorities of each that has ended, by ONS code and three digits."""
    table = reference.table("authorities", "changes.csv")
    now = [frozenset(successors.split()) for successors in table["successors"]]
    return {
        code: to for key in ("code3", "ended") for code, to in zip(table[key], now, strict=True)
    }


@cache
def _invented(la: str) -> bool:
    try:
        return authorities.find(la).demo
    except authorities.UnknownAuthorityError:
        return False


@cache
def _demo_directory() -> tuple[Found, Numbers]:
    """The directory of the invented authorities, and its keys in order."""
    table = reference.table("authorities", "demo_postcodes.csv")
    both = _joined(*directory.keys(plain(table["postcode"])))
    order = np.argsort(both)
    return Found(
        known=np.ones(len(order), dtype=bool),
        la=np.array([directory.number(code) for code in table["la"]], dtype=np.uint32)[order],
        east=table["easting"].to_numpy(dtype=np.float32)[order],
        north=table["northing"].to_numpy(dtype=np.float32)[order],
    ), both[order]


def _joined(first: Numbers, rest: Numbers) -> Numbers:
    return (first.astype(np.int64) << 32) + rest


def _spread(values: list[str], rows: Numbers) -> Column:
    """The value of each row, given the distinct ones; an empty one is missing."""
    column = pd.Series(values, dtype="str")
    return column.mask(column == "").array.take(rows)


def _without_distance(ret: Return) -> Numbers:
    statuses = ret.distinct("Episodes", "LS")
    short = np.array([*(value in SHORT_BREAKS for value in statuses.values), False], dtype=bool)
    unaccompanied = np.append(_unaccompanied(ret), False)
    return short[statuses.places] | unaccompanied[ret.child_codes("Episodes")]


def _unaccompanied(ret: Return) -> Numbers:
    """By child: marked as unaccompanied this year or, when it is known, last year.

    The Header's flag decides where there is a Header, else a row of the UASC file that holds more
    than CHILD.
    """
    found = np.zeros(len(ret.children) + 1, dtype=bool)  # the last place is for a missing CHILD
    for one in (ret, ret.previous):
        if one is None:
            continue
        if one.has("Header"):
            flagged = pd.Series(one.given("Header")["UASC"]) == "1"
            found[one.child_codes("Header")[flagged.to_numpy(dtype=bool)]] = True
        elif one.has("UASC"):
            sent = one.tables["UASC"]
            more = sent.drop(columns="CHILD", errors="ignore").notna().any(axis=1)
            found[one.child_codes("UASC")[more.to_numpy(dtype=bool)]] = True
    return found[:-1]
