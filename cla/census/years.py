"""Rows of several files, terms and schools made into one row a pupil, and the schools they went to.

The fact of the latest term is taken: autumn, spring, summer, then what is said of the whole year.
Sessions and suspensions are added over terms and schools. Absence follows DfE: sessions missed of
possible sessions, a pupil persistently absent at 10% and severely absent at 50% of their own
possible sessions.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cla.census.codes import UNKNOWN
from cla.census.fields import PREMIUM
from cla.census.rows import SESSIONS, STRANDS, TERMS, TIMES, YEARLY, Rows

PERSISTENT, SEVERE = 10.0, 50.0  # percent of possible sessions; DfE's definitions since 2015/16
MOVED_FROM = (10, 1)  # who enters a school from October on has moved in the year

_PERSON = (
    *("upn_grade", "dob", "sex", "former_upn", "ethnic", "year_group", "sen", "sen_need"),
    *("sen_need_2", "fsm", "fsm6", "disadvantaged", *STRANDS, "language", "eal"),
    *("idaci_score", "idaci_rank"),
)
_OF_SCHOOL = (
    *("urn", "laestab", "school_name", "school_la", "school_phase", "school_type"),
    *("school_type_group", "enrol_status", "entry_date", "leaving_date"),
)
FRAME = (
    *("upn", "upn_grade", "dob", "sex", "academic_year", "former_upn", "ethnic", "year_group"),
    *("sen", "sen_need", "sen_need_2", "fsm", "fsm6", "disadvantaged", "pupil_premium", *STRANDS),
    *("language", "eal", "idaci_score", "idaci_rank", *_OF_SCHOOL, "schools", "in_year_move"),
    *(*SESSIONS, "absence_overall", "absence_authorised", "absence_unauthorised"),
    *("persistent", "severe", *TIMES, "suspended", "excluded"),
)
SCHOOLS = (
    *("upn", "academic_year", "laestab", "urn", "school_name", "school_la", "school_type_group"),
    *("entry_date", "leaving_date", "term", "main"),
)


def gathered(parts: Sequence[Rows]) -> tuple[pd.DataFrame, int, int]:
    """All rows of a year in the order in which they count, the last most; doubles left out.

    Also how many rows doubled another (same pupil, term, school and entry), and how many pupils
    have rows under a former UPN, which are counted as theirs.
    """
    frames = [part.frame.assign(part=i, sort=part.sort) for i, part in enumerate(parts)]
    rows = pd.concat(frames, ignore_index=True)
    rows, renamed = _under_one_number(rows)
    rows["school"] = rows["laestab"].fillna("urn " + rows["urn"])
    rank = {term: i for i, term in enumerate((*TERMS, YEARLY), start=1)}
    rows["rank"] = rows["term"].map(rank).astype(int).mask(rows["sort"] == PREMIUM, 0)
    same = ["upn", "part", "term", "school", "entry_date"]
    doubled = rows.duplicated(same)
    rows = rows[~doubled].assign(
        still=rows["leaving_date"].isna(), first=-rows["line"], entered=rows["entry_date"]
    )
    order = ["rank", "main", "entered", "still", "first"]
    rows = rows.sort_values(order, na_position="first", kind="stable")
    return rows.drop(columns=["still", "first", "entered"]), int(doubled.sum()), renamed


def doubles(rows: Rows) -> pd.Series:
    """Whether a row of a file repeats pupil, term, school and entry of one before it."""
    school = rows.frame["laestab"].fillna("urn " + rows.frame["urn"])
    return rows.frame.assign(school=school).duplicated(["upn", "term", "school", "entry_date"])


def _under_one_number(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Rows under a UPN that another row of the same birth date names as its former one."""
    named = rows.dropna(subset=["former_upn", "dob"]).drop_duplicates("former_upn", keep="last")
    named = named[~named["upn"].isin(named["former_upn"])].set_index("former_upn")
    newer = named[["upn", "dob"]].reindex(rows["upn"]).set_axis(rows.index)
    now = newer["upn"].astype("str")
    joined = now.notna() & (newer["dob"] == rows["dob"])
    former = rows["former_upn"].mask(joined, rows["upn"])
    return (
        rows.assign(upn=rows["upn"].mask(joined, now), former_upn=former),
        int(rows.loc[joined, "upn"].nunique()),
    )


def one_a_pupil(rows: pd.DataFrame, academic_year: str) -> pd.DataFrame:
    """One row a pupil from ``gathered`` rows, in the order of the files; columns FRAME."""
    in_order = rows.sort_values(["part", "line"], kind="stable")
    pupils = pd.Index(in_order["upn"].drop_duplicates())
    person = rows.groupby("upn", sort=False)[list(_PERSON)].last()
    frame = pd.concat(
        [person, _latest_school(rows), _moves(rows, academic_year), _summed(rows)], axis=1
    ).reindex(pupils)
    frame["school_type_group"] = frame["school_type_group"].fillna(UNKNOWN)
    frame["pupil_premium"] = _any(frame, STRANDS)
    frame = frame.rename_axis("upn").reset_index().assign(academic_year=academic_year)
    frame = frame.assign(**_absence(frame))
    return frame[list(FRAME)]


