"""Facts about the children of a return that several rules and reports share, computed once each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cla.ssda903.returns import Return, shared

RESPITE = ("V3", "V4")
"""Legal statuses of an agreed series of short-term breaks."""


def child_codes(frame: pd.DataFrame) -> np.ndarray:
    """The integer code of each row's child; -1 where CHILD is missing."""
    return frame["CHILD"].cat.codes.to_numpy()


def any_by_child(ret: Return, frame: pd.DataFrame, mask: pd.Series | np.ndarray) -> np.ndarray:
    """For each child of the return, whether any row of the frame in the mask is theirs."""
    return _listed(ret, child_codes(frame)[np.asarray(mask, dtype=bool)])


def _listed(ret: Return, codes: np.ndarray) -> np.ndarray:
    found = np.zeros(len(ret.children), dtype=bool)
    found[codes[codes >= 0]] = True
    return found


def of_rows(by_child: np.ndarray, frame: pd.DataFrame) -> pd.Series:
    """A yes/no by child, spread over the rows of a frame; False where CHILD is missing."""
    codes = child_codes(frame)
    known = codes >= 0
    spread = np.zeros(len(frame), dtype=bool)
    spread[known] = by_child[codes[known]]
    return pd.Series(spread, index=frame.index)


def overlaps_year(ret: Return, episodes: pd.DataFrame) -> pd.Series:
    """Episodes of which at least a day lies in the collection year (an open end counts)."""
    ends_late = (episodes["DEC"] >= ret.start) | episodes["DEC"].isna()
    return (episodes["DECOM"] <= ret.end) & ends_late


@shared
def continuous_by_child(ret: Return) -> np.ndarray:
    """For each child of ``ret.children``: looked after continuously for 12 months at 31 March.

    Some episode overlaps the year, and none starts care after 1 April (RNE S), ends care before
    31 March (REC other than X1), or is a short-term break (V3, V4) in the year. A start exactly on
    1 April and an end exactly on 31 March do not break continuity.
    Source: csc-validator-be-903, after DfE's 2021-22 validation rules v1.2.
    """
    start, end = np.datetime64(ret.start, "D"), np.datetime64(ret.end, "D")
    decom, dec = ret.days("Episodes", "DECOM"), ret.days("Episodes", "DEC")
    in_year = (decom <= end) & ((dec >= start) | np.isnat(dec))
    started = _is_in(ret, "RNE", "S") & (decom > start) & (decom <= end)
    ended = ~_is_in(ret, "REC", "X1") & (dec >= start) & (dec < end)
    broken = started | ended | (_is_in(ret, "LS", *RESPITE) & in_year)
    child = ret.child_codes("Episodes")
    return _listed(ret, child[in_year]) & ~_listed(ret, child[broken])


def _is_in(ret: Return, name: str, *wanted: str) -> np.ndarray:
    """Episodes with one of these codes in a column; False where it is missing."""
    found = ret.distinct("Episodes", name)
    return np.array([*(value in wanted for value in found.values), False])[found.places]


def continuous(ret: Return, frame: pd.DataFrame) -> pd.Series:
    """Rows of the frame whose child was looked after continuously for 12 months at 31 March."""
    return of_rows(continuous_by_child(ret), frame)
