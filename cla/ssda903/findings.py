"""Validation: all rules of the year over one return, as one tidy table of findings.

The field rules of stage 1 go by pandera: the schema of each file (:mod:`cla.ssda903.schema`) says
which of them the file breaks, and only those are asked for their rows. All other rules are run one
by one. Rules read the return and nothing else, so the result of one never depends on which others
ran.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from cla.ssda903 import layout
from cla.ssda903.returns import Return
from cla.ssda903.rules import Rule, Rulebook, rulebook
from cla.ssda903.rules.columns import Mask
from cla.ssda903.schema import broken, in_schema

COLUMNS = ("rule", "severity", "table", "row", "line", "child", "fields", "message")


@dataclass(frozen=True)
class Validation:
    """The outcome of running a rulebook over a return.

    ``findings`` has a row for each failing record and rule: rule, severity, table, row (label in
    the table), line (in the file, missing when it is not known), child, fields and message.
    ``not_run`` has a row for each rule that the return lacks something for: rule, title, lacks.
    ``passed`` are the codes that ran and found nothing.
    """

    findings: pd.DataFrame
    not_run: pd.DataFrame
    passed: tuple[str, ...]


@dataclass(frozen=True)
class _Failure:
    """The rows of one table that one rule flags."""

    rule: Rule
    table: str
    positions: np.ndarray


def validate(ret: Return, book: Rulebook | None = None) -> pd.DataFrame:
    """The findings of all rules of the return's year, or of another book.

    Columns: rule, severity, table, row, line, child, fields, message; in the order of the rules and
    of the files. ``attrs["not_run"]`` is the frame (rule, title, lacks) of the rules that were not
    run; what writes or concatenates findings has to take it out first, or use :func:`check_all`.
    """
    outcome = check_all(ret, book)
    findings = outcome.findings
    findings.attrs["not_run"] = outcome.not_run
    return findings


def check_all(ret: Return, book: Rulebook | None = None) -> Validation:
    """Run every rule of the return's year, or of another book, and gather what fails and what was
    not run."""
    rules = rulebook(ret.year) if book is None else book
    failing = {table: broken(ret, table, rules) for table in layout.TABLES if ret.has(table)}
    failures: list[_Failure] = []
    not_run: list[dict[str, str]] = []
    passed: list[str] = []
    for rule in rules.values():
        lacks = rule.lacks(ret)
        if lacks:
            not_run.append({"rule": rule.code, "title": rule.title, "lacks": " and ".join(lacks)})
            continue
        if in_schema(rule) and rule.code not in failing[rule.tables[0]]:
            passed.append(rule.code)
            continue
        found = _failures(rule, rule.masks(ret))
        failures += found
        if not found:
            passed.append(rule.code)
    return Validation(
        findings=_frame(ret, failures),
        not_run=pd.DataFrame(not_run, columns=["rule", "title", "lacks"], dtype="str"),
        passed=tuple(passed),
    )


def _failures(rule: Rule, masks: Mapping[str, Mask]) -> list[_Failure]:
    return [
        _Failure(rule, table, np.flatnonzero(masks[table]))
        for table in layout.TABLES
        if table in masks and masks[table].any()
    ]


def _frame(ret: Return, failures: list[_Failure]) -> pd.DataFrame:
    counts = [len(failure.positions) for failure in failures]
    tables = [table for table in layout.TABLES if any(one.table == table for one in failures)]
    starts = dict(zip(tables, np.cumsum([0, *(len(ret.tables[t]) for t in tables)]), strict=False))
    rows = np.concatenate([np.zeros(0, int), *(f.positions + starts[f.table] for f in failures)])
    return pd.DataFrame(
        {
            "rule": _repeat([failure.rule.code for failure in failures], counts),
            "severity": _repeat([failure.rule.severity for failure in failures], counts),
            "table": _repeat([failure.table for failure in failures], counts),
            "row": _labels(ret, tables)[rows],
            "line": _stack([_lines(ret, table) for table in tables], "Int64").take(rows).array,
            "child": _stack([_children(ret, table) for table in tables], "str").take(rows).array,
            "fields": _repeat([_fields(failure) for failure in failures], counts),
            "message": _repeat([failure.rule.title for failure in failures], counts),
        },
        columns=list(COLUMNS),
    )


def _repeat(texts: list[str], counts: list[int]) -> Any:
    codes, distinct = pd.factorize(np.array(texts, dtype=object))
    return pd.array(list(distinct), dtype="str").take(np.repeat(codes, counts))


def _stack(columns: list[pd.Series], dtype: Literal["str", "Int64"]) -> pd.Series:
    if not columns:
        return pd.Series(dtype=dtype)
    return pd.concat(columns, ignore_index=True).astype(pd.api.types.pandas_dtype(dtype))


def _labels(ret: Return, tables: list[str]) -> np.ndarray:
    """The row labels of all the tables, one after the other."""
    labels = [ret.tables[table].index.to_numpy() for table in tables]
    return np.concatenate(labels) if labels else np.zeros(0, dtype=int)


def _lines(ret: Return, table: str) -> pd.Series:
    lines = ret.lines.get(table)
    if lines is None:
        return pd.Series(pd.NA, index=range(len(ret.tables[table])), dtype="Int64")
    return lines.astype("Int64")


def _children(ret: Return, table: str) -> pd.Series:
    text = ret.tables[table]
    if "CHILD" not in text.columns:
        return pd.Series(np.nan, index=range(len(text)), dtype="str")
    return text["CHILD"]


def _fields(failure: _Failure) -> str:
    """The rule's fields that the flagged table has, or CHILD when it has none of them."""
    own = {field.name for field in layout.any_year()[failure.table].fields}
    derived = {"Header": {"UASC"}, "Episodes": {"PL_LA", "PL_LOCATION", "PL_DISTANCE"}}
    own |= derived.get(failure.table, set())
    return " ".join(name for name in failure.rule.fields if name in own) or "CHILD"
