"""The summaries: one engine. How the results of our own children spread, subject by subject."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cla.reports import by_group, disclosure, split_safety
from cla.reports.cohort_members import selection_notes
from cla.reports.coverage import counted, what_is_missing, with_result
from cla.reports.distributions import Subject, bars, middle
from cla.reports.filters import TITLES, Filters
from cla.reports.model import STAGE_LABELS, Model, academic_year
from cla.reports.report import Coverage, Report

FEWEST = 10
"""Readers who may not see small numbers get bars of more children, medians of more scores, than
this: DfE hides percentages of so few."""
NO_SPLIT = (
    "Splits of a summary are for people who may see children's records: so many small counts side "
    "by side would give single children away."
)
_OUTCOMES: dict[str, tuple[str, ...]] = {
    "phonics": ("outcome",),
    "mtc": ("outcome",),
    "ks1": ("read_outcome", "writ_outcome", "mat_outcome", "read_level", "writ_level", "mat_level"),
    "ks2": ("read_outcome", "writ_outcome", "mat_outcome", "read_level", "writ_level", "mat_level"),
}
"""Columns that say that a child was absent or disapplied, by stage; the others do not say it."""
ABSENT_OR_DISAPPLIED = ("A", "D", "T", "U")


@dataclass(frozen=True)
class Summary:
    """One summary report as data: its bars in order."""

    name: str
    title: str
    subjects: tuple[Subject, ...]

    @property
    def stages(self) -> tuple[str, ...]:
        """The assessments the bars are of, in order."""
        return tuple(dict.fromkeys(subject.stage for subject in self.subjects))


def summary(
    spec: Summary, model: Model, filters: Filters, by: str = "", *, child_level: bool
) -> Report:
    """frames: "figures", "bars", "middles".

    "figures": stage, name, label, count; four an assessment: the cohort, and the three parts it is
    made of. "bars": stage, subject, title, heading, split (label of the group, "All children"),
    category, label, short, kind, count, percent of the group; the counts of a subject and group add
    up to its children, and bars of one heading have the same categories. "middles": stage, subject,
    title, split, n, median, lower, upper, unit. ``by`` is a column to split every bar by, for
    child-level readers. Hidden counts are missing.
    """
    filters, notes = disclosure.allowed(filters, child_level)
    title = f"{spec.title}, {academic_year(filters.year)}"
    missing = {stage: what_is_missing(model, filters, stage) for stage in spec.stages}
    loaded = {stage: filters.of(model, stage) for stage, lacks in missing.items() if not lacks}
    if not loaded:
        return Report(title, filters.words(model), notes=notes, empty=missing[spec.stages[0]])
    if by and not child_level:
        by, notes = "", (*notes, NO_SPLIT)
    by = by if by in TITLES else ""
    children = {
        one.key: loaded[one.stage] if one.source is None else one.source(model, filters)
        for one in spec.subjects
        if one.stage in loaded
    }
    kept = [one for one in spec.subjects if one.key in children and one.carried(children[one.key])]
    reach = _reach(loaded, child_level) if len(spec.stages) == 1 else None
    sizes = [figures(stage, own, child_level) for stage, own in loaded.items()]
    nobody = not any(len(own) for own in loaded.values())
    if not child_level:
        children = {one.key: _countable(one, children[one.key]) for one in kept}
    frames = {
        "figures": _all(sizes),
        "bars": _all([_bars(one, children[one.key], by, child_level) for one in kept]),
        "middles": _all([_middles(one, children[one.key], by, child_level) for one in kept]),
    }
    stages = " or ".join(STAGE_LABELS[stage] for stage in loaded)
    return Report(
        title=title,
        caption=filters.words(model),
        frames=frames,
        coverage=reach,
        notes=(
            *notes,
            *_about(model, filters, tuple(loaded), child_level),
            *_notes(spec, kept, missing, child_level),
        ),
        empty=f"No child of this selection is at the end of {stages}." if nobody else "",
    )


def _about(
    model: Model, filters: Filters, stages: tuple[str, ...], child_level: bool
) -> tuple[str, ...]:
    """What is said of who is in the report, once."""
    said = [selection_notes(model, filters, one, child_level=child_level) for one in stages]
    return tuple(dict.fromkeys(note for notes in said for note in notes))


def _all(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _countable(subject: Subject, pupils: pd.DataFrame) -> pd.DataFrame:
    """The children whose number is shown to every reader: those who count; nobody where it is not.

    A bar of the whole cohort would show how many are not matched, however small that number.
    """
    eligible = _counts(pupils, subject.counts)
    if subject.source is not None:
        shown = not disclosure.small(int(eligible.sum()))
    else:
        reach = disclosure.hide_coverage(counted(pupils, subject.stage))
        shown = reach.eligible is not None
        if subject.counts != _COUNTS:
            shown = _safe_beside(reach, int(eligible.sum()), int(_counts(pupils, _COUNTS).sum()))
    return pupils[eligible] if shown else pupils.iloc[:0]


_COUNTS = "elig"


def _counts(pupils: pd.DataFrame, column: str) -> pd.Series:
    """Which matched children a column of the results says count."""
    if column not in pupils:
        return pupils["matched"] & False
    return pupils["matched"] & pupils[column].eq(True).fillna(False)


def _safe_beside(reach: Coverage, count: int, others: int) -> bool:
    """Whether a second group of those who count may be shown: it is not small, and neither is what
    it leaves of the coverage beside the first."""
    whole = [reach.matched, reach.in_cohort, reach.with_result]
    left = [one - others - count for one in whole if one is not None]
    return not disclosure.small(count) and not any(disclosure.small(abs(one)) for one in left)


def _reach(loaded: dict[str, pd.DataFrame], child_level: bool) -> Coverage:
    ((stage, pupils),) = loaded.items()
    counts = counted(pupils, stage)
    return counts if child_level else disclosure.hide_coverage(counts)


def figures(stage: str, pupils: pd.DataFrame, child_level: bool) -> pd.DataFrame:
    """Cohort size and coverage in four figures; the last three add up to the first."""
    has = with_result(pupils, stage)
    codes = [name for name in _OUTCOMES.get(stage, ()) if name in pupils]
    said = pupils[codes].isin(ABSENT_OR_DISAPPLIED).any(axis="columns") & pupils["matched"]
    away = said & ~has
    counts = [int(has.sum()), int(away.sum()), int((~has & ~away).sum())]
    whole: int | None = len(pupils)
    shown: list[int | None] = list(counts)
    if not child_level:
        whole, *shown = _safe_figures(disclosure.hide_coverage(counted(pupils, stage)), counts)
    labels = ("In the cohort", "With a result", "Absent or disapplied", "No result")
    names = ("in_cohort", "with_result", "away", "no_result")
    frame = pd.DataFrame({"stage": stage, "name": names, "label": labels})
    return frame.assign(count=pd.array([whole, *shown], dtype="Int64"))


def _safe_figures(reach: Coverage, counts: list[int]) -> list[int | None]:
    """The four figures in line with the coverage this reader sees, so that neither completes the
    other."""
    if reach.in_cohort is None or reach.with_result is None:
        return [reach.in_cohort, reach.with_result, None, None]
    return [reach.in_cohort, reach.with_result, *disclosure.hide_counts(counts[1:])]


def _groups(pupils: pd.DataFrame, by: str) -> list[tuple[str, pd.DataFrame]]:
    """Everybody, then the groups of a characteristic that have children."""
    parts = [(by_group.EVERYBODY, pupils)]
    if by:
        group = by_group.group_of(pupils, by)
        parts += [
            (label, pupils[group == value])
            for value, label in by_group.labels(by).items()
            if (group == value).any()
        ]
    return parts


def _bars(subject: Subject, pupils: pd.DataFrame, by: str, child_level: bool) -> pd.DataFrame:
    parts = []
    for label, own in _groups(pupils, by):
        frame = bars(subject, own)
        if not child_level:
            frame = _safe(frame)
        parts.append(frame.assign(split=label))
    whole = pd.concat(parts, ignore_index=True).astype({"count": "Int64"})
    return whole.assign(
        stage=subject.stage,
        subject=subject.key,
        title=subject.title,
        heading=subject.heading or subject.title,
    )


def _safe(frame: pd.DataFrame) -> pd.DataFrame:
    """The parts of a bar with small counts hidden, and their percentages."""
    counts = [int(count) for count in frame["count"]]
    hidden = split_safety.hide_bar(counts, frame["kind"].tolist())
    if sum(counts) <= FEWEST:
        hidden = [None] * len(frame)
    shown = pd.Series(pd.array(hidden, dtype="Int64"), index=frame.index)
    return frame.assign(count=shown, percent=frame["percent"].mask(shown.isna(), np.nan))


def _middles(subject: Subject, pupils: pd.DataFrame, by: str, child_level: bool) -> pd.DataFrame:
    if not subject.score:
        return pd.DataFrame()
    rows = []
    for label, own in _groups(pupils, by):
        found = middle(subject, own)
        if not child_level:
            few = found["n"] <= FEWEST
            kept = np.nan if few else found["median"]
            found = {"n": np.nan, "median": kept, "lower": np.nan, "upper": np.nan}
        rows.append({"split": label, **found})
    return pd.DataFrame(rows).assign(
        stage=subject.stage, subject=subject.key, title=subject.title, unit=subject.unit
    )


def _notes(
    spec: Summary, kept: list[Subject], missing: dict[str, str], child_level: bool
) -> tuple[str, ...]:
    whose = "all children of the selection, those without a result too"
    if not child_level:
        whose = "the children who count in the results"
    notes = [f"Each bar is {whose}, so its parts add up to 100%."]
    notes += [lacks for lacks in missing.values() if lacks]
    loaded = [one for one in spec.subjects if not missing[one.stage]]
    lacking = [one.title for one in loaded if one not in kept and not one.era]
    if lacking and not any(one.era for one in kept):
        notes.append(f"The results loaded do not carry: {', '.join(lacking)}.")
    if not child_level:
        notes.append(disclosure.SMALL_NUMBERS)
    return tuple(notes)
