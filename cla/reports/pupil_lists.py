"""The five pupil lists: one row a child, who got what. Each is data for ``child_table``."""

from __future__ import annotations

from cla.reports import child_results as results
from cla.reports.child_blocks import Block, around, since, since_columns
from cla.reports.child_table import ChildTable, report
from cla.reports.filters import Filters
from cla.reports.model import Model
from cla.reports.report import Report

AFTER_KS1, AFTER_YEAR_9 = 2, 9
_EVERY_KS4 = (
    results.KS4_ENGLISH_AND_MATHS,
    results.KS4_RESULTS,
    results.KS4_SCORES,
    results.KS4_PROGRESS,
    results.KS4_PRIOR,
)

KS1 = ChildTable(
    name="ks1_pupil_list",
    title="Key stage 1 pupil list",
    stage="ks1",
    blocks=around(results.KS1_RESULTS, results.KS1_PRIOR),
    at_first=(
        "child", "sex", "school_name", "read_outcome", "writ_outcome", "mat_outcome", "sci_outcome",
        "read_level", "writ_level", "mat_level", "rwm_exp", "phonics_met", "sen", "twelve_months",
        "months_in_care", "flags_text",
    ),
    totals=("ks1_rwm_exp", "ks1_read_exp", "ks1_writ_exp", "ks1_mat_exp"),
)  # fmt: skip
KS2 = ChildTable(
    name="ks2_pupil_list",
    title="Key stage 2 pupil list",
    stage="ks2",
    blocks=around(results.KS2_RESULTS, results.KS2_PROGRESS, results.KS2_PRIOR),
    at_first=(
        "child", "sex", "school_name", "read_score", "gps_score", "mat_score", "writ_outcome",
        "read_level", "writ_level", "mat_level", "rwm_exp", "rwm_high", "sen", "months_in_care",
        "flags_text",
    ),
    totals=("ks2_rwm_exp", "ks2_rwm_high", "ks2_read_exp", "ks2_writ_exp", "ks2_mat_exp"),
)  # fmt: skip
PROGRESS = ChildTable(
    name="progress_pupil_list",
    title="Progress from key stage 1 to 2, pupil list",
    stage="ks2",
    blocks=around(results.KS2_PRIOR,
        results.KS1_POINTS,
        results.KS2_RESULTS,
        results.KS2_PROGRESS,
        Block(since_columns(AFTER_KS1), since(AFTER_KS1))),
    at_first=(
        "child", "sex", "school_name", "ks1_read_outcome", "ks1_writ_outcome", "ks1_mat_outcome",
        "ks1_aps", "prior_group", "read_score", "writ_outcome", "mat_score", "read_pred",
        "writ_pred", "mat_pred", "read_prog", "writ_prog", "mat_prog", "months_in_care",
        "placements_since", "school_moves_since",
    ),
    totals=("ks2_read_prog", "ks2_writ_prog", "ks2_mat_prog"),
    needs="ks2_read_prog",
    since=AFTER_KS1,
)  # fmt: skip
ATT8 = ChildTable(
    name="att8_pupil_list",
    title="Attainment 8 and Progress 8 pupil list",
    stage="ks4",
    blocks=around(*_EVERY_KS4,
        Block(since_columns(AFTER_YEAR_9), since(AFTER_YEAR_9)),
        results.SCHOOL_CHANGE_10_11),
    at_first=(
        "child", "sex", "school_name", "ks2_average", "prior_band", "att8", "att8_eng", "att8_mat",
        "att8_ebacc", "att8_open", "ebacc_filled", "open_filled", "att8_pred", "p8", "sen",
        "school_type", "months_in_care", "placements_since", "school_change",
    ),
    totals=("ks4_att8", "ks4_p8"),
    since=AFTER_YEAR_9,
)  # fmt: skip
KS4 = ChildTable(
    name="ks4_pupil_list",
    title="Key stage 4 pupil list",
    stage="ks4",
    blocks=around(*_EVERY_KS4),
    at_first=(
        "child", "sex", "school_name", "english_grade", "maths_grade", "basics", "em_ac",
        "fiveac_em", "passes", "ebacc_entered", "ebacc_94", "ebacc_aps", "att8", "sen",
        "school_type", "placement", "months_in_care", "flags_text",
    ),
    totals=("ks4_em94", "ks4_em95", "ks4_att8", "ks4_ebacc_entry", "ks4_ebacc_94", "ks4_ebacc_aps"),
)  # fmt: skip

LISTS = {table.name: table for table in (KS1, KS2, PROGRESS, ATT8, KS4)}
"""The lists by the name of their report."""


def ks1_pupil_list(model: Model, filters: Filters, *, child_level: bool) -> Report:
    """Key stage 1, one row a child; see ``child_table.report``."""
    return report(KS1, model, filters, child_level=child_level)


def ks2_pupil_list(model: Model, filters: Filters, *, child_level: bool) -> Report:
    """Key stage 2, one row a child; see ``child_table.report``."""
    return report(KS2, model, filters, child_level=child_level)


def progress_pupil_list(model: Model, filters: Filters, *, child_level: bool) -> Report:
    """Progress from key stage 1 to 2, one row a child; a reason in years without progress."""
    return report(PROGRESS, model, filters, child_level=child_level)


def att8_pupil_list(model: Model, filters: Filters, *, child_level: bool) -> Report:
    """Attainment 8 and Progress 8, one row a child; see ``child_table.report``."""
    return report(ATT8, model, filters, child_level=child_level)


def ks4_pupil_list(model: Model, filters: Filters, *, child_level: bool) -> Report:
    """Key stage 4, one row a child; see ``child_table.report``."""
    return report(KS4, model, filters, child_level=child_level)
