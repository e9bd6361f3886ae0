"""Matching looked-after children to the pupils of a results file, in six tiers.

1. UPN and date of birth equal. 2. UPN equal, date of birth different or missing: accepted with a
warning. 3. A former UPN of the child (from any loaded return, or reported by a school) and date of
birth equal. 4. The UPN one edit away, date of birth and sex equal: proposed. 5. Date of birth and
sex equal and nobody else it could be, and the school is where the child lives or went: proposed.
6. Date of birth and sex only: counted, never matched. What is proposed or not certain becomes a
case for a person; what a person confirmed or rejected comes before everything else. Rows with a
masked UPN are never matched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla import upn as upns
from cla.cohort.matching_decisions import REJECTED, Decided, decided
from cla.cohort.matching_pairs import Candidates, candidates

TIERS = {
    1: "UPN and date of birth",
    2: "UPN only: check the date of birth",
    3: "Former UPN and date of birth",
    0: "Confirmed by a person",
}
REASONS = {
    "no_upn": "No UPN in the return",
    "un_code": "No UPN: one of the codes UN1 to UN5 in the return",
    "not_found": "UPN not in the results",
    "bad_upn": "UPN not in the results; it is not a right UPN",
    "out_of_area": "UPN not in the results, which have no school where the child lives",
    "birth_date_differs": "A former UPN is in the results with another date of birth",
    "duplicate_results": "More than one result for this child",
    "shared_upn": "Another child of the return has the same UPN",
    "age_does_not_fit": "The age is more than a year away from this key stage",
    "undecided": "A result may be this child's: somebody has to decide",
    "rejected": "The result with this child's UPN was rejected by a person",
}
ACTIONS = {
    "no_upn": "Find the UPN with the school and add it to the return.",
    "un_code": "Ask the school whether a UPN has been issued since.",
    "not_found": "Check the UPN with the school: the child may be in another year group.",
    "bad_upn": "Correct the UPN in the return: the school or the check letter tells it.",
    "out_of_area": "Import results that hold the child's school, or check the UPN with the school.",
    "birth_date_differs": "Check the date of birth in the return and with the school.",
    "duplicate_results": "Decide which of the results is the child's.",
    "shared_upn": "Correct the UPN of one of the children in the return.",
    "age_does_not_fit": "Check the UPN and date of birth: the result may be another pupil's.",
    "undecided": "Decide on the page Matches to decide.",
    "rejected": "Find the right UPN with the school, or take the decision back.",
}
CASES = {
    "upn_slip": "The UPN is one slip away",
    "place": "Same birth date and sex, and the school fits",
    "birth_date": "Same UPN, another birth date",
    "two_results": "Two results for one child",
    "two_upns": "One child with two UPNs",
    "shared_upn": "One UPN with two children",
    "review": "Decided before; a birth date has changed",
}
"""The kinds of cases that a person decides, the likeliest first."""


@dataclass(frozen=True, eq=False)
class Matches:
    """The outcome of matching one results file to the children of a return.

    ``links``: child, row (position in the results), tier (1 to 3; 0 for a confirmed one), note; one
    a child and a result. ``unmatched``: child, reason (a key of ``REASONS``) for every child
    without a link. ``duplicates``: child, row, tier of results that were not used because they were
    not certain, or came second to a better one. ``masked``: rows of the results without a usable
    UPN. ``cases``: child, row, kind (a key of ``CASES``), tier (missing: none), why: what a person
    should decide, one a pair. ``possible``: child, count: results that share birth date and sex
    with a child without a link and are not even proposed.
    """

    links: pd.DataFrame
    unmatched: pd.DataFrame
    duplicates: pd.DataFrame
    masked: int
    results: int
    cases: pd.DataFrame
    possible: pd.DataFrame


def match(
    children: pd.DataFrame,
    results: pd.DataFrame,
    stage: str,
    former: pd.DataFrame | None = None,
    places: pd.DataFrame | None = None,
    decisions: pd.DataFrame | None = None,
) -> Matches:
    """Match children to results, at most one each way: ``decide`` of their ``candidates``.

    Children whose age is more than a year away from the stage are not matched, whatever the UPN.
    """
    return decide(candidates(children, results, stage, former, places), decisions)


def decide(found: Candidates, decisions: pd.DataFrame | None = None) -> Matches:
    """Choose among candidates, after what people decided (``matching_decisions.decided``)."""
    said = decided(found, decisions)
    fits = found.children.loc[found.children["fits"], "child"]
    open_pairs = _without(found.by_upn, said.rejected)
    certain = open_pairs[open_pairs["tier"] == 1]
    open_pairs = pd.concat([certain, _without(open_pairs[open_pairs["tier"] != 1], said.held)])
    open_pairs = open_pairs.sort_index()
    settled = open_pairs["child"].isin(said.confirmed["child"]) | open_pairs["row"].isin(
        said.confirmed["row"]
    )
    pairs = open_pairs[~settled]
    chosen, spare = _resolve(pairs[pairs["tier"].notna() & pairs["child"].isin(fits)])
    links = _links(found, chosen, said)
    proposed, possible = _by_birth(found, links, said)
    review = _review(said, links)
    lost = found.children.loc[~found.children["child"].isin(links["child"])]
    return Matches(
        links=links,
        unmatched=_with_reasons(lost, found, pairs, spare, proposed, said),
        duplicates=spare[["child", "row", "tier"]].reset_index(drop=True),
        masked=int(found.rows["upn"].isna().sum()),
        results=len(found.rows),
        cases=_cases(pairs[pairs["child"].isin(fits)], chosen, spare, proposed, review),
        possible=possible,
    )


def _without(pairs: pd.DataFrame, rejected: pd.DataFrame) -> pd.DataFrame:
    """The pairs that nobody rejected."""
    if rejected.empty:
        return pairs
    marked = pairs[["child", "row"]].merge(
        rejected.assign(no=True), on=["child", "row"], how="left", validate="many_to_one"
    )
    return pairs[marked["no"].isna().to_numpy()]


def _resolve(pairs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The pairs that are certain, and those that are not.

    A tier 1 pair beats the others of its child and of its result. Where two rows (or two children)
    remain at the best level, none is taken.
    """
    certain = pairs["tier"] == 1
    taken_child = pairs["child"].isin(pairs.loc[certain, "child"])
    taken_row = pairs["row"].isin(pairs.loc[certain, "row"])
    running = pairs[certain | ~(taken_child | taken_row)]
    alone = ~running.duplicated("child", keep=False) & ~running.duplicated("row", keep=False)
    chosen = running[alone]
    return chosen, pairs[~pairs.index.isin(chosen.index)]


