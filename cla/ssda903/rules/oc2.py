"""Rules on health and strengths-and-difficulties scores (the OC2 file)."""

from __future__ import annotations

from cla.ssda903.rules.columns import Columns, Mask, birthday, blank, filled
from cla.ssda903.rules.oc3 import ITEMS as CARE_LEAVER_ITEMS
from cla.ssda903.rules.records import Records, flagged
from cla.ssda903.rules.registry import Masks, make_row_rule, row_rule, rule

HEALTH = ("IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE")
"""Asked of every child who was looked after for 12 months."""
BY_AGE = ("CONVICTED", "HEALTH_CHECK", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED")
"""Asked of some of them."""


# One row


@row_rule(
    "158",
    "Treatment was received and a refusal of treatment is given too.",
    table="OC2",
    fields="INTERVENTION_RECEIVED INTERVENTION_OFFERED",
    stage=1,
)
def received_and_offered(t: Columns) -> Mask:
    return (t.INTERVENTION_RECEIVED == "1") & filled(t.INTERVENTION_OFFERED)


@row_rule(
    "159",
    "A child with a substance misuse problem was not treated, and nothing says whether it was "
    "offered.",
    table="OC2",
    fields="SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED",
    stage=1,
)
def untreated_without_offer(t: Columns) -> Mask:
    untreated = (t.SUBSTANCE_MISUSE == "1") & (t.INTERVENTION_RECEIVED == "0")
    return untreated & blank(t.INTERVENTION_OFFERED)


@row_rule(
    "182",
    "Some health items are filled in, but not all that every child needs.",
    table="OC2",
    fields=" ".join((*HEALTH, *BY_AGE)),
    stage=1,
)
def partly_filled(t: Columns) -> Mask:
    return t.any_blank(*HEALTH) & t.any_filled(*BY_AGE)


@row_rule(
    "188",
    "The child is under 4 and has an SDQ score or a reason for having none.",
    table="OC2",
    fields="SDQ_SCORE SDQ_REASON",
    stage=1,
)
def scored_under_four(t: Columns) -> Mask:
    return (birthday(t.DOB, 4) > t.end) & t.any_filled("SDQ_SCORE", "SDQ_REASON")


@row_rule(
    "189",
    "The person turned 17 before the year and has an SDQ score or a reason for having none.",
    table="OC2",
    fields="DOB SDQ_SCORE SDQ_REASON",
    stage=1,
)
def scored_over_sixteen(t: Columns) -> Mask:
    return (birthday(t.DOB, 17) < t.start) & t.any_filled("SDQ_SCORE", "SDQ_REASON")


@row_rule(
    "192",
    "A child has a substance misuse problem and nothing says whether it was treated.",
    table="OC2",
    fields="SUBSTANCE_MISUSE INTERVENTION_RECEIVED",
    stage=1,
)
def treatment_unknown(t: Columns) -> Mask:
    return (t.SUBSTANCE_MISUSE == "1") & blank(t.INTERVENTION_RECEIVED)


@row_rule(
    "193",
    "Treatment is recorded for a child without a substance misuse problem.",
    table="OC2",
    fields="SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED",
    stage=1,
)
def treated_without_problem(t: Columns) -> Mask:
    """SUBSTANCE_MISUSE is blank or 0 and INTERVENTION_RECEIVED or INTERVENTION_OFFERED is
    filled."""
    without = blank(t.SUBSTANCE_MISUSE) | (t.SUBSTANCE_MISUSE == "0")
    return without & t.any_filled("INTERVENTION_RECEIVED", "INTERVENTION_OFFERED")


@row_rule(
    "542",
    "The child is under 10 and something is entered about convictions.",
    table="OC2",
    fields="CONVICTED",
)
def convicted_under_ten(t: Columns) -> Mask:
    return (birthday(t.DOB, 10) > t.end) & filled(t.CONVICTED)


for _code, _item, _what in (
    ("544", "CONVICTED", "was convicted"),
    ("547", "HEALTH_CHECK", "had development checks"),
):
    make_row_rule(
        _code,
        f"The child {_what}, but not all health items are filled in.",
        table="OC2",
        fields=" ".join((_item, *HEALTH)),
        row_judge=lambda t, _year, item=_item: (t[item] == "1") & t.any_blank(*HEALTH),
        condition=f"Fails when {_item} is 1 and any of {', '.join(HEALTH)} is blank.",
    )


# Who was looked after for 12 months


def _twelve_months(r: Records) -> Mask:
    """OC2 rows of children looked after continuously for 12 months at 31 March."""
    mask: Mask = r.rows_of(r.continuous, r.oc2)
    return mask


def _no_sdq(t: Columns) -> Mask:
    return blank(t.SDQ_SCORE) & blank(t.SDQ_REASON)


@rule(
    "157",
    "A child aged 4 to 16 has no SDQ score because of age (SDQ1).",
    table="OC2",
    fields="SDQ_REASON DOB",
    needs="Episodes OC2",
    stage=1,
)
def wrongly_without_score(r: Records) -> Mask:
    """Looked after for 12 months, DOB + 4 years by 1 April, DOB + 16 years not before 31 March, and
    no score."""
    t = r.oc2
    of_age = (birthday(t.DOB, 4) <= t.start) & (birthday(t.DOB, 16) >= t.end)
    return _twelve_months(r) & of_age & blank(t.SDQ_SCORE) & (t.SDQ_REASON == "SDQ1")


@rule(
    "185",
    "There is an SDQ score for a child who was not looked after for 12 months.",
    table="OC2",
    fields="SDQ_SCORE",
    needs="Episodes OC2",
    stage=1,
)
def scored_too_soon(r: Records) -> Mask:
    return filled(r.oc2.SDQ_SCORE) & ~_twelve_months(r)


@rule(
    "186",
    "A child aged 4 to 16 has neither an SDQ score nor a reason for having none.",
    table="OC2",
    fields="SDQ_SCORE SDQ_REASON",
    needs="Episodes OC2",
    stage=1,
)
def no_score(r: Records) -> Mask:
    """Looked after for 12 months, 4 by 1 April and still under 17 on 31 March."""
    t = r.oc2
    of_age = (birthday(t.DOB, 4) <= t.start) & (birthday(t.DOB, 17) > t.end)
    return _twelve_months(r) & of_age & _no_sdq(t)


@rule(
    "197B",
    "A child who turned 4 or 17 in the year has neither an SDQ score nor a reason for having none.",
    table="OC2",
    fields="SDQ_REASON DOB",
    needs="Episodes OC2",
    stage=1,
)
def no_score_on_birthday(r: Records) -> Mask:
    t = r.oc2
    turned = [(b >= t.start) & (b <= t.end) for b in (birthday(t.DOB, 4), birthday(t.DOB, 17))]
    return (turned[0] | turned[1]) & _twelve_months(r) & _no_sdq(t)


@rule(
    "198",
    "There is a reason for having no SDQ score for a child who was not looked after for 12 months.",
    table="OC2",
    fields="SDQ_REASON",
    needs="Episodes OC2",
    stage=1,
)
def reason_too_soon(r: Records) -> Mask:
    return filled(r.oc2.SDQ_REASON) & ~_twelve_months(r)


@rule(
    "190",
    "There are health items for a child who was not looked after for 12 months.",
    table="OC2",
    fields=" ".join((*BY_AGE[:2], *HEALTH, *BY_AGE[2:])),
    needs="Episodes OC2",
    stage=1,
)
def health_too_soon(r: Records) -> Mask:
    return r.oc2.any_filled(*HEALTH, *BY_AGE) & ~_twelve_months(r)


@rule(
    "191",
    "A child looked after for 12 months lacks health items, or is not on the file.",
    table="Episodes OC2",
    fields=f"CHILD {' '.join(HEALTH)}",
    stage=1,
)
def health_missing(r: Records) -> Masks:
    """OC2 rows with any of the four items blank; the first episode of children without an OC2
    row."""
    ep, t = r.episodes, r.oc2
    first = flagged(len(ep), r.first_episode)
    return {
        "OC2": _twelve_months(r) & t.any_blank(*HEALTH),
        "Episodes": first & r.rows_of(r.continuous & ~r.in_table(t), ep),
    }


@rule(
    "543",
    "Nothing says whether a child over 10 was convicted.",
    table="OC2",
    fields="DOB CONVICTED",
    needs="Episodes OC2",
)
def conviction_unknown(r: Records) -> Mask:
    """Looked after for 12 months, 10 before 31 March (the day itself passes), and CONVICTED is
    blank."""
    return _twelve_months(r) & (birthday(r.oc2.DOB, 10) < r.end) & blank(r.oc2.CONVICTED)


@rule(
    "545",
    "Nothing says whether a child under 5 had development checks.",
    table="OC2",
    fields="DOB HEALTH_CHECK",
    needs="Episodes OC2",
)
def checks_unknown(r: Records) -> Mask:
    return _twelve_months(r) & (birthday(r.oc2.DOB, 5) > r.end) & blank(r.oc2.HEALTH_CHECK)


@rule(
    "546",
    "Development checks are entered for a child of 5 or over.",
    table="OC2",
    fields="DOB HEALTH_CHECK",
    needs="Episodes OC2",
)
def checked_over_five(r: Records) -> Mask:
    return _twelve_months(r) & (birthday(r.oc2.DOB, 5) <= r.end) & filled(r.oc2.HEALTH_CHECK)


@rule(
    "215",
    "A care leaver has health items, which are only for children looked after.",
    table="OC2 OC3",
    fields=" ".join((*CARE_LEAVER_ITEMS, *BY_AGE[:2], *HEALTH, *BY_AGE[2:])),
)
def leaver_with_health(r: Records) -> Masks:
    oc2, oc3 = r.oc2, r.oc3
    i, j = r.pairs(oc2, oc3)
    fails = oc2.any_filled(*HEALTH, *BY_AGE)[i] & oc3.any_filled(*CARE_LEAVER_ITEMS)[j]
    return {"OC2": flagged(len(oc2), i[fails]), "OC3": flagged(len(oc3), j[fails])}
