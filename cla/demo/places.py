"""Where the invented children live: postcodes, a postcode directory and a list of registered
providers.

The postcodes belong to areas that have never been allocated (DM, SB, MH), so none is anybody's
home; the directory here says in which invented authority each lies and where. Provider numbers
begin with the code of the invented authority after a 9 and are seven digits long, as Ofsted's can
be.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from cla.demo.chance import Chance
from cla.demo.recipe import Invented, authorities, authority, value, weights

_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_SPREAD = 13_000  # metres from the middle of the authority, each way
HOMES = range(0, 200)  # families live here
CARERS = range(200, 360)  # carers and unregistered places are here
REGISTERED = range(360, 400)  # registered homes are here, one a postcode

FOSTERING = "U1,U2,U3,U4,U5,U6"
SUPPORTED = "H5,K3"


@dataclass(frozen=True)
class Provider:
    """One registered provider. ``sectors`` are the PLACE_PROVIDER codes it may be entered under."""

    urn: str
    kind: str
    places: str
    sectors: str
    la: str
    post: str
    closed: str = ""


def postcode(prefix: str, number: int) -> str:
    """The postcode of this number (0 to 399) in an invented authority."""
    unit = _LETTERS[(number // 10) % 20] + _LETTERS[(number * 7) % 20]
    return f"{prefix}{number // 40 + 1} {number % 10}{unit}"


@cache
def postcodes() -> pd.DataFrame:
    """The directory: postcode, la, easting and northing in metres."""
    rows = []
    for own in authorities():
        chance = Chance(value("seed"), own.la, "postcodes")
        for number in range(400):
            east = own.easting + int((chance.unit() - 0.5) * 2 * _SPREAD)
            north = own.northing + int((chance.unit() - 0.5) * 2 * _SPREAD)
            rows.append((postcode(own.prefix, number), own.la, east, north))
    return pd.DataFrame(rows, columns=["postcode", "la", "easting", "northing"])


# number, kind, places, sectors: the same set of providers stands in every invented authority
_SET = (
    ("001", "foster", FOSTERING, "PR1,PR2"),
    *((f"01{i}", "foster", FOSTERING, "PR4") for i in range(1, 5)),
    *((f"02{i}", "foster", FOSTERING, "PR5") for i in range(1, 3)),
    *((f"03{i}", "home", "K2", "PR1,PR2") for i in range(1, 3)),
    *((f"04{i}", "home", "K2", "PR4") for i in range(1, 10)),
    ("051", "home", "K2", "PR5"),
    ("061", "secure", "K1", "PR4"),
    *((f"07{i}", "supported", SUPPORTED, "PR4") for i in range(1, 6)),
    ("076", "supported", SUPPORTED, "PR5"),
    ("077", "supported", SUPPORTED, "PR1"),
    ("081", "school", "S1", "PR4"),
    ("091", "family_centre", "R3", "PR4"),
    ("099", "closed", "K2", "PR4"),
)


@cache
def _providers(own: Invented) -> tuple[Provider, ...]:
    return tuple(
        Provider(
            urn=f"9{own.code3}{number}",
            kind=kind,
            places=places,
            sectors=sectors,
            la=own.la,
            post=postcode(own.prefix, REGISTERED[order]),
            closed="30/06/2019" if kind == "closed" else "",
        )
        for order, (number, kind, places, sectors) in enumerate(_SET)
    )


@cache
def registered(la: str, kind: str, sector: str) -> tuple[Provider, ...]:
    """The providers of a kind and sector in an invented authority."""
    return tuple(
        p for p in _providers(authority(la)) if p.kind == kind and sector in p.sectors.split(",")
    )


@cache
def providers() -> pd.DataFrame:
    """The Ofsted list of the invented authorities, in the columns that ``ssda903.read`` takes."""
    every = [p for own in authorities() for p in _providers(own)]
    rows = [(p.urn, p.places, p.sectors, p.closed, p.post, p.la) for p in every]
    columns = ["URN", "PLACE_CODES", "PROVIDER_CODES", "REG_END", "POSTCODE", "LA_CODE_INFERRED"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


@dataclass(frozen=True)
class Placement:
    """Where a child is placed, as an episode records it. ``kind`` is the recipe's word for it."""

    kind: str
    place: str
    provider: str
    urn: str
    post: str


