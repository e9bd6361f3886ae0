"""Rules on where the placement is: authority, inside or outside it, distance from home, postcodes.

PL_LA, PL_LOCATION and PL_DISTANCE are in no file; rules that read one run when it was given or
computed.
"""

from __future__ import annotations

from cla.ssda903.rules.columns import Columns, Mask, Texts, blank, filled
from cla.ssda903.rules.placements import FOR_ADOPTION, KINSHIP_AND_FOSTER
from cla.ssda903.rules.records import Records
from cla.ssda903.rules.registry import make, row_rule, rule
from cla.ssda903.rules.uasc import ever_marked

DISTANCE = "Episodes Episodes.PL_DISTANCE"


@row_rule(
    "169",
    "The authority of the placement cannot be told from the postcode.",
    table="Episodes",
    fields="PL_LA PL_POST",
    needs="Episodes Episodes.PL_LA",
    stage=1,
)
def no_placement_authority(t: Columns) -> Mask:
    """PL_LA is missing and LS is not V3 or V4."""
    return blank(t.PL_LA) & ~t.LS.is_in("V3", "V4")


@row_rule(
    "179",
    "Whether the placement is inside the authority cannot be told from the postcode.",
    table="Episodes",
    fields="PL_LOCATION PL_POST",
    needs="Episodes Episodes.PL_LOCATION",
    stage=1,
)
def no_placement_location(t: Columns) -> Mask:
    """PL_LOCATION is missing and LS is not V3 or V4."""
    return blank(t.PL_LOCATION) & ~t.LS.is_in("V3", "V4")


@row_rule(
    "420",
    "A short break (V3, V4) has a placement authority.",
    table="Episodes",
    fields="LS PL_LA",
    needs="Episodes Episodes.PL_LA",
)
def short_break_with_authority(t: Columns) -> Mask:
    return t.LS.is_in("V3", "V4") & filled(t.PL_LA)


@row_rule(
    "454",
    "The placement is more than 350 miles from home.",
    table="Episodes",
    fields="PL_DISTANCE",
    needs=DISTANCE,
    since=2026,
    severity="query (explanation / bypass route)",
)
def very_far(t: Columns) -> Mask:
    """999.9 stands for a home that is unknown or outside England and passes."""
    return (t.PL_DISTANCE > 350) & (t.PL_DISTANCE != 999.9)


@rule(
    "164",
    "The distance of the placement from home is not between 0 and 999.9 miles.",
    table="Episodes",
    fields="PL_DISTANCE",
    needs=f"{DISTANCE} uasc",
    stage=1,
)
def impossible_distance(r: Records) -> Mask:
    """Not of short breaks (V3, V4), nor of children who are or were last year unaccompanied."""
    ep = r.episodes
    outside = (ep.PL_DISTANCE < 0) | (ep.PL_DISTANCE > 999.9)
    return outside & ~r.respite & ~r.rows_of(r.remember(ever_marked), ep)


@rule(
    "392a",
    "The distance of the placement from home cannot be told from the postcodes.",
    table="Episodes",
    fields="PL_DISTANCE HOME_POST PL_POST",
    needs=f"{DISTANCE} uasc",
)
def no_distance(r: Records) -> Mask:
    """Not of short breaks (V3, V4), nor of children who are or were last year unaccompanied."""
    ep = r.episodes
    return blank(ep.PL_DISTANCE) & ~r.respite & ~r.rows_of(r.remember(ever_marked), ep)


@rule(
    "392b",
    "The home or the placement postcode is missing.",
    table="Episodes",
    fields="HOME_POST PL_POST",
    needs="Episodes",
)
def no_postcode(r: Records) -> Mask:
    """Not of short breaks (V3, V4), nor of children who are or were last year unaccompanied."""
    ep = r.episodes
    missing = ep.any_blank("HOME_POST", "PL_POST")
    return missing & ~r.respite & ~r.rows_of(r.remember(ever_marked), ep)


@rule(
    "392c",
    "The home or the placement postcode is not in the postcode directory.",
    table="Episodes",
    fields="HOME_POST PL_POST",
    needs="Episodes postcodes",
)
def unknown_postcode(r: Records) -> Mask:
    """Case and spaces make no difference. Short breaks are judged too."""
    return _unknown(r, "HOME_POST") | _unknown(r, "PL_POST")


def _unknown(r: Records, name: str) -> Mask:
    given: Texts = r.episodes[name]
    return given.where((~r.ret.places(name).known).tolist())


@rule(
    "406",
    "An unaccompanied asylum-seeking child has a distance from home.",
    table="Episodes",
    fields="PL_DISTANCE",
    needs=f"{DISTANCE} uasc",
)
def unaccompanied_with_distance(r: Records) -> Mask:
    ep = r.episodes
    return filled(ep.PL_DISTANCE) & r.rows_of(r.remember(ever_marked), ep)


@rule(
    "411",
    "The placement is said to be inside the authority, but is in another.",
    table="Episodes",
    fields="PL_LOCATION PL_LA",
    needs="Episodes Episodes.PL_LOCATION Episodes.PL_LA la",
)
def inside_but_elsewhere(r: Records) -> Mask:
    return (r.episodes.PL_LOCATION == "IN") & ~r.episodes.PL_LA.is_in(*r.own_authorities)


def _own_provision_elsewhere(r: Records, exempt: tuple[str, ...]) -> Mask:
    ep = r.episodes
    tested = (ep.PLACE_PROVIDER == "PR1") & filled(ep.PLACE) & ~ep.PLACE.is_in(*exempt)
    return tested & filled(ep.LS) & ~r.respite & ~ep.PL_LA.is_in(*r.own_authorities)


_exempt: tuple[str, ...]

for _exempt, _years in (
    ((*FOR_ADOPTION, *KINSHIP_AND_FOSTER), (None, 2025)),
    ((*FOR_ADOPTION, "K3", *KINSHIP_AND_FOSTER), (2026, None)),
):
    make(
        "1015",
        "The placement is the authority's own provision (PR1), but is not in the authority.",
        table="Episodes",
        fields="PL_LA PLACE PLACE_PROVIDER",
        needs="Episodes Episodes.PL_LA la",
        stage=1,
        judge=lambda r, _year, exempt=_exempt: _own_provision_elsewhere(r, exempt),
        condition=f"Fails when PLACE_PROVIDER is PR1, PLACE is filled and not "
        f"{', '.join(_exempt)}, LS is filled and "
        "not V3 or V4, and PL_LA is not the authority (blank fails).",
        years=_years,
    )
