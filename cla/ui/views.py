"""Reports made ready to draw, by the name of the report: figures, tables in words, sentences."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from cla.reports import Report
from cla.ui import funnel_view, like_view, measure_table, summary_view, trend_view


def present(name: str, report: Report, authority: str, look: Sequence[str]) -> Any:
    """What a page draws of a report.

    Benchmarks: ``measure_table.Presented``, look (order, comparator of the gap, comparators shown
    parted by commas). Funnel: ``funnel_view.Presented``, look (measure,). Summaries:
    ``summary_view.Presented``. Trends: ``trend_view.Presented``, look (comparator, measures...).
    """
    if name == "trends":
        return trend_view.present(report, authority, *look)
    if name == "funnel":
        return funnel_view.present(report, authority, *look)
    if name.endswith("_summary"):
        return summary_view.present(report)
    shown = measure_table.present(report.frames["measures"], authority, *look)
    return dataclasses.replace(shown, like=like_view.present(report))
