"""The shipped figures of authorities: what the Department printed, and what it never gives away."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest

from cla import authorities, benchmarks, reference
from cla.benchmarks import shipped

# Copied from the authority files of "Outcomes for children in need, including children looked after
# by local authorities in England", reporting year 2025. pupils, then each figure or its symbol.
KS4 = """
831 | 2024/25 | CLA 12m+ | 37  | 15.7 c    18.9 x   x    | x   x     x     x
929 | 2023/24 | CLA 12m+ | 26  | 15.8 c    c    x   x    | 23  -1.54 -2.12 -0.96
373 | 2018/19 | CLA 12m+ | 56  | 17.2 c    14.3 x   x    | 45  -1.43 -1.8  -1.05
420 | 2023/24 | CLA 12m+ | 0   | z    z    z    x   x    | 0   z     z     z
909 | 2022/23 | CLA 12m+ | 52  | 17.3 c    17.3 x   x    | 34  -1.31 -1.78 -0.83
928 | 2019/20 | CLA 12m+ | 75  | 24.2 12   29.3 x   x    | x   x     x     x
940 | 2024/25 | CLA 12m+ | 45  | c    c    c    x   x    | x   x     x     x
825 | 2018/19 | CINO     | 136 | 21   16.2 22.1 7.4 1.7  | 119 -1.48 -1.71 -1.25
815 | 2022/23 | CPPO     | 11  | 20.3 x    x    x   x    | 10  -1.36 -2.23 -0.48
886 | 2022/23 | CINO     | 398 | 17.1 9    18.1 8.3 1.39 | 341 -1.65 -1.8  -1.5
850 | 2023/24 | CINO     | x   | x    x    x    x   x    | x   x     x     x
835 | 2018/19 | CLA 12m+ | 30  | 14.4 c    c    x   x    | 21  -0.96 -1.51 -0.41
"""
KS2 = """
831 | 2024/25 | CLA 12m+ | 18  | 33 | 18  | 56 | x   x     x     x
929 | 2023/24 | CLA 12m+ | 18  | c  | 18  | c  | x   x     x     x
373 | 2018/19 | CLA 12m+ | 23  | 39 | 24  | 38 | 23  0.89  -1.63 3.41
420 | 2023/24 | CLA 12m+ | 0   | z  | 0   | z  | x   x     x     x
909 | 2022/23 | CLA 12m+ | 30  | 40 | 30  | 57 | 27  0.53  -1.85 2.9
928 | 2019/20 | CLA 12m+ | x   | x  | x   | x  | x   x     x     x
825 | 2018/19 | CINO     | 117 | 23 | 117 | 40 | 106 -1.87 -3.05 -0.7
815 | 2022/23 | CPPO     | 17  | 35 | 17  | 41 | 16  -1.61 -4.69 1.47
203 | 2023/24 | CLA 12m+ | 16  | 50 | 16  | 63 | x   x     x     x
835 | 2018/19 | CLA 12m+ | 14  | c  | 14  | 50 | 14  -2.82 -6.06 0.41
336 | 2018/19 | CLA 12m+ | 36  | 42 | 36  | 61 | 33  k     -2.1  2.11
921 | 2021/22 | CLA 12m+ | 13  | c  | 13  | c  | 13  -3.04 -6.46 0.38
"""
OF_PUPILS = ["ks4_att8", "ks4_em95", "ks4_em94", "ks4_ebacc_entry", "ks4_ebacc_aps"]


def printed(text: str) -> list[list[list[str]]]:
    return [[cell.split() for cell in line.split("|")] for line in text.strip().splitlines()]


def holds(measure: str, where: list[list[str]], n: str, value: str, *interval: str) -> None:
    (area,), (year,), group = where
    figure = shipped().figure(measure, year, " ".join(group), area)
    assert figure is not None, measure
    number = pd.to_numeric(value, errors="coerce")
    if pd.isna(number):
        assert (figure.value, figure.symbol) == (None, value), measure
    else:
        assert (figure.value, figure.symbol) == (number, ""), measure
    assert figure.n == (None if n == "x" else int(n)), measure
    for held, given in zip((figure.low, figure.high), interval, strict=False):
        assert held == (None if given in ("x", "z") else float(given)), measure
    assert figure.release.startswith("Reporting year 2025, ")
    assert figure.source.startswith("Outcomes for children in need")


@pytest.mark.parametrize("row", printed(KS4), ids=lambda row: " ".join(row[0] + row[1]))
def test_key_stage_4_of_authorities_as_printed(row):
    where, ((pupils,), figures, (in_p8, *p8)) = row[:3], row[3:]
    for measure, value in zip(OF_PUPILS, figures, strict=True):
        holds(measure, where, pupils, value)
    holds("ks4_p8", where, in_p8, *p8)


@pytest.mark.parametrize("row", printed(KS2), ids=lambda row: " ".join(row[0] + row[1]))
def test_key_stage_2_of_authorities_as_printed(row):
    where, ((in_rwm,), (rwm,), (in_gps,), (gps,), (in_progress, *progress)) = row[:3], row[3:]
    holds("ks2_rwm_exp", where, in_rwm, rwm)
    holds("ks2_gps_exp", where, in_gps, gps)
    holds("ks2_read_prog", where, in_progress, *progress)


def test_the_regions_and_halves_of_london_as_printed():
    values = {
        area: benchmarks.published("ks4_att8", "2024/25", area=area).value
        for area in ("North East", "London", "Inner London", "Outer London")
    }
    assert values == {
        "North East": 17.3,
        "London": 19.3,
        "Inner London": 19.4,
        "Outer London": 19.2,
    }


# The whole of what is shipped


@pytest.fixture(scope="module", params=["attainment", "context"])
def rows(request) -> pd.DataFrame:
    text = reference.table("benchmarks", f"authorities_{request.param}.csv.gz")
    series = reference.table("benchmarks", "authorities_series.csv")
    whole = text.merge(series, left_on="series", right_on="id", validate="many_to_one")
    assert len(whole) == len(text)
    assert set(whole["part"]) == {request.param}
    return whole


KEY = ["measure", "group", "characteristic", "category", "period", "area"]


def test_every_row_is_one_figure_of_a_known_authority(rows):
    assert not rows.duplicated(KEY).any()
    known = {one.code3 for one in (*authorities.all(), *authorities.ended())}
    assert set(rows["area"]) <= known - {"991", "992", "993"}
    assert set(rows["measure"]) <= set(reference.table("benchmarks", "measures.csv")["id"])
    assert set(rows["source"]) <= set(reference.table("benchmarks", "sources.csv")["id"])
    assert set(rows["confidence"]) <= {"verified", "single source", "derived"}
    assert (rows["release"] != "").all()


def test_a_row_has_a_number_or_a_symbol_never_both(rows):
    assert set(rows["symbol"]) <= {"", *benchmarks.SYMBOLS}
    numeric = pd.to_numeric(rows["value"], errors="coerce").notna()
    assert (numeric == (rows["symbol"] == "")).all()
    assert (rows.loc[~numeric, "value"] == "").all()


def test_rows_stand_in_the_order_of_their_keys_so_that_a_key_is_one_run(rows):
    key = rows.groupby(KEY[:-1], sort=False).ngroup()
    same = key == key.shift()
    assert (~same).sum() == key.nunique()
    assert (rows["area"] > rows["area"].shift(fill_value=""))[same].all()


def test_no_authority_has_figures_of_years_in_which_it_was_not_there(rows):
    year = rows["period"].str[:4].astype(int) + rows["period"].str.contains("/")
    there_until = {one.code3: int(one.until[:4]) for one in authorities.ended()}
    last = rows["area"].map(there_until).fillna(9999)
    assert (year <= last).all()
    first = {"838": 2019, "839": 2019, "940": 2021, "941": 2021, "942": 2023, "943": 2023}
    assert (year >= rows["area"].map(first).fillna(0)).all()


def test_no_series_is_one_number_for_every_authority(rows):
    """The interactive tool fills a year without figures of authorities with that of England."""
    totals = rows[(rows["symbol"] == "") & (rows["category"] == "Total")]
    totals = totals[totals["characteristic"] == "Total"]
    numbers = totals.assign(value=totals["value"].astype(float)).groupby(KEY[:-1])["value"]
    assert ((numbers.min() < numbers.max()) | (numbers.max() == 0)).all()


@pytest.mark.parametrize(
    "characteristic",
    ["Placement", "Locality of placement", "Unaccompanied asylum-seeking children"],
)
def test_published_counts_by_characteristic_never_leave_one_suppressed_cell(characteristic):
    """The invariant that our own tables keep as well: where the total is shown, one hidden cell
    would follow from the others."""
    library = shipped()
    looked_after = "CLA at 31 March"
    tables = 0
    for year in ("2021", "2022", "2023", "2024", "2025"):
        keys = reference.table("benchmarks", "authorities_series.csv")
        held = keys[(keys["measure"] == "cla_31march_pct") & (keys["period"] == year)]
        names = held.loc[held["characteristic"] == characteristic, "category"].unique()
        parts = {
            name: library.of_areas(
                "cla_31march_pct", year, looked_after, "authority", characteristic, name
            ).set_index("code3")
            for name in names
        }
        total = parts.pop(benchmarks.TOTAL)["numerator"]
        counts = pd.DataFrame({name: part["numerator"] for name, part in parts.items()})
        hidden = pd.DataFrame({name: part["symbol"].eq("c") for name, part in parts.items()})
        shown = total.notna()
        tables += int(shown.sum())
        assert not (hidden[shown].sum(axis=1) == 1).any()
        whole = shown & ~hidden.any(axis=1)
        assert whole.sum() > 10
        assert (counts[whole].sum(axis=1) == total[whole]).all()
        assert (counts[shown & ~whole].sum(axis=1) <= total[shown & ~whole]).all()
    assert tables > 700


def test_the_percentage_of_a_category_is_its_count_of_the_total():
    table = shipped().of_areas(
        "cla_31march_pct", "2025", "CLA at 31 March", "authority", "Placement", "Foster placements"
    )
    shown = table[table["value"].notna() & table["n"].notna()]
    assert len(shown) > 140
    assert ((100 * shown["numerator"] / shown["n"] - shown["value"]).abs() <= 0.5).all()


def test_a_suppressed_figure_of_2016_is_told_by_its_own_sign():
    figure = shipped().figure("ks2_rwm_exp", "2015/16", area="835")
    assert (figure.value, figure.symbol) == (None, "c")
    assert "used for suppressed" in figure.note
    assert figure.release == "31 March 2016"


def test_differing_figures_of_another_release_are_said_in_words():
    figure = shipped().figure("sen_ehcp", "2021/22", area="831")
    assert figure.others.endswith("(Reporting year 2022)")
    assert figure.confidence == "single source"


def test_nothing_is_read_on_import():
    code = (
        "from cla import benchmarks; from cla.benchmarks import files; benchmarks.shipped(); "
        "print([each.cache_info().currsize for each in (files.wide, files.authorities)]); "
        "benchmarks.published('ks4_att8', '2024/25'); "
        "print([each.cache_info().currsize for each in (files.wide, files.authorities)])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split("\n")[:2] == ["[0, 0]", "[1, 0]"]
