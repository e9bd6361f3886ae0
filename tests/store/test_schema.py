"""The database: made by migrations, private, never opened by an older program."""

from __future__ import annotations

import io
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from cla.store import Store, StoreBusy, StoreError, audit, open_store, schema, tables, users
from cla.store import engine as engines

HASH = "$2b$12$" + "a" * 53


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'data' / 'cla.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()


def test_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_migrations_make_exactly_the_constraints_of_the_code(store: Store) -> None:
    """Check constraints and partial indexes too, which the comparison above passes over."""
    plain = sa.create_engine("sqlite://")
    tables.metadata.create_all(plain)
    query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type != 'trigger'"
    with plain.connect() as made, store.reading() as migrated:
        wanted = dict(made.exec_driver_sql(query).all())
        found = dict(migrated.exec_driver_sql(query).all())
    found.pop("alembic_version")

    def parts(sql: str) -> list[str]:
        return sorted(" ".join(line.split()).rstrip(",") for line in sql.splitlines())

    assert {name: parts(sql) for name, sql in found.items()} == {
        name: parts(sql) for name, sql in wanted.items()
    }


def test_head_is_the_last_migration() -> None:
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_current_head() == schema.HEAD


def test_tables_can_be_written_for_postgresql() -> None:
    dialect = postgresql.dialect()
    for table in tables.metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
    (index,) = [i for i in tables.imports.indexes if i.name == "one_current_import"]
    made = str(CreateIndex(index).compile(dialect=dialect))
    assert made.endswith("WHERE state = 'current'")


def test_the_migrations_can_be_written_for_postgresql() -> None:
    written = io.StringIO()
    options = {"as_sql": True, "output_buffer": written}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with Operations.context(context):
        for script in reversed(list(ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions())):
            script.module.upgrade()
    sql = written.getvalue()
    assert "BEFORE UPDATE OR DELETE OR TRUNCATE ON audit" in sql
    assert "RAISE(ABORT" not in sql
    assert sql.count("CREATE TABLE") == len(tables.metadata.tables)


def test_what_belongs_to_an_authority_is_keyed_by_it_first() -> None:
    of_authorities = "imports frames jobs job_files versions user_authorities acceptances decisions"
    for name in of_authorities.split():
        assert next(iter(tables.metadata.tables[name].primary_key)).name == "la"


def test_opening_twice_changes_nothing(url: str, store: Store) -> None:
    again = open_store(url)
    assert schema.current_revision(again) == schema.HEAD
    assert list(Path(str(store.file)).parent.glob("*before*")) == []
    again.close()


def test_a_newer_database_is_refused_and_left_alone(url: str, store: Store) -> None:
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version of this program"):
        open_store(url)
    assert schema.current_revision(store) == "9999"


