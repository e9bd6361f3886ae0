"""The care history of children over the loaded returns: episodes, periods of care, placements.

An episode is known by child and start (DECOM); the latest return that holds it wins. Periods of
care and placements are numbered for each child from 1. A period begun before the loaded years can
only be dated by the first DECOM that is known.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from cla.ssda903.facts import RESPITE
from cla.ssda903.returns import Return

COLUMNS = {
    "CHILD": "child",
    "DECOM": "decom",
    "DEC": "dec",
    "RNE": "rne",
    "LS": "ls",
    "CIN": "cin",
    "PLACE": "place",
    "PLACE_PROVIDER": "place_provider",
    "REC": "rec",
    "REASON_PLACE_CHANGE": "reason_place_change",
    "URN": "urn",
}
NEW_PLACEMENT = ("S", "P", "T", "B", "U")
"""Reasons for a new episode that begin a placement; L (legal status only) keeps it."""
SAME_PERIOD = "X1"
"""The reason an episode ceased when the child stays looked after."""


def history(returns: Iterable[Return]) -> pd.DataFrame:
    """Episodes of all children over the returns, one row each, by child and start.

    Columns: child (text), decom, dec, rne, ls, cin, place, place_provider, rec,
    reason_place_change, urn (text or missing), return_year (the return the row is from), respite,
    period and placement (numbers from 1 within the child), period_start, placement_start.
    Rows without a child or a readable DECOM cannot be placed in time and are left out; the rules
    report them. Order: child, decom, dec (open last).
    """
    parts = [_episodes(ret) for ret in sorted(returns, key=lambda ret: ret.year)]
    if not parts:
        parts = [_no_episodes()]
    episodes = pd.concat(parts, ignore_index=True)
    return _numbered(_in_order(_without_superseded(_latest_version(episodes))))


def _episodes(ret: Return) -> pd.DataFrame:
    if not ret.has("Episodes"):
        return _no_episodes()
    frame = ret.typed("Episodes", located=False)[list(COLUMNS)].rename(columns=COLUMNS)
    frame = frame[frame["child"].notna() & frame["decom"].notna()]
    texts = {name: "str" for name in COLUMNS.values() if name not in ("decom", "dec")}
    return frame.astype(texts).assign(return_year=ret.year)


def _no_episodes() -> pd.DataFrame:
    columns: dict[str, pd.Series] = {
        name: pd.Series(dtype="datetime64[us]" if name in ("decom", "dec") else "str")
        for name in COLUMNS.values()
    }
    return pd.DataFrame({**columns, "return_year": pd.Series(dtype="int64")})


def _latest_version(episodes: pd.DataFrame) -> pd.DataFrame:
    """Of an episode sent in several returns, the row of the latest."""
    nth = episodes.groupby(["return_year", "child", "decom"], sort=False).cumcount()
    keyed = episodes.assign(nth=nth)
    return keyed.drop_duplicates(["child", "decom", "nth"], keep="last").drop(columns="nth")


def _without_superseded(episodes: pd.DataFrame) -> pd.DataFrame:
    """Leave out what the next return should hold and does not: its dates were corrected since.

    That is an episode of a child who is in a later return, and which reaches into that return's
    year, or was still open when the very next return was made.
    """
    held = (
        episodes[["child", "return_year"]].drop_duplicates().sort_values(["child", "return_year"])
    )
    held["next_year"] = held.groupby("child", sort=False)["return_year"].shift(-1)
    rows = episodes.merge(held, on=["child", "return_year"], how="left", validate="many_to_one")
    next_start = pd.to_datetime(
        {"year": rows["next_year"] - 1, "month": 4, "day": 1}, errors="coerce"
    )
    reaches = rows["dec"] >= next_start
    open_then = rows["dec"].isna() & (rows["next_year"] == rows["return_year"] + 1)
    return rows[~(reaches | open_then)].drop(columns="next_year")


def _in_order(episodes: pd.DataFrame) -> pd.DataFrame:
    return episodes.sort_values(
        ["child", "decom", "dec"], kind="stable", na_position="last", ignore_index=True
    )


def _numbered(ep: pd.DataFrame) -> pd.DataFrame:
    """Add periods of care and placements to episodes in order.

    A period begins with the child's first episode, with a gap (DECOM later than the previous DEC),
    and where care ended (REC other than X1) and began again (RNE S) on one day. An agreed series of
    short-term breaks (V3, V4) is a period of its own, as DfE's statistics leave it out.
    """
    child = pd.factorize(ep["child"])[0]
    respite = ep["ls"].isin(RESPITE)
    first = np.append(True, child[1:] != child[:-1])[: len(ep)]
    gap = (ep["decom"] > ep["dec"].shift(1)).to_numpy()
    ended = ep["rec"].shift(1).notna() & (ep["rec"].shift(1) != SAME_PERIOD)
    again = (ended & (ep["rne"] == "S")).to_numpy()
    other_kind = respite.to_numpy() != np.append(False, respite.to_numpy()[:-1])[: len(ep)]
    new_period = first | gap | again | other_kind
    new_placement = new_period | ep["rne"].isin(NEW_PLACEMENT).to_numpy()
    return ep.assign(
        respite=respite,
        period=_number_within(child, new_period),
        placement=_number_within(child, new_placement),
        period_start=_start_of(ep["decom"], new_period),
        placement_start=_start_of(ep["decom"], new_placement),
    )


def _number_within(child: np.ndarray, begins: np.ndarray) -> np.ndarray:
    running = np.cumsum(begins)
    first_of_child = np.flatnonzero(np.append(True, child[1:] != child[:-1])[: len(child)])
    before = running[first_of_child] - 1
    return (running - before[child]).astype("int64") if len(child) else running.astype("int64")


def _start_of(decom: pd.Series, begins: np.ndarray) -> pd.Series:
    """The start of the span that each row belongs to: spans begin where ``begins`` is set."""
    return decom.where(begins).ffill()


def spans(episodes: pd.DataFrame, by: str) -> pd.DataFrame:
    """One row a period (``by="period"``) or placement: its number, start, end, open and counts.

    ``episodes`` are in the order of ``history``. ``end`` is the last DEC (missing while open). The
    other columns are those of the last episode; ``placements`` counts the placements in the span,
    ``episodes`` the episodes.
    """
    code = pd.factorize(episodes["child"])[0]
    number = episodes[by].to_numpy()
    same = (code[1:] == code[:-1]) & (number[1:] == number[:-1])
    first = np.flatnonzero(np.append(True, ~same)[: len(episodes)])
    last = np.append(first[1:], len(episodes))[: len(first)] - 1
    placement = episodes["placement"].to_numpy()
    rows = episodes.iloc[last].reset_index(drop=True)
    return rows.assign(
        start=episodes["decom"].to_numpy()[first],
        end=rows["dec"],
        open=rows["dec"].isna(),
        episodes=last - first + 1,
        placements=placement[last] - placement[first] + 1,
    )
