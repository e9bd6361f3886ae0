"""Every version of every rule against its examples, through the reader: CSV text in, findings
out."""

from __future__ import annotations

import pytest

from cla.ssda903.rules import versions
from tests.ssda903.rules.documentation import DOCS, pages
from tests.ssda903.rules.pipe_tables import Example, examples


@pytest.mark.parametrize("example", examples(), ids=lambda e: f"{e.code}-{e.year}")
def test_the_marked_rows_fail_and_no_others(example: Example) -> None:
    assert example.rule.check(example.read()) == example.expected()


def test_every_version_has_an_example_with_rows_that_fail_and_rows_that_pass() -> None:
    for rule in versions():
        own = [e for e in examples() if e.code == rule.code and e.year in rule.years]
        flagged = [t for e in own for t in e.tables if t.name in rule.tables]
        assert any(any(table.marks) for table in flagged), f"{rule.code} of {rule.since}: no x"
        assert any(not all(t.marks) for t in flagged), f"{rule.code} of {rule.since}: all x"


def test_the_documentation_is_that_of_the_rules_and_examples() -> None:
    written = {file.name: file.read_text(encoding="utf-8") for file in DOCS.glob("*.md")}
    assert written == pages(), "run python -m tests.ssda903.rules.documentation"
