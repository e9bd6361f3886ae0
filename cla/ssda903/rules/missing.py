"""Rules on children who go missing, and on deprivation of liberty orders, which are dated alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cla.ssda903.rules.columns import Columns, Mask, at, birthday, blank, filled
from cla.ssda903.rules.records import Records, blank_last, flagged, join, order_rows
from cla.ssda903.rules.registry import Masks, make, make_row_rule, row_rule, rule

SECURE = ("K2", "Z12", "Z13")
NOT_RESTRICTED = ("K1", "P1", "R5", "K3")


@row_rule(
    "564",
    "The start of the missing incident is missing.",
    table="Missing",
    fields="MISSING MIS_START",
)
def missing_since_when(t: Columns) -> Mask:
    return t.MISSING.upper().is_in("M", "A") & blank(t.MIS_START)


for _code, _date, _what in (("565", "MIS_START", "start"), ("566", "MIS_END", "end")):
    make_row_rule(
        _code,
        f"The {_what} of an incident is given, but not whether the child was missing or away.",
        table="Missing",
        fields=f"MISSING {_date}",
        row_judge=lambda t, _year, name=_date: filled(t[name]) & blank(t.MISSING),
        condition=f"Fails when {_date} is filled and MISSING is blank.",
    )

for _code, _table, _start, _end, _what, _judge in (
    ("567", "Missing", "MIS_START", "MIS_END", "incident ends before it begins", np.less),
    (
        "702",
        "DoLo",
        "DOLO_START",
        "DOLO_END",
        "order ends on or before the day it begins",
        np.less_equal,
    ),
):
    make_row_rule(
        _code,
        f"The {_what}.",
        table=_table,
        fields=f"{_start} {_end}",
        stage=2 if _table == "Missing" else "unknown",
        row_judge=lambda t, _year, s=_start, e=_end, judge=_judge: judge(t[e], t[s]),
        condition=f"Fails when {_end} is {'before' if _judge is np.less else 'on or before'} "
        f"{_start}.",
    )

FAMILIES = (
    ("Missing", "MIS_START", "MIS_END", "incident", 2, ("570", "571", "574", "577", "586")),
    ("DoLo", "DOLO_START", "DOLO_END", "order", "unknown", ("703", "704", "705", "707", "708")),
)
"""Table, start, end, what a row is, stage, and the rules: starts after the year, ends outside the
year, overlaps the one before, lies outside every period of care, begins before birth."""


def _overlapping(t: Columns, start: str, end: str) -> Mask:
    """Rows whose predecessor of the same child is open, or ends after this one begins."""
    sorted_by = np.where(np.isnat(t[end]), t[start], t[end])
    previous = order_rows(t.child, blank_last(sorted_by), blank_last(t[start])).previous
    ended = at(t[end], previous)
    return (previous >= 0) & (blank(ended) | (t[start] < ended))


def _outside_care(r: Records, t: Columns, outside: Callable[..., Mask]) -> Mask:
    """Rows of children with a period of care that are outside every one of them."""
    i, j = join(t.child, r.periods.child)
    apart = outside(i, r.periods.start[j], r.periods.end[j])
    return flagged(len(t), i) & ~flagged(len(t), i[~apart])


def _not_in_a_period(r: Records, table: str, start: str, end: str) -> Mask:
    t = r.table(table)

    def outside(i: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> Mask:
        began, ended = t[start][i], t[end][i]
        still_open = blank(ended)
        return (
            (filled(ends) & still_open)
            | (still_open & (began < begins))
            | (ended > ends)
            | (ended < begins)
        )

    return filled(t[start]) & _outside_care(r, t, outside)


for _table, _start, _end, _what, _stage, _codes in FAMILIES:
    make_row_rule(
        _codes[0],
        f"The {_what} begins after the end of the year.",
        table=_table,
        fields=_start,
        stage=_stage,
        row_judge=lambda t, _year, name=_start: t[name] > t.end,
        condition=f"Fails when {_start} is after 31 March.",
    )
    make_row_rule(
        _codes[1],
        f"The {_what} ends outside the year.",
        table=_table,
        fields=_end,
        stage=_stage,
        row_judge=lambda t, _year, name=_end: (t[name] < t.start) | (t[name] > t.end),
        condition=f"Fails when {_end} is before 1 April or after 31 March of the year.",
    )
    make(
        _codes[2],
        f"The {_what} begins before the child's earlier one ended.",
        table=_table,
        fields=f"{_start} {_end}",
        stage=_stage,
        judge=lambda r, _year, t=_table, s=_start, e=_end: _overlapping(r.table(t), s, e),
        condition=f"Fails when the child's previous row (by {_end}, or {_start} while open) has "
        f"no {_end}, or a later one "
        f"than this {_start}.",
    )
    make(
        _codes[3],
        f"The {_what} goes on outside the time the child was looked after.",
        table=_table,
        fields=f"{_start} {_end}",
        needs=f"Episodes {_table}",
        stage=_stage,
        judge=lambda r, _year, t=_table, s=_start, e=_end: _not_in_a_period(r, t, s, e),
        condition="Fails when the child has a period of care, and the row is outside every one: "
        "open although the period "
        "ended, begun before it while open, or ended before or after it.",
    )
    make_row_rule(
        _codes[4],
        f"The {_what} begins on or before the date of birth.",
        table=_table,
        fields=f"{_start} DOB",
        stage=_stage,
        row_judge=lambda t, _year, name=_start: t[name] <= t.DOB,
        condition=f"Fails when {_start} is on or before DOB.",
    )


@rule(
    "575",
    "The incident has no end, although the episode in which it began has ended.",
    table="Missing",
    fields="MIS_END",
    needs="Episodes Missing",
)
def open_after_the_episode(r: Records) -> Mask:
    """MIS_END is blank and MIS_START is inside an ended episode of the child (both ends
    included)."""
    mi, ep = r.missing, r.episodes
    i, j = r.pairs(mi, ep)
    inside = (ep.DECOM[j] <= mi.MIS_START[i]) & (mi.MIS_START[i] <= ep.DEC[j])
    return flagged(len(mi), i[inside]) & blank(mi.MIS_END)


@rule(
    "576",
    "An incident that was open at the end of last year is not continued.",
    table="Missing",
    fields="CHILD MIS_START",
    needs="Missing Missing_last",
)
def incident_not_continued(r: Records) -> Mask:
    """The child's earliest row has another MIS_START than an open row of last year."""
    mi, last = r.missing, r.last.missing
    first = order_rows(mi.child, blank_last(mi.MIS_START)).first
    i, j = r.pairs(mi, last)
    differs = blank(last.MIS_END)[j] & (mi.MIS_START[i] != last.MIS_START[j])
    return first & flagged(len(mi), i[differs])


