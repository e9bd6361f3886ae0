"""People, sign-ins, tries, audit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cla.store import Store, StoreError, attempts, audit, open_store, sessions, tables, users

HASH = "$2b$12$" + "a" * 53
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def later(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    yield opened
    opened.close()


@pytest.fixture
def ann(store: Store) -> users.User:
    return users.add(
        store, "Ann", name="Ann Example", role="vsh", password_hash=HASH, cla=True, by="me",
        authorities=["X06000992", "X06000991"], email="ann@example.org", now=NOON,
    )  # fmt: skip


def test_a_user_is_found_whatever_the_letter_case(store: Store, ann: users.User) -> None:
    assert users.find(store, " ANN ") == ann
    assert ann.authorities == ("X06000991", "X06000992")
    assert users.find(store, "bob") is None


def test_a_username_is_given_once(store: Store, ann: users.User) -> None:
    with pytest.raises(StoreError, match="already a user called ann"):
        users.add(
            store, "ANN", name="", role="vsh", password_hash=HASH, cla=False, by="me",
            authorities=(),
        )  # fmt: skip
    assert users.find(store, "ann") == ann


@pytest.mark.parametrize("username", ["", "two words", "-dash", "a" * 65, "a\nb", "ann;--"])
def test_an_unusable_username_is_refused(store: Store, username: str) -> None:
    with pytest.raises(StoreError, match="A username has"):
        users.add(
            store, username, name="", role="vsh", password_hash=HASH, cla=False, by="me",
            authorities=(),
        )  # fmt: skip


@pytest.mark.parametrize("secret", ["correct horse", "", "$2b$04$" + "a" * 53, HASH + "x"])
def test_only_a_strong_hash_is_kept_as_password(store: Store, ann: users.User, secret: str) -> None:
    with pytest.raises(StoreError, match="bcrypt hash") as caught:
        users.set_password_hash(store, "ann", secret, by="me")
    assert not secret or secret not in str(caught.value)


def test_an_unknown_role_is_refused(store: Store, ann: users.User) -> None:
    with pytest.raises(StoreError, match="no role 'god'"):
        users.permit(store, "ann", role="god", by="me")


def test_a_disabled_user_has_no_password_and_comes_back(store: Store, ann: users.User) -> None:
    assert users.disable(store, "ann", by="me").active is False
    assert users.password_hash(store, "ann") is None
    assert users.credentials(store, include_demo=True) == {}
    users.enable(store, "ann", by="me")
    assert users.password_hash(store, "ann") == HASH


def test_demo_people_can_be_left_out(store: Store, ann: users.User) -> None:
    users.add(
        store, "demo.vsh", name="", role="vsh", password_hash=HASH, cla=True, by="me",
        authorities=(), demo=True,
    )  # fmt: skip
    assert [user.username for user in users.everyone(store, include_demo=False)] == ["ann"]
    assert set(users.credentials(store, include_demo=False)) == {"ann"}
    assert len(users.everyone(store)) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda store: users.disable(store, "ann", by="me", now=later(5)),
        lambda store: users.set_password_hash(store, "ann", HASH, by="me", now=later(5)),
        lambda store: users.permit(store, "ann", cla=False, by="me", now=later(5)),
        lambda store: users.permit(store, "ann", authorities=[], by="me", now=later(5)),
    ],
    ids=["disable", "password", "permission", "authorities"],
)
def test_a_change_ends_the_sign_ins_made_before(store: Store, ann: users.User, change) -> None:
    sessions.create(store, "t", "ann", expires=later(60), now=later(1))
    assert sessions.find(store, "t", now=later(2)) is not None
    change(store)
    assert sessions.find(store, "t", now=later(6)) is None
    users.enable(store, "ann", by="me", now=later(7))
    assert sessions.find(store, "t", now=later(8)) is None
    sessions.create(store, "new", "ann", expires=later(60), now=later(8))
    assert sessions.find(store, "new", now=later(9)) is not None


def test_a_change_of_nobody_is_refused_and_not_audited(store: Store) -> None:
    with pytest.raises(StoreError, match="no user called bob"):
        users.disable(store, "bob", by="me")
    assert audit.head(store)[0] == 0


def test_a_sign_in_ends_at_its_time_or_when_revoked(store: Store, ann: users.User) -> None:
    sessions.create(store, "t", "ann", expires=later(20), now=NOON)
    sessions.touch(store, "t", expires=later(40), now=later(15))
    found = sessions.find(store, "t", now=later(39))
    assert found is not None and found.last_seen == later(15)
    assert sessions.find(store, "t", now=later(40)) is None
    assert sessions.revoke(store, "t", now=later(16))
    assert sessions.find(store, "t", now=later(17)) is None
    assert not sessions.revoke(store, "t")
    assert not sessions.revoke(store, "unknown")


def test_a_revoked_sign_in_cannot_be_touched_alive(store: Store, ann: users.User) -> None:
    sessions.create(store, "t", "ann", expires=later(20), now=NOON)
    sessions.revoke(store, "t", now=later(1))
    sessions.touch(store, "t", expires=later(90), now=later(2))
    assert sessions.find(store, "t", now=later(3)) is None


def test_all_sign_ins_of_a_person_end_at_once(store: Store, ann: users.User) -> None:
    for token in ("a", "b"):
        sessions.create(store, token, "ann", expires=later(20), now=NOON)
    assert sessions.revoke_all(store, "ANN", now=later(1)) == 2
    assert sessions.find(store, "a", now=later(2)) is None


def test_failures_are_counted_inside_the_window_since_the_last_success(store: Store) -> None:
    window = timedelta(minutes=15)
    for minute in (0, 20, 21):
        attempts.record(store, "Ann", "10.0.0.1", succeeded=False, now=later(minute))
    assert attempts.by_username(store, "ann", within=window, now=later(22)).count == 2
    attempts.record(store, "ann", "10.0.0.1", succeeded=True, now=later(23))
    assert attempts.by_username(store, "ann", within=window, now=later(24)).count == 0
    attempts.record(store, "ann", "10.0.0.1", succeeded=False, now=later(25))
    assert attempts.by_username(store, "ann", within=window, now=later(26)) == attempts.Failures(
        1, later(25)
    )


def test_an_address_guessing_at_many_names_is_counted_despite_a_success(store: Store) -> None:
    for name in ("ann", "bob", "cy"):
        attempts.record(store, name, "10.0.0.1", succeeded=False, now=NOON)
    attempts.record(store, "dee", "10.0.0.1", succeeded=True, now=later(1))
    found = attempts.by_source(store, "10.0.0.1", within=timedelta(minutes=5), now=later(2))
    assert found.count == 3


def test_names_that_were_tried_are_not_kept_in_plain_text(store: Store) -> None:
    attempts.record(store, "my-password-by-mistake", "10.0.0.1", succeeded=False)
    with store.reading() as connection:
        row = connection.execute(sa.select(tables.attempts)).one()
    assert "my-password-by-mistake" not in str(tuple(row))


def test_tries_are_forgotten_after_a_day(store: Store) -> None:
    attempts.record(store, "ann", "x", succeeded=False, now=NOON)
    attempts.record(store, "ann", "x", succeeded=False, now=NOON + timedelta(hours=25))
    with store.reading() as connection:
        assert len(connection.execute(sa.select(tables.attempts)).all()) == 1


def test_the_audit_trail_lists_the_newest_first_by_authority(store: Store) -> None:
    audit.append(store, "X06000991", "ann", "import deleted", {"import": "1"}, NOON)
    audit.append(store, "X06000992", "bob", "export", None, NOON)
    assert audit.read(store)["username"].tolist() == ["bob", "ann"]
    assert audit.read(store, las=("X06000991",))["event"].tolist() == ["import deleted"]
    assert audit.read(store, las=()).empty


@pytest.mark.parametrize("act", [tables.audit.update().values(username="x"), tables.audit.delete()])
def test_audit_rows_cannot_be_changed_or_removed(store: Store, act: sa.Executable) -> None:
    audit.append(store, None, "ann", "sign-in")
    with pytest.raises(sa.exc.IntegrityError, match="never changed"), store.writing() as connection:
        connection.execute(act)
    assert audit.verify(store).intact


@pytest.mark.parametrize(
    ("tampering", "row", "reason"),
    [
        ("UPDATE audit SET username = 'eve' WHERE seq = 2", 2, "changed"),
        ("DELETE FROM audit WHERE seq = 2", 3, "removed"),
        ("DELETE FROM audit WHERE seq = 3", 3, "from the end"),
    ],
)
def test_tampering_behind_the_triggers_is_found(
    store: Store, tampering: str, row: int, reason: str
) -> None:
    for name in ("ann", "bob", "cy"):
        audit.append(store, None, name, "sign-in")
    with store.writing() as connection:
        connection.execute(sa.text("DROP TRIGGER audit_no_update"))
        connection.execute(sa.text("DROP TRIGGER audit_no_delete"))
        connection.execute(sa.text(tampering))
    verdict = audit.verify(store)
    assert (verdict.intact, verdict.broken_at) == (False, row)
    assert reason in verdict.reason


def test_an_act_and_its_audit_row_are_one(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing():
        audit.append(store, None, "ann", "viewed")
        raise RuntimeError
    assert audit.head(store) == (0, audit.EMPTY)
