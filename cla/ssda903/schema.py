"""The contract of each file: one lazy pandera schema for every table and collection year.

A schema is built from the layout: a column for every field, with its type, and a check for every
stage 1 rule that judges one table row by row. A check is named by DfE's rule code, and its function
is that of the rulebook, so there is one definition of "not a valid code" and pandera and the rules
cannot disagree. ``coerce`` is off: dates are parsed before, and the text of a date that could not
be read stays beside it.

What was measured (pandera 0.35, pandas 3.1, 5,050 episodes of 16 columns, one core):

- a schema without checks: 2.3 ms
- with 20 checks that answer row by row, all passing: 22 ms
- the same, 1% of the rows failing each: 203 ms; 40% failing: 1,310 ms, or 182 ms with a single
  failure case a check
- with 20 checks that answer for the whole file, all failing: 4.4 ms

So a check answers for the whole file (``schema(table, year)``): pandera says which rules a file
breaks, at the price of a mask each, and the rulebook is asked for the rows of those alone.
``evidence="rows"`` gives the schema whose failure cases name every failing row, for use in
notebooks and in tests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import pandas as pd
import pandera.pandas as pa

from cla.ssda903 import layout
from cla.ssda903.returns import Return
from cla.ssda903.rules import Rule, Rulebook, rulebook
from cla.ssda903.rules.columns import columns_of
from cla.ssda903.rules.records import records

Evidence = Literal["file", "rows"]
CHECK = "a stage 1 rule"


def in_schema(rule: Rule) -> bool:
    """Whether a rule is a check of a schema: stage 1, one table, each row by itself."""
    return rule.stage == "1" and rule.row_judge is not None and rule.needs == rule.tables


@cache
def schema(table: str, year: int, evidence: Evidence = "file") -> pa.DataFrameSchema:
    """The schema of a table in a collection year, for a frame made by ``columns.contract_frame``.

    KeyError when the table was not collected in that year.
    """
    return _schema(layout.layout(year).tables[table], year, year, evidence)


@cache
def _schema(
    table: layout.TableLayout, book: int, year: int, evidence: Evidence
) -> pa.DataFrameSchema:
    """The schema of a table with the rules of one book, in the window of a year."""
    rules = [r for r in rulebook(book).values() if in_schema(r) and r.tables == (table.name,)]
    return pa.DataFrameSchema(
        _columns(table),
        checks=[_types(table), *(_check(rule, year, evidence) for rule in rules)],
        name=f"{table.name} {layout.year_name(year)}",
        title=table.title,
        coerce=False,
        strict=False,
    )


@cache
def _contract(table: layout.TableLayout) -> pa.DataFrameSchema:
    """The schema of a table without its rules: what a frame of it is, whatever is in it."""
    return pa.DataFrameSchema(_columns(table), checks=[_types(table)], name=table.name)


def _columns(table: layout.TableLayout) -> dict[str, pa.Column]:
    return {field.name: pa.Column(nullable=True, title=field.title) for field in table.fields}


def _types(table: layout.TableLayout) -> pa.Check:
    """One check of all types: dates are dates, CHILD is categories, all else is text."""

    def right(frame: pd.DataFrame) -> bool:
        types = frame.dtypes.to_dict()
        return all(_right(types[field.name], field) for field in table.fields)

    return pa.Check(right, name="types", error="A column is not of the type of its field.")


def _right(dtype: Any, field: layout.Field) -> bool:
    if field.kind == "date":
        return dtype.kind == "M"
    return isinstance(dtype, pd.CategoricalDtype if field.name == "CHILD" else pd.StringDtype)


def _check(rule: Rule, year: int, evidence: Evidence) -> pa.Check:
    answer = _file_passes if evidence == "file" else _rows_pass
    return pa.Check(
        answer(rule, year), name=rule.code, error=rule.title, title=CHECK, ignore_na=False
    )


def _file_passes(rule: Rule, year: int) -> Callable[[pd.DataFrame], bool]:
    assert rule.row_judge is not None
    row_judge = rule.row_judge

    def passes(frame: pd.DataFrame) -> bool:
        return not row_judge(columns_of(frame, rule.tables[0], year), rule.year).any()

    return passes


def _rows_pass(rule: Rule, year: int) -> Callable[[pd.DataFrame], pd.Series]:
    assert rule.row_judge is not None
    row_judge = rule.row_judge

    def passes(frame: pd.DataFrame) -> pd.Series:
        fails = row_judge(columns_of(frame, rule.tables[0], year), rule.year)
        return pd.Series(~fails, index=frame.index)

    return passes


def broken(ret: Return, table: str, book: Rulebook) -> frozenset[str]:
    """The codes of the schema's rules that a table of a return breaks, found by its pandera schema.

    A return may have a table that was not collected in its year; it is then judged by the columns
    it ever had. The frame is held against the contract first, then against each check by itself:
    pandera's report on thirty broken rules would cost more than the checks. Raises SchemaErrors
    when the frame breaks the contract itself, which is a fault of ours.
    """
    known = layout.layout(book.year).tables.get(table, layout.any_year()[table])
    frame = records(ret).table(table).frame
    _contract(known).validate(frame, lazy=True, inplace=True)
    whole = _schema(known, book.year, ret.year, "file")
    rules = [check for check in whole.checks if check.title == CHECK]
    return frozenset(str(rule.name) for rule in rules if not rule(frame).check_passed)
