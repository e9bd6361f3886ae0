"""Findings about a return, counted by rule, table and child; records with failing cells marked.

A findings frame has one row a finding: rule, severity, table, row (label in the table), child,
fields, message; where they were followed also key, since, state; on the page stage and accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from cla.ssda903 import tracking
from cla.ssda903.rules import Rule
from cla.ssda903.sent import BLANK, failing_rows, fields_of

STAGES = {
    "1": "stage 1",
    "2": "stage 2",
    "tool": "checks of DfE's tool",
    "portal": "checks of DfE's portal",
    "unknown": "stage not known",
}
UNKNOWN = "unknown"
MARK = "background-color: #FFF1CC; color: #0B0C0C; font-weight: 600"
SIGN = "✗"
"""What stands before the text of a failing cell; BLANK stands for one without any."""
LOOK_AT, RULES, LINE = "Look at", "Rules", "Line"
NEARLY_ALL = 0.9
_FEW = 10


def by_rule(findings: pd.DataFrame, book: Mapping[str, Rule]) -> pd.DataFrame:
    """rule, title, severity, stage, tables, findings, children; the most frequent first.

    Also new and accepted, where the findings say so.
    """
    counts = _counts(findings, "rule")
    codes = [str(code) for code in counts["rule"]]
    severities = findings.drop_duplicates("rule").set_index("rule")["severity"]
    counts.insert(1, "title", [book[code].title if code in book else "" for code in codes])
    counts.insert(2, "severity", [str(severities[code]) for code in codes])
    counts.insert(3, "stage", [str(book[code].stage) if code in book else "" for code in codes])
    counts.insert(4, "tables", [", ".join(book[c].tables) if c in book else "" for c in codes])
    return counts


def by_table(findings: pd.DataFrame) -> pd.DataFrame:
    """table, findings, children, rules; the most frequent first."""
    return _counts(findings, "table", "rule")


def by_child(findings: pd.DataFrame) -> pd.DataFrame:
    """child, findings, rules (how many); the most frequent first."""
    return _counts(findings, "child", "rule").drop(columns="children")


def codes_of(findings: pd.DataFrame, children: Sequence[str]) -> list[str]:
    """The codes of the rules about each of these children, in order, as one text."""
    own = findings[findings["child"].isin(list(children))]
    pairs = own[["child", "rule"]].astype("str").drop_duplicates().sort_values("rule")
    codes: dict[str, list[str]] = {child: [] for child in children}
    for child, rule in zip(pairs["child"], pairs["rule"], strict=True):
        codes[child].append(rule)
    return [", ".join(codes[child]) for child in children]


def codes_of_rows(findings: pd.DataFrame) -> dict[Any, tuple[str, str]]:
    """The codes and the messages of the rules about each row of one table, as texts."""
    said: dict[Any, tuple[list[str], list[str]]] = {}
    for row, rule, message in _cells(findings, "row", "rule", "message"):
        codes, messages = said.setdefault(row, ([], []))
        codes.append(str(rule))
        messages.append(str(message))
    return {row: (", ".join(codes), " ".join(all_)) for row, (codes, all_) in said.items()}


def _counts(findings: pd.DataFrame, by: str, other: str = "") -> pd.DataFrame:
    """by, findings, children, where known new and accepted, and how many different ``other``."""
    places, values = pd.factorize(findings[by], sort=True)
    many = len(values)

    def sizes(kept: pd.Series) -> np.ndarray:
        return np.bincount(places[kept.to_numpy() & (places >= 0)], minlength=many)

    counts = pd.DataFrame(
        {by: pd.Series(values.astype("str")), "findings": sizes(findings[by].notna())}
    )
    counts["children"] = _different(places, many, findings["child"])
    if "state" in findings:
        counts["new"] = sizes(findings["state"] == tracking.NEW)
    if "accepted" in findings:
        counts["accepted"] = sizes(findings["accepted"])
    if other:
        counts[f"{other}s"] = _different(places, many, findings[other])
    return counts.sort_values("findings", ascending=False, kind="stable", ignore_index=True)


def _different(places: np.ndarray, many: int, column: pd.Series) -> np.ndarray:
    """How many different values of a column each of so many groups has; a missing one is none."""
    codes, values = pd.factorize(column)
    seen = np.zeros((many, len(values)), dtype=bool)
    both = (places >= 0) & (codes >= 0)
    seen[places[both], codes[both]] = True
    return seen.sum(axis=1)


def narrowed(findings: pd.DataFrame, **wanted: Sequence[str]) -> pd.DataFrame:
    """The findings whose columns hold one of the wanted values; an empty choice narrows nothing."""
    kept = pd.Series(True, index=findings.index)
    for column, values in wanted.items():
        if values:
            kept &= findings[column].isin(list(values))
    return findings[kept]


def searched(findings: pd.DataFrame, text: str) -> pd.DataFrame:
    """The findings of the rule with this code or about the child of this identifier.

    When there is neither, those about children with the text in their identifier. Capitals do not
    matter; a blank text finds everything.
    """
    wanted = text.strip().upper()
    if not wanted:
        return findings
    exactly = _having(findings["rule"], lambda code: code.upper() == wanted)
    exactly |= _having(findings["child"], lambda child: child.upper() == wanted)
    if exactly.any():
        return findings[exactly]
    return findings[_having(findings["child"], lambda child: wanted in child.upper())]


def _having(column: pd.Series, suits: Any) -> pd.Series:
    distinct = column.dropna().unique().astype("str")
    return column.isin([value for value in distinct if suits(value)])


def failing_records(findings: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table that these findings are about; see :func:`with_findings`."""
    return with_findings(table.loc[failing_rows(findings, table)], findings)


