"""The SSDA903 return: layouts, reading, and the rulebook.

``rulebook`` and ``validate`` are loaded when first used: whoever only reads files does not wait for
the rules, and a rule module may import from this package.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cla.files import Upload
from cla.problems import Problem, Unusable
from cla.ssda903.read import likely_year, read
from cla.ssda903.returns import Return
from cla.ssda903.survey import Missing, Survey, Surveyed, survey

if TYPE_CHECKING:
    from cla.ssda903.findings import validate
    from cla.ssda903.rules import rulebook

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

_ON_USE = {"rulebook": "cla.ssda903.rules", "validate": "cla.ssda903.findings"}


def __getattr__(name: str) -> Any:
    if name in _ON_USE:
        return getattr(import_module(_ON_USE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
