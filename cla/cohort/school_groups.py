"""The bands that filters offer of a child's schooling, made of the school characteristics.

Everything here is of one school year. What a child has no row for, or what the row does not say, is
in the band ``unknown``.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from cla.cohort import groups

EXAM_YEARS = (10, 11)
_SUMMER = (8, 9)
"""A school entered in August or September is one entered with the school year."""
_MISSING = pd.NA


def school_groups(
    children: pd.DataFrame,
    now: pd.DataFrame,
    before: pd.DataFrame,
    own: Collection[str],
    year: int,
) -> pd.DataFrame:
    """One categorical column a filter, by the index of ``children`` (child, year_group, sen).

    ``now`` and ``before``: the characteristics of this collection year and the one before, one row
    a child (child and any of the columns of ``cla.census``). ``own``: the three-digit numbers of
    the authority. Columns: school_in_area, school_kind, ofsted_grade, school_move, exam_year_move,
    absence, unauthorised, suspension, permanent_exclusion, first_language, free_meals,
    primary_need.
    """
    rows, last = _of(children, now), _of(children, before)
    return pd.DataFrame(
        {
            "school_in_area": _in_area(children, now, rows, own),
            "school_kind": groups.of_codes("school_kind", _column(rows, "school_type_group")),
            "ofsted_grade": groups.of_codes("ofsted_grade", _text(rows, "ofsted")),
            "school_move": _moved(children, rows, last, year),
            "exam_year_move": _exam_year_move(children, rows, last),
            "absence": groups.of_numbers("absence", _number(rows, "absence_overall")),
            "unauthorised": groups.of_numbers(
                "unauthorised", _number(rows, "absence_unauthorised")
            ),
            "suspension": _suspension(rows),
            "permanent_exclusion": _yes_no(
                "permanent_exclusion", _more_than_none(rows, "permanent_exclusions")
            ),
            "first_language": _yes_no("first_language", _flag(rows, "eal"), ("other", "english")),
            "free_meals": _yes_no("free_meals", _flag(rows, "fsm6")),
            "primary_need": _need(children, rows),
        },
        index=children.index,
    )


def school_of(children: pd.DataFrame, now: pd.DataFrame) -> pd.Series:
    """The number of each child's school: LAESTAB, else URN, else ``unknown``; index kept."""
    rows = _of(children, now)
    number = _text(rows, "laestab").fillna(_text(rows, "urn"))
    number = number.str.replace(r"\D", "", regex=True)
    return number.mask(number == "").fillna(groups.UNKNOWN)


def slug(names: pd.Series) -> pd.Series:
    """Names as they stand in an address: small letters, digits and hyphens; blank is missing."""
    plain = names.astype("str").str.lower().str.replace(r"[^a-z0-9]+", "-", regex=True)
    plain = plain.str.strip("-")
    return plain.mask(plain == "")


