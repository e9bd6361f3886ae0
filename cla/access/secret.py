"""The installation's secret, and the keys derived from it."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from pathlib import Path

from cla.settings import settings

SHORTEST = 32  # bytes
_KNOWN = ("some_key", "some_signature_key", "changeme", "change-me", "secret", "password")


class WeakSecretError(Exception):
    """CLA_SECRET, or the secret file, would let sign-ins be forged."""


def secret() -> bytes:
    """Return CLA_SECRET, or the secret kept in the data directory (made on first use, mode 0600).

    Raises WeakSecretError for fewer than 32 bytes, fewer than 12 different characters, or a
    well-known value.
    """
    given = os.environ.get("CLA_SECRET")
    if given is not None:
        return _checked(given.strip(), "CLA_SECRET")
    path = settings().secret_file
    return _checked(_read(path) if path.exists() else _make(path), str(path))


def key_for(purpose: str) -> str:
    """A key of 256 bits for one purpose, in hexadecimal. Different purposes never share a key."""
    return hmac.new(secret(), purpose.encode(), hashlib.sha256).hexdigest()


def _checked(value: str, where: str) -> bytes:
    repeated = any(value.lower().replace(known, "") == "" for known in _KNOWN)
    if len(value.encode()) < SHORTEST or len(set(value)) < 12 or repeated:
        raise WeakSecretError(
            f"{where} must be at least {SHORTEST} random bytes; "
            'make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return value.encode()


def _make(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    value = secrets.token_urlsafe(48)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:  # another process was quicker
        return _read(path)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(value)
    return value


def _read(path: Path) -> str:
    """Read the secret; wait a moment if the process that makes it has not written it yet."""
    for _ in range(20):
        value = path.read_text(encoding="ascii").strip()
        if value:
            return value
        time.sleep(0.05)
    return ""
