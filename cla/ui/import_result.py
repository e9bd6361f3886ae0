"""What a finished check says: usable or not and why, what was found, what changes.

Then make current.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla import importing, ssda903
from cla.access import User, current_store
from cla.importing.kinds import FINDINGS, NOT_RUN, NOTICES
from cla.store import StoreError, imports
from cla.store.imports import ImportRow
from cla.store.jobs import Job
from cla.ui import (
    data,
    import_checks,
    import_figures,
    import_lists,
    import_next,
    import_words,
    quality,
    quality_changes,
)
from cla.ui.words import counted, moment, safe_md

MOST_FREQUENT = 10
_MANY = {"child": "children"}


def draw(job: Job, user: User) -> None:
    """The outcome of a job that is over."""
    st.header("3 Check")
    if job.state == "checked":
        rows = [
            row for row in (imports.find(current_store(), i, user.la) for i in job.imports) if row
        ]
        for notice in job.notices:
            st.info(safe_md(notice))
        for row in rows:
            _checked(row, user)
        _step_four(rows, user)
    elif job.state == "refused":
        lines = "\n".join(f"- {safe_md(problem)}" for problem in job.problems)
        st.error(f"**Not usable.** Nothing was changed.\n\n{lines}", icon=":material/error:")
        st.markdown("Put right what is named, then import the files again.")
    else:
        for problem in job.problems:
            st.error(safe_md(problem), icon=":material/error:")


def _checked(row: ImportRow, user: User) -> None:
    st.subheader(import_words.title(row.kind, row.year))
    rows = sum(row.row_counts.values())
    if row.kind == "ssda903":
        _return(row, user, rows)
    elif row.kind.startswith(importing.EES):
        import_figures.draw(row, user)
    else:
        what = {"providers": "provider", "current": "child"}.get(row.kind, "pupil")
        st.success(
            f"**Usable.** {counted(rows, what, _MANY.get(what))} read.",
            icon=":material/check_circle:",
        )
    notices = data.import_frame(user.la, row.id, NOTICES)
    if notices is not None:
        for notice in notices["notice"]:
            st.caption(safe_md(notice))
    import_checks.draw(row, user, "result")
    if row.kind != "providers" and not row.kind.startswith(importing.EES):
        _compared(row, user)


def _return(row: ImportRow, user: User, rows: int) -> None:
    findings = data.import_frame(user.la, row.id, FINDINGS)
    not_run = data.import_frame(user.la, row.id, NOT_RUN)
    if findings is None or not_run is None:
        st.error("The findings of this import are not kept any more. Import the files again.")
        return
    said = f"**Usable.** {counted(rows, 'row')} in {counted(len(row.row_counts), 'table')} read."
    if len(findings):
        about = findings["child"].nunique()
        said += f" The rules found {counted(len(findings), 'thing')} to look at,"
        said += f" about {counted(about, 'child', 'children')}."
    else:
        said += " The rules found nothing."
    st.success(said, icon=":material/check_circle:")
    left, right = st.columns([1, 2])
    with left:
        import_words.counts_table(row.row_counts)
    with right:
        if len(findings):
            _found(row, findings)
    if len(not_run):
        st.caption(
            f"{counted(len(not_run), 'rule')} could not be run, since the return lacks what they"
            " need. Data quality lists them."
        )
    quality_changes.since_before(user.la, row.id)
    import_lists.was_checked_with(user, row)


def _found(row: ImportRow, findings: pd.DataFrame) -> None:
    book = ssda903.rulebook(row.year)
    stages = findings["rule"].astype("str").map({code: rule.stage for code, rule in book.items()})
    by_severity = import_words.findings_in_words(row.findings)
    by_stage = ", ".join(
        f"{quality.STAGES.get(str(stage), stage)}: {count:,}"
        for stage, count in stages.value_counts().items()
    )
    st.markdown(safe_md(f"{by_severity}. By stage: {by_stage}."))
    counts = quality.by_rule(findings, book).head(MOST_FREQUENT)
    columns = {
        "rule": "Rule",
        "findings": "Findings",
        "children": "Children",
        "title": "What it says",
    }
    st.dataframe(
        counts[list(columns)].rename(columns=columns),
        hide_index=True,
        alt="The most frequent findings",
    )


def _compared(row: ImportRow, user: User) -> None:
    found = importing.comparison(current_store(), row.id, user.la)
    if found is None:
        return
    people = ("child", "children")
    st.markdown(
        f"Beside the current one: {counted(found.joined, *people)} joined,"
        f" {counted(found.left, *people)} left,"
        f" {counted(found.changed, *people)} with other records,"
        f" {counted(found.same, *people)} the same."
    )
    with st.expander("Rows by table, current and new"):
        names = list(found.rows)
        table = pd.DataFrame(
            {
                "Table": [safe_md(name) for name in names],
                "Current": [f"{found.rows[name][0]:,}" for name in names],
                "New": [f"{found.rows[name][1]:,}" for name in names],
            }
        )
        st.table(table.set_index("Table"), border="horizontal", alt="Rows by table")


def _step_four(rows: list[ImportRow], user: User) -> None:
    st.header("4 Make current")
    if not rows:
        st.info("This import was deleted since. Import the files again.")
        return
    waiting = [row for row in rows if not row.is_current]
    if not waiting:
        _done(rows, user)
        return
    for row in waiting:
        now = imports.current(current_store(), user.la, row.kind, row.year)
        st.markdown(f"- {safe_md(import_words.what_changes(row, now))}")
    if st.button("Make current", type="primary", key="import_make_current"):
        _make_current(waiting, user)


def _make_current(rows: list[ImportRow], user: User) -> None:
    store = current_store()
    try:
        with store.writing():
            for row in rows:
                imports.make_current(store, row.id, user.la, user.username)
    except StoreError as error:
        st.error(safe_md(error), icon=":material/error:")
        return
    st.rerun()


def _done(rows: list[ImportRow], user: User) -> None:
    names = ", ".join(import_words.title(row.kind, row.year) for row in rows)
    since = max(row.current_since for row in rows if row.current_since)
    used = import_words.who_uses([row.kind for row in rows])
    st.success(
        safe_md(f"Current since {moment(since)}: {names}. {used}"), icon=":material/check_circle:"
    )
    import_next.draw(rows, user)
