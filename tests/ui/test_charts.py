"""Charts draw what the frames say, and no text of theirs is read as markup."""

from __future__ import annotations

import json

import pandas as pd

from cla.ui.charts import MARKS, Comparator, intervals, timeline


def test_a_dot_with_its_interval_and_comparators_of_other_shapes():
    figure = intervals(
        ["Reading"],
        [46.4],
        [29.5],
        [64.2],
        [
            Comparator("England, looked after", [51.0], MARKS["england_cla"], ["a"]),
            Comparator("England, all", [75.0], MARKS["england_all"], ["b"]),
        ],
        unit="percent",
        ours="Demoshire",
        hovers=["Reading: 46.4%"],
    )
    ours = figure.data[-1]
    assert list(ours.x) == [46.4]
    assert round(ours.error_x.array[0], 1) == 17.8 and round(ours.error_x.arrayminus[0], 1) == 16.9
    assert len({trace.marker.symbol for trace in figure.data}) == 3
    assert tuple(figure.layout.xaxis.range) == (0, 100)


def test_a_row_without_a_value_is_a_gap_and_not_zero():
    figure = intervals(
        ["A", "B"],
        [None, 10.0],
        [None, 5.0],
        [None, 20.0],
        [],
        unit="score",
        ours="X",
        hovers=["", ""],
    )
    assert pd.isna(figure.data[-1].x[0])


def test_the_timeline_has_every_segment_and_mark():
    day = pd.Timestamp
    segments = pd.DataFrame(
        {
            "lane": ["Placement", "Placement", "Legal status"],
            "label": ["Foster", "Home", "Full care order"],
            "start": [day("2020-01-01"), day("2021-01-01"), day("2020-01-01")],
            "end": [day("2021-01-01"), day("2022-01-01"), day("2022-01-01")],
            "detail": ["a", "b", "c"],
        }
    )
    marks = pd.DataFrame(
        {"lane": ["SDQ"], "label": ["17"], "date": [day("2021-03-31")], "detail": ["SDQ 17"]}
    )
    figure = timeline(segments, marks, plain_lanes=())
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert sum(len(bar.base) for bar in bars) == 3
    assert bars[0].x[0] == 366 * 24 * 3600 * 1000
    assert list(figure.layout.yaxis.categoryarray) == ["Placement", "Legal status", "SDQ"]


def test_text_in_charts_is_not_markup():
    nasty = "<a href='http://evil.example'>x</a><img src=x>"
    figure = intervals(
        [nasty],
        [1.0],
        [0.5],
        [2.0],
        [Comparator(nasty, [1.0], MARKS["region_cla"], [nasty])],
        unit="score",
        ours=nasty,
        hovers=[nasty],
    )
    text = json.dumps(figure.to_plotly_json(), default=str)
    assert "<a" not in text and "<img" not in text


def test_many_kinds_stay_visible_by_colour_and_pattern():
    count = 14
    start = pd.date_range("2010-09-01", periods=count, freq="365D")
    segments = pd.DataFrame(
        {
            "lane": "Placement",
            "label": [f"Kind {n}" for n in range(count)],
            "start": start,
            "end": start + pd.Timedelta(days=365),
            "detail": "",
        }
    )
    marks = pd.DataFrame({"lane": [], "label": [], "date": [], "detail": []})
    looks = {
        (bar.marker.color, bar.marker.pattern.shape) for bar in timeline(segments, marks, ()).data
    }
    assert len(looks) == count
    for bar in timeline(segments, marks, ("Placement",)).data:
        assert bar.marker.pattern.bgcolor in (None, bar.marker.color)
