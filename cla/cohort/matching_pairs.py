"""Which children and results may belong together, by UPN and by birth: what matching chooses from.

All of it follows from the imports alone, so that it is worked out once however much people decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cla import upn as upns
from cla.cohort import matching_keys
from cla.cohort.matching_places import WORDS
from cla.stages import STAGES

_LONGEST_UPN = 16


@dataclass(frozen=True, eq=False)
class Candidates:
    """What a stage's results offer to the children of a year.

    ``children``: child, upn, dob, sex, upn_grade, away (years from the stage's year group; missing
    when not known), fits (bool).
    ``rows``: one row a result, in order: upn (missing when unusable), dob, sex, laestab, masked.
    ``by_upn``: child, row, tier (1, 2, 3, or missing: a former UPN with another birth date), own,
    via, upn. ``by_birth``: child, row, slip (bool: the UPNs are one edit apart), why (what speaks
    for the place; "" for nothing). ``out_of_area``: children who live where the results have no
    school. ``results``: the frame as read, for the keys of its rows.
    """

    stage: str
    children: pd.DataFrame
    rows: pd.DataFrame
    by_upn: pd.DataFrame
    by_birth: pd.DataFrame
    out_of_area: frozenset[str]
    results: pd.DataFrame

    @cached_property
    def stems(self) -> pd.Series:
        """The first part of the key of each result (``matching_keys``), by position."""
        return matching_keys.stems(self.rows, self.results)

    @cached_property
    def keys(self) -> pd.Series:
        """The key of each result, by position; missing for masked rows."""
        return matching_keys.keys(self.stems, self.results)


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


def candidates(
    children: pd.DataFrame,
    results: pd.DataFrame,
    stage: str,
    former: pd.DataFrame | None = None,
    places: pd.DataFrame | None = None,
) -> Candidates:
    """Everything that speaks for a child (child, upn, dob, year_group, sex) and a result (upn, dob,
    sex, laestab) being one person.

    ``former`` (child, upn, via) has the other UPNs of the children, ``places`` (child, place, what)
    where they live and their schools (``matching_places``).
    """
    people = _people(children, stage)
    rows = _rows(results)
    keys = _keys(people, former)
    by_upn = _by_upn(people, rows, keys)
    by_birth = _by_birth(people, rows, keys, by_upn, places)
    return Candidates(stage, people, rows, by_upn, by_birth, _out_of_area(rows, places), results)


def _people(children: pd.DataFrame, stage: str) -> pd.DataFrame:
    """The children; those whose age is within a year of the stage, or unknown, fit."""
    away = (children["year_group"] - STAGES[stage].year_group).astype("Int64")
    dob = _days(children["dob"])
    clean, grade = upns.grade(children["upn"])
    near = away.abs().le(1).fillna(False).astype(bool)
    return pd.DataFrame(
        {
            "child": children["child"].astype("str"),
            "upn": clean,
            "upn_grade": grade,
            "dob": dob,
            "sex": children["sex"].astype("str") if "sex" in children else "U",
            "away": away,
            "fits": dob.isna() | near,
        }
    ).reset_index(drop=True)


def _rows(results: pd.DataFrame) -> pd.DataFrame:
    clean, known = usable(results["upn"])
    starred = clean.str.contains("*", regex=False).fillna(False).astype(bool)
    if "upn_grade" in results:
        starred |= results["upn_grade"] == upns.MASKED
    none = pd.Series(None, index=results.index, dtype="str")
    return pd.DataFrame(
        {
            "row": range(len(results)),
            "upn": clean.where(known).to_numpy(),
            "dob": _days(results["dob"]).to_numpy(),
            "sex": results.get("sex", none).astype("str").to_numpy(),
            "laestab": results.get("laestab", none).astype("str").to_numpy(),
            "masked": starred.to_numpy(),
        }
    )


def _days(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column).astype("datetime64[s]")


def _keys(people: pd.DataFrame, former: pd.DataFrame | None) -> pd.DataFrame:
    """Every UPN of every child that can be matched on: child, upn, own, via."""
    own = people[["child", "upn"]].assign(own=True, via="return")
    if former is not None and len(former):
        other = former.assign(own=False, via=former.get("via", "return"))
        own = pd.concat([own, other[own.columns]], ignore_index=True)
    clean, known = usable(own["upn"])
    own = own.assign(upn=clean)[known & own["child"].isin(people["child"])]
    return own.drop_duplicates(["child", "upn"], ignore_index=True)


def _by_upn(people: pd.DataFrame, rows: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Every child and result that share a UPN, with the tier (missing: none of the three)."""
    there = rows.loc[rows["upn"].isin(keys["upn"]), ["row", "upn", "dob"]]
    pairs = keys.merge(there.rename(columns={"dob": "dob_there"}), on="upn")
    pairs = pairs.merge(people[["child", "dob"]], on="child", validate="many_to_one")
    same = (pairs["dob"] == pairs["dob_there"]).to_numpy()
    own = pairs["own"].to_numpy(dtype=bool)
    tier = np.select([own & same, own, same], [1.0, 2.0, 3.0], default=np.nan)
    return pairs.assign(tier=tier)