def _where(chance: Chance, own: Invented, sector: str) -> Invented:
    """The authority in which a placement lies: the own one, or one of the other two."""
    if not chance.happens(value("placement.outside")[sector]):
        return own
    others = [other for other in authorities() if other.la != own.la]
    return others[0 if chance.happens(0.5) else 1]


def _carer(chance: Chance, where: Invented) -> str:
    return postcode(where.prefix, chance.between(CARERS[0], CARERS[-1]))


def _foster(chance: Chance, own: Invented, place: str, sector: str) -> Placement:
    kin = place in ("U1", "U2", "U3")
    where = _where(chance, own, "kin" if kin else sector)
    office = own if sector == "PR1" else where
    choice = registered(office.la, "foster", sector)
    provider = choice[chance.between(0, len(choice) - 1)]
    kind = "kin" if kin else "foster"
    return Placement(kind, place, sector, provider.urn, _carer(chance, where))


def _registered(chance: Chance, own: Invented, kind: str, place: str, sector: str) -> Placement:
    stays = sector == "PR1" or kind == "supported"
    where = own if stays else _where(chance, own, sector)
    choice = registered(where.la, kind, sector)
    provider = choice[chance.between(0, len(choice) - 1)]
    return Placement(kind, place, sector, provider.urn, provider.post)


def place_child(chance: Chance, own: Invented, kind: str, home: str) -> Placement:
    """A new placement of a kind of the recipe. ``home`` is the family's postcode."""
    if kind == "kin":
        return _foster(chance, own, "U2" if chance.happens(0.03) else "U3", "PR1")
    if kind == "foster":
        return _foster(chance, own, "U6", chance.pick(weights("placement.provider.foster")))
    if kind == "foster_to_adopt":
        return _foster(chance, own, "U5", "PR1")
    if kind == "home":
        return _registered(chance, own, kind, "K2", chance.pick(weights("placement.provider.home")))
    if kind == "supported":
        sector = chance.pick(weights("placement.provider.supported"))
        return _registered(chance, own, kind, "H5", sector)
    if kind in ("secure", "school", "family_centre"):
        place = {"secure": "K1", "school": "S1", "family_centre": "R3"}[kind]
        return _registered(chance, own, kind, place, "PR4")
    if kind == "parents":
        post = home or postcode(own.prefix, HOMES[chance.between(0, len(HOMES) - 1)])
        return Placement(kind, "P1", "PR0", "", post)
    if kind == "residential":
        sector = chance.pick(weights("placement.provider.residential"))
        return Placement(kind, "R1", sector, "", _carer(chance, _where(chance, own, sector)))
    if kind == "custody":
        return Placement(kind, "R5", "PR3", "", _carer(chance, _where(chance, own, "PR4")))
    if kind == "other":
        return Placement(kind, "Z1", "", "", _carer(chance, _where(chance, own, "PR4")))
    raise ValueError(f"No such kind of placement: {kind}")


def independent(chance: Chance, own: Invented) -> Placement:
    """A flat or lodgings with support, as used until October 2023 (P2)."""
    return Placement("supported", "P2", "PR4", "", _carer(chance, own))


def temporary(chance: Chance, own: Invented, place: str) -> Placement:
    """Where a child is for a few days: hospital, respite while carers are away and the like."""
    return Placement("temporary", place, "", "", _carer(chance, own))


def with_adopters(chance: Chance, own: Invented, place: str) -> Placement:
    """A placement with adopters not looking after the child before. Agencies have no Ofsted
    number here."""
    sector = chance.pick(weights("placement.provider.adoption"))
    where = _where(chance, own, "PR5")
    return Placement("adoption", place, sector, "XXXXXXX", _carer(chance, where))
