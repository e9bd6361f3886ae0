"""The SSDA903 return: layouts, reading, and the rulebook.

The rulebook is loaded when first used: whoever only reads files does not load the rules, and a
rule module may import from this package.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from cla.files import Upload
from cla.problems import Problem, Unusable
from cla.ssda903.read import likely_year, read
from cla.ssda903.returns import Return
from cla.ssda903.survey import Missing, Survey, Surveyed, survey

__all__ = [
    "Missing",
    "NotRun",
    "Problem",
    "Return",
    "Rule",
    "Survey",
    "Surveyed",
    "Unusable",
    "Upload",
    "Validation",
    "check_all",
    "likely_year",
    "read",
    "rulebook",
    "survey",
    "validate",
]


_LOADED_WHEN_USED = {
    "NotRun": "cla.ssda903.rules",
    "Rule": "cla.ssda903.rules",
    "rulebook": "cla.ssda903.rules",
    "Validation": "cla.ssda903.findings",
    "check_all": "cla.ssda903.findings",
    "validate": "cla.ssda903.findings",
}


def __getattr__(name: str) -> Any:
    if name in _LOADED_WHEN_USED:
        return getattr(import_module(_LOADED_WHEN_USED[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
