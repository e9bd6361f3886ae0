"""Benchmarks as they are drawn: only the comparators chosen, and nothing that the table lacks."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from cla.ui import compare_bar, how_view, like_view, measure_export, measure_table, measure_words
from tests.ui import made_benchmark as made

ALL = tuple(made.CLA_FIGURES)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.replace(r"\\", "", regex=True)


def words(frame: pd.DataFrame) -> str:
    """Everything a table says."""
    shown = plain(frame.reset_index())
    return " ".join([*map(str, shown.columns), *map(str, shown.to_numpy().ravel())]).replace(
        "\\", ""
    )


def test_all_that_have_figures_are_shown_at_first_and_regions_by_name() -> None:
    frame = made.measures()
    offered = measure_words.comparators(frame)
    assert tuple(offered) == ALL
    assert offered["region_cla"] == "North East, looked after"
    without = frame.assign(pooled=float("nan"), pooled_note="")
    assert "pooled" not in measure_words.comparators(without)
    noted = frame.assign(pooled=float("nan"), pooled_note="Nobody has shared figures yet.")
    assert "pooled" in measure_words.comparators(noted)
    assert "pooled" not in measure_words.with_figures(noted)
    assert tuple(measure_words.chosen(frame, [""])) == ALL
    assert tuple(measure_words.chosen(frame, ["own_last", "nonsense", "england_cla"])) == (
        "england_cla",
        "own_last",
    )
    older = frame.drop(columns=[name for name in frame if name.startswith("neighbours")])
    assert "neighbours_cla" not in measure_words.comparators(older)


def test_only_the_chosen_are_in_table_chart_sentences_and_file() -> None:
    shown = measure_table.present(made.measures(), "Demoshire", compare="england_all,region_cla")
    assert list(shown.compared) == ["region_cla", "england_all"]
    (group,) = shown.groups
    everything = " ".join(
        [
            words(group.table),
            *(words(one.table) for one in group.each),
            *shown.sentences,
            *group.notes,
            json.dumps([chart.figure.to_plotly_json() for chart in group.charts], default=str),
            words(shown.export),
        ]
    )
    assert "North East" in everything and "all pupils" in everything
    for absent in ("England, looked after", "neighbours", "Other authorities", "year before"):
        assert absent not in everything


def test_several_comparators_have_a_cell_each_with_figure_gap_chance_and_verdict() -> None:
    table = plain(measure_table.shown(made.measures(), measure_words.comparators(made.measures())))
    assert len(table.columns) == 3 + len(ALL)
    assert table["England, looked after, 2024/25"].iloc[0].split("  \n") == [
        "**35.0%**",
        "gap\u00a0+8.5",
        "chance\u00a079%",
        "no\u00a0different",
    ]
    (north,) = [name for name in table if "North East" in name]
    assert table[north].iloc[1] == "**c**"  # suppressed, neither a zero nor a dash
    assert table.iloc[2]["Ours"] == "c" and table.iloc[2]["Children"] == "–"
    assert table["England, looked after, 2024/25"].iloc[2] == "**35.0%**"


def test_a_measure_by_itself_has_a_row_a_comparator() -> None:
    (group,) = measure_table.present(made.measures(), "Demoshire").groups
    one = plain(group.each[0].table)
    assert list(one.index) == list(measure_words.comparators(made.measures()).values())
    own = one.loc["Ours, the year before"]
    assert own.tolist() == ["37.5%", "2023/24", "16", "+6.0", "−11.9 to +25.7", "79%",
                            "no different"]  # fmt: skip
    assert group.each[0].ours == (
        "Ours: 43.5% of 23 children (95% interval 25.6 to 63.2%). "
        "One child is 4.3 percentage points."
    )
    assert group.each[2].ours == "Suppressed: the number of children is small."


def test_notes_of_comparators_are_said_once_and_with_their_measures_where_they_differ() -> None:
    (group,) = measure_table.present(made.measures(), "Demoshire").groups
    title = "Statistical neighbours, looked after"
    assert f"{title}: {made.NOTES['neighbours_cla']}" in group.notes
    assert "North East, looked after (Reading): c: DfE suppressed the figure." in group.notes
    same = made.measures().assign(england_cla_note="As one.", england_all_note="As one.")
    (group,) = measure_table.present(same, "Demoshire").groups
    assert "England, looked after; England, all pupils: As one." in group.notes


def test_a_comparator_without_any_figure_under_a_heading_has_no_column_there() -> None:
    lacking = made.measures().assign(pooled=float("nan"), pooled_note="")
    lacking.loc[2, ["group", "pooled"]] = ["Scores", 41.0]
    first, second = measure_table.present(lacking, "Demoshire").groups
    title = "Other authorities here, looked after"
    assert not any(title in name for name in first.table)
    assert f"No figures for these measures: {title}." in first.notes
    assert any(title in name for name in second.table)
    (only,) = measure_table.present(lacking.iloc[:2], "Demoshire", compare="own_last").groups
    assert "Verdict" in only.table


def test_the_years_taken_together_are_said() -> None:
    years = ["2022/23 to 2024/25", "2022/23 to 2024/25", ""]
    assert compare_bar.together(made.measures().assign(years=years)) == (
        "Taken together: 2022/23 to 2024/25.",
    )
    years[1] = "2024/25"
    assert compare_bar.together(made.measures().assign(years=years))[1:] == (
        "Of 2024/25 only: Reading expected.",
    )


@pytest.mark.parametrize(
    ("likely", "said"), [(0.234, "23%"), (0.001, "under 1%"), (0.9999, "over 99%"), (None, "–")]
)
def test_a_chance_is_never_certain(likely: float | None, said: str) -> None:
    assert measure_words.chance({"england_cla_chance": likely}, "england_cla") == said


@pytest.mark.parametrize("compare", ["", "england_cla", "pooled,own_last"])
def test_chart_hover_alt_and_sentences_hold_no_number_that_the_table_lacks(compare: str) -> None:
    shown = measure_table.present(made.measures(), "Demoshire", compare=compare)
    (group,) = shown.groups
    table = set(NUMBER.findall(words(group.table)))
    for chart in group.charts:
        drawn = list(chart.figure.data)
        hovers = " ".join(str(hover) for trace in drawn for hover in trace.customdata)
        assert set(NUMBER.findall(hovers + chart.alt)) - {"95"} <= table
        points = {f"{x:.1f}" for trace in drawn for x in trace.x if x is not None and x == x}
        assert points <= table
        exact = [x for trace in drawn for x in trace.x if x is not None and x == x]
        assert all(abs(x - round(x, 1)) < 1e-9 for x in exact)  # no more digits than are shown
    said = set(NUMBER.findall(" ".join(shown.sentences))) - {"95"}
    assert said <= table
    assert "c:" not in " ".join(shown.sentences)


def test_each_comparator_has_a_mark_of_its_own_shape() -> None:
    (group,) = measure_table.present(made.measures(), "Demoshire").groups
    shapes = [trace.marker.symbol for trace in group.charts[0].figure.data]
    assert len(set(shapes)) == len(shapes) == len(ALL) + 1


def test_the_file_has_every_source_number_chance_and_note() -> None:
    frame = made.measures()
    export = measure_export.export(frame, measure_words.comparators(frame))
    first = export.iloc[0]
    assert first["Ours"] == 43.5 and first["England, looked after"] == 35.0
    assert first["England, looked after: children"] == 2510
    ends = [first[f"Gap to England, looked after, 95% interval {end}"] for end in ("from", "to")]
    assert ends == [-9.4, 28.2]
    assert first["Chance that ours is above England, looked after, %"] == 79
    assert first["Statistical neighbours, looked after: note"] == made.NOTES["neighbours_cla"]
    assert first["Other authorities here, looked after"] == 41.4
    assert "Change" not in export


def test_every_figure_is_traced_to_its_source_release_year_and_number() -> None:
    report = made.benchmark()
    told = how_view.present(report, measure_words.comparators(report.frame))
    assert [one.label for one in told] == report.frame["label"].tolist()
    pooled = plain(told[0].comparators).loc["Other authorities here, looked after"]
    assert pooled.tolist() == ["41.4%", "2024/25", "58", "Source of pooled",
                               "Reporting year 2025", "Of 2 other authorities."]  # fmt: skip
    assert dict(told[0].lines)["Formula"] == "100 × 10 ÷ 23 = 43.5%."
    assert [len(one.parts) for one in told] == [1, 1, 0]


def test_like_for_like_says_who_is_compared_how_and_why_not_better() -> None:
    like = like_view.present(made.benchmark())
    assert like is not None
    assert like.compared == (
        "Comparing 23 of ours with 2,510 similar children (looked-after children in England): "
        "RWM expected.",
    )
    assert like.alone == (
        "No similar children to compare with in Reading expected: the nearest figure stands beside "
        "ours."
    )
    table = plain(like.table)
    assert table.iloc[0].tolist() == [
        "43.5%", "36.7%", "+6.7", "−11.1 to +26.4", "no different",
        "23", "2,510", "SEN provision",
    ]  # fmt: skip
    assert set(table.iloc[2]) == {"–"}
    assert like.ways[0].endswith(
        "Published rates of each group, weighted by our children, by SEN provision. No other "
        "authority has shared its figures."
    )
    assert any("Beside the nearest figure" in way for way in like.ways)
    assert like.choices == {"sen": "SEN provision", "sex": "Sex"}
    assert len(like.sentences) == 2


def test_the_sum_behind_the_expected_figure_can_be_done_again() -> None:
    like = like_view.present(made.benchmark())
    assert like is not None
    part, nearest = like.parts
    assert nearest.formula == (
        "Nearest: all looked-after children in England, 51.0%. Difference: ours 43.5% less nearest "
        "51.0% = −7.5 percentage points, 95% interval −11.1 to +26.4."
    )
    assert nearest.table.empty
    assert part.formula.startswith("Expected: (5 × 9.0 + 18 × 44.4) ÷ 23 = 36.7%.")
    sum_of_parts = (5 * 9.0 + 18 * 44.4) / 23
    assert abs(sum_of_parts - 36.7) < 0.05
    assert plain(part.table).loc["EHC plan"].tolist() == ["5", "0.0%", "9.0%", "–"]
    assert part.sources[-1] == "Source: Outcomes of looked-after children, 2025"


def test_there_is_no_panel_without_frames_of_it() -> None:
    assert like_view.present(made.funnel()) is None
