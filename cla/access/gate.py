"""The gate in front of Streamlit: whose request this is, and what it may reach.

An ASGI middleware. Without a session, only the sign-in form is reachable: the page shell, the
front end's own files, and a websocket that may run the script and nothing else. The script in
turn shows such a visitor nothing but the form. See ``identity`` for sessions and ``tickets`` for
the exchange.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Literal

from anyio.to_thread import run_sync
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from cla.access import identity, tickets
from cla.access.guard import user_for
from cla.access.headers import security_headers

SESSION_COOKIE = "cla_session"
# Over https the browser itself then refuses a cookie set by another host of the domain.
SECURE_SESSION_COOKIE = "__Host-cla_session"

MOST_VISITORS = 200  # websockets without a session, at one time
CHECK_EVERY = 30.0  # seconds; how long an ended session's page may stay on a screen untouched

# What the browser may say over its websocket. Whatever is not named is dropped, clear_cache
# (everybody's caches) first of all.
VISITOR_MAY_SAY = frozenset({"rerun_script", "stop_script", "app_heartbeat"})
PERSON_MAY_SAY = VISITOR_MAY_SAY | {"file_urls_request", "backend_operation_request"}
PERSON_MAY_ASK = frozenset({"deferred_file", "dataframe_chunk"})

Reach = Literal["page", "asset", "stream", "upload", "private", "nothing"]

_ASSETS = ("static", "component", "favicon.png", "manifest.json", "robots.txt")
_PUBLIC_CORE = ("health", "host-config")
_SECURITY_HEADERS = security_headers()


class Gate:
    """ASGI middleware; wrap the application in it with ``Middleware(Gate)``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.visitors = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, reach = Headers(scope=scope), reach_of(scope["path"])
        onward, added = _without_secrets(scope), list(_SECURITY_HEADERS)
        refusal: PlainTextResponse | None = None
        if not is_host_allowed(headers.get("host")):
            refusal = PlainTextResponse("This address is not served here.", 400)
        elif reach in ("nothing", "stream"):
            refusal = PlainTextResponse("Not found.", 404)
        elif reach == "page" and scope["method"] not in ("GET", "HEAD"):
            refusal = PlainTextResponse("Not allowed.", 405)
        elif reach == "page":
            cookies = await self._page_cookies(scope, headers)
            if cookies:  # served whole, and for this browser only
                onward = _without_secrets(scope, drop=("if-none-match", "if-modified-since"))
                added += [*cookies, _NO_STORE]
        elif reach != "asset":
            added.append(_NO_STORE)
            signed_in = await run_sync(_signed_in, _session_cookie(scope, headers))
            if signed_in is None:
                refusal = PlainTextResponse("Sign in first.", 401)
            elif reach == "upload" and not user_for(signed_in).can("cla.import"):
                refusal = PlainTextResponse("You may not upload files.", 403)
        await (refusal or self.app)(onward, receive, _with_headers(send, added))

    async def _page_cookies(self, scope: Scope, headers: Headers) -> list[tuple[bytes, bytes]]:
        """Cookies to set with a page: a session for a ticket; none for what is used up or over."""
        ticket, token = _cookies(headers).get(tickets.COOKIE), _session_cookie(scope, headers)
        name = _session_cookie_name(scope, headers)
        set_cookies: list[bytes] = []
        opened = None
        if ticket is not None and scope["method"] == "GET":
            opened = await run_sync(_exchange, ticket, token)
            set_cookies.append(_cookie(tickets.COOKIE, "", scope, headers, gone=True))
        if opened is not None:
            set_cookies.append(_cookie(name, opened, scope, headers))
        elif token is not None and await run_sync(_signed_in, token) is None:
            set_cookies.append(_cookie(name, "", scope, headers, gone=True))
        return [(b"set-cookie", value) for value in set_cookies]

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if reach_of(scope["path"]) != "stream" or not is_host_allowed(headers.get("host")):
            await send({"type": "websocket.close", "code": 1008})
            return
        token = _session_cookie(scope, headers)
        signed_in = await run_sync(_signed_in, token)
        if signed_in is not None:
            onward = _without_secrets(scope, add=identity.headers_for(signed_in))
            watch = asyncio.create_task(_clear_screen_when_over(signed_in.session, send))
            try:
                await self.app(onward, _heard_from(signed_in.session, receive, send), send)
            finally:
                watch.cancel()
        elif self.visitors >= MOST_VISITORS:
            await send({"type": "websocket.close", "code": 1013})
        else:
            self.visitors += 1
            try:
                await self.app(_without_secrets(scope), _heard_from(None, receive, send), send)
            finally:
                self.visitors -= 1


