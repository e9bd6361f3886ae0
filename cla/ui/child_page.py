"""The parts of a child's page, from what ``cla.reports.pupil_details`` says of the child."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from cla import measures
from cla.access import User
from cla.measures import round_half_up
from cla.reports import Filters, Model, PupilDetails
from cla.reports.timeline import MID_YEAR
from cla.ui import charts, children
from cla.ui.measure_table import value
from cla.ui.words import counted, safe_md

_TITLES = {
    "periods": "Periods of care",
    "placements": "Placements",
    "legal": "Legal statuses",
    "episodes": "Episodes",
    "sdq": "SDQ scores",
    "moves": "Changes of school",
    "subjects": "Grades by subject",
}
_HEADINGS = {
    "decom": "Episode began",
    "dec": "Episode ended",
    "rne": "Reason began",
    "ls": "Legal status",
    "cin": "Need",
    "place": "Placement code",
    "rec": "Reason ended",
    "placement_type": "Kind",
    "laestab": "School (LAESTAB)",
    "academic_year": "School year",
    "school_name": "School",
    "school_type": "School type",
    "sen": "SEN",
    "sen_need": "Primary need",
    "absence_overall": "Absence (%)",
    "absence_unauthorised": "Unauthorised (%)",
    "changes": "School changes",
}


def headline(details: PupilDetails) -> None:
    """Who this is, in one line."""
    first, _, rest = details.headline.partition(" · ")
    st.markdown(f"**{safe_md(rest or first)}**")


def facts(details: PupilDetails) -> None:
    """What is known of the child now, in two columns of a table each."""
    names = list(details.facts)
    half = (len(names) + 1) // 2
    for column, own in zip(st.columns(2), (names[:half], names[half:]), strict=True):
        table = pd.DataFrame(
            {"What": own, "Now": [safe_md(details.facts[name]) for name in own]}
        ).set_index("What")
        column.table(
            table, border="horizontal", hide_header=True, alt="What is known of this child"
        )


def walk(la: str, child: str, model: Model, filters: Filters) -> None:
    """To the child before and after in the list, and back to it."""
    everyone = model.children(filters.year)["child"].astype(str).tolist()
    before, after, place = children.neighbours(la, child, everyone)
    with st.container(horizontal=True, vertical_alignment="center"):
        query = filters.to_query()
        st.page_link(
            children.came_from() or "case_finder.py",
            label="Back to the list",
            icon=":material/list:",
            query_params=query,
        )
        for other, label, icon in (
            (before, "Previous", ":material/arrow_back:"),
            (after, "Next", ":material/arrow_forward:"),
        ):
            if other is not None:
                target = {"child": children.reference(la, other), **query}
                st.page_link("pupil_details.py", label=label, icon=icon, query_params=target)
        if place:
            st.caption(place)


def timeline(details: PupilDetails) -> None:
    """The chart, and the table that says the same."""
    frame = in_words(details.frames["timeline"])
    if frame.empty:
        st.info("No episode of care is recorded for this child.")
        return
    lasting = frame["end"] > frame["start"]
    segments = frame[lasting]
    marks = frame[~lasting].rename(columns={"start": "date"})
    marks["strong"] = (marks["lane"] == "School change") & (marks["label"] == MID_YEAR)
    lanes = ", ".join(dict.fromkeys(str(lane).lower() for lane in frame["lane"]))
    charts.draw(
        charts.timeline(segments, marks, plain_lanes=("School year",)),
        alt=f"Timeline of this child: {lanes}. The table below has every entry with its dates.",
        key="timeline",
    )
    with st.expander("The timeline as a table"):
        st.dataframe(
            frame[["lane", "label", "start", "end", "open", "detail"]].rename(
                columns={
                    "lane": "What",
                    "label": "Entry",
                    "start": "From",
                    "end": "To",
                    "open": "Still open",
                    "detail": "In words",
                }
            ),
            hide_index=True,
            column_config=_dates("From", "To"),
            alt="The timeline, one row an entry",
        )


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The timeline with every entry in words: dates in the detail, absence in whole percent."""
    absence = (frame["lane"] == "Absence") & frame["value"].notna()
    labels = frame["label"].astype(object)
    labels[absence] = [f"{round_half_up(cell, 0):.0f}%" for cell in frame.loc[absence, "value"]]
    details = [
        _entry(str(label), row["detail"], row["start"], row["end"], bool(row["open"]))
        for label, row in zip(labels, frame.to_dict("records"), strict=True)
    ]
    return frame.assign(label=labels.astype("str"), detail=details)


