"""Rule examples: little tables of records with an x beside those that fail.

An example begins with ``# code year ...`` (2026 when no year is given) and may set ``la=`` or
``source=``. Each table follows under its name ("last Episodes" is last year's, "providers" the
Ofsted list): a line of columns, then a line for each record; the last cell is the mark. Columns
that are left out are blank.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from cla.files import Upload
from cla.ssda903 import layout, read
from cla.ssda903.returns import DERIVED, Return
from cla.ssda903.rules import Rule, rulebook

EXAMPLES = Path(__file__).with_name("examples")
USUAL_YEAR = 2026


@dataclass
class Table:
    """The records of one table of an example, as text, and the marks beside them."""

    name: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    marks: list[bool] = field(default_factory=list)

    def frame(self) -> pd.DataFrame:
        """The records, blanks missing, the first one labelled 0."""
        frame = pd.DataFrame(self.rows, columns=self.columns, dtype="str")
        return frame.mask(frame == "")

    def failing(self) -> list[int]:
        return [row for row, marked in enumerate(self.marks) if marked]


@dataclass
class Example:
    """One example of one version of a rule."""

    code: str
    year: int
    options: dict[str, str]
    tables: list[Table]

    @property
    def rule(self) -> Rule:
        return rulebook(self.year)[self.code]

    def expected(self) -> dict[str, list[int]]:
        """What the rule should find: positions of the marked rows by table."""
        return {table.name: table.failing() for table in self.tables if any(table.marks)}

    def read(self) -> Return:
        """The example as a return that came through the reader: CSV text in."""
        this_year = [t for t in self.tables if not t.name.startswith(("last ", "providers"))]
        last_year = [_renamed(t) for t in self.tables if t.name.startswith("last ")]
        providers = [t.frame() for t in self.tables if t.name == "providers"]
        la, source = self.options.get("la"), self.options.get("source", "csv")
        last = _read(last_year, self.year - 1, la, source) if last_year else None
        return _read(this_year, self.year, la, source).with_context(
            previous=last, providers=providers[0] if providers else None
        )


def _renamed(table: Table) -> Table:
    return Table(table.name.removeprefix("last "), table.columns, table.rows, table.marks)


def _read(tables: list[Table], year: int, la: str | None, source: str) -> Return:
    """Files of these tables, complete to the layout, read; derived columns, which no file has,
    added.

    A table that was not collected in the year (last year's orders) is taken as it is.
    """
    collected = [table for table in tables if table.name in layout.layout(year).tables]
    if not collected:
        return Return.from_tables({table.name: table.frame() for table in tables}, year, la)
    ret = read([_file(table, year) for table in collected], year=year, la=la, any_year=True)
    frames = dict(ret.tables)
    for table in collected:
        derived = [name for name in DERIVED.get(table.name, ()) if name in table.columns]
        frames[table.name] = frames[table.name].assign(
            **{name: table.frame()[name].array for name in derived}
        )
    return Return(frames, year, la, source=source, lines=ret.lines, fold_case=ret.fold_case)


def _file(table: Table, year: int) -> Upload:
    columns = layout.layout(year).tables[table.name].columns
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(dict(zip(table.columns, row, strict=True)) for row in table.rows)
    return Upload(f"{table.name.lower()}.csv", text.getvalue().encode())


@cache
def examples() -> tuple[Example, ...]:
    """All examples, in the order of their files."""
    found: list[Example] = []
    for file in sorted(EXAMPLES.glob("*.txt")):
        for block in file.read_text(encoding="utf-8").split("\n\n"):
            found += _examples(block.strip())
    return tuple(found)


def _examples(block: str) -> list[Example]:
    heading, *lines = block.splitlines()
    code, *words = heading.removeprefix("# ").split()
    options = dict(word.split("=") for word in words if "=" in word)
    years = [int(word) for word in words if "=" not in word] or [USUAL_YEAR]
    return [Example(code, year, options, _tables(lines)) for year in years]


def _tables(lines: list[str]) -> list[Table]:
    tables: list[Table] = []
    for line in lines:
        if "|" not in line:
            tables.append(Table(line.strip(), []))
        elif not tables[-1].columns:
            tables[-1].columns = [name.strip() for name in line.split("|")[:-1]]
        else:
            *cells, mark = (cell.strip() for cell in line.split("|"))
            if len(cells) != len(tables[-1].columns) or mark not in ("", "x"):
                raise ValueError(f"Not a row of {tables[-1].name}: {line}")
            tables[-1].rows.append(cells)
            tables[-1].marks.append(mark == "x")
    return tables
