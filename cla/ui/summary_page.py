"""The page of a summary: the same for the four of them."""

from __future__ import annotations

import streamlit as st

from cla.access import User
from cla.reports import STAGE_LABELS, by_group
from cla.reports.filters import TITLES
from cla.reports.summary_reports import SUMMARIES
from cla.stages import capitalised
from cla.ui import address, charts, data, publication, report_page
from cla.ui.summary_view import Block
from cla.ui.words import safe_md

VIEWS = {"both": "Chart and table", "chart": "Chart", "table": "Table"}


def show(name: str, user: User) -> None:
    """The whole page of a summary by the name of its report."""
    spec = SUMMARIES[name]
    several = len(spec.stages) > 1
    stage = None if several else spec.stages[0]
    model = data.model_or_stop(user, spec.title)
    filters = report_page.begin(spec.title, model, user, stage=stage)
    publication.mark(user)
    splits = {"": "Not split"}
    if user.can("cla.pupils"):
        splits |= {one: f"By {by_group.lower_first(by_group.title(one))}" for one in TITLES}
    by = address.value("by", splits)
    report = data.report(name, model, filters, user, by)
    if not report_page.described(report, filters, user, stage or ""):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(splits) > 1:
            address.select("Split", splits, "by")
        view = address.segments("Show", VIEWS, "view")
    shown = data.presented(name, model, filters, user, by)
    for one, sizes in shown.figures.items():
        if several:
            st.header(capitalised(one))
        _figures(sizes)
        if not shown.blocks[one]:
            st.caption(safe_md(f"The {STAGE_LABELS[one]} results loaded hold nothing to draw."))
        for block in shown.blocks[one]:
            _block(block, f"{name}_{one}", view, several)
    publication.buttons(
        name,
        model,
        filters,
        user,
        report=report,
        shown=shown,
        about=by,
        stem=name.replace("_", "-"),
        key=name,
    )


def _figures(sizes: tuple[tuple[str, str], ...]) -> None:
    """Cohort and coverage in one row of four figures."""
    for column, (label, count) in zip(st.columns(len(sizes)), sizes, strict=True):
        column.metric(label, count, border=True)


def _block(block: Block, key: str, view: str, several: bool) -> None:
    heading = st.subheader if several else st.header
    heading(block.title)
    if view != "table":
        if block.figure is None:
            st.caption("There is nothing to draw: no child, or only small numbers.")
        else:
            charts.draw(block.figure, alt=block.alt, key=f"{key}_{block.title}")
            st.caption(safe_md(block.key))
    for sentence in block.sentences:
        st.markdown(safe_md(sentence))
    if view != "chart":
        st.table(block.table, border="horizontal", alt=f"{block.title}: children by result")
