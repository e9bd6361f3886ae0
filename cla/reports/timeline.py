"""One child's years on one axis: care, placements, legal status, school years, assessments, SDQ."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd

from cla import cohort
from cla.cohort import groups
from cla.cohort.children import months_between
from cla.reports.model import academic_year
from cla.reports.pupil_outcomes import attendance_words
from cla.ssda903 import layout
from cla.stages import STAGES, capitalised

LANES = (
    "Care period",
    "Placement",
    "Legal status",
    "School year",
    "School",
    "School change",
    "Assessment",
    "Absence",
    "SDQ",
)
COLUMNS = ("lane", "start", "end", "open", "label", "detail", "value")


def labelled(episodes: pd.DataFrame, year: int) -> pd.DataFrame:
    """Episodes of a child with the names of their codes (``*_label``).

    ``year`` is the latest loaded collection year; a code of any year keeps its name.
    """
    names = {
        "rne_label": ("RNE", "rne"),
        "ls_label": ("LS", "ls"),
        "cin_label": ("CIN", "cin"),
        "place_label": ("PLACE", "place"),
        "rec_label": ("REC", "rec"),
    }
    labels = {
        column: episodes[code].map(_every_label(list_name, year)).astype("str")
        for column, (list_name, code) in names.items()
    }
    return episodes.assign(**labels)


@cache
def _every_label(list_name: str, year: int) -> dict[str, str]:
    """The names of all codes up to a year: of a code that was renamed, the latest name."""
    every: dict[str, str] = {}
    for one in range(layout.FIRST_YEAR, min(year, layout.LAST_YEAR) + 1):
        every.update(layout.codes(list_name, one))
    return every


def periods(episodes: pd.DataFrame) -> pd.DataFrame:
    """Periods: period, start, end, open, placements, episodes, reason_ended, short_breaks."""
    frame = cohort.spans(episodes, "period")
    frame["reason_ended"] = frame["rec_label"].where(~frame["open"] & (frame["rec"] != "X1"))
    frame["short_breaks"] = frame["respite"]
    names = ["period", "start", "end", "open", "placements", "episodes", "reason_ended"]
    return frame[[*names, "short_breaks"]]


def placements(episodes: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Placements with their official group and length in whole months (open ones up to a day)."""
    frame = cohort.spans(episodes, "placement")
    frame["placement_type"] = groups.named(
        "placement", groups.of_codes("placement", frame["place"])
    )
    frame["months"] = months_between(frame["start"], frame["end"].fillna(until))
    frame["label"] = frame["place_label"].fillna(frame["place"])
    names = ["placement", "period", "start", "end", "open", "place", "label", "placement_type"]
    return frame[[*names, "months"]]


def legal_statuses(episodes: pd.DataFrame) -> pd.DataFrame:
    """Spells of one legal status within a period: start, end, open, ls, label, group."""
    changed = (episodes["ls"] != episodes["ls"].shift(1)) | (
        episodes["period"] != episodes["period"].shift(1)
    )
    spells = cohort.spans(episodes.assign(spell=changed.cumsum()), "spell")
    spells["group"] = groups.named("legal", groups.of_codes("legal", spells["ls"]))
    spells["label"] = spells["ls_label"].fillna(spells["ls"])
    return spells[["start", "end", "open", "ls", "label", "group"]]


