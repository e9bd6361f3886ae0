"""The parts of the Data quality page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd
import streamlit as st

from cla import ssda903
from cla.access import User, current_store
from cla.importing.kinds import NOT_RUN
from cla.importing.validations import Followed, followed
from cla.reports import Model, year_name
from cla.ssda903 import tracking
from cla.ssda903.rules import Rule
from cla.store import imports
from cla.store.imports import ImportRow
from cla.ui import children, data, downloads, quality, report_page
from cla.ui.words import counted, moment, safe_md

# Counting a category is counting small integers: a return can have forty thousand findings.
_COUNTED = ("rule", "severity", "stage", "table", "child", "fields", "message", "state")
_LOOK = {
    "rule": "By rule",
    "table": "By table",
    "child": "By child",
    "not_run": "Rules not run",
    "fixed": "No longer found",
}
_DOWNLOADED = (
    "rule",
    "severity",
    "stage",
    "table",
    "line",
    "child",
    "fields",
    "message",
    "state",
    "since",
)
_WITHOUT_FINDINGS = ("not_run", "fixed")


@dataclass(frozen=True)
class Checked:
    """The current return of a year with what the rules found, beside the validation before it."""

    row: ImportRow
    findings: pd.DataFrame
    fixed: pd.DataFrame
    before: datetime | None
    not_run: pd.DataFrame
    book: Mapping[str, Rule]


def checked_return(user: User, year: int) -> Checked | None:
    """The current return of the year; None when none is loaded. Findings get a "stage" column."""
    row = imports.current(current_store(), user.la, "ssda903", year)
    found = None if row is None else _followed(row.la, row.id, year)
    if row is None or found is None:
        return None
    not_run = data.import_frame(row.la, row.id, NOT_RUN)
    nothing = pd.DataFrame(columns=["rule", "title", "lacks"])
    return Checked(
        row=row,
        findings=found.findings.copy(deep=False),
        fixed=found.findings.iloc[:0] if found.fixed is None else found.fixed.copy(deep=False),
        before=found.before,
        not_run=nothing if not_run is None else not_run,
        book=ssda903.rulebook(year),
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _followed(la: str, import_id: str, year: int) -> Followed | None:
    """The findings kept with an import, with the stage of their rule; do not write to them."""
    found = followed(current_store(), import_id, la)
    if found is None:
        return None
    stages = {code: rule.stage for code, rule in ssda903.rulebook(year).items()}
    stage = found.findings["rule"].astype("str").map(stages).fillna("unknown")
    counted_quickly = found.findings.assign(stage=stage).astype(dict.fromkeys(_COUNTED, "category"))
    return replace(found, findings=counted_quickly)


def forget() -> None:
    """Let go of what was kept of imports, after one was deleted."""
    _followed.clear()
    children.forget()
    data.forget()


def summary(checked: Checked) -> None:
    """How many findings, about how many children, from how many rules; and what was compared."""
    found = checked.findings
    figures = {
        "Findings": len(found),
        "Children with a finding": found["child"].nunique(),
        "Rules that found something": found["rule"].nunique(),
        "Rules not run": len(checked.not_run),
    }
    if checked.before is not None:
        figures["New findings"] = int((found["state"] == tracking.NEW).sum())
        figures["No longer found"] = len(checked.fixed)
    for column, (name, count) in zip(st.columns(len(figures)), figures.items(), strict=True):
        column.metric(name, f"{count:,}", border=True, height="stretch")
    said = f"Return {year_name(checked.row.year)}, imported {moment(checked.row.created)}."
    if checked.before is not None:
        said += f" New means: not found by the validation of {moment(checked.before)}."
    st.caption(safe_md(said))


def filters(checked: Checked, model: Model) -> pd.DataFrame:
    """The filters with their counts; the findings that remain."""
    found = checked.findings
    chosen: dict[str, list[str]] = {}
    with st.container(horizontal=True, vertical_alignment="center", key="quality_filters"):
        for column, title in (("severity", "Severity"), ("stage", "Stage"), ("table", "Table")):
            chosen[column] = _choice(found, column, title)
        if checked.before is not None:
            chosen["state"] = _choice(found, "state", "Since before")
    return _of_one_child(quality.narrowed(found, **chosen), model)


def _choice(found: pd.DataFrame, column: str, title: str) -> list[str]:
    counts = found[column].value_counts()
    counts = counts[counts > 0]
    key = f"q_{column}"
    now = st.session_state.get(key) or []
    with st.popover(f"{title}: {', '.join(now) or 'all'}", key=f"popover_{key}"):
        return st.pills(
            title,
            list(counts.index),
            selection_mode="multi",
            format_func=lambda value: f"{value} ({counts.get(value, 0):,})",
            key=key,
            persist_state="session",
        )


def _of_one_child(found: pd.DataFrame, model: Model) -> pd.DataFrame:
    given = st.query_params.get("child", "")
    child = children.child_of(model, given) if given else None
    if child is None:
        return found
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Only child {safe_md(child)}**")
        if st.button("Show all children", type="tertiary", key="q_all_children"):
            del st.query_params["child"]
            st.rerun()
    return found[found["child"] == child]


def choose_view(checked: Checked) -> str:
    """How the findings are grouped."""
    offered = [view for view in _LOOK if view != "fixed" or checked.before is not None]
    return st.segmented_control(
        "Look at the findings",
        offered,
        default="rule",
        required=True,
        format_func=_LOOK.__getitem__,
        key="q_view",
        persist_state="session",
    )


def _rules(checked: Checked, findings: pd.DataFrame, user: User) -> None:
    counts = quality.by_rule(findings, checked.book)
    columns = {
        "rule": "Rule",
        "findings": "Findings",
        "children": "Children",
        "title": "What it says",
        "stage": "Stage",
        "tables": "Table",
        "severity": "Severity",
    }
    code = _pick(
        counts[list(columns)].rename(columns=columns), "Rule", "Rules with findings", "q_rules"
    )
    rule = checked.book.get(code)
    own = findings[findings["rule"] == code]
    quality.draw_rule(rule, code)
    for table, rows in own.groupby("table", observed=True, sort=False):
        frame = data.import_frame(user.la, checked.row.id, str(table))
        quality.draw_records(rows, frame, str(table))


def _tables(checked: Checked, findings: pd.DataFrame, user: User) -> None:
    counts = quality.by_table(findings)
    columns = {"table": "Table", "findings": "Findings", "children": "Children", "rules": "Rules"}
    name = _pick(counts.rename(columns=columns), "Table", "Tables with findings", "q_tables")
    own = findings[findings["table"] == name]
    st.subheader(safe_md(name))
    quality.draw_records(own, data.import_frame(user.la, checked.row.id, name), name)


def _children(checked: Checked, findings: pd.DataFrame, user: User) -> None:
    counts = quality.by_child(findings)
    if counts.empty:
        st.info("These findings are about files, not about single children.")
        return
    columns = {"child": "Child", "findings": "Findings", "rules": "Rules", "codes": "Which"}
    child = _pick(counts.rename(columns=columns), "Child", "Children with findings", "q_children")
    own = findings[findings["child"] == child]
    st.subheader(f"Child {safe_md(child)}: {counted(len(own), 'finding')}")
    said = own[["rule", "table", "message"]].drop_duplicates()
    st.dataframe(
        said.rename(columns=str.capitalize), hide_index=True, alt="Findings about this child"
    )
    for table, rows in own.groupby("table", observed=True, sort=False):
        quality.draw_records(
            rows, data.import_frame(user.la, checked.row.id, str(table)), str(table)
        )
    if user.can("cla.pupils"):
        target = {"child": children.reference(user.la, child)}
        st.page_link(
            "pupil_details.py",
            label="Open this child's page",
            icon=":material/person:",
            query_params=target,
        )


def _not_run(checked: Checked, findings: pd.DataFrame, user: User) -> None:
    del findings, user
    if checked.not_run.empty:
        st.success("Every rule of this year was run.")
        return
    st.markdown("These rules were neither passed nor failed: the return lacks what they need.")
    columns = {"rule": "Rule", "title": "What it says", "lacks": "What is lacking"}
    st.dataframe(
        checked.not_run[list(columns)].rename(columns=columns),
        hide_index=True,
        alt="Rules that were not run",
    )


def _fixed(checked: Checked, findings: pd.DataFrame, user: User) -> None:
    del findings, user
    if checked.fixed.empty:
        st.info("Everything the validation before had found is still there.")
        return
    st.markdown("The validation before had these findings; this one has not.")
    columns = {"rule": "Rule", "table": "Table", "child": "Child", "message": "What it said"}
    st.dataframe(
        checked.fixed[list(columns)].rename(columns=columns),
        hide_index=True,
        alt="Findings that are no longer there",
    )


def draw(checked: Checked, findings: pd.DataFrame, user: User) -> None:
    """The findings in the way that was chosen."""
    view = choose_view(checked)
    if findings.empty and view not in _WITHOUT_FINDINGS:
        st.info("No finding matches these filters.", icon=":material/filter_alt_off:")
    else:
        VIEWS[view](checked, findings, user)


VIEWS: Mapping[str, Callable[[Checked, pd.DataFrame, User], None]] = {
    "rule": _rules,
    "table": _tables,
    "child": _children,
    "not_run": _not_run,
    "fixed": _fixed,
}


def download(checked: Checked, findings: pd.DataFrame, user: User) -> None:
    """The findings that are on the screen, as a file."""
    caption = downloads.Caption(
        title=f"Findings of the return {year_name(checked.row.year)}",
        authority=report_page.authority_name(user.la),
        selection=f"{counted(len(findings), 'finding')} of {len(checked.findings):,}",
        source=f"SSDA903 return imported {moment(checked.row.created)}",
        personal=True,
    )
    kept = [name for name in _DOWNLOADED if name in findings]
    rows = findings[kept].assign(fields=findings["fields"].map(_words))
    downloads.download(
        "Download these findings (CSV)",
        rows.rename(columns=str.capitalize),
        caption,
        user,
        stem="findings",
        permission="cla.quality",
        key="findings_csv",
    )


def _pick(shown: pd.DataFrame, column: str, alt: str, key: str) -> str:
    """A table whose row can be clicked, and under it the same choice for the keyboard.

    The value chosen.
    """
    values = shown[column].astype("str").tolist()
    chosen_key = f"{key}_choice"
    if st.session_state.get(chosen_key) not in values:
        st.session_state[chosen_key] = values[0]

    def clicked() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(values):
            st.session_state[chosen_key] = values[rows[0]]

    st.dataframe(
        shown,
        hide_index=True,
        key=key,
        on_select=clicked,
        selection_mode="single-row",
        height=300 if len(shown) > 8 else "content",
        alt=alt,
    )
    return str(st.selectbox(f"{column} to look at", values, key=chosen_key, width=360))


def _words(cell: object) -> str:
    return ", ".join(quality.fields_of(cell))
