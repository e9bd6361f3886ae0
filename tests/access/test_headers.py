from __future__ import annotations

import base64
import hashlib

from cla.access import headers


def test_inline_scripts_are_found_and_hashed() -> None:
    html = b"<script>let a = 1</script><script src='x.js'></script><script>\nb()\n</script>"
    digest = base64.b64encode(hashlib.sha256(b"let a = 1").digest()).decode()
    found = headers.script_hashes(html)
    assert found[0] == f"'sha256-{digest}'" and len(found) == 2


def test_the_policy_allows_the_installed_inline_scripts_and_no_others() -> None:
    policy = dict(part.split(" ", 1) for part in headers.content_security_policy().split("; "))
    for page in headers.pages_with_inline_scripts():
        hashes = headers.script_hashes(page.read_bytes())
        assert hashes and all(one in policy["script-src"] for one in hashes)
    assert "unsafe" not in policy["script-src"] and "http" not in policy["script-src"]
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert policy["img-src"] == "'self' data: blob:"


def test_every_response_is_told_not_to_guess_types_nor_to_tell_where_it_came_from() -> None:
    lines = dict(headers.security_headers())
    assert lines[b"x-content-type-options"] == b"nosniff"
    assert lines[b"referrer-policy"] == b"no-referrer"
    assert lines[b"x-frame-options"] == b"SAMEORIGIN"
