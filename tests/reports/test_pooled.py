"""Other authorities beside ours: sums under the same filters, and nothing of a single child."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cla import benchmarks, measures
from cla.measures import Cell
from cla.reports import Filters, Model, build
from cla.reports.pooled import BY_NAME, SMALL_REST, WITHHELD, Others, slim
from tests.reports.conftest import many_tables

YEAR = 2025
EVERYBODY = Filters(YEAR, "any_time")
NAMES = ["ks4_att8", "ks4_em94", "ks4_em95"]


def authority(seed: int, count: int) -> Model:
    ret, results = many_tables(seed, count, YEAR)
    return build(f"X{seed}", 1, {YEAR: ret}, {("ks4", "2024/25"): results})


@pytest.fixture(scope="module")
def two() -> list[Model]:
    return [authority(11, 60), authority(12, 80)]


def others(models: list[Model], shared: pd.DataFrame | None = None) -> Others:
    return Others(lambda stage, year, as_at: [slim(m, stage, year, as_at) for m in models], shared)


def union(models: list[Model], filters: Filters) -> pd.DataFrame:
    rows = [filters.apply(one.pupils("ks4", YEAR)) for one in models]
    together = pd.concat(rows, ignore_index=True)
    return together[together["matched"]]


@pytest.mark.parametrize(
    "filters", [EVERYBODY, EVERYBODY.replace(sex=("F",)), EVERYBODY.replace(sen=("E", "K"))]
)
def test_a_pool_is_the_figure_of_the_union_under_the_same_filters(
    two: list[Model], filters: Filters
) -> None:
    pool = others(two).pool(filters, "ks4", NAMES)
    rows = union(two, filters)
    for name in NAMES:
        whole = measures.measure(rows, name, "2024/25")
        places = 0 if name != "ks4_att8" else measures.book[name].places
        assert pool[name, ""].value == measures.round_half_up(whole.value or 0, places)
        assert pool[name, ""].n == measures.round_half_up((whole.n or 0) / 10) * 10
        assert (pool[name, ""].low, pool[name, ""].high) == (whole.low, whole.high)


def test_groups_of_a_pool_are_those_of_the_union(two: list[Model]) -> None:
    pool = others(two).pool(EVERYBODY, "ks4", ["ks4_em94"], column="sex")
    rows = union(two, EVERYBODY)
    for sex in ("F", "M"):
        whole = measures.measure(rows[rows["sex"] == sex], "ks4_em94", "2024/25")
        assert pool["ks4_em94", sex].value == measures.round_half_up(whole.value or 0)


def test_nothing_of_a_child_is_given_to_the_pool(two: list[Model]) -> None:
    given = slim(two[0], "ks4", YEAR)
    for told in ("child", "upn", "dob", "school", "team", "period_start", "ls"):
        assert told not in given


def test_what_an_authority_gives_is_withheld_below_ten_children(two: list[Model]) -> None:
    small = authority(13, 9)
    with_small = others([*two, small]).pool(EVERYBODY, "ks4", ["ks4_att8"])["ks4_att8", ""]
    without = others(two).pool(EVERYBODY, "ks4", ["ks4_att8"])["ks4_att8", ""]
    assert (with_small.value, with_small.n) == (without.value, without.n)
    assert "1 more withheld" in with_small.note


def test_a_pool_needs_two_authorities(two: list[Model]) -> None:
    alone = others([two[0], authority(13, 9)]).pool(EVERYBODY, "ks4", NAMES)
    assert all(np.isnan(one.value) and one.note == WITHHELD for one in alone.values())


def test_a_pool_is_hidden_where_the_rest_is_a_few_children(two: list[Model]) -> None:
    rows = pd.concat([slim(one, "ks4", YEAR) for one in two], ignore_index=True)
    sizes = rows["placement"].value_counts()
    few = [str(name) for name, size in sizes.items() if 0 < size < 10]
    assert few, "the made-up children have a rare placement"
    rest = tuple(str(name) for name in sizes.index if name not in few[:1])
    hidden = others(two).pool(EVERYBODY.replace(placement=rest), "ks4", ["ks4_att8"])
    assert np.isnan(hidden["ks4_att8", ""].value)
    assert hidden["ks4_att8", ""].note == SMALL_REST


def test_a_filter_on_a_school_cannot_be_applied_to_others(two: list[Model]) -> None:
    found = others(two).pool(EVERYBODY.replace(school=("8054000",)), "ks4", ["ks4_att8"])
    assert found["ks4_att8", ""].note == BY_NAME


def cells(la: str, n: int | None, low: int | None, high: int | None) -> dict[str, object]:
    """A cell of a file, of everybody, in whole children."""
    unit = benchmarks.UNIT
    return {
        "la": la,
        "academic_year": "2024/25",
        "measure": "ks4_em94",
        "characteristic": benchmarks.TOTAL,
        "category": benchmarks.TOTAL,
        "n": n,
        "squares": None if low != high or low is None else low * unit,
        "total_low": None if low is None else low * unit,
        "total_high": None if high is None else high * unit,
    }


def shared(*rows: dict[str, object]) -> pd.DataFrame:
    numbers = dict.fromkeys(("n", "squares", "total_low", "total_high"), "Int64")
    return pd.DataFrame(list(rows)).astype(numbers)


def test_cells_of_files_join_the_pool_of_the_usual_cohort() -> None:
    files = shared(cells("E1", 20, 8, 8), cells("E2", 40, 22, 22))
    found = others([], files).pool(Filters(YEAR), "ks4", ["ks4_em94"])["ks4_em94", ""]
    assert (found.value, found.n) == (50, 60)
    whole = measures.estimate("ks4_em94", "2024/25", Cell(60, 30 * 10**8, 30 * 10**8))
    assert (found.low, found.high) == (whole.low, whole.high)
    assert not others([], files).pool(EVERYBODY, "ks4", ["ks4_em94"])
    assert not others([], files).pool(Filters(YEAR, sdq=("normal",)), "ks4", ["ks4_em94"])


def test_a_withheld_number_leaves_the_pool_between_two_ends() -> None:
    files = shared(cells("E1", 50, 30, 30), cells("E2", 50, 0, 5), cells("E3", None, None, None))
    found = others([], files).pool(Filters(YEAR), "ks4", ["ks4_em94"])["ks4_em94", ""]
    assert found.value == 33  # between 30% and 35%, halfway is 32.5
    assert "between 30 and 35" in found.note
    low = measures.estimate("ks4_em94", "2024/25", Cell(100, 30 * 10**8, 30 * 10**8))
    assert found.low == low.low


def test_a_pool_of_several_years_says_which() -> None:
    before = [{**cells(la, 20, 8, 8), "academic_year": "2023/24"} for la in ("E1", "E2")]
    files = shared(cells("E1", 20, 8, 8), cells("E2", 40, 22, 22), *before)
    pool = others([], files).pool(Filters(YEAR), "ks4", ["ks4_em94"], years=3)
    assert pool["ks4_em94", ""].year == "2023/24 to 2024/25"
    assert pool["ks4_em94", ""].n == 100
