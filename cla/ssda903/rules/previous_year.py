"""Rules on whether this year's episodes continue last year's."""

from __future__ import annotations

import numpy as np

from cla.ssda903.rules.columns import Mask, Positions, at, blank, filled
from cla.ssda903.rules.episodes import ADOPTED
from cla.ssda903.rules.placements import Z1_SPLIT
from cla.ssda903.rules.records import Records, blank_last, flagged
from cla.ssda903.rules.registry import make, rule

BOTH_YEARS = "Episodes Episodes_last"
RECODED = {
    2024: (("H5", ("K3",)),),
    2025: (("H5", ("K3",)),),
    2026: (("Z1", Z1_SPLIT),),
}
"""By collection year: placement codes of last year that became others without a move."""


def _carried_over(r: Records) -> tuple[Positions, Positions]:
    """First episode of this year and last episode of last year, of children whose last one was
    open. Of episodes that begin on one day the first in the file is taken, in both years."""
    before = r.last.episodes
    first, final = r.first_episode, r.last.latest(before, before.DECOM)
    both = (first >= 0) & (final >= 0) & at(blank(r.last.episodes.DEC), final)
    return first[both], final[both]


def _differs(r: Records, name: str) -> Mask:
    first, final = r.remember(_carried_over)
    now, then = at(r.episodes[name], first), at(r.last.episodes[name], final)
    changed = ~now.same(then)
    if name == "PLACE":
        for before, after in RECODED.get(r.year, ()):
            changed &= ~((then == before) & now.is_in(*after))
    return flagged(len(r.episodes), first[changed])


def _further_away(r: Records) -> Mask:
    """By pair carried over: the distance differs by 0.2 miles or more, or is only known this
    year."""
    first, final = r.remember(_carried_over)
    now, then = at(r.episodes.PL_DISTANCE, first), at(r.last.episodes.PL_DISTANCE, final)
    # Half a tenth is far below the precision of a distance: 0.2 itself must not be lost to
    # rounding.
    return (np.abs(now - then) >= 0.2 - 1e-9) | (blank(then) & filled(now))


def _same_reason(r: Records) -> Mask:
    """By pair carried over: the same RNE in both years (two blanks are not)."""
    first, final = r.remember(_carried_over)
    same: Mask = at(r.episodes.RNE, first) == at(r.last.episodes.RNE, final)
    return same


for _code, _name, _what in (
    ("503A", "RNE", "reason for new episode"),
    ("503B", "LS", "legal status"),
    ("503C", "CIN", "category of need"),
    ("503E", "PLACE_PROVIDER", "placement provider"),
    ("503F", "URN", "Ofsted number"),
    ("503H", "PL_LA", "placement authority"),
    ("503J", "PL_LOCATION", "placement inside or outside the authority"),
):
    _derived = f" Episodes.{_name} Episodes_last.{_name}" if _name.startswith("PL_L") else ""
    make(
        _code,
        f"The {_what} of the episode carried over from last year has changed.",
        table="Episodes",
        fields=_name,
        needs=BOTH_YEARS + _derived,
        judge=lambda r, _year, name=_name: _differs(r, name),
        condition=f"The child's first episode fails when last year's last episode was open and "
        f"has another {_name}.",
    )

for _years in ((None, 2024), (2025, 2025), (2026, None)):
    make(
        "503D",
        "The placement type of the episode carried over from last year has changed.",
        table="Episodes",
        fields="PLACE",
        needs=BOTH_YEARS,
        judge=lambda r, _year: _differs(r, "PLACE"),
        condition="The child's first episode fails when last year's last episode was open and has "
        "another PLACE. H5 may "
        "become K3 in 2023-24 and 2024-25, and Z1 become Z11 to Z14 in 2025-26.",
        years=_years,
    )


def _flag_first(r: Records, fails: Mask) -> Mask:
    first, _ = r.remember(_carried_over)
    return flagged(len(r.episodes), first[fails])


DISTANCES = f"{BOTH_YEARS} Episodes.PL_DISTANCE Episodes_last.PL_DISTANCE"


