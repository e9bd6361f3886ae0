"""What the pages of pupil lists, pupil details and cases share: chips, search, columns, the table.

The chip and the columns are in the address, so that a link opens the same view; words that were
searched for are not, since they may be a child's identifier.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from cla import reports
from cla.access import User
from cla.measures import round_half_up
from cla.reports import Filters, Report
from cla.ui import children, data, downloads, pupil_table, report_page, states
from cla.ui.words import safe_md

SEARCHED = ("child", "upn", "sen", "placement", "school_name", "laestab", "flags_text", "reason")
_ADDRESS = "case"


def show(name: str, title: str, stage: str, user: User) -> Report | None:
    """The page of one table of children, by the name of its report; the report if it has rows."""
    model = data.model_or_stop(user, title)
    filters = report_page.begin(title, model, user, stage=stage)
    report = data.report(name, model, filters, user)
    if not report_page.described(report, filters, user, stage):
        return None
    listed(name, report, filters, user)
    totals(report)
    return report


def listed(name: str, report: Report, filters: Filters, user: User) -> None:
    """Chips, search and columns, then the rows they leave, a way to a child, and the download."""
    rows, flags = report.frame, report.frames["flags"]
    every = reports.columns(name)
    case = chips(flags, name)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Search",
            key=f"{name}_search",
            placeholder="Identifier, UPN, school, SEN ...",
            width=320,
        )
        shown = pupil_table.chosen_columns(every, list(rows.columns), name, user)
    kept = reports.narrowed(rows, case, words, SEARCHED)
    if kept.empty:
        states.nobody_left()
        return
    if len(kept) < len(rows):
        st.caption(f"{len(kept):,} of {len(rows):,} children")
    page = f"{name}.py"
    chosen = pupil_table.draw(
        kept, every, shown, key=f"{name}_rows", alt=f"{report.title}: {len(kept)} children"
    )
    if chosen:
        among = kept["child"].astype(str).tolist()
        children.open_child(user.la, chosen, filters, among=among, page=page)
    pupil_table.open_one(kept, user.la, filters, key=f"{name}_open", page=page)
    columns = [one for name in shown for one in every if one.name == name]
    downloads.download(
        "Download these rows (CSV)",
        pupil_table.titled(kept, columns),
        report_page.caption(report, filters, user, personal=True),
        user,
        stem=name.replace("_", "-"),
        permission="cla.pupils",
        key=f"{name}_csv",
    )


def chips(flags: pd.DataFrame, name: str) -> str:
    """The cases as chips with counts; the one chosen, "" for none. The address carries it."""
    found = {row["flag"]: row for row in flags.to_dict("records") if row["count"]}
    if not found:
        return ""
    key = f"{name}_case"
    asked = st.query_params.get(_ADDRESS, "")
    st.session_state[key] = asked if asked in found else None

    def changed() -> None:
        chosen = st.session_state[key]
        if chosen:
            st.query_params[_ADDRESS] = chosen
        else:
            st.query_params.pop(_ADDRESS, None)

    chosen = st.pills(
        "Find cases",
        list(found),
        format_func=lambda one: f"{found[one]['title']} ({found[one]['count']:,})",
        key=key,
        on_change=changed,
    )
    if chosen:
        st.caption(safe_md(f"{found[chosen]['meaning']}."))
    return chosen or ""


def totals(report: Report) -> None:
    """What the children listed above add up to, before a chip or a search narrows them."""
    frame = report.frames["totals"]
    said = [_total(row) for row in frame.to_dict("records") if not row["reason"]]
    if said:
        st.markdown(
            "**These children together**\n" + "\n".join(f"- {safe_md(line)}" for line in said)
        )


def _total(row: Mapping[object, object]) -> str:
    value = round_half_up(float(row["value"]), 1)  # type: ignore[arg-type]
    shown = f"{value:.1f}".replace("-", "−")
    if row["unit"] == "percent":
        return f"{row['label']}: {shown}%, {row['total']:.0f} of {row['n']:,}"
    return f"{row['label']}: {shown}, {row['n']:,} children"
