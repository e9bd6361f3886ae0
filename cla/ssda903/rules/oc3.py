"""Rules on care leavers (the OC3 file)."""

from __future__ import annotations

import numpy as np

from cla.ssda903.rules.columns import (
    Columns,
    Mask,
    Positions,
    at,
    birthday,
    blank,
    filled,
)
from cla.ssda903.rules.episodes import ADOPTED
from cla.ssda903.rules.records import Records, blank_last, flagged
from cla.ssda903.rules.registry import Masks, make, no_rows, row_rule, rule

ITEMS = ("IN_TOUCH", "ACTIV", "ACCOM")
ALL_ITEMS = " ".join(ITEMS)
ADOPTION_ITEMS = (
    *("DATE_INT", "DATE_MATCH", "FOSTER_CARE"),
    *("NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"),
)


@row_rule(
    "344",
    "A care leaver who died or returned home has an activity or accommodation.",
    table="OC3",
    fields=ALL_ITEMS,
)
def gone_but_active(t: Columns) -> Mask:
    """IN_TOUCH is DIED or RHOM and ACTIV or ACCOM is not 0 (a blank fails)."""
    return t.IN_TOUCH.is_in("DIED", "RHOM") & ((t.ACTIV != "0") | (t.ACCOM != "0"))


@row_rule(
    "345",
    "The authority is in touch with the care leaver, but activity or accommodation is unknown.",
    table="OC3",
    fields=ALL_ITEMS,
)
def in_touch_but_unknown(t: Columns) -> Mask:
    return (t.IN_TOUCH == "YES") & ((t.ACTIV == "0") | (t.ACCOM == "0"))


@row_rule(
    "347",
    "A care leaver in a foyer (T1, T2) was under 18 when the year began.",
    table="OC3",
    fields="ACCOM DOB",
    since=2024,
)
def foyer_under_eighteen(t: Columns) -> Mask:
    return t.ACCOM.is_in("T1", "T2") & (birthday(t.DOB, 18) > t.start)


@row_rule(
    "391",
    "A care leaver's record is filled in before the 17th birthday.",
    table="OC3",
    fields=f"DOB {ALL_ITEMS}",
)
def leaver_under_seventeen(t: Columns) -> Mask:
    return (birthday(t.DOB, 17) > t.end) & t.any_filled(*ITEMS)


@rule(
    "348",
    "The care leaver had died last year, but this year's record says otherwise.",
    table="OC3",
    fields="IN_TOUCH",
    needs="OC3 OC3_last",
    since=2026,
)
def no_longer_dead(r: Records) -> Mask:
    died = r.any_of_child(r.last.oc3, r.last.oc3.IN_TOUCH == "DIED")
    return r.rows_of(died, r.oc3) & (r.oc3.IN_TOUCH != "DIED")


@rule(
    "3001",
    "A care leaver who turned 17 in the year is with a former foster carer (Z1, Z2).",
    table="OC3",
    fields="ACCOM DOB",
    needs="Header OC3",
)
def staying_put_at_seventeen(r: Records) -> Mask:
    """ACCOM is Z1 or Z2 and the 17th birthday (Header's DOB) is in the year."""
    i, j = r.pairs(r.oc3, r.header)
    turned = birthday(r.header.DOB, 17)
    in_year = (turned >= r.start) & (turned <= r.end)
    return flagged(len(r.oc3), i[r.oc3.ACCOM.is_in("Z1", "Z2")[i] & in_year[j]])


@rule(
    "134",
    "A child has both a care leaver's and an adoption record.",
    table="AD1",
    fields=" ".join((*ITEMS, *ADOPTION_ITEMS)),
    needs="AD1 OC3",
    stage=1,
)
def leaver_and_adopted(r: Records) -> Mask:
    leaver = r.any_of_child(r.oc3, r.oc3.any_filled(*ITEMS))
    return r.ad1.any_filled(*ADOPTION_ITEMS) & r.rows_of(leaver, r.ad1)


