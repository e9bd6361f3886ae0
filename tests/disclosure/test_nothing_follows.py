"""Over everything that a reader without the child-level permission can see and export together,
no hidden number can be worked out: benchmarks of all measures, their groups, summaries, coverage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd
import pytest

from cla.reports import BY_NAME, Filters, Model, Report
from cla.reports.by_group import group_rows
from cla.reports.distributions import HIGHER, MET, NOT_MET
from cla.reports.split_safety import SPLITS
from tests.disclosure.attack import SMALL, Attack, State
from tests.disclosure.invented import YEARS, authority

AUTHORITIES = ((2, 18), (4, 34), (8, 140))
YEAR = YEARS[-1]
BENCHMARKS: Mapping[str, Sequence[str]] = {
    "ks2": ("ks2_benchmark",),
    "ks4": ("ks4_benchmark", "att8_benchmark"),
}
SCORED = (NOT_MET, MET, HIGHER)
SUBJECTS = (
    # stage, bar of the summary, standard, higher standard, average of the scores
    ("ks2", "read", "ks2_read_exp", "ks2_read_high", "ks2_read_ass"),
    ("ks2", "mat", "ks2_mat_exp", "ks2_mat_high", "ks2_mat_ass"),
    ("ks2", "gps", "ks2_gps_exp", "ks2_gps_high", "ks2_gps_ass"),
    ("ks2", "writ", "ks2_writ_exp", "ks2_writ_gds", ""),
    ("ks2", "", "ks2_rwm_exp", "ks2_rwm_high", ""),
    ("ks2", "sci", "ks2_sci_exp", "", ""),
    ("ks4", "eng", "ks4_eng94", "ks4_eng95", ""),
    ("ks4", "mat", "ks4_mat94", "ks4_mat95", ""),
    ("ks4", "", "ks4_em94", "ks4_em95", ""),
    ("ks4", "", "ks4_ebacc_entry", "ks4_ebacc_94", ""),
    ("ks4", "", "ks4_ebacc_94", "ks4_ebacc_95", ""),
)


def model_of(seed: int, children: int) -> Model:
    return authority(seed, children)


@cache
def seen(model: Model, name: str, about: str = "", *, whole: bool = False) -> Report:
    """A report as everybody sees it, or ``whole`` as it is."""
    measure, _, column = about.partition(".")
    if whole and column:  # the rows alone
        rows = group_rows(model, Filters(YEAR), measure, column, child_level=True)
        return Report("", "", {"measures": rows})
    arguments = (about,) if about else ()
    return BY_NAME[name](model, Filters(YEAR), *arguments, child_level=whole)


class Pair:
    """Rows of a frame as shown and as they are, by key."""

    def __init__(self, model: Model, name: str, about: str, key: str, frame: str):
        self.shown, self.true = (
            seen(model, name, about, whole=whole).frames[frame].set_index(key)
            for whole in (False, True)
        )

    def tell(self, attack: Attack, row: str, column: str, who: Any, label: str) -> None:
        """The attacker learns a number that is shown, or wants one that is hidden."""
        if row not in self.true.index or pd.isna(self.true.loc[row, column]):
            return
        true = round(float(self.true.loc[row, column]))
        if row in self.shown.index and not pd.isna(self.shown.loc[row, column]):
            assert round(float(self.shown.loc[row, column])) == true, (row, column)
            attack.knows(who, true)
        else:
            attack.wants(label, who, true)

    def tell_shown(self, attack: Attack, row: str, who: Any) -> None:
        """The attacker learns how many an average is of, where it is said. Where not, it is not
        that number which is hidden, but who is not in it: see the standards."""
        n = self.shown.loc[row, "n"]
        if not pd.isna(n):
            attack.knows(who, round(float(n)))

    def tell_measure(self, attack: Attack, row: str, inside: Any, reached: Any, label: str) -> None:
        """How many count, how many reached it and how many did not."""
        if row not in self.true.index or not self.true.loc[row, "n"] > 0:
            return
        if row in self.shown.index and not pd.isna(self.shown.loc[row, "value"]):
            self.tell_shown(attack, row, inside)
        else:
            self.tell(attack, row, "n", inside, f"{label}: children")
        if reached is None:
            return
        met, n = (round(float(self.true.loc[row, name])) for name in ("total", "n"))
        if row in self.shown.index and not pd.isna(self.shown.loc[row, "total"]):
            assert round(float(self.shown.loc[row, "total"])) == met
            attack.knows(reached, met)
            return
        attack.guesses(f"{label}: reached it", reached, met, least=0)
        attack.guesses(f"{label}: missed it", lambda one: inside(one) and not reached(one), n - met)


def sizes_of(pair: Pair, row: str) -> int:
    """How many children a figure is of, in truth."""
    return round(float(pair.true.loc[row, "n"])) if row in pair.true.index else 0


def benchmark_of(measure: str, stage: str, model: Model) -> str:
    """The report that has a measure among its rows."""
    for name in BENCHMARKS[stage]:
        if measure in set(seen(model, name, whole=True).frame["measure"]):
            return name
    raise KeyError(measure)


@pytest.mark.parametrize(("seed", "children"), AUTHORITIES)
@pytest.mark.parametrize(
    ("stage", "bar", "standard", "higher", "average"), SUBJECTS, ids=lambda x: str(x)
)
def test_groups_of_measures_do_not_follow(
    seed: int, children: int, stage: str, bar: str, standard: str, higher: str, average: str
) -> None:
    """Two standards and an average by four characteristics at once."""
    model = model_of(seed, children)
    name = benchmark_of(standard, stage, model)
    of = [one for one in (standard, higher, average) if one]
    tables = {
        (measure, column): Pair(model, name, f"{measure}.{column}", "category", "measures")
        for measure in of
        for column in SPLITS
    }
    axes = {
        column: [one for one in tables[standard, column].true.index if one] for column in SPLITS
    }
    if not all(axes.values()):
        return  # nobody is at the end of the stage
    attack = Attack({**axes, "outcome": ("unscored", "no", "met", "higher")})
    reached: dict[str, Sequence[str] | None] = {
        standard: ("met", "higher"), higher: ("higher",), average: None,
    }  # fmt: skip
    inside = {average: ("no", "met", "higher")}
    for (measure, column), pair in tables.items():
        outcomes, scored = reached[measure], inside.get(measure)
        for group in pair.true.index:

            def counts(one: State, group: str = group, column: str = column,
                       scored: Sequence[str] | None = scored) -> bool:  # fmt: skip
                member = not group or one[column] == group
                return member and (scored is None or one["outcome"] in scored)

            def met(one: State, counts: Any = counts,
                    outcomes: Sequence[str] = outcomes or ()) -> bool:  # fmt: skip
                return bool(counts(one)) and one["outcome"] in outcomes

            label = f"{measure} by {column}: {group or 'all'}"
            pair.tell_measure(attack, group, counts, met if outcomes else None, label)
            if measure == average:
                without = sizes_of(tables[standard, column], group) - sizes_of(pair, group)
                lacks = pd.isna(pair.shown["n"].get(group))
                if lacks and 0 < without <= SMALL:

                    def unscored(one: State, group: str = group, column: str = column) -> bool:
                        return one["outcome"] == "unscored" and (not group or one[column] == group)

                    attack.guesses(f"{label}: without a score", unscored, without)
    found = attack.finds()
    assert not found, found


@pytest.mark.parametrize(("seed", "children"), AUTHORITIES)
@pytest.mark.parametrize(
    ("stage", "bar", "standard", "higher", "average"),
    [one for one in SUBJECTS if one[1]],
    ids=lambda x: str(x),
)
def test_bars_of_summaries_do_not_follow(
    seed: int, children: int, stage: str, bar: str, standard: str, higher: str, average: str
) -> None:
    """A bar, the cohort's figures, the coverage, and the measures of the same subject."""
    model = model_of(seed, children)
    parts = [seen(model, f"{stage}_summary", whole=whole) for whole in (False, True)]
    coverage = [part.coverage for part in parts]
    bars = [part.frames["bars"] for part in parts]
    shown = bars[0][bars[0]["subject"] == bar].set_index("category")
    if shown.empty:
        return
    kinds = shown["kind"].to_dict()
    who = ("eligible", "matched", "unmatched")
    attack = Attack(
        {"category": (*kinds, ""), "who": who, "result": ("yes", "away", "no")},
        possible=lambda one: (
            (one["who"] == "eligible") == bool(one["category"])
            and (one["who"] != "unmatched" or one["result"] == "no")
            and (kinds.get(one["category"]) not in SCORED or one["result"] == "yes")
        ),
    )
    groups = {
        "in_cohort": lambda one: True,
        "matched": lambda one: one["who"] != "unmatched",
        "eligible": lambda one: one["who"] == "eligible",
        "with_result": lambda one: one["result"] == "yes",
        "not_matched": lambda one: one["who"] == "unmatched",
    }
    for name, chosen in groups.items():
        number, true = (getattr(one, name) for one in coverage)
        if number is None:
            attack.wants(name, chosen, true)
        else:
            attack.knows(chosen, number)
    sizes = Pair(model, f"{stage}_summary", "", "name", "figures")
    for name, result in {"with_result": "yes", "away": "away", "no_result": "no"}.items():
        sizes.tell(attack, name, "count", lambda one, r=result: one["result"] == r, f"size: {name}")
    counts = truly_counted(model, stage, bar)
    by_kind = {kind: sum(n for one, n in counts.items() if kinds[one] == kind) for kind in SCORED}
    few = {HIGHER} if by_kind[HIGHER] <= SMALL else set()
    few |= {MET, HIGHER} if by_kind[MET] + by_kind[HIGHER] <= SMALL else set()
    for category, count in counts.items():

        def there(one: State, category: str = category) -> bool:
            return one["category"] == category

        told = shown.loc[category, "count"]
        if pd.isna(told) and kinds[category] in few:
            attack.guesses(f"bar: {category}", there, count, least=0)
        elif pd.isna(told):
            attack.wants(f"bar: {category}", there, count)
        else:
            assert told == count
            attack.knows(there, count)
    name = benchmark_of(standard, stage, model)
    table = Pair(model, name, "", "measure", "measures")
    for measure, kind in {standard: (MET, HIGHER), higher: (HIGHER,)}.items():
        table.tell_measure(
            attack,
            measure,
            lambda one: one["who"] == "eligible",
            lambda one, kind=kind: kinds.get(one["category"]) in kind,
            measure,
        )
    table.tell_measure(
        attack, average, lambda one: kinds.get(one["category"]) in SCORED, None, average
    )
    found = attack.finds()
    assert not found, found


