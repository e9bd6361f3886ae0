"""Rules on one episode, and on an episode beside the child's other episodes."""

from __future__ import annotations

import numpy as np

from cla.ssda903.rules.columns import Columns, Mask, at, birthday, blank, day, filled
from cla.ssda903.rules.records import Records, blank_first, blank_last, flagged, order_rows
from cla.ssda903.rules.registry import Masks, make, row_rule, rule

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
    return t.DECOM < day(1991, 10, 14)


@row_rule(
    "354", "The episode begins after the end of the year.", table="Episodes", fields="DECOM"
)
def begins_after_the_year(t: Columns) -> Mask:
    return t.DECOM > t.end


@row_rule(
    "355", "The episode ends on the day it begins.", table="Episodes", fields="DECOM DEC"
)
def ends_on_the_same_day(t: Columns) -> Mask:
    return t.DECOM == t.DEC


@row_rule(
    "356", "The episode ends before it begins.", table="Episodes", fields="DECOM DEC"
)
def ends_before_it_begins(t: Columns) -> Mask:
    return t.DEC < t.DECOM


@row_rule("385", "The episode ends after the end of the year.", table="Episodes", fields="DEC")
def ends_after_the_year(t: Columns) -> Mask:
    return t.DEC > t.end


@row_rule(
    "365", "A short break (V3) lasts more than 17 days.", table="Episodes", fields="LS DECOM DEC"
)
def short_break_too_long(t: Columns) -> Mask:
    """An open episode counts to 31 March; exactly 17 days passes."""
    return (t.LS == "V3") & (_ends(t) > t.DECOM + 17)


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
    return (t.LS == "D1") & (t.DECOM > day(2005, 12, 31))


@row_rule(
    "446",
    "A placement order (E1) begins before 1 December 2005.",
    table="Episodes",
    fields="LS DECOM",
)
def placement_order_too_early(t: Columns) -> Mask:
    return (t.LS == "E1") & (t.DECOM < day(2005, 12, 1))


@row_rule(
    "451",
    "An episode under a freeing order (D1) is still open.",
    table="Episodes",
    fields="LS DEC REC",
    until=2024,
)
def freed_and_open(t: Columns) -> Mask:
    return (t.LS == "D1") & blank(t.DEC) & blank(t.REC)


def _ends(t: Columns) -> np.ndarray:
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


def _header_birthday(r: Records, years: int) -> np.ndarray:
    """For each episode the birthday by the child's first Header row; missing without one."""
    row = np.full(r.children, -1, dtype=np.intp)
    known = np.flatnonzero(r.header.child >= 0)[::-1]
    row[r.header.child[known]] = known
    return at(birthday(r.header.DOB, years), at(row, r.episodes.child))


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
    old_enough = ep.DEC >= _header_birthday(r, 14)
    return ep.REC.is_in("E5", "E6") & filled(ep.DEC) & ~old_enough


@rule(
    "389",
    "The child passed to adult social care before the 16th birthday.",
    table="Episodes",
    fields="DEC REC",
    needs="Episodes Header",
)
def adult_care_under_sixteen(r: Records) -> Mask:
    """REC is E7 and DEC is not on or after DOB + 16 years (a missing DEC or DOB fails)."""
    return (r.episodes.REC == "E7") & ~(r.episodes.DEC >= _header_birthday(r, 16))


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
    since=2021,
)
def of_age_too_early(r: Records) -> Mask:
    ep = r.episodes
    i, j = _born(r)
    return flagged(
        len(ep), i[(ep.REC == "E17")[i] & (ep.DEC[i] < birthday(r.header.DOB, 18)[j])]
    )


# Neighbours


@rule(
    "142",
    "An episode is followed by another, but has no end date or no reason for ending.",
    table="Episodes",
    fields="DEC REC",
    stage=1,
)
def earlier_episode_open(r: Records) -> Mask:
    """Every episode but the child's last by DECOM needs DEC and REC; a blank DECOM comes last."""
    ep = r.episodes
    return (r.episode_order.next >= 0) & (blank(ep.DEC) | blank(ep.REC))


@rule(
    "388",
    "The reason for ending does not fit whether and when another episode follows.",
    table="Episodes",
    fields="DEC REC",
    stage=1,
)
def reason_does_not_fit_what_follows(r: Records) -> Mask:
    """With DEC filled: X1 is followed by an episode that begins on DEC; any other reason is not; the last
    episode does not end with X1. A blank DECOM comes first."""
    ep = r.episodes
    order = order_rows(ep.child, blank_first(ep.DECOM))
    follows = order.next >= 0
    next_day = at(ep.DECOM, order.next)
    continues = ep.REC == "X1"
    return filled(ep.DEC) & (
        (follows & continues & (ep.DEC != next_day))
        | (follows & filled(ep.REC) & ~continues & (ep.DEC == next_day))
        | (order.last & continues)
    )


