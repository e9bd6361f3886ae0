"""The engine of tables of children: one row a child, from blocks of columns, with chips and totals.

What a table is, is data: a ``ChildTable`` in ``pupil_lists`` or ``pupil_wide``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla import measures
from cla.reports import care_since, cases, disclosure
from cla.reports.child_blocks import CHILD, Block, listed_only, sitting
from cla.reports.child_columns import Column, shown_first
from cla.reports.child_results import OLDER
from cla.reports.cohort_members import selection_notes
from cla.reports.coverage import WHO_TO_ASK, counted, selected, what_is_missing
from cla.reports.filters import Filters
from cla.reports.model import STAGE_LABELS, Model, academic_year
from cla.reports.report import Report
from cla.stages import STAGES

FLAGS = Column("flags_text", "To look at", CHILD)


@dataclass(frozen=True)
class ChildTable:
    """One table of children: its blocks, the columns shown at first, the measures it adds up to.

    ``needs`` is a measure without which there is nothing to list in a year; ``since`` the year
    group after which placements are counted.
    """

    name: str
    title: str
    stage: str
    blocks: tuple[Block, ...]
    at_first: tuple[str, ...]
    totals: tuple[str, ...]
    needs: str = ""
    since: int | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column of the table, in order, each once."""
        every = {column.name: column for block in self.blocks for column in block.columns}
        return shown_first((*every.values(), FLAGS), *self.at_first)


def report(table: ChildTable, model: Model, filters: Filters, *, child_level: bool) -> Report:
    """frames: "pupils" (one row a child), "flags" (flag, title, meaning, count), "totals".

    A reader without the child-level permission gets no row and no figure.
    """
    title = f"{table.title}, {academic_year(filters.year)}"
    if not child_level:
        cleared, notes = disclosure.allowed(filters, child_level)
        return Report(title, cleared.words(model), notes=notes, empty=WHO_TO_ASK)
    missing = what_is_missing(model, filters, table.stage) or not_in_this_year(table, filters)
    if missing:
        return Report(title, filters.words(model), empty=missing)
    chosen = selected(model, filters, table.stage)
    every = rows(table, model, filters.year, filters.as_at)
    listed = every[every.index.isin(chosen.index)].reset_index(drop=True)
    return Report(
        title=title,
        caption=filters.words(model),
        frames={
            "pupils": listed,
            "flags": chips(listed, table.stage),
            "totals": totals(table, chosen, academic_year(filters.year)),
        },
        coverage=counted(chosen, table.stage),
        notes=(
            *_not_counted(chosen),
            *_notes(table, model, filters),
            *selection_notes(model, filters, table.stage, child_level=True),
        ),
        empty=""
        if len(listed)
        else f"No child of this selection is at the end of {STAGE_LABELS[table.stage]}.",
    )


def not_in_this_year(table: ChildTable, filters: Filters) -> str:
    """Why a year has nothing to list although its results are loaded; "" if it has."""
    if not table.needs:
        return ""
    state = measures.available(table.needs, academic_year(filters.year))
    return "" if state.available else state.reason


def rows(table: ChildTable, model: Model, year: int, as_at: str = "31_march") -> pd.DataFrame:
    """Every child at the end of the stage as rows to read, flagged children first.

    The index is that of ``Model.pupils``, so that a selection of those picks rows of these. Columns
    of which no loaded file has anything are left out. ``flags`` are names of cases.
    """
    key = ("child table", table.name, year, as_at)
    made = model.once(key, lambda: _rows(table, model, year, as_at))
    return made.copy(deep=False)


def _rows(table: ChildTable, model: Model, year: int, as_at: str) -> pd.DataFrame:
    of = sitting(model, table.stage, year, as_at)
    filled: dict[str, pd.Series] = {}
    for block in table.blocks:
        filled.update(block.fill(of))
    found = model.once(("cases", table.stage, year, as_at), lambda: cases.found(of))
    kept = {
        column.name: filled[column.name]
        for column in table.columns
        if column.name in filled and (column.group == CHILD or filled[column.name].notna().any())
    }
    frame = pd.DataFrame(kept, index=of.pupils.index)
    return _flagged(frame, found)


