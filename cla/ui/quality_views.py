"""The ways to look at findings: by rule, by table, by child, the return as a whole, changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from cla.access import User
from cla.reports import year_name
from cla.ssda903 import layout
from cla.ssda903.rules import Rule
from cla.ui import quality, quality_accept, quality_changes, quality_child
from cla.ui.quality_data import Checked
from cla.ui.quality_examples import example
from cla.ui.quality_filters import Selection
from cla.ui.quality_words import RULE_COLUMNS, page_of, span
from cla.ui.words import counted, safe_md

View = Callable[[Checked, Selection, User], None]
_LIST_HEIGHT = 420


def by_rule(checked: Checked, selection: Selection, user: User) -> None:
    """The rules with their counts; beside them what one says, its example and its records."""
    counts = quality.by_rule(selection.findings, checked.book)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        shown = [name for name in RULE_COLUMNS if name in counts and name != "tables"]
        shown = [name for name in shown if name != "new" or checked.before is not None]
        shown = [name for name in shown if name != "accepted" or counts["accepted"].any()]
        listed = counts[shown].rename(columns=RULE_COLUMNS)
        code = _pick(listed, "Rule", "Rules with findings", "q_rules")
    own = selection.findings[selection.findings["rule"] == code]
    with right:
        _meaning(checked.book.get(code), code, checked)
        name = _table_of(own)
        own = own[own["table"] == name]
        _records(checked, own, name, selection, user, one_rule=True)


def _table_of(findings: pd.DataFrame) -> str:
    """The table whose records are shown: rules that flag several are read one by one."""
    counts = findings["table"].value_counts()
    counts = counts[counts > 0]
    names = [str(name) for name in counts.index]
    if len(names) == 1:
        return names[0]
    key = "q_rule_table"
    if st.session_state.get(key) not in names:
        st.session_state[key] = names[0]
    chosen = st.segmented_control(
        "Records of",
        names,
        required=True,
        format_func=lambda name: f"{name} ({counts[name]:,})",
        key=key,
    )
    return str(chosen)


def by_table(checked: Checked, selection: Selection, user: User) -> None:
    """The tables with their counts; under them the failing records of one."""
    counts = quality.by_table(selection.findings)
    names = {"table": "Table", "findings": "Findings", "children": "Children", "rules": "Rules"}
    name = _pick(counts[list(names)].rename(columns=names), "Table", "Tables", "q_tables")
    own = selection.findings[selection.findings["table"] == name]
    _records(checked, own, name, selection, user)


def by_child(checked: Checked, selection: Selection, user: User) -> None:
    """The children with their counts; a click opens everything about one."""
    del user
    counts = quality.by_child(selection.findings)
    clean = [] if counts.empty and not checked.row.row_counts else _clean(checked)
    if clean and not st.toggle(
        f"Hide children without findings ({len(clean):,})", value=True, key="q_hide_clean"
    ):
        nothing = pd.DataFrame({"child": clean, "findings": 0, "rules": 0})
        counts = pd.concat([counts, nothing], ignore_index=True)
    if counts.empty:
        st.info("No child matches these filters.", icon=":material/filter_alt_off:")
        return
    shown = page_of(len(counts), "q_children_page")
    page = counts.iloc[shown]
    children = page["child"].astype("str").tolist()
    st.caption(span(shown, len(counts), "children"))
    rows = pd.DataFrame(
        {
            "Child": children,
            "Findings": page["findings"].to_numpy(),
            "Rules": page["rules"].to_numpy(),
            "Which": quality.codes_of(selection.findings, children),
        }
    )
    child = _pick(rows, "Child", "Children", f"q_children_{shown.start}")
    if st.button(f"Everything about child {safe_md(child)}", type="primary", key="q_open_child"):
        quality_child.open_child(checked, child, counts["child"].tolist())


def _clean(checked: Checked) -> list[str]:
    """The children of the return about whom nothing was found at all."""
    found = set(checked.findings["child"].dropna().unique().astype("str"))
    return [child for child in checked.children() if child not in found]


def whole(checked: Checked, selection: Selection, user: User) -> None:
    """What is about the return and not about a child: files, records without a child, extracts."""
    _files(checked)
    nameless = selection.findings[selection.findings["child"].isna()]
    st.subheader("Findings without a child")
    if nameless.empty:
        st.markdown("Every finding is about a child.")
    else:
        name = _table_of(nameless)
        _records(checked, nameless[nameless["table"] == name], name, selection, user)
    st.subheader("Rules that nearly every record fails")
    everywhere = quality.nearly_everywhere(checked.findings, checked.row.row_counts)
    if everywhere.empty:
        st.markdown("There is none.")
        return
    st.markdown("Look first at how the file was made: single children are seldom the reason.")
    names = {"rule": "Rule", "table": "Table", "records": "Failing", "of": "Of", "message": "What"}
    st.dataframe(
        everywhere.head(50).rename(columns=names),
        hide_index=True,
        alt="Rules that nearly every record of a table fails",
    )


def _files(checked: Checked) -> None:
    st.subheader("Files")
    tables = layout.layout(checked.row.year).tables
    lacks = checked.not_run["lacks"].astype("str")
    rows = []
    for name, one in tables.items():
        there = checked.row.row_counts.get(name)
        waiting = int(lacks.str.contains(rf"(?<!last year's )\b{name}\b", regex=True).sum())
        rows.append(
            {
                "File": name,
                "What it holds": one.title,
                "Records": "not in the return" if there is None else f"{there:,}",
                "Rules that wait for it": "" if there is not None or not waiting else f"{waiting}",
            }
        )
    frame = pd.DataFrame(rows)
    st.dataframe(frame, hide_index=True, height="content", alt="Files of the return")


def accepted(checked: Checked, selection: Selection, user: User) -> None:
    """The accepted findings."""
    del selection
    quality_accept.accepted(checked, user)


def not_run(checked: Checked, selection: Selection, user: User) -> None:
    """Rules that were neither passed nor failed, with what they need."""
    del selection, user
    if checked.not_run.empty:
        st.success("Every rule of this year was run.")
        return
    count = counted(len(checked.not_run), "rule was", "rules were")
    st.markdown(f"{count} not run. That is neither a pass nor a failure: something is lacking.")
    rows = checked.not_run.sort_values("lacks", kind="stable")
    shown = page_of(len(rows), "q_not_run_page")
    columns = {"rule": "Rule", "title": "What it says", "lacks": "What it needs"}
    st.dataframe(
        rows.iloc[shown][list(columns)].rename(columns=columns),
        hide_index=True,
        height="content",
        alt="Rules that were not run",
    )


VIEWS: Mapping[str, tuple[str, View]] = {
    "rule": ("By rule", by_rule),
    "child": ("By child", by_child),
    "table": ("By table", by_table),
    "whole": ("Whole return", whole),
    "changes": ("Changes", quality_changes.draw),
    "accepted": ("Accepted", accepted),
    "not_run": ("Rules not run", not_run),
}
NEED_FINDINGS = ("rule", "table")


def _meaning(rule: Rule | None, code: str, checked: Checked) -> None:
    """What a rule says, what it looks at, and an example of right and wrong."""
    st.subheader(f"Rule {safe_md(code)}")
    if rule is None:
        st.markdown("This rule is not in the rulebook of this year any more.")
        return
    st.markdown(safe_md(rule.title))
    if rule.condition:
        st.markdown(safe_md(" ".join(rule.condition.split())))
    where = f"Looks at {', '.join(rule.fields)} of {', '.join(rule.tables)}."
    said = f"{where} {quality.STAGES.get(rule.stage, rule.stage).capitalize()}."
    if not rule.listed:
        said += f" Not known to have been on DfE's list of {year_name(checked.row.year)}."
    st.caption(safe_md(said))
    shown = example(rule)
    if shown:
        with st.expander("Example: right and wrong", icon=":material/rule:"):
            st.caption("An x marks the records that fail; the others are right.")
            st.markdown(shown)


def _records(
    checked: Checked,
    findings: pd.DataFrame,
    name: str,
    selection: Selection,
    user: User,
    *,
    one_rule: bool = False,
) -> None:
    """The failing records of one table, a page at a time, with what can be done about them."""
    table = checked.table(name)
    if table is None:
        st.info(f"The table {safe_md(name)} is not kept with this import.")
        return
    rows = quality.failing_rows(findings, table)
    shown = page_of(len(rows), f"q_records_page_{name}")
    here = findings[findings["row"].isin(rows[shown])]
    records = quality.with_findings(table.loc[rows[shown]], here)
    if one_rule:
        records = records.drop(columns=quality.RULES)
    st.markdown(f"**{safe_md(name)}**: {span(shown, len(rows), 'records')}")
    rule = here["rule"].iloc[0] if one_rule else ""
    picked = quality_accept.table(
        quality.marked(records),
        f"q_records_{name}_{rule}_{shown.start}",
        f"Records of {name} to look at; the first column names the fields",
        selectable=True,
        height=_LIST_HEIGHT if len(records) > 10 else None,
    )
    st.caption(f"A failing cell begins with {quality.SIGN} and is filled.")
    labels = [records.index[place] for place in picked]
    chosen = findings[findings["row"].isin(labels)]
    _open(checked, chosen, name, selection)
    quality_accept.form(checked, chosen, findings, user, f"q_accept_{name}")


def _open(checked: Checked, chosen: pd.DataFrame, name: str, selection: Selection) -> None:
    """The way from one selected record to its child."""
    children = chosen["child"].dropna().unique().astype("str")
    if len(children) == 1 and st.button(
        f"Everything about child {safe_md(children[0])}", key=f"q_child_of_{name}"
    ):
        among = quality.by_child(selection.findings)["child"].tolist()
        quality_child.open_child(checked, str(children[0]), among)


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
        height=_LIST_HEIGHT if len(shown) > 10 else "content",
        alt=alt,
    )
    return str(st.selectbox(f"{column} to look at", values, key=chosen_key, width=360))
