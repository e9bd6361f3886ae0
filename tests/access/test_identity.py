"""Sessions: opened once for a ticket, ended by time, by sign-out and by changes to the person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from cla.access import demo_accounts, identity
from cla.store import Store, audit, users
from tests.access.conftest import DEMOSHIRE

MINUTE = timedelta(minutes=1)


def now() -> datetime:
    return datetime.now(UTC)


def signed_in(store: Store, username: str = "asha", ticket: str = "ticket") -> str:
    """A session of this person, by the way of a ticket: its name in the store."""
    identity.offer_ticket(store, ticket, username, now() + 2 * MINUTE, now())
    token = identity.exchange(store, ticket, username, now())
    assert token is not None and len(token) >= 43  # 256 bits
    return identity.name_of(token)


def test_a_ticket_opens_a_session_and_says_so_in_the_audit(store: Store, asha: users.User) -> None:
    session = signed_in(store)
    found = identity.find(store, session, now())
    assert found is not None and found.person.username == "asha"
    assert audit.read(store).iloc[0][["username", "event"]].tolist() == ["asha", "signed in"]


def test_a_ticket_is_exchanged_once_however_many_ask(store: Store, asha: users.User) -> None:
    identity.offer_ticket(store, "ticket", "asha", now() + 2 * MINUTE, now())
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(identity.exchange, store, "ticket", "asha", now()) for _ in range(8)]
        tokens = [answer.result() for answer in asked]
    assert sum(token is not None for token in tokens) == 1


def test_a_ticket_is_no_session_and_a_session_no_ticket(store: Store, asha: users.User) -> None:
    identity.offer_ticket(store, "ticket", "asha", now() + 2 * MINUTE, now())
    assert identity.find(store, identity.name_of("ticket"), now()) is None
    token = identity.exchange(store, "ticket", "asha", now())
    assert token is not None
    assert identity.exchange(store, token, "asha", now()) is None


def test_a_ticket_this_server_did_not_issue_opens_nothing(store: Store, asha: users.User) -> None:
    assert identity.exchange(store, "genuine but never offered", "asha", now()) is None


def test_a_ticket_serves_its_own_person_only(store: Store, asha: users.User) -> None:
    identity.offer_ticket(store, "ticket", "asha", now() + 2 * MINUTE, now())
    assert identity.exchange(store, "ticket", "somebody", now()) is None


def test_signing_out_ends_the_session_at_once(store: Store, asha: users.User) -> None:
    session, other = signed_in(store), signed_in(store, ticket="second browser")
    identity.end(store, session, "asha", now())
    assert identity.find(store, session, now()) is None
    assert identity.find(store, other, now()) is not None


def test_idle_for_twenty_minutes_ends_it(store: Store, asha: users.User) -> None:
    session = signed_in(store)
    assert identity.find(store, session, now() + 19 * MINUTE) is not None
    assert identity.find(store, session, now() + 21 * MINUTE) is None


def test_work_keeps_it_open_but_not_beyond_eight_hours(store: Store, asha: users.User) -> None:
    session, start = signed_in(store), now()
    for minutes in range(15, 8 * 60, 15):
        moment = start + minutes * MINUTE
        found = identity.find(store, session, moment)
        assert found is not None
        identity.seen(store, found, moment)
    assert identity.find(store, session, start + 8 * 60 * MINUTE + MINUTE) is None


def test_being_seen_is_written_once_a_minute(store: Store, asha: users.User) -> None:
    session, start = signed_in(store), now()

    def seen_at(moment: datetime) -> datetime:
        before = identity.find(store, session, start)
        assert before is not None
        identity.seen(store, before, moment)
        after = identity.find(store, session, start)
        assert after is not None
        return after.last_seen

    assert seen_at(start + timedelta(seconds=30)) < start
    assert seen_at(start + timedelta(seconds=90)) == start + timedelta(seconds=90)


@pytest.mark.parametrize("change", ["disable", "permit", "password"])
def test_a_change_to_the_person_ends_every_session(
    store: Store, asha: users.User, change: str
) -> None:
    sessions = [signed_in(store), signed_in(store, ticket="second browser")]
    identity.offer_ticket(store, "waiting", "asha", now() + 2 * MINUTE, now())
    if change == "disable":
        users.disable(store, "asha", by="test")
    elif change == "permit":
        users.permit(store, "asha", role="viewer", by="test")
    else:
        users.set_password_hash(store, "asha", "$2b$12$" + "a" * 53, by="test")
    assert [identity.find(store, session, now()) for session in sessions] == [None, None]
    assert identity.exchange(store, "waiting", "asha", now()) is None


def test_a_demo_account_does_not_stay_signed_in_outside_demo_mode(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLA_DEMO", "1")
    demo_accounts.add(store, [DEMOSHIRE])
    session = signed_in(store, "demo.vsh")
    assert identity.find(store, session, now()) is not None
    monkeypatch.delenv("CLA_DEMO")
    assert identity.find(store, session, now()) is None


def test_the_gate_names_the_session_and_nobody_else_can(store: Store, asha: users.User) -> None:
    found = identity.find(store, signed_in(store), now())
    assert found is not None
    told = identity.headers_for(found)
    name, sealed = told["x-cla-user"], told["x-cla-sess"]
    assert identity.session_in({"name": name, "sess": sealed}) == found.session
    assert identity.session_in({"name": "boss", "sess": sealed}) is None
    assert identity.session_in({"name": name, "sess": found.session}) is None
    assert identity.session_in({"name": name, "sess": sealed[:-1] + "é"}) is None
    assert identity.session_in({"name": None, "sess": None}) is None
    assert identity.session_in({}) is None


def test_demo_accounts_are_added_once_and_given_new_authorities(store: Store) -> None:
    assert len(demo_accounts.add(store, [DEMOSHIRE])) == 4
    demo_accounts.add(store, [DEMOSHIRE, "X06000992"])
    people = users.everyone(store)
    assert {p.role for p in people} == {"vsh", "analyst", "viewer", "administrator"}
    assert all(p.demo and p.authorities == (DEMOSHIRE, "X06000992") for p in people)
    assert [p.username for p in people if not p.cla] == ["demo.admin"]


def test_a_person_who_has_a_demo_name_is_left_alone(store: Store) -> None:
    real = users.add(
        store, "demo.vsh", name="Real", role="viewer", cla=False, authorities=(),
        password_hash="$2b$12$" + "a" * 53, by="test",
    )  # fmt: skip
    assert "demo.vsh" not in demo_accounts.add(store, [DEMOSHIRE])
    assert users.find(store, "demo.vsh") == real
