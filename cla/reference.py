"""The reference tables that ship with the project (data/reference), each with its source."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cla.settings import ROOT

if TYPE_CHECKING:  # the server reads small tables before it loads pandas
    import pandas as pd


def path(*parts: str) -> Path:
    """The path of a reference file."""
    return ROOT.joinpath("data", "reference", *parts)


@cache
def _read(file: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")


def table(*parts: str) -> pd.DataFrame:
    """A reference CSV as text, read once per process. Blank cells are empty strings."""
    return _read(path(*parts)).copy(deep=False)


def rows(*parts: str) -> list[dict[str, str]]:
    """A small reference CSV as rows of text by column."""
    with path(*parts).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
