"""Every UPN under which a child may be found: those of its returns, and those schools report.

A child may have a temporary UPN and then a permanent one, or be given two by two schools; the
school census carries the former one. An adopted child gets a new UPN that may not be traced back:
nothing here joins what was before an adoption to what came after it.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from cla.cohort.matching_pairs import usable
from cla.ssda903.returns import Return

ADOPTED = ("E11", "E12", "E1")
"""Reasons why an episode ceased that are an adoption."""
PREVIOUSLY_ADOPTED = "P1"
"""The PREV_PERM code of a child who came into care after an adoption."""

_STEPS = 2  # temporary to permanent, and on to one more
_LATER = 9999  # the year of a link that may have been written at any time


def upns(ret: Return) -> pd.DataFrame:
    """The UPN of each child of a return that can be matched on: child, upn, year."""
    if not ret.has("Header"):
        return pd.DataFrame({"child": [], "upn": []}, dtype="str").assign(year=ret.year)
    header = ret.header[ret.header["CHILD"].notna()]
    clean, known = usable(header["UPN"])
    frame = pd.DataFrame({"child": header["CHILD"].astype("str"), "upn": clean})
    return frame[known].drop_duplicates(ignore_index=True).assign(year=ret.year)


def adoptions(ret: Return) -> pd.DataFrame:
    """Children whose care ended in adoption, or began after one: child, year, before (bool).

    ``before``: the adoption is the one that ended care in this return's year.
    """
    parts = [pd.DataFrame({"child": pd.Series(dtype="str"), "before": pd.Series(dtype="bool")})]
    for table, column, codes in (
        ("Episodes", "REC", ADOPTED),
        ("PrevPerm", "PREV_PERM", (PREVIOUSLY_ADOPTED,)),
    ):
        if ret.has(table):
            frame = ret.typed(table, located=False)
            child = frame.loc[frame[column].isin(codes), "CHILD"].dropna().astype("str")
            parts.append(pd.DataFrame({"child": child, "before": table == "Episodes"}))
    found = pd.concat(parts, ignore_index=True).drop_duplicates()
    return found.assign(year=ret.year)


def aliases(
    upns: Iterable[pd.DataFrame],
    adoptions: Iterable[pd.DataFrame],
    year: int,
    links: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every UPN of every child that may be used for the results of a year: child, upn, via.

    ``upns`` and ``adoptions`` are of all returns. ``links`` (upn, former_upn, year) is what schools
    reported. ``via`` is "return" or "census". Of a child that was adopted, UPNs from the other side
    of the adoption are left out, and so are links of schools that might lead there.
    """
    own = pd.concat([_none(), *upns], ignore_index=True)
    apart = pd.concat([_no_adoption(), *adoptions], ignore_index=True)
    ended = apart[apart["before"]].groupby("child")["year"].min()
    adopted = _adopted_in(own["child"], ended)
    same_side = adopted.isna() | ((own["year"] <= adopted) == (year <= adopted))
    own = own.loc[same_side, ["child", "upn"]].drop_duplicates().assign(via="return")
    if links is None or "former_upn" not in links:
        return own.reset_index(drop=True)
    again = set(apart.loc[~apart["before"], "child"])
    return _with_links(own, _usable_links(links), ended, again, year)


def reported(
    characteristics: pd.DataFrame | None, results: Iterable[pd.DataFrame]
) -> pd.DataFrame | None:
    """The links that schools reported: upn, former_upn, year; None without any.

    Of the school census, and of transfer files of results. When a transfer file was written is not
    known, and may be long after its results: its links count as later than any adoption.
    """
    told = [frame[["upn", "former_upn"]] for frame in results if "former_upn" in frame]
    named = [frame.assign(year=_LATER) for frame in told if frame["former_upn"].notna().any()]
    if not named:
        return characteristics
    if characteristics is not None and "former_upn" in characteristics:
        named.append(characteristics[["upn", "former_upn", "year"]])
    return pd.concat(named, ignore_index=True)


def _usable_links(links: pd.DataFrame) -> pd.DataFrame:
    """The links both ways: upn, other, year."""
    told = links.loc[links["former_upn"].notna(), ["upn", "former_upn", "year"]]
    back = told.rename(columns={"upn": "former_upn", "former_upn": "upn"})
    both = pd.concat([told, back], ignore_index=True).rename(columns={"former_upn": "other"})
    for name in ("upn", "other"):
        clean, known = usable(both[name])
        both = both.assign(**{name: clean})[known]
    return both[both["upn"] != both["other"]].drop_duplicates(ignore_index=True)


def _with_links(
    own: pd.DataFrame, links: pd.DataFrame, ended: pd.Series, again: set[str], year: int
) -> pd.DataFrame:
    every = own
    for _ in range(_STEPS):
        found = every[["child", "upn"]].merge(links, on="upn", validate="many_to_many")
        adopted = _adopted_in(found["child"], ended)
        # in the year of the adoption itself a census may already be from after it
        safe = adopted.isna() | ((found["year"] < adopted) & (year <= adopted))
        found = found[safe & ~found["child"].isin(again)]
        more = pd.DataFrame({"child": found["child"], "upn": found["other"], "via": "census"})
        every = pd.concat([every, more]).drop_duplicates(["child", "upn"], ignore_index=True)
    return every


def _adopted_in(child: pd.Series, ended: pd.Series) -> pd.Series:
    """The year whose return ends with the adoption of each child; missing for the others."""
    return child.map(ended).astype("float64")


def _none() -> pd.DataFrame:
    empty = pd.DataFrame({"child": [], "upn": []}, dtype="str")
    return empty.assign(year=pd.Series(dtype="int64"))


def _no_adoption() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "child": pd.Series(dtype="str"),
            "before": pd.Series(dtype="bool"),
            "year": pd.Series(dtype="int64"),
        }
    )
