"""The page of a benchmark: the same for the five of them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla import measures
from cla.access import User
from cla.reports import Filters, Report, academic_year, by_group
from cla.reports.benchmark import Benchmark, may_split
from cla.reports.benchmark_reports import BENCHMARKS
from cla.reports.filters import TITLES
from cla.ui import address, data, measure_table, report_page, spreadsheet
from cla.ui.words import safe_md

VIEWS = {
    "both": "Chart and table",
    "chart": "Chart",
    "table": "Table",
    "how": "How it is worked out",
    "sentences": "Sentences to copy",
}
ALL_MEASURES = "All measures"


def show(name: str, user: User, *, pupils: str) -> None:
    """The whole page of a benchmark by the name of its report.

    ``pupils`` is the file of the page that lists the children behind it.
    """
    spec = BENCHMARKS[name]
    model = data.model_or_stop(user, spec.title)
    filters = report_page.begin(spec.title, model, user, stage=spec.stage)
    splits = _splits(spec, filters, user)
    names = {one: measures.book[one].short for one, _ in spec.rows(academic_year(filters.year))}
    column = address.value("by", splits)
    about = f"{address.value('of', names)}.{column}" if column else ""
    report = data.report(name, model, filters, user, about)
    if not report_page.described(report, filters, user, spec.stage):
        return
    _baseline(report)
    order, against, view = _choices(report, splits, names, column)
    shown = data.presented(name, model, filters, user, about, (order, against))
    key = name.partition("_")[0]
    if view in ("both", "chart", "table"):
        for group in shown.groups:
            measure_table.draw(group, key, chart=view != "table", table=view != "chart")
        st.caption(measure_table.about_verdict(report.frame, against))
    elif view == "how":
        _how(report.frames["how"])
    else:
        measure_table.draw_sentences(shown.sentences)
    _children(filters, report, user, pupils, column)
    spreadsheet.buttons(
        shown.export,
        report_page.caption(report, filters, user, personal=False),
        user,
        stem=name.replace("_", "-"),
        permission="cla.view",
        key=key,
    )


def _splits(spec: Benchmark, filters: Filters, user: User) -> dict[str, str]:
    """What the rows can be: "" the measures, or the groups of a column this reader may have."""
    columns = dict.fromkeys((*spec.splits, *TITLES))
    reads_children = user.can("cla.pupils")
    allowed = [name for name in columns if may_split(filters, name, reads_children)]
    return {"": ALL_MEASURES, **{name: f"By {_lower(name)}" for name in allowed}}


def _lower(name: str) -> str:
    return by_group.lower_first(by_group.title(name))


def _choices(
    report: Report, splits: dict[str, str], names: dict[str, str], column: str
) -> tuple[str, str, str]:
    """What the rows are, what the gap is to, their order, what is drawn."""
    beside = measure_table.comparators(report.frame)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        address.select("Rows", splits, "by", width=230)
        if column:
            address.select("Of the measure", names, "of", width=260)
        against = address.select("Gap to", beside, "against", width=260)
        orders = {k: v for k, v in measure_table.ORDERS.items() if not column or k != "order"}
        order = address.select("Order", orders, "order", width=200)
    view = address.segments("Show", VIEWS, "view")
    return order, against, view


def _baseline(report: Report) -> None:
    """How many of the cohort have a starting point."""
    if "baseline" not in report.frames:
        return
    row = report.frames["baseline"].iloc[0]
    if pd.isna(row["percent"]):
        st.markdown(f"{row['label']}: c (small numbers are hidden).")
        return
    st.markdown(f"{row['label']}: {row['count']:,} of {row['of']:,} ({row['percent']:.1f}%).")


def _how(how: pd.DataFrame) -> None:
    """Each figure explained: what is counted, the formula, the source, the interval."""
    for row in how.to_dict("records"):
        st.markdown(f"**{safe_md(row['label'])}**")
        told = {"Counted": "counted", "Formula": "formula", "Source": "source"}
        lines = [f"- {title}: {safe_md(row[name])}" for title, name in told.items()]
        lines.append(f"- Interval: {safe_md(row['interval'])}")
        st.markdown("\n".join(lines))


def _children(filters: Filters, report: Report, user: User, pupils: str, column: str) -> None:
    """The way from the rows to the children behind them, under the same filters."""
    if not user.can("cla.pupils"):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            pupils,
            label="See these children in the pupil list",
            icon=":material/list:",
            query_params=filters.to_query(),
        )
        groups = report.frame[report.frame["category"] != ""]
        if column not in TITLES or groups.empty:
            return
        with st.popover("See the children of one group"):
            for row in groups.to_dict("records"):
                one = filters.replace(**{column: (row["category"],)})
                st.page_link(pupils, label=safe_md(row["label"]), query_params=one.to_query())
