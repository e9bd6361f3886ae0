"""Cells of pupil lists: what a colour means stands in the cell, also where there is no score."""

from __future__ import annotations

import re

import pandas as pd

from cla.reports.child_columns import Column
from cla.ui import pupil_table

COLUMNS = (
    Column("child", "Child", "who"),
    Column("read_score", "Reading", "results", "score", instead="read_outcome"),
)


def cells(scores: list[float | None], codes: list[str | None]) -> list[tuple[str, bool]]:
    """What the cells of the score say, and whether they have a colour."""
    rows = pd.DataFrame(
        {
            "child": [f"c{place}" for place in range(len(scores))],
            "read_score": pd.array(scores, dtype="Float64"),
            "read_outcome": pd.Series(codes, dtype="str"),
        }
    )
    html = pupil_table.styled(rows, COLUMNS).to_html(table_uuid="t")
    looks, body = html.split("<table")
    found = re.findall(r'id="(T_t_row\d+_col1)"[^>]*>([^<]*)</td>', body)
    return [(said, re.search(rf"#{cell}\b", looks) is not None) for cell, said in found]


def test_a_score_that_is_missing_has_words_with_and_without_a_code() -> None:
    assert cells([99.0, None, None, None], [None, "A", None, " "]) == [
        ("99 · 1 short", True),
        ("A", True),
        ("no score", True),
        ("no score", True),
    ]
