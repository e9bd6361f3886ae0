"""Following findings from one validation of a return to the next.

A finding is known again by its key, made of the rule, the table, the child and the text of the
failing record. The row number is no part of it: records may be sent in another order. A finding
whose record was altered and still fails the same rule is the same trouble under another key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

Tables = Mapping[str, pd.DataFrame]

NEW, KNOWN, ALTERED = "new", "known", "altered"
STATES = (NEW, KNOWN, ALTERED)
"""New since the validation before; known then; known then, of a record that was altered since."""

_ABOUT = ("rule", "table", "child")


@dataclass(frozen=True)
class Changes:
    """A validation beside the one before it.

    ``findings`` are those of now with ``state`` and ``since``, ``fixed`` the findings of before
    that are no more, as they were then.
    """

    findings: pd.DataFrame
    fixed: pd.DataFrame

    def counts(self) -> pd.DataFrame:
        """A row for each rule of either validation: rule, fixed, new, still (known or altered).

        In the order of the most changes; int64 counts.
        """
        new = self.findings["state"] == NEW
        frame = pd.DataFrame(
            {
                "fixed": _sizes(self.fixed),
                "new": _sizes(self.findings[new]),
                "still": _sizes(self.findings[~new]),
            }
        )
        frame = frame.fillna(0).astype("int64").rename_axis("rule").reset_index()
        moved = (frame["fixed"] + frame["new"]).rename("moved")
        return frame.loc[moved.sort_values(ascending=False, kind="stable").index].reset_index(
            drop=True
        )


def keys(findings: pd.DataFrame, tables: Tables) -> pd.Series:
    """The key of each finding: 16 hexadecimal digits, unique among these findings.

    ``findings`` as made by ``validate``, ``tables`` the text that it was made from. Findings that
    agree in everything (a record sent twice) are numbered, so that the second of two has the same
    key again while there are two. The order of rows, of columns, and columns without any value do
    not matter.
    """
    marks = _about(findings)
    records = np.zeros(len(findings), dtype="uint64")
    for name, places in findings.groupby("table", observed=True, sort=False).indices.items():
        rows = findings["row"].to_numpy()[places]
        records[places] = _record_marks(tables[str(name)], rows)
    return _hexadecimal(_numbered(marks ^ _mixed(records)), findings.index)


def compare(now: pd.DataFrame, before: pd.DataFrame, seen: pd.Timestamp) -> Changes:
    """Findings with keys beside those of the validation before, which was made at ``seen``.

    Equal keys are one finding. What is left over is paired by rule, table and child, one by one:
    the record was altered and fails still. The findings get ``state`` (:data:`STATES`) and
    ``since``, the moment (UTC) of the first validation that had them; NaT when they are new.
    """
    pairs = pd.Index(before["key"]).get_indexer(pd.Index(now["key"]))
    same = pairs >= 0
    gone = np.ones(len(before), dtype=bool)
    gone[pairs[same]] = False
    left, fresh = np.flatnonzero(gone), np.flatnonzero(~same)
    by_child = pd.Index(_numbered(_about(before.iloc[left])))
    found = by_child.get_indexer(pd.Index(_numbered(_about(now.iloc[fresh]))))
    pairs[fresh[found >= 0]] = left[found[found >= 0]]
    gone[left[found[found >= 0]]] = False
    codes = np.where(same, STATES.index(KNOWN), STATES.index(ALTERED))
    codes[pairs < 0] = STATES.index(NEW)
    followed = now.assign(since=_since(before, seen)[pairs], state=_states(codes))
    return Changes(followed, before[gone])


def unfollowed(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings of a first validation: nothing to compare with, so neither new nor known."""
    nothing = np.full(len(findings), -1)
    return findings.assign(
        since=pd.Series(pd.NaT, index=findings.index, dtype=_MOMENT), state=_states(nothing)
    )


def known_since(findings: pd.DataFrame, seen: pd.Timestamp) -> pd.Series:
    """Since when each finding of a validation made at ``seen`` is known (UTC)."""
    if "since" not in findings.columns:
        return pd.Series(seen, index=findings.index, dtype=_MOMENT)
    return findings["since"].astype(_MOMENT).fillna(seen)


_MOMENT = pd.DatetimeTZDtype("us", "UTC")
_STATE: pd.CategoricalDtype = pd.CategoricalDtype(list(STATES))


def _since(before: pd.DataFrame, seen: pd.Timestamp) -> pd.api.extensions.ExtensionArray:
    """Since when each earlier finding is known, and last a NaT for those that are not."""
    last = pd.Series([pd.NaT], dtype=_MOMENT)
    return pd.concat([known_since(before, seen), last], ignore_index=True).array


def _states(codes: np.ndarray) -> pd.Categorical:
    return pd.Categorical.from_codes(codes.astype("int64").tolist(), dtype=_STATE)


def _sizes(findings: pd.DataFrame) -> pd.Series:
    return findings["rule"].astype("str").value_counts(sort=False)


def _about(findings: pd.DataFrame) -> np.ndarray:
    """A number for each finding that stands for its rule, table and child."""
    total = np.zeros(len(findings), dtype="uint64")
    for name in _ABOUT:
        total += _cell_marks(name, findings[name].astype("str"))
    return _mixed(total)


def _record_marks(table: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """A number for each of these row labels that stands for the text of the record."""
    labels, places = np.unique(rows, return_inverse=True)
    records = table.loc[labels]
    total = np.zeros(len(records), dtype="uint64")
    for column in records.columns:
        total += _cell_marks(str(column), records[column].astype("str"))
    return _mixed(total)[places]


def _cell_marks(column: str, text: pd.Series) -> np.ndarray:
    """A number for each cell; a blank one counts nothing, as if the column were not there."""
    places, values = pd.factorize(text.array)
    distinct = np.array([f"{column}\0{value}" if value else "" for value in values], dtype=object)
    marks = pd.util.hash_array(distinct, categorize=False) if len(distinct) else _NO_MARKS
    marks = np.where(distinct == "", np.uint64(0), marks)
    return np.append(marks, np.uint64(0))[places]


_NO_MARKS = np.zeros(0, dtype="uint64")


def _mixed(totals: np.ndarray) -> np.ndarray:
    """Scrambled, so that sums of parts cannot stand in for one another."""
    return pd.util.hash_array(totals)


def _numbered(marks: np.ndarray) -> np.ndarray:
    """The n-th of several equal numbers, made different from the others."""
    nth = pd.Series(marks).groupby(marks).cumcount().to_numpy().astype("uint64")
    return np.where(nth == 0, marks, _mixed(marks ^ _mixed(nth)))


def _hexadecimal(marks: np.ndarray, index: pd.Index) -> pd.Series:
    digits = marks.astype(">u8").tobytes().hex()
    text = [digits[at : at + 16] for at in range(0, len(digits), 16)]
    return pd.Series(text, index=index, dtype="str", name="key")
