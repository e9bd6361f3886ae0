"""Who belongs: to the children looked after now, by decision, and to the end of a key stage.

The statutory cohorts come from the return alone (``cohort.children``). Here a list of the children
looked after now is laid beside them, and what people decided about single children is applied.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from cla import upn as upns
from cla.cohort.children import (
    COHORTS,
    age_at,
    months_between,
    with_groups,
    year_group,
)
from cla.stages import STAGES

EVERY = "every"
"""A decision that holds for all cohorts."""
LEAVE_OUT, TAKE_IN = "leave out", "take in"

BY_RESULT = "has a result of this key stage"
BY_SCHOOL = "in this year group by the school census"
BY_AGE = "of this age; no year group is known"
OTHER_YEAR = "of this age, but in another year group by the school census"
BY_DECISION = "by decision"


def with_current(children: pd.DataFrame, listed: pd.DataFrame | None, year: int) -> pd.DataFrame:
    """``cohort.children`` of a year with ``current``, and a row for each listed child it lacks.

    ``listed`` is the frame of a ``CurrentList`` with ``as_at``, or None. A listed child is the
    return's child of the same identifier, else of the same UPN and date of birth. What the return
    lacks of a child (UPN, ethnic group) is taken from the list. Joiners have the care that the list
    says, as at its day; ages and year groups are as at 31 March of ``year`` as everybody's.
    """
    if listed is None or listed.empty:
        return children.assign(current=False)
    own = _known_as(children, listed)
    known = own.isin(children["child"])
    filled = _filled(children, listed[known].assign(child=own[known]))
    filled["current"] = filled["child"].isin(own)
    joiners = listed[~known & ~listed["child"].duplicated()]
    if joiners.empty:
        return filled
    return pd.concat([filled, _rows(joiners, filled, year)], ignore_index=True)


def _known_as(children: pd.DataFrame, listed: pd.DataFrame) -> pd.Series:
    """The identifier in the return of each listed child; its own where the return lacks it."""
    people = children.loc[children["upn_grade"].isin(upns.MATCHABLE), ["child", "upn", "dob"]]
    people = people.dropna().drop_duplicates(["upn", "dob"], keep=False)
    found = listed[["upn", "dob"]].merge(people, on=["upn", "dob"], how="left")["child"]
    found.index = listed.index
    same = listed["child"].isin(children["child"])
    return listed["child"].where(same, found.fillna(listed["child"]))


def _filled(children: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """What the return lacks of its own children, from the list."""
    given = listed.drop_duplicates("child").set_index("child")
    frame = children.copy()
    no_number = ~frame["upn_grade"].isin(upns.MATCHABLE)
    usable = given[given["upn_grade"].isin(upns.MATCHABLE)]
    found = frame["child"].map(usable["upn"]).astype("str")
    better = no_number & found.notna()
    frame["upn"] = frame["upn"].mask(better, found)
    frame["upn_grade"] = frame["upn_grade"].mask(
        better, frame["child"].map(usable["upn_grade"]).astype("str")
    )
    frame["ethnic"] = frame["ethnic"].fillna(frame["child"].map(given["ethnic"]).astype("str"))
    return frame


def _rows(joiners: pd.DataFrame, like: pd.DataFrame, year: int) -> pd.DataFrame:
    """The children whom only the list has, in the columns of ``like``."""
    end = pd.Timestamp(year, 3, 31)
    yes_no = [str(name) for name in like.select_dtypes("bool")]
    rows = like.iloc[:0].drop(columns=yes_no).reindex(joiners.index)
    for name in ("child", "upn", "upn_grade", "sex", "dob", "ethnic", "place", "ls"):
        rows[name] = joiners[name].astype(like[name].dtype)
    rows["sex"] = rows["sex"].fillna("U")
    rows["age"], rows["year_group"] = age_at(rows["dob"], end), year_group(rows["dob"], year)
    rows["on"] = joiners["as_at"].astype(like["on"].dtype)
    rows["period_start"] = joiners["started"].astype(like["period_start"].dtype)
    rows["months_in_care"] = months_between(rows["period_start"], rows["on"])
    said_no = dict.fromkeys((*yes_no, *(name for name in _UNSEEN if name in like)), False)
    rows = rows.assign(**{**said_no, "current": True})
    kinds = like.drop(columns="return_year").dtypes.to_dict()  # years cannot be missing as int
    return with_groups(rows, year)[like.columns].astype(kinds)


_UNSEEN = ("period_known", "carer_known", "changes_known", "respite")
"""What the episodes of a return tell, which a list does not have."""


def decided(children: pd.DataFrame, decisions: pd.DataFrame | None, year: int) -> pd.DataFrame:
    """Children with the cohort columns as people decided, and ``left_out``, ``taken_in`` (bool).

    ``decisions``: child, year, cohort (a key of ``COHORTS`` or ``EVERY``), verdict (``LEAVE_OUT``
    or ``TAKE_IN``); of two about one child and cohort the later row holds.
    """
    frame = children.assign(left_out=False, taken_in=False)
    if decisions is None or decisions.empty:
        return frame
    mine = decisions[decisions["year"] == year]
    for name, column in COHORTS.items():
        about = mine[mine["cohort"].isin([name, EVERY])].drop_duplicates("child", keep="last")
        verdict = frame["child"].map(about.set_index("child")["verdict"])
        out, put_in = (verdict == LEAVE_OUT), (verdict == TAKE_IN)
        frame["left_out"] |= out & frame[column]
        frame["taken_in"] |= put_in & ~frame[column]
        frame[column] = (frame[column] | put_in) & ~out
    return frame


def movements(children: pd.DataFrame) -> pd.DataFrame:
    """Who joined and who left since 31 March, by a list of the children looked after now.

    Columns: child, movement ("joined" or "left"), since (start of care as far as it is known).
    """
    joined = children["current"] & ~children["at_31_march"]
    left = children["at_31_march"] & ~children["current"]
    frame = children[joined | left]
    return pd.DataFrame(
        {
            "child": frame["child"],
            "movement": np.where(joined[joined | left], "joined", "left"),
            "since": frame["period_start"],
        }
    ).reset_index(drop=True)


def of_stage(
    children: pd.DataFrame,
    stage: str,
    matched: pd.Series,
    school_years: pd.Series,
    decisions: pd.DataFrame | None = None,
    year: int | None = None,
) -> pd.DataFrame:
    """Who is at the end of a key stage: child, member (bool), why, school_year, by_age (bool).

    One row a child who is of the age, has a result, is in the year group, or was decided about;
    the index is that of ``children``. ``matched`` (bool) by the index of ``children``;
    ``school_years`` by child: the year group of the school census, as text ("R", "6"). A result
    makes a member; without one the school's year group says, else the age. A child of the age in
    another year group is listed and no member, as Nexus does at key stage 4 (reports.md section
    1); ``decisions`` (child, year, stage, verdict) overrule everything.
    """
    ends = STAGES[stage].year_group
    group = children["child"].map(school_years).astype("str")
    by_age = (children["year_group"] == ends).fillna(False).astype(bool)
    by_school = group == ("R" if ends == 0 else str(ends))
    why = np.select(
        [matched, by_school, by_age & group.isna(), by_age],
        [BY_RESULT, BY_SCHOOL, BY_AGE, OTHER_YEAR],
        default="",
    )
    member = pd.Series(np.isin(why, [BY_RESULT, BY_SCHOOL, BY_AGE]), index=children.index)
    frame = pd.DataFrame(
        {
            "child": children["child"],
            "member": member,
            "why": pd.Series(why, index=children.index, dtype="str"),
            "school_year": group,
            "by_age": by_age,
        }
    )
    frame = _overruled(frame, stage, decisions, year)
    return frame[frame["why"] != ""]


def _overruled(
    frame: pd.DataFrame, stage: str, decisions: pd.DataFrame | None, year: int | None
) -> pd.DataFrame:
    if decisions is None or decisions.empty:
        return frame
    mine = decisions[(decisions["stage"] == stage) & (decisions["year"] == year)]
    verdict = frame["child"].map(
        mine.drop_duplicates("child", keep="last").set_index("child")["verdict"]
    )
    about = verdict.isin([LEAVE_OUT, TAKE_IN])
    return frame.assign(
        member=frame["member"].where(~about, verdict == TAKE_IN),
        why=frame["why"].where(~about, BY_DECISION),
    )
