"""The invented list of current looked-after children: stayers, leavers and joiners."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from cla import demo, upn
from cla.demo.current import COLUMNS
from cla.demo.returns import sound
from tests.demo.conftest import LA


@pytest.fixture(scope="module")
def listed() -> pd.DataFrame:
    (upload,) = demo.current_files(LA)
    assert upload.name == "current-looked-after-children-2026-06-30.csv"
    return pd.read_csv(io.BytesIO(upload.content), dtype="str", keep_default_na=False)


def days(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column, format="%d/%m/%Y")


def test_the_documentation_names_every_column(listed: pd.DataFrame) -> None:
    assert tuple(listed.columns) == COLUMNS
    page = Path(__file__).parents[2].joinpath("docs", "current-list.md").read_text("utf-8")
    for column in COLUMNS:
        assert f"| `{column}` |" in page


def test_most_are_those_of_the_return(listed: pd.DataFrame) -> None:
    episodes = sound(LA, 2026)["Episodes"]
    still = episodes[(episodes["DEC"] == "") & ~episodes["LS"].isin(["V3", "V4"])]
    stayed = listed["CHILD"].isin(still["CHILD"])
    left = ~still["CHILD"].isin(listed["CHILD"])
    came = days(listed["STARTED"]) > pd.Timestamp(2026, 3, 31)
    assert stayed.mean() > 0.85 and 3 < left.sum() < 60
    assert (came == ~stayed).all() and 5 < came.sum() < 60
    header = sound(LA, 2026)["Header"].set_index("CHILD")
    own = listed[stayed].set_index("CHILD")
    pd.testing.assert_series_equal(own["DOB"], header.loc[own.index, "DOB"])
    known = own["UPN"][own["UPN"] != ""]
    assert (known == header.loc[known.index, "UPN"]).all()


def test_values_are_what_the_documentation_says(listed: pd.DataFrame) -> None:
    assert set(listed["AS_AT"]) == {"30/06/2026"}
    assert listed["CHILD"].is_unique
    given = listed["UPN"][listed["UPN"] != ""]
    assert given.is_unique and set(upn.grade(given)[1]) == {upn.PERMANENT}
    assert (days(listed["STARTED"]) <= pd.Timestamp(2026, 6, 30)).all()
    assert (days(listed["DOB"]) <= days(listed["STARTED"])).all()
    assert (days(listed["DOB"]) > pd.Timestamp(2008, 6, 30)).all(), "nobody of 18 is looked after"
    assert listed["ULN"].str.fullmatch(r"(99\d{8})?").all()
    assert set(listed["YEAR_GROUP"]) <= {"", "R", *map(str, range(1, 12))}
    at_school = listed["YEAR_GROUP"] != ""
    assert (at_school == (listed["LAESTAB"].str.len() == 7)).all()
    assert not listed["LS"].isin(["", "V3", "V4"]).any() and (listed["PLACE"] != "").all()
