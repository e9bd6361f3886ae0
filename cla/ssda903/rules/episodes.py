"""Rules on one episode, and on an episode beside the child's other episodes."""

from __future__ import annotations

import numpy as np

from cla.ssda903.rules.columns import AS_SENT, Columns, Mask, birthday, blank, day, filled
from cla.ssda903.rules.records import Records, flagged
from cla.ssda903.rules.registry import Masks, row_rule, rule

ADOPTED = ("E11", "E12")
ENDS_CARE = (
    *("E2", "E3", "E4A", "E4B", "E5", "E6", "E7", "E8", "E9", "E11", "E12", "E13"),
    *("E14", "E15", "E16", "E17", "E41", "E45", "E46", "E47", "E48"),
)
SAME_PLACEMENT = ("PLACE", "PL_POST", "URN", "PLACE_PROVIDER")
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")


# One episode


@row_rule("353", "The episode begins before 14 October 1991.", table="Episodes", fields="DECOM")
def begins_before_the_children_act(t: Columns) -> Mask:
    return day(1991, 10, 14) > t.DECOM


@row_rule("354", "The episode begins after the end of the year.", table="Episodes", fields="DECOM")
def begins_after_the_year(t: Columns) -> Mask:
    return t.end < t.DECOM


@row_rule(
    "355",
    "The episode ends on the day it begins, or has neither date.",
    table="Episodes",
    fields="DECOM DEC",
)
def ends_on_the_same_day(t: Columns) -> Mask:
    """DECOM equals DEC, as a date or as it was sent: two blanks are equal too."""
    return (t.DECOM == t.DEC) | t[f"DECOM{AS_SENT}"].same(t[f"DEC{AS_SENT}"])


@row_rule("356", "The episode ends before it begins.", table="Episodes", fields="DECOM DEC")
def ends_before_it_begins(t: Columns) -> Mask:
    return t.DEC < t.DECOM


@row_rule("385", "The episode ends after the end of the year.", table="Episodes", fields="DEC")
def ends_after_the_year(t: Columns) -> Mask:
    return t.end < t.DEC


@row_rule(
    "365", "A short break (V3) lasts more than 17 days.", table="Episodes", fields="LS DECOM DEC"
)
def short_break_too_long(t: Columns) -> Mask:
    """An open episode counts to 31 March; exactly 17 days passes."""
    return (t.LS == "V3") & (until_end(t) > t.DECOM + 17)


@row_rule(
    "366",
    "A short break (V3) does not begin as a new period of care (S).",
    table="Episodes",
    fields="LS RNE",
)
def short_break_not_new(t: Columns) -> Mask:
    return (t.LS == "V3") & (t.RNE != "S")


@row_rule(
    "445",
    "A freeing order (D1) begins after 31 December 2005.",
    table="Episodes",
    fields="LS DECOM",
    until=2024,
)
def freed_too_late(t: Columns) -> Mask:
    return (t.LS == "D1") & (day(2005, 12, 31) < t.DECOM)


@row_rule(
    "446",
    "A placement order (E1) begins before 1 December 2005.",
    table="Episodes",
    fields="LS DECOM",
)
def placement_order_too_early(t: Columns) -> Mask:
    return (t.LS == "E1") & (day(2005, 12, 1) > t.DECOM)


@row_rule(
    "451",
    "An episode under a freeing order (D1) is still open.",
    table="Episodes",
    fields="LS DEC REC",
    until=2024,
)
def freed_and_open(t: Columns) -> Mask:
    return (t.LS == "D1") & blank(t.DEC) & blank(t.REC)


def until_end(t: Columns) -> np.ndarray:
    """The end of each episode, 31 March for an open one."""
    return np.where(np.isnat(t.DEC), t.end, t.DEC)


# Age at an episode's ends