def test_a_copy_is_kept_before_an_older_database_is_migrated(
    url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    users.add(
        store, "ann", name="Ann", role="vsh", password_hash=HASH, authorities=(), cla=True, by="me"
    )
    head = schema.HEAD
    monkeypatch.setattr(schema, "HEAD", "9998")
    monkeypatch.setattr(schema, "_upgrade", _to_the_next)
    schema.migrate(store)

    (copy,) = Path(str(store.file)).parent.glob(f"cla-before-9998-from-{head}-*.db")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT username FROM users").fetchall() == [("ann",)]
    assert schema.current_revision(store) == "9998"


def _to_the_next(connection: sa.Connection) -> None:
    connection.execute(sa.text("UPDATE alembic_version SET version_num = '9998'"))


def test_a_database_of_the_first_schema_is_upgraded_with_all_that_it_holds(url: str) -> None:
    file = make_database_of_the_first_schema(url)
    opened = open_store(url)
    assert schema.current_revision(opened) == schema.HEAD
    with opened.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    person = users.find(opened, "ann")
    assert person is not None and person.name == "Ann"
    assert audit.verify(opened).intact
    opened.close()
    (copy,) = file.parent.glob(f"cla-before-{schema.HEAD}-from-0001-*.db")
    with closing(sqlite3.connect(copy)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert ("users",) in names and ("acceptances",) not in names


def make_database_of_the_first_schema(url: str) -> Path:
    """A database as the program's first version made it, with one person in it."""
    first = engines.Store(url)
    with first.writing() as connection:
        config = Config()
        config.set_main_option("script_location", str(schema.MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    users.add(
        first, "ann", name="Ann", role="vsh", password_hash=HASH, authorities=(), cla=True, by="me"
    )
    assert schema.current_revision(first) == "0001"
    first.close()
    return Path(str(first.file))


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(connection: sa.Connection) -> None:
        connection.execute(sa.text("DROP TABLE attempts"))
        raise KeyboardInterrupt

    head = schema.HEAD
    monkeypatch.setattr(schema, "HEAD", "9998")
    monkeypatch.setattr(schema, "_upgrade", breaks)
    with pytest.raises(KeyboardInterrupt):
        schema.migrate(store)
    assert schema.current_revision(store) == head
    with store.reading() as connection:
        assert sa.inspect(connection).has_table("attempts")


def test_database_log_and_folder_are_for_their_owner_alone(store: Store) -> None:
    folder = Path(str(store.file)).parent
    with store.writing() as connection:
        connection.execute(tables.versions.insert().values(la="X", version=1))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"cla.db": 0o600, "cla.db-wal": 0o600, "cla.db-shm": 0o600}


def test_a_database_others_could_read_is_made_private(url: str, store: Store) -> None:
    Path(str(store.file)).chmod(0o644)
    open_store(url).close()
    assert stat.S_IMODE(Path(str(store.file)).stat().st_mode) == 0o600


def test_every_connection_is_durable_and_scrubs(store: Store) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "secure_delete": 1,
        "journal_size_limit": 64 * 1024 * 1024,
    }
    with store.reading() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
    assert found == wanted


def test_a_file_that_is_no_database_is_named_and_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "cla.db"
    file.write_bytes(b"these are letters, not a database" * 100)
    before = file.read_bytes()
    with pytest.raises(StoreError, match="damaged, or is no database"):
        open_store(f"sqlite:///{file}")
    assert file.read_bytes() == before


@pytest.mark.parametrize("address", ["", "not an address", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_is_none_is_refused_in_a_sentence(address: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///"):
        open_store(address)


def test_a_relative_address_means_the_same_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    opened = engines.Store("sqlite:///here.db")
    assert opened.address == f"sqlite:///{tmp_path / 'here.db'}"
    opened.close()


def test_a_transaction_is_undone_by_whatever_is_raised(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), store.writing() as connection:
        connection.execute(tables.versions.insert().values(la="X", version=1))
        raise KeyboardInterrupt
    with store.reading() as connection:
        assert connection.execute(sa.select(tables.versions)).all() == []


def test_a_transaction_inside_another_fails_with_it(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing():
        users.add(
            store, "ann", name="Ann", role="vsh", password_hash=HASH, authorities=(), cla=True,
            by="me",
        )  # fmt: skip
        raise ZeroDivisionError
    assert users.find(store, "ann") is None


def test_a_reader_sees_one_moment_while_another_writes(store: Store) -> None:
    query = sa.select(sa.func.count()).select_from(tables.versions)
    with store.reading() as connection:
        assert connection.execute(query).scalar_one() == 0
        other = engines.Store(store.url)
        with other.writing() as writer:
            writer.execute(tables.versions.insert().values(la="X", version=1))
        other.close()
        assert connection.execute(query).scalar_one() == 0


def test_a_store_held_by_another_says_that_it_is_busy(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "PRAGMAS", ("PRAGMA busy_timeout = 50",))
    other = engines.Store(store.url)
    with store.writing(), pytest.raises(StoreBusy, match="busy"), other.writing():
        pass
    other.close()


def test_moments_come_back_in_utc_and_need_a_time_zone(store: Store) -> None:
    moment = datetime(2026, 3, 31, 12, 30, tzinfo=UTC)
    kept = tables.Moment()
    text = kept.process_bind_param(moment, sa.create_engine("sqlite://").dialect)
    assert text == "2026-03-31T12:30:00.000000+00:00"
    with pytest.raises(ValueError, match="time zone"):
        kept.process_bind_param(datetime(2026, 3, 31), sa.create_engine("sqlite://").dialect)


def test_engine_errors_do_not_repeat_values(store: Store) -> None:
    with pytest.raises(Exception) as caught, store.writing() as connection:
        for _ in range(2):
            connection.execute(tables.versions.insert().values(la="SECRET", version=1))
    assert "SECRET" not in str(caught.value)
