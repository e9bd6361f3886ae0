"""What tables of children are put together from: blocks of columns, and what fills them.

A block is a tuple of columns and a function from the children at the end of a stage to a frame with
them, one row a child. What no loaded file carries is left out by the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from cla import authorities, measures
from cla.cohort import groups, matching
from cla.reports import care_since, school_history
from cla.reports.child_columns import Column
from cla.reports.model import Model
from cla.ssda903 import layout
from cla.stages import STAGES

CHILD, SCHOOL, CARE, NEEDS = "Child", "School", "Care", "Needs"
ATTENDANCE = "Attendance and behaviour"
SCHOOL_TYPES = {
    "mainstream": "Mainstream",
    "special": "Special",
    "ap": "Alternative provision",
    "independent": "Independent",
    "none": "No school",
}
"""The groups of school types of the census; anything else is not known."""


@dataclass(frozen=True, eq=False)
class Sitting:
    """The children at the end of a stage in a year: what every block is made from.

    ``pupils`` are the rows of ``Model.pupils`` with, under ``census_*``, what the school census of
    the year says of them. ``day`` is that of the care columns.
    """

    model: Model
    year: int
    stage: str
    pupils: pd.DataFrame
    day: pd.Timestamp

    def census(self, name: str) -> pd.Series:
        """A column of the census; all missing where no loaded census has it."""
        return self.column(f"census_{name}")

    def column(self, name: str) -> pd.Series:
        """A column of the pupils; all missing where no loaded file has it."""
        if name in self.pupils:
            return self.pupils[name]
        return pd.Series(np.nan, index=self.pupils.index, dtype="float64")


@dataclass(frozen=True)
class Block:
    """Columns and what fills them."""

    columns: tuple[Column, ...]
    fill: Callable[[Sitting], dict[str, pd.Series]]


def sitting(model: Model, stage: str, year: int, as_at: str = "31_march") -> Sitting:
    """The children at the end of a stage. KeyError when the year or the stage is not loaded.

    ``as_at`` is the day of the care columns, as in ``Model.pupils``.
    """

    def make() -> Sitting:
        pupils = with_census(model, model.pupils(stage, year, as_at), year)
        return Sitting(model, year, stage, pupils, care_day(model, stage, year, as_at))

    return model.once(("sitting", stage, year, as_at), make)


def care_day(model: Model, stage: str, year: int, as_at: str) -> pd.Timestamp:
    """The day that the care columns are of: of the assessment only if a later return reaches it."""
    if as_at == "assessment" and year + 1 in model.years:
        return pd.Timestamp(year, *STAGES[stage].taken)
    return pd.Timestamp(year, 3, 31)


def with_census(model: Model, children: pd.DataFrame, year: int) -> pd.DataFrame:
    """Children with the columns of the year's school census under ``census_*``; rows kept."""
    known = model.characteristics(year).drop_duplicates("child").drop(columns="upn")
    known = known.rename(columns=lambda name: name if name == "child" else f"census_{name}")
    joined = children.merge(known, on="child", how="left", validate="many_to_one")
    return joined.set_index(children.index)


# ---- who -----------------------------------------------------------------------------------------

WHO = (
    Column("child", "Child", CHILD, "id"),
    Column("upn", "UPN", CHILD),
    Column("sex", "Sex", CHILD),
    Column("dob", "Date of birth", CHILD, "date"),
    Column("age", "Age at 31 March (years)", CHILD, "number"),
    Column("year_group", "Year group", CHILD, hint="By age; 0 is reception."),
    Column("matched", "Matched by", CHILD, hint="How the result was found to be this child's."),
)


def who(of: Sitting) -> dict[str, pd.Series]:
    """Who the child is, and how the result was found."""
    named = ("child", "upn", "sex", "dob", "age")
    return {
        **{name: of.pupils[name] for name in named},
        "year_group": of.pupils["year_group"],
        "matched": how_matched(of.pupils),
    }


def how_matched(pupils: pd.DataFrame) -> pd.Series:
    """Which key matched each child, or why none did, and who is in no figure, in words."""
    lost = "not matched: " + pupils["reason"].map(matching.REASONS).astype("str")
    by_key = pupils["tier"].map(matching.TIERS).astype("str")
    said = by_key.mask(listed_only(pupils), by_key + LISTED_ONLY)
    return said.where(pupils["matched"], lost)


LISTED_ONLY = "; listed only, not counted"