def reach_of(path: str) -> Reach:
    """What a path leads to; under Streamlit's own prefixes, what is not named leads nowhere."""
    parts = path.strip("/").split("/")
    if "_stcore" in parts:
        core = parts[1:] if parts[0] == "_stcore" else []
        if core == ["stream"]:
            return "stream"
        if len(core) == 1 and core[0] in _PUBLIC_CORE:
            return "asset"
        if core[:1] == ["bidi-components"]:
            return "private"
        return "upload" if core[:1] == ["upload_file"] else "nothing"
    if parts[0] == "media":
        return "private"
    if parts[0] in (
        "app",
        "auth",
        "oauth2callback",
    ):  # static files and OpenID sign-in: not used here
        return "nothing"
    return "asset" if parts[0] in _ASSETS else "page"


def _heard_from(session: str | None, receive: Receive, send: Send) -> Receive:
    """Pass on what this visitor or person may say, for as long as their session is open."""

    async def heard() -> Message:
        while True:
            message = await receive()
            frame = message.get("bytes")
            if message["type"] != "websocket.receive" or frame is None:
                return message
            said = _said(frame)
            if said is None:  # no BackMsg: Streamlit closes the connection on it
                return message
            if not _may_say(said, session):
                continue
            if session is not None and not await run_sync(_still_open, session, _by_hand(said)):
                # Signed out elsewhere, idle too long, disabled: nothing more runs on this socket.
                await _reload(send)
                return {"type": "websocket.disconnect", "code": 1008}
            return message

    return heard


async def _clear_screen_when_over(session: str, send: Send) -> None:
    """Once the session has ended, have the browser load its page again: it gets the form."""
    while await run_sync(_still_open, session, False):
        await asyncio.sleep(CHECK_EVERY)
    with suppress(RuntimeError):  # the connection closed meanwhile
        await _reload(send)


async def _reload(send: Send) -> None:
    """Have the browser load the page it shows again, from the address it has; close the socket."""
    message = ForwardMsg()
    message.auth_redirect.url = ""
    await send({"type": "websocket.send", "bytes": message.SerializeToString()})
    await send({"type": "websocket.close", "code": 1008})


def _said(frame: bytes) -> BackMsg | None:
    said = BackMsg()
    try:
        said.ParseFromString(frame)
    except DecodeError:
        return None
    return said


def _may_say(said: BackMsg, session: str | None) -> bool:
    kind = said.WhichOneof("type")
    if kind == "backend_operation_request" and session is not None:
        return said.backend_operation_request.WhichOneof("payload") in PERSON_MAY_ASK
    return kind in (VISITOR_MAY_SAY if session is None else PERSON_MAY_SAY)


def _by_hand(said: BackMsg) -> bool:
    """True if a person did this, rather than a timer in the page."""
    return said.WhichOneof("type") == "rerun_script" and not said.rerun_script.is_auto_rerun


def _signed_in(token: str | None) -> identity.SignedIn | None:
    if token is None:
        return None
    return identity.find(identity.current_store(), identity.name_of(token), _now())


