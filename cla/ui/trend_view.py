"""Trends as they are shown: a chart a measure, the table beside it, the changes in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from cla.measures import round_half_up
from cla.reports import Report
from cla.reports.comparators import COMPARATORS
from cla.reports.disclosure import HIDDEN, SUPPRESSED
from cla.ui import charts_trend
from cla.ui.measure_words import value
from cla.ui.words import counted, safe_md

Row = Mapping[Any, Any]


@dataclass(frozen=True, eq=False)
class Indicator:
    """One measure over the years. ``gaps`` say why a year has none and where the scale changed."""

    measure: str
    title: str
    figure: go.Figure | None
    alt: str
    table: pd.DataFrame
    changes: tuple[str, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Presented:
    """Trends ready to draw, and the two tables for a file."""

    indicators: tuple[Indicator, ...]
    export: pd.DataFrame


def present(report: Report, authority: str, against: str, *chosen: str) -> Presented:
    """The chosen measures over the years beside a comparator, made once and drawn often.

    ``against`` is the name of a comparator and, after a dot, its title: "region_cla.London".
    """
    points, changes = report.frames["points"], report.frames["changes"]
    key, _, title = against.partition(".")
    title = title or COMPARATORS[key]
    kept = points[points["measure"].isin(chosen)]
    return Presented(
        indicators=tuple(
            _indicator(
                kept[kept["measure"] == name],
                changes[changes["measure"] == name],
                key,
                title,
                authority,
            )
            for name in chosen
            if (kept["measure"] == name).any()
        ),
        export=export(kept, changes),
    )


def _indicator(
    points: pd.DataFrame, changes: pd.DataFrame, key: str, title: str, authority: str
) -> Indicator:
    rows = points.to_dict("records")
    first = rows[0]
    other = charts_trend.Line(
        title,
        key,
        [_rounded(row, key) for row in rows],
        [f"{row['academic_year']}: {title} {_shown(row, key)}" for row in rows],
    )
    held = bool(points[key].notna().any())
    figure = None
    if points["value"].notna().any() or held:
        drawn = points.assign(
            **{
                name: pd.Series(
                    [_rounded(row, name) for row in rows], points.index, dtype="float64"
                )
                for name in ("value", "low", "high")
            },
            hover=[_hover(row) for row in rows],
        )
        figure = charts_trend.line(drawn, other if held else None, ours=authority)
    gist = "; ".join(f"{row['academic_year']} {_own(row)}" for row in rows)
    return Indicator(
        measure=str(first["measure"]),
        title=str(first["label"]),
        figure=figure,
        alt=f"{first['label']} over the years: {gist}. All in the table.",
        table=_table(rows, key, title),
        changes=tuple(_change(row, key, title, points) for row in changes.to_dict("records")),
        gaps=_gaps(rows, held, title),
    )


def _rounded(row: Row, name: str) -> float | None:
    """A number of a row as the table shows it, so that the chart holds no more."""
    return None if pd.isna(row[name]) else round_half_up(float(row[name]), row["places"])


def _shown(row: Row, name: str) -> str:
    return value(row[name], row["unit"], places=row["places"])


def _hover(row: Row) -> str:
    """Our figure of a year in words: what its row of the table says."""
    said = f"{row['academic_year']}: {_own(row)}"
    if pd.isna(row["n"]):
        return said
    return f"{said} of {counted(int(row['n']), 'child', 'children')}"


def _own(row: Row) -> str:
    if str(row["reason"]).startswith(SUPPRESSED):
        return HIDDEN
    return _shown(row, "value")


def _table(rows: list[dict[Any, Any]], key: str, title: str) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "Year": [row["academic_year"] for row in rows],
            "Ours": [_own(row) for row in rows],
            "Children": ["–" if pd.isna(row["n"]) else f"{row['n']:,.0f}" for row in rows],
            "95% interval": [_interval(row) for row in rows],
            title: [_shown(row, key) for row in rows],
        }
    )
    return table.map(safe_md).set_index("Year")


def _interval(row: Row) -> str:
    if pd.isna(row["low"]):
        return "–"
    low = value(row["low"], "score", places=row["places"])
    return f"{low} to {value(row['high'], row['unit'], places=row['places'])}"


def _change(row: Row, key: str, title: str, points: pd.DataFrame) -> str:
    """One change in a sentence: ours, theirs, and the difference; or why there is none."""
    when = f"{row['since']} to {row['year']}"
    if row["reason"]:
        return f"{when}: not compared. {row['reason']}"
    places = int(points["places"].iloc[0])
    points_of = " percentage points" if row["unit"] == "percent" else ""
    own = value(row["change"], row["unit"], signed=True, places=places)
    said = f"{when}: ours {own}{points_of}"
    if pd.isna(row[f"{key}_change"]):
        return f"{said}; no figure of {title} for both years."
    theirs = value(row[f"{key}_change"], row["unit"], signed=True, places=places)
    apart = value(row[f"{key}_difference"], row["unit"], signed=True, places=places)
    return f"{said}, {title} {theirs}: our change less theirs {apart}."


def _gaps(rows: list[dict[Any, Any]], held: bool, title: str) -> tuple[str, ...]:
    said = [f"{row['academic_year']}: {row['reason']}" for row in rows if row["reason"]]
    said += [f"{row['academic_year']}: {row['broken']}" for row in rows if row["broken"]]
    if not held:
        said.append(f"No figure of {title} is published for this measure in these years.")
    return tuple(dict.fromkeys(said))


_POINTS = {
    "label": "Measure",
    "academic_year": "Year",
    "value": "Ours",
    "n": "Children",
    "low": "95% interval from",
    "high": "95% interval to",
}


def export(points: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """The points for a file, each with its change since the figure before and the comparators'."""
    since = changes.rename(columns={"year": "academic_year", "reason": "not_compared"})
    held = {key: title for key, title in COMPARATORS.items() if f"{key}_change" in changes}
    columns = ["measure", "academic_year", "since", "change", "not_compared"]
    columns += [f"{key}_{what}" for key in held for what in ("change", "difference")]
    whole = points.merge(since[columns], on=["measure", "academic_year"], how="left")
    headings = {**_POINTS, **held, "since": "Change since", "change": "Change"}
    for key, title in held.items():
        headings |= {
            f"{key}_change": f"Change of {title}",
            f"{key}_difference": f"Our change less that of {title}",
        }
    headings |= {"not_compared": "Why not compared", "reason": "Why a figure is missing"}
    numbers = [name for name in headings if whole[name].dtype.kind == "f"]
    for name in numbers:
        whole[name] = [
            None if pd.isna(cell) else round_half_up(float(cell), places)
            for cell, places in zip(whole[name], whole["places"], strict=True)
        ]
    return whole[list(headings)].rename(columns=headings)
