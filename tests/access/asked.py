"""The gate asked by HTTP and by websocket, around a recorder that stands for Streamlit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from streamlit.proto.BackMsg_pb2 import BackMsg

from cla.access import gate, identity, tickets
from cla.store import Store

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
