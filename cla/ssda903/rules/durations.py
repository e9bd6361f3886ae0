"""Rules on how long a legal status or a temporary placement may last."""

from __future__ import annotations

import numpy as np

from cla.ssda903.rules.columns import (
    Mask,
    filled,
)
from cla.ssda903.rules.episodes import until_end
from cla.ssda903.rules.records import Records, blank_last, flagged, order_rows
from cla.ssda903.rules.registry import make, rule


def _runs(r: Records, status: str) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the dated episodes of a status in (CHILD, DECOM) order, and where each run
    begins.

    A run is a chain of one child's episodes of that status of which each begins when the one before
    ends.
    """
    ep = r.episodes
    rows = np.flatnonzero((status == ep.LS) & filled(ep.DECOM) & (ep.child >= 0))
    rows = rows[order_rows(ep.child[rows], blank_last(ep.DECOM[rows])).sorted]
    begins = np.ones(len(rows), dtype=bool)
    ends = until_end(ep)
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
    end = np.maximum.reduceat(until_end(ep)[rows].astype(np.int64), first)
    run = np.cumsum(begins) - 1
    return flagged(len(ep), rows[(end - start > days)[run]])


def _days_too_many(r: Records, status: str, days: int) -> Mask:
    """Every episode of a run of a status in which the days add up to more than so many.

    A new run begins when DECOM is after the previous DEC. An unreadable DEC adds no days and ends
    no run.
    """
    ep = r.episodes
    rows = np.flatnonzero((status == ep.LS) & filled(ep.DECOM) & (ep.child >= 0))
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
        condition=f"Adjoining episodes of {_status} count together, an open one to 31 March; "
        f"every one of them "
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
    days = (np.minimum(until_end(ep), r.end) - begins)[breaks].astype(np.int64)
    total = np.bincount(ep.child[breaks], weights=np.maximum(days, 0), minlength=r.children)
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
