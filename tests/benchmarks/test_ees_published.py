"""Some published rows, read: DfE, Outcomes for children in need, reporting year 2025 (key stages 2
and 4 of authorities; Open Government Licence v3.0), with the heading of the files."""

from __future__ import annotations

import pytest

from cla import benchmarks
from cla.files import Upload
from tests.benchmarks import ees_made as made
from tests.benchmarks.test_ees import figure, numbers

ENGLAND = ("National", "E92000001", "England", "", "", "", "", "")
YORKSHIRE = ("Regional", *ENGLAND[1:3], "E12000003", "Yorkshire and The Humber", "", "", "")
BARNSLEY = ("Local authority", *YORKSHIRE[1:5], "370", "Barnsley", "E08000016")
SCILLY = ("Local authority", *ENGLAND[1:3], "E12000009", "South West", "420")
SCILLY += ("Isles of Scilly", "E06000053")
BARKING = ("Local authority", *ENGLAND[1:3], "E13000002", "Outer London", "301")
BARKING += ("Barking and Dagenham", "E09000002")

KS4 = [
    ("202425", ENGLAND, "Revised", "6120,105938.88,17.3,480,7.9,1060,17.4,620,10.2,8711.23,1.42"),
    ("202425", YORKSHIRE, "Revised", "610,10108.25,16.5,40,6.7,100,15.7,60,9.7,819.79,1.34"),
    ("202425", BARNSLEY, "Revised", "26,351.5,13.5,c,c,c,c,x,x,x,x"),
    ("202425", SCILLY, "Revised", "0,z,z,z,z,z,z,x,x,x,x"),
    ("202425", BARKING, "Revised", "32,662,20.7,c,c,9,28.1,x,x,x,x"),
    ("201819", BARNSLEY, "Final", "13,339,26.1,c,c,c,c,x,x,x,x,9,-5.498,-0.61,-1.45,0.23"),
]
KS2 = [
    (
        *("202425", ENGLAND, "Revised"),
        "3110,1600,51,3090,1390,45,3110,1440,46,3090,1070,35,3110,1470,47,3070,1710,56",
    ),
    ("202425", BARNSLEY, "Revised", "11,c,c,11,c,c,11,c,c,11,c,c,11,c,c,11,c,c"),
    (
        *("201819", BARKING, "Final"),
        "22,15,68,22,16,73,22,14,64,22,13,59,22,14,64,22,16,73,20,21.58,1.08,-1.63,3.78,"
        "20,10.1,0.51,-1.99,3,20,-4,-0.2,-2.56,2.16",
    ),
]


def published(rows, parts: list[str]):
    """The rows under the heading of the file, with its byte order mark; "x" for what is missing."""
    header = [*made.PLACES, "social_care_group", "version", *parts]
    lines = [",".join(header)]
    for period, place, version, values in rows:
        cells = values.split(",")
        cells += ["x"] * (len(parts) - len(cells))
        lines.append(",".join([period, "Academic year", *place, made.CLA, version, *cells]))
    (found,) = benchmarks.read_ees(Upload("la.csv", "\ufeff".encode() + "\n".join(lines).encode()))
    return found


def ks2_parts() -> list[str]:
    names = [
        name.format(subject)
        for subject in made.SUBJECTS
        for name in (
            "t_{}_eligible_pupils",
            "t_{}_met_expected_standard",
            "pt_{}_met_expected_standard",
        )
    ]
    return names + [
        name.format(subject)
        for subject in made.SUBJECTS[:3]
        for name in (
            "t_{}_progress_eligible_pupils",
            "t_{}_progress_score",
            "avg_{}_progress_score",
            "avg_{}_progress_score_lower_CI",
            "avg_{}_progress_score_upper_CI",
        )
    ]


def test_key_stage_four():
    found = published(KS4, made.KS4_PARTS)
    now = {"period": "2024/25"}
    assert (found.dataset, found.year, found.release) == (
        *("ks4_la", 2025),
        "Reporting year 2025, Revised",
    )
    assert numbers(figure(found.frame, "ks4_att8", **now)) == [17.3, None, None, 6120, 105938.88]
    assert numbers(figure(found.frame, "ks4_em95", **now)) == [7.9, None, None, 6120, 480]
    region = figure(found.frame, "ks4_ebacc_aps", "Yorkshire and The Humber", **now)
    assert numbers(region) == [1.34, None, None, 610, 819.79]
    assert figure(found.frame, "ks4_em94", "370", **now)["symbol"] == "c"
    assert figure(found.frame, "ks4_att8", "420", **now)["symbol"] == "z"
    assert numbers(figure(found.frame, "ks4_em94", "301", **now)) == [28.1, None, None, 32, 9]
    before = figure(found.frame, "ks4_p8", "370", period="2018/19")
    assert numbers(before) == [-0.61, -1.45, 0.23, 9, -5.498]
    assert before["release"] == "Reporting year 2025, Final"


def test_key_stage_two():
    found = published(KS2, ks2_parts())
    now = {"period": "2024/25"}
    assert numbers(figure(found.frame, "ks2_rwm_exp", **now)) == [35, None, None, 3090, 1070]
    assert numbers(figure(found.frame, "ks2_sci_exp", **now)) == [56, None, None, 3070, 1710]
    suppressed = figure(found.frame, "ks2_read_exp", "370", **now)
    assert suppressed["symbol"] == "c" and numbers(suppressed) == [None, None, None, 11, None]
    progress = figure(found.frame, "ks2_read_prog", "301", period="2018/19")
    assert numbers(progress) == [1.08, -1.63, 3.78, 20, 21.58]


@pytest.mark.parametrize("rows", [KS4, KS2], ids=["ks4", "ks2"])
def test_imported_figures_join_the_library(rows):
    parts = made.KS4_PARTS if rows is KS4 else ks2_parts()
    library = benchmarks.shipped().with_imported(published(rows, parts).frame)
    measure = "ks4_att8" if rows is KS4 else "ks2_rwm_exp"
    england = library.figure(measure, "2024/25")
    assert england is not None and "la.csv" in england.source
    assert england.value == (17.3 if rows is KS4 else 35)
