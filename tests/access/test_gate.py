"""The gate as an ASGI application: pages, files and the exchange of tickets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cla.access import gate, identity
from cla.store import Store, users
from tests.access.asked import RERUN, a_session, a_ticket, ask, connect, cookie


@pytest.mark.parametrize(
    ("path", "reach"),
    [
        ("/", "page"),
        ("/pupil", "page"),
        ("/static/js/index.js", "asset"),
        ("/static/media/font.woff2", "asset"),
        ("/component/cookies/index.html", "asset"),
        ("/_stcore/health", "asset"),
        ("/_stcore/host-config", "asset"),
        ("/_stcore/stream", "stream"),
        ("/_stcore/upload_file/session/file", "upload"),
        ("/_stcore/bidi-components/x/y.js", "private"),
        ("/media/0123.csv", "private"),
        ("/_stcore/metrics", "nothing"),
        ("/_stcore/script-health-check", "nothing"),
        ("/_stcore/agent/openapi.json", "nothing"),
        ("/_stcore/agent/mcp", "nothing"),
        ("/_stcore", "nothing"),
        ("/_stcore/health/more", "nothing"),
        ("/pupil/_stcore/health", "nothing"),
        ("/x/_stcore/upload_file/a/b", "nothing"),
        ("/app/static/x", "nothing"),
        ("/auth/login", "nothing"),
        ("/oauth2callback", "nothing"),
    ],
)
def test_where_a_path_leads(path: str, reach: str) -> None:
    assert gate.reach_of(path) == reach


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/_stcore/upload_file/a/b", "/media/x.csv"])
def test_uploads_and_media_are_refused_to_visitors(store: Store, path: str, method: str) -> None:
    answer, inside = ask(path, method=method)
    assert answer.status == 401 and not inside.scopes
    answer, inside = ask(path, cookie("made up"), method=method)
    assert answer.status == 401 and not inside.scopes


def test_uploads_are_for_those_who_may_import(store: Store, asha: users.User) -> None:
    path = "/_stcore/upload_file/a/b"
    answer, inside = ask(path, cookie(a_session(store)), method="PUT")
    assert answer.status == 200 and inside.scopes
    users.permit(store, "asha", role="vsh", by="test")
    answer, inside = ask(path, cookie(a_session(store)), method="PUT")
    assert answer.status == 403 and not inside.scopes


def test_media_are_served_to_a_person_and_kept_nowhere(store: Store, asha: users.User) -> None:
    answer, inside = ask("/media/x.csv", cookie(a_session(store)))
    assert answer.status == 200 and inside.scopes
    assert [v for k, v in answer.lines if k == "cache-control"] == ["no-store"]


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/mcp", "/auth/login"])
def test_what_is_not_used_is_not_there_even_for_a_person(
    store: Store, asha: users.User, path: str
) -> None:
    answer, inside = ask(path, cookie(a_session(store)))
    assert answer.status == 404 and not inside.scopes


def test_another_host_name_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "is_host_allowed", lambda host: host == "localhost:8501")
    evil = {"headers": [(b"host", b"evil.example")]}
    assert ask("/")[0].status == 200
    assert ask("/", changed=evil)[0].status == 400
    sent, inside = connect([RERUN], changed=evil)
    assert sent == [{"type": "websocket.close", "code": 1008}] and not inside.scopes


def test_every_answer_carries_the_security_headers(store: Store) -> None:
    for path in ("/", "/static/x.js", "/media/x", "/_stcore/metrics"):
        answer, _ = ask(path)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_pages_are_read_only(store: Store) -> None:
    answer, inside = ask("/pupil", method="POST")
    assert answer.status == 405 and not inside.scopes


def test_a_ticket_becomes_a_session_that_scripts_cannot_read(
    store: Store, asha: users.User
) -> None:
    ticket = a_ticket(store)
    answer, inside = ask("/pupil", [("cookie", f"cla_ticket={ticket}"), ("if-none-match", "x")])
    gone, opened = answer.cookies
    assert gone.startswith('cla_ticket=""') and "Max-Age=0" in gone
    assert "HttpOnly" in opened and "SameSite=Strict" in opened and "Path=/" in opened
    assert "Secure" not in opened
    assert answer.headers["cache-control"] == "no-store"
    assert "if-none-match" not in inside.headers and "cookie" not in inside.headers
    token = opened.split("=", 1)[1].split(";")[0]
    assert ask("/media/x.csv", cookie(token))[0].status == 200
    again, _ = ask("/pupil", [("cookie", f"cla_ticket={ticket}")])
    assert len(again.cookies) == 1  # the ticket is used up: dropped, and nothing for it


@pytest.mark.parametrize("scheme", ["https", "x-forwarded-proto"])
def test_over_https_the_cookie_is_bound_to_this_host(
    store: Store, asha: users.User, scheme: str
) -> None:
    headers = [("cookie", f"cla_ticket={a_ticket(store)}")]
    changes = {"scheme": "https"} if scheme == "https" else {}
    if not changes:
        headers.append(("x-forwarded-proto", "https"))
    answer, _ = ask("/", headers, changed=changes)
    opened = answer.cookies[1]
    assert opened.startswith("__Host-cla_session=") and "Secure" in opened
    # a cookie without the prefix, which another host of the domain could set, counts for nothing
    token = opened.split("=", 1)[1].split(";")[0]
    plain = [*cookie(token), ("x-forwarded-proto", "https")]
    assert ask("/media/x", plain)[0].status == 401
    # a proxy that does not say "https" on the websocket does no harm
    assert ask("/media/x", [("cookie", f"__Host-cla_session={token}")])[0].status == 200


@pytest.mark.parametrize("path", ["/static/x.js", "/_stcore/health", "/media/x"])
def test_a_ticket_is_exchanged_on_a_page_only(store: Store, asha: users.User, path: str) -> None:
    answer, _ = ask(path, [("cookie", f"cla_ticket={a_ticket(store)}")])
    assert answer.cookies == []


def test_a_signed_ticket_that_nobody_was_given_opens_nothing(
    store: Store, asha: users.User
) -> None:
    forged = a_ticket(store, offered=False)  # as whoever stole the signing key could make
    answer, _ = ask("/", [("cookie", f"cla_ticket={forged}")])
    assert len(answer.cookies) == 1 and "Max-Age=0" in answer.cookies[0]


def test_signing_in_again_ends_the_session_before(store: Store, asha: users.User) -> None:
    before, ticket = a_session(store), a_ticket(store)
    ask("/", [("cookie", f"cla_session={before}; cla_ticket={ticket}")])
    assert ask("/media/x", cookie(before))[0].status == 401


def test_a_session_that_is_over_is_dropped_with_the_next_page(
    store: Store, asha: users.User
) -> None:
    token = a_session(store)
    assert ask("/", cookie(token))[0].cookies == []
    identity.end(store, identity.name_of(token), "asha", datetime.now(UTC))
    (gone,) = ask("/", cookie(token))[0].cookies
    assert gone.startswith('cla_session=""') and "Max-Age=0" in gone
