"""Rules that compare the child's own record with last year's."""

from __future__ import annotations

import numpy as np

from cla.ssda903.rules.columns import (
    Mask,
    at,
    blank,
    filled,
    same_date,
)
from cla.ssda903.rules.header import UNKNOWN_UPN
from cla.ssda903.rules.records import Records, flagged
from cla.ssda903.rules.registry import make, rule


def _upn_changed(r: Records) -> Mask:
    hd, last = r.header, r.last.header
    i, j = r.pairs(hd, last)
    now, then = at(hd.UPN.upper(), i), at(last.UPN.upper(), j)
    real = filled(now) & ~now.is_in(*UNKNOWN_UPN)
    allowed = (
        now.same(then)
        | ((blank(then) | (then == "UN1")) & now.is_in(*UNKNOWN_UPN[1:]))
        | ((blank(then) | then.is_in(*UNKNOWN_UPN)) & real)
    )
    return flagged(len(hd), i[~allowed])


make(
    "208",
    "The unique pupil number is not last year's.",
    table="Header",
    fields="UPN",
    needs="Header Header_last",
    judge=lambda r, _year: _upn_changed(r),
    condition="Fails when the child was in last year's file with another UPN, unless a blank or "
    "UN1 became "
    "UN2 to UN5, or a blank or UN1 to UN5 became a real number.",
)


def _coded_alike(text: str) -> str:
    """Sex was 1 or 2 until 2024 and is M or F since: a change of coding is no change of sex."""
    return {"1": "M", "2": "F"}.get(text, text)


@rule(
    "202",
    "The child's sex is not last year's.",
    table="Header",
    fields="SEX",
    needs="Header Header_last",
)
def sex_changed(r: Records) -> Mask:
    """SEX differs from last year's; 1 and M, and 2 and F, are the same."""
    i, j = r.pairs(r.header, r.last.header)
    now, then = r.header.SEX.mapped(_coded_alike), r.last.header.SEX.mapped(_coded_alike)
    return flagged(len(r.header), i[~at(now, i).same(at(then, j))])


@rule(
    "203",
    "The child's date of birth is not last year's.",
    table="Header",
    fields="DOB",
    needs="Header Header_last",
)
def dob_changed(r: Records) -> Mask:
    i, j = r.pairs(r.header, r.last.header)
    now, then = r.header.DOB[i], r.last.header.DOB[j]
    return flagged(len(r.header), i[(now != then) & ~(np.isnat(now) & np.isnat(then))])


@rule(
    "204",
    "The child's ethnic group is not last year's.",
    table="Header",
    fields="ETHNIC",
    needs="Header Header_last",
)
def ethnic_changed(r: Records) -> Mask:
    i, j = r.pairs(r.header, r.last.header)
    now, then = r.header.ETHNIC.upper(), r.last.header.ETHNIC.upper()
    return flagged(len(r.header), i[~at(now, i).same(at(then, j))])


@rule(
    "207",
    "A child who was a mother last year is not one this year.",
    table="Header",
    fields="MOTHER",
    needs="Header Header_last Episodes",
)
def no_longer_mother(r: Records) -> Mask:
    """The child has an episode this year, MOTHER was 1 last year and is anything else now."""
    i, j = r.pairs(r.header, r.last.header)
    here = r.rows_of(r.in_table(r.episodes), r.header)
    fails = here[i] & (r.last.header.MOTHER == "1")[j] & (r.header.MOTHER != "1")[i]
    return flagged(len(r.header), i[fails])


@rule(
    "624",
    "The date of birth of the mother's child is not last year's.",
    table="Header",
    fields="MC_DOB",
    needs="Header Header_last",
)
def mothers_child_changed(r: Records) -> Mask:
    """Last year's MC_DOB is filled, readable or not, and this year's is another, or blank."""
    i, j = r.pairs(r.header, r.last.header)
    last = r.last.header
    changed = ~same_date(r.header, "MC_DOB", i, last, "MC_DOB", j)
    return flagged(len(r.header), i[last.given("MC_DOB")[j] & changed])


@rule(
    "626",
    "The child became a mother this year, but her child was born before it.",
    table="Header",
    fields="MOTHER MC_DOB",
    needs="Header Header_last",
)
def new_mother_of_older_child(r: Records) -> Mask:
    """MOTHER is 1 and was 0 last year, and MC_DOB is before 1 April."""
    i, j = r.pairs(r.header, r.last.header)
    newly = (r.header.MOTHER == "1")[i] & (r.last.header.MOTHER == "0")[j]
    return flagged(len(r.header), i[newly & (r.start > r.header.MC_DOB)[i]])
