"""Small data sets of Explore Education Statistics, made in the tests from the lists of columns.

No row is copied from a publication; areas are real codes, figures are invented.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from cla.files import Upload

ENGLAND = {
    "geographic_level": "National",
    "country_code": "E92000001",
    "country_name": "England",
}
NORTH_EAST = {
    **ENGLAND,
    "geographic_level": "Regional",
    "region_code": "E12000001",
    "region_name": "North East",
}
BARNSLEY = {
    **ENGLAND,
    "geographic_level": "Local authority",
    "region_code": "E12000003",
    "region_name": "Yorkshire and The Humber",
    "old_la_code": "370",
    "la_name": "Barnsley",
    "new_la_code": "E08000016",
}
YEAR = {"time_period": "202526", "time_identifier": "Academic year"}
MARCH = {"time_period": "2026", "time_identifier": "Reporting year"}
CLA = "CLA 12 months at 31 March"

PLACES = [
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "old_la_code",
    "la_name",
    "new_la_code",
]

KS4_PARTS = [
    "t_pupils",
    "t_att8",
    "avg_att8",
    "t_l2basics_95",
    "pt_l2basics_95",
    "t_l2basics_94",
    "pt_l2basics_94",
    "t_ebacc_e_ptq_ee",
    "pt_ebacc_e_ptq_ee",
    "t_ebaccaps",
    "avg_ebaccaps",
    "t_inp8calc",
    "t_p8score",
    "avg_p8score",
    "p8score_CI_low",
    "p8score_CI_upp",
]
KS4_API_PARTS = [
    "pupil_count",
    "attainment8_sum",
    "attainment8_average",
    "engmath_95_total",
    "engmath_95_percent",
    "engmath_94_total",
    "engmath_94_percent",
    "ebacc_entering_total",
    "ebacc_entering_percent",
    "ebacc_aps_sum",
    "ebacc_aps_average",
    "progress8_pupil_count",
    "progress8_sum",
    "progress8_average",
    "progress8_lower_95_ci",
    "progress8_upper_95_ci",
]
KS4_VALUES = [
    "50",
    "1000",
    "20.0",
    "5",
    "10.0",
    "10",
    "20.0",
    "4",
    "8.0",
    "50",
    "1.0",
    "40",
    "-40",
    "-1.0",
    "-1.39",
    "-0.61",
]


def line(*parts: Mapping[str, object], **more: object) -> dict[str, str]:
    """One row by heading."""
    row: dict[str, str] = {}
    for part in (*parts, more):
        row.update({name: str(value) for name, value in part.items()})
    return row


def csv_of(header: Sequence[str], rows: Sequence[Mapping[str, str]], delimiter: str = ",") -> str:
    """The rows under a heading; values with a delimiter are quoted, empty where not given."""

    def cell(text: str) -> str:
        return f'"{text}"' if delimiter in text else text

    lines = [delimiter.join(header)]
    lines += [delimiter.join(cell(row.get(name, "")) for name in header) for row in rows]
    return "\r\n".join(lines) + "\r\n"


def upload(
    header: Sequence[str], rows: Sequence[Mapping[str, str]], name: str = "figures.csv"
) -> Upload:
    """The rows as a file of UTF-8."""
    return Upload(name, csv_of(header, rows).encode())


def ks4(name: str = "ks4_la.csv", **more: object) -> Upload:
    """Authorities of key stage 4, the older headings: England, a region, Barnsley."""
    header = [*PLACES, "social_care_group", "version", *KS4_PARTS]
    values = dict(zip(KS4_PARTS, KS4_VALUES, strict=True))
    rows = [
        line(YEAR, place, values, social_care_group=CLA, version="Revised", **more)
        for place in (ENGLAND, NORTH_EAST, BARNSLEY)
    ]
    return upload(header, rows, name)


def ks4_api() -> Upload:
    """The same with the headings of 2025."""
    header = [*PLACES, "social_care_group", "version", *KS4_API_PARTS]
    values = dict(zip(KS4_API_PARTS, KS4_VALUES, strict=True))
    rows = [
        line(YEAR, place, values, social_care_group=CLA, version="Revised")
        for place in (ENGLAND, NORTH_EAST, BARNSLEY)
    ]
    return upload(header, rows, "ks4_api.csv")


SUBJECTS = ("read", "writta", "mat", "rwm", "gps", "scita")
LONG_NAMES = {
    "read": "Reading",
    "writta": "Writing",
    "mat": "Maths",
    "rwm": "Reading, writing and maths",
    "gps": "Grammar, punctuation and spelling",
    "scita": "Science",
}
KS2_NUMBERS = {
    # subject: eligible, met, percent, then progress: pupils, total, mean, low, high
    "read": ("50", "20", "40", "40", "-20", "-0.5", "-2.4", "1.4"),
    "writta": ("50", "15", "30", "40", "-40", "-1.0", "-2.8", "0.8"),
    "mat": ("50", "10", "20", "40", "-60", "-1.5", "-3.2", "0.2"),
    "rwm": ("50", "9", "18"),
    "gps": ("50", "c", "c"),
    "scita": ("50", "25", "50"),
}
_SHORT = ("t_{}_eligible_pupils", "t_{}_met_expected_standard", "pt_{}_met_expected_standard")
_PROGRESS = (
    "t_{}_progress_eligible_pupils",
    "t_{}_progress_score",
    "avg_{}_progress_score",
    "avg_{}_progress_score_lower_CI",
    "avg_{}_progress_score_upper_CI",
)
KS2_FILTERS = {"sen_provision": "All pupils", "ethnicity_major": "All pupils"}
KS2_FILTERS |= {"placement": "All pupils"}


def ks2_wide(**filters: str) -> Upload:
    """England's key stage 2 with the columns of each subject side by side."""
    names = [name.format(s) for s in SUBJECTS for name in _SHORT]
    names += [name.format(s) for s in SUBJECTS[:3] for name in _PROGRESS]
    values = [number for s in SUBJECTS for number in KS2_NUMBERS[s][:3]]
    values += [number for s in SUBJECTS[:3] for number in KS2_NUMBERS[s][3:]]
    chosen = {**KS2_FILTERS, **filters}
    row = line(YEAR, ENGLAND, chosen, dict(zip(names, values, strict=True)))
    row |= {"social_care_group": CLA, "version": "Final"}
    header = [*PLACES[:5], "social_care_group", *chosen, "version", *names]
    return upload(header, [row], "ks2_national.csv")


LONG_PARTS = [
    "eligible_pupil_count",
    "expected_standard_pupil_count",
    "expected_standard_pupil_percent",
    "progress_measure_eligible_pupil_count",
    "progress_measure_total_score",
    "progress_measure_score",
    "progress_measure_lower_conf_interval",
    "progress_measure_upper_conf_interval",
]


def ks2_long(**filters: str) -> Upload:
    """The same figures, a row a subject."""
    chosen = {**KS2_FILTERS, **filters}
    rows = []
    for subject in SUBJECTS:
        numbers = (*KS2_NUMBERS[subject], *["z"] * 5)[:8]
        row = line(YEAR, ENGLAND, chosen, dict(zip(LONG_PARTS, numbers, strict=True)))
        rows.append(row | {"social_care_group": CLA, "version": "Final"})
        rows[-1]["subject"] = LONG_NAMES[subject]
    header = [*PLACES[:5], "social_care_group", *chosen, "version", "subject", *LONG_PARTS]
    return upload(header, rows, "ks2_national.csv")


def zipped(files: Mapping[str, bytes], name: str = "download.zip") -> Upload:
    """A ZIP with these files, folders in their names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, content in files.items():
            archive.writestr(inner, content)
    return Upload(name, packed.getvalue())