def _links(found: Candidates, chosen: pd.DataFrame, said: Decided) -> pd.DataFrame:
    """The links with their notes, by child."""
    by_rule = chosen[["child", "row"]].assign(
        tier=chosen["tier"].astype(int), note=_notes(found, chosen)
    )
    by_person = said.confirmed[["child", "row"]].assign(tier=0, note=said.confirmed["note"])
    return pd.concat([by_rule, by_person]).sort_values("child", ignore_index=True)


def _notes(found: Candidates, chosen: pd.DataFrame) -> pd.Series:
    here, there = chosen["dob"], chosen["dob_there"]
    swapped = (
        (here.dt.day == there.dt.month)
        & (here.dt.month == there.dt.day)
        & (here.dt.year == there.dt.year)
    )
    note = np.select(
        [
            chosen["tier"] == 1,
            (chosen["tier"] == 3) & (chosen["via"] == "census"),
            chosen["tier"] == 3,
            here.isna(),
            there.isna(),
            swapped,
            _digits_apart(here, there) == 1,
        ],
        [
            "",
            "Found under a former UPN that a school reported.",
            "Found under a former UPN.",
            "No date of birth in the return.",
            "No date of birth in the results.",
            "Day and month of birth are swapped.",
            "The dates of birth differ in one digit.",
        ],
        default="The dates of birth differ.",
    )
    notes = pd.Series(note, index=chosen.index, dtype="str")
    temporary = upns.grade(chosen["upn"])[1] == upns.TEMPORARY
    away = chosen["child"].map(found.children.set_index("child")["away"])
    for mask, more in (
        (temporary, "The UPN is a temporary one."),
        (away.eq(1), "A year older than the usual age."),
        (away.eq(-1), "A year younger than the usual age."),
    ):
        notes = notes.mask(mask.fillna(False).astype(bool), (notes + " " + more).str.strip())
    return notes


def _digits_apart(here: pd.Series, there: pd.Series) -> np.ndarray:
    """How many digits of two unequal dates (ddmmyyyy) differ; 8 where one is missing."""
    known = (here.notna() & there.notna() & (here != there)).to_numpy()
    apart = np.full(len(here), 8)
    if known.any():
        texts = [
            np.array([list(text) for text in dates[known].dt.strftime("%d%m%Y")])
            for dates in (here, there)
        ]
        apart[known] = (texts[0] != texts[1]).sum(axis=1)
    return apart