def listed_only(pupils: pd.DataFrame) -> pd.Series:
    """Matched children whom the results leave out of every denominator, as one in year 10 is."""
    denominators = {one.denominator for one in measures.book.values()}
    held = [name for name in pupils if name in denominators]
    counted = pupils[held].eq(True).fillna(False).astype(bool).any(axis="columns")
    return pupils["matched"] & ~counted


# ---- school --------------------------------------------------------------------------------------

SCHOOL_OF_CHILD = (
    Column("school_name", "School", SCHOOL),
    Column("laestab", "School (LAESTAB)", SCHOOL),
    Column("urn", "School (URN)", SCHOOL),
    Column("school_type", "School type", SCHOOL),
    Column(
        "school_area", "School in our area", SCHOOL, hint="Whether its number begins with ours."
    ),
)


def school(of: Sitting) -> dict[str, pd.Series]:
    """The school of the results, else of the census."""
    laestab = of.column("laestab").astype("str").fillna(of.census("laestab").astype("str"))
    urn = of.column("urn").astype("str").fillna(of.census("urn").astype("str"))
    same = of.census("laestab").astype("str").eq(laestab).fillna(False).astype(bool)
    kind = of.census("school_type_group").astype(object).map(SCHOOL_TYPES)
    return {
        "school_name": of.census("school_name").astype("str").where(same),
        "laestab": laestab,
        "urn": urn,
        "school_type": kind.where(same).astype("str"),
        "school_area": school_area(laestab, of.model.la),
    }


def school_area(laestab: pd.Series, la: str) -> pd.Series:
    """Whether schools are in the authority by their number, in words; missing without a number."""
    own = laestab.str[:3] == authorities.find(la).code3
    words = np.where(own.fillna(False).astype(bool), "in our area", "outside our area")
    return pd.Series(words, index=laestab.index, dtype="str").where(laestab.notna())


# ---- needs and background ------------------------------------------------------------------------

NEEDS_OF_CHILD = (
    Column("sen", "SEN", NEEDS, first=True),
    Column("sen_need", "Primary need", NEEDS, hint="Code of the school census, such as SEMH."),
    Column("eal", "English as an additional language", NEEDS, "yes_no"),
    Column("fsm6", "Free school meals in six years", NEEDS, "yes_no"),
    Column("ethnicity", "Ethnicity", NEEDS),
    Column("uasc", "Unaccompanied", NEEDS, "yes_no"),
    Column("sdq_score", "SDQ score (0 to 40)", NEEDS, "number"),
    Column("sdq_band", "SDQ band", NEEDS),
)


def needs(of: Sitting) -> dict[str, pd.Series]:
    """SEN, language, free school meals, ethnicity and SDQ; the census before the results file."""
    pupils = of.pupils
    names = dict(layout.codes("ETHNIC", of.year))
    return {
        "sen": groups.named("sen", pupils["sen"]).astype("str"),
        "sen_need": either(of.census("sen_need"), of.column("sen_need"), "str"),
        "eal": either(of.census("eal"), of.column("eal"), "boolean"),
        "fsm6": either(of.census("fsm6"), of.column("fsm6"), "boolean"),
        "ethnicity": pupils["ethnic"].map(names).astype("str"),
        "uasc": pupils["uasc"].astype("boolean"),
        "sdq_score": pupils["sdq_score"],
        "sdq_band": pupils["sdq_band"].astype("str").where(pupils["sdq_score"].notna()),
    }


def either(first: pd.Series, second: pd.Series, kind: Literal["str", "boolean"]) -> pd.Series:
    """The first where it is known, else the second."""
    own = first.astype(kind)
    return own.where(own.notna(), second.astype(kind))


# ---- care ----------------------------------------------------------------------------------------

CARE_OF_CHILD = (
    Column("placement", "Placement", CARE, first=True),
    Column("months_in_care", "Months in care", CARE, "number", first=True),
    Column("days_in_care", "Days in care", CARE, "number"),
    Column("age_at_entry", "Age on entering care (years)", CARE, "number"),
    Column("twelve_months", "12 months at 31 March", CARE, "yes_no"),
    Column("periods", "Periods of care", CARE, "number"),
    Column("placements_in_period", "Placements in this period", CARE, "number"),
    Column("placements_in_year", "Placements in the year", CARE, "number"),
    Column("legal", "Legal status", CARE),
    Column("need", "Category of need", CARE),
    Column("care_ended", "Care ended", CARE, "date"),
)


