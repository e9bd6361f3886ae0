"""The SSDA903 return: layouts, reading, and the rulebook.

``rulebook`` and ``validate`` are looked up in ``cla.ssda903.rules`` when first used: whoever only
reads files does not load the rules, and a rule module may import from this package.
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
    "Problem",
    "Return",
    "Survey",
    "Surveyed",
    "Unusable",
    "Upload",
    "likely_year",
    "read",
    "rulebook",
    "survey",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name in ("rulebook", "validate"):
        return getattr(import_module("cla.ssda903.rules"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
