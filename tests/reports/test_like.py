"""Like for like: the best way that the data allow, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from cla import benchmarks
from cla.reports import Filters, Model, ks2_benchmark
from cla.reports.pooled import Others
from tests.reports import made

YEAR = 2025
READ = "ks2_read_exp"


@pytest.fixture(scope="module")
def model() -> Model:
    """Ten children, six girls; e01 to e06 and no boy reach the standard in reading."""
    return made.made("ks2", {YEAR: made.tested(read="100 101 102 103 104 105 90 91 92 93")})


def published(**by_sex: float) -> pd.DataFrame:
    """Figures of looked-after children by sex, as a file of DfE gives them."""
    names = {"F": "Female", "M": "Male"}
    return pd.DataFrame(
        [
            {
                "measure": READ,
                "group": benchmarks.LOOKED_AFTER,
                "characteristic": "Sex",
                "category": names[sex],
                "level": "national",
                "area": benchmarks.ENGLAND,
                "period": "2024/25",
                "value": value,
                "n": 1500.0,
                "symbol": "",
                "release": "Reporting year 2026, Final",
                "source": "a file of the test",
            }
            for sex, value in by_sex.items()
        ]
    )


def with_published(model: Model, frame: pd.DataFrame) -> Model:
    return model.held_against(benchmarks.shipped().with_imported(frame), None)


def like(
    model: Model, about: str = ";like=sex", others: Others | None = None
) -> tuple[pd.Series, pd.DataFrame]:
    report = ks2_benchmark(model, Filters(YEAR), about, child_level=True, others=others)
    parts = report.frames["like_parts"]
    row = report.frames["like"].set_index("measure").loc[READ]
    return row, parts[parts["measure"] == READ].set_index("category")


def test_what_is_published_by_sex_is_weighted_to_our_mix(model: Model) -> None:
    row, parts = like(with_published(model, published(F=50, M=25)))
    assert (row["way"], row["by"]) == ("standardised", "Sex")
    assert row["whose"] == "looked-after children in England of the same sex"
    assert (row["n"], row["value"], row["expected"], row["difference"]) == (10, 60, 40, 20)
    assert row["low"] < 0 < row["high"] and row["verdict"] == "no different from what chance allows"
    assert parts["n"].to_dict() == {"Female": 6, "Male": 4}
    assert parts["expected"].to_dict() == {"Female": 3, "Male": 1}
    assert row["said"].startswith("Comparing 10 of ours with 3,000 looked-after children")


def test_a_suppressed_category_is_neither_zero_nor_averaged(model: Model) -> None:
    frame = published(F=50, M=25)
    frame.loc[frame["category"] == "Male", ["value", "symbol"]] = [None, "c"]
    row, parts = like(with_published(model, frame))
    assert row["way"] != "standardised"  # the boys, four of ten, have no figure
    assert parts.empty


def test_without_figures_of_similar_children_the_nearest_are_named(model: Model) -> None:
    row, parts = like(model)
    assert row["way"] == "nearest" and parts.empty
    england = model.published.figure(READ, "2024/25")
    assert england is not None and row["expected"] == england.value
    assert "No figures of similar children" in row["said"]
    assert "by sex" in row["why"]


def neighbours(count: int) -> Others:
    """Two other authorities with ``count`` girls, half of whom reach it, and boys, a quarter."""
    one = pd.DataFrame(
        {
            "sex": ["F", "M"] * count,
            "elig": True,
            "read_exp": pd.Series([1, 1, 0, 0, 1, 0, 0, 0] * (count // 4), dtype="boolean"),
            "elig_read": True,
        }
    ).assign(looked_after_12_months=True, at_31_march=True, any_time=True, current=True)
    return Others(lambda stage, year, as_at: [one, one.copy()])


def test_the_children_of_other_authorities_come_before_what_is_published(model: Model) -> None:
    row, parts = like(with_published(model, published(F=50, M=25)), others=neighbours(24))
    assert (row["way"], row["whose"]) == ("pooled", "similar children of other authorities")
    assert parts["theirs"].to_dict() == {"F": 50, "M": 25}
    assert row["expected"] == pytest.approx(40) and row["difference"] == pytest.approx(20)


def test_a_small_pool_does_not_come_before_what_is_published(model: Model) -> None:
    row, _ = like(with_published(model, published(F=50, M=25)), others=neighbours(4))
    assert row["way"] == "standardised"


def test_the_first_choice_is_what_most_is_published_by(model: Model) -> None:
    report = ks2_benchmark(
        with_published(model, published(F=50, M=25)), Filters(YEAR), child_level=True
    )
    assert report.frames["like_choices"]["name"].iloc[0] == "sex"


def test_published_figures_do_not_follow_filters_and_that_is_said(model: Model) -> None:
    chosen = with_published(model, published(F=50, M=25))
    report = ks2_benchmark(chosen, Filters(YEAR, sex=("F",)), ";like=sex", child_level=True)
    row = report.frames["like"].set_index("measure").loc[READ]
    assert (row["n"], row["expected"]) == (6, 50)
    assert "without your filters" in row["why"]


def test_like_for_like_is_for_those_who_may_see_children(model: Model) -> None:
    report = ks2_benchmark(model, Filters(YEAR), ";like=sex", child_level=False)
    assert not {"like", "like_parts"} & set(report.frames)
