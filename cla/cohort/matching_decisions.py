"""What people decided about pairs of a child and a result, found again in the files of now.

A child is known by its identifier, a result by its key (``matching_keys``). A decision notes both
birth dates: when either is another one now, a confirmation no longer counts and the pair is shown
again; a rejection holds until somebody decides otherwise.
"""

from __future__ import annotations

import hashlib
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
    ``review``: child, row, verdict of those whose birth dates are not those decided on.
    """

    confirmed: pd.DataFrame
    rejected: pd.DataFrame
    review: pd.DataFrame


def subject(child: str, key: str) -> str:
    """The key of a pair, under which the decision about it is kept."""
    return hashlib.sha256(f"{child}\n{key}".encode()).hexdigest()[:32]


def value(found: Candidates, child: str, row: int, key: str) -> dict[str, Any]:
    """What a decision about a pair notes, so that it is found again and can be checked."""
    people = found.children.set_index("child")["dob"]
    return {
        "child": child,
        "child_born": iso(people.loc[[child]]).iloc[0],
        "pupil": key,
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
    yes = here["verdict"] == CONFIRMED
    sure = here[yes & same & ~here["order"].duplicated(keep=False)]
    sure = sure.sort_values("order").drop_duplicates("child", keep="last")
    sure = sure.drop_duplicates("row", keep="last")
    return Decided(
        sure[["child", "row"]].assign(note=_words(sure)).reset_index(drop=True),
        here.loc[~yes, ["child", "row"]].drop_duplicates(ignore_index=True),
        here.loc[~same, ["child", "row", "verdict"]].assign(note=_words(here[~same])),
    )


def _rows_of(found: Candidates, pupils: pd.Series) -> pd.DataFrame:
    """The rows that these keys mean: pupil, row. A short key means every row it begins."""
    wanted = pd.DataFrame({"pupil": pupils.drop_duplicates()})
    wanted["stem"] = wanted["pupil"].str.split(PART).str[0]
    rows = found.stems[found.stems.isin(wanted["stem"])]
    full = rows.copy()
    for more in (WHO, everything(found.results)):
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
