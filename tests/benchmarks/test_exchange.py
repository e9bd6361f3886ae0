"""The exchange file: written and read back the same, and nothing impossible is believed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import measures
from cla.benchmarks import exchange_checks, read_exchange, write_exchange
from cla.benchmarks.cells import KEY, TOTAL, UNIT, as_cells, categories
from cla.benchmarks.exchange import BODY, MAX_BYTES, RULES
from cla.files import Upload
from cla.problems import Unusable
from cla.settings import ROOT

OURS, THEIRS = "E06000001", "E06000002"
MADE = date(2026, 6, 5)
Row = dict[str, object]


def cell(measure: str, n: object, total: object, squares: object = None, **more: object) -> Row:
    """A row of a file in its own words: numbers as decimals, missing is None."""
    row: Row = {
        "academic_year": "2024/25",
        "measure": measure,
        "characteristic": TOTAL,
        "category": TOTAL,
        "n": n,
        "total": total,
        "squares": total if squares is None else squares,
        "total_low": total,
        "total_high": total,
        "held": "",
    }
    return row | more


def withheld(
    measure: str, n: object = None, low: object = None, high: object = None, **more: object
) -> Row:
    blank = dict.fromkeys(("total", "squares"))
    return (
        cell(measure, n, None, **more) | blank | {"total_low": low, "total_high": high, "held": "c"}
    )


def shows(total: object) -> Row:
    """What changes in the row of a percentage when its total does."""
    return {"total": total, "squares": total, "total_low": total, "total_high": total}


def of(sex: str) -> Row:
    return {"characteristic": "sex", "category": sex}


GOOD: list[Row] = [
    cell("ks4_em94", 40, 17),
    cell("ks4_em94", 25, 10, **of("F")),
    cell("ks4_em94", 15, 7, **of("M")),
    cell("ks4_att8", 40, "1234.5", "50000.25"),
    cell("ks4_att8", 25, 800, "33000", **of("F")),
    cell("ks4_att8", 15, "434.5", "17000.25", **of("M")),
    withheld("ks4_em95", 40, 0, 5),
    withheld("ks4_mat94"),
]


def written(rows: list[Row], header: dict[str, str] | None = None, checksum: str = "") -> bytes:
    """A file by hand, as another program would write it."""
    lines = [",".join(BODY)]
    lines += [",".join("" if row[n] is None else str(row[n]) for n in BODY) for row in rows]
    top = {
        "format": "cla-benchmark-cells",
        "version": "1",
        "authority": THEIRS,
        "made-on": "2026-06-05",
        "years": "2024/25",
        "cohort": "looked after 12 months at 31 March",
        "rules": RULES,
        "cells": str(len(rows)),
    } | (header or {})
    head = [f"# {name}: {value}" for name, value in top.items()]
    text = "\n".join([*head, *lines, ""])
    seal = checksum or hashlib.sha256(text.encode()).hexdigest()
    return "\n".join([*head, f"# sha256: {seal}", *lines, ""]).encode()


def read(content: bytes, name: str = "theirs.txt"):
    return read_exchange(Upload(name, content), own=OURS, today=date(2026, 7, 1))


def refusal(content: bytes) -> str:
    """The one sentence that refuses a file."""
    with pytest.raises(Unusable) as refused:
        read(content)
    (problem,) = refused.value.problems
    said = str(problem)
    assert "theirs.txt" in said and said.rstrip().endswith((".", "”."))
    return said


def changed(at: int, **values: object) -> bytes:
    rows = [dict(row) for row in GOOD]
    rows[at] |= values
    return written(rows)


def test_a_file_by_hand_is_read() -> None:
    found = read(written(GOOD))
    assert (found.la, found.made, found.years, found.version) == (THEIRS, MADE, ("2024/25",), 1)
    frame = found.frame
    assert len(frame) == len(GOOD)
    assert frame["total"].tolist()[3] == 1234_50000000
    assert frame["squares"].tolist()[3] == 50000_25000000
    assert frame.loc[6, ["n", "total_low", "total_high"]].tolist() == [40, 0, 5 * UNIT]
    assert pd.isna(frame.loc[7, "n"]) and frame["held"].tolist()[6:] == ["c", "c"]
    assert found.notices == ()


def test_what_is_written_is_read_back_to_the_last_digit() -> None:
    frame = read(written(GOOD)).frame
    content = write_exchange(frame, THEIRS, MADE)
    assert content == write_exchange(frame.sample(frac=1, random_state=2), THEIRS, MADE)
    again = read(content).frame
    order = list(KEY)
    pd.testing.assert_frame_equal(
        again.astype("str").sort_values(order, ignore_index=True),
        frame.astype("str").sort_values(order, ignore_index=True),
    )
    assert content.isascii() and content.endswith(b"\n") and b"\r" not in content


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 90 * UNIT), min_size=10, max_size=25))
def test_any_scores_survive_the_journey(scores: list[int]) -> None:
    squares = sum((score * score + UNIT // 2) // UNIT for score in scores)
    row = cell("ks4_att8", len(scores), None) | {"total": sum(scores), "squares": squares}
    row |= {"total_low": sum(scores), "total_high": sum(scores), "la": THEIRS}
    frame = as_cells(pd.DataFrame([row]))
    found = read(write_exchange(frame, THEIRS, MADE)).frame
    assert found[["n", "total", "squares"]].iloc[0].tolist() == [len(scores), sum(scores), squares]


def test_the_file_of_the_documentation_is_one() -> None:
    page = (ROOT / "docs" / "benchmark-exchange.md").read_text(encoding="utf-8")
    frame = read(page.split("```\n")[1].encode()).frame
    assert frame["measure"].tolist() == ["ks4_att8", "ks4_em94", *["ks4_em95"] * 3]
    for name in BODY:
        assert f"`{name}`" in page
    for characteristic, every in categories().items():
        for category in (characteristic, *every):
            assert f"`{category}`" in page


def test_the_limits_of_a_reader_are_those_of_the_rule_set() -> None:
    rules = measures.rules("exchange")
    assert exchange_checks.LEAST == rules.denominator_max + 1 == rules.average_denominator_max + 1
    assert rules.numerator_max == exchange_checks.FEW


def test_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    content = written(GOOD)
    assert len(read(content.replace(b"\n", b"\r\n")).frame) == len(GOOD)
    assert len(read(b"\xef\xbb\xbf" + content).frame) == len(GOOD)


def test_lines_of_later_programs_at_the_top_are_passed_over_and_told() -> None:
    found = read(written(GOOD, {"made-by": "a later program"}))
    assert found.notices == ("Lines passed over at the top: made-by.",)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"version": "2"}, "version 2 of the format and this program reads up to 1"),
        ({"version": "1.5"}, "does not say its version"),
        ({"version": ""}, "does not say its version"),
        ({"authority": OURS}, "your own authority's"),
        ({"authority": "E06999999"}, "authority that this program does not know"),
        ({"authority": "806"}, "nine-character ONS code"),
        ({"authority": "X06000991"}, "invented authorities"),
        ({"made-on": "5 June"}, "the day it was made"),
        ({"made-on": "2026-07-02"}, "still to come"),
        ({"years": "2024"}, "academic years"),
        ({"years": "2024/26"}, "academic years"),
        ({"years": "2026/27"}, "academic years"),
        ({"years": "2024/25 2024/25"}, "academic years"),
        ({"years": ""}, "academic years"),
        ({"years": "2023/24"}, "of a year that the top does not list"),
        ({"rules": "internal"}, "other rules"),
        ({"cohort": "any time"}, "other children"),
        ({"cells": "7"}, "another number of cells"),
    ],
)
def test_a_top_that_cannot_be_is_refused(header: dict[str, str], words: str) -> None:
    assert words in refusal(written(GOOD, header))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda text: b"", "is empty"),
        (lambda text: b"PK\x03\x04" + bytes(200), "ZIP or a workbook"),
        (lambda text: b"a,b\n1,2\n", "is not a file of shared figures"),
        (lambda text: text.replace(b",17,17,", b",18,18,", 1), "checksum"),
        (lambda text: text.replace(b"2026-06-05", b"2026-06-06"), "checksum"),
        (lambda text: text.replace(b"# rules:", b"#rules="), "not a line"),
        (lambda text: text.replace(b"# rules:", b"# years:"), "twice"),
        (lambda text: b"\n".join(text.split(b"\n")[:4]), "does not say"),
        (lambda text: text + b"x" * MAX_BYTES, "larger than 4 MB"),
    ],
)
def test_damaged_and_other_files_are_refused(harm: Callable[[bytes], bytes], words: str) -> None:
    assert words in refusal(harm(written(GOOD)))


@pytest.mark.parametrize(
    ("at", "values", "words"),
    [
        (0, {"measure": "ks4_made_up"}, "a measure that this program does not know"),
        (3, {"measure": "ks4_p8"}, "a measure that its year did not have"),
        (1, {"category": "X"}, "a group that is not shared"),
        (1, {"characteristic": "ethnicity"}, "a group that is not shared"),
        (1, {"category": "M"}, "a cell that the file has already"),
        (0, {"n": "40.5"}, "not a whole number"),
        (0, {"n": "-40"}, "not a whole number"),
        (0, {"n": "1e9"}, "not a whole number"),
        (0, {"n": "99999"}, "more children than any authority"),
        (0, {"total": "inf"}, "not a number"),
        (0, {"total": "=1+1"}, "not a number"),
        (0, {"total": "1234567890123"}, "not a number"),
        (3, {"total": "1234.123456789"}, "not a number"),
        (0, {"held": "x"}, "neither as shown nor as withheld"),
        (0, {"total": None}, "lacks a number"),
        (0, {"n": None}, "lacks a number"),
        (0, {"total_high": 18}, "a range that is not its total"),
        (0, {"held": "c"}, "gives a total or squares"),
        (6, {"total_low": None}, "a range that it cannot have"),
        (6, {"n": None}, "a range that it cannot have"),
        (6, {"total_low": None, "total_high": None}, "without the range"),
        (6, {"total_low": 3, "total_high": 3}, "gives away what it withholds"),
        (6, {"total_low": 0, "total_high": 41}, "a range that its children cannot have"),
        (6, {"total_low": 5, "total_high": 0}, "a range that its children cannot have"),
        (2, {"n": 9} | shows(4), "fewer than 10"),
        (0, shows("17.5"), "whole number of children"),
        (0, shows(41), "larger than its children"),
        (0, {"squares": 18}, "squares are not its total"),
        (0, shows(5), "a few reached or missed"),
        (0, shows(35), "a few reached or missed"),
        (3, {"squares": "-1"}, "squares below zero"),
        (3, {"squares": "30000"}, "squares that are too small"),
        (3, {"squares": "1700000"}, "squares that are too large"),
        (3, {"total": "-1", "total_low": "-1", "total_high": "-1"}, "outside the scale"),
        (3, {"total": "9000", "total_low": 9000, "total_high": 9000}, "outside the scale"),
        (1, {"n": 26}, "add up to another number"),
        (1, shows(11), "add up to another number"),
        (4, {"total": 801, "total_low": 801, "total_high": 801}, "add up to another number"),
        (4, {"squares": 33001}, "add up to another number"),
    ],
)  # fmt: skip
def test_impossible_cells_are_refused(at: int, values: Row, words: str) -> None:
    assert words in refusal(changed(at, **values))


def test_the_line_of_the_fault_is_named() -> None:
    assert "line 12" in refusal(changed(1, n="x"))


@pytest.mark.parametrize(
    "rows",
    [
        [
            cell("ks4_em94", 40, 17),
            cell("ks4_em94", 25, 10, **of("F")),
            withheld("ks4_em94", **of("M")),
        ],
        [
            cell("ks4_em94", 40, 17),
            cell("ks4_em94", 25, 10, **of("F")),
            withheld("ks4_em94", 15, 0, 15, **of("M")),
        ],
        [
            cell("ks4_em94", 40, 17),
            cell("ks4_em94", 32, 10, **of("F")),
            withheld("ks4_em94", **of("M")),
            withheld("ks4_em94", **of("U")),
        ],
        [
            withheld("ks4_em94", 40, 0, 5),
            withheld("ks4_em94", 25, 3, 5, **of("F")),
            withheld("ks4_em94", 15, 2, 5, **of("M")),
        ],
        [
            cell("ks4_att8", 40, "1234.5", "50000.25"),
            cell("ks4_att8", 25, 800, "33000", **of("F")),
            withheld("ks4_att8", 15, **of("M")),
        ],
    ],
)
def test_files_that_give_away_what_they_withhold_are_refused(rows: list[Row]) -> None:
    assert "withholds a group that follows from the others" in refusal(written(rows))


def test_groups_without_everybody_are_refused() -> None:
    assert "without everybody" in refusal(written([cell("ks4_em94", 25, 10, **of("F"))]))
    rows = [withheld("ks4_em94"), cell("ks4_em94", 25, 10, **of("F"))]
    assert "without everybody" in refusal(written(rows))


def test_too_many_cells_and_no_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "has no cells" in refusal(written([]))
    monkeypatch.setattr("cla.benchmarks.exchange.MAX_CELLS", 7)
    assert "more than 7 cells" in refusal(written(GOOD))


def test_a_line_of_another_width_is_refused() -> None:
    body = (
        written(GOOD)
        .decode()
        .replace("# sha256", "# old-sha256")
        .replace(",17,17,17,17,", ",17,17,17,17,,")
    )
    lines = [line for line in body.splitlines() if not line.startswith("# old-sha256")]
    seal = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    lines.insert(8, f"# sha256: {seal}")
    assert "does not have 10 fields" in refusal("\n".join([*lines, ""]).encode())


def test_nothing_is_written_that_no_reader_would_take() -> None:
    frame = read(written(GOOD)).frame
    small = frame.assign(n=frame["n"].where(frame["measure"] != "ks4_em95", 9))
    with pytest.raises(Unusable, match="fewer than 10"):
        write_exchange(small, THEIRS, MADE)
    with pytest.raises(ValueError, match="another authority"):
        write_exchange(frame, OURS, MADE)


@settings(deadline=None, max_examples=80)
@given(st.binary(max_size=400), st.integers(0, 900), st.integers(0, 40))
def test_bytes_put_anywhere_are_refused_or_read_never_worse(
    noise: bytes, place: int, cut: int
) -> None:
    content = written(GOOD)
    harmed = content[:place] + noise + content[place + cut :]
    try:
        read(harmed)
    except Unusable as refused:
        assert len(refused.problems) == 1


@settings(deadline=None, max_examples=80)
@given(
    st.integers(0, len(GOOD) - 1),
    st.sampled_from([name for name in BODY if name not in KEY]),
    st.one_of(
        st.none(), st.integers(-50, 5000), st.decimals(-100, 5000, places=3), st.text(max_size=5)
    ),
)
def test_any_value_in_any_field_is_refused_or_read_never_worse(
    at: int, name: str, value: object
) -> None:
    if "\n" in str(value) or "," in str(value):
        return
    try:
        read(changed(at, **{name: value}))
    except Unusable as refused:
        assert len(refused.problems) == 1