def _entry(label: str, detail: Any, start: pd.Timestamp, end: pd.Timestamp, is_open: bool) -> str:
    parts = [label] if pd.isna(detail) or not detail else [label, str(detail)]
    when = f"{start:%d/%m/%Y}"
    if end > start:
        when = f"since {when}" if is_open else f"{when} to {end:%d/%m/%Y}"
    return ": ".join([*parts[:1], ", ".join([*parts[1:], when])])


def results(details: PupilDetails) -> None:
    """Each result with whether it met the standard in words, beside looked-after children in
    England.
    """
    frame = details.frames["results"]
    if frame.empty:
        st.info("No result of this child is loaded.")
        return
    rows = frame.to_dict("records")
    table = pd.DataFrame(
        {
            "Result": [safe_md(f"{row['label']} ({row['academic_year']})") for row in rows],
            "This child": [safe_md(row["result"]) for row in rows],
            "Standard": [_met(row["met"]) for row in rows],
            "England, looked after": [value(row["england_cla"], _unit(row)) for row in rows],
        }
    ).set_index("Result")
    st.table(table, border="horizontal", alt="Results of this child")


def schooling(details: PupilDetails) -> None:
    """School, needs, attendance and behaviour, a row a school year."""
    frame = details.frames["schooling"]
    if frame.empty:
        st.markdown("No loaded school census holds this child.")
        return
    held = [name for name in frame if frame[name].notna().any()]
    shown = frame[held].rename(columns=lambda name: _HEADINGS.get(name, _heading(str(name))))
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="",
        column_config={
            name: st.column_config.NumberColumn(format="%.1f")
            for name in ("Absence (%)", "Unauthorised (%)", "Days suspended")
        },
        alt="School and attendance of this child, a row a school year",
    )


def missing(details: PupilDetails) -> None:
    """What is not known of this child, and what to load or ask for.

    Then what to mind in the figures.
    """
    if not details.missing:
        st.markdown("Nothing that this page looks for is missing.")
        return
    st.markdown("\n".join(f"- {safe_md(sentence)}" for sentence in details.missing))


def notes(details: PupilDetails) -> None:
    """What has to be said beside the results."""
    for note in details.notes:
        st.caption(safe_md(note))


def still_open(found: pd.DataFrame | None) -> int | None:
    """How many of these findings nobody has accepted; None when there was no check."""
    return None if found is None else int((~found["accepted"]).sum())


def findings(found: pd.DataFrame | None, filters: Filters, user: User, child: str) -> None:
    """What the rules found about this child, what of it is accepted, and the way to the records."""
    if found is None:
        st.markdown("The return of this year was not checked.")
        return
    if found.empty:
        st.markdown("No rule found anything about this child.")
        return
    accepted = len(found) - int(still_open(found) or 0)
    left = counted(len(found) - accepted, "open finding")
    st.markdown(f"{left} about this child{f'; {accepted:,} accepted' if accepted else ''}:")
    shown = found[["rule", "table", "message"]].astype("str")
    if accepted:
        shown["state"] = found["accepted"].map({True: "accepted", False: "open"})
    st.dataframe(
        shown.rename(columns=str.capitalize), hide_index=True, alt="Findings about this child"
    )
    if user.can("cla.quality"):
        st.page_link(
            "data_quality.py",
            label="Open these in Data quality",
            icon=":material/rule:",
            query_params={**filters.to_query(), "child": children.reference(user.la, child)},
        )


def records(details: PupilDetails) -> None:
    """The tables behind the page."""
    for name, title in _TITLES.items():
        frame = details.frames.get(name)
        if frame is None or frame.empty:
            continue
        with st.expander(f"{title} ({len(frame):,})"):
            shown = frame.rename(columns=lambda column: _HEADINGS.get(column, _heading(column)))
            st.dataframe(
                shown,
                hide_index=True,
                placeholder="",
                column_config=_dates(
                    *(str(c) for c in shown if pd.api.types.is_datetime64_any_dtype(shown[c]))
                ),
                alt=title,
            )


def _unit(row: Mapping[Any, Any]) -> str:
    name = str(row["measure"])
    return measures.book[name].unit if name in measures.book else "score"


def _heading(column: str) -> str:
    return column.replace("_", " ").capitalize()


def _dates(*columns: str) -> dict[str, ColumnConfig]:
    return {column: st.column_config.DateColumn(format="DD/MM/YYYY") for column in columns}


def _met(met: Any) -> str:
    if pd.isna(met):
        return "–"
    return "met" if met else "not met"
