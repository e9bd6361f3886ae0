from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cla.access import throttle
from cla.store import Store, attempts

NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
NONE = timedelta(0)


def fail(store: Store, times: int, username: str = "asha", source: str = "10.0.0.1") -> None:
    for _ in range(times):
        attempts.record(store, username, source, succeeded=False, now=NOW)


def test_a_few_mistakes_cost_nothing(store: Store) -> None:
    fail(store, throttle.FREE_BY_NAME - 1)
    assert throttle.wait(store, "asha", "10.0.0.1", NOW) == NONE


def test_the_wait_doubles_up_to_a_minute_and_passes(store: Store) -> None:
    waits = []
    fail(store, throttle.FREE_BY_NAME)
    for _ in range(8):
        waits.append(throttle.wait(store, "asha", "10.0.0.1", NOW).total_seconds())
        fail(store, 1)
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    assert throttle.wait(store, "asha", "10.0.0.1", NOW + timedelta(seconds=60)) == NONE
    assert throttle.wait(store, "asha", "10.0.0.1", NOW + timedelta(minutes=16)) == NONE


def test_guesses_from_many_addresses_at_one_name_are_slowed(store: Store) -> None:
    for number in range(10):
        fail(store, 1, source=f"10.0.0.{number}")
    assert throttle.wait(store, "asha", "10.0.9.9", NOW) > NONE
    assert throttle.wait(store, "somebody", "10.0.9.9", NOW) == NONE


def test_guesses_from_one_address_at_many_names_are_slowed(store: Store) -> None:
    for number in range(throttle.FREE_BY_SOURCE):
        fail(store, 1, username=f"person{number}")
    assert throttle.wait(store, "asha", "10.0.0.1", NOW) > NONE
    assert throttle.wait(store, "asha", "10.0.0.2", NOW) == NONE


def test_a_success_clears_the_name(store: Store) -> None:
    fail(store, 10)
    attempts.record(store, "asha", "10.0.0.1", succeeded=True, now=NOW + timedelta(seconds=90))
    assert throttle.wait(store, "asha", "10.0.0.1", NOW + timedelta(seconds=91)) == NONE
