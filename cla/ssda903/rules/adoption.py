"""Rules on adoption: the decision to place (PlacedAdoption), the adoption itself (AD1), and the
episodes."""

from __future__ import annotations

import numpy as np

from cla.ssda903.rules.columns import Columns, Mask, at, blank, filled, same_date
from cla.ssda903.rules.episodes import ADOPTED
from cla.ssda903.rules.oc3 import ADOPTION_ITEMS
from cla.ssda903.rules.placements import FOR_ADOPTION
from cla.ssda903.rules.records import Records, flagged
from cla.ssda903.rules.registry import Masks, make_row_rule, row_rule, rule

# The adopters (AD1)

for _code, _status, _sexes, _who in (
    ("514", "L0", ("M1", "F1"), "A single adopter"),
    ("517", "L3", ("MF",), "An unmarried couple of different sexes"),
    ("518", "L4", ("MM", "FF"), "An unmarried couple of one sex"),
    ("519", "L2", ("MM", "FF", "MF"), "A civil partnership"),
    ("520", "L11", ("MF",), "A married couple of different sexes"),
    ("524", "L12", ("MM", "FF"), "A married couple of one sex"),
):
    make_row_rule(
        _code,
        f"{_who} ({_status}) does not fit the adopters' sex.",
        table="AD1",
        fields="LS_ADOPTR SEX_ADOPTR",
        row_judge=lambda t, _year, status=_status, sexes=_sexes: (
            (status == t.LS_ADOPTR) & ~t.SEX_ADOPTR.is_in(*sexes)
        ),
        condition=f"Fails when LS_ADOPTR is {_status} and SEX_ADOPTR is not {' or '.join(_sexes)}.",
    )


@row_rule(
    "511",
    "There are two adopters, but the sex of only one.",
    table="AD1",
    fields="NB_ADOPTR SEX_ADOPTR",
)
def two_adopters_one_sex(t: Columns) -> Mask:
    return (t.NB_ADOPTR == "2") & t.SEX_ADOPTR.is_in("M1", "F1")


@row_rule(
    "333",
    "The decision that the child should be adopted is missing, or later than the match.",
    table="AD1",
    fields="DATE_INT DATE_MATCH",
)
def matched_before_decision(t: Columns) -> Mask:
    return (filled(t.DATE_MATCH) & blank(t.DATE_INT)) | (t.DATE_INT > t.DATE_MATCH)


def _adoption_pairs(r: Records) -> tuple[np.ndarray, np.ndarray]:
    return r.pairs(r.ad1, r.episodes)


def _flag_pairs(r: Records, i: np.ndarray, j: np.ndarray, fails: Mask) -> Masks:
    return {
        "AD1": flagged(len(r.ad1), i[fails]),
        "Episodes": flagged(len(r.episodes), j[fails]),
    }


@rule(
    "331",
    "The child was matched after the placement that ended in adoption began.",
    table="AD1 Episodes",
    fields="DATE_MATCH DECOM REC",
)
def matched_after_placement(r: Records) -> Masks:
    ep = r.episodes
    i, j = _adoption_pairs(r)
    fails = ep.REC.is_in(*ADOPTED)[j] & (ep.DECOM[j] < r.ad1.DATE_MATCH[i])
    return _flag_pairs(r, i, j, fails)


@rule(
    "334",
    "The decision to adopt is before the child came into care.",
    table="AD1 Episodes",
    fields="DATE_INT DECOM RNE",
)
def decided_before_care(r: Records) -> Masks:
    """DATE_INT is before the DECOM of the child's latest episode with RNE S."""
    ep = r.episodes
    started = r.rows_of(r.latest(ep, ep.DECOM, ep.RNE == "S", last_of_equals=True), r.ad1)
    fails = at(ep.DECOM, started) > r.ad1.DATE_INT
    return {"AD1": fails, "Episodes": flagged(len(ep), started[fails])}


@rule(
    "335",
    "The placement type and whether the foster carer adopted do not fit.",
    table="AD1 Episodes",
    fields="PLACE FOSTER_CARE",
)
def carer_does_not_fit(r: Records) -> Masks:
    """REC is E1, E11 or E12, and PLACE is A2, A3 or A5 with FOSTER_CARE 0, or A1, A4 or A6 with
    1."""
    ep, ad1 = r.episodes, r.ad1
    i, j = _adoption_pairs(r)
    wrong = (ep.PLACE.is_in("A2", "A3", "A5")[j] & (ad1.FOSTER_CARE == "0")[i]) | (
        ep.PLACE.is_in("A1", "A4", "A6")[j] & (ad1.FOSTER_CARE == "1")[i]
    )
    return _flag_pairs(r, i, j, wrong & ep.REC.is_in("E1", *ADOPTED)[j])


@rule(
    "521",
    "The child was placed for adoption before the decision to adopt.",
    table="AD1 Episodes",
    fields="PLACE DECOM DATE_INT",
)
def placed_before_decision(r: Records) -> Masks:
    ep = r.episodes
    i, j = _adoption_pairs(r)
    fails = ep.PLACE.is_in(*FOR_ADOPTION)[j] & (ep.DECOM[j] < r.ad1.DATE_INT[i])
    return _flag_pairs(r, i, j, fails)


@rule(
    "582",
    "The child was adopted on the day of the match.",
    table="Episodes",
    fields="DEC DATE_MATCH",
    needs="AD1 Episodes",
    since=2023,
)
def adopted_when_matched(r: Records) -> Mask:
    """REC is E11 or E12 and DEC is DATE_MATCH, as a date or as it was sent."""
    ep = r.episodes
    i, j = _adoption_pairs(r)
    fails = ep.REC.is_in(*ADOPTED)[j] & same_date(ep, "DEC", j, r.ad1, "DATE_MATCH", i)
    return flagged(len(ep), j[fails])


def _adopted_in_year(r: Records) -> Mask:
    ep = r.episodes
    return ep.REC.is_in(*ADOPTED) & (r.start <= ep.DEC) & (r.end >= ep.DEC)


@rule(
    "601",
    "The child was adopted in the year, but the adoption record is not complete.",
    table="AD1 Episodes",
    fields=f"REC {' '.join(ADOPTION_ITEMS)}",
)
def adoption_not_complete(r: Records) -> Masks:
    i, j = _adoption_pairs(r)
    fails = _adopted_in_year(r)[j] & r.ad1.any_blank(*ADOPTION_ITEMS)[i]
    return _flag_pairs(r, i, j, fails)


@rule(
    "602",
    "The child has an adoption record, but was not adopted in the year.",
    table="AD1",
    fields=f"CHILD {' '.join(ADOPTION_ITEMS)}",
    needs="AD1 Episodes",
)
def not_adopted_in_year(r: Records) -> Mask:
    adopted = r.any_of_child(r.episodes, _adopted_in_year(r))
    return r.ad1.any_filled(*ADOPTION_ITEMS) & ~r.rows_of(adopted, r.ad1)
