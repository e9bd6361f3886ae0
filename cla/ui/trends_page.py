"""The page of trends: which key stage, which measures, held against what; all in the address."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla import measures
from cla.access import User
from cla.reports.comparators import COMPARATORS, region_of
from cla.reports.trends import HEADLINES
from cla.stages import STAGES, capitalised
from cla.ui import address, charts, data, filter_bar, publication, report_page
from cla.ui.trend_view import Indicator
from cla.ui.words import safe_md

TITLE = "Trends"


def show(user: User) -> None:
    """The whole page."""
    model = data.model_or_stop(user, TITLE)
    st.title(TITLE)
    st.caption(safe_md(report_page.authority_name(user.la)))
    publication.mark(user)
    filters = filter_bar.current(model, user)
    loaded = [name for name in STAGES if model.results_years(name)]
    usual = ("ks2", "ks4", *STAGES)
    stages = {name: capitalised(name) for name in dict.fromkeys(usual) if name in loaded}
    filter_bar.draw(model, filters, user, year=False)
    if not stages:
        st.info("No results are loaded with a return of their year. Import them first.")
        return
    stage = address.segments("Results of", stages, "stage")
    report = data.report("trends", model, filters, user, stage)
    st.markdown(f"**Showing:** {safe_md(report.caption)}")
    if report.empty:
        st.info(safe_md(report.empty), icon=":material/info:")
        return
    report_page.notes(report)
    found = list(dict.fromkeys(report.frames["points"]["measure"]))
    names = {name: measures.book[name].short for name in found}
    first = [name for name in HEADLINES[stage] if name in names] or found[:2]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = address.several("Measures", names, "measures", first)
        beside = comparators(report.frames["points"], model.la)
        against = address.select("Held against", beside, "against")
    look = (f"{against}.{beside[against]}", *chosen)
    shown = data.presented("trends", model, filters, user, stage, look)
    for indicator in shown.indicators:
        _draw(indicator, stage)
    publication.buttons(
        "trends",
        model,
        filters,
        user,
        report=report,
        shown=shown,
        about=stage,
        look=look,
        stem=f"trends-{stage}",
        key="trends",
    )


def comparators(points: pd.DataFrame, la: str) -> dict[str, str]:
    """What trends can be held against; a region only where figures of it are published."""
    region = region_of(la)
    names = {**COMPARATORS, "region_cla": f"{region}, looked after"}
    held = {name: title for name, title in names.items() if name in points}
    return {name: title for name, title in held.items() if region or name != "region_cla"}


def _draw(indicator: Indicator, stage: str) -> None:
    """One measure: the chart, beside it the table, under them the changes and the gaps."""
    st.header(safe_md(indicator.title))
    left, right = st.columns(2)
    with left:
        if indicator.figure is None:
            st.caption("No year has a figure that can be shown.")
        else:
            key = f"trend_{stage}_{indicator.measure}"
            charts.draw(indicator.figure, alt=indicator.alt, key=key)
    with right:
        st.table(indicator.table, border="horizontal", alt=f"{indicator.title} by year")
    for sentence in indicator.changes:
        st.markdown(safe_md(sentence))
    for gap in indicator.gaps:
        st.caption(safe_md(gap))
