"""What tests of pages share: a temporary store, and a person signed in to the app over AppTest."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cla.access import current_store, hash_password, identity
from cla.store import Store, sessions, users

ROUTER = Path(__file__).resolve().parents[2] / "pages" / "router.py"
DEMOSHIRE = "X06000991"
PASSWORD = "a password for tests"

SignedIn = Callable[..., AppTest]


@cache
def hashed(password: str) -> str:
    return hash_password(password)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store of this test's own; demo mode is off and nothing is cached."""
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path / "data"))
    for name in ("CLA_DATABASE_URL", "CLA_DEMO", "CLA_SECRET"):
        monkeypatch.delenv(name, raising=False)
    st.cache_data.clear()
    st.cache_resource.clear()
    opened = current_store()
    yield opened
    opened.close()
    identity.close_stores()
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def router() -> Path:
    """The script under test; a test that needs other pages beside it overrides this."""
    return ROUTER


@pytest.fixture
def app(store: Store, router: Path) -> AppTest:
    """The app as an anonymous visitor opens it; not run yet."""
    return AppTest.from_file(str(router), default_timeout=30)


@pytest.fixture
def signed_in(store: Store, router: Path) -> SignedIn:
    """``signed_in(role, cla=True, authorities=..., la=None, page=None)``: the app of a person.

    Each call adds a person and opens a session for them. Not run yet, unless ``page`` names the
    file of a page ("home.py"): then that page has run.
    """

    def opened(
        role: str,
        *,
        cla: bool = True,
        authorities: tuple[str, ...] = (DEMOSHIRE,),
        la: str | None = None,
        page: str | None = None,
        username: str = "",
    ) -> AppTest:
        username = username or f"{role}.{secrets.token_hex(4)}"
        now = datetime.now(UTC)
        users.add(
            store, username, name="Test Person", role=role, cla=cla, authorities=authorities,
            password_hash=hashed(PASSWORD), by="test", now=now,
        )  # fmt: skip
        name = identity.name_of(secrets.token_urlsafe(32))
        sessions.create(store, name, username, expires=now + identity.LONGEST, now=now)
        person = identity.find(store, name, now)
        assert person is not None
        told = identity.headers_for(person)
        at = AppTest.from_file(str(router), default_timeout=30)
        at.user = {"name": told[identity.USER_HEADER], "sess": told[identity.SESSION_HEADER]}
        if la is not None:
            at.query_params["la"] = la
        if page is not None:
            at.run()
            at.switch_page(page).run()
        return at

    return opened
