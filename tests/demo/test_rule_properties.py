"""What holds for the rules over a whole return, from the bytes of its files to the findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pytest

from cla import demo, ssda903
from cla.demo import returns as invented
from cla.demo.files import csv
from cla.ssda903 import Return, Upload
from cla.ssda903.findings import Validation, check_all
from cla.ssda903.schema import in_schema
from tests.demo.conftest import LA

YEAR = 2026
WRONG = (
    ("Header", "ETHNIC"),
    ("Episodes", "CIN"),
    ("Reviews", "REVIEW_CODE"),
    ("OC2", "SDQ_REASON"),
    ("Missing", "MISSING"),
    ("UASC", "DUC"),
)
Tables = Mapping[str, pd.DataFrame]
Found = set[tuple[str, str, int]]


def sound(year: int) -> dict[str, pd.DataFrame]:
    """The files of a return without a planted error, as text; tables without rows have no file."""
    return {
        name: frame.astype("str") for name, frame in invented.sound(LA, year).items() if len(frame)
    }


def wrong() -> dict[str, pd.DataFrame]:
    """The same with an error in every row of some columns, so that every table has findings."""
    tables = sound(YEAR)
    for name, column in WRONG:
        cells = tables[name][column].copy()
        cells.iloc[::3] = "Q9"
        tables[name] = tables[name].assign(**{column: cells})
    episodes = tables["Episodes"]
    turned = episodes["DECOM"].where(np.arange(len(episodes)) % 7 > 0, episodes["DEC"])
    tables["Episodes"] = episodes.assign(DECOM=turned)
    return tables


def read(tables: Tables, previous: Tables | None = None) -> Return:
    return ssda903.read(
        [csv(f"{name}.csv", frame) for name, frame in tables.items()],
        year=YEAR,
        la=LA,
        previous=[csv(f"{name}.csv", frame) for name, frame in previous.items()]
        if previous
        else None,
        providers=demo.providers(),
    )


def rows_of(found: Validation) -> Found:
    own = found.findings
    rows = zip(own["rule"].astype("str"), own["table"].astype("str"), own["row"], strict=True)
    return {(rule, table, int(row)) for rule, table, row in rows}


@pytest.fixture(scope="module")
def wrong_return() -> tuple[dict[str, pd.DataFrame], Validation]:
    tables = wrong()
    return tables, check_all(read(tables, sound(YEAR - 1)))


def test_a_clean_generated_return_gives_no_finding() -> None:
    found = check_all(read(sound(YEAR), sound(YEAR - 1)))
    assert found.findings[["rule", "table", "row"]].to_numpy().tolist() == []
    assert found.not_run.empty and len(found.passed) == len(ssda903.rulebook(YEAR))


def test_the_errors_are_in_many_rules_and_tables(
    wrong_return: tuple[dict[str, pd.DataFrame], Validation],
) -> None:
    own = wrong_return[1].findings
    assert own["rule"].nunique() > 15 and own["table"].nunique() >= 6


def test_permuting_the_rows_of_every_file_permutes_the_findings(
    wrong_return: tuple[dict[str, pd.DataFrame], Validation],
) -> None:
    """Children have several records each; those of one day stay in their order, which decides."""
    tables, straight = wrong_return
    dice = np.random.default_rng(11)
    places = {name: _shuffled(dice, name, frame) for name, frame in tables.items()}
    turned = {name: frame.iloc[places[name]] for name, frame in tables.items()}
    permuted = rows_of(check_all(read(turned, sound(YEAR - 1))))
    assert {(rule, table, int(places[table][row])) for rule, table, row in permuted} == rows_of(
        straight
    )


def _shuffled(dice: np.random.Generator, name: str, frame: pd.DataFrame) -> np.ndarray:
    """An order of the rows; of several records of a child with one date the first stays first."""
    order = dice.permutation(len(frame))
    dates = {"Episodes": "DECOM", "SWEpisodes": "SW_DECOM", "Missing": "MIS_START"}
    key = frame["CHILD"] + (frame[dates[name]] if name in dates else "")
    alike = key.iloc[order].reset_index(drop=True)
    for _, at in alike.groupby(alike).indices.items():
        order[at] = np.sort(order[at])
    return order


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda cells: cells.str.lower(), id="small letters"),
        pytest.param(lambda cells: cells.str.title(), id="mixed case"),
        pytest.param(lambda cells: "  " + cells + " ", id="spaces around"),
    ],
)
def test_case_and_spaces_of_the_cells_make_no_difference(
    wrong_return: tuple[dict[str, pd.DataFrame], Validation],
    change: Callable[[pd.Series], pd.Series],
) -> None:
    tables, expected = wrong_return
    changed = {name: frame.apply(change) for name, frame in tables.items()}
    before = {name: frame.apply(change) for name, frame in sound(YEAR - 1).items()}
    assert rows_of(check_all(read(changed, before))) == rows_of(expected)


def test_small_headings_and_another_order_of_columns_make_no_difference(
    wrong_return: tuple[dict[str, pd.DataFrame], Validation],
) -> None:
    tables, expected = wrong_return
    turned = {
        name: frame[frame.columns[::-1]].rename(columns=str.lower) for name, frame in tables.items()
    }
    assert rows_of(check_all(read(turned, sound(YEAR - 1)))) == rows_of(expected)


def test_whole_numbers_in_place_of_text_make_no_difference(
    wrong_return: tuple[dict[str, pd.DataFrame], Validation],
) -> None:
    """Frames of a program, with 0 and 1 as numbers in columns that are text in the files."""
    tables, _ = wrong_return
    text = Return.from_tables({n: f.replace("", None) for n, f in tables.items()}, YEAR, LA)
    numbers = {name: _with_numbers(frame.replace("", None)) for name, frame in tables.items()}
    assert any(is_number for f in numbers.values() for is_number in f.dtypes == "Int64")
    found = check_all(Return.from_tables(numbers, YEAR, LA))
    assert rows_of(found) == rows_of(check_all(text)) and len(rows_of(found)) > 100


def _with_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    own = [
        name
        for name in frame
        if frame[name].notna().any() and frame[name].dropna().str.fullmatch("0|[1-9][0-9]*").all()
    ]
    return frame.assign(**{name: frame[name].astype("Int64") for name in own})


def test_a_column_that_is_absent_is_as_good_as_one_without_a_value() -> None:
    """For a column that no file must have; in both cases every rule runs or says what it lacks."""
    optional = {"Header": "MC_DOB", "PlacedAdoption": "REASON_PLACED_CEASED"}
    blank = {n: f.assign(**{optional[n]: ""}) if n in optional else f for n, f in wrong().items()}
    absent = {n: f.drop(columns=optional[n]) if n in optional else f for n, f in blank.items()}
    assert rows_of(check_all(_framed(absent))) == rows_of(check_all(_framed(blank)))


def _framed(tables: Tables) -> Return:
    return Return.from_tables({n: f.replace("", None) for n, f in tables.items()}, YEAR, LA)


def test_files_with_every_cell_blank_are_read_and_checked() -> None:
    blank = {name: frame.assign(**dict.fromkeys(frame, "")) for name, frame in sound(YEAR).items()}
    kept = {name: frame.assign(CHILD=sound(YEAR)[name]["CHILD"]) for name, frame in blank.items()}
    found = check_all(read(kept, kept))
    sex = found.findings[found.findings["rule"] == "101"]
    assert len(sex) == len(kept["Header"])
    assert len(found.passed) + found.findings["rule"].nunique() + len(found.not_run) == len(
        ssda903.rulebook(YEAR)
    )


def test_a_part_of_the_files_gives_the_findings_of_the_rules_that_can_run(
    wrong_return: tuple[dict[str, pd.DataFrame], Validation],
) -> None:
    """Rules about one field find the same in its file alone; no rule both runs and does not."""
    tables, whole = wrong_return
    for name in ("Header", "Episodes", "OC2"):
        part = check_all(ssda903.read([Upload(f"{name}.csv", csv("x", tables[name]).content)],
                                      year=YEAR, la=LA))  # fmt: skip
        rules = set(part.findings["rule"].astype("str"))
        assert rules and not rules & set(part.not_run["rule"])
        book = ssda903.rulebook(YEAR)
        one_table = {code for code in rules if in_schema(book[code])}
        assert one_table
        expected = {one for one in rows_of(whole) if one[0] in one_table and one[1] == name}
        assert {one for one in rows_of(part) if one[0] in one_table} == expected
