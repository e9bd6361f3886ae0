"""The page of the cohort: its sizes, joiners and leavers, and decisions about single children."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla.access import Permission, User, current_store
from cla.cohort import COHORTS
from cla.cohort.membership import EVERY, LEAVE_OUT, TAKE_IN
from cla.reports import COHORT_LABELS, Filters, Model, Report, year_name
from cla.reports.cohort_members import MOVEMENTS, VERDICTS
from cla.stages import STAGES
from cla.store import StoreError, decisions
from cla.ui import downloads, report_page
from cla.ui.words import counted, listed, moment, safe_md

NEEDS: Permission = "cla.import"
_KINDS = ("membership", "key_stage")
_SAID = "cohort: said"
_PEOPLE = {
    "sex": "Sex",
    "dob": "Born",
    "age": "Age at 31 March",
    "year_group": "Year group by age",
    "placement_type": "Placement",
    "legal": "Legal status",
}
_DAYS = {
    name: st.column_config.DateColumn(format="DD/MM/YYYY") for name in ("Born", "In care since")
}


def sizes(report: Report) -> None:
    """How many children there are by each definition, and what decisions changed."""
    if said := st.session_state.pop(_SAID, ""):
        st.success(safe_md(said), icon=":material/check_circle:")
    frame = report.frames["sizes"]
    shown = frame.assign(label=frame["label"].map(safe_md))[
        ["label", "count", "left_out", "taken_in"]
    ]
    shown.columns = pd.Index(["Cohort", "Children", "Left out by decision", "Taken in by decision"])
    st.table(shown.set_index("Cohort"), border="horizontal", alt="Children by cohort")


def movements(report: Report, filters: Filters, user: User) -> None:
    """Who joined and who left since 31 March, by the list of children looked after now."""
    st.header("Joined and left since 31 March")
    for note in report.notes:
        st.markdown(safe_md(note))
    frame = report.frames["movements"]
    if frame.empty:
        if user.can(NEEDS):
            st.page_link(
                "import_data.py",
                label="Import a list of the children looked after now",
                icon=":material/upload:",
                query_params={"import_kind": "current"},
            )
        return
    counts = frame["movement"].value_counts()
    said = [
        f"{counted(int(counts.get(words, 0)), 'child', 'children')} {words}"
        for words in MOVEMENTS.values()
    ]
    st.markdown(safe_md(f"{listed(said)}."))
    rows = frame.rename(
        columns={
            "child": "Child",
            "movement": "What happened",
            "since": "In care since",
            "note": "To look at",
            "upn_said": "UPN",
            **_PEOPLE,
        }
    )
    _with_download(rows, report, filters, user, "joiners-and-leavers", "Joiners and leavers")


def other_years(report: Report, filters: Filters) -> None:
    """Children of the age of a key stage who are in another year group, and how they count."""
    st.header("At the end of a key stage")
    frame = report.frames["other_year"]
    if frame.empty:
        st.markdown(
            "No child of the age of a key stage is in another year group by the school census"
            f" loaded for {safe_md(year_name(filters.year))}, and nobody decided otherwise."
        )
        return
    st.markdown(
        "A child counts at the end of a key stage with a result of it, or in its year group by the"
        " school census. These are of the age but in another year group, or were decided about."
    )
    rows = pd.DataFrame(
        {
            "Child": frame["child"],
            "Key stage": frame["title"],
            "Counts": frame["member"].map({True: "yes", False: "no"}),
            "Why": frame["why"],
            "Year group by the school census": frame["school_year"],
            "Born": frame["dob"],
        }
    )
    st.dataframe(
        rows,
        hide_index=True,
        placeholder="",
        column_config=_DAYS,
        alt="Children in another year group",
    )


def children(report: Report, filters: Filters, user: User) -> None:
    """Every child who is in a cohort, with the cohorts they are in."""
    st.header("Every child")
    frame = report.frames["children"]
    held = dict(zip(report.frames["sizes"]["name"], report.frames["sizes"]["label"], strict=True))
    columns = {name: COHORTS[name] for name in held}
    rows = pd.DataFrame({"Child": frame["child"], "By decision": frame["decision"]})
    for name, column in columns.items():
        rows[held[name]] = frame[column].map({True: "yes", False: "no"})
    rows = rows.assign(**{title: frame[name] for name, title in _PEOPLE.items()})
    words = st.text_input("Search", placeholder="Child identifier", key="cohort_search", width=320)
    if words:
        rows = rows[rows["Child"].str.contains(words.strip(), case=False, regex=False)]
    _with_download(rows, report, filters, user, "cohort", "Children of the cohorts")


def _with_download(
    rows: pd.DataFrame, report: Report, filters: Filters, user: User, stem: str, alt: str
) -> None:
    """A table of children and the file of it."""
    st.dataframe(rows, hide_index=True, placeholder="", column_config=_DAYS, alt=alt)
    downloads.download(
        "Download these rows (CSV)",
        rows,
        report_page.caption(report, filters, user, personal=True),
        user,
        stem=stem,
        permission="cla.pupils",
        key=f"{stem}_csv",
    )


def decide(model: Model, report: Report, filters: Filters, user: User) -> None:
    """The form to leave a child out or take one in, with a reason; for those who may."""
    st.header("Leave a child out, or take one in")
    if not user.can(NEEDS):
        st.markdown("Analysts of your authority decide this; you see below what they decided.")
        return
    st.markdown(
        "For a child who should not be counted although the return says so, or the other way"
        " round. Reports of results then say how many were left out or taken in. The return"
        " itself is not changed."
    )
    scopes = _scopes(model, report, filters.year)
    with st.form("cohort_decision", clear_on_submit=True):
        child = st.selectbox(
            "Child",
            sorted(model.undecided_children(filters.year)["child"]),
            index=None,
            placeholder="Choose a child",
            width=320,
        )
        scope = st.selectbox("Of what", list(scopes), format_func=scopes.__getitem__, width=420)
        verdict = st.radio(
            "What to do",
            [LEAVE_OUT, TAKE_IN],
            format_func={LEAVE_OUT: "Leave out", TAKE_IN: "Take in"}.__getitem__,
            horizontal=True,
        )
        note = st.text_area(
            "Why", max_chars=decisions.LONGEST_NOTE, height=80, help="Others read this reason."
        )
        pressed = st.form_submit_button("Decide", type="primary")
    if pressed:
        _decide(filters.year, child, scope, str(verdict), note, user)


def _scopes(model: Model, report: Report, year: int) -> dict[str, str]:
    """What a decision can be about: "cohort:12_months", "stage:ks2"."""
    labels = dict(zip(report.frames["sizes"]["name"], report.frames["sizes"]["label"], strict=True))
    return {
        f"cohort:{EVERY}": "Every cohort",
        **{f"cohort:{name}": f"Only: {label}" for name, label in labels.items()},
        **{f"stage:{name}": f"The end of {STAGES[name].title}" for name in model.stages(year)},
    }


def _decide(year: int, child: str | None, scope: str, verdict: str, note: str, user: User) -> None:
    if child is None or not note.strip():
        st.error("Choose a child and say why: others read the reason.", icon=":material/error:")
        return
    about, _, name = scope.partition(":")
    kind, key = ("membership", "cohort") if about == "cohort" else ("key_stage", "stage")
    value = {"child": child, "year": year, key: name, "verdict": verdict}
    try:
        decisions.record(
            current_store(),
            user.la,
            kind,
            {f"{year}/{name}/{child}": value},
            by=user.username,
            name=user.name,
            note=note,
            only_about_imports=True,
        )
    except StoreError as error:
        st.error(safe_md(error), icon=":material/error:")
        return
    st.session_state[_SAID] = f"Child {child} is {VERDICTS[verdict]}."
    st.rerun()


def decided(filters: Filters, user: User) -> None:
    """What was decided of this year and stands, with reason, name and moment; to be taken back."""
    st.header("What was decided")
    found = _standing(user, filters.year)
    if found.empty:
        st.markdown(f"Nothing for {safe_md(year_name(filters.year))}.")
        return
    rows = pd.DataFrame(
        {
            "Child": found["child"],
            "Decided": found["verdict"].map(VERDICTS),
            "Of": found["of"],
            "Why": found["note"],
            "By": found["name"],
            "On": [moment(when) for when in found["moment"]],
        }
    )
    if not user.can(NEEDS):
        st.dataframe(rows, hide_index=True, alt="Decisions about children")
        return
    picked = st.dataframe(
        rows,
        hide_index=True,
        alt="Decisions about children",
        on_select="rerun",
        selection_mode="multi-row",
        key="cohort_decided",
    )
    chosen = found.iloc[list(picked["selection"]["rows"])]
    if st.button(
        f"Take back the selected ({len(chosen):,})",
        icon=":material/undo:",
        disabled=chosen.empty,
        key="cohort_take_back",
    ):
        _take_back(chosen, user)


def _standing(user: User, year: int) -> pd.DataFrame:
    """The decisions of a year that stand, newest first: kind, of, and what the store gives."""
    held = decisions.current(current_store(), user.la)
    parts = [pd.DataFrame(columns=["kind", "subject", "child", "verdict", "year", "of", "moment"])]
    for kind in _KINDS:
        if kind not in held:
            continue
        frame = held[kind].assign(kind=kind)
        frame["of"] = (
            frame["cohort"].map({EVERY: "every cohort", **COHORT_LABELS})
            if kind == "membership"
            else "the end of " + frame["stage"].map(lambda name: STAGES[name].title)
        )
        parts.append(frame[frame["year"] == year])
    found = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return found.sort_values("moment", ascending=False, ignore_index=True)


def _take_back(chosen: pd.DataFrame, user: User) -> None:
    try:
        for kind, some in chosen.groupby("kind"):
            decisions.take_back(
                current_store(), user.la, str(kind), some["subject"].tolist(), by=user.username
            )
    except StoreError as error:
        st.error(safe_md(error), icon=":material/error:")
        return
    st.session_state[_SAID] = f"{counted(len(chosen), 'decision')} taken back."
    st.rerun()