@rule(
    "357",
    "The child's first episode begins in the year, but not as a new period of care (S).",
    table="Episodes",
    fields="RNE DECOM",
    stage=1,
)
def first_episode_not_new(r: Records) -> Mask:
    ep = r.episodes
    first = flagged(len(ep), r.first_episode)
    return first & (ep.DECOM >= r.start) & (ep.RNE != "S")


@rule(
    "431",
    "A new period of care begins on or before the day the last episode ended.",
    table="Episodes",
    fields="RNE DECOM",
)
def new_period_too_early(r: Records) -> Mask:
    ep = r.episodes
    return (ep.RNE == "S") & (ep.DECOM <= at(ep.DEC, r.episode_order.previous))


@rule(
    "432",
    "Care had ended with the previous episode, but this one is not a new period of care (S).",
    table="Episodes",
    fields="RNE",
)
def not_a_new_period(r: Records) -> Mask:
    ep = r.episodes
    return at(ep.REC, r.episode_order.previous).is_in(*ENDS_CARE) & (ep.RNE != "S")


@rule(
    "433",
    "The episode continues care, but does not begin on the day the previous one ended.",
    table="Episodes",
    fields="RNE DECOM",
)
def gap_in_care(r: Records) -> Mask:
    """RNE is P, L, T, U or B, and DECOM is not the previous episode's DEC (or one is blank). Order: CHILD,
    DECOM, DEC."""
    ep = r.episodes
    previous = order_rows(ep.child, blank_last(ep.DECOM), blank_last(ep.DEC)).previous
    continues = ep.RNE.is_in("P", "L", "T", "U", "B") & (previous >= 0)
    return continues & (ep.DECOM != at(ep.DEC, previous))


@rule(
    "434",
    "Only the legal status should change here (L), but it did not, or the placement did.",
    table="Episodes",
    fields="RNE LS PLACE PL_POST URN PLACE_PROVIDER",
)
def more_than_the_status_changed(r: Records) -> Mask:
    """RNE is L, and LS is the previous one or any of PLACE, PL_POST, URN, PLACE_PROVIDER is not."""
    ep, previous = r.episodes, r.episode_order.previous
    moved = np.logical_or.reduce(
        [~ep[name].same(at(ep[name], previous)) for name in SAME_PLACEMENT]
    )
    same_status = ep.LS == at(ep.LS, previous)
    return (ep.RNE == "L") & (previous >= 0) & (same_status | moved)


@rule(
    "435",
    "Only the placement should change here (P, T), but it did not, or the legal status did.",
    table="Episodes",
    fields="RNE LS PLACE PL_POST URN PLACE_PROVIDER",
)
def more_than_the_placement_changed(r: Records) -> Mask:
    """RNE is P or T, and LS differs or PLACE, PL_POST, URN and PLACE_PROVIDER are all filled and equal."""
    ep, previous = r.episodes, r.episode_order.previous
    unmoved = np.logical_and.reduce([ep[name] == at(ep[name], previous) for name in SAME_PLACEMENT])
    changed_status = ep.LS != at(ep.LS, previous)
    return ep.RNE.is_in("P", "T") & (previous >= 0) & (changed_status | unmoved)


@rule(
    "436",
    "Legal status and placement should both change here (U, B), but one did not.",
    table="Episodes",
    fields="RNE LS PLACE PL_POST URN PLACE_PROVIDER",
)
def not_both_changed(r: Records) -> Mask:
    """RNE is U or B, and LS is the previous one, or PLACE, PL_POST, URN and PLACE_PROVIDER all are."""
    ep, previous = r.episodes, r.episode_order.previous
    unmoved = np.logical_and.reduce(
        [ep[name].same(at(ep[name], previous)) for name in SAME_PLACEMENT]
    )
    same_status = ep.LS == at(ep.LS, previous)
    return ep.RNE.is_in("U", "B") & (previous >= 0) & (same_status | unmoved)


@rule(
    "437",
    "An episode follows one that ended with the child's death (E2) or an age assessment (E15).",
    table="Episodes",
    fields="REC",
)
def episode_after_the_last(r: Records) -> Mask:
    """REC is E2 or E15 and a later episode exists; rows without DECOM are not flagged."""
    ep = r.episodes
    return ep.REC.is_in("E2", "E15") & (r.episode_order.next >= 0) & filled(ep.DECOM)


@rule(
    "501",
    "The episode begins before the previous one ended.",
    table="Episodes",
    fields="DECOM DEC",
)
def overlapping_episodes(r: Records) -> Mask:
    ep = r.episodes
    return ep.DECOM < at(ep.DEC, r.episode_order.previous)


@rule(
    "504",
    "The category of need changes within a period of care.",
    table="Episodes",
    fields="CIN",
)
def need_changes(r: Records) -> Mask:
    """The previous episode ended with X1 on this DECOM and has another CIN (two blanks differ)."""
    ep, previous = r.episodes, r.episode_order.previous
    continues = (at(ep.REC, previous) == "X1") & (ep.DECOM == at(ep.DEC, previous))
    return continues & (ep.CIN != at(ep.CIN, previous))


# Time limits of legal statuses


