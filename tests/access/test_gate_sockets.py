"""The gate on the websocket: what visitors and people may say, and when it is closed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from cla.access import gate, identity
from cla.store import Store, users
from tests.access.asked import (
    RERUN,
    TIMER,
    Inside,
    a_session,
    connect,
    cookie,
    frame,
    scope_of,
)


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
