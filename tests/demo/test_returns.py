"""The invented returns: the same every time, whole across years, and like England's."""

from __future__ import annotations

import hashlib

import pandas as pd
import pytest

from cla import demo, upn
from cla.demo.days import birthday, end_of
from cla.demo.planted import planted
from cla.demo.recipe import authorities, authority, years
from cla.demo.returns import sound
from cla.ssda903 import Return
from cla.ssda903.layout import layout
from tests.demo.conftest import LA, with_places

Returns = dict[int, Return]


def dates(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column, format="%d/%m/%Y")


def at_31_march(year: int) -> pd.DataFrame:
    """Open episodes on the last day of the year, short breaks left out."""
    episodes = sound(LA, year)["Episodes"]
    return episodes[(episodes["DEC"] == "") & ~episodes["LS"].isin(["V3", "V4"])]


def everybody_at_31_march(year: int) -> pd.DataFrame:
    """The same for the three authorities together."""
    found = []
    for own in authorities():
        episodes = sound(own.la, year)["Episodes"]
        still = (episodes["DEC"] == "") & ~episodes["LS"].isin(["V3", "V4"])
        header = sound(own.la, year)["Header"][["CHILD", "DOB", "SEX", "ETHNIC"]]
        found.append(episodes[still].merge(header, on="CHILD", validate="one_to_one"))
    return pd.concat(found)


def test_the_bytes_are_the_same_every_time() -> None:
    digest = hashlib.sha256(b"".join(u.content for u in demo.return_files(LA, 2026)))
    assert digest.hexdigest() == (
        "6b45cdc62e011cad2499a78142c3aefd4fabd3a0f1999752be9d756cfb518107"
    )


def test_a_return_has_the_files_and_columns_of_its_year() -> None:
    for year in years():
        expected = dict(layout(year).tables)
        expected.pop("DoLo", None)
        tables = sound(LA, year)
        assert list(tables) == list(expected)
        for name, table in tables.items():
            assert list(table.columns) == list(expected[name].columns)
            assert len(table), f"{name} of {year} is empty"


def test_about_as_many_are_looked_after_as_the_recipe_says() -> None:
    for year in years():
        assert abs(len(at_31_march(year)) / authority(LA).looked_after - 1) < 0.15


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_an_open_episode_is_carried_to_the_next_return_unchanged(year: int) -> None:
    before = sound(LA, year - 1)["Episodes"]
    before = before[before["DEC"] == ""].set_index("CHILD")
    now = sound(LA, year)["Episodes"].drop_duplicates("CHILD").set_index("CHILD")
    assert set(before.index) <= set(now.index)
    now = now.loc[before.index]
    same = ["DECOM", "RNE", "LS", "CIN", "PLACE_PROVIDER", "HOME_POST", "PL_POST", "URN"]
    pd.testing.assert_frame_equal(before[same], now[same])
    recoded = set(zip(before["PLACE"], now["PLACE"], strict=True))
    changed = {(old, new) for old, new in recoded if old != new}
    allowed = {2025: {("H5", "K3")}, 2026: {("Z1", f"Z1{n}") for n in range(1, 5)}}
    assert changed <= allowed.get(year, set())


def test_who_a_child_is_does_not_change() -> None:
    for year in years()[1:]:
        before, now = (sound(LA, y)["Header"].set_index("CHILD") for y in (year - 1, year))
        both = before.index.intersection(now.index)
        assert (before.loc[both, "DOB"] == now.loc[both, "DOB"]).all()
        assert (before.loc[both, "ETHNIC"] == now.loc[both, "ETHNIC"]).all()
        changed = before.loc[both, "UPN"] != now.loc[both, "UPN"]
        assert set(before.loc[both, "UPN"][changed]) <= {"UN1"}


def test_each_year_has_its_own_codes() -> None:
    assert set(sound(LA, 2024)["Header"]["SEX"]) == {"1", "2"}
    assert set(sound(LA, 2025)["Header"]["SEX"]) == {"M", "F"}
    place = {year: set(sound(LA, year)["Episodes"]["PLACE"]) for year in years()}
    assert {"H5", "P2"} <= place[2022] | place[2023] and "K3" not in place[2024]
    assert not {"H5", "P2"} & place[2025] and "K3" in place[2025]
    assert "Z1" not in place[2026]


def test_upns_have_the_right_letter_and_belong_to_one_child() -> None:
    numbers = sound(LA, 2026)["Header"]["UPN"]
    _, grades = upn.grade(numbers)
    assert set(grades) <= {upn.PERMANENT, upn.UN_CODE}
    real = numbers[grades == upn.PERMANENT]
    assert len(real) > 300 and real.is_unique
    assert real.str[1:4].eq(authority(LA).code3).all()


