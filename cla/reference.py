"""The reference tables that ship with the project (data/reference), each with its source."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from cla.settings import ROOT


def path(*parts: str) -> Path:
    """The path of a reference file."""
    return ROOT.joinpath("data", "reference", *parts)


@cache
def _read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")


def table(*parts: str) -> pd.DataFrame:
    """A reference CSV as text, read once per process. Blank cells are empty strings."""
    return _read(path(*parts)).copy(deep=False)
