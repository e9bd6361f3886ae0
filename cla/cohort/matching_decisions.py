"""What people decided about pairs of a child and a result, found again in the files of now.

A child is known by its identifier, a result by its key (``matching_keys``). A decision is about
both with their birth dates: where either has another one, in a later return or another file, the
decision is no longer in force and is shown for review. What was rejected is not matched meanwhile,
unless UPN and birth date are equal by now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cla.cohort.matching_keys import PART, WHO, digests, everything, iso
from cla.cohort.matching_pairs import Candidates

CONFIRMED, REJECTED = "confirmed", "rejected"


@dataclass(frozen=True, eq=False)
class Decided:
    """The decisions that are about these children and results: child, row, note, when.

    ``confirmed``: at most one a child and a result, the last one. ``rejected``: never linked.
    ``review``: child, row, verdict where the birth dates are not those decided on, and nothing was
    decided since; ``held`` (child, row) are those of them that were rejected.
    """

    confirmed: pd.DataFrame
    rejected: pd.DataFrame
    review: pd.DataFrame

    @property
    def held(self) -> pd.DataFrame:
        """Pairs that were rejected with other birth dates: to be looked at before they count."""
        return self.review.loc[self.review["verdict"] == REJECTED, ["child", "row"]]


def subject(value: Mapping[str, Any]) -> str:
    """The key of a pair, under which the decision about it is kept: of ``value``'s four parts."""
    parts = (value["child"], value["child_born"], value["pupil"], value["pupil_born"])
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def value(found: Candidates, child: str, row: int) -> dict[str, Any]:
    """What a decision about a pair notes, so that it is found again and can be checked."""
    born = found.children.loc[found.children["child"] == child, "dob"]
    return {
        "child": child,
        "child_born": iso(born).iloc[0],
        "pupil": str(found.keys.iloc[row]),
        "pupil_born": iso(found.rows["dob"].iloc[[row]]).iloc[0],
    }


def about(found: Candidates, decisions: pd.DataFrame | None) -> pd.DataFrame | None:
    """Those of the decisions that are about these children and results; None for none."""
    if decisions is None:
        return None
    here = decisions["child"].isin(found.children["child"])
    stems = decisions["pupil"].str.split(PART).str[0]
    mine = decisions[here & stems.isin(found.stems[found.stems.isin(stems)])]
    return mine if len(mine) else None


def decided(found: Candidates, decisions: pd.DataFrame | None) -> Decided:
    """The decisions (child, child_born, pupil, pupil_born, verdict, name, moment; oldest first)
    that are about these children and results."""
    nothing = pd.DataFrame({"child": pd.Series(dtype="str"), "row": pd.Series(dtype="int64")})
    if decisions is None or decisions.empty:
        empty = nothing.assign(note="", verdict="")
        return Decided(empty, nothing, empty)
    here = decisions[decisions["child"].isin(found.children["child"])]
    here = here.assign(order=range(len(here))).merge(_rows_of(found, here["pupil"]), on="pupil")
    same = (_born(found.children, here["child"]) == here["child_born"].fillna("")) & (
        iso(found.rows["dob"].iloc[here["row"]]).to_numpy() == here["pupil_born"].fillna("")
    )
    exact = here[same]
    yes = exact["verdict"] == CONFIRMED
    sure = exact[yes & ~exact["order"].duplicated(keep=False)]
    sure = sure.sort_values("order").drop_duplicates("child", keep="last")
    sure = sure.drop_duplicates("row", keep="last")
    return Decided(
        sure[["child", "row"]].assign(note=_words(sure)).reset_index(drop=True),
        exact.loc[~yes, ["child", "row"]].drop_duplicates(ignore_index=True),
        _to_review(here[~same], exact),
    )


def _to_review(other: pd.DataFrame, exact: pd.DataFrame) -> pd.DataFrame:
    """The last decision about each pair that was made with other birth dates, unless one was made
    with those of now."""
    last = other.sort_values("order").drop_duplicates(["child", "row"], keep="last")
    settled = pd.MultiIndex.from_frame(exact[["child", "row"]])
    left = last[~pd.MultiIndex.from_frame(last[["child", "row"]]).isin(settled)]
    return left[["child", "row", "verdict"]].assign(note=_words(left)).reset_index(drop=True)


def _rows_of(found: Candidates, pupils: pd.Series) -> pd.DataFrame:
    """The rows that these keys mean: pupil, row. A short key means every row it begins."""
    wanted = pd.DataFrame({"pupil": pupils.drop_duplicates()})
    wanted["stem"] = wanted["pupil"].str.split(PART).str[0]
    rows = found.stems[found.stems.isin(wanted["stem"])]
    full, depth = rows.copy(), int(wanted["pupil"].str.count(PART).max())
    for more in (WHO, everything(found.results))[:depth]:
        full = full + PART + digests(found.results, rows.index, more)
    both = wanted.merge(
        pd.DataFrame({"stem": rows, "full": full + PART, "row": rows.index}), on="stem"
    )
    begins = [
        there.startswith(key.removesuffix(PART) + PART)
        for key, there in zip(_without_count(both["pupil"]), both["full"], strict=True)
    ]
    return both.loc[np.array(begins, dtype=bool), ["pupil", "row"]].reset_index(drop=True)


def _without_count(keys: pd.Series) -> pd.Series:
    """Keys without their fourth part: it numbers rows that are equal in everything."""
    return keys.str.split(PART).str[:3].str.join(PART)


def _born(children: pd.DataFrame, child: pd.Series) -> pd.Series:
    return child.map(iso(children.set_index("child")["dob"])).fillna("")


def _words(rows: pd.DataFrame) -> pd.Series:
    """ "Confirmed by Asha Rao on 5 June 2026." """
    when = pd.to_datetime(rows["moment"], utc=True)
    day = when.dt.day.astype("str") + " " + when.dt.strftime("%B %Y").astype("str")
    did = rows["verdict"].str.capitalize()
    return did + " by " + rows["name"].astype("str") + " on " + day + "."
