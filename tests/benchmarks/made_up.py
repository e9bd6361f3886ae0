"""Made-up children with results, for files to share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cla import measures
from cla.benchmarks.cells import as_cells
from cla.reports.shared_cells import cells_of

YEAR = "2024/25"
LA = "E06000002"


def key_stage_2(seed: int, count: int) -> pd.DataFrame:
    """Matched children at the end of key stage 2 with their groups; some without a score, some not
    eligible in every subject, standards within one another."""
    rng = np.random.default_rng(seed)
    able, shift = rng.normal(0, 1, count), rng.normal(0, 0.8)
    frame = pd.DataFrame(
        {
            "sex": rng.choice(["F", "M", "U"], count, p=[0.48, 0.5, 0.02]),
            "sen": rng.choice(["N", "K", "E"], count, p=[0.45, 0.3, 0.25]),
            "time_in_care": rng.choice(
                ["under_1", "1_to_2", "2_to_5", "5_plus"], count, p=[0.05, 0.2, 0.35, 0.4]
            ),
            "placement": rng.choice(
                ["foster", "homes", "parents", "adoption", "supported", "other"],
                count,
                p=[0.7, 0.1, 0.07, 0.05, 0.03, 0.05],
            ),
            "elig": True,
        }
    )
    for subject in ("read", "mat", "gps", "writ", "sci"):
        score = np.clip(np.round(100 + 8 * (able + shift) + rng.normal(0, 4, count)), 80, 120)
        absent = rng.random(count) < rng.choice([0.0, 0.0, 0.12])
        frame[f"{subject}_score"] = np.where(absent, np.nan, score)
        frame[f"{subject}_exp"] = (score >= 100) & ~absent
        frame[f"{subject}_high"] = frame[f"{subject}_gds"] = (score >= 110) & ~absent
        frame[f"elig_{subject}"] = rng.random(count) >= rng.choice([0.0, 0.0, 0.03])
    frame["elig_rwm"] = frame["elig_read"] & frame["elig_writ"] & frame["elig_mat"]
    frame["rwm_exp"] = frame["read_exp"] & frame["writ_exp"] & frame["mat_exp"]
    frame["rwm_high"] = frame["read_high"] & frame["writ_gds"] & frame["mat_high"]
    return frame


def key_stage_2_names(frame: pd.DataFrame) -> list[str]:
    """The measures of key stage 2 that the frame carries."""
    return [
        one.id
        for one in measures.of_stage("ks2")
        if measures.available(one.id, YEAR).available
        and one.numerator in frame
        and one.denominator in frame
    ]


def key_stage_2_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """What of these children may be shared."""
    found = cells_of(frame, key_stage_2_names(frame))
    return as_cells(found.assign(la=LA, academic_year=YEAR))
