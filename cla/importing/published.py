"""Published figures that the authority imported: all together, and what a new import changes."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cla.benchmarks.tidy import SAYS_NOTHING, release_rank
from cla.store import Store, imports
from cla.store.imports import ImportRow

EES = "ees_"
"""Beginning of the kinds of import that are data sets of published figures."""
FIGURES, ABOUT = "figures", "about"
"""Names of the frames with the figures, and with title, release and periods of the data set."""

_KEY = ["measure", "group", "characteristic", "category", "level", "area", "period"]


@dataclass(frozen=True)
class FiguresChanged:
    """How many figures of an import are new, other than, the same as, and no more in, another."""

    new: int
    changed: int
    same: int
    gone: int


def published_frame(store: Store, la: str) -> pd.DataFrame | None:
    """All published figures that are current for the authority, in the tidy form; None without any.

    Each figure once: of several releases the latest that says anything, of equal ones the one made
    current last. KeyError when an import was deleted meanwhile.
    """
    rows = [row for row in imports.currents(store, la) if row.kind.startswith(EES)]
    if not rows:
        return None
    rows.sort(key=_since)
    frames = [imports.frame(store, row.id, la, FIGURES) for row in rows]
    whole = pd.concat(frames, ignore_index=True)
    ranks = {text: release_rank(text) for text in whole["release"].unique()}
    order = {rank: place for place, rank in enumerate(sorted(set(ranks.values())))}
    strength = pd.DataFrame(
        {
            "says": ~whole["symbol"].isin(list(SAYS_NOTHING)),
            "rank": whole["release"].map({text: order[rank] for text, rank in ranks.items()}),
        }
    )
    weakest_first = strength.sort_values(["says", "rank"], kind="stable").index
    latest = whole.loc[weakest_first].drop_duplicates(_KEY, keep="last")
    return latest.sort_index().reset_index(drop=True)


def _since(row: ImportRow) -> str:
    return row.current_since.isoformat() if row.current_since else ""


def figures_changed(store: Store, import_id: str, la: str) -> FiguresChanged | None:
    """An import of figures beside the current one of its data set and year, if there is another."""
    new = imports.find(store, import_id, la)
    if new is None or not new.kind.startswith(EES):
        return None
    old = imports.current(store, la, new.kind, new.year)
    if old is None or old.id == new.id:
        return None
    told = [*_KEY, "value", "symbol"]
    before = imports.frame(store, old.id, la, FIGURES)[told]
    after = imports.frame(store, new.id, la, FIGURES)[told]
    both = before.merge(after, on=_KEY, how="outer", suffixes=("_old", "_new"), indicator=True)
    shared = both[both["_merge"] == "both"]
    equal = (shared["value_old"] == shared["value_new"]) | (
        shared["value_old"].isna() & shared["value_new"].isna()
    )
    same = int((equal & (shared["symbol_old"] == shared["symbol_new"])).sum())
    return FiguresChanged(
        new=int((both["_merge"] == "right_only").sum()),
        changed=len(shared) - same,
        same=same,
        gone=int((both["_merge"] == "left_only").sum()),
    )
