"""The app of a demo person over AppTest, without the sign-in form."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest

from cla.access import current_store, identity
from cla.settings import ROOT
from cla.store import sessions


def app_of(username: str) -> AppTest:
    """The app with a session of this demo person, run once."""
    store, now = current_store(), datetime.now(UTC)
    name = identity.name_of(secrets.token_urlsafe(32))
    sessions.create(store, name, username, expires=now + identity.LONGEST, now=now)
    person = identity.find(store, name, now)
    if person is None:
        raise LookupError(f"There is no account {username}; load the demo authorities first.")
    told = identity.headers_for(person)
    app = AppTest.from_file(str(ROOT / "pages" / "router.py"), default_timeout=60)
    app.user = {"name": told[identity.USER_HEADER], "sess": told[identity.SESSION_HEADER]}
    return app.run()
