"""The published figures: known headline values, gaps with their reasons, sources that resolve."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cla import benchmarks, reference
from cla.benchmarks import Library, published, series, shipped, tidy
from cla.measures import book

# England, looked after for twelve months at 31 March, as DfE published them
HEADLINES = """
ks2_rwm_exp   | 2018/19 37 | 2021/22 31 | 2022/23 37 | 2023/24 34 | 2024/25 35
ks2_read_exp  | 2018/19 49 | 2021/22 52 | 2022/23 54 | 2023/24 53 | 2024/25 51
ks2_writ_exp  | 2018/19 50 | 2021/22 42 | 2022/23 48 | 2023/24 46 | 2024/25 45
ks2_mat_exp   | 2018/19 51 | 2021/22 44 | 2022/23 51 | 2023/24 47 | 2024/25 46
ks4_att8      | 2018/19 19.0 | 2021/22 20.3 | 2022/23 19.3 | 2023/24 18.2 | 2024/25 17.3
ks4_em94      | 2018/19 17.7 | 2021/22 22.1 | 2022/23 19.8 | 2023/24 18.0 | 2024/25 17.4
ks4_em95      | 2018/19 7.2 | 2021/22 11.0 | 2022/23 9.4 | 2023/24 8.9 | 2024/25 7.9
ks4_p8        | 2018/19 -1.27 | 2021/22 -1.29 | 2022/23 -1.26 | 2023/24 -1.31
ks2_read_prog | 2018/19 -0.25 | 2021/22 -0.41 | 2022/23 0.04
"""
CASES = [
    (line.split("|")[0].strip(), *cell.split())
    for line in HEADLINES.strip().splitlines()
    for cell in line.split("|")[1:]
]


@pytest.mark.parametrize(("measure_id", "year", "value"), CASES)
def test_headlines(measure_id, year, value):
    assert published(measure_id, year).value == pytest.approx(float(value))


def test_a_figure_has_its_interval_number_release_and_source():
    figure = published("ks4_p8", "2023/24")
    assert (figure.low, figure.high, figure.n) == (-1.35, -1.27, 4810)
    assert figure.release == "Reporting year 2025, Final"
    assert "Outcomes for children in need" in figure.source
    assert figure.confidence == "verified"


def test_context_figures():
    assert published("absence_overall", "2023/24").value > 5
    assert published("cla_31march_count", "2025", group="CLA at 31 March").value > 80_000


def test_all_pupils_and_regions():
    assert published("ks2_rwm_exp", "2023/24", group="All pupils").value == 61
    assert published("ks2_rwm_exp", "2024/25", area="London").value == 39
    assert published("ks4_att8", "2024/25", area="South West").value == 15.5
    assert len(benchmarks.areas()) == 12
    assert "All pupils" in benchmarks.groups("ks2_rwm_exp")


def test_what_is_not_published_is_none_and_never_zero():
    assert published("ks2_rwm_exp", "2019/20") is None
    assert published("ks4_p8", "2024/25") is None
    assert published("ks2_rwm_high", "2024/25") is None
    assert published("nonsense", "2024/25") is None
    assert published("ks2_rwm_exp", "2024/25", area="Atlantis") is None


def test_a_series_shows_its_gaps_with_reasons():
    result = series("ks4_p8").set_index("period")
    assert result.index[0] == "2015/16"
    assert result.index[-1] == "2023/24"
    assert result.loc[["2019/20", "2020/21"], "value"].isna().all()
    assert "exams were cancelled" in result.loc["2020/21", "reason"]
    assert result.loc["2023/24", "reason"] == ""
    assert series("nonsense").empty


@pytest.mark.parametrize("file", ["attainment", "context"])
def test_every_row_is_whole(file):
    table = reference.table("benchmarks", f"{file}.csv.gz")
    key = ["measure", "group", "characteristic", "category", "area", "period"]
    assert not table.duplicated(key).any()
    assert set(table["source"]) <= set(reference.table("benchmarks", "sources.csv")["id"])
    assert set(table["confidence"]) <= {"verified", "single source", "derived"}
    assert set(table["symbol"]) <= {"", *benchmarks.SYMBOLS}
    numeric = pd.to_numeric(table["value"], errors="coerce").notna()
    assert (numeric != (table["symbol"] != "")).all()
    assert set(table["measure"]) <= set(reference.table("benchmarks", "measures.csv")["id"])


def test_the_book_agrees_with_the_published_measures_on_the_unit():
    units = reference.table("benchmarks", "measures.csv").set_index("id")["unit"]
    shared = set(units.index) & set(book)
    assert len(shared) > 30
    assert all(units[measure_id] == book[measure_id].unit for measure_id in shared)


# The library: areas, groups of children, and what is imported over it


def test_a_figure_in_every_authority_of_that_year():
    before = shipped().of_areas("ks4_att8", "2018/19").set_index("code3")
    now = shipped().of_areas("ks4_att8", "2024/25").set_index("code3")
    assert (len(before), len(now)) == (152, 153)
    assert before.loc["835", ["name", "region"]].tolist() == ["Dorset (until 2019)", "South West"]
    assert "838" not in before.index
    assert now.loc["838", "name"] == "Dorset"
    assert now.loc["370", ["name", "value", "n", "symbol"]].tolist() == ["Barnsley", 13.5, 26, ""]
    assert now.loc["940", "symbol"] == "c"
    assert np.isnan(now.loc["940", "value"])
    assert now.loc["201", "symbol"] == "z"
    assert now["name"].is_monotonic_increasing
    assert now["region"].nunique() == 9


def test_regions_are_nine_and_the_halves_of_london_stand_by_themselves():
    table = shipped().of_areas("ks4_att8", "2024/25", level="regional")
    assert len(table) == 9
    assert set(table["code3"]) == {""}
    assert set(table["name"]) < set(benchmarks.areas())
    assert published("ks4_att8", "2024/25", area="Inner London").value == 19.4
    nation = shipped().of_areas("ks4_att8", "2024/25", level="national")
    assert nation[["name", "value"]].to_numpy().tolist() == [["England", 17.3]]


def test_a_table_of_areas_is_the_callers_own():
    table = shipped().of_areas("ks4_att8", "2024/25")
    table.loc[:, "value"] = 0.0
    table["mark"] = "x"
    assert shipped().of_areas("ks4_att8", "2024/25")["value"].max() > 20
    assert "mark" not in shipped().of_areas("ks4_att8", "2024/25")


def test_figures_by_a_characteristic():
    library = shipped()
    assert library.characteristics("ks2_rwm_exp", "2024/25", "All pupils") == (
        "Disadvantage",
        "Ethnicity",
        "FSM",
        "SEN",
    )
    assert library.characteristics("ks2_rwm_exp", "2024/25") == ()
    table = library.categories("ks2_rwm_exp", "2024/25", "All pupils", "SEN")
    assert table["category"].tolist() == [
        "No identified SEN",
        "SEN support (no statement/EHC plan)",
        "Statement or EHC plan",
    ]
    assert table["value"].is_monotonic_decreasing
    assert library.categories("ks2_rwm_exp", "2024/25", "All pupils", "Star sign").empty
    of_authority = library.categories("ks2_rwm_exp", "2024/25", "All pupils", "SEN", area="831")
    assert len(of_authority) == 3


@pytest.mark.parametrize("area", ["999", "Atlantis", ""])
def test_unknown_names_find_nothing(area):
    library = shipped()
    assert library.figure("ks4_att8", "2024/25", area=area) is None
    assert library.series("ks4_att8", area=area).empty
    assert library.groups("ks4_att8", area) == ()
    assert library.periods("ks4_att8", area=area) == ()
    assert library.of_areas("ks4_att8", "2024/25", level=area).empty
    assert library.of_areas("nonsense", "2024/25").empty


def test_a_series_of_an_authority_keeps_symbols_apart_from_gaps():
    result = series("ks4_p8", area="831").set_index("period")
    assert result.loc["2022/23", ["value", "low", "high", "n"]].tolist() == [
        -1.07,
        -1.56,
        -0.58,
        32,
    ]
    assert result.loc["2024/25", "symbol"] == "x"
    assert np.isnan(result.loc["2024/25", "value"])


def test_every_symbol_has_words():
    assert all(benchmarks.symbol_words(symbol) for symbol in benchmarks.SYMBOLS)
    assert benchmarks.symbol_words("") == ""
    assert benchmarks.symbol_words("?") == "no figure"


def imported(**cells) -> pd.DataFrame:
    row = {
        "measure": "ks4_att8",
        "group": "CLA 12m+",
        "level": "authority",
        "area": "831",
        "period": "2024/25",
        "value": 99.0,
        "symbol": "",
        "release": "Reporting year 2025, Final",
        "source": "A file of ours",
    }
    return pd.DataFrame([row | cells])


def test_a_later_release_takes_the_place_of_a_shipped_figure_and_of_nothing_else():
    library = shipped().with_imported(imported(n=40.0))
    figure = library.figure("ks4_att8", "2024/25", area="831")
    assert (figure.value, figure.n, figure.source) == (99, 40, "A file of ours")
    assert published("ks4_att8", "2024/25", area="831").value == 15.7
    assert library.figure("ks4_att8", "2024/25", area="929") == published(
        "ks4_att8", "2024/25", area="929"
    )
    table = library.of_areas("ks4_att8", "2024/25").set_index("code3")
    assert (len(table), table.loc["831", "value"]) == (153, 99)


@pytest.mark.parametrize(
    ("cells", "value", "symbol"),
    [
        ({"release": "Reporting year 2025, Revised"}, 99, ""),
        ({"release": "Reporting year 2025, Provisional"}, 15.7, ""),
        ({"release": "Reporting year 2024, Final"}, 15.7, ""),
        ({"release": ""}, 15.7, ""),
        ({"value": np.nan, "symbol": "c"}, None, "c"),
        ({"value": np.nan, "symbol": "k"}, None, "k"),
        ({"value": np.nan, "symbol": "x"}, 15.7, ""),
        ({"value": np.nan, "symbol": "-"}, 15.7, ""),
        ({"value": 0.0}, 0, ""),
    ],
)
def test_which_of_two_figures_is_shown(cells, value, symbol):
    library = shipped().with_imported(imported(**cells))
    figure = library.figure("ks4_att8", "2024/25", area="831")
    assert (figure.value, figure.symbol) == (value, symbol)


def test_the_interactive_tool_gives_way_to_the_release_it_copied():
    cells = {"measure": "ks4_p8", "group": "All pupils", "period": "2023/24"}
    assert published("ks4_p8", "2023/24", "All pupils", "831").release == "LAIT, April 2026"
    for release, value in (("2024/25, Provisional", 99), ("2023/24, Revised", None)):
        figure = (
            shipped()
            .with_imported(imported(release=release, **cells))
            .figure("ks4_p8", "2023/24", "All pupils", "831")
        )
        assert (figure.value == 99) == (value == 99)


def test_a_number_takes_the_place_of_a_symbol_that_says_nothing():
    later = imported(measure="ks4_p8", release="Reporting year 2025, Revised")
    assert published("ks4_p8", "2024/25", area="831").symbol == "x"
    assert shipped().with_imported(later).figure("ks4_p8", "2024/25", area="831").value == 99


def test_new_years_groups_and_regions_are_found_beside_what_is_shipped():
    cells = {"level": "regional", "area": "London", "period": "2025/26", "characteristic": "Sex"}
    library = shipped().with_imported(
        pd.concat([imported(**cells, category="Female"), imported(period="2025/26")])
    )
    assert library.characteristics("ks4_att8", "2025/26", area="London") == ("Sex",)
    assert library.categories("ks4_att8", "2025/26", "CLA 12m+", "Sex", "London")[
        "value"
    ].tolist() == [99]
    assert library.periods("ks4_att8", area="831")[-2:] == ("2024/25", "2025/26")
    assert library.series("ks4_att8", area="831")["value"].iloc[-1] == 99
    assert library.of_areas("ks4_att8", "2025/26")["code3"].tolist() == ["831"]


def test_of_several_imported_the_latest_release_is_shown_in_any_order():
    final = imported(value=1.0, release="Reporting year 2026, Final")
    revised = imported(value=2.0, release="Reporting year 2026, Revised")
    silent = imported(value=np.nan, symbol="x", release="Reporting year 2027")
    for order in ([final, revised, silent], [silent, revised, final]):
        at_once = shipped().with_imported(pd.concat(order))
        one_by_one = shipped()
        for frame in order:
            one_by_one = one_by_one.with_imported(frame)
        for library in (at_once, one_by_one):
            assert library.figure("ks4_att8", "2024/25", area="831").value == 1


def test_nothing_imported_is_the_same_library():
    assert shipped().with_imported(None) is shipped()
    assert shipped().with_imported(imported().iloc[:0]) is shipped()


def test_an_import_without_a_needed_column_is_refused_by_its_name():
    with pytest.raises(ValueError, match="symbol"):
        Library().with_imported(imported().drop(columns="symbol"))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("31 March 2016", "Reporting year 2022"),
        ("Reporting year 2025, Provisional", "Reporting year 2025, Revised"),
        ("Reporting year 2025, Revised", "Reporting year 2025, Final"),
        ("LAIT, April 2026", "Reporting year 2025, Provisional"),
        ("Reporting year 2024, Final", "LAIT, April 2026"),
        ("2023/24, Final", "Reporting year 2025, Provisional"),
        ("", "31 March 2015"),
    ],
)
def test_releases_are_ordered_by_year_then_by_stage(earlier, later):
    assert tidy.release_rank(earlier) < tidy.release_rank(later)
    assert tidy.release_rank("Reporting year 2025") == tidy.release_rank("2024/25, Revised")
