"""Rules on placements: which go with which provider, legal status and age, for how long, and
moves."""

from __future__ import annotations

from cla.ssda903.rules.columns import Columns, Mask, blank, day, filled
from cla.ssda903.rules.episodes import ADOPTED, TEMPORARY
from cla.ssda903.rules.registry import Years, make_row_rule, row_rule

FOR_ADOPTION = ("A3", "A4", "A5", "A6")
KINSHIP_AND_FOSTER = ("U1", "U2", "U3", "U4", "U5", "U6")
Z1_SPLIT = ("Z11", "Z12", "Z13", "Z14")
PROVIDERS = ("PR0", "PR1", "PR2", "PR3", "PR4", "PR5")


# The provider of the placement

_places: tuple[str, ...]
_z: tuple[str, ...]
_t: tuple[str, ...]
_years: Years

for _z, _t, _years in (
    (("Z1",), TEMPORARY, (None, 2025)),
    (Z1_SPLIT, TEMPORARY[:4], (2026, None)),
):
    make_row_rule(
        "178",
        "The placement provider is not a valid code, or the placement takes none.",
        table="Episodes",
        fields="PLACE_PROVIDER PLACE",
        stage=1,
        row_judge=lambda t, _year, none=(*_t, *_z): (
            filled(t.PLACE_PROVIDER) & (~t.PLACE_PROVIDER.is_in(*PROVIDERS) | t.PLACE.is_in(*none))
        ),
        condition=f"Fails when PLACE_PROVIDER is filled and is not PR0 to PR5, or PLACE is "
        f"{', '.join((*_t, *_z))}.",
        years=_years,
    )

for _places, _years in ((TEMPORARY, (None, 2025)), ((*TEMPORARY, *Z1_SPLIT), (2026, None))):
    make_row_rule(
        "213",
        "A temporary or other placement has a placement provider.",
        table="Episodes",
        fields="PLACE PLACE_PROVIDER",
        row_judge=lambda t, _year, places=_places: (
            t.PLACE.is_in(*places) & filled(t.PLACE_PROVIDER)
        ),
        condition=f"Fails when PLACE is {', '.join(_places)} and PLACE_PROVIDER is filled.",
        years=_years,
    )

for _places, _years in (
    ((*TEMPORARY, "Z1"), (None, 2025)),
    ((*TEMPORARY, *Z1_SPLIT), (2026, None)),
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
        years=_years,
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
            t.PLACE.is_in(*places) & (provider == t.PLACE_PROVIDER)
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
    since = day(2015, 4, 1) <= t.DECOM
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
    return (t.PLACE == "P2") & (blank(t.DEC) | (day(2023, 10, 28) < t.DEC))


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
    "A former foster carer became special guardian (E45, E46), but the child was not in foster "
    "care.",
    table="Episodes",
    fields="REC PLACE",
    since=2019,
)
def guardian_was_no_carer(t: Columns) -> Mask:
    return t.REC.is_in("E45", "E46") & ~t.PLACE.is_in(*KINSHIP_AND_FOSTER)
