"""The parts of the Data quality page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cla import ssda903
from cla.access import User, current_store
from cla.importing.kinds import FINDINGS, NOT_RUN
from cla.reports import Model, year_name
from cla.ssda903.rules import Rule
from cla.store import imports
from cla.store.imports import ImportRow
from cla.ui import children, data, downloads, quality, report_page
from cla.ui.words import counted, moment, safe_md

_LOOK = {"rule": "By rule", "table": "By table", "child": "By child", "not_run": "Rules not run"}


@dataclass(frozen=True)
class Checked:
    """The current return of a year with what the rules found, and the import before it."""

    row: ImportRow
    findings: pd.DataFrame
    not_run: pd.DataFrame
    book: Mapping[str, Rule]
    before: ImportRow | None


def checked_return(user: User, year: int) -> Checked | None:
    """The current return of the year; None when none is loaded.

    Findings get "new" and "stage" columns.
    """
    store = current_store()
    row = imports.current(store, user.la, "ssda903", year)
    if row is None:
        return None
    before = _import_before(row)
    not_run = data.import_frame(row.la, row.id, NOT_RUN)
    return Checked(
        row=row,
        findings=_findings(row.la, row.id, before.id if before else "", year).copy(deep=False),
        not_run=pd.DataFrame(columns=["rule", "title", "lacks"]) if not_run is None else not_run,
        book=ssda903.rulebook(year),
        before=before,
    )


def _import_before(row: ImportRow) -> ImportRow | None:
    """The import of the same return that came before this one, used or not."""
    history = imports.history(current_store(), row.la)
    same = history[(history["kind"] == row.kind) & (history["year"] == row.year)]
    older = same[same["created"] < row.created]
    return None if older.empty else imports.find(current_store(), str(older["id"].iloc[0]), row.la)


@st.cache_resource(max_entries=16, show_spinner=False)
def _findings(la: str, import_id: str, before_id: str, year: int) -> pd.DataFrame:
    """The findings with the stage of their rule, and whether they are new since another import."""
    found = data.import_frame(la, import_id, FINDINGS)
    if found is None:
        raise KeyError(FINDINGS)
    before = data.import_frame(la, before_id, FINDINGS) if before_id else None
    book = ssda903.rulebook(year)
    stages = {code: rule.stage for code, rule in book.items()}
    return found.assign(
        stage=found["rule"].astype("str").map(stages).fillna("unknown"),
        new=quality.new_since(found, before) if before is not None else False,
        child=found["child"].astype("str"),
    )


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
        figures["New findings"] = int(found["new"].sum())
    for column, (name, count) in zip(st.columns(len(figures)), figures.items(), strict=True):
        column.metric(name, f"{count:,}", border=True, height="stretch")
    said = f"Return {year_name(checked.row.year)}, imported {moment(checked.row.created)}."
    if checked.before is not None:
        said += f" New means: not found in the import of {moment(checked.before.created)}."
    st.caption(safe_md(said))


def filters(checked: Checked, model: Model) -> pd.DataFrame:
    """The filters with their counts; the findings that remain."""
    found = checked.findings
    chosen: dict[str, list[str]] = {}
    with st.container(horizontal=True, vertical_alignment="center", key="quality_filters"):
        for column, title in (("severity", "Severity"), ("stage", "Stage"), ("table", "Table")):
            chosen[column] = _choice(found, column, title)
        only_new = checked.before is not None and st.toggle(
            "Only new findings", key="q_new", bind="query-params"
        )
    found = quality.narrowed(found, **chosen)
    if only_new:
        found = found[found["new"]]
    return _of_one_child(found, model)


def _choice(found: pd.DataFrame, column: str, title: str) -> list[str]:
    counts = found[column].astype("str").value_counts()
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


def choose_view() -> str:
    """How the findings are grouped."""
    return st.segmented_control(
        "Look at the findings",
        list(_LOOK),
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
    own = findings[findings["rule"].astype("str") == code]
    quality.draw_rule(rule, code)
    for table, rows in own.groupby("table", observed=True, sort=False):
        frame = data.import_frame(user.la, checked.row.id, str(table))
        quality.draw_records(rows, frame, str(table))


def _tables(checked: Checked, findings: pd.DataFrame, user: User) -> None:
    counts = quality.by_table(findings)
    columns = {"table": "Table", "findings": "Findings", "children": "Children", "rules": "Rules"}
    name = _pick(counts.rename(columns=columns), "Table", "Tables with findings", "q_tables")
    own = findings[findings["table"].astype("str") == name]
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


VIEWS: Mapping[str, Callable[[Checked, pd.DataFrame, User], None]] = {
    "rule": _rules,
    "table": _tables,
    "child": _children,
    "not_run": _not_run,
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
    columns = ["rule", "severity", "stage", "table", "line", "child", "fields", "message", "new"]
    kept = [name for name in columns if name in findings]
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
