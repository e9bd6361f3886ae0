"""Rules on placements: which go with which provider, legal status and age, for how long, and moves."""

from __future__ import annotations

import numpy as np

from cla.ssda903.rules.columns import Columns, Mask, at, birthday, blank, day, filled
from cla.ssda903.rules.episodes import ADOPTED, TEMPORARY
from cla.ssda903.rules.records import Records, flagged
from cla.ssda903.rules.registry import Masks, make, make_row_rule, row_rule, rule

FOR_ADOPTION = ("A3", "A4", "A5", "A6")
KINSHIP_AND_FOSTER = ("U1", "U2", "U3", "U4", "U5", "U6")
Z1_SPLIT = ("Z11", "Z12", "Z13", "Z14")
PROVIDERS = ("PR0", "PR1", "PR2", "PR3", "PR4", "PR5")
OTHER_PLACEMENT = {"until": 2025}, {"since": 2026}
"""Z1 until 2024-25; Z11 to Z14 since."""


# The provider of the placement

for _z, _t, _years in (
    (("Z1",), TEMPORARY, {"until": 2025}),
    (Z1_SPLIT, TEMPORARY[:4], {"since": 2026}),
):
    make_row_rule(
        "178",
        "The placement provider is not a valid code, or the placement takes none.",
        table="Episodes",
        fields="PLACE_PROVIDER PLACE",
        stage=1,
        row_judge=lambda t, _year, none=(*_t, *_z): (
            filled(t.PLACE_PROVIDER)
            & (~t.PLACE_PROVIDER.is_in(*PROVIDERS) | t.PLACE.is_in(*none))
        ),
        condition=f"Fails when PLACE_PROVIDER is filled and is not PR0 to PR5, or PLACE is {', '.join((*_t, *_z))}.",
        **_years,
    )

for _places, _years in ((TEMPORARY, {"until": 2025}), ((*TEMPORARY, *Z1_SPLIT), {"since": 2026})):
    make_row_rule(
        "213",
        "A temporary or other placement has a placement provider.",
        table="Episodes",
        fields="PLACE PLACE_PROVIDER",
        row_judge=lambda t, _year, places=_places: (
            t.PLACE.is_in(*places) & filled(t.PLACE_PROVIDER)
        ),
        condition=f"Fails when PLACE is {', '.join(_places)} and PLACE_PROVIDER is filled.",
        **_years,
    )

for _places, _years in (
    ((*TEMPORARY, "Z1"), {"until": 2025}),
    ((*TEMPORARY, *Z1_SPLIT), {"since": 2026}),
):
    make_row_rule(
        "526",
        "The placement provider is missing.",
        table="Episodes",
        fields="PLACE PLACE_PROVIDER",
        row_judge=lambda t, _year, places=_places: (
            ~t.PLACE.is_in(*places) & blank(t.PLACE_PROVIDER)
        ),
        condition=f"Fails when PLACE is not {', '.join(_places)} and PLACE_PROVIDER is blank.",
        **_years,
    )

for _code, _provider, _places, _whose in (
    ("527", "PR1", ("P1", "R2", "R5"), "the authority's own provision"),
    ("528", "PR2", ("P1", "R2", "R5"), "another authority's provision"),
    (
        "529",
        "PR3",
        (*FOR_ADOPTION, "K1", "K2", "P1", *KINSHIP_AND_FOSTER),
        "another public body's provision",
    ),
    ("530", "PR4", ("P1",), "a private provider"),
    ("531", "PR5", ("P1",), "a voluntary provider"),
):
    make_row_rule(
        _code,
        f"The placement type cannot be {_whose} ({_provider}).",
        table="Episodes",
        fields="PLACE PLACE_PROVIDER",
        row_judge=lambda t, _year, provider=_provider, places=_places: (
            t.PLACE.is_in(*places) & (t.PLACE_PROVIDER == provider)
        ),
        condition=f"Fails when PLACE is {', '.join(_places)} and PLACE_PROVIDER is {_provider}.",
    )


