"""Home: the cohort at a glance, how the children are doing, what changed, what needs attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cla import cohort, upn
from cla.cohort import groups
from cla.measures import round_half_up
from cla.reports import disclosure
from cla.reports.comparison import measure_rows
from cla.reports.coverage import coverage
from cla.reports.filters import Filters
from cla.reports.match_queue import undecided
from cla.reports.model import COHORT_LABELS, STAGE_LABELS, Model, academic_year, year_name
from cla.reports.report import Report

HEADLINES: Mapping[str, tuple[str, ...]] = {
    "ks2": ("ks2_rwm_exp", "ks2_read_exp"),
    "ks4": ("ks4_att8", "ks4_em94"),
}
SPLITS = (
    "sex",
    "age",
    "placement",
    "time_in_care",
    "legal",
    "need",
    "sdq",
    "placements_in_year",
    "sen",
)
"""The characteristics that the cohort is split by, a frame each."""


def home(
    model: Model,
    filters: Filters,
    *,
    child_level: bool,
    findings: Mapping[str, int] | None = None,
    accepted: int = 0,
) -> Report:
    """The front page of an authority.

    frames: "headlines" (``comparison.COLUMNS`` with stage and sentence), "sizes" (name, label,
    count, previous, change), "changes" (joiners and leavers against the previous return),
    "attention" (kind, sentence, count, link) and one frame a split (value, label, count, percent).
    ``findings`` counts the open findings of the return by severity and ``accepted`` those that
    somebody accepted, where the caller knows them.
    """
    filters, refused = disclosure.allowed(filters, child_level)
    title = f"Looked-after children, {year_name(filters.year)}"
    if filters.year not in model.years:
        missing = f"No return for {year_name(filters.year)} yet. Import one."
        return Report(title, filters.words(model), notes=refused, empty=missing)
    chosen = filters.apply(model.children(filters.year))
    frames = {
        "headlines": headlines(model, filters, child_level),
        "sizes": _sizes(model, filters, child_level),
        "changes": _changes(model, filters, child_level),
        "attention": _attention(model, filters, child_level, findings or {}, accepted),
        **{name: split(chosen, name, child_level) for name in SPLITS},
    }
    notes = refused if child_level else (*refused, disclosure.SMALL_NUMBERS)
    empty = "" if len(chosen) else "No child of the return meets this selection."
    return Report(title, filters.words(model), frames, None, notes, empty)


def split(chosen: pd.DataFrame, name: str, child_level: bool) -> pd.DataFrame:
    """The cohort by one characteristic: value, label, count, percent; groups without children too.

    "Not known" is a group and is left out only when it is empty.
    """
    labels = groups.labels(name) if name != "need" else _needs(chosen)
    found = Counter(_groups(chosen, name))
    kept = [group for group in labels if group != groups.UNKNOWN or found[group]]
    counts = [found[group] for group in kept]
    shown = counts if child_level else disclosure.hide_counts(counts)
    whole = max(len(chosen), 1)
    percent = [np.nan if count is None else 100 * count / whole for count in shown]
    return pd.DataFrame(
        {
            "value": kept,
            "label": [labels[group] for group in kept],
            "count": pd.array(shown, dtype="Int64"),
            "percent": percent,
        }
    )


def _needs(chosen: pd.DataFrame) -> dict[str, str]:
    found = sorted(chosen["need"].dropna().unique())
    return {**{need: need for need in found}, groups.UNKNOWN: groups.UNKNOWN_LABEL}


def _groups(chosen: pd.DataFrame, name: str) -> list[str]:
    """The group of each child, as text."""
    if name == "need":
        return chosen["need"].fillna(groups.UNKNOWN).tolist()
    if name == "legal":
        return groups.of_codes(name, chosen["ls"]).tolist()
    if name == "sdq":
        return groups.of_numbers(name, chosen["sdq_score"]).tolist()
    if name in ("age", "placements_in_year"):
        return groups.of_numbers(name, chosen[name]).tolist()
    return chosen[name].tolist()


def _sizes(model: Model, filters: Filters, child_level: bool) -> pd.DataFrame:
    """How many children by each definition, this year and the year before, under the filters."""
    now = _counts(model, filters)
    held = {*cohort.STATUTORY, filters.cohort}
    if filters.year in model.years and model.current_list(filters.year) is not None:
        held.add(cohort.CURRENT)
    before = _counts(model, filters.replace(year=filters.year - 1))
    labels = {
        **{name: label for name, label in COHORT_LABELS.items() if name in held},
        "short_breaks": "Only in an agreed series of short-term breaks",
        "uasc": "Unaccompanied children looked after at 31 March",
    }
    frame = pd.DataFrame(
        {
            "name": list(labels),
            "label": list(labels.values()),
            "count": [now.get(name, np.nan) for name in labels],
            "previous": [before.get(name, np.nan) for name in labels],
        }
    ).astype({"count": "Int64", "previous": "Int64"})
    if not child_level:
        for column in ("count", "previous"):
            known = [None if pd.isna(size) else int(size) for size in frame[column]]
            frame[column] = pd.array(disclosure.hide_sizes(known), dtype="Int64")
    return frame.assign(change=frame["count"] - frame["previous"])


def _counts(model: Model, filters: Filters) -> dict[str, int]:
    if filters.year not in model.years:
        return {}
    children = model.children(filters.year)
    members = {name: filters.replace(cohort=name).chosen(children) for name in cohort.COHORTS}
    return {
        **{name: int(chosen.sum()) for name, chosen in members.items()},
        "short_breaks": int(children["short_breaks_only"].sum()),
        "uasc": int((members["at_31_march"] & children["uasc"]).sum()),
    }


def _changes(model: Model, filters: Filters, child_level: bool) -> pd.DataFrame:
    """Children in the cohort now who were not in the previous return's, and the other way round.

    Both are hidden where one is small: it would follow from the other and the sizes of both years.
    """
    rows: list[tuple[str, str, Any]] = []
    before = filters.year - 1
    if before in model.years:
        now, then = (
            set(children.loc[filters.chosen(children), "child"])
            for children in (model.children(filters.year), model.children(before))
        )
        rows = [
            ("joiners", f"In the cohort now, not in {year_name(before)}", len(now - then)),
            ("leavers", f"In the cohort in {year_name(before)}, not now", len(then - now)),
        ]
    frame = pd.DataFrame(rows, columns=["name", "label", "count"]).astype({"count": "Int64"})
    if not child_level and frame["count"].between(1, disclosure.THRESHOLD).any():
        frame["count"] = pd.array([None] * len(frame), dtype="Int64")
    return frame


def headlines(model: Model, filters: Filters, child_level: bool) -> pd.DataFrame:
    """The four headline measures with a sentence each."""
    parts = [
        measure_rows(
            model, filters, stage, [(name, stage) for name in names], child_level=child_level
        )
        for stage, names in HEADLINES.items()
    ]
    frame = pd.concat(parts, ignore_index=True).rename(columns={"group": "stage"})
    rows = frame.to_dict("records")
    return frame.assign(
        sentence=[sentence({str(k): v for k, v in row.items()}, filters.year) for row in rows]
    )


def sentence(row: Mapping[str, Any], year: int) -> str:
    """One measure in words: the figure, of how many, beside England, and against last year."""
    if row["reason"]:
        return f"{row['label']}: {row['reason']}"
    mark = "%" if row["unit"] == "percent" else ""
    children = "" if np.isnan(row["n"]) else f"{row['n']:,.0f} children"
    words = [f"{row['label']}: {_one(row['value'])}{mark} of {children}"]
    if not mark:
        of = f", {children}" if children else ""
        words = [f"{row['label']}: {_one(row['value'])} on average{of}"]
    if not np.isnan(row["england_cla"]):
        said = f", {row['verdict']}" if row["verdict"] else ""
        older = row["england_cla_year"] != academic_year(year)
        when = f" in {row['england_cla_year']}" if older else ""
        words.append(f"England, looked after{when}: {_one(row['england_cla'])}{mark}{said}")
    if not np.isnan(row["change"]):
        direction = "up" if row["change"] > 0 else "down"
        moved = f"{direction} {_one(abs(row['change']))} on {academic_year(year - 1)}"
        words.append(moved if row["change"] else f"the same as in {academic_year(year - 1)}")
    return "; ".join(words) + "."


def _one(value: float) -> str:
    return f"{round_half_up(value, 1):,.1f}"


def _attention(
    model: Model,
    filters: Filters,
    child_level: bool,
    findings: Mapping[str, int],
    accepted: int,
) -> pd.DataFrame:
    """What a person should look at: kind, sentence, count, link."""
    rows: list[tuple[str, str, int | None, str]] = []
    for stage in ("ks2", "ks4"):
        reach = coverage(model, filters, stage, child_level=child_level)
        name, year = STAGE_LABELS[stage], academic_year(filters.year)
        if reach is None:
            rows.append(("results", f"No {name} results for {year} are loaded.", None, "import"))
        elif reach.not_matched:
            lost = reach.not_matched
            told = f"{lost:,} {_children(lost)} not matched to {name} results."
            rows.append(("matching", told, lost, f"not_matched:{stage}"))
    if child_level:
        rows += _to_decide(model, filters.year)
        rows += _data_to_check(model, filters)
    rows += _open_findings(findings, accepted)
    if filters.year - 1 not in model.years:
        before = year_name(filters.year - 1)
        rows.append(("return", f"The return of {before} is not loaded.", None, "import"))
    frame = pd.DataFrame(rows, columns=["kind", "sentence", "count", "link"])
    return frame.astype({"count": "Int64"})


def _to_decide(model: Model, year: int) -> list[tuple[str, str, int | None, str]]:
    """Matches of the year's results that wait for a person."""
    count = int(undecided(model, year)["count"].sum())
    if not count:
        return []
    what = "match" if count == 1 else "matches"
    return [("matching", f"{count:,} {what} of children and results to decide.", count, "decide")]


