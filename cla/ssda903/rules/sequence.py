"""Rules on an episode beside the child's other episodes: order, gaps, and what changes between
them."""

from __future__ import annotations

import numpy as np

from cla.ssda903 import layout
from cla.ssda903.rules.columns import (
    Mask,
    at,
    blank,
    filled,
)
from cla.ssda903.rules.episodes import ENDS_CARE, SAME_PLACEMENT
from cla.ssda903.rules.records import Records, blank_first, blank_last, flagged, order_rows
from cla.ssda903.rules.registry import rule


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
    """With DEC filled: X1 is followed by an episode that begins on DEC; any other reason is not;
    the last episode does not end with X1. A blank DECOM comes first."""
    ep = r.episodes
    order = order_rows(ep.child, blank_first(ep.DECOM))
    follows = order.next >= 0
    next_day = at(ep.DECOM, order.next)
    continues = ep.REC == "X1"
    return filled(ep.DEC) & (
        (follows & continues & (next_day != ep.DEC))
        | (follows & filled(ep.REC) & ~continues & (next_day == ep.DEC))
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
    return first & (r.start <= ep.DECOM) & (ep.RNE != "S")


@rule(
    "431",
    "A new period of care begins on or before the day the last episode ended.",
    table="Episodes",
    fields="RNE DECOM",
)
def new_period_too_early(r: Records) -> Mask:
    ep = r.episodes
    return (ep.RNE == "S") & (at(ep.DEC, r.episode_order.previous) >= ep.DECOM)


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
    """RNE is P, L, T, U or B, and DECOM is not the previous episode's DEC (or one is blank). Order:
    CHILD, DECOM, DEC."""
    ep = r.episodes
    previous = order_rows(ep.child, blank_last(ep.DECOM), blank_last(ep.DEC)).previous
    continues = ep.RNE.is_in("P", "L", "T", "U", "B") & (previous >= 0)
    return continues & (at(ep.DEC, previous) != ep.DECOM)


@rule(
    "434",
    "Only the legal status should change here (L), but it did not, or the placement did.",
    table="Episodes",
    fields="RNE LS PLACE PL_POST URN PLACE_PROVIDER",
    since=layout.FIRST_YEAR,
)
def more_than_the_status_changed(r: Records) -> Mask:
    """RNE is L, and LS is the previous one or any of PLACE, PL_POST, URN, PLACE_PROVIDER is not."""
    ep, previous = r.episodes, r.episode_order.previous
    moved = np.logical_or.reduce(
        [~ep[name].same(at(ep[name], previous)) for name in SAME_PLACEMENT]
    )
    same_status = at(ep.LS, previous) == ep.LS
    return (ep.RNE == "L") & (previous >= 0) & (same_status | moved)


@rule(
    "435",
    "Only the placement should change here (P, T), but it did not, or the legal status did.",
    table="Episodes",
    fields="RNE LS PLACE PL_POST URN PLACE_PROVIDER",
    since=layout.FIRST_YEAR,
)
def more_than_the_placement_changed(r: Records) -> Mask:
    """RNE is P or T, and LS differs or PLACE, PL_POST, URN and PLACE_PROVIDER are all filled and
    equal."""
    ep, previous = r.episodes, r.episode_order.previous
    unmoved = np.logical_and.reduce([ep[name] == at(ep[name], previous) for name in SAME_PLACEMENT])
    changed_status = at(ep.LS, previous) != ep.LS
    return ep.RNE.is_in("P", "T") & (previous >= 0) & (changed_status | unmoved)


@rule(
    "436",
    "Legal status and placement should both change here (U, B), but one did not.",
    table="Episodes",
    fields="RNE LS PLACE PL_POST URN PLACE_PROVIDER",
    since=layout.FIRST_YEAR,
)
def not_both_changed(r: Records) -> Mask:
    """RNE is U or B, and LS is the previous one, or PLACE, PL_POST, URN and PLACE_PROVIDER all
    are."""
    ep, previous = r.episodes, r.episode_order.previous
    unmoved = np.logical_and.reduce(
        [ep[name].same(at(ep[name], previous)) for name in SAME_PLACEMENT]
    )
    same_status = at(ep.LS, previous) == ep.LS
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
    return at(ep.DEC, r.episode_order.previous) > ep.DECOM


@rule(
    "504",
    "The category of need changes within a period of care.",
    table="Episodes",
    fields="CIN",
)
def need_changes(r: Records) -> Mask:
    """The previous episode ended with X1 on this DECOM and has another CIN (two blanks differ)."""
    ep, previous = r.episodes, r.episode_order.previous
    continues = (at(ep.REC, previous) == "X1") & (at(ep.DEC, previous) == ep.DECOM)
    return continues & (at(ep.CIN, previous) != ep.CIN)
