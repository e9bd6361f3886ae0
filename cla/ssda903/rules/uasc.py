"""Rules on unaccompanied asylum-seeking children, and on who was one."""

from __future__ import annotations

import numpy as np

from cla.ssda903.rules.columns import Columns, Days, Mask, Texts, birthday, blank, filled
from cla.ssda903.rules.header import CARE_LEAVER_ITEMS
from cla.ssda903.rules.records import Records, flagged
from cla.ssda903.rules.registry import Masks, make, no_rows, row_rule, rule


@row_rule(
    "104",
    "The date of ceasing to be unaccompanied is not a real date, or is before the year.",
    table="UASC",
    fields="DUC",
    stage=1,
)
def ceased_before_the_year(t: Columns) -> Mask:
    return t.unreadable("DUC") | (t.start > t.DUC)


@row_rule(
    "304",
    "The child ceased to be unaccompanied after the 18th birthday.",
    table="UASC",
    fields="DUC",
)
def ceased_after_eighteen(t: Columns) -> Mask:
    return birthday(t.DOB, 18) < t.DUC


@rule(
    "105",
    "The flag for unaccompanied asylum-seeking children is neither 0 nor 1.",
    table="Header",
    fields="UASC",
    needs="Header",
    stage=1,
)
def flag_is_wrong(r: Records) -> Mask:
    """Only returns sent as XML have the flag; for CSV files it follows from the UASC file."""
    if r.ret.source != "xml":
        return no_rows(r.header)
    flag: Texts = r.header.UASC
    return ~flag.where([_number(value) in (0.0, 1.0) for value in flag.values])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@rule(
    "303",
    "A date of ceasing to be unaccompanied is given for a child who is not marked as "
    "unaccompanied.",
    table="Header UASC",
    fields="DUC UASC",
    needs="Header UASC Header.UASC",
)
def ceased_but_never_was(r: Records) -> Masks:
    """DUC is filled (readable or not) and the child's Header flag is not 1."""
    hd, ua = r.header, r.uasc
    i, j = r.pairs(hd, ua)
    fails = (hd.UASC != "1")[i] & ua.given("DUC")[j]
    return {"Header": flagged(len(hd), i[fails]), "UASC": flagged(len(ua), j[fails])}


@rule(
    "1014",
    "A child who was unaccompanied and not looked after in the year has a care leaver's record.",
    table="OC3 UASC",
    fields="IN_TOUCH ACTIV ACCOM DUC",
    needs="Episodes OC3 UASC",
    stage=1,
)
def unaccompanied_leaver(r: Records) -> Masks:
    """The child has episodes, none of them in the year, and an OC3 item filled."""
    ep, oc3, ua = r.episodes, r.oc3, r.uasc
    in_year = (r.end >= ep.DECOM) & ((r.start <= ep.DEC) | blank(ep.DEC))
    outside = r.in_table(ep) & ~r.any_of_child(ep, in_year)
    i, j = r.pairs(oc3, ua)
    fails = oc3.any_filled(*CARE_LEAVER_ITEMS)[i] & r.rows_of(outside, oc3)[i]
    return {"OC3": flagged(len(oc3), i[fails]), "UASC": flagged(len(ua), j[fails])}


# Who was unaccompanied, this year and last


def marked(r: Records, *apart: str) -> Mask:
    """By child: marked as unaccompanied in the year of these records.

    The Header's flag decides when the Header is loaded; without it a row of the UASC file does on
    which a column other than CHILD and those ``apart`` is filled.
    """
    if r.has("Header"):
        return r.any_of_child(r.header, r.header.UASC == "1")
    return r.any_of_child(r.uasc, _more_than_a_name(r.uasc, *apart))


def _more_than_a_name(t: Columns, *apart: str) -> Mask:
    names = [name for name in ("SEX", "DOB", "DUC") if name not in apart]
    return np.logical_or.reduce([t.given(name) for name in names])