def truly_counted(model: Model, stage: str, bar: str) -> dict[str, int]:
    """The parts of a bar among the children who count, as they are."""
    from cla.reports.distributions import bars
    from cla.reports.summary_reports import SUMMARIES

    pupils = Filters(YEAR).of(model, stage)
    eligible = pupils["matched"] & pupils["elig"].eq(True).fillna(False)
    subject = next(one for one in SUMMARIES[f"{stage}_summary"].subjects if one.key == bar)
    found = bars(subject, pupils[eligible]).set_index("category")["count"]
    return {str(category): int(count) for category, count in found.items()}


@pytest.mark.parametrize(("seed", "children"), AUTHORITIES)
def test_three_subjects_and_all_of_them_together_do_not_follow(seed: int, children: int) -> None:
    model = model_of(seed, children)
    table = Pair(model, "ks2_benchmark", "", "measure", "measures")
    attack = Attack(dict.fromkeys(("read", "writ", "mat"), ("no", "met", "higher")))
    names = {
        "read": ("ks2_read_exp", "ks2_read_high"),
        "writ": ("ks2_writ_exp", "ks2_writ_gds"),
        "mat": ("ks2_mat_exp", "ks2_mat_high"),
    }
    for subject, (standard, higher) in names.items():
        for measure, kinds in {standard: ("met", "higher"), higher: ("higher",)}.items():
            table.tell_measure(
                attack,
                measure,
                lambda one: True,
                lambda one, s=subject, k=kinds: one[s] in k,
                measure,
            )
    for measure, kinds in {"ks2_rwm_exp": ("met", "higher"), "ks2_rwm_high": ("higher",)}.items():
        table.tell_measure(
            attack,
            measure,
            lambda one: True,
            lambda one, k=kinds: all(one[s] in k for s in names),
            measure,
        )
    found = attack.finds()
    assert not found, found
