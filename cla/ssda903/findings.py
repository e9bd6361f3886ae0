"""Validation: all rules of the year over one return, as one tidy table of findings.

The field rules of stage 1 go by pandera: the schema of each file (:mod:`cla.ssda903.schema`) says which of
them the file breaks, and only those are asked for their rows. All other rules are run one by one. Rules
read the return and nothing else, so the result of one never depends on which others ran.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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

    ``findings`` has a row for each failing record and rule: rule, severity, table, row (label in the
    table), line (in the file, missing when it is not known), child, fields and message. ``not_run`` has a
    row for each rule that the return lacks something for: rule, title, lacks. ``passed`` are the codes that
    ran and found nothing.
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

    Columns: rule, severity, table, row, line, child, fields, message; in the order of the rules and of the
    files. ``attrs["not_run"]`` lists the rules that were not run, as dictionaries rule, title, lacks, so
    that the frame can still be written and concatenated; :func:`check_all` gives them as a frame.
    """
    outcome = check_all(ret, book)
    findings = outcome.findings
    findings.attrs["not_run"] = outcome.not_run.to_dict("records")
    return findings


def check_all(ret: Return, book: Rulebook | None = None) -> Validation:
    """Run every rule of the return's year, or of another book, and gather what fails and what was not run."""
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
    return pd.DataFrame(
        {
            "rule": _repeat([failure.rule.code for failure in failures], counts),
            "severity": _repeat([failure.rule.severity for failure in failures], counts),
            "table": _repeat([failure.table for failure in failures], counts),
            "row": _labels(ret, failures),
            "line": _gather([_lines(ret, one) for one in failures], "Int64"),
            "child": _gather([_children(ret, one) for one in failures], "str"),
            "fields": _repeat([_fields(failure) for failure in failures], counts),
            "message": _repeat([failure.rule.title for failure in failures], counts),
        },
        columns=list(COLUMNS),
    )


def _repeat(texts: list[str], counts: list[int]) -> pd.Series:
    codes, distinct = pd.factorize(np.array(texts, dtype=object))
    return pd.Series(distinct, dtype="str").take(np.repeat(codes, counts)).reset_index(drop=True)


def _gather(parts: list[pd.Series], dtype: str) -> pd.Series:
    if not parts:
        return pd.Series(dtype=dtype)
    return pd.concat(parts, ignore_index=True).astype(dtype)


def _labels(ret: Return, failures: list[_Failure]) -> pd.Series:
    labels = [ret.tables[one.table].index.take(one.positions) for one in failures]
    if not labels:
        return pd.Series(dtype="int64")
    return labels[0].append(labels[1:]).to_series(index=range(sum(map(len, labels))))


def _lines(ret: Return, failure: _Failure) -> pd.Series:
    lines = ret.lines.get(failure.table)
    if lines is None:
        return pd.Series(pd.NA, index=range(len(failure.positions)), dtype="Int64")
    return lines.iloc[failure.positions].astype("Int64")


def _children(ret: Return, failure: _Failure) -> pd.Series:
    text = ret.tables[failure.table]
    if "CHILD" not in text.columns:
        return pd.Series(np.nan, index=range(len(failure.positions)), dtype="str")
    return text["CHILD"].iloc[failure.positions]


def _fields(failure: _Failure) -> str:
    """The rule's fields that the flagged table has, or CHILD when it has none of them."""
    own = {field.name for field in layout.any_year()[failure.table].fields}
    derived = {"Header": {"UASC"}, "Episodes": {"PL_LA", "PL_LOCATION", "PL_DISTANCE"}}
    own |= derived.get(failure.table, set())
    return " ".join(name for name in failure.rule.fields if name in own) or "CHILD"
