"""Imports against a plain dict model: add, make current, roll back, delete, for two authorities."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from pandas.testing import assert_frame_equal

from cla.store import Store, StoreError, audit, imports, open_store, tables
from cla.store.frames import pack, unpack
from cla.store.imports import AlreadyImportedError

LAS = ("X06000991", "X06000992")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    yield opened
    opened.close()


def put(store: Store, content: bytes = b"1", la: str = LAS[0], year: int = 2026) -> str:
    return imports.add(
        store,
        la,
        "ssda903",
        year,
        by="ann",
        files=imports.described([("header.csv", content)]),
        frames={"Header": pd.DataFrame({"CHILD": [content.hex()]}, dtype="str")},
        row_counts={"Header": 1},
        findings={"error": 2},
    )


class Imports(RuleBasedStateMachine):
    """The store and a dict agree after any sequence of acts."""

    ids = Bundle("ids")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(f"sqlite:///{self.folder.name}/cla.db")
        self.model: dict[tuple[str, str], tuple[int, bytes]] = {}
        self.current: dict[tuple[str, int], str] = {}
        self.versions = dict.fromkeys(LAS, 0)

    @rule(
        target=ids,
        la=st.sampled_from(LAS),
        year=st.sampled_from([2025, 2026]),
        content=st.sampled_from([b"1", b"2", b"3"]),
    )
    def add(self, la: str, year: int, content: bytes) -> tuple[str, str]:
        same = [
            key for key, value in self.model.items() if key[0] == la and value == (year, content)
        ]
        if same:
            with pytest.raises(AlreadyImportedError) as caught:
                put(self.store, content, la, year)
            assert caught.value.row.id == same[0][1]
            return same[0]
        key = (la, put(self.store, content, la, year))
        self.model[key] = (year, content)
        return key

    @rule(key=ids)
    def make_current(self, key: tuple[str, str]) -> None:
        la, import_id = key
        if key not in self.model:
            with pytest.raises(StoreError):
                imports.make_current(self.store, import_id, la, "ann")
            return
        place = (la, self.model[key][0])
        changed = imports.make_current(self.store, import_id, la, "ann")
        assert changed == (self.current.get(place) != import_id)
        self.current[place] = import_id
        self._moved(la, changed)

    @rule(key=ids)
    def delete(self, key: tuple[str, str]) -> None:
        la, import_id = key
        if key not in self.model:
            with pytest.raises(StoreError):
                imports.delete(self.store, import_id, la, "ann")
            return
        year, _ = self.model.pop(key)
        was_current = self.current.get((la, year)) == import_id
        removed = imports.delete(self.store, import_id, la, "ann")
        assert (removed.year, removed.was_current) == (year, was_current)
        if was_current:
            del self.current[(la, year)]
        self._moved(la, was_current)

    @rule(key=ids)
    def act_of_another_authority(self, key: tuple[str, str]) -> None:
        other = LAS[1 - LAS.index(key[0])]
        assert imports.find(self.store, key[1], other) is None
        for act in (imports.make_current, imports.delete):
            with pytest.raises(StoreError, match="no such import"):
                act(self.store, key[1], other, "eve")
        with pytest.raises(KeyError):
            imports.frame(self.store, key[1], other, "Header")

    def _moved(self, la: str, changed: bool) -> None:
        version = imports.version(self.store, la)
        assert (version > self.versions[la]) == changed
        self.versions[la] = version

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "store"):
            return
        for la in LAS:
            history = imports.history(self.store, la)
            assert set(history["id"]) == {key[1] for key in self.model if key[0] == la}
            current = {(row.la, row.year): row.id for row in imports.currents(self.store, la)}
            assert current == {k: v for k, v in self.current.items() if k[0] == la}
            assert imports.version(self.store, la) == self.versions[la]
        for (la, import_id), (_, content) in self.model.items():
            frame = imports.frame(self.store, import_id, la, "Header")
            assert frame["CHILD"].tolist() == [content.hex()]
        with self.store.reading() as connection:
            kept = connection.execute(sa.select(sa.func.count()).select_from(tables.frames))
            assert kept.scalar_one() == len(self.model)

    def teardown(self) -> None:
        assert audit.verify(self.store).intact
        self.store.close()
        self.folder.cleanup()


TestImports = Imports.TestCase
TestImports.settings = settings(max_examples=8, stateful_step_count=12, deadline=None)


def test_the_earlier_import_stays_and_can_be_made_current_again(store: Store) -> None:
    first, second = put(store, b"1"), put(store, b"2")
    imports.make_current(store, first, LAS[0], "ann")
    imports.make_current(store, second, LAS[0], "bob")
    states = imports.history(store, LAS[0]).set_index("id")["state"].to_dict()
    assert states == {first: "superseded", second: "current"}
    imports.make_current(store, first, LAS[0], "ann")
    row = imports.current(store, LAS[0], "ssda903", 2026)
    assert row is not None and (row.id, row.current_by) == (first, "ann")


def test_the_database_itself_allows_one_current_import(store: Store) -> None:
    first, second = put(store, b"1"), put(store, b"2")
    imports.make_current(store, first, LAS[0], "ann")
    with pytest.raises(sa.exc.IntegrityError), store.writing() as connection:
        connection.execute(
            tables.imports.update().where(tables.imports.c.id == second).values(state="current")
        )


def test_many_at_once_leave_one_current_and_a_whole_audit_trail(store: Store) -> None:
    ids = [put(store, str(number).encode()) for number in range(8)]

    def make(import_id: str) -> None:
        own = open_store(store.address)
        imports.make_current(own, import_id, LAS[0], "ann")
        own.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(make, ids))
    states = imports.history(store, LAS[0])["state"].value_counts().to_dict()
    assert states == {"superseded": 7, "current": 1}
    assert audit.verify(store) == audit.Verdict(True, 16, None, "every row fits the one before")


@pytest.mark.parametrize("kind", ["ees_ks4_la", "cells_E06000014", "providers", "ks2"])
def test_kinds_by_name_and_by_family_are_kept(store: Store, kind: str) -> None:
    made = _of_kind(store, kind)
    imports.make_current(store, made, LAS[0], "ann")
    assert [row.kind for row in imports.currents(store, LAS[0])] == [kind]


@pytest.mark.parametrize(
    "kind", ["", "ees_", "cells_", "ees", "xees_ks4", "ees_a thing", "ees_ks4\n", "ees_" + "k" * 13]
)
def test_other_kinds_are_refused(store: Store, kind: str) -> None:
    with pytest.raises(StoreError, match="no kind of import"):
        _of_kind(store, kind)
    assert imports.history(store, LAS[0]).empty


def _of_kind(store: Store, kind: str) -> str:
    return imports.add(
        store,
        LAS[0],
        kind,
        2025,
        by="ann",
        files=imports.described([("a.csv", b"1")]),
        frames={},
        row_counts={},
        findings={},
    )


def test_history_tells_files_rows_and_findings(store: Store) -> None:
    put(store)
    (row,) = imports.history(store, LAS[0]).to_dict("records")
    assert row["files"] == ("header.csv",)
    assert (row["rows"], row["findings"], row["created_by"]) == (1, {"error": 2}, "ann")
    assert imports.history(store, LAS[1]).empty


def test_the_same_contents_are_the_same_files_whatever_their_names_and_order() -> None:
    one = imports.described([("a.csv", b"1"), ("b.csv", b"2")])
    two = imports.described([("B (1).csv", b"2"), ("A.csv", b"1")])
    other = imports.described([("a.csv", b"12")])
    assert imports.key_of(one) == imports.key_of(two) != imports.key_of(other)


def test_deleted_children_are_nowhere_on_the_disk(store: Store) -> None:
    marker = "DELETE-ME-" * 20
    import_id = imports.add(
        store, LAS[0], "ssda903", 2026, by="ann", files=(), row_counts={}, findings={}, key="k",
        frames={"Header": pd.DataFrame({marker: ["x"]}, dtype="str")},
    )  # fmt: skip
    folder = Path(str(store.file)).parent

    def on_disk() -> bool:
        return any(marker.encode() in path.read_bytes() for path in folder.iterdir())

    assert on_disk()
    imports.delete(store, import_id, LAS[0], "ann")
    assert not on_disk()


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"CHILD": ["01", None, "03"]}, index=[3, 7, 9], dtype="str"),
        pd.DataFrame({"LS": pd.Categorical(["C2", None], categories=["C1", "C2", "E1"])}),
        pd.DataFrame({"band": pd.Categorical(["b"], categories=["b", "a"], ordered=True)}),
        pd.DataFrame({"exp": pd.array([True, None], "boolean"), "n": pd.array([1, None], "Int64")}),
        pd.DataFrame({"day": pd.to_datetime(["2026-03-31", None]), "p8": [0.25, None]}),
        pd.DataFrame({"rule": pd.Series(dtype="str")}),
        pd.DataFrame({"CHILD": ["a"]}, index=["row one"], dtype="str"),
    ],
    ids=["labels", "categories", "ordered", "nullable", "dates", "empty", "named rows"],
)
def test_frames_come_back_as_they_were(frame: pd.DataFrame) -> None:
    assert_frame_equal(unpack(pack(frame)), frame)


def test_attrs_that_cannot_be_kept_are_no_obstacle() -> None:
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["not_run"] = pd.DataFrame({"rule": ["101"]})
    frame.attrs["codes"] = MappingProxyType({"1": "no copy can be made of this"})
    assert_frame_equal(unpack(pack(frame)), pd.DataFrame({"a": [1]}))
    assert "not_run" in frame.attrs
