"""Reports: frames in, a ``Report`` out. What pages show and exports write."""

from collections.abc import Callable, Mapping

from cla.reports.benchmark_reports import (
    att8_benchmark,
    ks1_benchmark,
    ks2_benchmark,
    ks4_benchmark,
    progress_benchmark,
)
from cla.reports.coverage import cohort_differences, coverage, match_report, not_matched
from cla.reports.filters import Choice, Filters, Option, options
from cla.reports.home import home
from cla.reports.ks4_pupil_list import ks4_pupil_list
from cla.reports.model import (
    COHORT_LABELS,
    STAGE_LABELS,
    Model,
    academic_year,
    build,
    year_name,
)
from cla.reports.pupil_details import PupilDetails, pupil_details
from cla.reports.report import Coverage, Report

BY_NAME: Mapping[str, Callable[..., Report]] = {
    "att8_benchmark": att8_benchmark,
    "ks1_benchmark": ks1_benchmark,
    "ks2_benchmark": ks2_benchmark,
    "ks4_benchmark": ks4_benchmark,
    "ks4_pupil_list": ks4_pupil_list,
    "match_report": match_report,
    "not_matched": not_matched,
    "progress_benchmark": progress_benchmark,
}
"""The reports pages ask for by name: of a model, filters, perhaps a stage, and child_level."""

__all__ = [
    "BY_NAME",
    "COHORT_LABELS",
    "STAGE_LABELS",
    "Choice",
    "Coverage",
    "Filters",
    "Model",
    "Option",
    "PupilDetails",
    "Report",
    "academic_year",
    "att8_benchmark",
    "build",
    "cohort_differences",
    "coverage",
    "home",
    "ks1_benchmark",
    "ks2_benchmark",
    "ks4_benchmark",
    "ks4_pupil_list",
    "match_report",
    "not_matched",
    "options",
    "progress_benchmark",
    "pupil_details",
    "year_name",
]
