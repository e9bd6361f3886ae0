"""Summaries, trends and benchmarks as they are drawn: charts that read without colour, words."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from cla.reports import Filters, att8_benchmark, ks2_benchmark, ks2_summary, trends
from cla.ui import measure_export, measure_table, measure_words, summary_view, trend_view
from cla.ui.charts_stacked import Bar, Part, bars, key
from tests.reports import made
from tests.reports.test_benchmarks_ten import KS4
from tests.reports.test_summaries_ten import KS2


def test_every_part_of_a_bar_has_words_and_not_only_a_colour() -> None:
    parts = (
        Part("Working towards", "WTS", "not_met", 5, 50.0),
        Part("Expected", "EXS", "met", 4, 40.0),
        Part("Absent", "A", "unscored", 1, 10.0),
    )
    figure = bars([Bar("Reading", parts)])
    assert [trace.text[0] for trace in figure.data] == ["WTS<br>5", "EXS<br>4", "A<br>1"]
    assert [trace.x[0] for trace in figure.data] == [50, 40, 10]
    assert figure.data[2].marker.pattern.shape == "/"
    looks = {(trace.marker.color, trace.marker.pattern.shape) for trace in figure.data}
    assert len(looks) == 3
    assert figure.layout.xaxis.range == (0, 100)


def test_text_of_parts_is_not_markup() -> None:
    nasty = "<a href='http://evil.example'>x</a>"
    figure = bars([Bar(nasty, (Part(nasty, nasty, "met", 1, 100.0),))])
    assert "<a" not in json.dumps(figure.to_plotly_json(), default=str)


@pytest.fixture(scope="module")
def summary() -> summary_view.Presented:
    model = made.made("ks2", {2024: KS2})
    return summary_view.present(ks2_summary(model, Filters(2024), child_level=True))


def test_a_summary_has_four_figures_and_tables_that_add_up(
    summary: summary_view.Presented,
) -> None:
    assert [count for _, count in summary.figures["ks2"]] == ["10", "9", "0", "1"]
    for block in summary.blocks["ks2"]:
        assert block.table.loc["All"].tolist() == ["10"] * len(block.table.columns)
    reading = next(one for one in summary.blocks["ks2"] if one.title == "Tests")
    assert list(reading.table.columns) == ["Reading", "Maths"]
    assert reading.table.loc["90 to 94"].iloc[0].replace("\\", "") == "2 (20.0%)"
    said = reading.sentences[0]
    assert said == (
        "Reading: median scaled score 94.5, the middle half 89.75 to 99.25, of 8 children."
    )


def test_hidden_parts_of_a_summary_are_one_part_of_a_bar() -> None:
    frame = pd.DataFrame(
        {
            "label": ["Low", "Middle", "High"],
            "short": ["L", "M", "H"],
            "kind": ["not_met", "met", "higher"],
            "count": pd.array([None, 12, None], dtype="Int64"),
            "percent": [None, 60.0, None],
        }
    )
    parts = summary_view._parts(frame)
    assert [(part.label, part.count, part.percent) for part in parts] == [
        ("Middle", 12, 60.0),
        (summary_view.HIDDEN_PART, None, 40.0),
    ]


def test_a_trend_breaks_its_line_and_says_why() -> None:
    model = made.made("ks4", {2022: KS4, 2023: KS4, 2025: KS4})
    report = trends(model, Filters(2025), "ks4", child_level=True)
    shown = trend_view.present(report, "Hartlepool", "england_cla.", "ks4_att8", "ks4_p8")
    att8, p8 = shown.indicators
    ours = [trace for trace in att8.figure.data if trace.name.startswith("Hartlepool")]
    assert [list(trace.x) for trace in ours] == [[0], [1], [3]]
    other = [trace for trace in att8.figure.data if trace.line.dash == "dash"]
    assert [list(trace.x) for trace in other] == [[0], [1, 2, 3]]
    shapes = {trace.marker.symbol for trace in att8.figure.data}
    assert shapes == {"circle", "diamond-open"}
    words = [note.text for note in att8.figure.layout.annotations]
    assert words == ["break", "no figure"]
    assert "2023/24: No return for 2023-24 is loaded." in att8.gaps
    assert any(gap.startswith("2022/23: Grading returned") for gap in att8.gaps)
    assert att8.changes[0].startswith("2021/22 to 2022/23: not compared. Grading returned")
    assert att8.changes[1] == (
        "2022/23 to 2024/25: ours +0.0, England, looked after −2.0: our change less theirs +2.0."
    )
    assert "2024/25: There is no Progress 8 for 2024/25" in " ".join(p8.gaps)
    hovers = [str(hover) for trace in att8.figure.data for hover in trace.customdata]
    assert "2024/25: 27.8 of 9 children" in hovers
    assert all(abs(y - round(y, 1)) < 1e-9 for trace in att8.figure.data for y in trace.y)
    assert att8.table["Ours"].tolist() == ["27\\.8", "27\\.8", "–", "27\\.8"]


def test_one_comparator_has_a_column_each_for_figure_gap_chance_and_verdict() -> None:
    model = made.made("ks4", {2024: KS4})
    frame = att8_benchmark(model, Filters(2024), child_level=True).frame
    titles = measure_words.comparators(frame)
    tables = {
        name: measure_table.shown(frame, {name: titles[name]}).replace(r"\\", "", regex=True)
        for name in ("england_cla", "region_cla", "england_all")
    }
    gaps = {name: table["Gap"].iloc[0] for name, table in tables.items()}
    assert gaps == {"england_cla": "+9.6", "region_cla": "+7.5", "england_all": "−18.1"}
    regional = tables["region_cla"]
    (heading,) = [name for name in regional if name.startswith("North East")]
    assert heading == "North East, looked after, 2023/24"
    assert regional[heading].iloc[0] == "20.3"
    assert tables["england_cla"]["Ours"].iloc[5] == "−1.07"  # Progress 8 has two places


def test_orders_of_the_rows() -> None:
    model = made.made("ks2", {2024: KS2 | {"rwm_exp": [True] * 9, "elig_rwm": [True] * 9}})
    frame = ks2_benchmark(model, Filters(2024), child_level=True).frame
    by_gap = measure_table.ordered(frame, "gap", "england_cla")
    percents = by_gap[by_gap["unit"] == "percent"]["england_cla_gap"].dropna()
    assert percents.is_monotonic_increasing
    assert list(dict.fromkeys(by_gap["group"])) == ["Percentages", "Scores"]
    assert len(by_gap) == len(measure_table.ordered(frame, "order", "england_cla")) == len(frame)
    assert measure_table.ordered(frame, "headings", "england_cla").equals(frame)


def test_a_sentence_says_figure_number_interval_comparators_and_verdict() -> None:
    model = made.made("ks4", {2024: KS4})
    frame = att8_benchmark(model, Filters(2024), child_level=True).frame
    row = frame.iloc[5]
    said = measure_table.sentence(row, measure_words.comparators(frame))
    assert said == (
        "Average Progress 8 score: −1.07 on average, of 7 children (95% interval −2.12 to −0.02); "
        "England, looked after −1.31 in 2023/24 (no different from what chance allows; chance that "
        "we are above: 67%); North East, looked after −1.37 in 2023/24; Statistical neighbours, "
        "looked after −1.42 in 2023/24; England, all pupils −0.03 in 2023/24."
    )


def test_the_export_holds_numbers_and_sources() -> None:
    model = made.made("ks4", {2024: KS4})
    frame = att8_benchmark(model, Filters(2024), child_level=True).frame
    export = measure_export.export(frame, measure_words.comparators(frame))
    assert export["Ours"].tolist()[0] == 27.8
    assert export["Gap to North East, looked after"].iloc[0] == 7.5
    assert export["England, looked after: source"].str.len().iloc[0] > 10
    assert export["England, looked after: year"].iloc[0] == "2023/24"


def test_the_key_of_a_bar_tells_its_parts_in_their_order() -> None:
    low = Part("Working towards", "WTS", "not_met", 5, 50.0)
    high = Part("All 17", "All 17", "met", 5, 50.0)
    none = Part("Absent", "A", "unscored", 0, 0.0)
    assert key([Bar("Reading", (low, high, none))]) == (
        "From the left: WTS: Working towards; All 17."
    )
    assert key([Bar("Reading", (none,))]) == ""


def test_a_row_of_hidden_counts_stays_in_the_table() -> None:
    model = made.made("ks2", {2024: KS2})
    hidden = summary_view.present(ks2_summary(model, Filters(2024), child_level=False))
    tests = next(one for one in hidden.blocks["ks2"] if one.title == "Tests")
    assert set(tests.table.loc["90 to 94"]) == {"c"}
    assert set(tests.table.loc["All"]) == {"c"}