@rule(
    "187",
    "A child looked after for 12 months has a care leaver's or an adoption record.",
    table="AD1 OC3",
    fields=" ".join((*ADOPTION_ITEMS, *ITEMS)),
    needs="AD1 OC3 Episodes",
    stage=1,
)
def still_looked_after(r: Records) -> Masks:
    ad1, oc3 = r.ad1, r.oc3
    return {
        "AD1": r.rows_of(r.continuous, ad1) & ad1.any_filled(*ADOPTION_ITEMS),
        "OC3": r.rows_of(r.continuous, oc3) & oc3.any_filled(*ITEMS),
    }


@rule(
    "1000",
    "A child who died (E2) has a care leaver's record.",
    table="OC3",
    fields=ALL_ITEMS,
    needs="Episodes OC3",
    stage=1,
)
def leaver_who_died(r: Records) -> Mask:
    """Any episode of this year, or of last year when it is loaded."""
    died = r.any_of_child(r.episodes, r.episodes.REC.is_in("E2", "e2"))
    if r.ret.previous is not None and r.last.has("Episodes"):
        before = r.last.episodes
        died |= r.any_of_child(before, before.REC.is_in("E2", "e2"))
    mask: Mask = r.rows_of(died, r.oc3)
    return mask


@rule(
    "1002",
    "The care leaver has no episode this year or last.",
    table="OC3",
    fields=ALL_ITEMS,
    needs="Episodes Episodes_last OC3",
    stage=1,
)
def leaver_without_episode(r: Records) -> Mask:
    known = r.in_table(r.episodes) | r.in_table(r.last.episodes)
    return ~r.rows_of(known, r.oc3)


@rule(
    "1010",
    "The care leaver was still looked after at the end of last year and has no episode this year.",
    table="OC3",
    fields=ALL_ITEMS,
    needs="Episodes Episodes_last OC3",
    stage=1,
)
def leaver_still_open(r: Records) -> Mask:
    before = r.last.episodes
    final = r.last.latest_episode
    open_then = at(blank(before.DEC), final)
    mask: Mask = r.rows_of(open_then & ~r.in_table(r.episodes), r.oc3)
    return mask


@rule(
    "1011",
    "The child passed to another authority (E3), but has a care leaver's record here.",
    table="OC3",
    fields=ALL_ITEMS,
    needs="Episodes OC3",
    stage=1,
)
def leaver_of_another(r: Records) -> Mask:
    passed = at(r.episodes.REC, r.latest_episode) == "E3"
    return r.rows_of(passed, r.oc3) & r.oc3.any_filled(*ITEMS)


def _birthday_in_the_year(r: Records) -> np.ndarray:
    """The birthday in the year of each person on OC3 who is 17 or 18 on 31 March, else missing."""
    born = r.oc3.DOB
    turned = [birthday(born, age) for age in (17, 18, 19)]
    found = np.where((turned[0] <= r.end) & (turned[1] > r.end), turned[0], np.datetime64("NaT"))
    return np.where((turned[1] <= r.end) & (turned[2] > r.end), turned[1], found)


@rule(
    "1007",
    "A person aged 17 or 18 has a care leaver's record, but was looked after on the birthday.",
    table="OC3",
    fields=ALL_ITEMS,
    needs="Episodes OC3",
    stage=1,
)
def leaver_in_care_on_birthday(r: Records) -> Mask:
    """An OC3 item is filled and an ended episode has DECOM on or before, and DEC after, the
    birthday in the year."""
    ep, oc3 = r.episodes, r.oc3
    turned = r.remember(_birthday_in_the_year)
    i, j = r.pairs(oc3, ep)
    spans = (ep.DECOM[j] <= turned[i]) & (ep.DEC[j] > turned[i])
    return flagged(len(oc3), i[spans]) & oc3.any_filled(*ITEMS)


