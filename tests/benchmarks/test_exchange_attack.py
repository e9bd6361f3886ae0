"""No withheld number of shared files can be worked out: not from one file, not from two years, not
by somebody who knows the rules, not beside the pages."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from cla.benchmarks import CHARACTERISTICS, TOTAL, UNIT, read_exchange, write_exchange
from cla.benchmarks.cells import HELD, KEY, as_cells
from cla.files import Upload
from cla.reports import (
    Filters,
    Model,
    academic_year,
    att8_benchmark,
    build,
    ks4_benchmark,
    shared_cells,
)
from cla.reports.shared_safety import ROOM
from tests.benchmarks import made_up
from tests.benchmarks.attack import Attack, Cell, values
from tests.reports.conftest import many_tables

MADE = date(2026, 6, 5)
LA = "X06000991"


def model(*years: int, count: int, seed: int = 31) -> Model:
    """Made-up children in year 11, others in each year."""
    tables = {year: many_tables(seed=seed + year, count=count, year=year) for year in years}
    return build(
        LA,
        1,
        {year: ret for year, (ret, _) in tables.items()},
        {("ks4", academic_year(year)): results for year, (_, results) in tables.items()},
    )


def sent(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells as they arrive in a file."""
    la = str(cells["la"].iloc[0])
    return read_exchange(Upload("file.txt", write_exchange(cells, la, MADE))).frame


def check(cells: pd.DataFrame, found: dict[Cell, tuple[float, float]]) -> None:
    """Every withheld number keeps two values, and the small ones keep room."""
    assert found
    assert {cell: room for cell, room in found.items() if values(room) < 2} == {}
    ends = cells.assign(**{name: cells[name].astype("str") for name in KEY}).set_index(list(KEY))
    for (kind, *key), room in found.items():
        row = ends.loc[tuple(key)]
        few = not pd.isna(row["total_high"]) and row["total_high"] <= 5 * UNIT
        if kind == "t" and few:
            assert values(room) > ROOM, key


@pytest.mark.parametrize(("seed", "count"), [(3, 90), (9, 25), (14, 16), (12, 40), (15, 150)])
def test_nothing_follows_from_a_file_of_key_stage_2(seed: int, count: int) -> None:
    cells = sent(made_up.key_stage_2_cells(made_up.key_stage_2(seed, count)))
    attack = Attack()
    attack.add_file(cells)
    check(cells, attack.ranges())


@pytest.mark.parametrize("count", [110])
def test_nothing_follows_from_files_of_two_years(count: int) -> None:
    of_two = model(2024, 2025, count=count)
    early, late = (sent(shared_cells(of_two, years)) for years in ([2024], [2024, 2025]))
    attack = Attack()
    attack.add_file(early)
    attack.add_file(late)
    check(late, attack.ranges())


def test_a_year_is_the_same_in_every_file() -> None:
    of_two = model(2024, 2025, count=120)
    alone = pd.concat([shared_cells(of_two, [year]) for year in (2024, 2025)])
    both = shared_cells(of_two)
    order = list(KEY)
    pd.testing.assert_frame_equal(
        alone.astype("str").sort_values(order, ignore_index=True),
        both.astype("str").sort_values(order, ignore_index=True),
    )
    without = model(2025, count=120)
    pd.testing.assert_frame_equal(
        shared_cells(without).astype("str"), shared_cells(of_two, [2025]).astype("str")
    )


@pytest.mark.parametrize(("seed", "count"), [(3, 90), (8, 90), (16, 60)])
def test_nothing_small_follows_for_somebody_who_knows_the_rules(seed: int, count: int) -> None:
    """He takes every total withheld for the sake of others to be none of a few."""
    cells = sent(made_up.key_stage_2_cells(made_up.key_stage_2(seed, count)))
    attack = Attack()
    attack.add_file(cells)
    known, few = {}, set()
    for row in cells[cells["total"].isna() & cells["total_low"].notna()].to_dict("records"):
        cell = ("t", *(row[name] for name in KEY))
        low, high, n = row["total_low"] // UNIT, row["total_high"] // UNIT, row["n"]
        if high <= 5 or low >= n - 5:
            few.add(cell)
        else:
            known[cell] = (6, n - 6)
    attack.know(known)
    found = attack.ranges(few)
    assert found and min(map(values, found.values())) > ROOM


