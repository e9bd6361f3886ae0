"""Free checks: what a row of results says twice must agree.

A rule speaks against a row only where the file carries both sides. Nothing is changed: the message
says which side is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from cla.files.sheet import Sheet, number_of
from cla.results import early_checks, ks4_checks, primary_checks
from cla.results.rules import Rows, Rule
from cla.stages import STAGES

COLUMNS = ("rule", "title", "message", "line", "upn", "columns")
_TYPES = {"rule": "str", "title": "str", "message": "str", "line": "int64", "upn": "str"}
_MOST_TOLD = 4

RULES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "eyfsp": early_checks.EYFSP,
        "phonics": early_checks.PHONICS,
        "mtc": early_checks.MTC,
        "ks1": primary_checks.KS1,
        "ks2": primary_checks.KS2,
        "ks4": ks4_checks.KS4,
    }
)


def check_titles() -> Mapping[str, str]:
    """The title of every rule."""
    return {rule.name: rule.title for stage in STAGES for rule in RULES[stage]}


def no_checks() -> pd.DataFrame:
    """The frame of checks that found nothing."""
    return pd.DataFrame(columns=list(COLUMNS)).astype({**_TYPES, "columns": "str"})


def checked(stage: str, academic_year: str, sheet: Sheet, frame: pd.DataFrame) -> pd.DataFrame:
    """One row a rule and row of the file that it speaks against, by line; told in one notice.

    rule, title, message (headings, never a value), line, upn, columns (the headings, by commas).
    """
    rows = Rows(sheet, frame, academic_year)
    found: list[pd.DataFrame] = []
    told: list[str] = []
    for rule in RULES[stage]:
        against = rule.test(rows).reindex(frame.index).fillna(False).astype(bool)
        if against.any():
            found.append(_against(rule, against, sheet, frame))
            told.append(f"{rule.title} ({sheet.where(against)})")
    if not found:
        return no_checks()
    more = f"; and {number_of(len(told) - _MOST_TOLD, 'more check')}" * (len(told) > _MOST_TOLD)
    whole = pd.concat(found, ignore_index=True).sort_values(["line", "rule"], ignore_index=True)
    lines = len(set(whole["line"]))
    count = f"{number_of(lines, 'row')} {'disagrees with itself' if lines == 1 else 'disagree'}"
    sheet.notices.append(f"{sheet.label}: {count}: {'; '.join(told[:_MOST_TOLD])}{more}.")
    return whole


def _against(rule: Rule, against: pd.Series, sheet: Sheet, frame: pd.DataFrame) -> pd.DataFrame:
    headings = [heading for name in rule.fields for heading in sheet.columns.get(name, ())[:1]]
    return pd.DataFrame(
        {
            "rule": rule.name,
            "title": rule.title,
            "message": f"{rule.title} ({', '.join(headings)}). {rule.used}",
            "line": sheet.lines[against].to_numpy(),
            "upn": frame.loc[against, "upn"].to_numpy(),
            "columns": ", ".join(headings),
        }
    ).astype(_TYPES)
