"""What people decided about pairs of a child and a result, found again in the files of now.

A child is known by its identifier, a result by its UPN or, without a usable one, by a digest of
name, birth date and school: so a decision survives a newer file. Where several rows share that key
it goes on with what tells them apart. A decision notes both birth dates: when either is another one
now, a confirmation no longer counts and the pair is shown again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cla.cohort.matching_pairs import Candidates

CONFIRMED, REJECTED = "confirmed", "rejected"

_WHO = ("surname", "forenames", "dob", "laestab")
_PART = "#"


@dataclass(frozen=True, eq=False)
class Decided:
    """The decisions that are about these children and results: child, row, note, when.

    ``confirmed``: at most one a child and a result, the last one. ``rejected``: never linked.
    ``review``: child, row, verdict of those whose birth dates are not those decided on.
    """

    confirmed: pd.DataFrame
    rejected: pd.DataFrame
    review: pd.DataFrame


def keys(found: Candidates) -> pd.Series:
    """The key of each result, by its position; missing for masked rows. No two are equal."""
    rows, results = found.rows, found.results
    stem = _stems(found)
    for more in (_WHO, tuple(map(str, results.columns)), None):
        twice = stem.notna() & stem.duplicated(keep=False)
        if not twice.any():
            break
        if more is None:
            extra = stem[twice].groupby(stem[twice]).cumcount().astype("str")
        else:
            extra = _digests(results, rows.index[twice], more)
        stem = stem.mask(twice, stem[twice] + _PART + extra)
    return stem


def subject(child: str, key: str) -> str:
    """The key of a pair, under which the decision about it is kept."""
    return hashlib.sha256(f"{child}\n{key}".encode()).hexdigest()[:32]


def value(found: Candidates, child: str, row: int, key: str) -> dict[str, Any]:
    """What a decision about a pair notes, so that it is found again and can be checked."""
    people = found.children.set_index("child")["dob"]
    return {
        "child": child,
        "child_born": _iso(people.loc[[child]]).iloc[0],
        "pupil": key,
        "pupil_born": _iso(found.rows["dob"].iloc[[row]]).iloc[0],
    }


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
        _iso(found.rows["dob"].iloc[here["row"]]).to_numpy() == here["pupil_born"].fillna("")
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
    wanted["stem"] = wanted["pupil"].str.split(_PART).str[0]
    stems = _stems(found)
    rows = stems[stems.isin(wanted["stem"])]
    full = rows.copy()
    for more in (_WHO, tuple(map(str, found.results.columns))):
        full = full + _PART + _digests(found.results, rows.index, more)
    both = wanted.merge(
        pd.DataFrame({"stem": rows, "full": full + _PART, "row": rows.index}), on="stem"
    )
    begins = [
        there.startswith(key.removesuffix(_PART) + _PART)
        for key, there in zip(_without_count(both["pupil"]), both["full"], strict=True)
    ]
    return both.loc[np.array(begins, dtype=bool), ["pupil", "row"]].reset_index(drop=True)


def _without_count(keys: pd.Series) -> pd.Series:
    """Keys without their fourth part: it numbers rows that are equal in everything."""
    return keys.str.split(_PART).str[:3].str.join(_PART)


def _stems(found: Candidates) -> pd.Series:
    """The first part of each key: the UPN, else a digest of who it is; missing for masked rows."""
    rows = found.rows
    stem = "upn:" + rows["upn"]
    without = rows["upn"].isna() & ~rows["masked"]
    if without.any():
        at = rows.index[without]
        stem = stem.mask(without, "row:" + _digests(found.results, at, _WHO).reindex(rows.index))
    return stem


def _digests(results: pd.DataFrame, at: pd.Index, columns: tuple[str, ...]) -> pd.Series:
    """A digest of these columns of each row at these positions, indexed by position."""
    text = pd.Series("", index=at, dtype="str")
    for name in columns:
        if name in results:
            column = results[name].iloc[at].set_axis(at)
            shown = _iso(column) if name == "dob" else column.astype("str").fillna("")
            text = text + "\n" + shown.str.strip().str.upper()
    digests = [hashlib.sha256(line.encode()).hexdigest()[:24] for line in text]
    return pd.Series(digests, index=at, dtype="str")


def _born(children: pd.DataFrame, child: pd.Series) -> pd.Series:
    return child.map(_iso(children.set_index("child")["dob"])).fillna("")


def _iso(days: pd.Series) -> pd.Series:
    """Dates as text, "" where there is none."""
    return pd.to_datetime(days).dt.strftime("%Y-%m-%d").astype("str").fillna("")


def _words(rows: pd.DataFrame) -> pd.Series:
    """ "Confirmed by Asha Rao on 5 June 2026." """
    when = pd.to_datetime(rows["moment"], utc=True)
    day = when.dt.day.astype("str") + " " + when.dt.strftime("%B %Y").astype("str")
    did = rows["verdict"].str.capitalize()
    return did + " by " + rows["name"].astype("str") + " on " + day + "."
