"""Rules on changes of placement, and on the age at which and the time for which one may be used."""

from __future__ import annotations

import numpy as np

from cla.ssda903.rules.columns import (
    Columns,
    Mask,
    at,
    birthday,
    blank,
    filled,
)
from cla.ssda903.rules.episodes import TEMPORARY
from cla.ssda903.rules.placements import FOR_ADOPTION, KINSHIP_AND_FOSTER
from cla.ssda903.rules.records import Records, flagged
from cla.ssda903.rules.registry import Masks, Years, make, row_rule, rule

# Age limits and time limits by placement type

AGE_LIMITS = (
    ("370", "P2", 15, "independent living", (None, 2023)),
    ("370", "P2", 16, "independent living", (2024, 2024)),
    ("371", "H5", 14, "semi-independent living", (None, 2023)),
    ("371", "H5", 16, "semi-independent living", (2024, 2024)),
    ("371", "K3", 16, "supported accommodation", (2025, None)),
    ("372", "R5", 10, "a young offender institution or prison", (None, None)),
    ("373", "S1", 4, "a residential school", (None, None)),
    ("374", "P3", 14, "residential employment", (None, None)),
)
"""Rule, placement type, the age from which it may begin, what it is, and the years."""

TIME_LIMITS = (
    ("375", "T1", 42, "in hospital"),
    ("376", "T3", 21, "while the carer is on holiday"),
    ("379", "T4", 7, "of other kinds"),
)
"""Rule, temporary placement type, the days it may last, and what it is."""


def _under_age(r: Records, place: str, age: int) -> Mask:
    """Ended episodes of a placement type that began before a birthday."""
    ep = r.episodes
    i, j = r.pairs(ep, r.header)
    tested = (place == ep.PLACE) & filled(ep.DEC)
    return flagged(len(ep), i[tested[i] & (ep.DECOM[i] < birthday(r.header.DOB, age)[j])])


def _too_long(r: Records, place: str, days: int) -> Mask:
    """Ended episodes of a placement type that lasted longer; only children with a date of birth."""
    ep = r.episodes
    i, j = r.pairs(ep, r.header)
    long = (place == ep.PLACE) & (ep.DECOM + days < ep.DEC)
    return flagged(len(ep), i[long[i] & filled(r.header.DOB)[j]])


_years: Years

for _code, _place, _age, _what, _years in AGE_LIMITS:
    make(
        _code,
        f"The child is under {_age} at the start of a placement in {_what} ({_place}).",
        table="Episodes",
        fields="DECOM PLACE",
        needs="Episodes Header",
        judge=lambda r, _year, place=_place, age=_age: _under_age(r, place, age),
        condition=f"Fails when PLACE is {_place} and DECOM is before DOB + {_age} years. Open "
        f"episodes are not tested.",
        years=_years,
    )

for _code, _place, _days, _what in TIME_LIMITS:
    make(
        _code,
        f"A temporary placement {_what} ({_place}) lasts more than {_days} days.",
        table="Episodes",
        fields="DECOM DEC PLACE",
        needs="Episodes Header",
        judge=lambda r, _year, place=_place, days=_days: _too_long(r, place, days),
        condition=f"Fails when PLACE is {_place} and DEC is after DECOM + {_days} days. Open "
        f"episodes, and children "
        "without a date of birth in Header, are not tested.",
    )


@rule(
    "377",
    "The child has more than two temporary placements while the carer is on holiday (T3).",
    table="Episodes",
    fields="PLACE",
)
def three_holidays(r: Records) -> Mask:
    ep = r.episodes
    holidays = (ep.PLACE == "T3") & (ep.child >= 0)
    count = np.bincount(ep.child[holidays], minlength=r.children)
    return holidays & r.rows_of(count > 2, ep)


# Moves


