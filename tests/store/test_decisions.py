"""What people decided: appended, the last stands, taken back, gone with the data it is about."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from cla.store import Store, StoreError, audit, decisions, imports, open_store
from cla.store.backup import backup, restore
from cla.store.engine import Store as Engine

LA, OTHER = "X06000991", "X06000992"
YEAR = 2026
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
NOTE = "The school knows Anna Ash under both numbers."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'data' / 'cla.db'}")
    yield opened
    opened.close()


def value(child: str = "10433", year: int = YEAR, **more: object) -> dict[str, object]:
    return {"child": child, "stage": "ks2", "year": year, "confirmed": True, **more}


def decide(
    store: Store,
    *subjects: str,
    kind: str = "match",
    la: str = LA,
    by: str = "ann",
    now: datetime = NOW,
    **more: object,
) -> int:
    values = {subject: value(**more) for subject in subjects}
    return decisions.record(store, la, kind, values, note=NOTE, by=by, name=by.title(), now=now)


def standing(store: Store, kind: str = "match", la: str = LA) -> list[str]:
    frame = decisions.current(store, la).get(kind)
    return [] if frame is None else frame["subject"].tolist()


def test_a_decision_says_what_who_when_and_why(store: Store) -> None:
    assert decide(store, "pair-1", note_of="x") == 1
    found = decisions.current(store, LA)
    assert list(found) == ["match"]
    assert found["match"].to_dict("records") == [
        {
            "subject": "pair-1", "child": "10433", "stage": "ks2", "year": YEAR, "confirmed": True,
            "note_of": "x", "note": NOTE, "by": "ann", "name": "Ann", "moment": NOW,
        }
    ]  # fmt: skip


def test_kinds_and_authorities_are_apart(store: Store) -> None:
    decide(store, "same")
    decide(store, "same", kind="membership")
    decide(store, "same", la=OTHER)
    assert decisions.take_back(store, LA, "match", ["same"], by="ben") == 1
    assert standing(store) == []
    assert standing(store, "membership") == standing(store, la=OTHER) == ["same"]


def test_the_last_decision_stands_and_both_stay_in_the_history(store: Store) -> None:
    decide(store, "pair-1")
    decide(store, "pair-2", by="cat")
    decide(store, "pair-1", by="ben", confirmed=False)
    frame = decisions.current(store, LA)["match"]
    assert frame.set_index("subject")["by"].to_dict() == {"pair-2": "cat", "pair-1": "ben"}
    told = decisions.history(store, LA, "match")
    assert told[["id", "subject", "by", "stands"]].to_numpy().tolist() == [
        [3, "pair-1", "ben", True],
        [2, "pair-2", "cat", True],
        [1, "pair-1", "ann", False],
    ]


def test_two_people_at_once_are_both_in_the_history(store: Store) -> None:
    def decides(name: str) -> None:
        own = Engine(store.url)
        decide(own, "pair-1", by=name)
        own.close()

    people = [threading.Thread(target=decides, args=(f"p{n}",)) for n in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    told = decisions.history(store, LA, "match")
    assert sorted(told["by"]) == ["p0", "p1", "p2", "p3"]
    assert told["id"].tolist() == [4, 3, 2, 1]
    (last,) = decisions.current(store, LA)["match"]["by"]
    assert last == told["by"].iloc[0]


def test_taking_back_leaves_the_subject_undecided_and_the_history_whole(store: Store) -> None:
    decide(store, "pair-1")
    decide(store, "pair-1", by="ben")
    decide(store, "pair-2")
    later = NOW + timedelta(hours=1)
    assert decisions.take_back(store, LA, "match", ["pair-1", "none"], by="cat", now=later) == 1
    assert standing(store) == ["pair-2"]
    told = decisions.history(store, LA, "match").set_index("id")
    assert told.loc[[1, 2], "taken_back"].tolist() == [later, later]
    assert told.loc[[1, 2], "taken_back_by"].tolist() == ["cat", "cat"]
    assert told["stands"].to_dict() == {1: False, 2: False, 3: True}
    assert decisions.take_back(store, LA, "match", ["pair-1"], by="cat") == 0
    assert decide(store, "pair-1") == 1
    assert standing(store) == ["pair-2", "pair-1"]


def test_every_act_moves_the_version_in_its_transaction(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [imports.version(store, LA)]
    decide(store, "pair-1")
    seen.append(imports.version(store, LA))
    decisions.take_back(store, LA, "match", ["pair-1"], by="ann")
    seen.append(imports.version(store, LA))
    decisions.take_back(store, LA, "match", ["pair-1"], by="ann")
    assert imports.version(store, LA) == seen[-1]
    assert seen == sorted(set(seen))

    def breaks(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(audit, "append", breaks)
    with pytest.raises(KeyboardInterrupt):
        decide(store, "pair-2")
    assert imports.version(store, LA) == seen[-1]
    assert standing(store) == []


def test_the_audit_has_numbers_and_nothing_of_a_child(store: Store) -> None:
    decide(store, "child 10433", "pair-2")
    decisions.take_back(store, LA, "match", ["child 10433"], by="ben")
    rows = audit.read(store, (LA,))[["username", "event", "detail"]].to_numpy().tolist()
    assert [(who, event, json.loads(detail)) for who, event, detail in rows] == [
        ("ben", "decisions taken back", {"kind": "match", "decisions": [1]}),
        ("ann", "decisions recorded", {"kind": "match", "decisions": [1, 2]}),
    ]
    assert audit.verify(store).intact


def test_what_cannot_be_a_decision_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="Nothing was chosen"):
        decide(store)
    with pytest.raises(StoreError, match="at most 2,000"):
        decide(store, *(str(n) for n in range(2001)))
    with pytest.raises(StoreError, match="too long"):
        decisions.record(store, LA, "match", {"a": {}}, note="x" * 1001, by="ann", name="Ann")
    with pytest.raises(ValueError, match="no kind"):
        decide(store, "a", kind="guess")
    with pytest.raises(ValueError, match="subject"):
        decide(store, "x" * 201)
    with pytest.raises(ValueError, match="may not have the keys"):
        decisions.record(store, LA, "match", {"a": {"by": "x"}}, by="ann", name="Ann")
    assert standing(store) == []


def test_many_subjects_at_once(store: Store) -> None:
    subjects = [f"pair-{n}" for n in range(decisions.MOST_AT_ONCE)]
    assert decide(store, *subjects) == len(subjects)
    assert decisions.take_back(store, LA, "match", subjects[1:], by="ann") == len(subjects) - 1
    assert standing(store) == ["pair-0"]


def put(store: Store, kind: str, year: int, text: str = "1") -> str:
    kept = imports.add(
        store, LA, kind, year, by="ann", source="csv", row_counts={kind: 1}, findings={},
        files=imports.described([("file.csv", text.encode())]),
        frames={kind: pd.DataFrame({"CHILD": [text]}, dtype="str")},
    )  # fmt: skip
    imports.make_current(store, kept, LA, by="ann")
    return kept


def test_nothing_is_decided_about_data_that_was_deleted_meanwhile(store: Store) -> None:
    put(store, "ssda903", YEAR)
    results = put(store, "ks2", YEAR)
    values = {"pair-1": value()}
    who = {"by": "ann", "name": "Ann", "only_about_imports": True}
    assert decisions.record(store, LA, "match", values, **who) == 1
    imports.delete(store, results, LA, by="ben")
    before = imports.version(store, LA)
    with pytest.raises(StoreError, match="deleted meanwhile"):
        decisions.record(store, LA, "match", values, **who)
    assert decisions.history(store, LA, "match").empty
    assert imports.version(store, LA) == before
    assert decisions.record(store, LA, "membership", {"in-or-out": value()}, **who) == 1


def test_decisions_go_with_the_last_import_they_are_about(store: Store) -> None:
    old, results = put(store, "ks2", YEAR), put(store, "ks2", YEAR, "2")
    ret = put(store, "ssda903", YEAR)
    decide(store, "pair-ks2")
    decide(store, "in-or-out", kind="membership")
    decide(store, "columns", kind="mapping")
    imports.delete(store, results, LA, by="ann")
    assert standing(store) == ["pair-ks2"], "an earlier import of the results is still there"
    before = imports.version(store, LA)
    imports.delete(store, old, LA, by="ann")
    assert standing(store) == []
    assert imports.version(store, LA) > before
    assert standing(store, "membership") == ["in-or-out"]
    imports.delete(store, ret, LA, by="ann")
    assert standing(store, "membership") == []
    assert standing(store, "mapping") == ["columns"]


def test_matches_go_with_the_return_of_their_year(store: Store) -> None:
    put(store, "ks2", YEAR)
    ret, other = put(store, "ssda903", YEAR), put(store, "ssda903", YEAR - 1)
    decide(store, "pair-ks2")
    imports.delete(store, other, LA, by="ann")
    assert standing(store) == ["pair-ks2"]
    imports.delete(store, ret, LA, by="ann")
    assert standing(store) == []


def test_what_was_decided_leaves_no_trace_in_the_file_after_a_delete(store: Store) -> None:
    kept = put(store, "ssda903", YEAR)
    decide(store, "pair-1", kind="membership", surname="Ash-Borrower")
    decisions.take_back(store, LA, "membership", ["pair-1"], by="ann")
    imports.delete(store, kept, LA, by="ann")
    folder = Path(str(store.file)).parent
    for secret in (b"Ash-Borrower", NOTE.encode(), b"10433"):
        assert not any(secret in file.read_bytes() for file in folder.iterdir())


def test_decisions_are_in_a_backup(store: Store, tmp_path: Path) -> None:
    decide(store, "pair-1")
    backup(store, tmp_path / "b.db")
    decisions.take_back(store, LA, "match", ["pair-1"], by="ann")
    seen = imports.version(store, LA)
    restore(str(store.url), tmp_path / "b.db", replace=True)
    assert standing(store) == ["pair-1"]
    assert imports.version(store, LA) > seen
