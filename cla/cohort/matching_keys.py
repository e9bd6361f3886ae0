"""The key of a result, under which people's decisions about it are kept.

A UPN or, without a usable one, a digest of name, birth date and school: so that a decision is found
again in a newer file. Where several rows share that key it goes on with what tells them apart.
"""

from __future__ import annotations

import hashlib

import pandas as pd

WHO = ("surname", "forenames", "dob", "laestab")
PART = "#"


def stems(rows: pd.DataFrame, results: pd.DataFrame) -> pd.Series:
    """The first part of each key, by position: the UPN, else a digest of who it is; missing for
    masked rows. ``rows`` are those of ``matching_pairs.Candidates``."""
    stem = "upn:" + rows["upn"]
    without = rows["upn"].isna() & ~rows["masked"]
    if without.any():
        at = rows.index[without]
        stem = stem.mask(without, "row:" + digests(results, at, WHO).reindex(rows.index))
    return stem


def keys(stem: pd.Series, results: pd.DataFrame) -> pd.Series:
    """The key of each result, from the stems; missing for masked rows. No two are equal."""
    for more in (WHO, everything(results), None):
        twice = stem.notna() & stem.duplicated(keep=False)
        if not twice.any():
            break
        if more is None:
            extra = stem[twice].groupby(stem[twice]).cumcount().astype("str")
        else:
            extra = digests(results, stem.index[twice], more)
        stem = stem.mask(twice, stem[twice] + PART + extra)
    return stem


def everything(results: pd.DataFrame) -> tuple[str, ...]:
    """Every column of a results frame."""
    return tuple(map(str, results.columns))


def digests(results: pd.DataFrame, at: pd.Index, columns: tuple[str, ...]) -> pd.Series:
    """A digest of these columns of each row at these positions, indexed by position."""
    text = pd.Series("", index=at, dtype="str")
    for name in columns:
        if name in results:
            column = results[name].iloc[at].set_axis(at)
            shown = iso(column) if name == "dob" else column.astype("str").fillna("")
            text = text + "\n" + shown.str.strip().str.upper()
    found = [hashlib.sha256(line.encode()).hexdigest()[:24] for line in text]
    return pd.Series(found, index=at, dtype="str")


def iso(days: pd.Series) -> pd.Series:
    """Dates as text, "" where there is none."""
    return pd.to_datetime(days).dt.strftime("%Y-%m-%d").astype("str").fillna("")
