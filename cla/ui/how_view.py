"""How every figure of a benchmark comes about: ours, each comparator's, and like for like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cla.reports import Report
from cla.ui import like_view, measure_words
from cla.ui.like_view import Parts
from cla.ui.words import safe_md

_TOLD = {
    "Counted": "counted",
    "Formula": "formula",
    "Source": "source",
    "Interval": "interval",
    "Statistical neighbours": "neighbours",
}


@dataclass(frozen=True, eq=False)
class How:
    """One measure explained: lines of title and words, the comparators' table, like for like."""

    label: str
    lines: tuple[tuple[str, str], ...]
    comparators: pd.DataFrame
    parts: tuple[Parts, ...]


def present(report: Report, compared: Mapping[str, str]) -> tuple[How, ...]:
    """Every row of the measures explained, in their order; ``compared`` with titles."""
    rows = report.frames["measures"].to_dict("records")
    explained = report.frames["how"].to_dict("records")
    like = like_view.present(report)
    parts = like.parts if like else ()
    return tuple(
        How(
            label=str(told["label"]),
            lines=tuple((title, str(told[name])) for title, name in _TOLD.items() if told[name]),
            comparators=_sources(row, compared),
            parts=tuple(
                one for one in parts if one.measure == row["measure"] and not row["category"]
            ),
        )
        for row, told in zip(rows, explained, strict=True)
    )


def _sources(row: measure_words.Row, compared: Mapping[str, str]) -> pd.DataFrame:
    """Where each comparator's figure comes from: one row a comparator, text in every cell."""
    nothing = measure_words.NOTHING
    told: Sequence[Mapping[str, str]] = [
        {
            "Compared with": title,
            "Figure": measure_words.figure(row, name),
            "Year": measure_words.year(row, name) or nothing,
            "Children": measure_words.children(row.get(f"{name}_n")),
            "Source": str(row[f"{name}_source"] or nothing),
            "Release": str(row[f"{name}_release"] or nothing),
            "Note": measure_words.note(row, name) or nothing,
        }
        for name, title in compared.items()
    ]
    if not told:
        return pd.DataFrame()
    return pd.DataFrame(told).map(safe_md).set_index("Compared with")


def draw(shown: Sequence[How]) -> None:
    """Each measure with its lines, the table of its comparators, and the groups behind it."""
    for one in shown:
        st.subheader(safe_md(one.label))
        st.markdown("\n".join(f"- {title}: {safe_md(said)}" for title, said in one.lines))
        if len(one.comparators):
            st.table(
                one.comparators, border="horizontal", alt=f"{one.label}: where the figures are from"
            )
        for part in one.parts:
            st.markdown("**Like for like**")
            like_view.draw_part(part)
