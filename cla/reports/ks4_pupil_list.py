"""Key stage 4 pupil list: one row a child, who got what, with the flags of a case finder."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cla.cohort import groups, matching
from cla.reports import disclosure
from cla.reports.benchmark import comparing, one_child
from cla.reports.comparison import measure_rows
from cla.reports.coverage import WHO_TO_ASK, counted, selected, what_is_missing, with_result
from cla.reports.filters import Filters
from cla.reports.model import Model, academic_year
from cla.reports.report import Report

ENGLISH_AND_MATHS, SCORES, EBACC = "English and maths", "Attainment and progress", "EBacc"
ROWS = (
    ("ks4_em94", ENGLISH_AND_MATHS),
    ("ks4_em95", ENGLISH_AND_MATHS),
    ("ks4_att8", SCORES),
    ("ks4_p8", SCORES),
    ("ks4_ebacc_entry", EBACC),
    ("ks4_ebacc_94", EBACC),
    ("ks4_ebacc_95", EBACC),
    ("ks4_ebacc_aps", EBACC),
)
FLAGS: Mapping[str, str] = {
    "nearly there": "Grade 4 in one of English and maths, not in both",
    "largest gap": "Two grades a subject or more below the estimate (Progress 8 of -2 or less)",
    "no result": "Matched, but the results hold no Attainment 8",
    "no passes": "Attainment 8 of 0",
    "not matched": "No pupil of the results is certainly this child",
    "left since": "Care ended on or before 31 March",
}
LARGE_GAP = -2.0
NO_RESULT = "no result"
CARRIED = (
    "basics_94",
    "basics_95",
    "passes",
    "ebacc_entered",
    "ebacc_94",
    "ebacc_95",
    "ebacc_aps",
    "att8",
    "att8_eng",
    "att8_mat",
    "att8_ebacc",
    "att8_open",
    "p8",
)


def ks4_pupil_list(model: Model, filters: Filters, *, child_level: bool) -> Report:
    """frames: "pupils" (one row a child), "flags" (flag, meaning, count), "measures".

    A reader without the child-level permission gets the measures only.
    """
    filters, refused = disclosure.allowed(filters, child_level)
    title = f"Key stage 4 pupil list, {academic_year(filters.year)}"
    missing = what_is_missing(model, filters, "ks4")
    if missing:
        return Report(title, filters.words(), notes=refused, empty=missing)
    rows = measure_rows(model, filters, "ks4", ROWS, child_level=child_level)
    pupils = selected(model, filters, "ks4")
    counts = counted(pupils, "ks4")
    notes = (*one_child(rows), *refused, *comparing(model, filters, rows, child_level))
    if not child_level:
        hidden = disclosure.hide_coverage(counts)
        frames = {"measures": rows}
        return Report(title, filters.words(), frames, hidden, notes, WHO_TO_ASK)
    listed = pupil_rows(pupils)
    return Report(
        title=title,
        caption=filters.words(),
        frames={"pupils": listed, "flags": flag_counts(listed), "measures": rows},
        coverage=counts,
        notes=notes,
        empty="" if len(listed) else "No child of this selection is at the end of key stage 4.",
    )


def pupil_rows(pupils: pd.DataFrame) -> pd.DataFrame:
    """The children at the end of key stage 4 as rows to read, flagged children first."""
    flags = flags_of(pupils)
    rows = pd.DataFrame(
        {
            "child": pupils["child"],
            "upn": pupils["upn"],
            "sex": pupils["sex"],
            "age": pupils["age"],
            "sen": groups.named("sen", pupils["sen"]),
            "placement": pupils["placement_type"],
            "months_in_care": pupils["months_in_care"],
            "laestab": pupils.get("laestab"),
            "urn": pupils.get("urn"),
            "matched": how_matched(pupils),
            "english": reached(pupils, "eng"),
            "maths": reached(pupils, "mat"),
            "basics": basics(pupils),
        }
    )
    rows = rows.assign(**{name: pupils[name] for name in CARRIED if name in pupils})
    rows["flags"] = [
        tuple(flag for flag, on in zip(FLAGS, row, strict=True) if on) for row in flags.to_numpy()
    ]
    rows["flags_text"] = rows["flags"].map(", ".join).astype("str")
    order = np.lexsort((pupils["child"], -flags.to_numpy().sum(axis=1)))
    return rows.iloc[order].reset_index(drop=True)


def how_matched(pupils: pd.DataFrame) -> pd.Series:
    """Which key matched each child, or why none did, in words."""
    lost = "not matched: " + pupils["reason"].map(matching.REASONS).astype("str")
    return pupils["tier"].map(matching.TIERS).astype("str").where(pupils["matched"], lost)


def _yes(column: pd.Series) -> pd.Series:
    return column.fillna(False).astype(bool)


def reached(pupils: pd.DataFrame, subject: str) -> pd.Series:
    """English ("eng") or maths ("mat") in words: 5 or above, 4, below 4, no result."""
    four, five = pupils[f"{subject}_94"], pupils[f"{subject}_95"]
    words = np.select(
        [_yes(five), _yes(four), four.notna()], ["5 or above", "4", "below 4"], default=NO_RESULT
    )
    return pd.Series(words, index=pupils.index, dtype="str")


def basics(pupils: pd.DataFrame) -> pd.Series:
    """English and maths together, in words."""
    either = _yes(pupils["eng_94"]) | _yes(pupils["mat_94"])
    words = np.select(
        [
            _yes(pupils["basics_95"]),
            _yes(pupils["basics_94"]),
            either,
            pupils["basics_94"].notna(),
        ],
        [
            "both at 5 or above",
            "both at 4 or above",
            "one of two at 4 or above",
            "neither at 4",
        ],
        default=NO_RESULT,
    )
    return pd.Series(words, index=pupils.index, dtype="str")


def flags_of(pupils: pd.DataFrame) -> pd.DataFrame:
    """A yes/no column for every flag of ``FLAGS``."""
    english, maths = _yes(pupils["eng_94"]), _yes(pupils["mat_94"])
    p8 = pupils["p8"] if "p8" in pupils else pd.Series(np.nan, index=pupils.index)
    found = {
        "nearly there": english ^ maths,
        "largest gap": p8 <= LARGE_GAP,
        "no result": pupils["matched"] & ~with_result(pupils, "ks4"),
        "no passes": pupils["att8"] == 0,
        "not matched": ~pupils["matched"],
        "left since": pupils["care_ended"].notna(),
    }
    return pd.DataFrame({name: _yes(found[name]) for name in FLAGS}, index=pupils.index)


def flag_counts(listed: pd.DataFrame) -> pd.DataFrame:
    """How many children carry each flag: flag, meaning, count."""
    counts = listed["flags"].explode().value_counts()
    return pd.DataFrame(
        [(flag, meaning, int(counts.get(flag, 0))) for flag, meaning in FLAGS.items()],
        columns=["flag", "meaning", "count"],
    )