@rule(
    "503G",
    "The distance from home of the episode carried over from last year has changed.",
    table="Episodes",
    fields="PL_DISTANCE",
    needs=DISTANCES,
)
def distance_changed(r: Records) -> Mask:
    """It differs by 0.2 miles or more, or was missing last year and is not now."""
    return _flag_first(r, _further_away(r))


@rule(
    "453",
    "The distance from home has changed since last year, though the episode's reason has not.",
    table="Episodes",
    fields="PL_DISTANCE",
    needs=DISTANCES,
)
def distance_changed_alone(r: Records) -> Mask:
    """As 503G, when RNE is last year's."""
    return _flag_first(r, _further_away(r) & _same_reason(r))


@rule(
    "452",
    "The placement authority has changed since last year, though the episode's reason has not.",
    table="Episodes",
    fields="PL_LA",
    needs=f"{BOTH_YEARS} Episodes.PL_LA Episodes_last.PL_LA",
)
def authority_changed_alone(r: Records) -> Mask:
    """As 503H, when RNE is last year's."""
    return _differs(r, "PL_LA") & _flag_first(r, _same_reason(r))


@rule(
    "502",
    "An episode was open at the end of last year, but this year's first begins on another day.",
    table="Episodes",
    fields="DECOM",
    needs=BOTH_YEARS,
    stage=1,
)
def not_carried_over(r: Records) -> Mask:
    """The DECOM of the child's first episode differs from that of an open episode of last year."""
    ep, last = r.episodes, r.last.episodes
    first = at(r.first_episode, last.child)
    differs = (first >= 0) & blank(last.DEC) & (at(ep.DECOM, first) != last.DECOM)
    return flagged(len(ep), first[differs])


@rule(
    "562",
    "The first episode begins before the year, but is not last year's last.",
    table="Episodes",
    fields="DECOM",
    needs=BOTH_YEARS,
)
def older_episode_unknown(r: Records) -> Mask:
    """DECOM is before 1 April and last year's last episode does not have it (nor when there is
    none)."""
    ep, last = r.episodes, r.last.episodes
    began = at(ep.DECOM, r.first_episode)
    fails = (began < r.start) & (began != at(last.DECOM, r.last.latest_episode))
    return flagged(len(ep), r.first_episode[fails])


@rule(
    "NoE",
    "The episode begins before the year, but the child has no episode last year.",
    table="Episodes",
    fields="DECOM",
    needs=BOTH_YEARS,
    stage=1,
)
def child_unknown_last_year(r: Records) -> Mask:
    return (r.start > r.episodes.DECOM) & ~r.rows_of(r.last.in_table(r.last.episodes), r.episodes)


@rule(
    "199",
    "The child was adopted earlier and has a new episode under the same identifier.",
    table="Episodes",
    fields="CHILD REC",
    needs="Episodes",
    stage=1,
)
def episode_after_adoption(r: Records) -> Mask:
    """An episode of this year or last with REC E11 or E12 comes before this one (by DECOM; of
    equals this year's come first)."""
    years = [r.episodes]
    if r.ret.previous is not None and r.last.has("Episodes"):
        years.append(r.last.episodes)
    child = np.concatenate([ep.child.astype(np.intp) for ep in years])
    began = np.concatenate([ep.DECOM for ep in years])
    adopted = np.concatenate([ep.REC.is_in(*ADOPTED) for ep in years])
    rows = np.flatnonzero((child >= 0) & filled(began))
    rows = rows[np.lexsort((rows, blank_last(began[rows]), child[rows]))]
    if not len(rows):
        return np.zeros(len(r.episodes), dtype=bool)
    before = np.cumsum(adopted[rows]) - adopted[rows]
    starts = np.append(True, child[rows][1:] != child[rows][:-1])
    of_others = np.repeat(before[starts], np.diff(np.append(np.flatnonzero(starts), len(rows))))
    return flagged(len(child), rows[before > of_others])[: len(r.episodes)]
