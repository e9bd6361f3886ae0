"""Sessions of signed-in people, and how the gate tells the page's script whose request it is.

The browser holds a random token in a cookie that scripts cannot read; the store holds its SHA-256.
The gate names the person and the session to Streamlit in two headers, which
``server.trustedUserHeaders`` maps into ``st.user``. The session's name carries a seal made with a
key that lives only in this process, so a header that did not pass the gate names nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cla.settings import settings
from cla.store import Store, StoreBusy, audit, open_store, sessions, users

IDLE = timedelta(minutes=20)
LONGEST = timedelta(hours=8)
# last_seen is written at most this often: a page view must not cost a disk write
SEEN_EVERY = timedelta(minutes=1)

USER_HEADER, SESSION_HEADER = "x-cla-user", "x-cla-sess"

_SEAL_KEY = secrets.token_bytes(32)


@dataclass(frozen=True)
class SignedIn:
    """An open session and the person it belongs to, as the store knows them now."""

    session: str
    person: users.User
    last_seen: datetime


def current_store() -> Store:
    """The store of this installation; one for each database address and process."""
    return _opened(settings().database_url)


def close_stores() -> None:
    """Forget the stores opened so far; tests that change the database address call this."""
    _opened.cache_clear()


@lru_cache(maxsize=4)
def _opened(url: str) -> Store:
    return open_store(url)


def name_of(token: str) -> str:
    """The name of the session that a cookie's token opens: its SHA-256, in hexadecimal."""
    return hashlib.sha256(b"session:" + token.encode()).hexdigest()


def ticket_name(cookie: str) -> str:
    """The name under which a ticket waits for its exchange; never that of a session."""
    return hashlib.sha256(b"ticket:" + cookie.encode()).hexdigest()


def offer_ticket(
    store: Store, cookie: str, username: str, expires: datetime, now: datetime
) -> None:
    """Remember a ticket that this server issued, so that it can be exchanged once."""
    sessions.create(store, ticket_name(cookie), username, expires=expires, now=now)


def exchange(store: Store, cookie: str, username: str, now: datetime) -> str | None:
    """Use up a ticket and open a session: the token for the browser.

    None when the ticket was not issued here, was used before, or its person may no longer sign in.
    """
    name = ticket_name(cookie)
    waiting = sessions.find(store, name, now=now)
    if waiting is None or waiting.username != username or not _welcome(store, username):
        return None
    token = secrets.token_urlsafe(32)
    with store.writing():
        if not sessions.revoke(store, name, now=now):  # another request was quicker
            return None
        sessions.create(store, name_of(token), username, expires=now + LONGEST, now=now)
        audit.append(store, None, username, "signed in", now=now)
    return token


def find(store: Store, session: str, now: datetime) -> SignedIn | None:
    """The person of an open session; None when it ended, idled out, or they may not sign in."""
    found = sessions.find(store, session, now=now)
    if found is None or now - found.last_seen > IDLE or now - found.created > LONGEST:
        return None
    person = _welcome(store, found.username)
    return SignedIn(session, person, found.last_seen) if person else None


def seen(store: Store, signed_in: SignedIn, now: datetime) -> None:
    """Note that the person did something just now, at most once a minute."""
    if now - signed_in.last_seen < SEEN_EVERY:
        return
    with suppress(StoreBusy):  # an import is being written: the next click will note it
        sessions.touch(store, signed_in.session, now=now)


def end(store: Store, session: str, username: str, now: datetime) -> None:
    """Sign out: the session counts no more, in any tab, from now on."""
    with store.writing():
        if sessions.revoke(store, session, now=now):
            audit.append(store, None, username, "signed out", now=now)


def headers_for(signed_in: SignedIn) -> dict[str, str]:
    """The headers by which the gate tells Streamlit whose request it is."""
    username = signed_in.person.username
    return {
        USER_HEADER: username,
        SESSION_HEADER: f"{signed_in.session}.{_seal(signed_in.session, username)}",
    }


def session_in(told: Mapping[str, object]) -> str | None:
    """The session named in ``st.user``, if this process's gate put it there."""
    username, sealed = told.get("name"), told.get("sess")
    if not isinstance(username, str) or not isinstance(sealed, str):
        return None
    session, _, seal = sealed.partition(".")
    genuine = hmac.compare_digest(seal.encode(), _seal(session, username).encode())
    return session if genuine else None


def _seal(session: str, username: str) -> str:
    return hmac.new(_SEAL_KEY, f"{session}\n{username}".encode(), hashlib.sha256).hexdigest()


def _welcome(store: Store, username: str) -> users.User | None:
    """The person if they may be signed in: active, and a demo account only in demo mode."""
    person = users.find(store, username)
    if person is None or not person.active or (person.demo and not settings().demo):
        return None
    return person
