"""Small frames of benchmark reports as pages get them, with figures that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cla.reports import Report

CLA_FIGURES = {
    "england_cla": 35.0,
    "region_cla": 33.0,
    "neighbours_cla": 37.25,
    "england_all": 62.0,
    "pooled": 41.379,
    "own_last": 37.5,
}
NOTES = {
    "neighbours_cla": "Mean of the 7 of 10 neighbours whose figure is published.",
    "pooled": "Of 2 other authorities.",
}
NUMBERS = {"england_cla": 2510.0, "neighbours_cla": 214.0, "pooled": 58.0, "own_last": 16.0}


def beside(**figures: float) -> dict[str, object]:
    """The columns of every comparator; those not named have the usual figures."""
    cells: dict[str, object] = {}
    for name, usual in CLA_FIGURES.items():
        number = figures.get(name, usual)
        known = not np.isnan(number)
        cells |= {
            name: number,
            f"{name}_year": "2023/24" if name == "own_last" else "2024/25" if known else "",
            f"{name}_release": "Reporting year 2025" if known else "",
            f"{name}_source": f"Source of {name}" if known else "",
            f"{name}_gap": 43.478 - number,
            f"{name}_low": 25.639 - number,
            f"{name}_high": 63.193 - number,
            f"{name}_verdict": "no different from what chance allows" if known else "",
            f"{name}_chance": 0.789 if known else np.nan,
            f"{name}_n": NUMBERS.get(name, np.nan) if known else np.nan,
            f"{name}_note": NOTES.get(name, "") if known else "c: DfE suppressed the figure.",
        }
    return cells


def row(measure: str, label: str, **figures: float) -> dict[str, object]:
    """One measure: 10 of 23 children reached it."""
    return {
        "measure": measure,
        "category": "",
        "label": label,
        "group": "Expected standard",
        "unit": "percent",
        "n": 23.0,
        "total": 10.0,
        "value": 43.478,
        "low": 25.639,
        "high": 63.193,
        "method": "Wilson 95% interval",
        "reason": "",
        "region": "North East",
        **beside(**figures),
        "gap": 8.478,
        "verdict": "no different from what chance allows",
        "last_year": 37.5,
        "last_year_n": 16.0,
        "change": 5.978,
    }


def measures() -> pd.DataFrame:
    """Three measures; of the second the region is suppressed, ours of the third is hidden."""
    hidden = row("ks2_mat_exp", "Reached the expected standard in maths")
    hidden |= {
        name: np.nan
        for name in hidden
        if name in ("value", "low", "high", "n", "total", "change")
        or name.endswith(("_gap", "_chance", "_low", "_high"))
    }
    hidden |= {name: "" for name in hidden if name.endswith("_verdict")}
    hidden["reason"] = "Suppressed: the number of children is small."
    return pd.DataFrame(
        [
            row("ks2_rwm_exp", "Reached the expected standard in reading, writing and maths"),
            row("ks2_read_exp", "Reached the expected standard in reading", region_cla=np.nan),
            hidden,
        ]
    )


def how() -> pd.DataFrame:
    """An explanation of each of the measures."""
    frame = measures()[["measure", "label"]]
    return frame.assign(
        counted="Children counted: 23.",
        formula="100 × 10 ÷ 23 = 43.5%.",
        source="The results file.",
        interval="Wilson 95% interval.",
        neighbours="Durham 37.0%, Wigan c (2024/25).",
    )


def like() -> pd.DataFrame:
    """The first measure standardised, the second beside the nearest; the third cannot be."""
    standardised = {
        "measure": "ks2_rwm_exp",
        "label": "Reached the expected standard in reading, writing and maths",
        "unit": "percent",
        "way": "standardised",
        "by": "SEN provision",
        "whose": "looked-after children in England",
        "n": 23.0,
        "theirs_n": 2510.0,
        "authorities": np.nan,
        "value": 43.478,
        "expected": 36.7391,
        "difference": 6.739,
        "low": -11.1,
        "high": 26.4,
        "verdict": "no different from what chance allows",
        "said": "Expected for similar children (SEN provision): 36.7%. Ours: 43.5%.",
        "why": "No other authority has shared its figures",
    }
    nearest = standardised | {
        "measure": "ks2_read_exp",
        "label": "Reached the expected standard in reading",
        "way": "nearest",
        "by": "",
        "whose": "all looked-after children in England",
        "expected": 51.0,
        "difference": -7.522,
        "said": "Nearest published: 51.0%.",
        "why": "No rates by group are published",
    }
    nothing = nearest | {
        "measure": "ks2_mat_exp",
        "label": "Reached the expected standard in maths",
        "way": "",
        "whose": "",
        "n": np.nan,
        "theirs_n": np.nan,
        "value": np.nan,
        "expected": np.nan,
        "difference": np.nan,
        "low": np.nan,
        "high": np.nan,
        "verdict": "",
        "said": "",
        "why": "Our figure is hidden",
    }
    return pd.DataFrame([standardised, nearest, nothing])


def like_parts() -> pd.DataFrame:
    """The groups behind the first: (5 × 9 + 18 × 44.4444) ÷ 23 = 36.7391."""
    return pd.DataFrame(
        {
            "measure": "ks2_rwm_exp",
            "category": ["E", "N"],
            "label": ["EHC plan", "No SEN"],
            "n": [5.0, 18.0],
            "value": [0.0, 55.5556],
            "theirs": [9.0, 44.4444],
            "expected": [0.45, 8.0],
            "source": "Outcomes of looked-after children, 2025",
        }
    )


def benchmark() -> Report:
    """A benchmark report with everything."""
    return Report(
        "Key stage 2 benchmark",
        "all children",
        {
            "measures": measures(),
            "how": how(),
            "like": like(),
            "like_parts": like_parts(),
            "like_choices": pd.DataFrame(
                {"name": ["sen", "sex"], "title": ["SEN provision", "Sex"]}
            ),
        },
    )


def areas() -> pd.DataFrame:
    """Five authorities: ours, a neighbour above, one far below, one suppressed, one inside."""
    return pd.DataFrame(
        {
            "code3": ["991", "805", "816", "806", "807"],
            "name": ["Demoshire", "Hartlepool", "York", "Middlesbrough", "Redcar"],
            "region": ["North East"] * 2 + ["Yorkshire", "North East", "North East"],
            "n": [23.0, 30.0, 80.0, np.nan, 20.0],
            "value": [43.478, 60.04, 12.0, np.nan, 43.5],
            "low": np.nan,
            "high": np.nan,
            "symbol": ["", "", "", "c", ""],
            "ours": [True, False, False, False, False],
            "neighbour": [False, True, False, False, False],
            "same_region": [False, True, False, True, True],
            "outside": ["", "above 95%", "below 99.8%", "", ""],
        }
    )


def limits() -> pd.DataFrame:
    """What chance allows around 35%."""
    n = np.arange(5, 101, 5.0)
    spread = 100 * np.sqrt(0.35 * 0.65 / n)
    return pd.DataFrame(
        {
            "n": n,
            "low95": 35 - 1.96 * spread,
            "high95": 35 + 1.96 * spread,
            "low998": 35 - 3.09 * spread,
            "high998": 35 + 3.09 * spread,
        }
    )


def funnel() -> Report:
    """The report of all authorities in one measure."""
    centre = pd.DataFrame(
        {
            "value": [35.0],
            "label": ["England, looked after"],
            "year": ["2024/25"],
            "release": ["Reporting year 2025"],
            "source": ["DfE"],
        }
    )
    return Report(
        "All authorities", "2024/25", {"areas": areas(), "limits": limits(), "centre": centre},
        notes=("Exact binomial limits.",),
    )  # fmt: skip