@rule(
    "1016",
    "A person aged 17 or 18 has a care leaver's record, but was looked after until the birthday "
    "or later.",
    table="OC3",
    fields=ALL_ITEMS,
    needs="Episodes OC3",
    stage=1,
    since=2024,
)
def leaver_after_birthday(r: Records) -> Mask:
    """An OC3 item is filled and an episode has DEC on or after the birthday in the year."""
    ep, oc3 = r.episodes, r.oc3
    turned = r.remember(_birthday_in_the_year)
    i, j = r.pairs(oc3, ep)
    return flagged(len(oc3), i[ep.DEC[j] >= turned[i]]) & oc3.any_filled(*ITEMS)


# 1001: who qualifies as a care leaver


def _does_not_qualify(r: Records) -> Mask:
    """Care leavers' rows of people whose two years do not show enough care, or who were adopted.

    Both years' dated episodes are stacked; of two with one CHILD and DECOM the ended one stays.
    Days count from the 14th and the 16th birthday to DEC, without short breaks; only the latest
    episode, when open, is taken to 31 March. Care of those who are 20 or over ended before the two
    years, so that nothing can be said of it.
    """
    if not (len(r.episodes) and len(r.last.episodes) and len(r.header) and len(r.oc3)):
        return no_rows(r.oc3)
    child, began, ended, respite, adopted = _two_years(r)
    born, grown = _births(r)
    final = np.append(child[1:] != child[:-1], True)
    closed = np.where(final & np.isnat(ended), r.end, ended)
    counted = ~respite & filled(at(born, child))
    if not counted.any():
        return no_rows(r.oc3)
    enough = np.ones(r.children, dtype=bool)
    for age, needed in ((14, 91), (16, 1)):
        since = np.maximum(began, at(birthday(born, age), child))
        days = np.where(np.isnat(closed), 0, (closed - since).astype(np.int64))
        total = np.bincount(
            child[counted], weights=np.maximum(days, 0)[counted], minlength=r.children
        )
        enough &= (total >= needed) | grown
    last_adopted = np.zeros(r.children, dtype=bool)
    last_adopted[child[final]] = adopted[final]
    return ~r.rows_of(enough & ~last_adopted, r.oc3)


def _two_years(r: Records) -> tuple[np.ndarray, ...]:
    """Child, DECOM, DEC, short break and adoption of both years' episodes, by child and DECOM."""
    both = (r.episodes, r.last.episodes)
    child = np.concatenate([ep.child.astype(np.intp) for ep in both])
    began = np.concatenate([ep.DECOM for ep in both])
    ended = np.concatenate([ep.DEC for ep in both])
    respite = np.concatenate([r.respite, r.last.respite])
    adopted = np.concatenate([ep.REC.is_in(*ADOPTED) for ep in both])
    rows = np.flatnonzero((child >= 0) & filled(began))
    rows = rows[np.lexsort((rows, blank_last(ended[rows]), blank_last(began[rows]), child[rows]))]
    again = np.zeros(len(rows), dtype=bool)
    again[1:] = (child[rows][1:] == child[rows][:-1]) & (began[rows][1:] == began[rows][:-1])
    rows = rows[~again]
    return child[rows], began[rows], ended[rows], respite[rows], adopted[rows]


def _births(r: Records) -> tuple[np.ndarray, Mask]:
    """By child: the Header's date of birth of those under 20 on 31 March, missing for all others;
    and whether the child is 20 or over."""
    twenty, known = birthday(r.header.DOB, 20), r.header.child >= 0
    born = np.full(r.children, np.datetime64("NaT", "D"))
    young: Positions = np.flatnonzero((twenty > r.end) & known)
    born[r.header.child[young]] = r.header.DOB[young]
    grown = flagged(r.children, r.header.child[(twenty <= r.end) & known])
    return born, grown & np.isnat(born)


make(
    "1001",
    "The person has a care leaver's record, but was not in care long enough to qualify.",
    table="OC3",
    fields=ALL_ITEMS,
    needs="OC3 Header Episodes Episodes_last",
    stage=1,
    judge=lambda r, _year: _does_not_qualify(r),
    condition="Fails without 91 days of care from the 14th and a day from the 16th birthday in "
    "this year's and last year's episodes (short breaks do not count, and those who are 20 or over "
    "need no days), when the latest episode ended in adoption, and for everyone who is not in "
    "Header.",
)