def _any(frame: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """True when one is, False when all are known and none is, else missing."""
    found = frame[names[0]].astype("boolean")
    for name in names[1:]:
        found = found | frame[name].astype("boolean")
    known = frame[list(names)].notna().any(axis=1)
    return (found.fillna(False)).where(known)


def _latest_school(rows: pd.DataFrame) -> pd.DataFrame:
    """The school that a pupil was at last, a main registration before any other."""
    held = rows[rows["school"].notna() | rows["school_type_group"].notna()]
    held = held.sort_values("main", kind="stable")
    named = held["school"].fillna("")
    last = named.groupby(held["upn"]).last()
    own = held[named == held["upn"].map(last)]
    return own.groupby("upn")[list(_OF_SCHOOL)].last()


def _moves(rows: pd.DataFrame, academic_year: str) -> pd.DataFrame:
    """How many schools a pupil was at, and whether that shows a move in the year."""
    main = rows[rows["main"] & rows["school"].notna()]
    count = main.groupby("upn")["school"].nunique().astype("Int64")
    terms = rows[rows["school"].notna()].groupby("upn")["term"].nunique()
    first = int(academic_year[:4])
    began = pd.Timestamp(first, *MOVED_FROM)
    young = main["year_group"].isin(["N1", "N2", "R"])
    entered = main["entry_date"].between(began, pd.Timestamp(first + 1, 8, 31)) & ~young
    late = entered.groupby(main["upn"]).any()
    dated = main.groupby("upn")["entry_date"].count() > 0
    said = rows.groupby("upn")["in_year_move"].last().astype("boolean")
    pupils = said.index
    seen = (count > 1).reindex(pupils).fillna(False).astype(bool)
    seen |= late.reindex(pupils, fill_value=False)
    can_be_known = dated.reindex(pupils, fill_value=False) | (terms.reindex(pupils) > 1)
    worked_out = seen.astype("boolean").where(seen | can_be_known)
    moved = (said | worked_out).fillna(said).fillna(worked_out)
    return pd.DataFrame({"schools": count.reindex(pupils), "in_year_move": moved})


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    """Sessions and suspensions of the year: as said of the whole year, else added over terms."""
    names = [*SESSIONS, *TIMES]
    yearly = rows["term"] == YEARLY
    whole, parts = (rows[mask].groupby("upn")[names].sum(min_count=1) for mask in (yearly, ~yearly))
    return whole.combine_first(parts)[names]


def _absence(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Percentages of sessions missed and what follows from them; missing where sessions are."""
    possible = frame["sessions_possible"].where(frame["sessions_possible"] > 0)
    authorised = 100 * frame["sessions_authorised"] / possible
    unauthorised = 100 * frame["sessions_unauthorised"] / possible
    missed = frame["sessions_authorised"] + frame["sessions_unauthorised"]
    overall = 100 * missed / possible
    known = overall.notna()
    return {
        "absence_overall": overall,
        "absence_authorised": authorised,
        "absence_unauthorised": unauthorised,
        "persistent": (overall >= PERSISTENT).astype("boolean").where(known),
        "severe": (overall >= SEVERE).astype("boolean").where(known),
        "suspended": _more_than_none(frame["suspensions"]),
        "excluded": _more_than_none(frame["permanent_exclusions"]),
    }


def _more_than_none(count: pd.Series) -> pd.Series:
    return (count > 0).astype("boolean").where(count.notna())


def school_history(rows: pd.DataFrame, academic_year: str) -> pd.DataFrame:
    """One row for each stay of a pupil at a school in the year, oldest first; columns SCHOOLS.

    A stay is a pupil, a school and a day of entry; where one row alone lacks the day, it is the
    day that the other rows of the same pupil and school have.
    """
    held = rows[rows["school"].notna()].copy()
    by_school = held.groupby(["upn", "school"])["entry_date"]
    earliest = by_school.transform("min")
    only = earliest.where(earliest == by_school.transform("max"))
    held["entered"] = held["entry_date"].fillna(only)
    keys = ["upn", "school", "entered"]
    whole = held.groupby(keys, dropna=False, sort=False)
    names = ["laestab", "urn", "school_name", "school_la", "school_type_group", "leaving_date"]
    stays = whole[names].last()
    stays["main"] = whole["main"].any()
    stays["term"] = whole["term"].agg(_in_order)
    stays["began"] = whole["rank"].min()
    stays = stays.reset_index().rename(columns={"entered": "entry_date"})
    stays["school_type_group"] = stays["school_type_group"].fillna(UNKNOWN)
    stays = stays.sort_values(["upn", "entry_date", "began"], na_position="first", kind="stable")
    return stays.assign(academic_year=academic_year)[list(SCHOOLS)].reset_index(drop=True)


def _in_order(terms: pd.Series) -> str:
    """The terms that occur, in their order: "autumn spring"."""
    held = set(terms)
    return " ".join(term for term in TERMS if term in held)