def _of(children: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The row of each child, all missing for children without one; by the index of children."""
    first = rows.drop_duplicates("child").set_index("child")
    found = first.reindex(children["child"])
    return found.set_axis(children.index)


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name] if name in rows else pd.Series(_MISSING, index=rows.index, dtype=object)


def _text(rows: pd.DataFrame, name: str) -> pd.Series:
    return _column(rows, name).astype("str")


def _number(rows: pd.DataFrame, name: str) -> pd.Series:
    return pd.to_numeric(_column(rows, name), errors="coerce").astype("float")


def _flag(rows: pd.DataFrame, name: str) -> pd.Series:
    return _column(rows, name).astype("boolean")


def _more_than_none(rows: pd.DataFrame, name: str) -> pd.Series:
    number = _number(rows, name)
    return (number > 0).astype("boolean").where(number.notna())


def _true(flags: pd.Series) -> np.ndarray:
    return flags.astype("boolean").fillna(False).to_numpy(dtype=bool)


def _yes_no(name: str, flags: pd.Series, values: tuple[str, str] = ("yes", "no")) -> pd.Series:
    yes, no = values
    return groups.of_choices(name, flags.index, {yes: _true(flags), no: _true(~flags)})


def _in_area(
    children: pd.DataFrame, now: pd.DataFrame, rows: pd.DataFrame, own: Collection[str]
) -> pd.Series:
    """In or out of the authority; no_school where the characteristics name schools, but none."""
    authority = _text(rows, "school_la").fillna(_text(rows, "laestab").str.slice(0, 3))
    known = authority.str.fullmatch(r"\d{3}").fillna(False).to_numpy(dtype=bool)
    inside = authority.isin(list(own)).to_numpy()
    named = [name for name in ("school_la", "laestab", "urn", "school_name") if name in now]
    says = bool(len(named)) and bool(now[named].notna().any(axis=None))
    listed = children["child"].isin(now["child"]).to_numpy()
    none = (_text(rows, "school_type_group") == "none").to_numpy() | (
        rows[named].isna().all(axis=1).to_numpy() & says
    )
    choices = {"in": known & inside, "out": known & ~inside, "no_school": listed & none}
    return groups.of_choices("school_in_area", children.index, choices)


def _differs(rows: pd.DataFrame, last: pd.DataFrame) -> pd.Series:
    """Whether the school is another than the year before; missing where one is not known."""
    for name in ("laestab", "urn"):
        here, there = _text(rows, name), _text(last, name)
        if (here.notna() & there.notna()).any():
            return (here != there).astype("boolean").where(here.notna() & there.notna())
    return pd.Series(_MISSING, index=rows.index, dtype="boolean")


def _moved(children: pd.DataFrame, rows: pd.DataFrame, last: pd.DataFrame, year: int) -> pd.Series:
    """Whether the child changed school in the school year: during it, at its beginning, or not.

    A child who entered a school before August, or is in reception, did not move at its beginning.
    """
    within = _flag(rows, "in_year_move")
    entered = pd.to_datetime(_column(rows, "entry_date"), errors="coerce")
    begin = pd.Timestamp(year - 1, min(_SUMMER), 1)
    with_the_year = (entered >= begin) & entered.dt.month.isin(_SUMMER)
    first_school = _true(children["year_group"] == 0)
    differs = _differs(rows, last)
    new = (_true(differs) | _true(with_the_year)) & ~first_school
    stayed = _true(~differs) | _true(entered < begin) | (first_school & _true(~within))
    choices = {"mid_year": _true(within), "between_years": new, "none": stayed}
    return groups.of_choices("school_move", children.index, choices)


def _exam_year_move(children: pd.DataFrame, rows: pd.DataFrame, last: pd.DataFrame) -> pd.Series:
    """Whether the child changed school in years 10 and 11, the summer before year 10 left out."""
    group = children["year_group"]
    ten, eleven = (_true(group == number) for number in EXAM_YEARS)
    within, within_last = _flag(rows, "in_year_move"), _flag(last, "in_year_move")
    differs = _differs(rows, last)
    moved = _true(within) | (eleven & (_true(within_last) | _true(differs)))
    stayed = _true(~within) & (ten | (_true(~within_last) & _true(~differs)))
    says = any(flags.notna().any() for flags in (within, within_last, differs))
    choices = {
        "yes": (ten | eleven) & moved,
        "no": (ten | eleven) & stayed,
        "before": ~(ten | eleven) & children["age"].notna().to_numpy() & says,
    }
    return groups.of_choices("exam_year_move", children.index, choices)


def _suspension(rows: pd.DataFrame) -> pd.Series:
    days = _number(rows, "days_suspended")
    suspended = _more_than_none(rows, "suspensions").fillna((days > 0).where(days.notna()))
    bands = groups.of_numbers("suspension", days.where(days > 0))
    without_days = _true(suspended) & (bands == groups.UNKNOWN)
    bands = bands.mask(without_days, "days_unknown")
    return bands.mask(_true(~suspended.astype("boolean")), "none")


def _need(children: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    needs = groups.of_codes("primary_need", _text(rows, "sen_need"))
    without = (children["sen"] == "N") & (needs == groups.UNKNOWN)
    return needs.mask(without, "none")
