"""The sign-in form's cookie, seen as what it is here: a ticket for one exchange.

The form (streamlit-authenticator) sets a signed cookie from JavaScript, so scripts can read it and
it cannot be revoked. We let it live for two minutes and accept it once, from the browser's next
request for a page, in exchange for a session that scripts cannot read and that we can revoke.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from cla.access.secret import key_for

COOKIE = "cla_ticket"
LIFETIME = timedelta(minutes=2)
_ALLOWED_CLOCK_STEP = timedelta(seconds=5)


@dataclass(frozen=True)
class Ticket:
    """A genuine ticket: who signed in, and when (timezone-aware)."""

    username: str
    issued: datetime


def signing_key() -> str:
    """The key the form signs its cookie with."""
    return key_for("sign-in ticket")


def read(cookie: str, now: datetime) -> Ticket | None:
    """Return the ticket in a cookie; None if it is forged, expired, malformed or too long-lived."""
    try:
        claims = jwt.decode(cookie, signing_key(), algorithms=["HS256"])
        username, expires = claims["username"], float(claims["exp_date"])
        issued = datetime.fromtimestamp(expires, UTC) - LIFETIME
    except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
    if not isinstance(username, str) or not username:
        return None
    if not issued - _ALLOWED_CLOCK_STEP <= now <= issued + LIFETIME:
        return None
    return Ticket(username, issued)
