"""The four summaries as data: which bars, in which order."""

from __future__ import annotations

from cla.reports.filters import Filters
from cla.reports.model import Model
from cla.reports.report import Report
from cla.reports.summary import Summary, summary
from cla.reports.summary_subjects import (
    BY_YEAR_2,
    KS1_STEPS,
    KS2_STEPS,
    attainment_8,
    first_check,
    goals,
    grades,
    judged,
    levels,
    phonics_check,
    pillars,
    science,
    second_check,
    slots,
    tested,
    times_tables,
    yes_no,
)

_READ, _WRITE, _MATHS, _SCIENCE = "Reading", "Writing", "Maths", "Science"
KS1 = Summary(
    "ks1_summary",
    "Key stage 1 summary",
    (
        judged("ks1", "read", _READ),
        judged("ks1", "writ", _WRITE),
        judged("ks1", "mat", _MATHS),
        science("ks1"),
        levels("ks1", "read", _READ, KS1_STEPS, 2),
        levels("ks1", "writ", _WRITE, KS1_STEPS, 2),
        levels("ks1", "mat", _MATHS, KS1_STEPS, 2),
        levels("ks1", "sci", _SCIENCE, KS1_STEPS, 2),
    ),
)
KS2 = Summary(
    "ks2_summary",
    "Key stage 2 summary",
    (
        tested("read", _READ),
        tested("mat", _MATHS),
        tested("gps", "Grammar, punctuation and spelling"),
        judged("ks2", "writ", _WRITE),
        science("ks2"),
        levels("ks2", "read", _READ, KS2_STEPS, 3),
        levels("ks2", "writ", _WRITE, KS2_STEPS, 3),
        levels("ks2", "mat", _MATHS, KS2_STEPS, 3),
        levels("ks2", "gps", "Grammar, punctuation and spelling", KS2_STEPS, 3),
        levels("ks2", "sci", _SCIENCE, KS2_STEPS, 3),
    ),
)
KS4 = Summary(
    "ks4_summary",
    "Key stage 4 summary",
    (
        grades("eng", "English, best grade"),
        grades("mat", "Maths"),
        attainment_8(),
        slots(),
        pillars(),
        yes_no("ks4", "ebacc_entered", "English Baccalaureate", "Entered", "Not entered"),
    ),
)
_GLD = "Good level of development"
EARLY = Summary(
    "early_summary",
    "Early years, phonics and multiplication summary",
    (
        yes_no("eyfsp", "gld", _GLD, "Reached", "Not reached"),
        goals(),
        *(
            yes_no("eyfsp", f"{area}_exp", title, "All goals met", "Not all", "Areas of learning")
            for area, title in (
                ("com", "Communication and language"),
                ("pse", "Personal, social and emotional development"),
                ("phy", "Physical development"),
                ("lit", "Literacy"),
                ("mat", "Mathematics"),
                ("utw", "Understanding the world"),
                ("exp", "Expressive arts and design"),
            )
        ),
        phonics_check("phonics_1", "Year 1", first_check),
        phonics_check("phonics_2", "Checked again in year 2", second_check, "elig_y2"),
        BY_YEAR_2,
        times_tables(),
    ),
)
SUMMARIES = {spec.name: spec for spec in (EARLY, KS1, KS2, KS4)}


def early_summary(model: Model, filters: Filters, by: str = "", *, child_level: bool) -> Report:
    """See ``summary.summary``; three assessments, each with its own coverage."""
    return summary(EARLY, model, filters, by, child_level=child_level)


def ks1_summary(model: Model, filters: Filters, by: str = "", *, child_level: bool) -> Report:
    """See ``summary.summary``."""
    return summary(KS1, model, filters, by, child_level=child_level)


def ks2_summary(model: Model, filters: Filters, by: str = "", *, child_level: bool) -> Report:
    """See ``summary.summary``."""
    return summary(KS2, model, filters, by, child_level=child_level)


def ks4_summary(model: Model, filters: Filters, by: str = "", *, child_level: bool) -> Report:
    """See ``summary.summary``."""
    return summary(KS4, model, filters, by, child_level=child_level)
