"""The three blocks of the Home page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from cla import measures
from cla.access import User
from cla.reports import Filters, Model, Report
from cla.settings import settings
from cla.ui import data, measure_table, quality_data
from cla.ui.words import number, safe_md

_SIZES = {
    "12_months": "12 months at 31 March",
    "at_31_march": "At 31 March",
    "any_time": "At any time in the year",
    "uasc": "Unaccompanied at 31 March",
}
_GLANCE = {
    "age": "Age",
    "sex": "Sex",
    "placement": "Placement",
    "time_in_care": "Time in care",
    "legal": "Legal status",
    "need": "Category of need",
    "sdq": "SDQ band",
    "placements_in_year": "Placements in the year",
    "sen": "SEN provision",
}
# where the links of the attention block lead, and the permission to go there
_PLACES = {
    "not_matched": ("matching.py", "cla.pupils", "See who"),
    "import": ("import_data.py", "cla.import", "Import"),
    "quality": ("data_quality.py", "cla.quality", "See the findings"),
    "decide": ("match_queue.py", "cla.import", "Decide"),
    "cohort": ("matching.py", "cla.pupils", "See who"),
}


def welcome(user: User) -> None:
    """The page before anything is imported."""
    st.info("No return is imported yet, so there is nothing to show.", icon=":material/info:")
    if user.can("cla.import"):
        st.page_link("import_data.py", label="Import a return", icon=":material/upload:")
        if settings().demo:
            st.markdown("The Import page also has the files of this demo authority to try it with.")
    else:
        st.markdown("An analyst of your authority can import one.")


def report(model: Model, filters: Filters, user: User) -> Report:
    """What the page says, with the findings that are open and accepted now."""
    return data.home(model, filters, user, *quality_data.standing(user, filters.year))


def headlines(report: Report, user: User, filters: Filters) -> None:
    """Four measures with interval, comparator and change, in figures and words."""
    rows = report.frames["headlines"].to_dict("records")
    for column, row in zip(st.columns(len(rows)), rows, strict=True):
        with column.container(border=True, height="stretch"):
            _headline(row)
    for note in report.notes:
        st.caption(safe_md(note))
    query = filters.to_query()
    with st.container(horizontal=True):
        st.page_link(
            "ks2_benchmark.py",
            label="Every key stage 2 measure",
            icon=":material/bar_chart:",
            query_params=query,
        )
        if user.can("cla.pupils"):
            st.page_link(
                "ks4_pupil_list.py",
                label="Key stage 4, child by child",
                icon=":material/list:",
                query_params=query,
            )


def changes(report: Report) -> None:
    """Sizes of the cohort against the year before, who joined and left, who the children are."""
    sizes = {row["name"]: row for row in report.frames["sizes"].to_dict("records")}
    for column, (name, label) in zip(st.columns(len(_SIZES)), _SIZES.items(), strict=True):
        with column:
            _size(label, sizes[name])
    moves = report.frames["changes"]
    if moves.empty:
        st.markdown("The return of the year before is not loaded: nothing to compare with.")
    for label, count in zip(moves["label"], moves["count"], strict=True):
        st.markdown(f"- {safe_md(label)}: **{_count(count)}**")
    with st.expander("Who our children are"):
        _glance(report)


def attention(report: Report, user: User, filters: Filters) -> None:
    """What to look into, each with a way to it for those who may go there."""
    rows = report.frames["attention"]
    if rows.empty and user.can("cla.pupils"):
        st.success("Nothing needs attention.", icon=":material/check_circle:")
    elif rows.empty:
        st.markdown("What to look into is shown to people who work with children's records.")
    for position, row in enumerate(rows.to_dict("records")):
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"todo_{position}"
        ):
            st.markdown(safe_md(row["sentence"]))
            _link(str(row["link"]), user, filters)


def _link(link: str, user: User, filters: Filters) -> None:
    name, _, stage = link.partition(":")
    if name not in _PLACES:
        return
    page, permission, label = _PLACES[name]
    if user.can(permission):  # type: ignore[arg-type]
        query = {**filters.to_query(), **({"stage": stage} if stage else {})}
        st.page_link(page, label=label, icon=":material/arrow_forward:", query_params=query)


def _headline(row: Mapping[Any, Any]) -> None:
    name = measures.book[row["measure"]].short
    st.metric(
        name,
        measure_table.own_value(row),
        delta=_moved(row),
        delta_color="off",  # a change of a few children is no good or bad news by itself
    )
    st.caption(safe_md(row["sentence"]))


def _moved(row: Mapping[Any, Any]) -> str | None:
    if pd.isna(row["change"]):
        return None
    return measure_table.value(row["change"], "score", signed=True).replace("−", "-")


def _size(label: str, row: Mapping[Any, Any]) -> None:
    known = not pd.isna(row["change"])
    st.metric(
        label,
        _count(row["count"]),
        delta=int(row["change"]) if known else None,
        delta_color="off",
        delta_description="on the year before" if known else None,
        border=True,
        height="stretch",
    )


def _glance(report: Report) -> None:
    columns = st.columns(3)
    for position, (name, title) in enumerate(_GLANCE.items()):
        frame = report.frames.get(name)
        if frame is None or frame.empty:
            continue
        with columns[position % 3]:
            st.subheader(title)
            table = pd.DataFrame(
                {
                    title: [safe_md(label) for label in frame["label"]],
                    "Children": [_count(count) for count in frame["count"]],
                    "%": [number(percent) for percent in frame["percent"]],
                }
            )
            st.table(
                table.set_index(title), border="horizontal", alt=f"Children by {title.lower()}"
            )


def _count(count: Any) -> str:
    return "c" if pd.isna(count) else f"{int(count):,}"
