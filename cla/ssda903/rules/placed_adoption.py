"""Rules on the decision to place a child for adoption (the PlacedAdoption file)."""

from __future__ import annotations

import numpy as np

from cla.ssda903.rules.columns import (
    Columns,
    Mask,
    at,
    blank,
    filled,
    same_date,
)
from cla.ssda903.rules.episodes import ADOPTED
from cla.ssda903.rules.oc3 import ADOPTION_ITEMS
from cla.ssda903.rules.placements import FOR_ADOPTION
from cla.ssda903.rules.records import Records, blank_first, blank_last, flagged, order_rows
from cla.ssda903.rules.registry import Masks, Years, make, row_rule, rule

DECISION = "DATE_PLACED DATE_PLACED_CEASED"


@row_rule(
    "522",
    "The decision to place for adoption was reversed before it was made.",
    table="PlacedAdoption",
    fields=DECISION,
)
def reversed_before_made(t: Columns) -> Mask:
    return t.DATE_PLACED_CEASED < t.DATE_PLACED


@row_rule(
    "563",
    "A decision to place for adoption was reversed, but its own date is missing.",
    table="PlacedAdoption",
    fields=f"{DECISION} REASON_PLACED_CEASED",
)
def reversed_never_made(t: Columns) -> Mask:
    ceased = filled(t.REASON_PLACED_CEASED) & filled(t.DATE_PLACED_CEASED)
    return ceased & blank(t.DATE_PLACED)


@rule(
    "184",
    "The decision to place for adoption is before the child was born.",
    table="PlacedAdoption",
    fields="DATE_PLACED DOB",
)
def decided_before_birth(r: Records) -> Mask:
    """DATE_PLACED is filled and not on or after DOB (a missing DOB fails). DOB is PlacedAdoption's
    own, or Header's where the file has no such column."""
    t = r.placed_adoption
    born_before = t.DOB <= t.DATE_PLACED
    if "DOB" not in r.ret.tables["PlacedAdoption"].columns and r.has("Header"):
        i, j = r.pairs(t, r.header)
        later = ~(r.header.DOB[j] <= t.DATE_PLACED[i])
        born_before = flagged(len(t), i) & ~flagged(len(t), i[later])
    return filled(t.DATE_PLACED) & ~born_before


@rule(
    "579",
    "A new decision to place for adoption begins before the earlier one was reversed.",
    table="PlacedAdoption",
    fields=DECISION,
)
def overlapping_decisions(r: Records) -> Mask:
    """The child's previous row by DATE_PLACED has no DATE_PLACED_CEASED, or a later one than
    DATE_PLACED."""
    t = r.placed_adoption
    previous = order_rows(t.child, blank_last(t.DATE_PLACED)).previous
    ceased = at(t.DATE_PLACED_CEASED, previous)
    return (previous >= 0) & (blank(ceased) | (ceased > t.DATE_PLACED))


@rule(
    "583",
    "An earlier decision to place for adoption was never reversed.",
    table="PlacedAdoption",
    fields=DECISION,
    since=2023,
)
def earlier_decision_open(r: Records) -> Mask:
    """Every row but the child's latest by DATE_PLACED (a blank one comes first) needs
    DATE_PLACED_CEASED."""
    t = r.placed_adoption
    order = order_rows(t.child, blank_first(t.DATE_PLACED))
    return (order.next >= 0) & blank(t.DATE_PLACED_CEASED)


def _flag_decisions(r: Records, i: np.ndarray, j: np.ndarray, fails: Mask) -> Masks:
    return {
        "PlacedAdoption": flagged(len(r.placed_adoption), i[fails]),
        "Episodes": flagged(len(r.episodes), j[fails]),
    }