def _by_birth(
    found: Candidates, links: pd.DataFrame, said: Decided
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What to propose (child, row, tier 4 or 5, why), and how many more share birth and sex.

    Only among children and results without a link: whoever is linked is somebody already.
    """
    free = _without(_without(found.by_birth, said.rejected), said.held)
    free = free[~free["child"].isin(links["child"]) & ~free["row"].isin(links["row"])]
    alone = ~free.duplicated("child", keep=False) & ~free.duplicated("row", keep=False)
    slip = free["slip"].astype(bool)
    fifth = ~slip & alone & (free["why"] != "")
    tier = np.where(slip, 4, 5)
    proposed = free.assign(tier=tier)[slip | fifth]
    left = free.loc[~(slip | fifth), "child"].value_counts().sort_index()
    possible = pd.DataFrame({"child": left.index.astype("str"), "count": left.to_numpy()})
    return proposed.drop(columns="slip"), possible


def _review(said: Decided, links: pd.DataFrame) -> pd.DataFrame:
    """Decisions to look at again; not confirmations of what is certain by now."""
    certain = links.loc[links["tier"] == 1, ["child", "row"]].assign(sure=True)
    again = said.review.merge(certain, on=["child", "row"], how="left", validate="one_to_one")
    again = again[again["sure"].isna() | (again["verdict"] == REJECTED)]
    why = again["note"].astype("str") + " A birth date was another one then."
    return again.assign(note=why)


def _cases(
    pairs: pd.DataFrame,
    chosen: pd.DataFrame,
    spare: pd.DataFrame,
    proposed: pd.DataFrame,
    review: pd.DataFrame,
) -> pd.DataFrame:
    """Every pair that a person should decide, once: child, row, kind, tier, why."""
    parts = [
        review[["child", "row"]].assign(kind="review", tier=float("nan"), why=review["note"]),
        proposed[["child", "row", "tier"]].assign(
            kind=np.where(proposed["tier"] == 4, "upn_slip", "place"),
            why=np.where(
                proposed["tier"] == 4,
                "The UPNs differ in one character or two that changed places; birth date and sex "
                "are the same.",
                "Birth date and sex are the same, and nobody else without a match has them. "
                + proposed["why"].astype("str"),
            ),
        ),
        _uncertain(pairs, spare),
        _other_births(pairs, chosen),
    ]
    columns = ["child", "row", "kind", "tier", "why"]
    every = pd.concat([part[columns].astype(object) for part in parts], ignore_index=True)
    every = every.drop_duplicates(["child", "row"])
    typed = every.astype({"child": "str", "row": "int64", "kind": "str", "tier": "Int64"})
    return typed.astype({"why": "str"}).sort_values(["kind", "child", "row"], ignore_index=True)


def _uncertain(pairs: pd.DataFrame, spare: pd.DataFrame) -> pd.DataFrame:
    """The pairs of tiers 1 to 3 that were not taken, with what stands against them."""
    tiered = pairs[pairs["tier"].notna()]
    children = tiered.groupby("row")["child"].nunique()
    numbers = tiered.groupby("child")["upn"].nunique()
    shared = spare["row"].map(children) > 1
    two_numbers = spare["child"].map(numbers) > 1
    kind = np.select([shared, two_numbers], ["shared_upn", "two_upns"], default="two_results")
    why = {
        "shared_upn": "Two children of the return are known under this UPN; the result is one's.",
        "two_upns": "Results were found under two UPNs of this child; one child has one result.",
        "two_results": "The results hold this UPN more than once; one child has one result.",
    }
    return spare[["child", "row", "tier"]].assign(
        kind=kind, why=pd.Series(kind, index=spare.index, dtype="str").map(why)
    )


def _other_births(pairs: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Results under a UPN of the child where both birth dates are known and differ."""
    linked = chosen[chosen["tier"] == 2]
    former = pairs[pairs["tier"].isna() & ~pairs["child"].isin(chosen["child"])]
    former = former[~former["row"].isin(chosen["row"])]
    either = pd.concat([linked, former])
    either = either[either["dob"].notna() & either["dob_there"].notna()]
    why = np.where(
        either["tier"].notna(),
        "Matched by the UPN, although the birth dates differ. Confirm it or reject it.",
        "A former UPN of the child is in the results with another birth date; not matched so far.",
    )
    return either[["child", "row", "tier"]].assign(kind="birth_date", why=why)


def _with_reasons(
    lost: pd.DataFrame,
    found: Candidates,
    pairs: pd.DataFrame,
    spare: pd.DataFrame,
    proposed: pd.DataFrame,
    said: Decided,
) -> pd.DataFrame:
    child, grade = lost["child"], lost["upn_grade"]
    several_children = spare[spare.duplicated("row", keep=False)]
    taken_by_other = spare[~spare["child"].duplicated(keep=False)]
    refused = found.by_upn.merge(said.rejected, on=["child", "row"], how="inner")
    reasons = {
        "age_does_not_fit": child.isin(pairs["child"]) & ~lost["fits"],
        "shared_upn": child.isin(several_children["child"]),
        "duplicate_results": child.isin(spare.loc[spare["child"].duplicated(keep=False), "child"]),
        "shared_upn ": child.isin(taken_by_other["child"]),
        "undecided": child.isin(proposed["child"]),
        "birth_date_differs": child.isin(pairs["child"]),
        "rejected": child.isin(refused["child"]),
        "no_upn": grade == upns.BLANK,
        "un_code": grade == upns.UN_CODE,
        "bad_upn": ~grade.isin([upns.PERMANENT, upns.TEMPORARY]),
        "out_of_area": child.isin(found.out_of_area),
    }
    reason = np.select(list(reasons.values()), [name.strip() for name in reasons], "not_found")
    return pd.DataFrame({"child": child, "reason": reason}).reset_index(drop=True)