def _by_birth(
    people: pd.DataFrame,
    rows: pd.DataFrame,
    keys: pd.DataFrame,
    by_upn: pd.DataFrame,
    places: pd.DataFrame | None,
) -> pd.DataFrame:
    """Children of the right age and results that share birth date and sex, but no UPN."""
    here = people.loc[
        people["fits"] & people["dob"].notna() & people["sex"].isin(["M", "F"]),
        ["child", "dob", "sex"],
    ]
    there = rows.loc[
        ~rows["masked"] & rows["dob"].isin(here["dob"]), ["row", "upn", "dob", "sex", "laestab"]
    ]
    pairs = here.merge(there, on=["dob", "sex"])
    shared = by_upn[["child", "row"]].assign(shared=True)
    pairs = pairs.merge(shared, on=["child", "row"], how="left", validate="one_to_one")
    pairs = pairs[pairs["shared"].isna()].drop(columns="shared").reset_index(drop=True)
    return pairs[["child", "row"]].assign(slip=_slips(pairs, keys), why=_why(pairs, places))


def _slips(pairs: pd.DataFrame, keys: pd.DataFrame) -> np.ndarray:
    """Whether any UPN of the child is one edit away from that of the result."""
    numbered = pairs[["child", "upn"]].assign(at=range(len(pairs)))
    numbered = numbered[numbered["upn"].notna()]
    tried = numbered.merge(keys[["child", "upn"]], on="child", suffixes=("", "_here"))
    close = one_edit_apart(tried["upn"], tried["upn_here"])
    found = np.zeros(len(pairs), dtype=bool)
    found[tried.loc[close, "at"].to_numpy()] = True
    return found


def one_edit_apart(one: pd.Series, other: pd.Series) -> np.ndarray:
    """Whether two UPNs differ in one character (another, missing, extra) or one adjacent swap."""
    here, there = _letters(one), _letters(other)
    lengths = (here != 0).sum(axis=1), (there != 0).sum(axis=1)
    differ = here != there
    apart = differ.sum(axis=1)
    swapped = np.zeros(len(here), dtype=bool)
    crossed = (here[:, :-1] == there[:, 1:]) & (here[:, 1:] == there[:, :-1])
    swapped = (apart == 2) & (crossed & differ[:, :-1] & differ[:, 1:]).any(axis=1)
    same_length = (lengths[0] == lengths[1]) & ((apart == 1) | swapped)
    uneven = np.flatnonzero(np.abs(lengths[0] - lengths[1]) == 1)
    close = np.array(same_length)
    if len(uneven):
        texts = one.to_numpy()[uneven], other.to_numpy()[uneven]
        close[uneven] = [_one_missing(str(a), str(b)) for a, b in zip(*texts, strict=True)]
    return close


def _letters(texts: pd.Series) -> np.ndarray:
    """The characters of each text as numbers, 0 after its end."""
    if texts.empty:
        return np.zeros((0, _LONGEST_UPN), dtype=np.uint32)
    fixed = texts.to_numpy().astype(f"<U{_LONGEST_UPN}")
    return fixed.view(np.uint32).reshape(len(texts), _LONGEST_UPN)


def _one_missing(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _why(pairs: pd.DataFrame, places: pd.DataFrame | None) -> np.ndarray:
    """What speaks for the school of the result: the strongest of WORDS, or ""."""
    said = np.full(len(pairs), "", dtype=object)
    if places is None or places.empty:
        return said
    at = pairs[["child", "laestab"]].assign(at=range(len(pairs)))
    as_school = at.rename(columns={"laestab": "place"})
    as_area = as_school.assign(place=as_school["place"].str.slice(0, 3))
    tried = pd.concat([as_school, as_area]).dropna(subset="place")
    found = tried.merge(places[["child", "place", "what"]], on=["child", "place"])
    for what in reversed(WORDS):
        said[found.loc[found["what"] == what, "at"].to_numpy()] = WORDS[what]
    return said


def _out_of_area(rows: pd.DataFrame, places: pd.DataFrame | None) -> frozenset[str]:
    """Children who live in no authority that the results have a school of, although it is known
    where they live and where the schools are."""
    held = rows["laestab"].dropna().str.slice(0, 3).unique()
    if places is None or not len(held):
        return frozenset()
    lives = places[places["what"].isin(["placement", "home"])]
    near = lives.loc[lives["place"].isin(held), "child"]
    return frozenset(lives["child"]) - frozenset(near)
