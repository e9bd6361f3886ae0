"""Backups that can be trusted, and the way back."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from cla.store import Store, StoreError, audit, imports, open_store, sessions, users
from cla.store.backup import backup, manifest_path, restore

LA = "X06000991"
HASH = "$2b$12$" + "a" * 53


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'data' / 'cla.db'}")
    users.add(
        opened, "ann", name="Ann", role="vsh", password_hash=HASH, cla=True, by="me",
        authorities=(LA,),
    )  # fmt: skip
    sessions.create(opened, "t", "ann", expires=datetime.now(UTC) + timedelta(hours=1))
    put(opened, "1")
    yield opened
    opened.close()


def put(store: Store, child: str) -> str:
    import_id = imports.add(
        store, LA, "ssda903", 2026, by="ann", key=child, row_counts={"Header": 1}, findings={},
        files=imports.described([("header.csv", child.encode())]),
        frames={"Header": pd.DataFrame({"CHILD": [child]}, dtype="str")},
    )  # fmt: skip
    imports.make_current(store, import_id, LA, "ann")
    return import_id


def current_child(store: Store) -> str:
    row = imports.current(store, LA, "ssda903", 2026)
    assert row is not None
    return str(imports.frame(store, row.id, LA, "Header")["CHILD"].iloc[0])


def test_a_backup_is_whole_private_and_described(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    manifest = backup(store, file)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT username FROM users").fetchone() == ("ann",)
    assert json.loads(manifest_path(file).read_text())["sha256"] == manifest.sha256
    assert manifest.audit_rows == audit.head(store)[0]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (file, manifest_path(file))} == {0o600}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.db", "b.db.json", "data"]


def test_a_backup_never_overwrites(store: Store, tmp_path: Path) -> None:
    (tmp_path / "b.db").write_text("precious")
    with pytest.raises(StoreError, match="exists already"):
        backup(store, tmp_path / "b.db")
    assert (tmp_path / "b.db").read_text() == "precious"


def test_a_backup_into_no_folder_is_refused_in_a_sentence(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="could not be written"):
        backup(store, tmp_path / "nowhere" / "b.db")


def test_a_backup_that_fails_leaves_no_half_file(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLA_FAULT", "backup:full")
    with pytest.raises(StoreError, match="could not be written"):
        backup(store, tmp_path / "b.db")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_restoring_brings_back_everything_but_sign_ins(store: Store, tmp_path: Path) -> None:
    file, target = tmp_path / "b.db", f"sqlite:///{tmp_path / 'new' / 'cla.db'}"
    backup(store, file)
    assert restore(target, file) is None
    restored = open_store(target)
    assert current_child(restored) == "1"
    assert users.find(restored, "ann") == users.find(store, "ann")
    assert sessions.find(restored, "t") is None
    assert audit.verify(restored).intact
    assert audit.read(restored)["event"].iloc[0] == "backup restored"
    assert stat.S_IMODE(Path(str(restored.file)).stat().st_mode) == 0o600
    restored.close()


def test_a_live_database_is_replaced_only_when_told_and_kept_aside(
    store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "b.db"
    backup(store, file)
    put(store, "2")
    seen = imports.version(store, LA)
    with pytest.raises(StoreError, match="--replace"):
        restore(str(store.url), file)
    assert current_child(store) == "2"

    kept = restore(str(store.url), file, replace=True)

    assert current_child(store) == "1"  # the store stayed open, as a running server's would
    assert imports.version(store, LA) > seen
    assert kept is not None and stat.S_IMODE(kept.stat().st_mode) == 0o600
    aside = open_store(f"sqlite:///{kept}")
    assert current_child(aside) == "2"
    aside.close()
    left = {path.name.split("-")[0] for path in kept.parent.iterdir()}
    assert left == {"cla", "cla.db"}


def test_versions_seen_before_a_restore_never_return(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "b.db")
    with store.writing() as connection:
        from cla.store.versions import bump

        far = bump(connection, LA, above=10**15)
    restore(str(store.url), tmp_path / "b.db", replace=True)
    assert imports.version(store, LA) > far


@pytest.mark.parametrize("harm", ["changed", "no manifest", "foreign manifest", "missing"])
def test_a_doubtful_backup_is_refused_and_nothing_changes(
    store: Store, tmp_path: Path, harm: str
) -> None:
    file = tmp_path / "b.db"
    backup(store, file)
    if harm == "changed":
        content = bytearray(file.read_bytes())
        content[5000] ^= 1
        file.write_bytes(content)
    elif harm == "no manifest":
        manifest_path(file).unlink()
    elif harm == "foreign manifest":
        manifest_path(file).write_text('["not", "ours"]')
    else:
        file.unlink()
    put(store, "2")
    with pytest.raises(StoreError):
        restore(str(store.url), file, replace=True)
    assert current_child(store) == "2"


def test_a_backup_of_a_newer_program_is_refused(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    backup(store, file)
    manifest = json.loads(manifest_path(file).read_text())
    manifest_path(file).write_text(json.dumps({**manifest, "schema": "9999"}))
    with pytest.raises(StoreError, match="newer version"):
        restore(f"sqlite:///{tmp_path / 'new.db'}", file)
    assert not (tmp_path / "new.db").exists()


def test_a_damaged_database_is_moved_aside(store: Store, tmp_path: Path) -> None:
    file, url = tmp_path / "b.db", str(store.url)
    backup(store, file)
    live = Path(str(store.file))
    store.close()
    live.write_bytes(b"no database" * 1000)
    kept = restore(url, file, replace=True)
    assert kept is not None and kept.read_bytes().startswith(b"no database")
    again = open_store(url)
    assert current_child(again) == "1"
    again.close()


def test_a_restore_that_is_stopped_leaves_the_live_database(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "b.db"
    backup(store, file)
    put(store, "2")
    monkeypatch.setenv("CLA_FAULT", "restore:full")
    with pytest.raises(StoreError, match="could not be restored"):
        restore(str(store.url), file, replace=True)
    assert current_child(store) == "2"


def test_postgresql_is_left_to_its_own_tools(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="pg_restore"):
        restore("postgresql+psycopg://localhost/cla", tmp_path / "b.db")
