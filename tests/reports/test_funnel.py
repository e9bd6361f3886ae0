"""All authorities in one measure, ours among them."""

from __future__ import annotations

import pytest

from cla.reports import BY_NAME, Filters, Model, Report
from tests.reports import made

YEAR = 2025
READ = "ks2_read_exp"


@pytest.fixture(scope="module")
def model() -> Model:
    """Ten children of Hartlepool, of whom six reach the standard in reading."""
    return made.made("ks2", {YEAR: made.tested(read="100 101 102 103 104 105 90 91 92 93")})


def funnel(model: Model, about: str = READ, year: int = YEAR, child_level: bool = True) -> Report:
    return BY_NAME["funnel"](model, Filters(year), about, child_level=child_level)


def test_ours_is_from_our_own_data_and_stands_once(model: Model) -> None:
    areas = funnel(model).frames["areas"]
    ours = areas[areas["ours"]]
    assert len(ours) == 1
    assert ours[["n", "value"]].iloc[0].tolist() == [10, 60]
    assert (areas["code3"] == "805").sum() == 1


def test_every_other_authority_has_a_figure_or_its_symbol(model: Model) -> None:
    others = funnel(model).frames["areas"].query("not ours")
    assert len(others) == 152
    without = others[others["value"].isna()]
    assert len(without) and without["symbol"].ne("").all()
    assert (without["outside"] == "").all()
    assert others.loc[others["value"].notna(), "symbol"].eq("").all()


def test_neighbours_and_region_are_marked(model: Model) -> None:
    areas = funnel(model).frames["areas"]
    assert areas["neighbour"].sum() == 10
    assert set(areas.loc[areas["same_region"], "region"]) == {"North East"}


def test_the_lines_narrow_around_england_as_authorities_grow(model: Model) -> None:
    report = funnel(model)
    limits, centre = report.frames["limits"], report.frames["centre"].iloc[0]
    assert limits["n"].is_monotonic_increasing and len(limits) > 20
    assert (limits["low998"] <= limits["low95"]).all()
    assert (limits["high95"] <= limits["high998"]).all()
    assert (limits["low95"] <= centre["value"]).all() and (
        limits["high95"] >= centre["value"]
    ).all()
    width = limits["high95"] - limits["low95"]
    assert width.iloc[-1] < width.iloc[0]


def test_outside_is_what_the_lines_say(model: Model) -> None:
    areas = funnel(model).frames["areas"]
    drawn = areas[areas["value"].notna() & areas["n"].gt(0)]
    centre = funnel(model).frames["centre"]["value"].iloc[0]
    above = drawn[drawn["outside"].str.startswith("above")]
    assert (above["value"] > centre).all()
    assert 0 < drawn["outside"].ne("").sum() < len(drawn) / 2


def test_an_average_without_a_spread_has_no_lines_and_says_so(model: Model) -> None:
    report = funnel(model, "ks4_att8")
    assert report.frames["limits"].empty
    assert any("spread between pupils" in note for note in report.notes)
    assert (report.frames["areas"]["outside"] == "").all()


def test_a_measure_without_figures_of_authorities_says_so(model: Model) -> None:
    report = funnel(model, "ks2_rwm_high")
    assert not report.frames and report.empty


def test_a_year_without_the_measure_gives_its_reason(model: Model) -> None:
    report = funnel(model, "ks2_read_prog")
    assert not report.frames and "progress" in report.empty.lower()


def test_ours_is_hidden_from_those_who_may_not_see_small_numbers(model: Model) -> None:
    ours = funnel(model, child_level=False).frames["areas"].query("ours").iloc[0]
    assert ours["symbol"] == "c"
    assert ours[["value", "low", "high"]].isna().all()