def test_no_postcode_of_the_files_is_anybodys() -> None:
    # DM, SB and MH are no postcode areas of the United Kingdom
    episodes = sound(LA, 2026)["Episodes"]
    used = set(episodes["HOME_POST"]) | set(episodes["PL_POST"]) - {""}
    used.discard("")
    assert used <= set(demo.postcodes()["postcode"])
    assert {post[:2] for post in used} <= {"DM", "SB", "MH"}
    assert demo.postcodes()["postcode"].is_unique


def test_dates_are_in_order() -> None:
    for year in years():
        tables = sound(LA, year)
        episodes = tables["Episodes"]
        ended = episodes[episodes["DEC"] != ""]
        assert (dates(ended["DECOM"]) < dates(ended["DEC"])).all()
        following = episodes.groupby("CHILD")["DECOM"].shift(-1)
        moved = episodes["REC"] == "X1"
        assert (episodes["DEC"][moved] == following[moved]).all()
        adopted = tables["AD1"]
        assert (dates(adopted["DATE_INT"]) < dates(adopted["DATE_MATCH"])).all()


def test_nobody_is_looked_after_past_eighteen() -> None:
    header = sound(LA, 2026)["Header"].set_index("CHILD")["DOB"]
    born = dates(at_31_march(2026)["CHILD"].map(header)).map(lambda day: day.toordinal())
    assert all(birthday(dob, 18) > end_of(2026) for dob in born)


def test_every_kind_of_career_is_there() -> None:
    episodes = pd.concat([sound(LA, year)["Episodes"] for year in years()])
    assert {"S", "L", "P", "T", "B"} <= set(episodes["RNE"])
    assert {"C1", "C2", "E1", "V2", "V3", "V4", "L1", "J1"} <= set(episodes["LS"])
    assert {"E12", "E46", "E41", "E4A", "E4B", "E5", "E17", "E3"} <= set(episodes["REC"])
    assert {"A6", "P1", "K2", "U4", "T3"} <= set(episodes["PLACE"])
    starts = episodes[(episodes["RNE"] == "S") & ~episodes["LS"].isin(["V3", "V4"])]
    again = starts.drop_duplicates(["CHILD", "DECOM"])["CHILD"].duplicated()
    assert again.any(), "nobody returns to care"
    ages = sound(LA, 2026)["Header"].merge(sound(LA, 2026)["OC3"]["CHILD"], on="CHILD")["DOB"]
    years_old = 2026 - dates(ages).dt.year
    assert years_old.min() <= 18 and years_old.max() >= 19


@pytest.mark.parametrize(
    ("column", "share", "expected"),
    [
        ("SEX", "M", 0.56),
        ("LS", "C2", 0.59),
        ("LS", "V2", 0.19),
        ("LS", "C1", 0.16),
        ("CIN", "N1", 0.67),
        ("CIN", "N8", 0.08),
        ("ETHNIC", "W", 0.71),
        ("PLACE", "U", 0.67),
        ("PLACE", "K2", 0.12),
        ("PLACE", "K3", 0.09),
        ("PLACE", "P1", 0.06),
        ("PLACE_PROVIDER", "PR1", 0.43),
        ("PLACE_PROVIDER", "PR4", 0.40),
    ],
)
def test_the_children_are_like_englands(column: str, share: str, expected: float) -> None:
    # DfE, Children looked after in England, 31 March 2025
    found = everybody_at_31_march(2025)[column].str.startswith(share).mean()
    assert abs(found - expected) < 0.05, f"{found:.3f}"


def test_ages_are_like_englands() -> None:
    born = dates(everybody_at_31_march(2025)["DOB"])
    age = (pd.Timestamp(2025, 3, 31) - born).dt.days / 365.25
    bands = pd.cut(age, [0, 1, 5, 10, 16, 18.1], right=False).value_counts(normalize=True)
    for found, expected in zip(bands.sort_index(), (0.04, 0.12, 0.18, 0.38, 0.27), strict=True):
        assert abs(found - expected) < 0.04


def test_health_is_like_englands() -> None:
    health = pd.concat([sound(own.la, 2025)["OC2"] for own in authorities()])
    scores = pd.to_numeric(health["SDQ_SCORE"]).dropna()
    assert abs(scores.mean() - 14.9) < 0.7
    assert abs((scores >= 17).mean() - 0.42) < 0.05
    assert abs((health["HEALTH_ASSESSMENT"] == "1").mean() - 0.90) < 0.04


def test_placements_lie_where_their_provider_says() -> None:
    episodes = with_places(sound(LA, 2026)["Episodes"])
    outside = (episodes["PL_LOCATION"] == "OUT").sum() / episodes["PL_LOCATION"].notna().sum()
    assert 0.3 < outside < 0.55  # 44% in England
    homes = episodes[episodes["PLACE"].isin(["K2", "K3"])]
    listed = demo.providers().set_index("URN")["POSTCODE"]
    assert (homes["URN"].map(listed) == homes["PL_POST"]).all()


def test_the_planted_returns_differ_from_the_sound_ones_only_where_errors_are() -> None:
    for year in years():
        errors = planted(LA, year)
        assert 15 <= len(errors) <= 30 and errors["rule"].nunique() >= 10
