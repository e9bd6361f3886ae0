"""Reports: frames in, a ``Report`` out. What pages show and exports write."""

from collections.abc import Callable, Mapping

from cla.reports.benchmark_reports import (
    att8_benchmark,
    ks1_benchmark,
    ks2_benchmark,
    ks4_benchmark,
    progress_benchmark,
)
from cla.reports.case_finder import case_finder
from cla.reports.child_columns import Column
from cla.reports.child_table import narrowed
from cla.reports.cohort_members import cohort_members, decision_notes
from cla.reports.coverage import cohort_differences, coverage, match_report, not_matched
from cla.reports.filters import Filters
from cla.reports.filters_options import Choice, Option, as_at_notes, lacking, options
from cla.reports.filters_table import FILTERS, GROUPS, Filter
from cla.reports.funnel import funnel
from cla.reports.home import home
from cla.reports.match_queue import undecided
from cla.reports.model import (
    AS_AT_LABELS,
    COHORT_LABELS,
    STAGE_LABELS,
    Model,
    academic_year,
    build,
    year_name,
)
from cla.reports.pooled import Others
from cla.reports.pupil_details import PupilDetails, pupil_details
from cla.reports.pupil_lists import (
    att8_pupil_list,
    ks1_pupil_list,
    ks2_pupil_list,
    ks4_pupil_list,
    progress_pupil_list,
)
from cla.reports.pupil_wide import (
    columns,
    ks1_pupil_details,
    ks2_pupil_details,
    ks4_pupil_details,
)
from cla.reports.report import Coverage, Report
from cla.reports.shared_cells import shared_cells
from cla.reports.summary_reports import early_summary, ks1_summary, ks2_summary, ks4_summary
from cla.reports.trends import trends
from cla.reports.warming import warm

BY_NAME: Mapping[str, Callable[..., Report]] = {
    "cohort_members": cohort_members,
    "att8_benchmark": att8_benchmark,
    "att8_pupil_list": att8_pupil_list,
    "case_finder": case_finder,
    "early_summary": early_summary,
    "funnel": funnel,
    "ks1_benchmark": ks1_benchmark,
    "ks1_pupil_details": ks1_pupil_details,
    "ks1_pupil_list": ks1_pupil_list,
    "ks1_summary": ks1_summary,
    "ks2_benchmark": ks2_benchmark,
    "ks2_pupil_details": ks2_pupil_details,
    "ks2_pupil_list": ks2_pupil_list,
    "ks2_summary": ks2_summary,
    "ks4_benchmark": ks4_benchmark,
    "ks4_pupil_details": ks4_pupil_details,
    "ks4_pupil_list": ks4_pupil_list,
    "ks4_summary": ks4_summary,
    "match_report": match_report,
    "not_matched": not_matched,
    "progress_benchmark": progress_benchmark,
    "progress_pupil_list": progress_pupil_list,
    "trends": trends,
}
"""The reports pages ask for by name: of a model, filters, perhaps a stage, and child_level."""

__all__ = [
    "AS_AT_LABELS",
    "BY_NAME",
    "COHORT_LABELS",
    "FILTERS",
    "GROUPS",
    "STAGE_LABELS",
    "Choice",
    "Column",
    "Coverage",
    "Filter",
    "Filters",
    "Model",
    "Option",
    "Others",
    "PupilDetails",
    "Report",
    "academic_year",
    "as_at_notes",
    "att8_benchmark",
    "att8_pupil_list",
    "build",
    "case_finder",
    "cohort_differences",
    "cohort_members",
    "columns",
    "coverage",
    "decision_notes",
    "early_summary",
    "funnel",
    "home",
    "ks1_benchmark",
    "ks1_pupil_details",
    "ks1_pupil_list",
    "ks1_summary",
    "ks2_benchmark",
    "ks2_pupil_details",
    "ks2_pupil_list",
    "ks2_summary",
    "ks4_benchmark",
    "ks4_pupil_details",
    "ks4_pupil_list",
    "ks4_summary",
    "lacking",
    "match_report",
    "narrowed",
    "not_matched",
    "options",
    "progress_benchmark",
    "progress_pupil_list",
    "pupil_details",
    "shared_cells",
    "trends",
    "undecided",
    "warm",
    "year_name",
]
