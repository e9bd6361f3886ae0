"""The cells that an authority can share: its default cohort, everybody and by four characteristics.

Never a child's row, never fewer than ten children, nothing that a person without the permission to
see children's records could not see on a page, and nothing that is withheld can be worked out from
what is given (``shared_safety``).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cla import measures
from cla.benchmarks import TOTAL, UNIT
from cla.benchmarks.cells import HELD, SHOWN, as_cells, categories, no_cells, together
from cla.measures import Estimate
from cla.reports import measure_safety, split_safety
from cla.reports.by_group import group_of
from cla.reports.disclosure import small
from cla.reports.figures import figures, nothing
from cla.reports.filters import Filters
from cla.reports.model import STAGE_LABELS, Model, academic_year
from cla.reports.shared_safety import Table
from cla.reports.split_safety import SPLITS

EXCHANGE = "exchange"
_SUMS = ("n", "total", "squares")


def shared_cells(
    model: Model, years: Sequence[int] | None = None, profile: str = EXCHANGE
) -> pd.DataFrame:
    """The cells (``cla.benchmarks.cells.COLUMNS``) of these collection years, by default of all.

    Children looked after twelve months at 31 March, by the rule set ``profile``. A year is decided
    by itself: its cells are the same whatever other years are asked for.
    """
    wanted = model.years if years is None else [year for year in model.years if year in set(years)]
    parts = [
        shared_of(model, year, stage, profile) for year in wanted for stage in model.stages(year)
    ]
    return together(parts)


def shared_of(model: Model, year: int, stage: str, profile: str = EXCHANGE) -> pd.DataFrame:
    """The cells of one stage and collection year; kept with the model. Do not write to them."""
    key = ("shared cells", year, stage, profile)
    return model.once(key, lambda: _cells_of(model, year, stage, profile))


def _cells_of(model: Model, year: int, stage: str, profile: str) -> pd.DataFrame:
    if stage not in STAGE_LABELS or year not in model.years:
        return no_cells()
    own = figures(model, Filters(year), stage, child_level=True, keep=SPLITS)
    when = academic_year(year)
    names = [
        one.id
        for one in measures.of_stage(stage)
        if measures.available(one.id, when).available
        and (one.numerator in own.matched and one.denominator in own.matched)
    ]
    if own.missing or own.matched.empty or not names:
        return no_cells()
    found = cells_of(own.matched, names, profile)
    return as_cells(found.assign(la=model.la, academic_year=when)) if len(found) else no_cells()


def cells_of(pupils: pd.DataFrame, names: Sequence[str], profile: str = EXCHANGE) -> pd.DataFrame:
    """What may be given of these children, matched and of one stage and year, in these measures.

    Columns of cells but for ``la`` and ``academic_year``; empty where nobody is in a measure.
    """
    raw = _Raw(pupils, names, measures.rules(profile).denominator_max + 1)
    if not raw.names:
        return pd.DataFrame()
    table = raw.table(profile)
    table.make_safe()
    return _rows(raw, table)


class _Raw:
    """Everything counted, nothing withheld: rows measures, columns everybody and each group."""

    def __init__(self, pupils: pd.DataFrame, names: Sequence[str], least: int) -> None:
        whole = measures.cells(pupils, names)
        whole = whole[whole["n"] > 0]
        self.names = whole["measure"].tolist()
        self.columns: list[tuple[str, str]] = [(TOTAL, TOTAL)]
        self.groups: dict[str, list[int]] = {}
        tables = [np.moveaxis(whole[list(_SUMS)].to_numpy(dtype=np.int64)[:, None], 2, 0)]
        counts = _who_counts(pupils)
        sizes, who = [np.array([len(pupils)])], [np.array([counts.sum()])]
        # with fewer than two groups of the least size nothing could be told apart
        split = SPLITS if whole["n"].max() >= 2 * least else ()
        for name in split:
            group = group_of(pupils, name)
            present = [one for one in categories()[name] if (group == one).any()]
            self.groups[name] = list(range(len(self.columns), len(self.columns) + len(present)))
            self.columns += [(name, one) for one in present]
            place = group.map({one: at for at, one in enumerate(present)}).to_numpy(dtype=int)
            tables.append(self._by(measures.cells(pupils, self.names, by=group), present))
            sizes.append(np.bincount(place, minlength=len(present)))
            who.append(np.bincount(place, counts, len(present)).astype(int))
        self.sizes = np.concatenate(sizes)
        self.counts = np.concatenate(who)
        self.n, self.total, self.squares = np.concatenate(tables, axis=2)
        self.proportion = np.array(
            [measures.book[name].statistic == "proportion" for name in self.names], dtype=bool
        )
        self.outside = [self._has_others(pupils, name) for name in self.names]

    def _by(self, found: pd.DataFrame, present: Sequence[str]) -> np.ndarray:
        """n, totals and squares of the groups as an array of measures by groups."""
        made = np.zeros((len(_SUMS), len(self.names), len(present)), dtype=np.int64)
        row = found["measure"].map({name: at for at, name in enumerate(self.names)})
        at = found["category"].map({name: place for place, name in enumerate(present)})
        made[:, row.to_numpy(dtype=int), at.to_numpy(dtype=int)] = (
            found[list(_SUMS)].to_numpy(dtype=np.int64).T
        )
        return made

    @staticmethod
    def _has_others(pupils: pd.DataFrame, name: str) -> bool:
        """Whether a measure has children who do not count elsewhere: then sizes do not compare."""
        if measure_safety.WHO_COUNTS not in pupils:
            return True
        counts, inside = (
            pupils[column].to_numpy(dtype=bool, na_value=False)
            for column in (measure_safety.WHO_COUNTS, measures.book[name].denominator)
        )
        return bool((inside & ~counts).any())

    def table(self, profile: str) -> Table:
        """What is withheld to begin with: what pages hide, and what tells how many a few are."""
        gives = self._gives_a_number_away()
        n_held = np.zeros(self.n.shape, dtype=bool)
        n_held[gives[:, 0]] = True
        table = Table(
            names=self.names,
            groups=self.groups,
            n=self.n,
            reached=np.where(self.proportion[:, None], self.total // UNIT, 0),
            proportion=self.proportion,
            rules=measures.rules(profile),
            n_held=n_held,
            held=self._without_spread() | self._hidden_on_pages(),
        )
        for name, columns in self.groups.items():
            table.dropped[name] |= gives[:, columns].any(axis=1)
        return table

    def _gives_a_number_away(self) -> np.ndarray:
        """Where a few children count who are not in the measure, or have a score that falls short
        of the standard (``measure_safety``)."""
        found = np.zeros(self.n.shape, dtype=bool)
        at = {name: row for row, name in enumerate(self.names)}
        for row, name in enumerate(self.names):
            if measures.book[name].statistic == "progress":
                continue
            if not self.outside[row]:
                found[row] |= _small(self.counts - self.n[row])
            standard = at.get(measure_safety.SCORED.get(name, ""))
            if standard is not None:
                short = self.n[row] - self.total[standard] // UNIT
                found[row] |= _small(short) & (self.n[standard] > 0)
        return found & (self.n > 0)

    def _without_spread(self) -> np.ndarray:
        """Averages of children who all have the same score: the score of each of them."""
        n, total, squares = (values.astype(object) for values in (self.n, self.total, self.squares))
        same = n * squares * UNIT - total * total <= n * n * UNIT
        return ~self.proportion[:, None] & (self.n > 0) & same.astype(bool)

    def _hidden_on_pages(self) -> np.ndarray:
        """Totals that pages hide from people who may not see small numbers."""
        found = np.zeros(self.n.shape, dtype=bool)
        for row in range(len(self.names)):
            whole, *parts = [self._estimate(row, at) for at in range(len(self.columns))]
            (seen,) = measures.suppress([whole])
            found[row, 0] = seen.value is None
            for columns in self.groups.values():
                own = [parts[at - 1] for at in columns]
                order = sorted(
                    range(len(columns)), key=lambda place: (self.sizes[columns[place]], place)
                )
                shown = split_safety.safe_split(whole, own, order)
                found[row, columns] = [one.value is None for one in shown]
        return found & (self.n > 0)

    def _estimate(self, row: int, at: int) -> Estimate:
        """A cell as the rules of pages read it: its children and its total."""
        n, total = int(self.n[row, at]), self.total[row, at] / UNIT
        value = total / n if n else None
        blank = nothing(self.names[row], "", "")
        return dataclasses.replace(blank, n=n, total=total, value=value)


def _who_counts(pupils: pd.DataFrame) -> np.ndarray:
    """1 for each child who counts at all, else 0; 0 where the results do not say."""
    if measure_safety.WHO_COUNTS not in pupils:
        return np.zeros(len(pupils), dtype=int)
    return pupils[measure_safety.WHO_COUNTS].to_numpy(dtype=bool, na_value=False).astype(int)


def _small(counts: np.ndarray) -> np.ndarray:
    return np.vectorize(small, otypes=[bool])(counts)


def _rows(raw: _Raw, table: Table) -> pd.DataFrame:
    """The cells that are given, and marks where one is withheld."""
    given = np.array([_given(raw, table, row) for row in range(len(raw.names))])
    row, at = np.nonzero(given)
    n_held, held = table.n_held[row, at], table.held[row, at]
    there = ~held | (~n_held & raw.proportion[row])
    total = raw.total[row, at]
    numbers: Mapping[str, tuple[np.ndarray, np.ndarray]] = {
        "n": (raw.n[row, at], ~n_held),
        "total": (total, ~held),
        "squares": (raw.squares[row, at], ~held),
        "total_low": (np.where(held, table.low[row, at] * UNIT, total), there),
        "total_high": (np.where(held, table.high[row, at] * UNIT, total), there),
    }
    names = np.array(raw.names, dtype=object)
    columns = np.array(raw.columns, dtype=object)
    text = {
        "measure": names[row],
        "characteristic": columns[at, 0],
        "category": columns[at, 1],
        "held": np.where(held, HELD, SHOWN),
    }
    return pd.DataFrame(
        {
            **text,
            **{
                name: pd.arrays.IntegerArray(own.copy(), ~known)
                for name, (own, known) in numbers.items()
            },
        }
    )


def _given(raw: _Raw, table: Table, row: int) -> np.ndarray:
    """Which cells have a row: everybody, and groups with children where the measure is split.

    Where the number of everybody is withheld, nothing is said of groups; groups whose averages are
    all withheld are not told of either.
    """
    given = (raw.n[row] > 0) | table.n_held[row]
    for name, columns in raw.groups.items():
        gone = table.dropped[name][row] or table.n_held[row, 0]
        useless = not raw.proportion[row] and table.held[row, columns].all()
        if gone or useless:
            given[columns] = False
    given[0] = True
    return given
