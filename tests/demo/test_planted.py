"""What the rules find in the invented returns is what was planted in them, and nothing else."""

from __future__ import annotations

import pytest

from cla import demo, ssda903
from cla.demo.recipe import years
from cla.ssda903 import Return
from tests.demo.conftest import LA

Findings = set[tuple[str, str, int]]


def found_in(ret: Return) -> tuple[Findings, set[str]]:
    """Rule, table and row of every finding, and the rules that ran."""
    findings = ssda903.validate(ret)
    ran = set(ssda903.rulebook(ret.year)) - {each["rule"] for each in findings.attrs["not_run"]}
    rows = zip(findings["rule"], findings["table"], findings["row"], strict=True)
    return {(str(rule), str(table), int(row)) for rule, table, row in rows}, ran


def known(frame: object, ran: set[str]) -> Findings:
    rows = zip(frame["rule"], frame["table"], frame["row"], strict=True)  # type: ignore[index]
    return {(rule, table, int(row)) for rule, table, row in rows if rule in ran}


@pytest.mark.parametrize("year", years())
def test_findings_are_the_planted_errors(year: int, returns: dict[int, Return]) -> None:
    found, ran = found_in(returns[year])
    planted = demo.planted(LA, year)
    assert found == known(planted, ran)
    assert len(set(planted["rule"]) & ran) >= 10


@pytest.mark.parametrize("year", [2024, 2026])
def test_placements_satisfy_the_rules_that_need_a_postcode_directory(
    year: int, located: dict[int, Return]
) -> None:
    found, ran = found_in(located[year])
    placed = {"164", "169", "179", "218", "392a", "406", "411", "420", "453", "503H", "1015"}
    assert placed & set(ssda903.rulebook(year)) <= ran
    assert not {finding for finding in found if finding[0] in placed - {"392d"}}


def test_a_planted_row_is_the_row_of_its_child() -> None:
    for year in years():
        files = {upload.name: upload for upload in demo.return_files(LA, year)}
        names = {"Header": "header.csv", "Episodes": "episodes.csv", "OC2": "oc2.csv"}
        for error in demo.planted(LA, year).to_dict("records"):
            if error["table"] in names:
                lines = files[names[error["table"]]].content.decode().split("\r\n")
                assert lines[error["row"] + 1].startswith(f"{error['child']},")
