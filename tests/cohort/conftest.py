"""Returns from little text tables."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from cla.ssda903.returns import Return

Table = Callable[[str], pd.DataFrame]
MakeReturn = Callable[..., Return]


def _table(text: str) -> pd.DataFrame:
    lines = [line.strip() for line in text.strip().splitlines()]
    head, *rows = [[cell.strip() or None for cell in line.split("|")] for line in lines]
    return pd.DataFrame(rows, columns=head, dtype="str")


@pytest.fixture
def table() -> Table:
    """A frame of text from lines whose cells are parted by |; a blank cell is missing."""
    return _table


@pytest.fixture
def make_return() -> MakeReturn:
    """A return of a year from little tables by name: make_return(2025, Header="...", ...)."""

    def make(year: int = 2025, **tables: str) -> Return:
        return Return.from_tables({name: _table(text) for name, text in tables.items()}, year)

    return make