@rule(
    "578",
    "The incident begins outside the time the child was looked after.",
    table="Missing",
    fields="MIS_START",
    needs="Episodes Missing",
)
def begins_outside_care(r: Records) -> Mask:
    """The child has a period of care, and MIS_START is before the start or after the end of every
    one."""
    mi = r.missing

    def outside(i: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> Mask:
        return (mi.MIS_START[i] < begins) | (mi.MIS_START[i] > ends)

    return _outside_care(r, mi, outside)


@rule(
    "581",
    "The incident does not begin in any episode of the child.",
    table="Missing",
    fields="MIS_START",
    needs="Episodes Missing",
    since=2023,
)
def begins_outside_episodes(r: Records) -> Mask:
    """The child has episodes, and none with DECOM on or before MIS_START and DEC blank or on or
    after it."""
    mi, ep = r.missing, r.episodes
    i, j = r.pairs(mi, ep)
    inside = (ep.DECOM[j] <= mi.MIS_START[i]) & ~(ep.DEC[j] < mi.MIS_START[i])
    return filled(mi.MIS_START) & flagged(len(mi), i) & ~flagged(len(mi), i[inside])


@rule(
    "706",
    "An order that was open at the end of last year is not on this year's file.",
    table="DoLo Header",
    fields="CHILD DOLO_START",
    needs="DoLo DoLo_last",
    stage="unknown",
)
def order_not_continued(r: Records) -> Masks:
    """Last year's row has no DOLO_END and no row of this year has its CHILD and DOLO_START. The
    child's rows of this year are flagged; the Header row when there is none."""
    now, last = r.dolo, r.last.dolo
    i, j = r.pairs(last, now)
    began, begins = last.DOLO_START[i], now.DOLO_START[j]
    continued = flagged(len(last), i[(began == begins) | (blank(began) & blank(begins))])
    lost = r.any_of_child(last, blank(last.DOLO_END) & ~continued)
    found = {"DoLo": r.rows_of(lost, now)}
    if r.has("Header"):
        found["Header"] = r.rows_of(lost & ~r.in_table(now), r.header)
    return found


def _order_in_placement(r: Records, wrong: Mask) -> Masks:
    """Orders with both dates that overlap an episode with a wrong placement, and those episodes."""
    lo, ep = r.dolo, r.episodes
    i, j = r.pairs(lo, ep)
    overlaps = ~(lo.DOLO_START[i] > ep.DEC[j]) & (lo.DOLO_END[i] >= ep.DECOM[j])
    fails = overlaps & filled(lo.DOLO_START)[i] & wrong[j]
    return {"DoLo": flagged(len(lo), i[fails]), "Episodes": flagged(len(ep), j[fails])}


@rule(
    "709",
    "The child was under an order in a placement that does not restrict liberty.",
    table="DoLo Episodes",
    fields="DOLO_START DOLO_END PLACE",
    stage="unknown",
)
def order_outside_secure(r: Records) -> Masks:
    """The order overlaps an episode whose PLACE is not K2, Z12 or Z13."""
    return _order_in_placement(r, ~r.episodes.PLACE.is_in(*SECURE))


@rule(
    "710",
    "The child was under an order in a placement in which none can apply.",
    table="DoLo Episodes",
    fields="DOLO_START DOLO_END PLACE",
    stage="unknown",
)
def order_where_none_applies(r: Records) -> Masks:
    """The order overlaps an episode whose PLACE is K1, P1, R5 or K3."""
    return _order_in_placement(r, r.episodes.PLACE.is_in(*NOT_RESTRICTED))


@rule(
    "580",
    "The child went missing until the 18th birthday, but the episode did not end for turning 18 "
    "(E8).",
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
