"""A summary as it is shown: charts of stacked bars, their tables, the medians in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from cla.reports import Report
from cla.reports.by_group import EVERYBODY
from cla.reports.disclosure import HIDDEN
from cla.ui import charts_stacked
from cla.ui.words import counted, safe_md

HIDDEN_PART = "Hidden: small numbers"


@dataclass(frozen=True, eq=False)
class Block:
    """Bars that share their categories: the chart, what it says, the table, sentences under it."""

    title: str
    figure: go.Figure | None
    key: str
    alt: str
    table: pd.DataFrame
    sentences: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Presented:
    """A summary ready to draw: by assessment its four figures, its blocks, and the whole table."""

    figures: dict[str, tuple[tuple[str, str], ...]]
    blocks: dict[str, tuple[Block, ...]]
    export: pd.DataFrame


def present(report: Report) -> Presented:
    """Everything to show of a summary, made once and drawn often."""
    bars, middles = report.frames["bars"], report.frames["middles"]
    sizes = report.frames["figures"]
    stages = list(dict.fromkeys(sizes["stage"]))
    return Presented(
        figures={
            stage: tuple(
                (str(row["label"]), _count(row["count"]))
                for row in sizes[sizes["stage"] == stage].to_dict("records")
            )
            for stage in stages
        },
        blocks={stage: _blocks(bars, middles, stage) for stage in stages},
        export=export(bars),
    )


def _blocks(bars: pd.DataFrame, middles: pd.DataFrame, stage: str) -> tuple[Block, ...]:
    """One block a subject when split; else one a heading."""
    if bars.empty:
        return ()
    own = bars[bars["stage"] == stage]
    by = "heading" if len(set(own["split"])) == 1 else "subject"
    found = [list(dict.fromkeys(rows["subject"])) for _, rows in own.groupby(by, sort=False)]
    return tuple(_block(own, middles, subjects) for subjects in found)


def _block(bars: pd.DataFrame, middles: pd.DataFrame, subjects: list[str]) -> Block:
    rows = bars[bars["subject"].isin(subjects)]
    split = len(set(rows["split"])) > 1
    alone = len(subjects) == 1
    rows = rows.assign(bar=rows["split"] if split or alone else rows["title"])
    drawn = [
        charts_stacked.Bar(str(bar), _parts(parts))
        for bar, parts in rows.groupby("bar", sort=False)
    ]
    any_child = any(part.percent > 0 for bar in drawn for part in bar.parts)
    heading, name = str(rows["heading"].iloc[0]), str(rows["title"].iloc[0])
    title = heading if not alone or heading == name else f"{heading}: {name}"
    return Block(
        title=title,
        figure=charts_stacked.bars(drawn) if any_child else None,
        key=charts_stacked.key(drawn),
        alt=f"{title}: " + "; ".join(_gist(bar) for bar in drawn) + ". All in the table.",
        table=_table(rows),
        sentences=_sentences(middles, subjects) if len(middles) else (),
    )


def _parts(rows: pd.DataFrame) -> tuple[charts_stacked.Part, ...]:
    """The parts of one bar; hidden ones as one part of what is left."""
    shown = rows[rows["count"].notna()]
    parts = [
        charts_stacked.Part(
            row["label"], row["short"], row["kind"], int(row["count"]), row["percent"]
        )
        for row in shown.to_dict("records")
    ]
    left = 100 - float(shown["percent"].sum())
    if len(shown) < len(rows):
        parts.append(charts_stacked.Part(HIDDEN_PART, HIDDEN, "hidden", None, left))
    return tuple(parts)


def _gist(bar: charts_stacked.Bar) -> str:
    return f"{bar.label} " + ", ".join(
        f"{part.label} {'hidden' if part.count is None else part.count}"
        for part in bar.parts
        if part.percent > 0
    )


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """Categories by bars: count and percentage in words; categories nobody is in are left out."""
    order = list(dict.fromkeys(rows["label"]))
    cells = rows.assign(cell=[_cell(row) for row in rows.to_dict("records")])
    bars = list(dict.fromkeys(cells["bar"]))
    table = cells.set_index(["label", "bar"])["cell"].unstack("bar").loc[order, bars]  # noqa: PD010
    used = rows.groupby("label", sort=False)["count"].agg(
        lambda counts: not counts.fillna(1).eq(0).all()
    )
    table = table[used.loc[order].to_numpy()]
    whole = [_whole(rows[rows["bar"] == bar]) for bar in bars]
    table.loc["All"] = whole
    table.index = table.index.map(safe_md)
    table = table.map(safe_md)
    table.columns = [safe_md(bar) for bar in bars]
    return table.rename_axis("Result")


def _cell(row: dict[Any, Any]) -> str:
    if pd.isna(row["count"]):
        return HIDDEN
    return f"{row['count']:,} ({row['percent']:.1f}%)" if row["count"] else "0"


def _whole(rows: pd.DataFrame) -> str:
    return HIDDEN if rows["count"].isna().any() else f"{int(rows['count'].sum()):,}"


def _sentences(middles: pd.DataFrame, subjects: list[str]) -> tuple[str, ...]:
    own = middles[middles["subject"].isin(subjects) & middles["median"].notna()]
    return tuple(_sentence(row) for row in own.to_dict("records"))


def _sentence(row: dict[Any, Any]) -> str:
    whose = "" if row["split"] == EVERYBODY else f", {row['split']}"
    said = f"{row['title']}{whose}: median {row['unit']} {row['median']:g}"
    if pd.isna(row["n"]):
        return f"{said}."
    children = counted(int(row["n"]), "child", "children")
    if row["n"] < 2:
        return f"{said}, of {children}."
    return f"{said}, the middle half {row['lower']:g} to {row['upper']:g}, of {children}."


def export(bars: pd.DataFrame) -> pd.DataFrame:
    """The counts for a file: one row a subject, group and category."""
    if bars.empty:
        return pd.DataFrame(
            columns=["Heading", "Subject", "Group", "Result", "Children", "Percent"]
        )
    return pd.DataFrame(
        {
            "Heading": bars["heading"],
            "Subject": bars["title"],
            "Group": bars["split"],
            "Result": bars["label"],
            "Children": bars["count"],
            "Percent": bars["percent"].round(1),
        }
    )


def _count(count: Any) -> str:
    return HIDDEN if pd.isna(count) else f"{count:,}"
