"""Password hashing: bcrypt at cost 12, with limits that bcrypt and the sign-in form impose."""

from __future__ import annotations

import re
from functools import lru_cache
from threading import BoundedSemaphore

import bcrypt

COST = 12
SHORTEST = 12  # characters
LONGEST = 72  # bytes; bcrypt reads no further

# A check costs a quarter of a second of processor time: more than two at once would starve the
# people who are already signed in.
_checks = BoundedSemaphore(2)

# Only hashes made at this cost or above are accepted, so a plain-text or cheap hash in the store
# can never be signed in with.
_ACCEPTED = re.compile(r"\$2[aby]\$(1[2-9])\$[./A-Za-z0-9]{53}")


class UnusablePassword(ValueError):  # noqa: N818 - a verdict on a password, not a fault
    """The password cannot be used; the text says why."""


def hash_password(password: str) -> str:
    """Return the bcrypt hash of a new password.

    Raises UnusablePassword for fewer than 12 characters, more than 72 bytes, NUL characters, or
    spaces at either end (the sign-in form removes those, so such a password never matches).
    """
    if len(password) < SHORTEST:
        raise UnusablePassword(f"The password needs at least {SHORTEST} characters.")
    if len(password.encode()) > LONGEST:
        raise UnusablePassword(f"The password is too long: at most {LONGEST} bytes can be used.")
    if password != password.strip():
        raise UnusablePassword("The password may not begin or end with a space.")
    if "\x00" in password:
        raise UnusablePassword("The password may not contain a NUL character.")
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(COST)).decode()


def check_password(password: str, hashed: str | None) -> bool:
    """True if the password matches. Takes as long for ``None`` (unknown person) as for a hash."""
    usable = hashed is not None and _ACCEPTED.fullmatch(hashed) is not None
    against = hashed if usable and hashed is not None else _nobody()
    # Cut rather than refused, so that an over-long password takes as long as any other.
    typed = password.encode()
    with _checks:
        matches = bcrypt.checkpw(typed[:LONGEST].replace(b"\x00", b" "), against.encode())
    return matches and usable and len(typed) <= LONGEST and b"\x00" not in typed


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password matches in practice, made once a process."""
    return bcrypt.hashpw(bcrypt.gensalt(4), bcrypt.gensalt(COST)).decode()
