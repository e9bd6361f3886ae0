"""Statistical neighbours, and the mean of what is published for them."""

from __future__ import annotations

import pandas as pd
import pytest

from cla import authorities
from cla.benchmarks import Library, neighbour_mean, neighbours, shipped

# The model of May 2025: Derby's and Northumberland's ten, closest first
DERBY = neighbours("831")


def laid(values: dict[str, float | str], n: float | None = 20) -> Library:
    """A library in which these authorities have these figures, of a year to come."""
    rows = [
        {
            "measure": "ks4_att8",
            "group": "CLA 12m+",
            "level": "authority",
            "area": code3,
            "period": "2030/31",
            "value": None if isinstance(value, str) else value,
            "symbol": value if isinstance(value, str) else "",
            "n": n,
            "release": "Reporting year 2031",
            "source": "A later file",
        }
        for code3, value in values.items()
    ]
    return shipped().with_imported(pd.DataFrame(rows))


def test_every_live_authority_has_ten_live_neighbours_and_is_none_of_them():
    live = {one.code3: one for one in authorities.all() if not one.demo}
    for code3, authority in live.items():
        ten = neighbours(authority.la)
        codes = [one.code3 for one in ten]
        assert [one.rank for one in ten] == list(range(1, 11))
        assert len(set(codes)) == 10
        assert set(codes) <= set(live) - {code3}
        assert all(one.name == live[one.code3].name for one in ten)
        assert all(one.closeness.endswith("close") for one in ten)


def test_closeness_never_rises_with_rank():
    order = ["extremely close", "very close", "close", "somewhat close", "not close"]
    for authority in authorities.all():
        steps = [order.index(one.closeness) for one in neighbours(authority.code3)]
        assert steps == sorted(steps)


def test_either_code_a_former_one_and_the_demonstration():
    assert neighbours("E08000038") == neighbours("370") == neighbours("E08000016")
    assert neighbours("X06000991") == neighbours(authorities.compared("991").code3)
    assert neighbours("992") == neighbours("993") == ()
    assert neighbours("909") == neighbours("Atlantis") == ()


def test_the_mean_of_real_figures_counts_every_neighbour_the_same():
    mean = neighbour_mean(shipped(), "929", "ks2_rwm_exp", "2024/25")
    table = mean.figures
    assert list(table) == ["code3", "name", "rank", "closeness", "value", "n", "symbol"]
    printed = [19, 40, 36, 28, None, 29, 47, 27, 33, 34]
    assert [None if pd.isna(value) else value for value in table["value"]] == printed
    assert table.loc[4, ["name", "symbol", "n"]].tolist() == ["Devon", "c", 26]
    assert (mean.used, mean.of) == (9, 10)
    assert mean.value == pytest.approx(293 / 9)
    assert mean.n == 402
    assert mean.release == "Reporting year 2025, Revised"
    assert mean.source.startswith("Outcomes for children in need")


@pytest.mark.parametrize("symbol", ["c", "x", "z", "k", "~", "low", "-", ".", ":"])
def test_a_symbol_is_never_averaged(symbol):
    first, second, third, fourth = (one.code3 for one in DERBY[:4])
    library = laid({first: 10, second: 20, third: 60, fourth: symbol})
    mean = neighbour_mean(library, "831", "ks4_att8", "2030/31")
    assert (mean.value, mean.used, mean.of, mean.n) == (30, 3, 10, 60)
    assert mean.figures["symbol"].tolist()[3] == symbol
    assert mean.figures["value"].isna().tolist() == [False] * 3 + [True] * 7


def test_fewer_than_three_published_figures_give_no_mean():
    library = laid({DERBY[0].code3: 10, DERBY[1].code3: 20, DERBY[2].code3: "c"})
    mean = neighbour_mean(library, "831", "ks4_att8", "2030/31")
    assert (mean.value, mean.used) == (None, 2)


def test_nought_is_a_figure():
    library = laid({one.code3: 0 for one in DERBY[:3]})
    assert neighbour_mean(library, "831", "ks4_att8", "2030/31").value == 0


def test_children_are_not_added_up_where_one_figure_does_not_say():
    library = laid({one.code3: 10 for one in DERBY[:3]}, n=None)
    assert neighbour_mean(library, "831", "ks4_att8", "2030/31").n is None


def test_without_neighbours_there_is_no_mean():
    mean = neighbour_mean(shipped(), "X06000992", "ks4_att8", "2024/25")
    assert (mean.value, mean.used, mean.of, mean.release) == (None, 0, 0, "")
    assert mean.figures.empty
