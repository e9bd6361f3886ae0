"""Accepted findings: kept by authority, year and key; audited without what they are about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from cla.store import Store, StoreError, acceptances, audit, imports, open_store

LA, OTHER = "X06000991", "X06000992"
YEAR = 2026
ONE, TWO = "00000000000000a1", "00000000000000a2"
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
NOTE = "Checked with the social worker: Anna Ash was really born then."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    yield opened
    opened.close()


def accept(store: Store, *keys: str, la: str = LA, note: str = NOTE, by: str = "ann") -> int:
    rules = dict.fromkeys(keys, "102")
    return acceptances.accept(store, la, YEAR, rules, note=note, by=by, name="Ann Ash", now=NOW)


def test_an_acceptance_says_who_when_and_why(store: Store) -> None:
    assert accept(store, ONE, note="  born \n then ") == 1
    (row,) = acceptances.of(store, LA, YEAR).to_dict("records")
    assert row == {
        "key": ONE, "rule": "102", "note": "born then", "accepted": NOW,
        "accepted_by": "ann", "name": "Ann Ash",
    }  # fmt: skip


def test_it_holds_for_one_authority_and_one_year(store: Store) -> None:
    accept(store, ONE)
    accept(store, TWO, la=OTHER)
    assert acceptances.of(store, LA, YEAR)["key"].tolist() == [ONE]
    assert acceptances.of(store, LA, 2025).empty
    assert acceptances.take_back(store, OTHER, YEAR, [ONE], by="ben") == 0
    assert acceptances.of(store, LA, YEAR)["key"].tolist() == [ONE]


def test_accepting_again_keeps_the_first_note_and_name(store: Store) -> None:
    accept(store, ONE)
    assert accept(store, ONE, TWO, note="another reason", by="ben") == 1
    found = acceptances.of(store, LA, YEAR).set_index("key")
    assert found["accepted_by"].to_dict() == {ONE: "ann", TWO: "ben"}
    assert found.loc[ONE, "note"] == NOTE


def test_an_acceptance_can_be_taken_back_and_given_again(store: Store) -> None:
    accept(store, ONE, TWO)
    assert acceptances.take_back(store, LA, YEAR, [ONE], by="ben") == 1
    assert acceptances.of(store, LA, YEAR)["key"].tolist() == [TWO]
    assert acceptances.take_back(store, LA, YEAR, [ONE], by="ben") == 0
    assert accept(store, ONE) == 1


def test_each_act_is_audited_once_with_keys_and_without_the_note(store: Store) -> None:
    accept(store, ONE, TWO)
    accept(store, ONE)
    acceptances.take_back(store, LA, YEAR, [TWO], by="ben")
    acceptances.take_back(store, LA, YEAR, [TWO], by="ben")
    rows = audit.read(store, (LA,))[["username", "event", "detail"]].to_numpy().tolist()
    assert [(who, event, json.loads(detail)) for who, event, detail in rows] == [
        ("ben", "acceptances taken back", {"year": YEAR, "keys": [TWO]}),
        ("ann", "findings accepted", {"year": YEAR, "keys": [ONE, TWO]}),
    ]
    assert audit.verify(store).intact


def test_a_note_taken_back_leaves_no_trace_in_the_file(store: Store) -> None:
    accept(store, ONE)
    acceptances.take_back(store, LA, YEAR, [ONE], by="ann")
    folder = Path(str(store.file)).parent
    assert not any(b"Anna Ash" in file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize("note", ["", "  \n\t ", "x" * 1001])
def test_a_note_is_needed_and_has_an_end(store: Store, note: str) -> None:
    with pytest.raises(StoreError, match="note"):
        accept(store, ONE, note=note)
    assert acceptances.of(store, LA, YEAR).empty


@pytest.mark.parametrize("key", ["", "xyz", ONE + "0", "00000000000000A1", "Anna Ash"])
def test_only_keys_are_kept(store: Store, key: str) -> None:
    with pytest.raises(StoreError, match="no findings of this return"):
        accept(store, key)
    with pytest.raises(StoreError, match="no findings of this return"):
        acceptances.take_back(store, LA, YEAR, [key], by="ann")


def test_any_number_at_once_is_one_act_whose_keys_are_all_named(store: Store) -> None:
    keys = [f"{n:016x}" for n in range(2 * acceptances.NAMED_AT_ONCE + 1)]
    with pytest.raises(StoreError, match="No finding"):
        accept(store)
    assert accept(store, *keys[1:]) == len(keys) - 1
    assert accept(store, *keys[:5]) == 1
    assert acceptances.take_back(store, LA, YEAR, keys, by="ann") == len(keys)
    rows = audit.read(store, (LA,), event="acceptances taken back")
    named = [json.loads(detail)["keys"] for detail in rows["detail"]]
    assert sorted(key for some in named for key in some) == keys
    assert [len(some) for some in reversed(named)] == [2000, 2000, 1]
    assert audit.verify(store).intact


def test_an_act_that_fails_half_way_accepts_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, rows = audit.append, iter([True, False])

    def full(*given: object, **named: object) -> int:
        if next(rows):
            return real(*given, **named)  # type: ignore[arg-type]
        raise StoreError("The disk is full.")

    monkeypatch.setattr("cla.store.acceptances.audit.append", full)
    with pytest.raises(StoreError, match="full"):
        accept(store, *(f"{n:016x}" for n in range(acceptances.NAMED_AT_ONCE + 1)))
    assert acceptances.of(store, LA, YEAR).empty
    assert audit.read(store, (LA,)).empty and audit.verify(store).intact


def returned(store: Store, child: str) -> str:
    """A return of the year with one child, made current."""
    kept = imports.add(
        store, LA, "ssda903", YEAR, by="ann", source="csv", row_counts={"Header": 1}, findings={},
        files=imports.described([("header.csv", child.encode())]),
        frames={"Header": pd.DataFrame({"CHILD": [child]}, dtype="str")},
    )  # fmt: skip
    imports.make_current(store, kept, LA, by="ann")
    return kept


def test_notes_go_with_the_last_return_of_their_year(store: Store) -> None:
    first, second = returned(store, "1"), returned(store, "2")
    accept(store, ONE)
    accept(store, TWO, la=OTHER)
    imports.delete(store, second, LA, by="ann")
    assert len(acceptances.of(store, LA, YEAR)) == 1
    imports.delete(store, first, LA, by="ann")
    assert acceptances.of(store, LA, YEAR).empty
    assert len(acceptances.of(store, OTHER, YEAR)) == 1
