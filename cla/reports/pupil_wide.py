"""The three tables of pupil details: one wide row a child, results beside care and school."""

from __future__ import annotations

from functools import cache

from cla import results as readers
from cla.reports import child_results as results
from cla.reports import pupil_lists
from cla.reports.case_finder import COLUMNS as OF_CASES
from cla.reports.child_blocks import Block, around
from cla.reports.child_columns import Column
from cla.reports.child_results import EBACC, GRADES, RESULTS, carried
from cla.reports.child_table import ChildTable, report
from cla.reports.filters import Filters
from cla.reports.model import Model
from cla.reports.report import Report

PILLARS = {
    "eng": "English",
    "mat": "Maths",
    "sci": "Science",
    "hum": "Humanities",
    "lan": "Languages",
}
_CARE_AND_SCHOOL = (
    "school_name", "school_type", "sen", "sen_need", "eal", "fsm6", "ethnicity", "sdq_score",
    "placement", "legal", "need", "months_in_care", "age_at_entry", "periods",
    "placements_in_period", "absence_overall", "suspensions", "moved_in_year",
)  # fmt: skip


def _pillars() -> tuple[Column, ...]:
    return (
        *(
            Column(f"pillar_{one}_{what}", f"EBacc {name.lower()} {said}", EBACC, kind)
            for one, name in PILLARS.items()
            for what, said, kind in (("entered", "entered", "yes_no"), ("94", "at 9 to 4", "met"))
        ),
        Column("pillars_entered", "EBacc pillars entered (of 5)", EBACC, "number"),
    )


@cache
def _subjects() -> Block:
    """The grade of every subject that a file can name, with the two kinds of English and maths."""
    named = {f"grade_{code}": subject.title for code, subject in readers.subjects().items()}
    first = {
        "eng_grade": "English language",
        "lit_grade": "English literature",
        "mat_grade": "Maths",
    }
    titles = {title: name for name, title in reversed({**first, **named}.items())}
    return carried(
        Column(name, f"{title} grade", GRADES) for title, name in reversed(titles.items())
    )


_EXTRA = carried((Column("any_pass", "Any pass", RESULTS, "yes_no"), *_pillars()))

KS1 = ChildTable(
    name="ks1_pupil_details",
    title="Key stage 1 pupil details",
    stage="ks1",
    blocks=around(results.KS1_RESULTS, results.KS1_PRIOR),
    at_first=(
        "child", "sex", "age", "read_outcome", "writ_outcome", "mat_outcome", "sci_outcome",
        "rwm_exp", "phonics_mark", "eyfsp_gld", *_CARE_AND_SCHOOL, "flags_text",
    ),
    totals=("ks1_rwm_exp",),
)  # fmt: skip
KS2 = ChildTable(
    name="ks2_pupil_details",
    title="Key stage 2 pupil details",
    stage="ks2",
    blocks=around(results.KS2_RESULTS, results.KS2_PROGRESS, results.KS2_PRIOR_DETAILS,
            results.KS1_POINTS),
    at_first=(
        "child", "sex", "age", "read_score", "gps_score", "mat_score", "writ_outcome",
        "sci_outcome", "rwm_exp", "read_prog", "writ_prog", "mat_prog", "ks1_read_outcome",
        "ks1_writ_outcome", "ks1_mat_outcome", "prior_group", *_CARE_AND_SCHOOL, "flags_text",
    ),
    totals=("ks2_rwm_exp",),
)  # fmt: skip


@cache
def ks4_table() -> ChildTable:
    """The table of key stage 4: its subjects are those of the reference data."""
    return ChildTable(
        name="ks4_pupil_details",
        title="Key stage 4 pupil details",
        stage="ks4",
        blocks=around(results.KS4_ENGLISH_AND_MATHS, results.KS4_RESULTS, _EXTRA, _subjects(),
            results.KS4_SCORES, results.KS4_PROGRESS, results.KS4_PRIOR, results.KS2_BEFORE),
        at_first=(
            "child", "sex", "age", "english_grade", "maths_grade", "basics", "att8", "p8",
            "entries", "passes", "ebacc_entered", "pillars_entered", "ebacc_aps",
            "ks2_read_score", "ks2_mat_score", *_CARE_AND_SCHOOL, "flags_text",
        ),
        totals=("ks4_em94", "ks4_att8"),
    )  # fmt: skip


def columns(name: str) -> tuple[Column, ...]:
    """The columns of a table of children by the name of its report. KeyError for another name."""
    if name == "case_finder":
        return OF_CASES
    tables = {**pupil_lists.LISTS, KS1.name: KS1, KS2.name: KS2}
    return (ks4_table() if name == "ks4_pupil_details" else tables[name]).columns


def ks1_pupil_details(model: Model, filters: Filters, *, child_level: bool) -> Report:
    """Key stage 1, one wide row a child; see ``child_table.report``."""
    return report(KS1, model, filters, child_level=child_level)


def ks2_pupil_details(model: Model, filters: Filters, *, child_level: bool) -> Report:
    """Key stage 2, one wide row a child; see ``child_table.report``."""
    return report(KS2, model, filters, child_level=child_level)


def ks4_pupil_details(model: Model, filters: Filters, *, child_level: bool) -> Report:
    """Key stage 4, one wide row a child; see ``child_table.report``."""
    return report(ks4_table(), model, filters, child_level=child_level)
