"""Writes docs/rules from the rulebook and its examples.

Run ``python -m tests.ssda903.rules.documentation`` after changing a rule or an example.
"""

from __future__ import annotations

from pathlib import Path

from cla.ssda903 import layout
from cla.ssda903.rules import Rule, versions
from cla.ssda903.rules.registry import in_words
from tests.ssda903.rules.pipe_tables import Example, Table, examples

DOCS = Path(__file__).parents[3] / "docs" / "rules"
STAGES = {
    "1": "stage 1",
    "2": "stage 2",
    "tool": "check without a DfE number",
    "portal": "warning of the portal",
    "unknown": "stage not known",
}
OPTIONS = {"la": "The authority is", "source": "The return was sent as"}


def pages() -> dict[str, str]:
    """The text of each page by file name: one for every flagged table, and the list of all."""
    found = {"README.md": _index()}
    for table in layout.TABLES:
        found[_file(table)] = _page(table)
    return found


def _file(table: str) -> str:
    return f"{table.lower()}.md"


def _of(table: str) -> list[Rule]:
    """The rules whose first flagged table, in the order of the return, this is."""
    return [rule for rule in versions() if min(rule.tables, key=layout.TABLES.index) == table]


def _index() -> str:
    lines = [
        "# All rules",
        "",
        "Generated from the rulebook and its examples. How it works, and where it departs from its",
        "sources, is in [../rules.md](../rules.md).",
    ]
    for table in layout.TABLES:
        lines += ["", f"## {layout.any_year()[table].title}", ""]
        rows = [[f"[{r.code}]({_file(table)})", _years(r), r.title] for r in _of(table)]
        lines += _grid(["rule", "years", "what is wrong"], rows)
    return "\n".join(lines) + "\n"


def _page(table: str) -> str:
    lines = [
        f"# {layout.any_year()[table].title} ({table})",
        "",
        "Generated from the rulebook and its examples; an x marks the records that fail.",
    ]
    for rule in _of(table):
        lines += ["", f"## {rule.code} {rule.title}", "", _facts(rule)]
        if rule.condition:
            lines += ["", " ".join(rule.condition.split())]
        for example in examples():
            if example.code == rule.code and example.year in rule.years:
                lines += _example(example)
    return "\n".join(lines) + "\n"


def _years(rule: Rule) -> str:
    first, last = layout.year_name(rule.since), layout.year_name(rule.until)
    return first if first == last else f"{first} to {last}"


def _facts(rule: Rule) -> str:
    severity = "" if rule.severity == "unknown" else f" {rule.severity.capitalize()}."
    listed = (
        ""
        if rule.since == rule.listed_from
        else f" (listed since {layout.year_name(rule.listed_from)})"
    )
    return (
        f"{_years(rule)}{listed}, {STAGES[rule.stage]}.{severity} Flags {', '.join(rule.tables)}: "
        f"{', '.join(rule.fields)}. Needs {', '.join(map(in_words, rule.needs))}."
    )


def _example(example: Example) -> list[str]:
    options = "".join(f" {OPTIONS[k]} {v}." for k, v in example.options.items())
    lines = ["", f"In {layout.year_name(example.year)}:{options}"]
    for table in example.tables:
        lines += ["", f"{_caption(table.name)}", "", *_records(table)]
    return lines


def _caption(name: str) -> str:
    if name == "providers":
        return "Ofsted's list"
    return f"Last year's {name[5:]}" if name.startswith("last ") else name


def _records(table: Table) -> list[str]:
    marks = ["x" if marked else "" for marked in table.marks]
    rows = [[*row, mark] for row, mark in zip(table.rows, marks, strict=True)]
    if not any(marks):
        return _grid(table.columns, table.rows)
    return _grid([*table.columns, ""], rows)


def _grid(heading: list[str], rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, cells)) for cells in zip(heading, *rows, strict=True)]
    ruled = ["-" * max(width, 3) for width in widths]
    return [_line(cells, widths) for cells in (heading, ruled, *rows)]


def _line(cells: list[str], widths: list[int]) -> str:
    padded = [cell.ljust(max(width, 3)) for cell, width in zip(cells, widths, strict=True)]
    return f"| {' | '.join(padded)} |"


def write() -> None:
    """Write all pages."""
    DOCS.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
