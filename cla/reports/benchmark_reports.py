"""The five benchmark reports as data: their rows under headings, and what has to be said."""

from __future__ import annotations

from collections.abc import Callable

from cla.reports.benchmark import Benchmark, Block, benchmark
from cla.reports.filters import Filters
from cla.reports.model import Model
from cla.reports.pooled import Others
from cla.reports.report import Report

EXPECTED, HIGHER, SCORE = "Expected standard", "Higher standard", "Average scaled score"

KS1 = Benchmark(
    name="ks1_benchmark",
    title="Key stage 1 benchmark",
    stage="ks1",
    blocks=(
        Block(
            EXPECTED,
            ("ks1_rwm_exp", "ks1_read_exp", "ks1_writ_exp", "ks1_mat_exp", "ks1_sci_exp"),
        ),
        Block("Greater depth", ("ks1_read_gds", "ks1_writ_gds", "ks1_mat_gds")),
        Block(
            "Level 2 or above",
            ("ks1_rwm_l2", "ks1_read_l2", "ks1_writ_l2", "ks1_mat_l2", "ks1_sci_l2"),
            True,
        ),
        Block(
            "Level 2B or above",
            ("ks1_rwm_l2b", "ks1_read_l2b", "ks1_writ_l2b", "ks1_mat_l2b"),
            True,
        ),
        Block(
            "Level 3 or above",
            ("ks1_rwm_l3", "ks1_read_l3", "ks1_writ_l3", "ks1_mat_l3", "ks1_sci_l3"),
            True,
        ),
        Block("Average points", ("ks1_aps",), True),
        Block("Phonics screening check", ("phonics_met", "phonics_met_y2")),
    ),
    notes=(
        "Phonics is of the children in year 1, and of those in year 2 who were checked again: "
        "other children than those at the end of key stage 1.",
    ),
)
KS2 = Benchmark(
    name="ks2_benchmark",
    title="Key stage 2 benchmark",
    stage="ks2",
    blocks=(
        Block(
            EXPECTED,
            (
                "ks2_rwm_exp",
                "ks2_read_exp",
                "ks2_writ_exp",
                "ks2_mat_exp",
                "ks2_gps_exp",
                "ks2_sci_exp",
            ),
        ),
        Block(
            HIGHER,
            ("ks2_rwm_high", "ks2_read_high", "ks2_writ_gds", "ks2_mat_high", "ks2_gps_high"),
        ),
        Block(SCORE, ("ks2_read_ass", "ks2_mat_ass", "ks2_gps_ass")),
        Block(
            "Level 4 or above",
            ("ks2_rwm_l4", "ks2_read_l4", "ks2_writ_l4", "ks2_mat_l4", "ks2_gps_l4"),
            True,
        ),
        Block("Level 4B or above", ("ks2_rwm_l4b", "ks2_read_l4b", "ks2_mat_l4b"), True),
        Block(
            "Level 5 or above",
            ("ks2_rwm_l5", "ks2_read_l5", "ks2_writ_l5", "ks2_mat_l5", "ks2_gps_l5"),
            True,
        ),
    ),
)
PROGRESS = Benchmark(
    name="progress_benchmark",
    title="Progress from key stage 1 to 2 benchmark",
    stage="ks2",
    blocks=(Block("Average progress score", ("ks2_read_prog", "ks2_writ_prog", "ks2_mat_prog")),),
    notes=(
        "0 is the average of all pupils in England who started from the same place; above 0 is "
        "more progress than theirs, below 0 is less.",
        "A child counts with a key stage 1 result in reading, writing and maths. Children who were "
        "absent, disapplied or not assessed then are left out.",
        "DfE limits very low scores in averages. It asks not to share the score of a single child "
        "with parents.",
    ),
    splits=("prior_attainment",),
    baseline="ks1_aps",
)
ATT8 = Benchmark(
    name="att8_benchmark",
    title="Attainment 8 and Progress 8 benchmark",
    stage="ks4",
    blocks=(
        Block(
            "Attainment 8",
            ("ks4_att8", "ks4_att8_eng", "ks4_att8_mat", "ks4_att8_ebacc", "ks4_att8_open"),
        ),
        Block("Progress 8", ("ks4_p8", "ks4_p8_eng", "ks4_p8_mat", "ks4_p8_ebacc", "ks4_p8_open")),
    ),
    notes=(
        "Children without any entry have an Attainment 8 of 0 and stay in the average.",
        "Progress 8 is held against pupils of mainstream schools with the same key stage 2 "
        "results; children without those results are left out.",
    ),
    splits=("prior_attainment",),
)
KS4 = Benchmark(
    name="ks4_benchmark",
    title="Key stage 4 benchmark",
    stage="ks4",
    blocks=(
        Block("English and maths", ("ks4_em95", "ks4_em94")),
        Block("English", ("ks4_eng95", "ks4_eng94")),
        Block("Maths", ("ks4_mat95", "ks4_mat94")),
        Block("English Baccalaureate", ("ks4_ebacc_entry", "ks4_ebacc_95", "ks4_ebacc_94")),
        Block("English Baccalaureate points", ("ks4_ebacc_aps",)),
        Block("Any pass", ("ks4_any_pass",)),
        Block("Grades A* to C", ("ks4_em_ac", "ks4_5ac", "ks4_5ac_em", "ks4_ebacc_ach"), True),
    ),
    splits=("prior_attainment",),
)
BENCHMARKS = {spec.name: spec for spec in (KS1, KS2, PROGRESS, ATT8, KS4)}


def _made_by(spec: Benchmark) -> Callable[..., Report]:
    """The report of a spec: see ``benchmark.benchmark``."""

    def report(
        model: Model,
        filters: Filters,
        about: str = "",
        *,
        child_level: bool,
        others: Others | None = None,
    ) -> Report:
        return benchmark(spec, model, filters, about, child_level=child_level, others=others)

    return report


ks1_benchmark = _made_by(KS1)
ks2_benchmark = _made_by(KS2)
progress_benchmark = _made_by(PROGRESS)
att8_benchmark = _made_by(ATT8)
ks4_benchmark = _made_by(KS4)
