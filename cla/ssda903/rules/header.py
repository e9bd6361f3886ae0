"""Rules on the child's own record: sex, date of birth, UPN, motherhood."""

from __future__ import annotations

import numpy as np

from cla.ssda903.facts import RESPITE
from cla.ssda903.rules.columns import Columns, Mask, at, birthday, blank, day, filled
from cla.ssda903.rules.records import Records, flagged
from cla.ssda903.rules.registry import Masks, make, make_row_rule, row_rule, rule

UNKNOWN_UPN = ("UN1", "UN2", "UN3", "UN4", "UN5")
CARE_LEAVER_ITEMS = ("IN_TOUCH", "ACTIV", "ACCOM")
QUERY = "query (explanation / bypass route)"


# Boys have no first child: the code for male is 1 until 2024, M from 2025.
for _male, _years in (("1", (None, 2024)), ("M", (2025, None))):
    make_row_rule(
        "174",
        "A date of birth of the mother's child is given for a boy.",
        table="Header",
        fields="SEX MC_DOB",
        stage=1,
        row_judge=lambda t, _year, male=_male: (male == t.SEX) & filled(t.MC_DOB),
        years=_years,
    )

for _female, _years in (("2", (None, 2024)), ("F", (2025, None))):
    make_row_rule(
        "612",
        "A girl has a child's date of birth, but is not marked as a mother.",
        table="Header",
        fields="SEX MOTHER MC_DOB",
        row_judge=lambda t, _year, female=_female: (
            (female == t.SEX) & filled(t.MC_DOB) & (blank(t.MOTHER) | (t.MOTHER == "0"))
        ),
        years=_years,
    )


def _girls_without_mother(r: Records, female: str) -> Mask:
    in_care = r.any_of_child(r.episodes, ~r.episodes.LS.upper().is_in(*RESPITE))
    return (female == r.header.SEX) & blank(r.header.MOTHER) & r.rows_of(in_care, r.header)


def _leaving_girls_without_mother(r: Records, female: str) -> Masks:
    ep, hd = r.episodes, r.header
    ceased = (r.start <= ep.DEC) & (r.end >= ep.DEC) & filled(ep.REC) & (ep.REC != "X1")
    i, j = r.pairs(ep, hd)
    fails = (ceased & ~r.respite)[i] & ((female == hd.SEX) & blank(hd.MOTHER))[j]
    return {"Episodes": flagged(len(ep), i[fails]), "Header": flagged(len(hd), j[fails])}


for _female, _years in (("2", (None, 2024)), ("F", (2025, None))):
    make(
        "393",
        "A girl is looked after, other than for short breaks, and nothing says whether she is a "
        "mother.",
        table="Header",
        fields="MOTHER",
        needs="Episodes Header",
        judge=lambda r, _year, female=_female: _girls_without_mother(r, female),
        years=_years,
    )
    make(
        "607",
        "A girl ceased to be looked after in the year and nothing says whether she is a mother.",
        table="Episodes Header",
        fields="DEC REC LS MOTHER SEX",
        judge=lambda r, _year, female=_female: _leaving_girls_without_mother(r, female),
        years=_years,
    )


@rule(
    "165",
    "Whether the young woman is a mother is wrong, missing, or given where it should not be.",
    table="Header OC3",
    fields="MOTHER SEX IN_TOUCH ACTIV ACCOM",
    needs="Header Episodes OC3",
    stage=1,
)
def mother_does_not_fit(r: Records) -> Masks:
    """Children with an episode other than V3 or V4 are tested. Fails when MOTHER is given and is
    neither 0 nor 1; or given for a boy; or blank for a girl with such an episode in the year; or
    given for a girl with none in the year who is on the care leavers' file."""
    ep, hd, oc3 = r.episodes, r.header, r.oc3
    reached = r.rows_of(r.any_of_child(ep, ~r.respite), hd)
    ends = np.where(np.isnat(ep.DEC), r.end, ep.DEC)
    in_year = r.any_of_child(ep, ~r.respite & (ends >= r.start) & (r.end >= ep.DECOM))
    cared_for = r.rows_of(in_year, hd)
    leaver = r.rows_of(r.any_of_child(oc3, oc3.any_filled(*CARE_LEAVER_ITEMS)), hd)
    given, girl, boy = filled(hd.MOTHER), hd.SEX.is_in("2", "F"), hd.SEX.is_in("1", "M")
    fails = reached & (
        (given & ~hd.MOTHER.is_in("0", "1"))
        | (given & boy)
        | (girl & ~given & cared_for)
        | (girl & given & ~cared_for & leaver)
    )
    return {"Header": fails, "OC3": r.rows_of(r.any_of_child(hd, fails), oc3)}


@row_rule(
    "209",
    "The child is too old for the UPN code of a child who has not started school (UN1).",
    table="Header",
    fields="UPN DOB",
)
def school_age_without_upn(t: Columns) -> Mask:
    """UPN is UN1 and the 4th birthday was on or before 31 August of the year before the collection
    began."""
    return (t.UPN == "UN1") & (birthday(t.DOB, 4) <= day(t.year - 2, 8, 31))


