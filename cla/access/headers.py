"""Security headers of every response, computed from the front end that is installed."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def script_hashes(html: bytes) -> list[str]:
    """Return the CSP source of each inline script of a page, for example ``'sha256-...'``."""
    digests = [hashlib.sha256(script).digest() for script in _SCRIPT.findall(html)]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def pages_with_inline_scripts() -> list[Path]:
    """The installed pages whose inline scripts must run: Streamlit's, the cookie component's.

    Found without importing the packages: a component imported outside a run of the script is
    never served.
    """
    return [
        _package("streamlit") / "static" / "index.html",
        _package("extra_streamlit_components") / "CookieManager/frontend/build/index.html",
    ]


@lru_cache(maxsize=1)
def content_security_policy() -> str:
    """The policy: everything from this server only, no inline script but those installed.

    ``frame-ancestors 'self'`` rather than 'none' because the sign-in form's cookie component is a
    frame of our own. Styles are set inline by Streamlit's front end.
    """
    hashes = [
        digest
        for page in pages_with_inline_scripts()
        for digest in script_hashes(page.read_bytes())
    ]
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' ws: wss:",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "frame-ancestors 'self'",
            "base-uri 'self'",
            "form-action 'self'",
            "manifest-src 'self'",
        ]
    )


def security_headers() -> list[tuple[bytes, bytes]]:
    """Header lines to add to every response, names in lower case."""
    return [
        (b"content-security-policy", content_security_policy().encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"SAMEORIGIN"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ]


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name)
    return Path(spec.origin).parent