def _runs(r: Records, status: str) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the dated episodes of a status in (CHILD, DECOM) order, and where each run begins.

    A run is a chain of one child's episodes of that status of which each begins when the one before ends.
    """
    ep = r.episodes
    rows = np.flatnonzero((ep.LS == status) & filled(ep.DECOM) & (ep.child >= 0))
    rows = rows[order_rows(ep.child[rows], blank_last(ep.DECOM[rows])).sorted]
    begins = np.ones(len(rows), dtype=bool)
    ends = _ends(ep)
    same_child = ep.child[rows][1:] == ep.child[rows][:-1]
    begins[1:] = ~(same_child & (ep.DECOM[rows][1:] == ends[rows][:-1]))
    return rows, begins


def _run_too_long(r: Records, status: str, days: int) -> Mask:
    """Every episode of a run whose last DEC is more than so many days after its first DECOM."""
    ep = r.episodes
    rows, begins = _runs(r, status)
    if not len(rows):
        return np.zeros(len(ep), dtype=bool)
    first = np.flatnonzero(begins)
    start = np.minimum.reduceat(ep.DECOM[rows].astype(np.int64), first)
    end = np.maximum.reduceat(_ends(ep)[rows].astype(np.int64), first)
    run = np.cumsum(begins) - 1
    return flagged(len(ep), rows[(end - start > days)[run]])


def _days_too_many(r: Records, status: str, days: int) -> Mask:
    """Every episode of a run of a status in which the days add up to more than so many.

    A new run begins when DECOM is after the previous DEC. An unreadable DEC adds no days and ends no run.
    """
    ep = r.episodes
    rows = np.flatnonzero((ep.LS == status) & filled(ep.DECOM) & (ep.child >= 0))
    if not len(rows):
        return np.zeros(len(ep), dtype=bool)
    rows = rows[order_rows(ep.child[rows], blank_last(ep.DECOM[rows])).sorted]
    ends = np.where(ep.given("DEC"), ep.DEC, r.end)[rows]
    begins = np.ones(len(rows), dtype=bool)
    changed = ep.child[rows][1:] != ep.child[rows][:-1]
    begins[1:] = changed | (ep.DECOM[rows][1:] > ends[:-1])
    lengths = np.where(np.isnat(ends), 0, (ends - ep.DECOM[rows]).astype(np.int64))
    totals = np.add.reduceat(lengths, np.flatnonzero(begins))
    return flagged(len(ep), rows[(totals > days)[np.cumsum(begins) - 1]])


for _code, _status, _what, _days, _judge in (
    ("361", "L1", "Police protection (L1)", 3, _run_too_long),
    ("362", "L2", "An emergency protection order (L2)", 21, _run_too_long),
    ("363", "L3", "A child assessment order (L3)", 7, _days_too_many),
    ("364", "J2", "Detention in police custody (J2)", 21, _days_too_many),
):
    make(
        _code,
        f"{_what} lasts more than {_days} days.",
        table="Episodes",
        fields="LS DECOM DEC",
        judge=lambda r, _year, status=_status, days=_days, judge=_judge: judge(r, status, days),
        condition=f"Adjoining episodes of {_status} count together, an open one to 31 March; every one of them "
        "is flagged.",
    )


@rule(
    "367",
    "The child's short breaks (V3) come to more than 75 days in the year.",
    table="Episodes",
    fields="LS DECOM DEC",
)
def short_breaks_too_many_days(r: Records) -> Mask:
    """Days of V3 episodes inside the year; all V3 episodes of the child are flagged."""
    ep = r.episodes
    breaks = (ep.LS == "V3") & (ep.child >= 0) & filled(ep.DECOM)
    begins = np.maximum(ep.DECOM, r.start)
    days = (np.minimum(_ends(ep), r.end) - begins)[breaks].astype(np.int64)
    total = np.bincount(
        ep.child[breaks], weights=np.maximum(days, 0), minlength=r.children
    )
    return breaks & r.rows_of(total > 75, ep)


@rule(
    "426",
    "The child has both kinds of short breaks (V3 and V4).",
    table="Episodes",
    fields="LS",
)
def both_kinds_of_short_breaks(r: Records) -> Mask:
    ep = r.episodes
    both = r.any_of_child(ep, ep.LS == "V3") & r.any_of_child(ep, ep.LS == "V4")
    return r.respite & r.rows_of(both, ep)


@rule(
    "580",
    "The child went missing until the 18th birthday, but the episode did not end for turning 18 (E8).",
    table="Episodes",
    fields="REC DEC",
    needs="Episodes Missing",
    since=2015,
)
def missing_until_eighteen(r: Records) -> Mask:
    """DEC is the 18th birthday (Missing's DOB) and a MIS_END of the child, and REC is not E8."""
    ep, mi = r.episodes, r.missing
    i, j = r.pairs(ep, mi)
    on_birthday = ep.DEC[i] == birthday(mi.DOB, 18)[j]
    fails = on_birthday & (ep.DEC[i] == mi.MIS_END[j]) & (ep.REC != "E8")[i]
    return flagged(len(ep), i[fails])


