"""Rules on the previous permanence option (PrevPerm)."""

from __future__ import annotations

import calendar
import re
from datetime import date

import numpy as np

from cla.ssda903.rules.columns import Columns, Mask, Texts, at, blank, filled
from cla.ssda903.rules.records import Records, flagged
from cla.ssda903.rules.registry import Masks, row_rule, rule

PARTIAL = re.compile(r"(\d{1,2}|ZZ)/(\d{1,2}|ZZ)/(\d{4}|ZZZZ)", re.ASCII)


def latest_day(text: str) -> date | None:
    """The latest day that a partial date can mean; None for what is no date at all.

    An unknown day (ZZ) is the last of the month, an unknown month the end of the year; an unknown
    year (ZZZZ) is taken as 2000.
    """
    parts = PARTIAL.fullmatch(text.upper())
    if parts is None:
        return None
    day, month, year = parts.groups()
    number = 2000 if year == "ZZZZ" else int(year)
    if not 1 <= number <= 9999:
        return None
    if month == "ZZ":
        return date(number, 12, 31) if day == "ZZ" or 1 <= int(day) <= 31 else None
    if not 1 <= int(month) <= 12:
        return None
    last = calendar.monthrange(number, int(month))[1]
    if day != "ZZ" and not 1 <= int(day) <= last:
        return None
    return date(number, int(month), last if day == "ZZ" else int(day))


@row_rule(
    "635",
    "There is a date or an authority, but no previous permanence option.",
    table="PrevPerm",
    fields="LA_PERM DATE_PERM PREV_PERM",
)
def details_of_none(t: Columns) -> Mask:
    """LA_PERM or DATE_PERM is filled and PREV_PERM is blank or Z1 (none)."""
    return t.any_filled("LA_PERM", "DATE_PERM") & (blank(t.PREV_PERM) | (t.PREV_PERM == "Z1"))


@rule(
    "630",
    "The child came into care in the year without full information on previous permanence.",
    table="Episodes",
    fields="RNE DECOM PREV_PERM LA_PERM DATE_PERM",
    needs="Episodes PrevPerm",
)
def permanence_missing(r: Records) -> Mask:
    """RNE is S and DECOM is 1 April or later, and the child has no PrevPerm row, or one with
    PREV_PERM blank, or one with PREV_PERM not Z1 and LA_PERM or DATE_PERM blank."""
    ep, pp = r.episodes, r.prev_perm
    details = (pp.PREV_PERM != "Z1") & pp.any_blank("LA_PERM", "DATE_PERM")
    lacking = r.any_of_child(pp, blank(pp.PREV_PERM) | details) | ~r.in_table(pp)
    lacking_rows = r.rows_of(lacking, ep) | (ep.child < 0)
    return (ep.RNE == "S") & (r.start <= ep.DECOM) & lacking_rows


@rule(
    "632",
    "The date of the previous permanence option is no date, or not before care began.",
    table="Episodes PrevPerm",
    fields="DATE_PERM DECOM",
)
def permanence_after_care(r: Records) -> Masks:
    """DATE_PERM is not dd/mm/yyyy (ZZ for an unknown day or month, ZZZZ for the year), or its
    latest possible day is on or after the DECOM of the child's earliest episode."""
    ep, pp = r.episodes, r.prev_perm
    dates: Texts = pp.DATE_PERM
    days = [latest_day(value) for value in dates.values]
    latest = np.array([*days, None], dtype="M8[D]")[dates.codes]
    first = r.rows_of(r.first_episode, pp)
    fails = (first >= 0) & filled(dates) & (np.isnat(latest) | (latest >= at(ep.DECOM, first)))
    return {"Episodes": flagged(len(ep), first[fails]), "PrevPerm": fails}


@rule(
    "634",
    "There is a previous permanence option, but the child has not come into care since.",
    table="Episodes PrevPerm",
    fields="LA_PERM PREV_PERM DATE_PERM DECOM",
)
def permanence_not_asked(r: Records) -> Masks:
    """Any of PREV_PERM, LA_PERM, DATE_PERM is filled and the child's latest DECOM is before 1
    April. All of the child's episodes are flagged."""
    ep, pp = r.episodes, r.prev_perm
    older = at(ep.DECOM, r.latest_episode) < r.start
    given = pp.any_filled("PREV_PERM", "LA_PERM", "DATE_PERM")
    return {
        "Episodes": r.rows_of(older & r.any_of_child(pp, given), ep),
        "PrevPerm": given & r.rows_of(older, pp),
    }
