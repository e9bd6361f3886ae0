"""Attainment 8, EBacc points and Progress 8 of invented pupils, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from cla.results.attainment8 import attainment8, ebacc_points, progress8, progress8_years

# language, literature, maths, EBacc, other -> English, maths, EBacc, open, total
CASES = {
    "all eight slots": ((5, 6, 5, [6, 5, 4, 3], [7, 4]), (12, 10, 15, 16, 53)),
    "one English is not doubled": ((4, None, 3, [2.5, 2.5], [4]), (4, 6, 5, 4, 19)),
    "an ungraded literature still doubles": ((4, 0, 4, [3, 3], [5.5]), (8, 8, 6, 5.5, 27.5)),
    "combined science fills two": ((4, 3, 3, [4.5, 4.5, 3], [4, 2]), (8, 6, 12, 9, 35)),
    "nothing entered": ((None, None, None, [], []), (0, 0, 0, 0, 0)),
    "the most there is": ((9, 9, 9, [9] * 4, [9, 9]), (18, 18, 27, 27, 90)),
    "the better English is literature": ((3, 5, 4, [4], [5.5, 4]), (10, 8, 4, 12.5, 34.5)),
}


@pytest.mark.parametrize(("points", "expected"), CASES.values(), ids=CASES.keys())
def test_attainment8(points, expected):
    result = attainment8(*points)
    assert (result.english, result.maths, result.ebacc, result.open, result.total) == expected


@pytest.mark.parametrize(
    ("case", "filled"),
    [
        ("all eight slots", (3, 3)),
        ("one English is not doubled", (2, 1)),
        ("an ungraded literature still doubles", (2, 2)),
        ("combined science fills two", (3, 3)),
        ("nothing entered", (0, 0)),
        ("the most there is", (3, 3)),
        ("the better English is literature", (1, 3)),
    ],
)
def test_slots_filled(case, filled):
    result = attainment8(*CASES[case][0])
    assert (result.ebacc_filled, result.open_filled) == filled


def test_ebacc_points():
    assert ebacc_points(5, 6, 5, [5, 4, 4], [6, 3], [4]) == 5.0
    assert ebacc_points(4, 4, 4, [3.5, 3.5], [3], []) == 3.0
    assert ebacc_points(5, None, 4, [4, 4], [], []) == 2.0
    assert ebacc_points() == 0


# academic year, release, KS2 reading, maths -> group; Attainment 8 -> estimate, Progress 8
PROGRESS = [
    ("2023/24", "provisional", 105, 103, 18, 50, 42.97, 0.703),
    ("2023/24", "provisional", 99, 100, 14, 40, 35.46, 0.454),
    ("2022/23", "revised", 79, 79, 1, 0, 15.86, -1.586),
    ("2022/23", "revised", 59, 61, 1, 0, 15.86, -1.586),
    ("2022/23", "provisional", 79, 79, 1, 0, 15.83, -1.583),
    ("2021/22", "revised", 110, 112, 25, 60, 63.85, -0.385),
    ("2022/23", "revised", 93, 92, 7, 30.5, 25.69, 0.481),
]


@pytest.mark.parametrize("case", PROGRESS)
def test_progress8(case):
    year, release, read, mat, group, total, estimate, score = case
    elements = pd.DataFrame({"att8": [float(total)]})
    elements[["att8_eng", "att8_mat", "att8_ebacc", "att8_open"]] = 0.0
    result = progress8(elements, pd.Series([(read + mat) / 2]), year, release).iloc[0]
    assert result["prior_group"] == group
    assert result["att8_pred"] == pytest.approx(estimate)
    assert result["p8"] == pytest.approx(score)


# year, release, KS2 average, points of the four elements, Progress 8 of each
ELEMENTS = [
    ("2023/24", "provisional", 104, (10, 10, 15, 15), (0.265, 0.74, 0.9233, 0.75)),
    ("2023/24", "provisional", 99.5, (8, 8, 12, 12), (-0.03, 0.525, 0.73, 0.4533)),
    ("2022/23", "revised", 79, (0, 0, 0, 0), (-1.905, -1.145, -1.3967, -1.8533)),
    ("2021/22", "revised", 111, (12, 13, 17, 18), (-0.6, 0.16, -0.7, -0.29)),
    ("2022/23", "revised", 92.5, (7, 6, 8.5, 9), (0.5, 0.745, 0.5867, 0.1833)),
    ("2022/23", "revised", 60, (0, 0, 0, 0), (-1.905, -1.145, -1.3967, -1.8533)),
]


@pytest.mark.parametrize("case", ELEMENTS)
def test_progress8_elements_are_divided_by_their_slots(case):
    year, release, average, points, expected = case
    names = ["att8_eng", "att8_mat", "att8_ebacc", "att8_open"]
    elements = pd.DataFrame([points], columns=names, dtype="float64").assign(att8=sum(points))
    result = progress8(elements, pd.Series([float(average)]), year, release).iloc[0]
    scores = result[["p8_eng", "p8_mat", "p8_ebacc", "p8_open"]].tolist()
    assert scores == pytest.approx(expected, abs=1e-4)


def test_no_prior_attainment_or_no_table_is_no_score():
    elements = pd.DataFrame(
        [[30.0] * 5], columns=["att8", "att8_eng", "att8_mat", "att8_ebacc", "att8_open"]
    )
    assert progress8(elements, pd.Series([None], dtype=float), "2022/23")["p8"].isna().all()
    assert progress8(elements, pd.Series([100.0]), "2024/25")["p8"].isna().all()
    assert progress8_years() == ["2021/22", "2022/23", "2023/24"]


def test_every_half_point_has_one_group():
    averages = pd.Series([value / 2 for value in range(118, 241)])
    elements = pd.DataFrame(
        0.0,
        index=averages.index,
        columns=["att8", "att8_eng", "att8_mat", "att8_ebacc", "att8_open"],
    )
    groups = progress8(elements, averages, "2022/23", "revised")["prior_group"]
    assert sorted(groups.unique()) == list(range(1, 35))
    assert groups.is_monotonic_increasing