def _beside(r: Records, row_by_child: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of each decision and one episode of the child, where there is one."""
    row = at(row_by_child, r.placed_adoption.child)
    i = np.flatnonzero(row >= 0)
    return i, row[i]


@rule(
    "117",
    "The decision to place for adoption, or its reversal, is after the year or after care ended.",
    table="Episodes PlacedAdoption",
    fields=f"{DECISION} DEC REC DECOM",
    stage=1,
)
def decided_after_care(r: Records) -> Masks:
    """Against 31 March and the DEC of the child's latest episode whose REC is not X1."""
    ep, t = r.episodes, r.placed_adoption
    i, j = _beside(r, r.latest(ep, ep.DECOM, ep.REC != "X1", last_of_equals=True))
    fails = np.zeros(len(i), dtype=bool)
    for dates in (t.DATE_PLACED[i], t.DATE_PLACED_CEASED[i]):
        fails |= (dates > r.end) | (dates > ep.DEC[j])
    return _flag_decisions(r, i, j, fails)


@rule(
    "118",
    "The decision to place for adoption was reversed before the year, or before care began.",
    table="Episodes PlacedAdoption",
    fields="DATE_PLACED_CEASED DECOM LS",
    stage=1,
)
def reversed_before_care(r: Records) -> Masks:
    """Against 1 April, also without an episode, and the DECOM of the child's earliest episode other
    than V3 or V4."""
    ep, t = r.episodes, r.placed_adoption
    i, j = _beside(r, r.earliest(ep, ep.DECOM, ~r.respite))
    ceased = t.DATE_PLACED_CEASED
    found = _flag_decisions(r, i, j, (ceased[i] < r.start) | (ceased[i] < ep.DECOM[j]))
    return {**found, "PlacedAdoption": found["PlacedAdoption"] | (ceased < r.start)}


@rule(
    "1003",
    "The decision to place for adoption is before the child came into care.",
    table="Episodes PlacedAdoption",
    fields="DATE_PLACED DECOM RNE",
)
def placed_before_care(r: Records) -> Masks:
    """DATE_PLACED is before the DECOM of the child's earliest episode with RNE S."""
    ep, t = r.episodes, r.placed_adoption
    i, j = _beside(r, r.earliest(ep, ep.DECOM, ep.RNE == "S"))
    return _flag_decisions(r, i, j, t.DATE_PLACED[i] < ep.DECOM[j])


@rule(
    "551",
    "The child is placed for adoption, but the date of the decision is missing.",
    table="Episodes",
    fields="DATE_PLACED PLACE",
    needs="Episodes PlacedAdoption",
)
def placed_without_decision(r: Records) -> Mask:
    """PLACE is A3 to A6 and the child has no PlacedAdoption row, or one without DATE_PLACED."""
    ep, t = r.episodes, r.placed_adoption
    decided = r.in_table(t) & ~r.any_of_child(t, blank(t.DATE_PLACED))
    return ep.PLACE.is_in(*FOR_ADOPTION) & ~r.rows_of(decided, ep)


@rule(
    "552",
    "The decision to place for adoption is after the child was placed.",
    table="Episodes PlacedAdoption",
    fields="DATE_PLACED DECOM PLACE",
)
def decided_after_placement(r: Records) -> Masks:
    """The child's latest DATE_PLACED is after the DECOM of the first episode with PLACE A3 to
    A6."""
    ep, t = r.episodes, r.placed_adoption
    latest = r.latest(t, t.DATE_PLACED)
    placed = r.earliest(ep, ep.DECOM, ep.PLACE.is_in(*FOR_ADOPTION))
    fails = at(t.DATE_PLACED, latest) > at(ep.DECOM, placed)
    return {
        "PlacedAdoption": flagged(len(t), latest[fails]),
        "Episodes": flagged(len(ep), placed[fails]),
    }


def _order_without_decision(r: Records, status: str) -> Masks:
    ep, t = r.episodes, r.placed_adoption
    under = status == ep.LS
    open_order = r.any_of_child(ep, under & blank(ep.DEC))
    ceased = t.any_filled("DATE_PLACED_CEASED", "REASON_PLACED_CEASED")
    return {
        "Episodes": under & ~r.rows_of(r.in_table(t), ep),
        "PlacedAdoption": ceased & r.rows_of(open_order, t),
    }


_years: Years
_statuses: tuple[str, ...]

for _code, _status, _order, _years in (
    ("553", "E1", "placement order", (None, None)),
    ("555", "D1", "freeing order", (None, 2024)),
):
    make(
        _code,
        f"The child is under a {_order} ({_status}), but has no live decision to place for "
        f"adoption.",
        table="Episodes PlacedAdoption",
        fields=f"CHILD {DECISION} REASON_PLACED_CEASED",
        judge=lambda r, _year, status=_status: _order_without_decision(r, status),
        condition=f"Episodes with LS {_status} of a child without a PlacedAdoption row fail, and "
        f"PlacedAdoption rows of a "
        f"child with an open {_status} episode that have a date or reason of reversal.",
        years=_years,
    )


@rule(
    "554",
    "The decision to place for adoption is after the placement order (E1).",
    table="Episodes PlacedAdoption",
    fields="DATE_PLACED DECOM LS",
)
def decided_after_order(r: Records) -> Masks:
    """DATE_PLACED is after the DECOM of the child's earliest episode with LS E1."""
    ep, t = r.episodes, r.placed_adoption
    i, j = _beside(r, r.earliest(ep, ep.DECOM, ep.LS == "E1"))
    return _flag_decisions(r, i, j, t.DATE_PLACED[i] > ep.DECOM[j])


@rule(
    "556",
    "The decision to place for adoption is after the freeing order (D1).",
    table="Episodes",
    fields="DATE_PLACED DECOM",
    needs="Episodes PlacedAdoption",
    until=2024,
)
def decided_after_freeing(r: Records) -> Mask:
    ep, t = r.episodes, r.placed_adoption
    i, j = r.pairs(ep, t)
    return flagged(len(ep), i[(ep.LS == "D1")[i] & (t.DATE_PLACED[j] > ep.DECOM[i])])


def _ended_with_live_decision(r: Records, statuses: tuple[str, ...]) -> Masks:
    ep, t = r.episodes, r.placed_adoption
    for_adoption = ep.PLACE.is_in(*FOR_ADOPTION) | ep.LS.is_in(*statuses)
    ended = filled(ep.REC) & ~ep.REC.is_in("X1", *ADOPTED)
    i, j = r.pairs(ep, t)
    live = t.any_blank("DATE_PLACED_CEASED", "REASON_PLACED_CEASED")
    fails = (for_adoption & ended)[i] & live[j]
    without = for_adoption & ended & ~r.rows_of(r.in_table(t), ep)
    return {
        "Episodes": flagged(len(ep), i[fails]) | without,
        "PlacedAdoption": flagged(len(t), j[fails]),
    }


for _statuses, _years in ((("D1", "E1"), (None, 2024)), (("E1",), (2025, None))):
    make(
        "557",
        "Care ended without adoption, but the decision to place for adoption is still live.",
        table="Episodes PlacedAdoption",
        fields="DATE_PLACED_CEASED REASON_PLACED_CEASED PLACE LS REC",
        judge=lambda r, _year, statuses=_statuses: _ended_with_live_decision(r, statuses),
        condition=f"PLACE is A3 to A6 or LS is {' or '.join(_statuses)}, REC is filled and not "
        f"X1, E11 or E12, and the "
        "child has no PlacedAdoption row or one that lacks the date or reason of reversal.",
        years=_years,
    )


@rule(
    "558",
    "The child was adopted, but every decision to place for adoption was reversed.",
    table="Episodes",
    fields="DATE_PLACED_CEASED REC",
    needs="Episodes PlacedAdoption",
)
def adopted_after_reversal(r: Records) -> Mask:
    """REC is E11 or E12 and the child has more than one decision, all of them with
    DATE_PLACED_CEASED."""
    ep, t = r.episodes, r.placed_adoption
    count = np.bincount(t.child[t.child >= 0], minlength=r.children)
    live = r.any_of_child(t, blank(t.DATE_PLACED_CEASED))
    return ep.REC.is_in(*ADOPTED) & r.rows_of((count > 1) & ~live, ep)


@rule(
    "523",
    "The decision to place for adoption has two dates.",
    table="AD1 PlacedAdoption",
    fields="DATE_PLACED DATE_INT",
)
def two_dates_of_decision(r: Records) -> Masks:
    """DATE_INT (AD1) and DATE_PLACED (PlacedAdoption) are both filled and differ."""
    ad1, t = r.ad1, r.placed_adoption
    i, j = r.pairs(ad1, t)
    decided, placed = ad1.DATE_INT[i], t.DATE_PLACED[j]
    fails = filled(decided) & filled(placed) & (decided != placed)
    return {"AD1": flagged(len(ad1), i[fails]), "PlacedAdoption": flagged(len(t), j[fails])}


@rule(
    "525",
    "The decision to place for adoption was reversed, but the child has an adoption record.",
    table="AD1 PlacedAdoption",
    fields=f"DATE_PLACED_CEASED {' '.join(ADOPTION_ITEMS)}",
)
def reversed_and_adopted(r: Records) -> Masks:
    ad1, t = r.ad1, r.placed_adoption
    i, j = r.pairs(ad1, t)
    fails = ad1.any_filled(*ADOPTION_ITEMS)[i] & filled(t.DATE_PLACED_CEASED)[j]
    return {"AD1": flagged(len(ad1), i[fails]), "PlacedAdoption": flagged(len(t), j[fails])}


# Against last year's decisions


@rule(
    "559",
    "The decision to place for adoption is from before the year, but last year had none.",
    table="PlacedAdoption",
    fields="DATE_PLACED",
    needs="PlacedAdoption PlacedAdoption_last",
)
def decision_not_reported(r: Records) -> Mask:
    t, last = r.placed_adoption, r.last.placed_adoption
    known = r.any_of_child(last, filled(last.DATE_PLACED))
    return (r.start > t.DATE_PLACED) & ~r.rows_of(known, t)


@rule(
    "560",
    "The date of a decision that was live last year has changed.",
    table="PlacedAdoption",
    fields=DECISION,
    needs="PlacedAdoption PlacedAdoption_last",
)
def decision_moved(r: Records) -> Mask:
    """Last year's row has DATE_PLACED and no DATE_PLACED_CEASED, as they were sent, and this year's
    DATE_PLACED is another, or blank."""
    t, last = r.placed_adoption, r.last.placed_adoption
    i, j = r.pairs(t, last)
    live = (last.given("DATE_PLACED") & ~last.given("DATE_PLACED_CEASED"))[j]
    return flagged(len(t), i[live & ~same_date(t, "DATE_PLACED", i, last, "DATE_PLACED", j)])


@rule(
    "561",
    "A decision that was reversed last year is given again.",
    table="PlacedAdoption",
    fields="DATE_PLACED",
    needs="PlacedAdoption PlacedAdoption_last",
)
def decision_again(r: Records) -> Mask:
    """DATE_PLACED is last year's, and last year's row has a date or reason of reversal, as they
    were sent."""
    t, last = r.placed_adoption, r.last.placed_adoption
    i, j = r.pairs(t, last)
    ceased = (last.given("DATE_PLACED_CEASED") | filled(last.REASON_PLACED_CEASED))[j]
    return flagged(len(t), i[ceased & same_date(t, "DATE_PLACED", i, last, "DATE_PLACED", j)])


@rule(
    "584",
    "A decision was reversed last year, but this year's is not a later one.",
    table="PlacedAdoption",
    fields="DATE_PLACED",
    needs="PlacedAdoption PlacedAdoption_last",
    since=2023,
)
def decision_not_later(r: Records) -> Mask:
    """Last year's row has a date or reason of reversal, and DATE_PLACED is blank or not after last
    year's."""
    t, last = r.placed_adoption, r.last.placed_adoption
    i, j = r.pairs(t, last)
    ceased = last.any_filled("DATE_PLACED_CEASED", "REASON_PLACED_CEASED")[j]
    now = t.DATE_PLACED[i]
    return flagged(len(t), i[ceased & (blank(now) | (now <= last.DATE_PLACED[j]))])