def _still_open(session: str, by_hand: bool) -> bool:
    store, now = identity.current_store(), _now()
    signed_in = identity.find(store, session, now)
    if signed_in is not None and by_hand:
        identity.seen(store, signed_in, now)
    return signed_in is not None


def _exchange(ticket: str, old_token: str | None) -> str | None:
    store, now = identity.current_store(), _now()
    genuine = tickets.read(ticket, now)
    if genuine is None:
        return None
    token = identity.exchange(store, ticket, genuine.username, now)
    if token is not None and old_token is not None:  # signing in again ends the session before
        before = identity.find(store, identity.name_of(old_token), now)
        if before is not None:
            identity.end(store, before.session, before.person.username, now)
    return token


def _now() -> datetime:
    return datetime.now(UTC)


# -- cookies and headers ---------------------------------------------------------------------

_NO_STORE = (b"cache-control", b"no-store")


def _cookies(headers: Headers) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for line in headers.getlist("cookie"):
        for pair in line.split(";"):
            name, _, value = pair.strip().partition("=")
            pairs.setdefault(name, value.strip('"'))
    return pairs


def _is_https(scope: Scope, headers: Headers) -> bool:
    # A false claim here only makes the browser keep the claimant's own cookie more strictly.
    forwarded = headers.get("x-forwarded-proto", "").split(",")[0].strip()
    return scope["scheme"] in ("https", "wss") or forwarded in ("https", "wss")


def _session_cookie_name(scope: Scope, headers: Headers) -> str:
    return SECURE_SESSION_COOKIE if _is_https(scope, headers) else SESSION_COOKIE


def _session_cookie(scope: Scope, headers: Headers) -> str | None:
    """The token of this browser. Over https only under the name that no other host can set; that
    name counts always, since some proxies do not say "https" when they pass on a websocket.
    """
    cookies = _cookies(headers)
    plain = None if _is_https(scope, headers) else cookies.get(SESSION_COOKIE)
    return cookies.get(SECURE_SESSION_COOKIE) or plain or None


def _cookie(name: str, value: str, scope: Scope, headers: Headers, *, gone: bool = False) -> bytes:
    cookie: SimpleCookie = SimpleCookie()
    cookie[name] = value
    cookie[name]["path"] = "/"
    cookie[name]["samesite"] = "Strict"
    cookie[name]["httponly"] = True
    if _is_https(scope, headers):
        cookie[name]["secure"] = True
    if gone:
        cookie[name]["max-age"] = 0
    return cookie.output(header="").strip().encode()


def _without_secrets(
    scope: Scope, add: dict[str, str] | None = None, drop: Iterable[str] = ()
) -> Scope:
    """The request as Streamlit may see it: no identity but ours, no session cookie, no ticket."""
    refused = {identity.USER_HEADER, identity.SESSION_HEADER, *drop}
    kept: list[tuple[bytes, bytes]] = []
    for name, value in scope["headers"]:
        lowered = name.decode("latin-1").lower()
        if lowered == "cookie":
            value = _other_cookies(value)
        if lowered not in refused and (lowered != "cookie" or value):
            kept.append((name, value))
    added = [(name.encode(), value.encode()) for name, value in (add or {}).items()]
    return {**scope, "headers": [*kept, *added]}


def _other_cookies(line: bytes) -> bytes:
    ours = (SESSION_COOKIE.encode(), SECURE_SESSION_COOKIE.encode(), tickets.COOKIE.encode())
    pairs = [pair.strip() for pair in line.split(b";")]
    return b"; ".join(pair for pair in pairs if pair.partition(b"=")[0].strip() not in ours)


def _with_headers(send: Send, lines: Iterable[tuple[bytes, bytes]]) -> Send:
    added = list(lines)
    replaced = {name for name, _ in added if name != b"set-cookie"}

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [line for line in message.get("headers", []) if line[0].lower() not in replaced]
            message = {**message, "headers": [*kept, *added]}
        await send(message)

    return sending
