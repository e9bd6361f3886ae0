"""Three years taken together: the children of all of them, and where that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from cla import measures
from cla.reports import Filters, Model, build, ks2_benchmark
from cla.reports.comparison import spoken
from cla.reports.figures import figures, together
from tests.reports import made


@pytest.fixture(scope="module")
def three() -> Model:
    """Ten children a year, reaching the standard in reading: 2 of 4, 3 of 6 and 6 of 10."""
    return made.made(
        "ks2",
        {
            2023: made.tested(read="100 100 90 90"),
            2024: made.tested(read="100 100 100 90 90 90"),
            2025: made.tested(read="100 101 102 103 104 105 90 91 92 93"),
        },
    )


def test_three_years_count_the_children_of_all_of_them(three: Model) -> None:
    frame = ks2_benchmark(three, Filters(2025), ";years=3", child_level=True).frame
    row = frame.set_index("measure").loc["ks2_read_exp"]
    assert (row["n"], row["total"], row["value"]) == (20, 11, 55)
    assert row["years"] == "2022/23 to 2024/25"
    low, high = measures.wilson(11, 20)
    assert (row["low"], row["high"]) == pytest.approx((100 * low, 100 * high))


def test_published_figures_beside_three_years_weigh_as_ours_do(three: Model) -> None:
    own = together(three, Filters(2025), "ks2", 3, child_level=True)
    row = ks2_benchmark(three, Filters(2025), ";years=3", child_level=True).frame.iloc[1]
    assert row["measure"] == "ks2_read_exp"
    figure = three.published.figure
    england = [figure("ks2_read_exp", year) for year in ("2022/23", "2023/24", "2024/25")]
    weighted = sum(n * one.value for n, one in zip((4, 6, 10), england, strict=True) if one)
    assert row["england_cla"] == pytest.approx(weighted / 20)
    assert row["england_cla_year"] == "2022/23 to 2024/25"
    assert own.used("ks2_read_exp") == ("2024/25", "2023/24", "2022/23")


def test_years_that_overlap_are_not_held_against_each_other(three: Model) -> None:
    row = ks2_benchmark(three, Filters(2025), ";years=3", child_level=True).frame.iloc[1]
    assert np.isnan(row["own_last"]) and "overlap" in row["own_last_note"]
    assert np.isnan(row["last_year"]) and np.isnan(row["change"])


def test_a_change_of_scale_parts_the_years(three: Model) -> None:
    returns = {
        year: three.loaded_return(2022 + at) for at, year in enumerate((2016, 2017, 2018), 1)
    }
    results = {
        ("ks2", f"{year - 1}/{year % 100}"): three.loaded_results("ks2", 2022 + at)
        for at, year in enumerate((2016, 2017, 2018), 1)
    }
    model = build(
        "X", 1, returns, {key: frame for key, frame in results.items() if frame is not None}
    )
    own = together(model, Filters(2018, "any_time"), "ks2", 3, child_level=True)
    assert own.used("ks2_read_exp") == ("2017/18", "2016/17", "2015/16")
    assert own.used("ks2_writ_exp") == ("2017/18",)


def test_a_single_year_with_results_is_that_year(three: Model) -> None:
    own = together(three, Filters(2023), "ks2", 3, child_level=True)
    alone = figures(three, Filters(2023), "ks2", child_level=True)
    assert own.of("ks2_read_exp") == alone.of("ks2_read_exp")


def test_a_span_is_hidden_where_a_hidden_year_would_follow_from_it(three: Model) -> None:
    own = together(three, Filters(2025), "ks2", 3, child_level=False)
    assert own.of("ks2_read_exp").symbol == "c"


def test_groups_over_years_are_for_those_who_may_see_children(three: Model) -> None:
    about = "ks2_read_exp.sex;years=3"
    report = ks2_benchmark(three, Filters(2025), about, child_level=False)
    assert set(report.frame["years"]) == {"2024/25"}
    assert any("several years" in note for note in report.notes)
    report = ks2_benchmark(three, Filters(2025), about, child_level=True)
    rows = report.frame.set_index("category")
    assert rows["n"].to_dict() == {"": 20, "F": 16, "M": 4}
    assert rows.loc["F", "total"] + rows.loc["M", "total"] == rows.loc["", "total"]


@pytest.mark.parametrize(
    ("years", "words"),
    [
        (["2024/25"], "2024/25"),
        (["2024/25", "2023/24", "2022/23"], "2022/23 to 2024/25"),
        (["2024/25", "2022/23"], "2022/23 and 2024/25"),
        ([], ""),
    ],
)
def test_years_in_words(years: list[str], words: str) -> None:
    assert spoken(years) == words
