"""All authorities: the funnel, the table that holds the same, the sentence where we stand."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from cla.reports import Report
from cla.ui import funnel_view
from tests.ui import made_benchmark as made


@pytest.fixture(scope="module")
def shown() -> funnel_view.Presented:
    return funnel_view.present(made.funnel(), "Demoshire", "ks2_rwm_exp")


def test_where_we_stand_is_said_in_words(shown: funnel_view.Presented) -> None:
    assert shown.sentences[0] == (
        "Demoshire: 43.5% of 23 children, 2nd highest of 4 authorities with a figure, level with "
        "1 other; within the limits of what chance allows for so many children."
    )
    assert shown.sentences[1].startswith(
        "2 authorities lie outside the 95% limits, 1 outside the 99.8% limits."
    )
    assert (
        "England, looked after: 35.0% in 2024/25 (DfE, Reporting year 2025)."
        in (shown.sentences[2])
    )
    assert shown.sentences[3].startswith("1 authority has no figure that is shown")


def test_kinds_of_authorities_and_lines_differ_by_shape_and_dash(
    shown: funnel_view.Presented,
) -> None:
    assert shown.figure is not None
    marks = {
        trace.name: (trace.marker.symbol, trace.marker.size)
        for trace in shown.figure.data
        if "markers" in trace.mode
    }
    assert len({symbol for symbol, _ in marks.values()}) == 3
    assert marks["Demoshire"][1] > max(size for name, (_, size) in marks.items()
                                       if name != "Demoshire")  # fmt: skip
    (label,) = shown.figure.layout.annotations
    assert (label.x, label.y, label.text) == (23, 43.5, "<b>Demoshire</b>")
    dashes = {trace.name: trace.line.dash for trace in shown.figure.data if trace.mode == "lines"}
    assert dashes == {"95% limits": "dash", "99.8% limits": "dot", "England, looked after": None}


def test_nothing_is_drawn_that_the_table_does_not_show(shown: funnel_view.Presented) -> None:
    assert shown.figure is not None
    marks = [trace for trace in shown.figure.data if "markers" in trace.mode]
    drawn = sorted((x, y) for trace in marks for x, y in zip(trace.x, trace.y, strict=True))
    rows = shown.table[shown.table["Figure"].notna()]
    assert drawn == sorted(zip(rows["Children"], rows["Figure"], strict=True))
    said = " ".join(str(hover) for trace in marks for hover in trace.customdata)
    assert "Middlesbrough" not in said  # suppressed
    assert "York: 12.0% of 80 children, below 99.8%" in said.replace("<br>", " ")


def test_the_highest_come_first_and_those_without_a_figure_last(
    shown: funnel_view.Presented,
) -> None:
    assert shown.table["Authority"].tolist() == [
        "Hartlepool", "Demoshire", "Redcar", "York", "Middlesbrough",
    ]  # fmt: skip
    assert shown.table["To us"].tolist()[:2] == ["neighbour, same region", "ours"]


def test_a_suppressed_figure_is_its_symbol_and_sorts_as_missing(
    shown: funnel_view.Presented,
) -> None:
    html = funnel_view.styled(shown).to_html()
    assert ">c</td>" in html and ">43.5%</td>" in html
    assert pd.isna(shown.table["Figure"].iloc[4])
    assert shown.export["Figure"].iloc[4] == "c" and shown.export["Children"].iloc[4] == "c"


def test_without_limits_nothing_is_said_of_them() -> None:
    frames = {**made.funnel().frames, "limits": pd.DataFrame()}
    bare = funnel_view.present(Report("", "", frames), "Demoshire", "ks2_rwm_exp")
    assert "Beside the limits" not in bare.table
    assert "limits" not in " ".join(bare.sentences)
    assert bare.figure is not None
    assert all(trace.line.dash is None for trace in bare.figure.data if trace.mode == "lines")


def test_ours_without_a_figure_is_not_placed() -> None:
    frames = {**made.funnel().frames}
    frames["areas"] = made.areas().assign(value=[float("nan"), 60.0, 12.0, float("nan"), 43.5])
    hidden = funnel_view.present(Report("", "", frames), "Demoshire", "ks2_rwm_exp")
    assert hidden.sentences[0] == ("Demoshire has no figure that can be placed among the others.")


def test_names_are_no_markup() -> None:
    frames = {**made.funnel().frames}
    frames["areas"] = made.areas().assign(name="<a href='http://evil.example'>x</a>")
    nasty = funnel_view.present(Report("", "", frames), "<img src=x>", "ks2_rwm_exp")
    assert nasty.figure is not None
    text = json.dumps(nasty.figure.to_plotly_json(), default=str)
    assert "<a" not in text and "<img" not in text