def _born(r: Records) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of episodes and Header rows of one child."""
    return r.pairs(r.episodes, r.header)


@rule(
    "352",
    "The child comes into care on or after the 18th birthday.",
    table="Episodes",
    fields="DECOM RNE",
    needs="Episodes Header",
)
def into_care_as_adult(r: Records) -> Mask:
    i, j = _born(r)
    late = r.episodes.DECOM[i] >= birthday(r.header.DOB, 18)[j]
    return flagged(len(r.episodes), i[late & (r.episodes.RNE == "S")[i]])


@rule(
    "358",
    "A youth justice status (J1 to J3) begins on or before the 10th birthday.",
    table="Episodes Header",
    fields="DECOM DOB LS",
)
def accused_under_ten(r: Records) -> Masks:
    ep, hd = r.episodes, r.header
    i, j = _born(r)
    fails = ep.LS.is_in("J1", "J2", "J3")[i] & (ep.DECOM[i] <= birthday(hd.DOB, 10)[j])
    return {"Episodes": flagged(len(ep), i[fails]), "Header": flagged(len(hd), j[fails])}


@rule(
    "359",
    "The episode is still open although the person was 18 before 31 March.",
    table="Episodes",
    fields="DEC LS PLACE",
    needs="Episodes Header",
)
def open_as_adult(r: Records) -> Mask:
    """DEC is blank and DOB + 18 years is before 31 March, unless LS is V2 and PLACE is K2."""
    ep = r.episodes
    i, j = _born(r)
    tested = blank(ep.DEC) & ~((ep.LS == "V2") & (ep.PLACE == "K2"))
    return flagged(len(ep), i[tested[i] & (birthday(r.header.DOB, 18)[j] < r.end)])


@rule(
    "386",
    "The child was adopted on or after the 18th birthday.",
    table="Episodes",
    fields="DEC REC",
    needs="Episodes Header",
)
def adopted_as_adult(r: Records) -> Mask:
    ep = r.episodes
    i, j = _born(r)
    late = ep.DEC[i] >= birthday(r.header.DOB, 18)[j]
    return flagged(len(ep), i[ep.REC.is_in(*ADOPTED)[i] & late])


def _old_enough(r: Records, years: int) -> Mask:
    """Episodes that end on or after this birthday by each Header row of the child; False without
    one."""
    i, j = _born(r)
    younger = ~(birthday(r.header.DOB, years)[j] <= r.episodes.DEC[i])
    rows = len(r.episodes)
    return flagged(rows, i) & ~flagged(rows, i[younger])


@rule(
    "387",
    "The child moved to independent living before the 14th birthday.",
    table="Episodes",
    fields="DEC REC",
    needs="Episodes Header",
)
def independent_under_fourteen(r: Records) -> Mask:
    """REC is E5 or E6, DEC is filled and not on or after DOB + 14 years (a missing DOB fails)."""
    ep = r.episodes
    return ep.REC.is_in("E5", "E6") & filled(ep.DEC) & ~_old_enough(r, 14)


@rule(
    "389",
    "The child passed to adult social care before the 16th birthday.",
    table="Episodes",
    fields="DEC REC",
    needs="Episodes Header",
)
def adult_care_under_sixteen(r: Records) -> Mask:
    """REC is E7 and DEC is not on or after DOB + 16 years (a missing DEC or DOB fails)."""
    return (r.episodes.REC == "E7") & ~_old_enough(r, 16)


@rule(
    "407",
    "A special guardianship order (E45 to E48) was made after the 18th birthday.",
    table="Episodes Header",
    fields="DEC REC DOB",
    since=2019,
)
def guardian_of_adult(r: Records) -> Masks:
    ep, hd = r.episodes, r.header
    i, j = _born(r)
    late = ep.DEC[i] > birthday(hd.DOB, 18)[j]
    fails = ep.REC.is_in("E45", "E46", "E47", "E48")[i] & late
    return {"Episodes": flagged(len(ep), i[fails]), "Header": flagged(len(hd), j[fails])}


@rule(
    "460",
    "The episode ended because of the 18th birthday (E17), but before it.",
    table="Episodes",
    fields="DEC REC",
    needs="Episodes Header",
)
def of_age_too_early(r: Records) -> Mask:
    ep = r.episodes
    i, j = _born(r)
    return flagged(len(ep), i[(ep.REC == "E17")[i] & (ep.DEC[i] < birthday(r.header.DOB, 18)[j])])
