"""Where a child's results may come from: the authorities it lives in, the schools it went to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cla import authorities
from cla.ssda903 import directory, postcodes
from cla.ssda903.returns import Return

OWN, HOME, PLACEMENT, SCHOOL = "own", "home", "placement", "school"
WORDS = {
    SCHOOL: "The school is one that the child is known to have attended.",
    PLACEMENT: "The school is in the authority where the child is placed.",
    HOME: "The school is in the authority of the child's home.",
    OWN: "The school is in the authority that looks after the child.",
}
"""What each kind of place says for a result, the strongest first."""


def areas(ret: Return) -> pd.DataFrame:
    """The authorities of each child's episodes: child, place (three digits), what.

    ``what`` is "placement" (PL_LA), "home" (HOME_POST) or "own" (the authority of the return).
    Places outside England, and postcodes the directory does not have, are left out.
    """
    parts = [_frame(pd.Series(ret.children, dtype="str"), _code3(ret.la or ""), OWN)]
    if ret.has("Episodes"):
        episodes = ret.typed("Episodes")
        child = episodes["CHILD"].astype("str")
        parts.append(_frame(child, _as_code3(episodes["PL_LA"].astype("str")), PLACEMENT))
        parts.append(_frame(child, _as_code3(_home(ret)), HOME))
    frame = pd.concat(parts, ignore_index=True)
    return frame[frame["child"].notna() & (frame["place"] != "")].drop_duplicates(ignore_index=True)


def schools(aliases: pd.DataFrame, *lists: pd.DataFrame | None) -> pd.DataFrame:
    """The schools of each child: child, place (seven digits), what ("school").

    ``lists`` have upn and laestab; ``aliases`` (child, upn) says whose each UPN is.
    """
    parts = [pd.DataFrame({"child": [], "place": []}, dtype="str")]
    for one in lists:
        if one is not None and {"upn", "laestab"} <= set(one.columns):
            known = one.loc[one["upn"].notna() & one["laestab"].notna(), ["upn", "laestab"]]
            known = known.astype("str").drop_duplicates()
            found = aliases[["child", "upn"]].merge(known, on="upn", validate="many_to_many")
            parts.append(pd.DataFrame({"child": found["child"], "place": found["laestab"]}))
    every = pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)
    return every.assign(what=SCHOOL)


def _home(ret: Return) -> pd.Series:
    """The authority of HOME_POST of each episode as PL_LA would name it."""
    found = ret.places("HOME_POST")
    codes, rows = np.unique(np.append(found.la, np.uint32(0)), return_inverse=True)
    names = [postcodes.placement_authority(directory.code(code)) for code in codes.tolist()]
    at = rows[ret.distinct("Episodes", "HOME_POST").places]
    return pd.Series(np.array(names, dtype=object)[at], dtype="str")


def _as_code3(names: pd.Series) -> pd.Series:
    """Three-digit codes of ONS codes (or of themselves); "" for whatever is no authority."""
    distinct = names.dropna().unique()
    codes = {name: _code3(str(name)) for name in distinct}
    return names.map(codes).astype("str").fillna("")


def _code3(code: str) -> str:
    try:
        return authorities.find(code).code3
    except authorities.UnknownAuthorityError:
        return ""


def _frame(child: pd.Series, place: pd.Series | str, what: str) -> pd.DataFrame:
    values = place.to_numpy() if isinstance(place, pd.Series) else place
    frame = pd.DataFrame({"child": child.to_numpy()}, dtype="str")
    return frame.assign(place=values, what=what)
