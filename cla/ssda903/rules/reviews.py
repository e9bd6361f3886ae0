"""Rules on reviews."""

from __future__ import annotations

import numpy as np

from cla.ssda903.rules.columns import Columns, Mask, birthday, blank, filled
from cla.ssda903.rules.records import Records
from cla.ssda903.rules.registry import Masks, row_rule, rule

PARTICIPATION = tuple(f"PN{number}" for number in range(8))


@row_rule(
    "167",
    "The code for taking part in the review is missing, wrong, or given without a review.",
    table="Reviews",
    fields="REVIEW REVIEW_CODE",
    stage=1,
)
def participation_does_not_fit(t: Columns) -> Mask:
    """Passes only when REVIEW is filled and the code is PN0 to PN7, or both are blank."""
    fits = filled(t.REVIEW) & t.REVIEW_CODE.is_in(*PARTICIPATION)
    return ~(fits | (blank(t.REVIEW) & blank(t.REVIEW_CODE)))


@row_rule(
    "440",
    "The review code for a child under 4 (PN0) is used after the 4th birthday.",
    table="Reviews",
    fields="DOB REVIEW REVIEW_CODE",
)
def coded_under_four(t: Columns) -> Mask:
    return (t.REVIEW_CODE == "PN0") & (birthday(t.DOB, 4) < t.REVIEW)


@row_rule(
    "441",
    "A review code for a child of 4 or more is used before the 4th birthday.",
    table="Reviews",
    fields="DOB REVIEW REVIEW_CODE",
)
def coded_over_four(t: Columns) -> Mask:
    return t.REVIEW_CODE.is_in(*PARTICIPATION[1:]) & (birthday(t.DOB, 4) > t.REVIEW)


@rule(
    "399",
    "A child with short breaks only (V3, V4) has a review, or an entry for mother.",
    table="Episodes Header Reviews",
    fields="LS MOTHER REVIEW REVIEW_CODE",
)
def reviewed_on_short_breaks(r: Records) -> Masks:
    """Every episode of the child is V3 or V4, and MOTHER is filled or a review is. All the child's
    episodes and the Header row are flagged; the reviews too, all of them when MOTHER is filled."""
    ep, hd, rv = r.episodes, r.header, r.reviews
    only_respite = r.in_table(ep) & ~r.any_of_child(ep, ~r.respite)
    reviewed = rv.given("REVIEW") | filled(rv.REVIEW_CODE)
    mother = only_respite & r.any_of_child(hd, filled(hd.MOTHER))
    child = mother | (only_respite & r.any_of_child(rv, reviewed))
    return {
        "Episodes": r.rows_of(child, ep),
        "Header": r.rows_of(child, hd),
        "Reviews": r.rows_of(mother, rv) | (np.asarray(reviewed) & r.rows_of(child, rv)),
    }
