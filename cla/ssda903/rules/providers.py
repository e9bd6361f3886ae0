"""Rules on the Ofsted number (URN) of a placement, alone and against Ofsted's list of providers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pandas as pd

from cla.ssda903.cells import parse_dates
from cla.ssda903.returns import as_text
from cla.ssda903.rules.columns import Columns, Mask, Texts, blank, filled
from cla.ssda903.rules.placements import FOR_ADOPTION, KINSHIP_AND_FOSTER, TEMPORARY, Z1_SPLIT
from cla.ssda903.rules.records import Records
from cla.ssda903.rules.registry import Years, make, make_row_rule, row_rule, rule

NO_NUMBER = "XXXXXXX"
"""Stands in for the URN of a provider that has none yet."""
OUTSIDE_ENGLAND = ("CON", "NIR", "SCO", "WAL", "NUK")
UNREGISTERED = ("P1", "P3", "R1", "R2", "R5", *TEMPORARY)
Listed = Mapping[str, frozenset[str]]


def has_number(t: Columns) -> Mask:
    """Episodes with a real URN."""
    return filled(t.URN) & (t.URN != NO_NUMBER)


# Without the list

_places: tuple[str, ...]
_exempt: tuple[str, ...]
_years: Years

for _places, _years in (
    (("H5", "P2", *UNREGISTERED, "Z1"), (None, 2023)),
    (("P2", *UNREGISTERED, "Z1"), (2024, 2024)),
    ((*UNREGISTERED, "Z1"), (2025, 2025)),
    ((*UNREGISTERED, *Z1_SPLIT), (2026, None)),
):
    make_row_rule(
        "222",
        "The placement is of a type that Ofsted does not register, but has an Ofsted number.",
        table="Episodes",
        fields="URN PLACE",
        row_judge=lambda t, _year, places=_places: t.PLACE.is_in(*places) & has_number(t),
        condition=f"Fails when PLACE is {', '.join(_places)} and URN is filled and not "
        f"{NO_NUMBER}.",
        years=_years,
    )

for _places, _years in (
    (("H5", "P2", *UNREGISTERED, "Z1"), (None, 2024)),
    ((*UNREGISTERED, "Z1"), (2025, 2025)),
):
    make_row_rule(
        "218",
        "The Ofsted number of the placement is missing.",
        table="Episodes",
        fields="URN",
        needs="Episodes Episodes.PL_LA",
        row_judge=lambda t, _year, places=_places: (
            _needs_number(t, places)
            & filled(t.PL_LA)
            & ~t.PL_LA.where([value[:1].upper() in "NWSC" for value in t.PL_LA.values])
        ),
        condition="Fails when URN is blank, the episode did not end before the year, PLACE is not "
        f"{', '.join(_places)}, and the placement is known to be in England.",
        years=_years,
    )

make_row_rule(
    "218",
    "The Ofsted number of the placement is missing.",
    table="Episodes",
    fields="URN",
    needs="Episodes Episodes.PL_LA",
    row_judge=lambda t, _year: (
        _needs_number(t, (*UNREGISTERED, *Z1_SPLIT)) & ~t.PL_LA.is_in(*OUTSIDE_ENGLAND)
    ),
    condition="Fails when URN is blank, the episode did not end before the year, PLACE is not "
    f"{', '.join((*UNREGISTERED, *Z1_SPLIT))}, and PL_LA is not {', '.join(OUTSIDE_ENGLAND)} "
    f"(blank fails).",
    since=2026,
)


def _needs_number(t: Columns, exempt: tuple[str, ...]) -> Mask:
    in_year = blank(t.DEC) | (t.start <= t.DEC)
    return blank(t.URN) & in_year & ~t.PLACE.is_in(*exempt)


@row_rule(
    "230",
    "Semi-independent living (H5) after 28 October 2023 has no Ofsted number.",
    table="Episodes",
    fields="PLACE DEC URN",
    needs="Episodes Episodes.PL_LA",
    since=2024,
    until=2024,
    severity="error with bypass request",
)
def supported_without_number(t: Columns) -> Mask:
    """PLACE is H5, DEC is blank or 29 October 2023 or later, URN is blank or XXXXXXX, and PL_LA is
    known and does not begin with N, W or S."""
    late = blank(t.DEC) | (np.datetime64("2023-10-29") <= t.DEC)
    elsewhere = t.PL_LA.where([value[:1].upper() in "NWS" for value in t.PL_LA.values])
    in_england = filled(t.PL_LA) & ~elsewhere
    return (t.PLACE == "H5") & late & ~has_number(t) & in_england


@row_rule(
    "242",
    "The stand-in for a missing Ofsted number (XXXXXXX) is used outside fostering and adoption.",
    table="Episodes",
    fields="URN PLACE",
    since=2026,
)
def stand_in_elsewhere(t: Columns) -> Mask:
    return (t.URN == NO_NUMBER) & ~t.PLACE.is_in(*FOR_ADOPTION, *KINSHIP_AND_FOSTER)


@row_rule(
    "243",
    "A placement outside England has an Ofsted number.",
    table="Episodes",
    fields="URN",
    needs="Episodes Episodes.PL_LA",
    since=2026,
)
def number_outside_england(t: Columns) -> Mask:
    return t.PL_LA.is_in(*OUTSIDE_ENGLAND) & filled(t.URN)


# Against the list


def _providers(r: Records) -> pd.DataFrame:
    """The provider list as text, URN trimmed and in capitals."""
    assert r.ret.providers is not None
    return r.ret.providers.apply(lambda column: as_text(column).str.strip().str.upper())


def _listed(r: Records, column: str, *, several: bool = False) -> Listed:
    """What the list says of each URN in a column; ``several`` splits the cell at commas."""
    frame = r.remember(_providers)
    found: dict[str, set[str]] = defaultdict(set)
    known = frame[["URN", column]].dropna()
    for urn, value in zip(known["URN"], known[column], strict=True):
        found[urn].update(part.strip() for part in (value.split(",") if several else [value]))
    return {urn: frozenset(values) for urn, values in found.items()}


def _agrees(t: Columns, column: Texts, listed: Listed) -> Mask:
    """Rows whose URN is on the list with the value of the column; a missing value agrees with
    nothing."""
    rows = np.flatnonzero(filled(t.URN) & filled(column))
    width = len(column.values)
    pairs = t.URN.codes[rows].astype(np.int64) * width + column.codes[rows]
    distinct, where = np.unique(pairs, return_inverse=True)
    agree = [
        column.values[pair % width] in listed.get(t.URN.values[pair // width].upper(), ())
        for pair in distinct.tolist()
    ]
    mask = np.zeros(len(t), dtype=bool)
    mask[rows] = np.array(agree, dtype=bool)[where]
    return mask


@rule(
    "1008",
    "The Ofsted number is not on Ofsted's list.",
    table="Episodes",
    fields="URN",
    needs="Episodes providers",
    stage=1,
    since=2016,
)
def number_not_on_the_list(r: Records) -> Mask:
    ep = r.episodes
    known = frozenset(r.remember(_providers)["URN"].dropna())
    return has_number(ep) & ~ep.URN.where([urn.upper() in known for urn in ep.URN.values])


@rule(
    "219",
    "The provider is not registered for this type of placement.",
    table="Episodes",
    fields="URN PLACE",
    needs="Episodes providers.PLACE_CODES",
    since=2016,
)
def not_for_this_placement(r: Records) -> Mask:
    """PLACE is not among the codes of the URN's provider (an unknown URN, a blank PLACE or no codes
    fail)."""
    ep = r.episodes
    return has_number(ep) & ~_agrees(ep, ep.PLACE, _listed(r, "PLACE_CODES", several=True))


@rule(
    "224",
    "The provider is not of this kind.",
    table="Episodes",
    fields="URN PLACE_PROVIDER",
    needs="Episodes providers.PROVIDER_CODES",
    since=2016,
)
def not_this_kind_of_provider(r: Records) -> Mask:
    """PLACE_PROVIDER is not among the codes of the URN's provider (an unknown URN or a blank
    fail; a provider without codes on the list passes)."""
    ep = r.episodes
    allowed = _listed(r, "PROVIDER_CODES", several=True)
    silent = set(r.remember(_providers)["URN"].dropna()) - set(allowed)
    not_said = ep.URN.where([urn.upper() in silent for urn in ep.URN.values])
    return has_number(ep) & ~not_said & ~_agrees(ep, ep.PLACE_PROVIDER, allowed)


def _other_postcode(r: Records, places: tuple[str, ...]) -> Mask:
    ep = r.episodes
    squeezed = ep.PL_POST.mapped(_squeeze)
    listed = {
        urn: frozenset(_squeeze(value) for value in values)
        for urn, values in _listed(r, "POSTCODE").items()
    }
    tested = has_number(ep) & ~r.respite & ep.PLACE.is_in(*places) & filled(ep.PL_POST)
    return tested & ~_agrees(ep, squeezed, listed)


def _squeeze(postcode: str) -> str:
    return postcode.replace(" ", "").upper()


for _places, _years in (
    (("K1", "K2", "R3", "S1"), (2016, 2023)),
    (("H5", "K1", "K2", "R3", "S1"), (2024, 2024)),
    (("K1", "K2", "K3", "R3", "S1"), (2025, None)),
):
    make(
        "221",
        "The placement postcode is not that of the provider.",
        table="Episodes",
        fields="PL_POST URN",
        needs="Episodes providers.POSTCODE",
        judge=lambda r, _year, places=_places: _other_postcode(r, places),
        condition=f"Fails when PLACE is {', '.join(_places)}, LS is not V3 or V4, PL_POST is "
        f"filled and is not the "
        "postcode on the list (an unknown URN fails).",
        years=_years,
    )


def _closed(r: Records) -> np.ndarray:
    """For each episode the day on which its provider's registration ended; missing if it has
    not."""
    frame, ep = r.remember(_providers), r.episodes
    ends = parse_dates(frame["REG_END"]).groupby(frame["URN"]).min()
    by_urn = ends.reindex([urn.upper() for urn in ep.URN.values]).to_numpy().astype("M8[D]")
    days = np.append(by_urn, np.datetime64("NaT"))[ep.URN.codes]
    return np.where(has_number(ep), days, np.datetime64("NaT"))


@rule(
    "227",
    "The episode begins on or after the day the provider's registration ended.",
    table="Episodes",
    fields="URN DECOM",
    needs="Episodes providers.REG_END",
    since=2016,
)
def begins_after_registration(r: Records) -> Mask:
    return r.remember(_closed) <= r.episodes.DECOM


@rule(
    "228",
    "The episode goes on after the provider's registration ended.",
    table="Episodes",
    fields="URN DEC",
    needs="Episodes providers.REG_END",
    since=2016,
)
def goes_on_after_registration(r: Records) -> Mask:
    """DEC, or 31 March for an open episode, is after the end of registration."""
    ep = r.episodes
    return np.where(np.isnat(ep.DEC), r.end, ep.DEC) > r.remember(_closed)


def _whose_provider(r: Records, exempt: tuple[str, ...]) -> Mask:
    ep = r.episodes
    here = {la.upper() for la in r.own_authorities}
    ours = {urn for urn, codes in _listed(r, "LA_CODE_INFERRED").items() if here & codes}
    own = ep.URN.where([urn.upper() in ours for urn in ep.URN.values])
    wrong = ((ep.PLACE_PROVIDER == "PR1") & ~own) | ((ep.PLACE_PROVIDER == "PR2") & own)
    return has_number(ep) & ~ep.PLACE.is_in(*exempt) & wrong


for _exempt, _years in (
    ((), (2016, 2025)),
    (("K3", *UNREGISTERED, *Z1_SPLIT), (2026, None)),
):
    make(
        "229",
        "The provider is called the authority's own and is not, or another authority's and is our "
        "own.",
        table="Episodes",
        fields="URN PLACE_PROVIDER",
        needs="Episodes providers.LA_CODE_INFERRED la",
        judge=lambda r, _year, exempt=_exempt: _whose_provider(r, exempt),
        condition="Fails when PLACE_PROVIDER is PR1 and the provider's authority is another or "
        "unknown, or PR2 and it "
        f"is ours{f'; not when PLACE is {chr(44).join(_exempt)}' if _exempt else ''}.",
        years=_years,
    )


@rule(
    "241",
    "Supported accommodation (K3) is not in the authority in which its provider is.",
    table="Episodes",
    fields="URN PLACE",
    needs="Episodes providers.LA_CODE_INFERRED Episodes.PL_LA",
    since=2026,
)
def supported_elsewhere(r: Records) -> Mask:
    """PLACE is K3 and PL_LA is none of the authorities that the list has for the URN."""
    ep = r.episodes
    return (
        has_number(ep) & (ep.PLACE == "K3") & ~_agrees(ep, ep.PL_LA, _listed(r, "LA_CODE_INFERRED"))
    )