def _open_findings(
    findings: Mapping[str, int], accepted: int
) -> list[tuple[str, str, int | None, str]]:
    """The open findings by severity, the most first; the last row names the accepted ones too."""
    rows: list[tuple[str, str, int | None, str]] = []
    left = sorted((item for item in findings.items() if item[1]), key=lambda item: -item[1])
    for place, (severity, count) in enumerate(left, start=1):
        told = f"{count:,} open {'finding' if count == 1 else 'findings'} in the return: {severity}"
        beside = f"; {accepted:,} accepted" if accepted and place == len(left) else ""
        rows.append(("findings", f"{told}{beside}.", count, "quality"))
    return rows


def _children(count: int) -> str:
    return "child" if count == 1 else "children"


def _data_to_check(model: Model, filters: Filters) -> list[tuple[str, str, int | None, str]]:
    """Children whose OC2 entry disagrees with their episodes, and school-age ones without a UPN."""
    rows: list[tuple[str, str, int | None, str]] = []
    children = model.children(filters.year)
    marked = children["oc2_marked"].fillna(children["looked_after_12_months"]).astype(bool)
    differ = int((marked != children["looked_after_12_months"]).sum())
    if differ:
        told = f"12 months by the episodes and by OC2 differ for {differ:,} {_children(differ)}."
        rows.append(("cohort", told, differ, "cohort"))
    at_school = children["year_group"].between(1, 11).fillna(False).astype(bool)
    no_upn = children["upn_grade"].isin((upn.BLANK, upn.UN_CODE))
    without = int((filters.chosen(children) & at_school & no_upn).sum())
    if without:
        told = f"{without:,} {_children(without)} of school age without a UPN."
        rows.append(("upn", told, without, "quality"))
    return rows