@pytest.mark.parametrize("count", [60, 110])
def test_nothing_follows_from_a_file_beside_the_pages(count: int) -> None:
    """What a person without the permission to see children sees of the same groups."""
    own = model(2025, count=count, seed=7)
    cells = sent(shared_cells(own))
    shown = {tuple(row[name] for name in KEY[1:]): row for row in cells.to_dict("records")}
    attack = Attack()
    attack.add_file(cells)
    known: dict[Cell, tuple[float, float]] = {}
    for name in cells["measure"].unique():
        for characteristic in CHARACTERISTICS:
            for row in _page(own, name, characteristic):
                place = (characteristic, row["category"]) if row["category"] else (TOTAL, TOTAL)
                given = shown.get((name, *place))
                if given is not None and given["held"] != HELD:
                    assert not pd.isna(row["value"]), (name, place, row["reason"])
                    assert row["n"] == given["n"]
                if not pd.isna(row["n"]):
                    known["n", "2024/25", name, *place] = (row["n"], row["n"])
                if not pd.isna(row["value"]) and not pd.isna(row["total"]):
                    known["t", "2024/25", name, *place] = (row["total"], row["total"])
    assert known
    attack.know(known)
    left = [cell for cell in attack.wanted if cell not in known]
    found = attack.ranges(left)
    assert {cell: room for cell, room in found.items() if values(room) < 2} == {}


def _page(own: Model, name: str, characteristic: str) -> list[dict]:
    report = att8_benchmark if "att8" in name else ks4_benchmark
    frame = report(own, Filters(2025), f"{name}.{characteristic}", child_level=False).frame
    return frame[frame["measure"] == name].to_dict("records")


def test_what_withheld_groups_have_in_common_could_be_given() -> None:
    for seed in range(40, 60):
        pupils = made_up.key_stage_2(seed, 40 + 5 * (seed - 40))
        cells = made_up.key_stage_2_cells(pupils)
        whole = cells[cells["characteristic"] == TOTAL].set_index("measure")
        parts = cells[(cells["characteristic"] != TOTAL) & (cells["measure"] == "ks2_read_exp")]
        for _, own in parts.groupby("characteristic", observed=True):
            top = whole.loc["ks2_read_exp"]
            rest = int(top["n"]) - int(own.loc[own["held"] != HELD, "n"].sum())
            if top["held"] == HELD or not rest:
                continue
            reached = int(top["total"]) // UNIT - int(own["total"].sum()) // UNIT
            assert (own["held"] == HELD).sum() > 1
            assert rest >= 10 and 5 < reached < rest - 5


def test_the_attack_finds_a_number_that_follows() -> None:
    """The attacker is good enough to be feared."""
    cells = sent(made_up.key_stage_2_cells(made_up.key_stage_2(3, 90)))
    rows = cells.to_dict("records")
    hidden = [row for row in rows if row["characteristic"] == "sex" and pd.isna(row["total"])]
    assert hidden
    name = hidden[0]["measure"]
    own = [
        row for row in rows if row["measure"] == name and row["characteristic"] in ("sex", TOTAL)
    ]
    whole = 20 * UNIT
    for row in own:
        row["n"] = 40 if row["characteristic"] == TOTAL else 20
        top = row["characteristic"] == TOTAL or row["category"] == "F"
        total = whole if row["characteristic"] == TOTAL else 13 * UNIT
        row |= {"total": total, "total_low": total, "total_high": total} if top else {
            "total": pd.NA, "total_low": 0, "total_high": 20 * UNIT,
        }  # fmt: skip
    two = [row for row in own if row["category"] in (TOTAL, "F", "M")]
    attack = Attack()
    attack.add_file(as_cells(pd.DataFrame(two)))
    found = attack.ranges()
    assert found["t", "2024/25", name, "sex", "M"] == pytest.approx((7, 7))
