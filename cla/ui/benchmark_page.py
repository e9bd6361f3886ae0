"""The page of a benchmark: the same for the five of them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla import measures
from cla.access import User
from cla.reports import BY_NAME, Filters, Model, Report, academic_year, by_group, pooled
from cla.reports.benchmark import Benchmark, may_split
from cla.reports.benchmark_reports import BENCHMARKS
from cla.reports.filters import TITLES
from cla.ui import (
    address,
    compare_bar,
    data,
    funnel_view,
    how_view,
    like_view,
    measure_table,
    measure_words,
    publication,
    report_page,
)
from cla.ui.words import safe_md

AUTHORITIES = "authorities"
VIEWS = {
    "both": "Chart and table",
    "chart": "Chart",
    "table": "Table",
    "each": "One by one",
    AUTHORITIES: "All authorities",
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
    publication.mark(user)
    bar = st.container()
    splits = _splits(spec, filters, user)
    names = {one: measures.book[one].short for one, _ in spec.rows(academic_year(filters.year))}
    column = address.value("by", splits)
    about = _about(address.value("of", names), column)
    report = data.report(name, model, filters, user, about)
    if not report_page.described(report, filters, user, spec.stage):
        return
    key = name.partition("_")[0]
    if address.value("view", _views()) == AUTHORITIES:
        address.segments("Show", _views(), "view")
        _authorities(model, filters, user, names, key)
        return
    with bar:
        compare = compare_bar.draw(report.frame, user)
        if _waits(report):
            _others(name, model, filters, user, about)
    _baseline(report)
    order, against = _choices(report, splits, names, column, compare)
    view = address.segments("Show", _views(), "view")
    look = (order, against, compare)
    shown = data.presented(name, model, filters, user, about, look)
    _measures(report, shown, view, key)
    _children(filters, report, user, pupils, column)
    publication.buttons(
        name,
        model,
        filters,
        user,
        report=report,
        shown=shown,
        about=about,
        look=(order, against, compare),
        stem=name.replace("_", "-"),
        key=key,
        also={"Like for like": shown.like.export} if shown.like else None,
    )


def _waits(report: Report) -> bool:
    """Whether the figures of other authorities are still being worked out."""
    return bool(report.frame["pooled_note"].eq(pooled.PENDING).any())


@st.fragment(run_every="2s")
def _others(name: str, model: Model, filters: Filters, user: User, about: str) -> None:
    """Look again, by itself, until the figures of other authorities are there; then the page is
    drawn anew, with its guard."""
    st.caption("The figures of the other authorities are being worked out and will appear here.")
    if not _waits(data.report(name, model, filters, user, about)):
        st.rerun()


def _about(measure: str, column: str) -> str:
    """What the report is asked for: a measure by groups, several years, a characteristic."""
    parts = [f"{measure}.{column}" if column else ""]
    parts += [f"years={compare_bar.years()}"] if compare_bar.years() != "1" else []
    like = address.value("like", ["", *TITLES])
    parts += [f"like={like}"] if like else []
    return ";".join(parts)


def _views() -> dict[str, str]:
    """The ways to look at it; all authorities only where there is a report of them."""
    return {key: words for key, words in VIEWS.items() if key != AUTHORITIES or "funnel" in BY_NAME}


def _measures(report: Report, shown: measure_table.Presented, view: str, key: str) -> None:
    """The measures in the way chosen, and like for like under them."""
    if view == "how":
        how_view.draw(how_view.present(report, shown.compared))
        return
    if view == "sentences":
        measure_table.draw_sentences(shown.sentences)
        if shown.like:
            measure_table.draw_sentences(shown.like.sentences)
        return
    for group in shown.groups:
        if view == "each":
            measure_table.draw_each(group)
        else:
            measure_table.draw(group, key, chart=view != "table", table=view != "chart")
    if shown.compared:
        st.caption(measure_table.about_verdict())
    if shown.like and view != "chart":
        like_view.draw(shown.like, _choose_like)


def _choose_like(choices: dict[str, str]) -> None:
    address.select("Similar by", choices, "like")


def _splits(spec: Benchmark, filters: Filters, user: User) -> dict[str, str]:
    """What the rows can be: "" the measures, or the groups of a column this reader may have."""
    columns = dict.fromkeys((*spec.splits, *TITLES))
    reads_children = user.can("cla.pupils")
    allowed = [name for name in columns if may_split(filters, name, reads_children)]
    return {"": ALL_MEASURES, **{name: f"By {_lower(name)}" for name in allowed}}


def _lower(name: str) -> str:
    return by_group.lower_first(by_group.title(name))


def _choices(
    report: Report, splits: dict[str, str], names: dict[str, str], column: str, compare: str
) -> tuple[str, str]:
    """What the rows are, what orders them and whose verdict the sentences tell."""
    beside = measure_words.chosen(report.frame, compare.split(","))
    against = ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        address.select("Rows", splits, "by", width=230)
        if column:
            address.select("Of the measure", names, "of", width=260)
        if beside:
            against = address.select("Gap to", beside, "against", width=300)
        orders = {k: v for k, v in measure_table.ORDERS.items() if not column or k != "order"}
        order = address.select("Order", orders, "order", width=200)
    return order, against


def _baseline(report: Report) -> None:
    """How many of the cohort have a starting point."""
    if "baseline" not in report.frames:
        return
    row = report.frames["baseline"].iloc[0]
    label = safe_md(row["label"])
    if pd.isna(row["percent"]):
        st.markdown(f"{label}: c (small numbers are hidden).")
        return
    st.markdown(f"{label}: {row['count']:,} of {row['of']:,} ({row['percent']:.1f}%).")


def _authorities(
    model: Model, filters: Filters, user: User, names: dict[str, str], key: str
) -> None:
    """Every authority beside the others in one measure."""
    measure = address.select("Of the measure", names, "of", width=320)
    report = data.report("funnel", model, filters, user, measure)
    if report.empty:
        st.info(safe_md(report.empty), icon=":material/info:")
        return
    shown = data.presented("funnel", model, filters, user, measure, (measure,))
    funnel_view.draw(shown, report.notes, key)
    publication.buttons(
        "funnel",
        model,
        filters,
        user,
        report=report,
        shown=shown,
        about=measure,
        look=(measure,),
        stem=f"all-authorities-{key}",
        key=f"{key}_authorities",
    )


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
        rows = report.frame[["category", "label"]]  # a few columns: the frame is wide
        groups = rows[rows["category"] != ""]
        if column not in TITLES or groups.empty:
            return
        with st.popover("See the children of one group"):
            for row in groups.to_dict("records"):
                one = filters.replace(**{column: (row["category"],)})
                st.page_link(pupils, label=safe_md(row["label"]), query_params=one.to_query())