@rule(
    "225",
    "The placement changed and no reason is given.",
    table="Episodes",
    fields="REASON_PLACE_CHANGE",
    since=2015,
)
def move_without_reason(r: Records) -> Mask:
    """REC is X1, the reason is blank, and the next episode is a change of placement; neither is
    temporary."""
    ep, following = r.episodes, r.episode_order.next
    moves = at(ep.RNE, following).is_in("P", "B", "T", "U")
    temporary = ep.PLACE.is_in(*TEMPORARY)
    to_temporary = at(temporary, following)
    unexplained = (ep.REC == "X1") & blank(ep.REASON_PLACE_CHANGE)
    return unexplained & ~temporary & moves & ~to_temporary


for _years in ((2015, 2025), (2026, None)):
    make(
        "226",
        "A reason for a change of placement is given at a temporary placement.",
        table="Episodes",
        fields="REASON_PLACE_CHANGE PLACE",
        judge=lambda r, _year: _reason_at_temporary(r),
        condition="Fails when PLACE is T0 to T4 and REASON_PLACE_CHANGE is filled on this episode "
        "or the one before.",
        years=_years,
    )


def _reason_at_temporary(r: Records) -> Mask:
    ep = r.episodes
    reason = filled(ep.REASON_PLACE_CHANGE)
    return ep.PLACE.is_in(*TEMPORARY) & (reason | at(reason, r.episode_order.previous))


@row_rule(
    "233",
    "An open episode has a reason for a change of placement.",
    table="Episodes",
    fields="REASON_PLACE_CHANGE DEC",
    since=2026,
)
def reason_while_open(t: Columns) -> Mask:
    return blank(t.DEC) & filled(t.REASON_PLACE_CHANGE)


@rule(
    "234",
    "The placement changed for custody (CUSTOD) before the child was 10.",
    table="Episodes Header",
    fields="REASON_PLACE_CHANGE DECOM DOB",
    since=2026,
)
def custody_under_ten(r: Records) -> Masks:
    ep, hd = r.episodes, r.header
    i, j = r.pairs(ep, hd)
    fails = (ep.REASON_PLACE_CHANGE == "CUSTOD")[i] & (ep.DECOM[i] < birthday(hd.DOB, 10)[j])
    return {"Episodes": flagged(len(ep), i[fails]), "Header": flagged(len(hd), j[fails])}


@rule(
    "336",
    "The child was placed for adoption with the current foster carer, but was not in foster care "
    "before.",
    table="Episodes",
    fields="PLACE",
)
def adopter_was_no_carer(r: Records) -> Mask:
    """PLACE is A3 or A5, the child has an earlier episode, and its PLACE is not A3 to A6 or U1 to
    U6."""
    ep, previous = r.episodes, r.episode_order.previous
    before = at(ep.PLACE, previous).is_in(*FOR_ADOPTION, *KINSHIP_AND_FOSTER)
    return ep.PLACE.is_in("A3", "A5") & (previous >= 0) & ~before


def _no_return(r: Records, with_postcode: bool) -> Mask:
    ep, previous = r.episodes, r.episode_order.previous
    before = at(previous, previous)
    back = (ep.RNE == "P") & ep.PLACE.same(at(ep.PLACE, before))
    if with_postcode:
        back &= ep.PL_POST.same(at(ep.PL_POST, before))
    return at(ep.PLACE, previous).is_in(*TEMPORARY) & (before >= 0) & ~back


for _with_postcode, _years in ((False, (None, 2025)), (True, (2026, None))):
    make(
        "383",
        "After a temporary placement the child did not go back to the placement before it.",
        table="Episodes",
        fields="PLACE RNE PL_POST" if _with_postcode else "PLACE RNE",
        judge=lambda r, _year, postcode=_with_postcode: _no_return(r, postcode),
        condition="Fails when the previous episode is temporary (T0 to T4) and RNE is not P, or "
        "PLACE"
        f"{' or PL_POST' if _with_postcode else ''} is not that of the episode before the "
        f"temporary one.",
        years=_years,
    )
