"""The gate as an ASGI application around a recorder that stands for Streamlit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from cla.access import gate, identity, tickets
from cla.store import Store, users

Pairs = Iterable[tuple[str, str]]


class Inside:
    """Stands for Streamlit: remembers what reached it, and answers 200 or accepts."""

    def __init__(self) -> None:
        self.scopes: list[dict[str, Any]] = []
        self.heard: list[dict[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        if scope["type"] == "http":
            headers = [(b"cache-control", b"public"), (b"content-type", b"text/html")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"inside"})
            return
        await send({"type": "websocket.accept"})
        while True:
            message = await receive()
            self.heard.append(message)
            if message["type"] == "websocket.disconnect":
                return

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.scopes[-1]["headers"]}


class Answer:
    def __init__(self, messages: list[dict[str, Any]]) -> None:
        start = messages[0]
        self.status: int = start["status"]
        self.lines = [(k.decode(), v.decode()) for k, v in start["headers"]]
        self.headers = dict(self.lines)
        self.cookies = [value for name, value in self.lines if name == "set-cookie"]


def scope_of(kind: str, path: str, headers: Pairs, method: str = "GET") -> dict[str, Any]:
    lines = [(b"host", b"localhost:8501"), *((k.encode(), v.encode()) for k, v in headers)]
    return {
        "type": kind, "method": method, "path": path, "query_string": b"", "headers": lines,
        "scheme": "http" if kind == "http" else "ws", "server": ("localhost", 8501),
    }  # fmt: skip


def ask(
    path: str, headers: Pairs = (), method: str = "GET", changed: dict[str, Any] | None = None
) -> tuple[Answer, Inside]:
    inside, sent = Inside(), []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {**scope_of("http", path, headers, method), **(changed or {})}
    asyncio.run(gate.Gate(inside)(scope, receive, send))
    return Answer(sent), inside


def connect(
    messages: Iterable[bytes],
    headers: Pairs = (),
    path: str = "/_stcore/stream",
    changed: dict[str, Any] | None = None,
) -> tuple[list[dict[str, Any]], Inside]:
    """A websocket that says ``messages`` and hangs up: what the browser got, what got inside."""
    inside, sent = Inside(), []
    said = [{"type": "websocket.receive", "bytes": one} for one in messages]
    said.append({"type": "websocket.disconnect", "code": 1000})

    async def receive() -> dict[str, Any]:
        return said.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {**scope_of("websocket", path, headers), **(changed or {})}
    asyncio.run(gate.Gate(inside)(scope, receive, send))
    return sent, inside


def a_session(store: Store, username: str = "asha") -> str:
    """An open session: the token that the browser holds."""
    now = datetime.now(UTC)
    identity.offer_ticket(store, f"ticket {now}", username, now + timedelta(minutes=2), now)
    token = identity.exchange(store, f"ticket {now}", username, now)
    assert token is not None
    return token


def cookie(token: str) -> list[tuple[str, str]]:
    return [("cookie", f"_streamlit_xsrf=x; cla_session={token}")]


def a_ticket(store: Store, username: str = "asha", offered: bool = True) -> str:
    now = datetime.now(UTC)
    expires = now + tickets.LIFETIME
    claims = {"username": username, "exp_date": expires.timestamp()}
    ticket = jwt.encode(claims, tickets.signing_key(), algorithm="HS256")
    if offered:
        identity.offer_ticket(store, ticket, username, expires, now)
    return ticket


def frame(**said: Any) -> bytes:
    return bytes(BackMsg(**said).SerializeToString())


RERUN = frame(rerun_script={"query_string": ""})
TIMER = frame(rerun_script={"is_auto_rerun": True, "fragment_id": "f"})


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


def test_the_socket_of_a_person_is_named_and_that_of_a_visitor_is_not(
    store: Store, asha: users.User
) -> None:
    spoofed = [("X-CLA-User", "asha"), ("x-cla-sess", "0" * 64)]
    _, inside = connect([], spoofed)
    assert {"x-cla-user", "x-cla-sess", "X-CLA-User"}.isdisjoint(inside.headers)
    _, inside = connect([], [*spoofed, *cookie(a_session(store))])
    named = {"name": inside.headers["x-cla-user"], "sess": inside.headers["x-cla-sess"]}
    assert named["name"] == "asha" and identity.session_in(named) is not None
    assert [name for name, _ in inside.scopes[-1]["headers"]].count(b"x-cla-user") == 1
    assert inside.headers["cookie"] == "_streamlit_xsrf=x"  # the token itself stays outside


def test_a_visitor_may_run_the_script_and_nothing_else(store: Store) -> None:
    refused = [
        frame(clear_cache=True),
        frame(set_run_on_save=True),
        frame(load_git_info=True),
        frame(file_urls_request={"request_id": "1", "file_names": ["a"]}),
        frame(backend_operation_request={"request_id": "1", "deferred_file": {}}),
        frame(debug_shutdown_runtime=True),
    ]
    _, inside = connect([*refused, RERUN])
    assert [m.get("bytes") for m in inside.heard] == [RERUN, None]


def test_a_person_may_upload_and_download_but_not_clear_everybodys_cache(
    store: Store, asha: users.User
) -> None:
    allowed = [
        RERUN,
        frame(file_urls_request={"request_id": "1", "file_names": ["a"]}),
        frame(backend_operation_request={"request_id": "1", "deferred_file": {"file_id": "f"}}),
    ]
    refused = [
        frame(clear_cache=True),
        frame(backend_operation_request={"request_id": "1", "install_skills": {}}),
    ]
    _, inside = connect([*allowed, *refused], cookie(a_session(store)))
    assert [m["bytes"] for m in inside.heard[:-1]] == allowed


def test_what_is_no_message_is_left_to_streamlit_to_refuse(store: Store) -> None:
    _, inside = connect([b"\xff\xfe garbage"])
    assert inside.heard[0]["bytes"] == b"\xff\xfe garbage"


def test_an_ended_session_runs_nothing_and_its_page_loads_again(
    store: Store, asha: users.User
) -> None:
    token = a_session(store)
    inside, sent = Inside(), []
    said = [RERUN, RERUN]

    async def receive() -> dict[str, Any]:
        if len(said) == 1:  # between the two: signed out in another tab
            identity.end(store, identity.name_of(token), "asha", datetime.now(UTC))
        return {"type": "websocket.receive", "bytes": said.pop(0)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = scope_of("websocket", "/_stcore/stream", cookie(token))
    asyncio.run(gate.Gate(inside)(scope, receive, send))
    assert [m["type"] for m in inside.heard] == ["websocket.receive", "websocket.disconnect"]
    *_, load, close = sent
    message = ForwardMsg()
    message.ParseFromString(load["bytes"])
    assert message.WhichOneof("type") == "auth_redirect" and message.auth_redirect.url == ""
    assert close == {"type": "websocket.close", "code": 1008}


def test_an_untouched_page_is_cleared_when_its_session_ends(
    store: Store, asha: users.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "CHECK_EVERY", 0.01)
    token, sent = a_session(store), []

    async def scenario() -> None:
        closed = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await asyncio.wait_for(closed.wait(), 10)
            return {"type": "websocket.disconnect", "code": 1008}

        async def send(message: Any) -> None:
            sent.append(message["type"])
            if message["type"] == "websocket.close":
                closed.set()

        scope = scope_of("websocket", "/_stcore/stream", cookie(token))
        task = asyncio.create_task(gate.Gate(Inside())(scope, receive, send))
        await asyncio.sleep(0.1)
        assert sent == ["websocket.accept"]
        identity.end(store, identity.name_of(token), "asha", datetime.now(UTC))
        await task

    asyncio.run(scenario())
    assert sent == ["websocket.accept", "websocket.send", "websocket.close"]


def test_a_timer_in_the_page_does_not_keep_a_session_open(
    store: Store, asha: users.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = a_session(store)
    started = datetime.now(UTC)
    monkeypatch.setattr(gate, "_now", lambda: started + timedelta(minutes=19))
    connect([TIMER], cookie(token))
    found = identity.find(store, identity.name_of(token), started)
    assert found is not None and found.last_seen < started
    connect([RERUN], cookie(token))
    found = identity.find(store, identity.name_of(token), started)
    assert found is not None and found.last_seen == started + timedelta(minutes=19)


def test_visitors_are_limited_and_leave_room_when_they_go(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "MOST_VISITORS", 0)
    sent, inside = connect([RERUN])
    assert sent == [{"type": "websocket.close", "code": 1013}] and not inside.scopes
    monkeypatch.setattr(gate, "MOST_VISITORS", 1)
    one = gate.Gate(Inside())
    assert one.visitors == 0
    assert connect([RERUN])[1].scopes and connect([RERUN])[1].scopes


@pytest.mark.parametrize("path", ["/", "/pupil/_stcore/stream", "/media/x", "/_stcore/health"])
def test_no_socket_anywhere_else(store: Store, path: str) -> None:
    sent, inside = connect([RERUN], path=path)
    assert sent == [{"type": "websocket.close", "code": 1008}] and not inside.scopes
