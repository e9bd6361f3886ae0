"""Matching looked-after children to the pupils of a results file, in three certain tiers.

1. UPN and date of birth equal. 2. UPN equal, date of birth different or missing: accepted with a
warning. 3. A former UPN of the child (from any loaded return) and date of birth equal.
What is not certain is reported, never guessed: two results for one child, one result for two
children, an age that does not fit the stage. Rows with a masked UPN are never matched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla.stages import STAGES

TIERS = {
    1: "UPN and date of birth",
    2: "UPN only: check the date of birth",
    3: "Former UPN and date of birth",
}
REASONS = {
    "no_upn": "No UPN in the return",
    "un_code": "No UPN: one of the codes UN1 to UN5 in the return",
    "not_found": "UPN not in the results",
    "birth_date_differs": "A former UPN is in the results with another date of birth",
    "duplicate_results": "More than one result for this child",
    "shared_upn": "Another child of the return has the same UPN",
    "age_does_not_fit": "The age is more than a year away from this key stage",
}
ACTIONS = {
    "no_upn": "Find the UPN with the school and add it to the return.",
    "un_code": "Ask the school whether a UPN has been issued since.",
    "not_found": "Check the UPN with the school: the child may be in another year group.",
    "birth_date_differs": "Check the date of birth in the return and with the school.",
    "duplicate_results": "Decide which of the results is the child's.",
    "shared_upn": "Correct the UPN of one of the children in the return.",
    "age_does_not_fit": "Check the UPN and date of birth: the result may be another pupil's.",
}


@dataclass(frozen=True, eq=False)
class Matches:
    """The outcome of matching one results file to the children of a return.

    ``links``: child, row (position in the results), tier (1 to 3), note; one a child and a result.
    ``unmatched``: child, reason (a key of ``REASONS``) for every child without a link.
    ``duplicates``: child, row, tier of results that were not used because they were not certain,
    or came second to a better one. ``masked``: rows of the results without a usable UPN.
    """

    links: pd.DataFrame
    unmatched: pd.DataFrame
    duplicates: pd.DataFrame
    masked: int
    results: int


def usable(upn: pd.Series) -> tuple[pd.Series, pd.Series]:
    """UPNs cleaned, and which can be matched on: not blank, not a UN code, without mask stars.

    A wrong check letter or form does not stop a match, since both sides may carry it alike.
    """
    clean = cleaned(upn)
    starred = clean.str.contains("*", regex=False)
    not_issued = clean.str.fullmatch("UN[1-9]")
    return clean, clean.notna() & ~(starred | not_issued).fillna(False).astype(bool)


def cleaned(upn: pd.Series) -> pd.Series:
    """UPNs in capitals without spaces; blank becomes missing."""
    clean = upn.astype("str").str.replace(r"\s+", "", regex=True).str.upper()
    return clean.mask(clean == "")


def match(
    children: pd.DataFrame,
    results: pd.DataFrame,
    stage: str,
    former: pd.DataFrame | None = None,
) -> Matches:
    """Match children (child, upn, dob, year_group) to results (upn, dob): at most one each way.

    ``former`` has the other UPNs of the children (child, upn), as ``former_upns`` gives them.
    Children whose age is more than a year away from the stage are not matched, whatever the UPN.
    """
    upn, known = usable(results["upn"])
    rows = pd.DataFrame({"upn": upn, "dob_there": results["dob"], "row": range(len(results))})
    rows = rows[known]
    pairs = _pairs(children, rows, former)
    fits = _age_fits(children, stage)
    chosen, spare = _resolve(pairs[pairs["tier"].notna() & pairs["child"].isin(fits)])
    unmatched = children[["child", "upn"]].loc[~children["child"].isin(chosen["child"])]
    return Matches(
        links=_with_notes(chosen),
        unmatched=_with_reasons(unmatched, pairs, spare, fits),
        duplicates=spare[["child", "row", "tier"]].reset_index(drop=True),
        masked=len(results) - len(rows),
        results=len(results),
    )


def _pairs(children: pd.DataFrame, rows: pd.DataFrame, former: pd.DataFrame | None) -> pd.DataFrame:
    """Every child and result that share a UPN, with the tier (missing: none of the three)."""
    keys = pd.DataFrame({"child": children["child"], "upn": cleaned(children["upn"]), "own": True})
    if former is not None and len(former):
        keys = pd.concat([keys, former[["child", "upn"]].assign(own=False)], ignore_index=True)
    keys = keys[keys["upn"].isin(rows["upn"])].drop_duplicates(["child", "upn"])
    pairs = keys.merge(rows, on="upn", how="inner", validate="many_to_many")
    pairs = pairs.merge(children[["child", "dob"]], on="child", how="left", validate="many_to_one")
    same_birth = (pairs["dob"] == pairs["dob_there"]).to_numpy()
    tier = np.select(
        [pairs["own"] & same_birth, pairs["own"], same_birth], [1.0, 2.0, 3.0], default=np.nan
    )
    return pairs.assign(tier=tier)


def _age_fits(children: pd.DataFrame, stage: str) -> pd.Series:
    """Children within a year of the stage's year group, or of unknown age."""
    away = (children["year_group"] - STAGES[stage].year_group).abs()
    known = children["dob"].notna()
    fits = ~known | (away <= 1).fillna(False).astype(bool)
    return children.loc[fits, "child"]


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


