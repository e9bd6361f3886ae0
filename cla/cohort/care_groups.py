"""The bands that filters offer of a child's care and person, made of ``cohort.children``.

A child of whom something is not known is in the band ``unknown``. Counts that reach back before the
loaded returns are only banded where that cannot change the band.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from cla.cohort import groups
from cla.cohort.care import age_on, same_carer, school_year_on

NOT_RECORDED = 999.0
"""Miles: DfE writes 999.9 for a distance that is not known or a home outside England."""


def care_groups(children: pd.DataFrame) -> pd.DataFrame:
    """One categorical column a filter, by the index of ``children`` (as ``cohort.children``).

    Columns: time_in_care_months, age_at_start, entered, placements, year_placements,
    changes_since_11, care_periods, foster_carer, foster_kind, same_carer, location, distance,
    legal_status, category.
    """
    start_age = age_on(children["dob"], children["period_start"])
    start_year = school_year_on(children["dob"], children["period_start"])
    counts = children["placements_in_period"]
    seen = _yes(children["period_known"])
    return pd.DataFrame(
        {
            "time_in_care_months": groups.of_numbers(
                "time_in_care_months", children["months_in_care"]
            ),
            "age_at_start": _if_seen("age_at_start", start_age, seen, certain="under_1"),
            "entered": _if_seen("entered", start_year, seen, certain="before_school"),
            "placements": _if_seen("placements", counts, seen, certain="10_plus"),
            "year_placements": groups.of_numbers(
                "placements_in_year", children["placements_in_year"]
            ),
            "changes_since_11": _changes_since_11(children),
            "care_periods": groups.of_numbers("care_periods", children["periods"]),
            "foster_carer": _of_foster(children, "foster_carer"),
            "foster_kind": _of_foster(children, "foster_kind"),
            "same_carer": _known("same_carer", same_carer(children)),
            "location": groups.of_codes("location", children["pl_location"]),
            "distance": _distance(children["pl_distance"]),
            "legal_status": groups.of_codes("legal", children["ls"]),
            "category": groups.of_codes("category", children["cin"]),
        },
        index=children.index,
    )


def person_groups(children: pd.DataFrame) -> pd.DataFrame:
    """Columns by the index of ``children``: school_year, ethnicity, unaccompanied, sdq."""
    scored = groups.of_numbers("sdq", children["sdq_score"]).astype("str")
    why = groups.of_codes("sdq_reason", children["sdq_reason"]).astype("str")
    sdq = scored.where(scored != groups.UNKNOWN, why)
    both = list(dict.fromkeys([*groups.labels("sdq"), *groups.labels("sdq_reason")]))
    both.append(both.pop(both.index(groups.UNKNOWN)))
    return pd.DataFrame(
        {
            "school_year": _school_year(children),
            "ethnicity": groups.of_codes("ethnicity", children["ethnic"]),
            "unaccompanied": groups.of_choices(
                "unaccompanied",
                children.index,
                {"yes": children["uasc"], "no": ~children["uasc"]},
            ),
            "sdq": sdq.astype(pd.CategoricalDtype(both, ordered=True)),
        },
        index=children.index,
    )


def _school_year(children: pd.DataFrame) -> pd.Series:
    """The year group; below and past school age have a band of their own."""
    years = groups.of_codes("school_year", children["year_group"].astype("str"))
    outside = children["year_group"].isna() & children["age"].notna()
    years = years.mask(outside & _yes(children["age"] < 6), "before")
    return years.mask(outside & _yes(children["age"] > 14), "after")


def _if_seen(name: str, numbers: pd.Series, seen: pd.Series, *, certain: str) -> pd.Series:
    """Bands where the beginning was seen; elsewhere only the band that more history cannot change.

    An earlier beginning lowers the age and raises the count of placements: ``certain`` is the last
    band on that side.
    """
    bands = groups.of_numbers(name, numbers)
    return bands.where(seen | (bands == certain), groups.UNKNOWN)


def _changes_since_11(children: pd.DataFrame) -> pd.Series:
    bands = groups.of_numbers("changes_since_11", children["placement_changes_since_11"])
    certain = _yes(children["changes_known"]) | (bands == "3_plus")
    bands = bands.where(certain, groups.UNKNOWN)
    young = (age_on(children["dob"], children["on"]) < 11).fillna(False).astype(bool)
    return bands.mask(young & children["place"].notna(), "under_11")


def _of_foster(children: pd.DataFrame, name: str) -> pd.Series:
    bands = groups.of_codes(name, children["place"])
    elsewhere = ~children["placement"].isin(["foster", groups.UNKNOWN])
    return bands.mask(elsewhere, "not_foster")


def _distance(miles: pd.Series) -> pd.Series:
    given = miles.where(miles < NOT_RECORDED)
    return groups.of_numbers("distance", given.round(1))


def _known(name: str, values: pd.Series) -> pd.Series:
    """Values of a list as its categorical; a blank is unknown."""
    return values.mask(values == "", groups.UNKNOWN).astype(groups.kind(name))


def _yes(flags: pd.Series) -> pd.Series:
    return flags.astype("boolean").fillna(False).astype(bool)


def blank(name: str, index: pd.Index) -> pd.Series:
    """A column of a list in which nobody is known."""
    return pd.Series(np.full(len(index), groups.UNKNOWN, dtype=object), index=index).astype(
        groups.kind(name)
    )
