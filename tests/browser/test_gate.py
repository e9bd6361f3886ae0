"""The gate seen from outside: browsers, raw sockets and plain requests against a real server.

The app under test is the real one, with placeholder pages that each show a marker, so that "nothing
of a page got out" can be said of every byte. The last tests open the real pages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.browser.conftest import ROOT, Server, expect_the_form, serving, sign_in

pytestmark = pytest.mark.browser

ADDRESSES = {
    "": "home.py",
    "ks2-benchmark": "ks2_benchmark.py",
    "ks4-pupils": "ks4_pupil_list.py",
    "matching": "matching.py",
    "pupil": "pupil_details.py",
    "import": "import_data.py",
    "history": "import_history.py",
    "data-quality": "data_quality.py",
}
PLACEHOLDER = """
import streamlit as st
st.title("MARKER {file}")
st.write("child", st.query_params.get("child"))
st.file_uploader("File")
st.download_button("Take", "MARKER download", "taken.txt")
st.button("Again")
"""
SEED = """
from cla.access import current_store, demo_accounts
demo_accounts.add(current_store(), ["X06000991"])
"""


def seeded(data_dir: Path) -> Path:
    """A data folder with the demo accounts of one authority."""
    environ = {**os.environ, "CLA_DATA_DIR": str(data_dir), "CLA_DEMO": "1"}
    environ.pop("CLA_DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", SEED], cwd=ROOT, env=environ, check=True, timeout=120)
    return data_dir


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real app and router, with placeholder pages."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "app.py", folder)
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    shutil.copytree(ROOT / "cla", folder / "cla", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data" / "reference", folder / "data" / "reference")
    (folder / "pages").mkdir()
    shutil.copy(ROOT / "pages" / "router.py", folder / "pages")
    for file in ADDRESSES.values():
        (folder / "pages" / file).write_text(PLACEHOLDER.format(file=file), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seeded(tmp_path_factory.mktemp("data") / "data")


@pytest.fixture(scope="module")
def server(house: Path, data: Path) -> Iterator[Server]:
    with serving(house, data) as running:
        yield running


def session_cookie(page: Page) -> dict[str, object]:
    (found,) = [c for c in page.context.cookies() if c["name"] == "cla_session"]
    return dict(found)


def status(url: str, method: str = "GET", cookie: str = "", host: str = "") -> int:
    request = urllib.request.Request(url, method=method, data=b"x" if method == "PUT" else None)
    if cookie:
        request.add_header("Cookie", cookie)
    if host:
        request.add_header("Host", host)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def everything_sent(server: Server, page_name: str, cookie: str = "", session: str = "") -> bytes:
    """All bytes that a socket without a browser gets for running a page."""
    headers = {"Cookie": cookie} if cookie else {}
    said = BackMsg(rerun_script={"page_name": page_name, "query_string": "child=17"})
    got = b""
    with connect(
        server.url.replace("http", "ws") + "/_stcore/stream",
        subprotocols=["streamlit", "xsrf", session] if session else ["streamlit"],
        additional_headers=headers,
        max_size=None,
    ) as socket:
        socket.send(said.SerializeToString())
        while True:
            frame = socket.recv(timeout=30)
            assert isinstance(frame, bytes)
            got += frame
            message = ForwardMsg()
            message.ParseFromString(frame)
            finished = message.WhichOneof("type") == "script_finished"
            if finished and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return got


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_as_the_first_request_of_a_fresh_server(
    house: Path, data: Path, page: Page, address: str
) -> None:
    with serving(house, data) as fresh:
        page.goto(f"{fresh.url}/{address}?child=17")
        expect_the_form(page)
        expect(page.get_by_text("MARKER")).to_have_count(0)
        expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(0)


def test_a_socket_without_a_session_as_the_first_request(house: Path, data: Path) -> None:
    with serving(house, data) as fresh:
        assert b"MARKER" not in everything_sent(fresh, "pupil")


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_sends_a_visitor_anything(server: Server, address: str) -> None:
    for page_name in (address, ADDRESSES[address], ADDRESSES[address].removesuffix(".py")):
        got = everything_sent(server, page_name)
        assert b"Username" in got and b"MARKER" not in got


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE", "OPTIONS"])
def test_uploads_and_media_need_a_sign_in(server: Server, method: str) -> None:
    for path in ("/_stcore/upload_file/session/file", "/media/abc.csv", "/media/../media/a.csv"):
        assert status(server.url + path, method) in (400, 401, 403)
        assert status(server.url + path, method, cookie="cla_session=made-up") in (400, 401, 403)


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/script-health-check"]
)
def test_the_insides_of_the_server_are_not_there(server: Server, path: str) -> None:
    assert status(server.url + path) == 404


def test_another_host_name_is_refused(server: Server) -> None:
    assert status(server.url, host="evil.example") == 400
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        connect(
            server.url.replace("http", "ws") + "/_stcore/stream",
            additional_headers={"Host": "evil.example"},
        ).recv(timeout=5)


def test_a_deep_link_survives_signing_in_and_reloading(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/pupil?child=17")
    sign_in(page, "demo.vsh")
    expect(page.get_by_role("heading", name="MARKER pupil_details.py")).to_be_visible()
    expect(page.get_by_text("child 17")).to_be_visible()
    assert "/pupil?child=17" in page.url
    page.reload()
    expect(page.get_by_text("child 17")).to_be_visible()
    expect(page.get_by_label("Username")).to_have_count(0)


def test_the_browser_keeps_one_cookie_that_scripts_cannot_read(server: Server, page: Page) -> None:
    page.goto(server.url)
    sign_in(page, "demo.vsh")
    expect(page.get_by_role("heading", name="MARKER home.py")).to_be_visible()
    kept = session_cookie(page)
    assert kept["httpOnly"] and kept["sameSite"] == "Strict"
    readable = page.evaluate("document.cookie")
    assert "cla_" not in readable and str(kept["value"]) not in readable
    assert "cla_ticket" not in {cookie["name"] for cookie in page.context.cookies()}


def test_a_forbidden_page_is_not_found(server: Server, page: Page) -> None:
    page.goto(server.url)
    sign_in(page, "demo.viewer")
    expect(page.get_by_role("heading", name="MARKER home.py")).to_be_visible()
    page.goto(f"{server.url}/pupil?child=17")
    expect(page.get_by_text("Page not found")).to_be_visible()
    expect(page.get_by_text("MARKER pupil_details.py")).to_have_count(0)
    cookie = f"cla_session={session_cookie(page)['value']}"
    assert b"MARKER pupil" not in everything_sent(server, "pupil", cookie)


def test_without_the_cla_permission_one_page_says_so(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/pupil?child=17")
    sign_in(page, "demo.admin")
    expect(page.get_by_role("heading", name="You cannot open this page")).to_be_visible()
    cookie = f"cla_session={session_cookie(page)['value']}"
    assert all(b"MARKER" not in everything_sent(server, a, cookie) for a in ADDRESSES)


def test_signing_out_counts_in_every_tab_and_for_a_copied_cookie(
    server: Server, page: Page, browser: Browser
) -> None:
    page.goto(server.url)
    sign_in(page, "demo.vsh")
    expect(page.get_by_role("heading", name="MARKER home.py")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{server.url}/data-quality")
    expect(other.get_by_role("heading", name="MARKER data_quality.py")).to_be_visible()
    copied = f"cla_session={session_cookie(page)['value']}"
    assert b"MARKER home.py" in everything_sent(server, "", copied)

    page.get_by_role("button", name="Sign out").click()
    expect_the_form(page)
    assert "cla_session" not in {cookie["name"] for cookie in page.context.cookies()}
    assert b"MARKER" not in everything_sent(server, "", copied)
    assert status(f"{server.url}/media/x", cookie=copied) == 401
    other.get_by_role("button", name="Again").click()
    expect_the_form(other)
    expect(other.get_by_text("MARKER")).to_have_count(0)
    page.reload()
    expect_the_form(page)


def test_a_wrong_password_says_no_more_than_that(server: Server, page: Page) -> None:
    page.goto(server.url)
    sign_in(page, "demo.vsh", "not the password")
    expect(page.get_by_text("The username or the password is not right.")).to_be_visible()
    assert "cla_session" not in {cookie["name"] for cookie in page.context.cookies()}


def test_a_session_id_alone_takes_nothing_over(server: Server, page: Page) -> None:
    ids: list[str] = []

    def note(frame: str | bytes) -> None:
        message = ForwardMsg()
        message.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
        if message.WhichOneof("type") == "new_session":
            ids.append(message.new_session.initialize.session_id)

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    page.goto(server.url)
    sign_in(page, "demo.vsh")
    expect(page.get_by_role("heading", name="MARKER home.py")).to_be_visible()
    assert ids[-1]
    assert b"MARKER" not in everything_sent(server, "", session=ids[-1])
    page.get_by_role("button", name="Again").click()
    expect(page.get_by_role("heading", name="MARKER home.py")).to_be_visible()


def test_nothing_is_fetched_from_elsewhere_and_no_policy_is_broken(
    server: Server, page: Page
) -> None:
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: complaints.append(line.text))
    page.goto(server.url)
    sign_in(page, "demo.vsh")
    expect(page.get_by_role("heading", name="MARKER home.py")).to_be_visible()
    own = (server.url, server.url.replace("http", "ws"), "data:", f"blob:{server.url}")
    assert [url for url in asked if not url.startswith(own)] == []
    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_the_log_names_no_person_no_session_and_no_cookie(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/pupil?child=17")
    sign_in(page, "demo.vsh")
    expect(page.get_by_text("child 17")).to_be_visible()
    log = server.log.read_text(errors="replace")
    assert str(session_cookie(page)["value"]) not in log
    assert "demo.vsh" not in log and "child=17" not in log


def test_outside_demo_mode_a_demo_account_is_neither_shown_nor_let_in(
    house: Path, data: Path, server: Server, page: Page
) -> None:
    page.goto(server.url)
    sign_in(page, "demo.vsh")
    expect(page.get_by_role("heading", name="MARKER home.py")).to_be_visible()
    cookie = f"cla_session={session_cookie(page)['value']}"
    with serving(house, data, demo=False) as real:
        assert b"MARKER" not in everything_sent(real, "", cookie)
        page.goto(real.url)
        expect_the_form(page)
        expect(page.get_by_text("demonstration-only")).to_have_count(0)
        sign_in(page, "demo.vsh")
        expect(page.get_by_text("The username or the password is not right.")).to_be_visible()


def test_a_weak_secret_keeps_the_server_from_starting(house: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match=r"at least 32 random bytes|WeakSecretError"),
        serving(house, tmp_path / "data", CLA_SECRET="some_key"),
    ):
        pass


def test_the_real_pages_are_behind_the_form(tmp_path: Path) -> None:
    with serving(ROOT, seeded(tmp_path / "data")) as real:
        for address in ADDRESSES:
            got = everything_sent(real, address)
            assert b"Username" in got and b"Demoshire" not in got and b"X06000991" not in got
