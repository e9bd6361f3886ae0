"""One invented authority, made once: the smallest."""

from __future__ import annotations

import pandas as pd
import pytest

from cla import demo, ssda903
from cla.demo.recipe import years

LA = "X06000992"


@pytest.fixture(scope="session")
def returns() -> dict[int, ssda903.Return]:
    """Its five returns as read from the files, each beside the one before."""
    found: dict[int, ssda903.Return] = {}
    for year in years():
        found[year] = ssda903.read(
            demo.return_files(LA, year),
            year=year,
            la=LA,
            previous=found.get(year - 1),
            providers=demo.providers(),
        )
    return found


@pytest.fixture(scope="session")
def located(returns: dict[int, ssda903.Return]) -> dict[int, ssda903.Return]:
    """The same with where each placement lies, from the invented postcode directory."""
    found: dict[int, ssda903.Return] = {}
    for year, ret in returns.items():
        tables = dict(ret.tables) | {"Episodes": with_places(ret.tables["Episodes"])}
        previous = found.get(year - 1)
        found[year] = ssda903.Return.from_tables(
            tables, year, LA, previous=previous, providers=demo.providers()
        )
    return found


def with_places(episodes: pd.DataFrame) -> pd.DataFrame:
    """Episodes with PL_LA, PL_LOCATION and PL_DISTANCE (straight miles, one decimal)."""
    directory = demo.postcodes().set_index("postcode")
    place = directory.reindex(episodes["PL_POST"]).set_index(episodes.index)
    home = directory.reindex(episodes["HOME_POST"]).set_index(episodes.index)
    east, north = place["easting"] - home["easting"], place["northing"] - home["northing"]
    miles = ((east**2 + north**2) ** 0.5 / 1000 / 1.6093).round(1)
    inside = place["la"].eq(LA).map({True: "IN", False: "OUT"}).where(place["la"].notna())
    return episodes.assign(PL_LA=place["la"], PL_LOCATION=inside, PL_DISTANCE=miles)