@row_rule(
    "550",
    "The provider is a parent (PR0), but the placement is not with parents (P1).",
    table="Episodes",
    fields="PLACE PLACE_PROVIDER",
)
def parents_provide_elsewhere(t: Columns) -> Mask:
    return (t.PLACE_PROVIDER == "PR0") & (t.PLACE != "P1")


# Placement, legal status and reasons


@row_rule(
    "217",
    "A placement for adoption with the current foster carer does not begin with S, T or U.",
    table="Episodes",
    fields="PLACE DECOM RNE",
)
def adopters_were_carers(t: Columns) -> Mask:
    """PLACE is A3 or A5, DECOM is 1 April 2015 or later, and RNE is not S, T or U."""
    since = t.DECOM >= day(2015, 4, 1)
    return t.PLACE.is_in("A3", "A5") & since & ~t.RNE.is_in("S", "T", "U")


@row_rule(
    "217t",
    "An unregulated placement (P2) lasts beyond 28 October 2023.",
    table="Episodes",
    fields="PLACE DEC",
    since=2024,
    until=2024,
)
def unregulated_too_long(t: Columns) -> Mask:
    return (t.PLACE == "P2") & (blank(t.DEC) | (t.DEC > day(2023, 10, 28)))


@row_rule(
    "214",
    "A short break (V3, V4) has a placement postcode or an Ofsted number.",
    table="Episodes",
    fields="LS PL_POST URN",
)
def short_break_with_place(t: Columns) -> Mask:
    return t.LS.is_in("V3", "V4") & t.any_filled("PL_POST", "URN")


@row_rule(
    "398",
    "A short break (V3, V4) has a postcode.",
    table="Episodes",
    fields="LS HOME_POST PL_POST",
)
def short_break_with_postcode(t: Columns) -> Mask:
    return t.LS.is_in("V3", "V4") & t.any_filled("HOME_POST", "PL_POST")


@row_rule(
    "378",
    "The child is placed with parents (P1) under an agreement (V2).",
    table="Episodes",
    fields="PLACE LS",
)
def with_parents_by_agreement(t: Columns) -> Mask:
    return (t.PLACE == "P1") & (t.LS == "V2")


@row_rule(
    "380",
    "A temporary placement does not begin with a change of placement (P or B).",
    table="Episodes",
    fields="PLACE RNE",
)
def temporary_without_move(t: Columns) -> Mask:
    return t.PLACE.is_in(*TEMPORARY) & ~t.RNE.is_in("P", "B")


@row_rule(
    "381",
    "A temporary placement ends care.",
    table="Episodes",
    fields="PLACE REC",
)
def temporary_ends_care(t: Columns) -> Mask:
    return t.PLACE.is_in(*TEMPORARY) & filled(t.REC) & (t.REC != "X1")


@row_rule(
    "382",
    "A short break (V3, V4) is recorded as a temporary placement.",
    table="Episodes",
    fields="LS PLACE",
)
def short_break_temporary(t: Columns) -> Mask:
    return t.LS.is_in("V3", "V4") & t.PLACE.is_in(*TEMPORARY)


@row_rule(
    "384",
    "A short break (V3, V4) is a long-term foster placement (U1, U4).",
    table="Episodes",
    fields="LS PLACE",
    since=2015,
)
def short_break_long_term(t: Columns) -> Mask:
    return t.LS.is_in("V3", "V4") & t.PLACE.is_in("U1", "U4")


@row_rule(
    "390",
    "The child was adopted from a placement that was not for adoption.",
    table="Episodes",
    fields="PLACE REC",
)
def adopted_from_elsewhere(t: Columns) -> Mask:
    return t.REC.is_in(*ADOPTED) & ~t.PLACE.is_in(*FOR_ADOPTION)


@row_rule(
    "392d",
    "The home and placement postcodes are the same, but the child is not with parents (P1).",
    table="Episodes",
    fields="HOME_POST PL_POST PLACE",
    since=2023,
)
def placed_at_home(t: Columns) -> Mask:
    return (t.PLACE != "P1") & (t.HOME_POST == t.PL_POST)