def _with_notes(chosen: pd.DataFrame) -> pd.DataFrame:
    here, there = chosen["dob"], chosen["dob_there"]
    swapped = (
        (here.dt.day == there.dt.month)
        & (here.dt.month == there.dt.day)
        & (here.dt.year == there.dt.year)
    )
    note = np.select(
        [
            chosen["tier"] == 1,
            chosen["tier"] == 3,
            here.isna(),
            there.isna(),
            swapped,
            _digits_apart(here, there) == 1,
        ],
        [
            "",
            "Found under a former UPN.",
            "No date of birth in the return.",
            "No date of birth in the results.",
            "Day and month of birth are swapped.",
            "The dates of birth differ in one digit.",
        ],
        default="The dates of birth differ.",
    )
    links = chosen[["child", "row"]].assign(tier=chosen["tier"].astype(int), note=note)
    return links.sort_values("child", ignore_index=True)


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


def _with_reasons(
    unmatched: pd.DataFrame, pairs: pd.DataFrame, spare: pd.DataFrame, fits: pd.Series
) -> pd.DataFrame:
    child = unmatched["child"]
    clean, known = usable(unmatched["upn"])
    several_children = spare[spare.duplicated("row", keep=False)]
    taken_by_other = spare[~spare["child"].duplicated(keep=False)]
    reason = np.select(
        [
            child.isin(pairs["child"]) & ~child.isin(fits),
            child.isin(several_children["child"]),
            child.isin(spare.loc[spare["child"].duplicated(keep=False), "child"]),
            child.isin(taken_by_other["child"]),
            child.isin(pairs["child"]),
            clean.isna(),
            ~known,
        ],
        [
            "age_does_not_fit",
            "shared_upn",
            "duplicate_results",
            "shared_upn",
            "birth_date_differs",
            "no_upn",
            "un_code",
        ],
        default="not_found",
    )
    return pd.DataFrame({"child": child, "reason": reason}).reset_index(drop=True)


def former_upns(children_by_year: list[pd.DataFrame]) -> pd.DataFrame:
    """Every UPN a child had in any of the years (child, upn), once each."""
    if not children_by_year:
        return pd.DataFrame({"child": pd.Series(dtype="str"), "upn": pd.Series(dtype="str")})
    every = pd.concat([frame[["child", "upn"]] for frame in children_by_year], ignore_index=True)
    clean, known = usable(every["upn"])
    return every.assign(upn=clean)[known].drop_duplicates(ignore_index=True)