def _flagged(frame: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """The rows with ``flags`` (tuple of cases) and ``flags_text``, the most flagged first."""
    is_case = found.notna().to_numpy()
    names = np.array(list(found.columns), dtype=object)
    flags = [tuple(names[row]) for row in is_case]
    text = ["; ".join(cases.CASES[name].title for name in row) for row in flags]
    frame = frame.assign(
        flags=pd.Series(flags, index=frame.index, dtype="object"),
        flags_text=pd.Series(text, index=frame.index, dtype="str"),
    )
    order = np.lexsort((frame["child"].to_numpy(dtype=object), -is_case.sum(axis=1)))
    return frame.iloc[order]


def chips(listed: pd.DataFrame, stage: str) -> pd.DataFrame:
    """How many of the rows carry each flag: flag, title, meaning, count."""
    counts = listed["flags"].explode().value_counts()
    named = [cases.CASES[name] for name in cases.rules_of(stage)]
    return pd.DataFrame(
        [(one.name, one.title, one.meaning, int(counts.get(one.name, 0))) for one in named],
        columns=["flag", "title", "meaning", "count"],
    )


def totals(table: ChildTable, chosen: pd.DataFrame, year: str) -> pd.DataFrame:
    """What the rows add up to: measure, label, unit, n, total, value, reason."""
    matched = chosen[chosen["matched"]]
    own = [measures.measure(matched, name, year) for name in table.totals]
    return pd.DataFrame(
        {
            "measure": list(table.totals),
            "label": [measures.book[name].label for name in table.totals],
            "unit": [one.unit for one in own],
            "n": pd.Series([one.n for one in own], dtype="Int64"),
            "total": pd.Series([one.total for one in own], dtype="float64"),
            "value": pd.Series([one.value for one in own], dtype="float64"),
            "reason": [one.reason for one in own],
        }
    )


def _not_counted(chosen: pd.DataFrame) -> tuple[str, ...]:
    """How many rows have results that are in no total, and where that is said of each."""
    count = int(listed_only(chosen).sum())
    if not count:
        return ()
    who = "1 child is" if count == 1 else f"{count:,} children are"
    return (
        f"{who} listed and in no total: no denominator of the results has them. "
        "The column Matched by says who.",
    )


def _notes(table: ChildTable, model: Model, filters: Filters) -> tuple[str, ...]:
    year = filters.year
    reasons = [measures.available(name, academic_year(year)).reason for name in table.totals]
    held = rows(table, model, year, filters.as_at).columns
    lost = [
        column.title
        for column in table.columns
        if column.first and column.group != OLDER and column.name not in held
    ]
    notes = [
        *reasons,
        *([f"Not known of any child of this year: {', '.join(lost)}."] if lost else []),
        *_counting_since(table, model, year),
    ]
    return tuple(dict.fromkeys(note for note in notes if note))


def _counting_since(table: ChildTable, model: Model, year: int) -> list[str]:
    if table.since is None:
        return []
    return [care_since.seen_only_since(model, first_day_after(table, table.since, year))]


def first_day_after(table: ChildTable, since: int, year: int) -> pd.Timestamp:
    """The first day of the school year after year group ``since``, for children of a table."""
    return pd.Timestamp(year - (STAGES[table.stage].year_group - since), 9, 1)


def narrowed(
    listed: pd.DataFrame, case: str = "", words: str = "", columns: Sequence[str] = ()
) -> pd.DataFrame:
    """The rows that carry a flag and in which every word occurs somewhere in these columns."""
    kept = listed
    if case:
        kept = kept[[case in own for own in kept["flags"]]]
    for word in words.split():
        anywhere = pd.Series(False, index=kept.index)
        for column in columns:
            if column in kept:
                text = kept[column].astype("str").fillna("")
                anywhere |= text.str.contains(word, case=False, regex=False)
        kept = kept[anywhere]
    return kept.reset_index(drop=True)