def with_findings(records: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Records of one table behind three columns: the fields to look at, the rules, the line.

    Records without a finding have no fields and no rules there.
    """
    known = set(records.columns)
    looked: dict[Any, dict[str, None]] = {row: {} for row in records.index}
    rules: dict[Any, dict[str, None]] = {row: {} for row in records.index}
    lines: dict[Any, Any] = {}
    has_lines = "line" in findings
    for row, rule, cell, line in _cells(
        findings, "row", "rule", "fields", "line" if has_lines else "row"
    ):
        if row in looked:
            looked[row].update((field, None) for field in fields_of(cell) if field in known)
            rules[row][str(rule)] = None
            lines[row] = line
    first: dict[str, object] = {
        LOOK_AT: [", ".join(fields) for fields in looked.values()],
        RULES: [", ".join(codes) for codes in rules.values()],
    }
    if has_lines:
        numbers: list[Any] = [lines.get(row) for row in records.index]
        first[LINE] = pd.array(numbers, dtype="Int64")
    return pd.concat([pd.DataFrame(first, index=records.index), records], axis="columns")


def _cells(findings: pd.DataFrame, *columns: str) -> Iterable[tuple[Any, ...]]:
    return zip(*(findings[column].tolist() for column in columns), strict=True)


def marked(records: pd.DataFrame) -> Styler:
    """Records of :func:`with_findings` with the failing cells marked by a sign, and by colour."""
    names = [str(name) for name in records.columns]
    cells = records.astype(object).to_numpy()  # a page of records: lists are quicker than columns
    shown = np.where(pd.isna(cells), "", cells)
    colours = np.full(shown.shape, "", dtype=object)
    for row, cell in enumerate(records[LOOK_AT].tolist()):
        for column in map(names.index, fields_of(cell)):
            text = shown[row, column]
            shown[row, column] = f"{SIGN} {BLANK if text == '' else text}"
            colours[row, column] = MARK
    frame = pd.DataFrame(shown, columns=names, index=records.index)
    return frame.style.apply(lambda _: colours, axis=None)


def nearly_everywhere(findings: pd.DataFrame, row_counts: Mapping[str, int]) -> pd.DataFrame:
    """Rules that nearly every record of a table fails: rule, table, records, of, message.

    That points to how the file was made rather than to single children. Tables of fewer than ten
    records are left out.
    """
    keys = ["rule", "table"]
    counts = findings.groupby(keys, observed=True).agg(
        records=("row", "nunique"), message=("message", "first")
    )
    counts = counts.reset_index().astype(dict.fromkeys(keys, "str"))
    counts.insert(3, "of", [row_counts.get(table, 0) for table in counts["table"]])
    everywhere = (counts["of"] >= _FEW) & (counts["records"] >= NEARLY_ALL * counts["of"])
    return counts[everywhere].sort_values("records", ascending=False, ignore_index=True)