def school_years(dob: pd.Timestamp, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """The school years by age (reception to year 13) that overlap two days, as timeline rows."""
    if pd.isna(dob):
        return _frame([])
    reception = dob.year + (4 if dob.month < 9 else 5)
    rows = []
    for group in range(14):
        start = pd.Timestamp(reception + group, 9, 1)
        end = pd.Timestamp(reception + group + 1, 8, 31)
        if start <= until and end >= since:
            name = "Reception" if group == 0 else f"Year {group}"
            detail = academic_year(reception + group + 1)
            rows.append(("School year", start, end, False, name, detail, None))
    return _frame(rows)


MID_YEAR = "mid-year"
"""What a change of school is called that did not come with a new school year."""


def _schools(stays: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """The child's schools as timeline rows; one begun after the last return is left out."""
    drawn = stays[stays["start"] <= until]
    drawn = drawn.assign(
        open=drawn["end"].isna(), end=drawn["end"].where(drawn["end"] <= until, until)
    )
    name = drawn["school_name"].astype("str").fillna(drawn["laestab"])
    by_year = (~drawn["dated"]).map({True: "by school years", False: ""})
    return _spans_as_rows("School", drawn, name, by_year.astype("str"), until)


def _school_changes(moves: pd.DataFrame) -> list[tuple[Any, ...]]:
    """A point a change of school; where only the year is known, at the beginning of it."""
    rows: list[tuple[Any, ...]] = []
    names = ("year", "date", "mid_year", "before", "after", "as_a_rule")
    for year, date, mid_year, before, after, as_a_rule in zip(
        *(moves[name] for name in names), strict=True
    ):
        day = date if pd.notna(date) else pd.Timestamp(int(year) - 1, 9, 1)
        known = "" if pd.notna(date) else f" (day not known, in {academic_year(int(year))})"
        label = MID_YEAR if pd.notna(mid_year) and mid_year else "moved"
        label = "secondary" if as_a_rule else label
        to = after if pd.notna(after) else "a school not known"
        words = f"to {to}" if pd.isna(before) else f"from {before} to {to}"
        rows.append(("School change", day, day, False, label, f"{words}{known}", None))
    return rows


def _said(lane: str, value: float) -> str:
    """What a score or a percentage means, in words."""
    if lane == "Absence":
        return attendance_words(value)
    return str(groups.named("sdq", groups.of_numbers("sdq", pd.Series([value]))).iloc[0])


def _frame(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    return frame.astype({"value": "float", "open": "bool"})


def _spans_as_rows(
    lane: str, frame: pd.DataFrame, labels: pd.Series, details: pd.Series, until: pd.Timestamp
) -> pd.DataFrame:
    rows = frame[["start", "end", "open"]].assign(
        lane=lane, label=labels, detail=details.fillna(""), value=float("nan")
    )
    rows["end"] = rows["end"].fillna(until)
    return rows[list(COLUMNS)]


def timeline(
    child: pd.Series,
    frames: dict[str, pd.DataFrame],
    stages: dict[str, tuple[int, str, str]],
    until: pd.Timestamp,
) -> pd.DataFrame:
    """All lanes of one child in one frame: lane, start, end, open, label, detail, value.

    Open spans are drawn to ``until``; points have start equal to end.
    ``stages`` gives the collection year, the mark and the outcome in words of each stage with a
    result.
    """
    care, places, legal = frames["periods"], frames["placements"], frames["legal"]
    begun = [frame["start"].min() for frame in (care, frames["schools"]) if len(frame)]
    assessed = [pd.Timestamp(year, *STAGES[stage].taken) for stage, (year, _, _) in stages.items()]
    since = min([*begun, *assessed], default=until - pd.DateOffset(years=1))
    points: list[tuple[Any, ...]] = [
        ("Assessment", day, day, False, mark, f"{capitalised(stage)}: {words}", None)
        for stage, (year, mark, words) in stages.items()
        for day in [pd.Timestamp(year, *STAGES[stage].taken)]
    ]
    points += _school_changes(frames["moves"])
    for lane, name, unit in (("SDQ", "sdq", "score"), ("Absence", "absence", "value")):
        points += [
            (lane, day, day, False, f"{value:g}", _said(lane, value), value)
            for year, value in zip(frames[name]["year"], frames[name][unit], strict=True)
            if pd.notna(value)
            for day in [pd.Timestamp(int(year), 3, 31)]
        ]
    parts = [
        _spans_as_rows(
            "Care period",
            care,
            "Period " + care["period"].astype("str"),
            care["reason_ended"],
            until,
        ),
        _spans_as_rows(
            "Placement", places, places["placement_type"].astype("str"), places["label"], until
        ),
        _spans_as_rows("Legal status", legal, legal["label"], legal["group"].astype("str"), until),
        school_years(child["dob"], since, until),
        _schools(frames["schools"], until),
        _frame(points),
    ]
    every = pd.concat([part for part in parts if len(part)] or [_frame([])], ignore_index=True)
    in_order = pd.CategoricalDtype(list(LANES), ordered=True)
    every["lane"] = every["lane"].astype(in_order)
    return every.sort_values(["lane", "start"], kind="stable", ignore_index=True)