@row_rule(
    "408",
    "The child is placed for adoption with a placement order (A5, A6), but the status is not E1.",
    table="Episodes",
    fields="PLACE LS",
)
def placed_without_order(t: Columns) -> Mask:
    return t.PLACE.is_in("A5", "A6") & (t.LS != "E1")


@row_rule(
    "516",
    "A former foster carer became special guardian (E45, E46), but the child was not in foster care.",
    table="Episodes",
    fields="REC PLACE",
    since=2019,
)
def guardian_was_no_carer(t: Columns) -> Mask:
    return t.REC.is_in("E45", "E46") & ~t.PLACE.is_in(*KINSHIP_AND_FOSTER)


# Age limits and time limits by placement type

AGE_LIMITS = (
    ("370", "P2", 15, "independent living", {"until": 2023}),
    ("370", "P2", 16, "independent living", {"since": 2024, "until": 2024}),
    ("371", "H5", 14, "semi-independent living", {"until": 2023}),
    ("371", "H5", 16, "semi-independent living", {"since": 2024, "until": 2024}),
    ("371", "K3", 16, "supported accommodation", {"since": 2025}),
    ("372", "R5", 10, "a young offender institution or prison", {}),
    ("373", "S1", 4, "a residential school", {}),
    ("374", "P3", 14, "residential employment", {}),
)
"""Rule, placement type, the age from which it may begin, what it is, and the years."""

TIME_LIMITS = (
    ("375", "T1", 42, "in hospital"),
    ("376", "T3", 21, "while the carer is on holiday"),
    ("379", "T4", 7, "of other kinds"),
)
"""Rule, temporary placement type, the days it may last, and what it is."""


def _under_age(r: Records, place: str, age: int) -> Mask:
    """Ended episodes of a placement type that began before a birthday."""
    ep = r.episodes
    i, j = r.pairs(ep, r.header)
    tested = (ep.PLACE == place) & filled(ep.DEC)
    return flagged(len(ep), i[tested[i] & (ep.DECOM[i] < birthday(r.header.DOB, age)[j])])


def _too_long(r: Records, place: str, days: int) -> Mask:
    """Ended episodes of a placement type that lasted longer; only children with a date of birth."""
    ep = r.episodes
    i, j = r.pairs(ep, r.header)
    long = (ep.PLACE == place) & (ep.DEC > ep.DECOM + days)
    return flagged(len(ep), i[long[i] & filled(r.header.DOB)[j]])


for _code, _place, _age, _what, _years in AGE_LIMITS:
    make(
        _code,
        f"The child is under {_age} at the start of a placement in {_what} ({_place}).",
        table="Episodes",
        fields="DECOM PLACE",
        needs="Episodes Header",
        judge=lambda r, _year, place=_place, age=_age: _under_age(r, place, age),
        condition=f"Fails when PLACE is {_place} and DECOM is before DOB + {_age} years. Open episodes are not tested.",
        **_years,
    )

for _code, _place, _days, _what in TIME_LIMITS:
    make(
        _code,
        f"A temporary placement {_what} ({_place}) lasts more than {_days} days.",
        table="Episodes",
        fields="DECOM DEC PLACE",
        needs="Episodes Header",
        judge=lambda r, _year, place=_place, days=_days: _too_long(r, place, days),
        condition=f"Fails when PLACE is {_place} and DEC is after DECOM + {_days} days. Open episodes, and children "
        "without a date of birth in Header, are not tested.",
    )


@rule(
    "377",
    "The child has more than two temporary placements while the carer is on holiday (T3).",
    table="Episodes",
    fields="PLACE",
)
def three_holidays(r: Records) -> Mask:
    ep = r.episodes
    holidays = (ep.PLACE == "T3") & (ep.child >= 0)
    count = np.bincount(ep.child[holidays], minlength=r.children)
    return holidays & r.rows_of(count > 2, ep)


# Moves