def ever_marked(r: Records) -> Mask:
    """By child: marked as unaccompanied this year or, when that is known, last year."""
    found = np.zeros(r.children, dtype=bool)
    for one in (r, r.last) if r.ret.previous is not None else (r,):
        if one.has("Header") or one.has("UASC"):
            found |= marked(one)
    return found


def _both_years(r: Records, fails: Mask) -> Masks:
    """Flags the rows of this year's UASC file, and of the Header when it is loaded, of the failing
    ones."""
    found = {"UASC": fails}
    if r.has("Header"):
        found["Header"] = r.rows_of(r.any_of_child(r.uasc, fails), r.header)
    return found


def _no_longer_marked(r: Records) -> Masks:
    ua, last = r.uasc, r.last.uasc
    i, j = r.pairs(ua, last)
    ended = marked(r.last, "DOB") & ~marked(r, "DOB")
    then: Days = last.DUC[j]
    in_last_year = (then >= r.last.start) & (then <= r.last.end)
    fails = r.rows_of(ended, ua)[i] & (filled(ua.DUC)[i] | ~in_last_year)
    return _both_years(r, flagged(len(ua), i[fails]))


def _still_marked(r: Records) -> Masks:
    ua, last = r.uasc, r.last.uasc
    i, j = r.pairs(ua, last)
    both = r.rows_of(marked(r, "DOB") & marked(r.last, "DOB"), ua)
    now, then = ua.DUC[i], last.DUC[j]
    on_birthday = then == birthday(last.DOB, 18)[j]
    fits = on_birthday & (((now >= r.start) & (now <= r.end)) | (now == then))
    return _both_years(r, flagged(len(ua), i[both[i] & ~fits]))


def _never_marked(r: Records) -> Masks:
    ua, last = r.uasc, r.last.uasc
    neither = r.rows_of(~marked(r, "DOB") & ~_marked_on_the_file(r.last), ua)
    ceased = r.rows_of(r.any_of_child(last, filled(last.DUC)), ua)
    return _both_years(r, neither & (filled(ua.DUC) | ceased))


def _marked_on_the_file(last: Records) -> Mask:
    """Last year's flag, of children on last year's UASC file: others have none."""
    return marked(last, "DOB") & last.in_table(last.uasc)


def _newly_marked(r: Records) -> Masks:
    table = r.header if r.has("Header") else r.uasc
    before = r.last.header if r.last.has("Header") else r.last.uasc
    newly = marked(r, "DOB") & ~marked(r.last, "DOB") & r.last.in_table(before)
    return {table.name: r.rows_of(newly, table)}


for _code, _title, _judge, _condition in (
    (
        "205A",
        "A child was unaccompanied last year and is not this year, and the date of ceasing does "
        "not show it.",
        _no_longer_marked,
        "Fails when DUC is filled this year, or last year's DUC is not a date inside last year.",
    ),
    (
        "205B",
        "A child is unaccompanied in both years, and the dates of ceasing do not fit.",
        _still_marked,
        "Fails unless last year's DUC was the 18th birthday, and this year's is inside the year "
        "or the same.",
    ),
    (
        "205C",
        "A child is not unaccompanied in either year, but has a date of ceasing.",
        _never_marked,
        "Fails when the flag is not 1 in either year and DUC is a date in one of them.",
    ),
):
    make(
        _code,
        _title,
        table="Header UASC",
        fields="DUC UASC",
        needs="UASC UASC_last",
        judge=lambda r, _year, judge=_judge: judge(r),
        condition=_condition,
    )

make(
    "205D",
    "A child is unaccompanied this year and was not last year.",
    table="Header UASC",
    fields="UASC",
    needs="flags_of_both_years",
    since=2014,
    judge=lambda r, _year: _newly_marked(r),
    condition="Fails when the child is in both years' files, the flag is 1 this year and was not "
    "last year. "
    "Rows of Header are flagged, or of the UASC file when the Header is not loaded.",
)
