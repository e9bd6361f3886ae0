"""Validation: all rules of the year over one return, as one tidy table of findings.

The field rules of stage 1 go by pandera: the schema of each file (:mod:`cla.ssda903.schema`) says
which of them the file breaks, and only those are asked for their rows. All other rules are run one
by one. Rules read the return and nothing else, so the result of one never depends on which others
ran.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from cla.ssda903 import layout
from cla.ssda903.cells import plain
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
    of the files. ``attrs["not_run"]`` lists the rules that were not run, each a plain dict of rule,
    title and lacks, so that findings can be concatenated and written to Parquet as they are.
    """
    outcome = check_all(ret, book)
    findings = outcome.findings
    findings.attrs["not_run"] = outcome.not_run.to_dict("records")
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
            "line": _lines(ret, tables, rows),
            "child": _children(ret, tables, rows),
            "fields": _repeat([_fields(failure) for failure in failures], counts),
            "message": _repeat([failure.rule.title for failure in failures], counts),
        },
        columns=list(COLUMNS),
    )


def _repeat(texts: list[str], counts: list[int]) -> Any:
    """Each text so many times, as a text column whose bytes are laid out at once."""
    written = [text.encode() for text in texts]
    ends = np.cumsum(np.repeat([len(text) for text in written], counts), dtype=np.int64)
    content = b"".join([text * count for text, count in zip(written, counts, strict=True)])
    buffers = [None, pa.py_buffer(np.append(np.int64(0), ends)), pa.py_buffer(content)]
    return pd.array(pa.Array.from_buffers(pa.large_string(), len(ends), buffers), dtype="str")


def _labels(ret: Return, tables: list[str]) -> np.ndarray:
    """The row labels of all the tables, one after the other."""
    labels = [ret.tables[table].index.to_numpy() for table in tables]
    return np.concatenate(labels) if labels else np.zeros(0, dtype=int)


def _lines(ret: Return, tables: list[str], rows: np.ndarray) -> pd.arrays.IntegerArray:
    """The line in its file of each of these rows of all the tables; missing where not known."""
    lines, unknown = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=bool)]
    for table in tables:
        known = ret.lines.get(table, pd.Series(pd.NA, index=ret.tables[table].index, dtype="Int64"))
        lines.append(known.fillna(0).to_numpy(dtype=np.int64))
        unknown.append(known.isna().to_numpy())
    return pd.arrays.IntegerArray(np.concatenate(lines)[rows], np.concatenate(unknown)[rows])


def _children(ret: Return, tables: list[str], rows: np.ndarray) -> Any:
    """CHILD of each of these rows of all the tables, as it was sent."""
    sent = [_sent(ret.tables[table]) for table in tables]
    every = pa.concat_arrays([*sent, pa.array([], type=pa.large_string())])
    return pd.array(every.take(pa.array(rows)), dtype="str")


def _sent(text: pd.DataFrame) -> pa.Array:
    if "CHILD" not in text.columns:
        return pa.nulls(len(text), type=pa.large_string())
    return plain(text["CHILD"])


def _fields(failure: _Failure) -> str:
    """The rule's fields that the flagged table has, or CHILD when it has none of them."""
    own = {field.name for field in layout.any_year()[failure.table].fields}
    derived = {"Header": {"UASC"}, "Episodes": {"PL_LA", "PL_LOCATION", "PL_DISTANCE"}}
    own |= derived.get(failure.table, set())
    return " ".join(name for name in failure.rule.fields if name in own) or "CHILD"