@rule(
    "225",
    "The placement changed and no reason is given.",
    table="Episodes",
    fields="REASON_PLACE_CHANGE",
    since=2015,
)
def move_without_reason(r: Records) -> Mask:
    """REC is X1, the reason is blank, and the next episode is a change of placement; neither is temporary."""
    ep, following = r.episodes, r.episode_order.next
    moves = at(ep.RNE, following).is_in("P", "B", "T", "U")
    temporary = ep.PLACE.is_in(*TEMPORARY)
    to_temporary = at(temporary, following)
    unexplained = (ep.REC == "X1") & blank(ep.REASON_PLACE_CHANGE)
    return unexplained & ~temporary & moves & ~to_temporary


for _years in OTHER_PLACEMENT:
    make(
        "226",
        "A reason for a change of placement is given at a temporary placement.",
        table="Episodes",
        fields="REASON_PLACE_CHANGE PLACE",
        judge=lambda r, _year: _reason_at_temporary(r),
        condition="Fails when PLACE is T0 to T4 and REASON_PLACE_CHANGE is filled on this episode or the one before.",
        **{"since": 2015, **_years},
    )


def _reason_at_temporary(r: Records) -> Mask:
    ep = r.episodes
    reason = filled(ep.REASON_PLACE_CHANGE)
    return ep.PLACE.is_in(*TEMPORARY) & (reason | at(reason, r.episode_order.previous))


@row_rule(
    "233",
    "An open episode has a reason for a change of placement.",
    table="Episodes",
    fields="REASON_PLACE_CHANGE DEC",
    since=2026,
)
def reason_while_open(t: Columns) -> Mask:
    return blank(t.DEC) & filled(t.REASON_PLACE_CHANGE)


@rule(
    "234",
    "The placement changed for custody (CUSTOD) before the child was 10.",
    table="Episodes Header",
    fields="REASON_PLACE_CHANGE DECOM DOB",
    since=2026,
)
def custody_under_ten(r: Records) -> Masks:
    ep, hd = r.episodes, r.header
    i, j = r.pairs(ep, hd)
    fails = (ep.REASON_PLACE_CHANGE == "CUSTOD")[i] & (ep.DECOM[i] < birthday(hd.DOB, 10)[j])
    return {"Episodes": flagged(len(ep), i[fails]), "Header": flagged(len(hd), j[fails])}


@rule(
    "336",
    "The child was placed for adoption with the current foster carer, but was not in foster care before.",
    table="Episodes",
    fields="PLACE",
)
def adopter_was_no_carer(r: Records) -> Mask:
    """PLACE is A3 or A5, the child has an earlier episode, and its PLACE is not A3 to A6 or U1 to U6."""
    ep, previous = r.episodes, r.episode_order.previous
    before = at(ep.PLACE, previous).is_in(*FOR_ADOPTION, *KINSHIP_AND_FOSTER)
    return ep.PLACE.is_in("A3", "A5") & (previous >= 0) & ~before


def _no_return(r: Records, with_postcode: bool) -> Mask:
    ep, previous = r.episodes, r.episode_order.previous
    before = at(previous, previous)
    back = (ep.RNE == "P") & ep.PLACE.same(at(ep.PLACE, before))
    if with_postcode:
        back &= ep.PL_POST.same(at(ep.PL_POST, before))
    return at(ep.PLACE, previous).is_in(*TEMPORARY) & (before >= 0) & ~back


for _with_postcode, _years in ((False, {"until": 2025}), (True, {"since": 2026})):
    make(
        "383",
        "After a temporary placement the child did not go back to the placement before it.",
        table="Episodes",
        fields="PLACE RNE PL_POST" if _with_postcode else "PLACE RNE",
        judge=lambda r, _year, postcode=_with_postcode: _no_return(r, postcode),
        condition="Fails when the previous episode is temporary (T0 to T4) and RNE is not P, or PLACE"
        f"{' or PL_POST' if _with_postcode else ''} is not that of the episode before the temporary one.",
        **_years,
    )