def care(of: Sitting) -> dict[str, pd.Series]:
    """The latest period of care, to the day of the care columns or the day it ended."""
    pupils = of.pupils
    until = pupils["care_ended"].fillna(of.day)
    days = (until - pupils["period_start"]).dt.days + 1
    return {
        "placement": pupils["placement_type"].astype("str"),
        "months_in_care": pupils["months_in_care"],
        "days_in_care": days.astype("Int64"),
        "age_at_entry": age_on(pupils["dob"], pupils["period_start"]),
        "twelve_months": pupils["looked_after_12_months"].astype("boolean"),
        "periods": pupils["periods"],
        "placements_in_period": pupils["placements_in_period"],
        "placements_in_year": pupils["placements_in_year"],
        "legal": pupils["legal"].astype("str"),
        "need": pupils["need"],
        "care_ended": pupils["care_ended"],
    }


def age_on(dob: pd.Series, days: pd.Series) -> pd.Series:
    """Age in whole years, each child on a day of its own."""
    before = (dob.dt.month * 100 + dob.dt.day) > (days.dt.month * 100 + days.dt.day)
    age = days.dt.year - dob.dt.year - before.astype("int64")
    return age.where((dob <= days).fillna(False)).astype("Int64")


# ---- attendance and behaviour --------------------------------------------------------------------

ATTENDANCE_OF_CHILD = (
    Column("absence_overall", "Absence (% of sessions)", ATTENDANCE, "number", places=1),
    Column(
        "absence_unauthorised",
        "Unauthorised absence (% of sessions)",
        ATTENDANCE,
        "number",
        places=1,
    ),
    Column("persistent", "Persistently absent", ATTENDANCE, "yes_no", hint="10% or more"),
    Column("suspensions", "Suspensions in the year", ATTENDANCE, "number"),
    Column("days_suspended", "Days suspended in the year", ATTENDANCE, "number", places=1),
    Column("permanent_exclusions", "Permanent exclusions in the year", ATTENDANCE, "number"),
    Column("moved_in_year", "School change in the year", ATTENDANCE, "yes_no"),
)


def attendance(of: Sitting) -> dict[str, pd.Series]:
    """What the school census of the year says of attendance and behaviour, and school changes."""
    counted = ("absence_overall", "absence_unauthorised", "suspensions", "days_suspended")
    return {
        **{name: of.census(name).astype("float64") for name in counted},
        "permanent_exclusions": of.census("permanent_exclusions").astype("float64"),
        "persistent": of.census("persistent").astype("boolean"),
        "moved_in_year": moved_in_year(of.model, of.pupils["child"], of.year),
    }


def moved_in_year(model: Model, children: pd.Series, year: int) -> pd.Series:
    """Whether each child changed school in the school year; missing where that is not known."""
    times = school_history.moves_since(model, children, year, year)
    return (times > 0).astype("boolean")


# ---- since an earlier stage ----------------------------------------------------------------------


def since_columns(since: int) -> tuple[Column, ...]:
    """Placements and school changes after a year group."""
    end = f"the end of Year {since}"
    return (
        Column(
            "placements_since",
            f"Placements since {end}",
            CARE,
            "number",
            hint="The one on that day counts.",
        ),
        Column(
            "school_moves_since",
            f"School changes since {end}",
            SCHOOL,
            "number",
            hint="The change to a secondary school does not count.",
        ),
    )


def since(year_group: int) -> Callable[[Sitting], dict[str, pd.Series]]:
    """What fills ``since_columns``."""

    def fill(of: Sitting) -> dict[str, pd.Series]:
        first = of.year - (STAGES[of.stage].year_group - year_group) + 1
        child = of.pupils["child"]
        day = pd.Timestamp(first - 1, 9, 1)
        return {
            "placements_since": care_since.placements_since(of.model, child, day, of.day),
            "school_moves_since": school_history.moves_since(of.model, child, first, of.year),
        }

    return fill


def around(*results: Block) -> tuple[Block, ...]:
    """Blocks of results among those that every table of children has: who and where before them,
    needs, care and attendance after."""
    return (
        Block(WHO, who),
        Block(SCHOOL_OF_CHILD, school),
        *results,
        Block(NEEDS_OF_CHILD, needs),
        Block(CARE_OF_CHILD, care),
        Block(ATTENDANCE_OF_CHILD, attendance),
    )
