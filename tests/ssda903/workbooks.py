"""Provider workbooks made for the tests, in the layouts of the editions."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from cla.files import Upload
from cla.problems import Unusable
from cla.ssda903.providers import read_providers

Rows = Sequence[Sequence[Any]]


def workbook(sheets: Mapping[str, Rows], name: str = "ofsted.xlsx") -> Upload:
    """A workbook of these sheets, as Excel would write it."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}
    ) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return Upload(name, content.getvalue())


def one(frame: pd.DataFrame, urn: str) -> dict[str, Any]:
    """The only row of a provider, missing cells as None."""
    rows = frame[frame["URN"] == urn]
    assert len(rows) == 1
    return {name: None if pd.isna(cell) else cell for name, cell in rows.iloc[0].items()}


def refusal(given: Any) -> str:
    with pytest.raises(Unusable) as refused:
        read_providers(given)
    assert len(refused.value.problems) == 1
    return str(refused.value.problems[0])


HOMES_2023 = workbook(
    {
        "Contents": [["Children's homes"], ["As at 31 March 2023"]],
        "Provider information": [
            [
                "URN",
                "Local Authority",
                "Provider Code",
                "Provider Placement Code",
                "Closed Date",
                "Setting Postcode",
            ],
            ["SC034567", "Derby", "K2", "PR1/PR4", "-", "DE1 2QY"],
            [1234567, "Derbyshire", "K1", "PR4", dt.date(2022, 6, 30), "de4 3ag"],
        ],
    },
    "homes.xlsx",
)
CARE_2023 = workbook(
    {
        "Current providers": [
            [
                "URN",
                "Local authority",
                "Placement code",
                "Placement provider code",
                "Setting postcode",
            ],
            ["SC400001", "Derby", "U1, U2,U3", "PR4", "SW1A 1AA"],
        ],
        "Providers closed": [
            [
                "URN",
                "Local authority",
                "Placement code",
                "Placement provider code",
                "Deregistration date",
                "Setting postcode",
            ],
            [1299999, "Derby", "U4;U5", "PR5", "15/11/2021", "CF10 3NP"],
        ],
    },
    "care.xlsx",
)
