"""Slowing down guesses at passwords: a wait that grows, never a lock that stays.

A person is never shut out for good by somebody else's guesses, and unknown names are treated like
known ones, so the wait tells nothing about who has an account.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cla.store import Store, attempts

WINDOW = timedelta(minutes=15)

# failures that cost nothing, and the longest wait; for one name, and for one address
# (a whole council may stand behind one address)
FREE_BY_NAME, LONGEST_BY_NAME = 4, timedelta(seconds=60)
FREE_BY_SOURCE, LONGEST_BY_SOURCE = 30, timedelta(seconds=30)


def wait(store: Store, username: str, source: str, now: datetime) -> timedelta:
    """How long this name, from this address, must wait before the next try; zero if not at all."""
    name = attempts.by_username(store, username, within=WINDOW, now=now)
    address = attempts.by_source(store, source, within=WINDOW, now=now)
    return max(
        _remaining(name, FREE_BY_NAME, LONGEST_BY_NAME, now),
        _remaining(address, FREE_BY_SOURCE, LONGEST_BY_SOURCE, now),
    )


def _remaining(
    failures: attempts.Failures, free: int, longest: timedelta, now: datetime
) -> timedelta:
    if failures.last is None or failures.count < free:
        return timedelta(0)
    doublings = min(failures.count - free, 10)
    pause = min(timedelta(seconds=2 ** (doublings + 1)), longest)
    return max(failures.last + pause - now, timedelta(0))
