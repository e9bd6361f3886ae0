"""Ofsted's lists of providers, edition by edition, in workbooks made here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from cla.files import Upload
from cla.ssda903 import Return, providers, read, rulebook
from cla.ssda903.providers import read_providers
from tests.ssda903 import sample
from tests.ssda903.workbooks import CARE_2023, HOMES_2023, one, workbook

# The editions


def test_the_pair_of_2023() -> None:
    found = read_providers([HOMES_2023, CARE_2023])
    assert tuple(found.frame.columns) == providers.COLUMNS
    assert one(found.frame, "SC034567") == {
        "URN": "SC034567",
        "PLACE_CODES": "K2",
        "PROVIDER_CODES": "PR1,PR4",
        "REG_END": None,
        "POSTCODE": "DE12QY",
        "LA_CODE_INFERRED": "E06000015",
    }
    closed = one(found.frame, "1234567")
    assert (closed["PLACE_CODES"], closed["PROVIDER_CODES"]) == ("K1", "PR4")
    assert (closed["REG_END"], closed["POSTCODE"]) == (pd.Timestamp(2022, 6, 30), "DE43AG")
    assert closed["LA_CODE_INFERRED"] == "E10000007"
    assert one(found.frame, "SC400001")["PLACE_CODES"] == "U1,U2,U3"
    ended = one(found.frame, "1299999")
    assert (ended["PLACE_CODES"], ended["REG_END"]) == ("U4,U5", pd.Timestamp(2021, 11, 15))
    assert ended["LA_CODE_INFERRED"] == "WAL"
    assert found.notices == ()


def test_settings_and_addresses_on_two_sheets_make_whole_rows() -> None:
    found = read_providers(
        workbook(
            {
                "Settings and Inspection Info": [
                    ["URN", "Provider Code", "Provider Placement Code", "Closed Date"],
                    ["SC1", "K2", "PR4", "-"],
                ],
                "Address Details": [["URN", "Setting Address Postcode"], ["SC1", "DE1 2QY"]],
            }
        )
    ).frame
    whole = one(found, "SC1")
    assert (whole["PLACE_CODES"], whole["POSTCODE"]) == ("K2", "DE12QY")


def test_the_layout_of_2025_with_supported_accommodation() -> None:
    found = read_providers(
        workbook(
            {
                "Providers": [
                    [
                        "Local authority",
                        "URN",
                        "Provider type",
                        "Registration status",
                        "Deregistration date",
                        "Placement code",
                        "Provider postcode",
                        "Owner postcode",
                        "Placement provider code",
                        "Linked school URN",
                    ],
                    [
                        "Derby",
                        1.0,
                        "Home",
                        "Active",
                        None,
                        "K2",
                        "DE1 2QY",
                        "SW1A 1AA",
                        "PR4",
                        99.0,
                    ],
                ],
                "SA Providers": [
                    [
                        "Provider local authority",
                        "Setting Local Authority",
                        "URN",
                        "Closed date",
                        "Placement code",
                        "Setting address postcode",
                        "Owner postcode",
                    ],
                    ["Derby", "Derby", 2.0, dt.date(2024, 2, 1), "K3", "DE4 3AG", "SW1A 1AA"],
                ],
            }
        )
    )
    home, supported = one(found.frame, "1"), one(found.frame, "2")
    assert (home["POSTCODE"], home["PROVIDER_CODES"], home["REG_END"]) == ("DE12QY", "PR4", None)
    assert (supported["PLACE_CODES"], supported["PROVIDER_CODES"]) == ("K3", None)
    assert (supported["POSTCODE"], supported["REG_END"]) == ("DE43AG", pd.Timestamp(2024, 2, 1))
    assert found.notices == (
        "Provider list: 1 of 2 providers are without provider codes (PR0 to PR5).",
    )


def test_one_workbook_of_all_providers() -> None:
    combined = workbook(
        {
            "Notes": [["This list combines homes and other providers."]],
            "Open": [
                ["List of providers"],
                ["At 30 September"],
                [],
                ["  urn ", "PLACEMENT  CODE", "placement_provider_code", "Setting Postcode:"],
                ["SC1", "K2", "PR4", "DE1 2QY"],
            ],
            "Closed": [
                ["URN", "Placement Code", "Placement Provider Code", "Deregistration Date"],
                ["SC2", "U4", "PR5", "2020-12-31"],
            ],
        }
    )
    found = read_providers(combined).frame
    assert one(found, "SC1")["LA_CODE_INFERRED"] == "E06000015"
    assert one(found, "SC2")["REG_END"] == pd.Timestamp(2020, 12, 31)


@pytest.mark.parametrize(
    "headings",
    [
        ["Ofsted URN", "Placement codes", "Placement Provider Code(s)", "De-registration date"],
        ["URN*", "Placement code (SSDA903)", "Placement-provider code", "Date closed"],
        [
            "Unique Reference Number (URN)",
            "Placement type code",
            "Provider type code",
            "Closure date",
        ],
    ],
)
def test_other_wordings_of_the_headings_are_understood(headings: list[str]) -> None:
    row = ["SC1", "K2", "PR4", "31/12/2020"]
    found = read_providers(workbook({"All providers": [headings, row]})).frame
    assert one(found, "SC1") == {
        "URN": "SC1",
        "PLACE_CODES": "K2",
        "PROVIDER_CODES": "PR4",
        "REG_END": pd.Timestamp(2020, 12, 31),
    }


def test_codes_under_a_heading_never_seen_are_known_by_what_they_are() -> None:
    rows = [
        ["URN", "Kind", "Sector", "903 type", "903 sector", "Grade"],
        ["SC1", "Home", "Private", "K2", "PR4", "Good"],
        ["SC2", "Agency", "Private", "U1, U2", "-", ""],
    ]
    found = read_providers(workbook({"All": rows})).frame
    assert found["PLACE_CODES"].tolist() == ["K2", "U1,U2"]
    assert found["PROVIDER_CODES"].fillna("").tolist() == ["PR4", ""]
    as_csv = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()
    assert read_providers(Upload("all.csv", as_csv)).frame.equals(found)


def test_two_columns_of_codes_leave_it_open_which_is_meant() -> None:
    twice = [["URN", "Closed date", "one", "other"], ["SC1", "-", "K2", "K1"]]
    assert "PLACE_CODES" not in read_providers(workbook({"All": twice})).frame.columns
    near = [["URN", "Closed date", "one"], ["SC1", "-", "K2"], ["SC2", "-", "K99"]]
    assert "PLACE_CODES" not in read_providers(workbook({"All": near})).frame.columns


# The cells


def test_codes_under_each_others_heading_are_told_apart() -> None:
    found = read_providers(
        workbook(
            {"List": [["URN", "Provider code", "Provider placement code"], ["1", "PR4", "K2"]]}
        )
    )
    row = one(found.frame, "1")
    assert (row["PLACE_CODES"], row["PROVIDER_CODES"]) == ("K2", "PR4")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("K1,K2", "K1,K2"),
        ("k1 / K2", "K1,K2"),
        ("U1; U2 & U3\nU4", "U1,U2,U3,U4"),
        ("K1 and K2", "K1,K2"),
        ("K1,K1", "K1"),
        ("-", None),
        ("N/A", None),
        ("", None),
    ],
)
def test_codes_are_separated_by_commas(written: str, expected: str | None) -> None:
    found = read_providers(workbook({"L": [["URN", "Placement code"], ["1", written]]}))
    assert one(found.frame, "1")["PLACE_CODES"] == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (dt.date(2024, 2, 1), pd.Timestamp(2024, 2, 1)),
        (dt.datetime(2024, 2, 1, 9, 30), pd.Timestamp(2024, 2, 1)),
        ("01/02/2024", pd.Timestamp(2024, 2, 1)),
        ("2024-02-01", pd.Timestamp(2024, 2, 1)),
        ("2024-02-01 00:00:00", pd.Timestamp(2024, 2, 1)),
        ("1 February 2024", pd.Timestamp(2024, 2, 1)),
        ("01-Feb-2024", pd.Timestamp(2024, 2, 1)),
        ("-", None),
        (None, None),
    ],
)
def test_ends_of_registration_are_days(written: object, expected: object) -> None:
    found = read_providers(workbook({"L": [["URN", "Closed date"], ["1", written], ["2", ""]]}))
    assert one(found.frame, "1")["REG_END"] == expected
    assert found.notices == ()


def test_what_is_no_date_or_no_number_is_said() -> None:
    rows = [["URN", "Closed date"], ["1", "soon"], ["Source: Ofsted", ""], ["", "01/01/2020"]]
    found = read_providers(workbook({"List": rows}))
    assert found.frame["URN"].tolist() == ["1"]
    assert found.frame["REG_END"].isna().all()
    assert found.notices == (
        "ofsted.xlsx, sheet List: 1 row left out, whose URN is no Ofsted number.",
        "ofsted.xlsx, sheet List: 1 end of registration not read, no date.",
    )


def test_lists_that_disagree_keep_a_row_each_and_lists_that_agree_one() -> None:
    def listing(postcode: str) -> Upload:
        return workbook(
            {"L": [["URN", "Placement code", "Setting postcode"], ["1", "K2", postcode]]}
        )

    same = read_providers([listing("DE1 2QY"), listing("de12qy")]).frame
    differ = read_providers([listing("DE1 2QY"), listing("DE4 3AG")]).frame
    assert len(same) == 1
    assert differ["LA_CODE_INFERRED"].tolist() == ["E06000015", "E10000007"]


def test_columns_that_no_sheet_has_are_absent() -> None:
    found = read_providers(workbook({"L": [["URN", "Placement code"], ["1", "K2"]]}))
    assert list(found.frame.columns) == ["URN", "PLACE_CODES"]


# CSV and frames


def test_a_csv_may_have_our_headings_or_ofsteds() -> None:
    ours = Upload("ours.csv", b'urn,place_codes,LA_CODE_INFERRED\nSC1,"K1,K2",E06000015\n')
    theirs = Upload("theirs.csv", b"URN,Placement code,Closed date\nSC2,U1,-\nSC3,U1,31/12/2020\n")
    found = read_providers([ours, theirs]).frame
    assert one(found, "SC1")["PLACE_CODES"] == "K1,K2"
    assert one(found, "SC1")["LA_CODE_INFERRED"] == "E06000015"
    assert one(found, "SC3")["REG_END"] == pd.Timestamp(2020, 12, 31)


def test_a_frame_is_trusted_alone_and_read_beside_others() -> None:
    frame = pd.DataFrame({"URN": [1234567, None], "PLACE_CODES": ["K2", "K2"]})
    assert read_providers(frame).frame is frame
    both = read_providers([frame, HOMES_2023]).frame
    assert sorted(both["URN"]) == ["1234567", "1234567", "SC034567"]


def test_a_return_is_read_with_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "care.xlsx"
    path.write_bytes(CARE_2023.content)
    ret = read(sample.uploads(), 2026, providers=[path, HOMES_2023])
    assert ret.providers is not None
    assert set(ret.providers["URN"]) == {"SC034567", "1234567", "SC400001", "1299999"}
    assert read(sample.uploads(), 2026, providers=str(path)).providers is not None


def test_rules_run_on_what_a_workbook_says() -> None:
    rows = [
        ("SC034567", "K2", "PR1", "DE1 2QY", "01/05/2023"),
        ("1234567", "K2", "PR4", "DE4 3AG", "01/05/2023"),  # a secure home, closed in 2022
        ("SC400001", "U1", "PR2", "SW1A 1AA", "01/05/2023"),  # PR4 on the list
        ("SC999999", "K2", "PR4", "DE1 2QY", "01/05/2023"),  # not on the list
    ]
    names = ["URN", "PLACE", "PLACE_PROVIDER", "PL_POST", "DECOM"]
    table = pd.DataFrame(rows, columns=names).assign(CHILD=list("ABCD"), LS="C2")
    listing = read_providers([HOMES_2023, CARE_2023]).frame
    ret = Return.from_tables({"Episodes": table}, 2024, "E06000015", providers=listing)
    book = rulebook(2024)
    assert book["1008"].check(ret) == {"Episodes": [3]}
    assert book["219"].check(ret) == {"Episodes": [1, 3]}
    assert book["224"].check(ret) == {"Episodes": [2, 3]}
    assert book["227"].check(ret) == {"Episodes": [1]}
    assert book["221"].check(ret) == {"Episodes": [3]}
    assert book["229"].check(ret) == {}