@rule(
    "210",
    "The UPN code is that of a child who came into care in the year's last week (UN4), but care "
    "began earlier.",
    table="Episodes Header",
    fields="UPN DECOM",
)
def in_care_for_longer(r: Records) -> Masks:
    """UPN is UN4 and an episode of the child began before 24 March and had not ended by then."""
    ep, hd = r.episodes, r.header
    last_week = day(r.year, 3, 24)
    earlier = (last_week > ep.DECOM) & (blank(ep.DEC) | (last_week <= ep.DEC))
    i, j = r.pairs(ep, hd)
    fails = earlier[i] & (hd.UPN == "UN4")[j]
    return {"Episodes": flagged(len(ep), i[fails]), "Header": flagged(len(hd), j[fails])}


@row_rule(
    "231",
    "An unaccompanied asylum-seeking child is under 11.",
    table="Header",
    fields="DOB UASC",
    needs="Header Header.UASC",
    since=2025,
    severity=QUERY,
)
def young_and_unaccompanied(t: Columns) -> Mask:
    """The UASC flag is 1 and the date of birth is later than 11 years before 31 March."""
    return (t.UASC == "1") & (birthday(np.array([t.end]), -11)[0] < t.DOB)


@row_rule(
    "232",
    "Sex is recorded as unknown.",
    table="Header",
    fields="SEX",
    since=2025,
    severity=QUERY,
)
def sex_unknown(t: Columns) -> Mask:
    return t.SEX.is_in("U", "u")


@row_rule("301", "The date of birth is after the end of the year.", table="Header", fields="DOB")
def born_after_the_year(t: Columns) -> Mask:
    return t.end < t.DOB


for _age, _years in ((21, (None, 2022)), (25, (2023, None))):
    make_row_rule(
        "351",
        f"The person turned {_age} before the year began.",
        table="Header",
        fields="DOB",
        row_judge=lambda t, _year, age=_age: birthday(t.DOB, age) < t.start,
        years=_years,
    )


@rule(
    "442",
    "The unique pupil number is missing.",
    table="Header",
    fields="UPN",
    needs="Episodes Header",
)
def no_upn(r: Records) -> Mask:
    """UPN is blank and the child has an episode other than V3 or V4."""
    in_care = r.any_of_child(r.episodes, ~r.respite)
    return blank(r.header.UPN) & r.rows_of(in_care, r.header)


@row_rule(
    "444",
    "Two children have the same unique pupil number.",
    table="Header",
    fields="UPN",
    since=2026,
)
def upn_twice(t: Columns) -> Mask:
    """The UPN is on more than one row; UN1 to UN5 are not numbers."""
    uses = np.bincount(t.UPN.codes[filled(t.UPN)], minlength=len(t.UPN.values))
    repeated = t.UPN.where([count > 1 for count in uses])
    return repeated & ~t.UPN.is_in(*UNKNOWN_UPN)


@row_rule(
    "611",
    "A mother has no date of birth of her first child.",
    table="Header",
    fields="MOTHER MC_DOB",
)
def mother_without_child(t: Columns) -> Mask:
    return (t.MOTHER == "1") & blank(t.MC_DOB)


@row_rule(
    "620",
    "A mother was under 11 when the year began.",
    table="Header",
    fields="DOB MOTHER",
)
def mother_under_eleven(t: Columns) -> Mask:
    return (t.MOTHER == "1") & (birthday(t.DOB, 11) > t.start)


@row_rule(
    "621",
    "The mother's child was born before or on the mother's own date of birth.",
    table="Header",
    fields="DOB MC_DOB",
)
def child_older_than_mother(t: Columns) -> Mask:
    """MC_DOB is given and is not after DOB (a missing DOB fails too)."""
    return filled(t.MC_DOB) & ~(t.MC_DOB > t.DOB)


@rule(
    "625",
    "The mother's child was born after the year, or after the last episode ended.",
    table="Episodes Header",
    fields="MC_DOB DEC",
)
def child_born_later(r: Records) -> Masks:
    """The child's episode with the latest DEC: MC_DOB is after 31 March or after that DEC."""
    ep, hd = r.episodes, r.header
    final = r.rows_of(r.latest(ep, ep.DEC), hd)
    fails = (final >= 0) & ((r.end < hd.MC_DOB) | (at(ep.DEC, final) < hd.MC_DOB))
    return {"Episodes": flagged(len(ep), final[fails]), "Header": fails}


@rule(
    "628",
    "A care leaver who was not looked after in the year has an entry for mother.",
    table="Header",
    fields="MOTHER",
    needs="Episodes Header OC3",
)
def leaver_marked_mother(r: Records) -> Mask:
    leavers = r.any_of_child(r.oc3, r.oc3.any_filled(*CARE_LEAVER_ITEMS))
    without_episode = ~r.in_table(r.episodes)
    return filled(r.header.MOTHER) & r.rows_of(leavers & without_episode, r.header)


@rule(
    "302",
    "The first episode begins before the child was born.",
    table="Episodes Header",
    fields="DECOM DOB",
)
def begins_before_birth(r: Records) -> Masks:
    ep, hd = r.episodes, r.header
    first = r.rows_of(r.first_episode, hd)
    fails = at(ep.DECOM, first) < hd.DOB
    return {"Episodes": flagged(len(ep), first[fails]), "Header": fails}


@rule(
    "EPI",
    "The child has neither an episode nor a care leaver's record.",
    table="Header",
    fields="CHILD",
    needs="Header Episodes",
    stage="portal",
    severity="warning",
)
def nowhere_else(r: Records) -> Mask:
    """The child is in neither Episodes nor OC3; without an OC3 file there is no care leaver."""
    elsewhere = r.in_table(r.episodes)
    if r.has("OC3"):
        elsewhere = elsewhere | r.in_table(r.oc3)
    return ~r.rows_of(elsewhere, r.header)
