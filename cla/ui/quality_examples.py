"""What is right and what is wrong by a rule: its example in docs/rules, an x beside what fails.

The pages there are generated from the same examples that test the rules.
"""

from __future__ import annotations

import re
from functools import cache

from cla.settings import ROOT
from cla.ssda903 import layout
from cla.ssda903.rules import Rule

_FOLDER = ROOT / "docs" / "rules"
_HEADING = re.compile(r"^## (\S+) ", re.MULTILINE)
_EXAMPLE = re.compile(r"^In \d{4}-\d\d:", re.MULTILINE)
_FIRST_YEAR = re.compile(r"^(\d{4})-\d\d", re.MULTILINE)


def example(rule: Rule) -> str:
    """The example of this version of a rule as markdown tables; "" when there is none."""
    table = min(rule.tables, key=layout.TABLES.index)
    return _examples(table.lower()).get((rule.code, rule.since), "")


@cache
def _examples(page: str) -> dict[tuple[str, int], str]:
    """The examples of one page by rule code and the collection year the version begins with."""
    file = _FOLDER / f"{page}.md"
    if not file.exists():  # an installation without the documentation
        return {}
    text = file.read_text(encoding="utf-8")
    found = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in found[1:]] + [len(text)]
    examples = {}
    for heading, end in zip(found, ends, strict=True):
        section = text[heading.end() : end]
        since, begins = _FIRST_YEAR.search(section), _EXAMPLE.search(section)
        if since and begins:
            key = heading.group(1), int(since.group(1)) + 1
            examples[key] = section[begins.start() :].strip()
    return examples
