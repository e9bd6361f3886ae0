"""The file that goes to other authorities, together with all that is published: nothing follows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from cla.benchmarks import TOTAL, UNIT
from cla.reports import Filters, academic_year, shared_cells
from cla.reports.by_group import group_rows
from cla.reports.split_safety import SPLITS
from tests.disclosure.attack import SMALL, Attack, State
from tests.disclosure.invented import YEARS, authority

YEAR = YEARS[-1]
CHAINS = (
    ("ks2_read_exp", "ks2_read_high"),
    ("ks2_writ_exp", "ks2_writ_gds"),
    ("ks4_em94", "ks4_em95"),
)


@pytest.mark.parametrize(("seed", "children"), [(4, 34), (6, 60), (8, 140)])
@pytest.mark.parametrize("measures_of", CHAINS, ids=lambda one: one[0])
def test_shared_cells_beside_published_figures(
    seed: int, children: int, measures_of: Sequence[str]
) -> None:
    model = authority(seed, children)
    cells = shared_cells(model, [YEAR])
    cells = cells[cells["academic_year"] == academic_year(YEAR)].astype(
        {"measure": str, "characteristic": str, "category": str, "held": str}
    )
    held = cells.set_index(["measure", "characteristic", "category"])
    assert not held["n"].dropna().lt(10).any()
    standard, higher = measures_of
    tables = {
        (name, column, whole): group_rows(
            model, Filters(YEAR), name, column, child_level=whole
        ).set_index("category")
        for name in measures_of
        for column in SPLITS
        for whole in (False, True)
    }
    axes = {
        column: [one for one in tables[standard, column, True].index if one] for column in SPLITS
    }
    attack = Attack({**axes, "outcome": ("no", "met", "higher")})
    kinds = {standard: ("met", "higher"), higher: ("higher",)}
    for name in measures_of:
        for column in SPLITS:
            shown, true = tables[name, column, False], tables[name, column, True]
            for category in true.index:

                def inside(one: State, column: str = column, category: str = category) -> bool:
                    return not category or one[column] == category

                def met(one: State, inside=inside, reached=kinds[name]) -> bool:  # type: ignore[no-untyped-def]
                    return inside(one) and one["outcome"] in reached

                def missed(one: State, inside=inside, met=met) -> bool:  # type: ignore[no-untyped-def]
                    return inside(one) and not met(one)

                key = (name, column, category) if category else (name, TOTAL, TOTAL)
                cell = held.loc[key] if key in held.index else None
                n, total = int(true.loc[category, "n"]), int(true.loc[category, "total"])
                known_n = [shown["n"].get(category), None if cell is None else cell["n"]]
                told = [one for one in known_n if one is not None and not pd.isna(one)]
                assert all(int(one) == n for one in told), key
                label = " ".join(key)
                if told:
                    attack.knows(inside, n)
                elif n <= SMALL:
                    attack.wants(f"{label}: children", inside, n)
                totals = [shown["total"].get(category)]
                if cell is not None and not pd.isna(cell["total"]):
                    totals.append(cell["total"] / UNIT)
                told = [one for one in totals if one is not None and not pd.isna(one)]
                assert all(round(one) == total for one in told), key
                if told:
                    attack.knows(met, total)
                    continue
                attack.guesses(f"{label}: reached it", met, total, least=0)
                if cell is not None and not pd.isna(cell["total_low"]):
                    low, high = int(cell["total_low"] // UNIT), int(cell["total_high"] // UNIT)
                    assert low <= total <= high and high > low, key
                    attack.knows_between(met, low, high)  # said openly: nothing left to guess
                else:
                    attack.guesses(f"{label}: missed it", missed, n - total)
    found = attack.finds()
    assert not found, found
