"""Charts of single children: where each began and where each arrived, beside its table."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from cla.reports import child_columns as kinds
from cla.ui import charts
from cla.ui.words import counted, number

SUBJECTS = {"read": "Reading", "writ": "Writing", "mat": "Maths"}
START = "ks1_aps"


def from_key_stage_1(rows: pd.DataFrame) -> None:
    """Key stage 1 average points against the key stage 2 score, with what was expected."""
    st.header("From key stage 1 to key stage 2")
    subject = st.segmented_control(
        "Subject",
        list(SUBJECTS),
        default="read",
        required=True,
        format_func=SUBJECTS.__getitem__,
        key="progress_subject",
    )
    points = arrived(rows, str(subject))
    name = SUBJECTS[str(subject)]
    left_out = len(rows) - len(points)
    if points.empty:
        st.info(
            f"No child of this selection has both key stage 1 points and a {name.lower()} score: "
            "load key stage 2 results that carry key stage 1 points, or key stage 1 results."
        )
        return
    charts.draw(
        scatter(points, name),
        alt=f"{name}: key stage 1 average points against key stage 2 score of "
        f"{counted(len(points), 'child', 'children')}. The table below says the same.",
        key="progress_scatter",
    )
    if left_out:
        st.caption(f"{counted(left_out, 'child', 'children')} without both are not drawn.")
    with st.expander("The chart as a table"):
        st.dataframe(
            as_table(points),
            hide_index=True,
            placeholder="",
            alt=f"{name}: where each child began and arrived",
        )


def arrived(rows: pd.DataFrame, subject: str) -> pd.DataFrame:
    """child, start (points), score, expected, progress of the children who have start and score.

    The score is the one progress is measured with, which gives a nominal score to writing and to
    children below the test; without one the scaled score.
    """
    empty = pd.Series(float("nan"), index=rows.index)
    score = rows.get(f"{subject}_prog_points", empty).fillna(rows.get(f"{subject}_score", empty))
    frame = pd.DataFrame(
        {
            "child": rows["child"].astype("str"),
            "start": rows.get(START, empty),
            "score": score,
            "expected": rows.get(f"{subject}_pred", empty),
            "progress": rows.get(f"{subject}_prog", empty),
        }
    )
    return frame[frame["start"].notna() & frame["score"].notna()].reset_index(drop=True)


def scatter(points: pd.DataFrame, name: str) -> go.Figure:
    """A mark a child, and the national average of children who began alike as a line."""
    figure = go.Figure()
    line = points.dropna(subset="expected").drop_duplicates("start").sort_values("start")
    if len(line):
        figure.add_scatter(
            x=line["start"],
            y=line["expected"],
            mode="lines+markers",
            name="National average of the prior attainment group",
            line={"color": charts.GREY, "dash": "dash", "width": 2},
            marker={"symbol": "line-ew-open", "size": 10, "color": charts.GREY},
            hovertemplate="expected %{y:.1f}<extra></extra>",
        )
    figure.add_scatter(
        x=points["start"],
        y=points["score"],
        mode="markers",
        name="Our children",
        marker={"symbol": "circle", "size": 11, "color": charts.BLUE, "opacity": 0.8},
        customdata=[charts.plain(text) for text in _in_words(points)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.add_hline(
        y=kinds.EXPECTED_SCORE,
        line={"color": charts.TEAL, "width": 1},
        annotation_text="expected standard",
    )
    figure.update_layout(
        template=charts.TEMPLATE,
        height=430,
        xaxis={"title": {"text": "Key stage 1 average points (0 to 10)"}},
        yaxis={"title": {"text": f"Key stage 2 {name.lower()} score"}},
    )
    return figure


def _in_words(points: pd.DataFrame) -> list[str]:
    return [
        f"Child {row['child']}: began at {row['start']:.1f}, reached {row['score']:g}, "
        f"expected {number(row['expected'], 1)}"
        for row in points.to_dict("records")
    ]


def as_table(points: pd.DataFrame) -> pd.DataFrame:
    """What the chart shows, as text and numbers."""
    signed = [
        "–" if pd.isna(value) else kinds.signed(float(value), 1) for value in points["progress"]
    ]
    return pd.DataFrame(
        {
            "Child": points["child"],
            "KS1 average points": points["start"].round(2),
            "KS2 score": points["score"],
            "Expected": [number(value, 1) for value in points["expected"]],
            "Progress": signed,
        }
    )
