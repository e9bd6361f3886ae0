"""A downloaded file says what it is, starts no formula, and is written down."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pandas as pd
import pytest

from cla.access import User, current_store, identity
from cla.store import audit, sessions, users
from cla.ui import downloads
from cla.ui.downloads import Caption, csv_file, csv_maker, file_name, harmless

NOW = datetime(2026, 6, 5, 13, 5, tzinfo=UTC)
CAPTION = Caption("Key stage 2 benchmark", "Demoshire", "all children", "the return", True)


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\ufeff=1", "\n=1", "\x00=1"]
)
def test_text_that_would_start_a_formula_is_made_harmless(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "EXS", "1 mark short", "a=b", "10433"])
def test_other_text_is_left_alone(text):
    assert harmless(text) == text


def test_text_is_guarded_and_numbers_stay_numbers():
    frame = pd.DataFrame(
        {
            "=cmd": ["=1+1", None],
            "gap": [-6.4, float("nan")],
            "n": pd.array([28, None], dtype="Int64"),
            "born": pd.to_datetime(["2014-03-01", None]),
            "met": pd.array([True, None], dtype="boolean"),
            "code": pd.Categorical(["@x", None]),
        }
    )
    assert cells(csv_file(frame, ["+title"])) == [
        ["'+title"],
        [],
        ["'=cmd", "gap", "n", "born", "met", "code"],
        ["'=1+1", "-6.4", "28", "01/03/2014", "yes", "'@x"],
        ["", "", "", "", "", ""],
    ]


def test_the_first_lines_say_what_the_file_is():
    lines = CAPTION.lines("Asha Rao", NOW, "8f3a12cd")
    assert lines == [
        "OFFICIAL-SENSITIVE (personal data about children)",
        "Key stage 2 benchmark, Demoshire (file 8f3a12cd)",
        "all children",
        "Source: the return",
        "Made on 5 June 2026, 14:05 by Asha Rao",
    ]


def test_names_hold_no_path_and_nothing_strange():
    name = file_name("../KS4 list\r\n", "Bristol, City of/..\\", NOW)
    assert name == "ks4-list-bristol-city-of-2026-06-05.csv"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    for name in ("CLA_DATABASE_URL", "CLA_DEMO", "CLA_SECRET"):
        monkeypatch.delenv(name, raising=False)
    yield current_store()
    identity.close_stores()


@pytest.fixture
def user(store) -> User:
    now = datetime.now(UTC)
    users.add(
        store, "asha", name="Asha Rao", role="vsh", cla=True, authorities=("X06000991",),
        password_hash="$2b$12$" + "a" * 53, by="test", now=now,
    )  # fmt: skip
    sessions.create(store, "session", "asha", expires=now + identity.LONGEST, now=now)
    la = "X06000991"
    return User("asha", "Asha Rao", "vsh", True, (la,), la, session="session")


def test_two_files_of_the_same_rows_differ_and_each_is_written_down(store, user):
    frame = pd.DataFrame({"child": ["1", "2"]})
    make = csv_maker(frame, CAPTION, user, "cla.pupils")
    first, second = make(), make()
    assert first != second and cells(first)[6:] == [["child"], ["1"], ["2"]]
    written = audit.read(store, event="export")
    assert len(written) == 2
    detail = json.loads(written["detail"].iloc[0])
    assert (detail["rows"], detail["personal"]) == (2, True)
    assert written["la"].tolist() == ["X06000991"] * 2


def test_a_file_is_not_made_after_the_sign_in_ended(store, user):
    make = csv_maker(pd.DataFrame({"child": ["1"]}), CAPTION, user, "cla.pupils")
    sessions.revoke(store, "session")
    with pytest.raises(downloads.NotAllowedError):
        make()
    assert audit.read(store, event="export").empty


def test_a_file_is_not_made_when_the_permission_was_taken_away(store, user):
    make = csv_maker(pd.DataFrame({"child": ["1"]}), CAPTION, user, "cla.import")
    with pytest.raises(downloads.NotAllowedError):
        make()
