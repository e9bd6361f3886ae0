"""Browser tests: a server of our own on a free port, Debian's Chromium, both ended afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cla.access import demo_accounts
from cla.store import open_store
from tests.ui import stock

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LONGEST_LIFE = 600.0  # seconds; a server that a test forgets ends by itself
DEMO_PASSWORD = "demonstration-only"

expect.set_options(timeout=45_000)


def chromium() -> str | None:
    """The path of an installed Chromium, or None."""
    usual = Path("/usr/bin/chromium")
    found = str(usual) if usual.exists() else None
    return found or next((path for name in BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """How Chromium is started. Skips without one, unless this is CI: there it is a failure."""
    path = chromium()
    if path is None and os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail("no Chromium: install it (apt-get install chromium), or put one on the PATH")
    if path is None:
        pytest.skip("no Chromium found; browser tests need one on the PATH")
    return {
        "executable_path": path,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ],
    }


@dataclass(frozen=True)
class Server:
    """A running app: where it answers, what it wrote, its environment."""

    url: str
    log: Path
    data_dir: Path


@contextmanager
def serving(app_dir: Path, data_dir: Path, demo: bool = True, **environ: str) -> Iterator[Server]:
    """Run ``streamlit run app.py`` of a folder until the block ends, at most ten minutes.

    The folder's own .streamlit/config.toml applies; the data lie in ``data_dir``.
    """
    port, log = _free_port(), data_dir.parent / f"server-{data_dir.name}.log"
    settings = {"CLA_DATA_DIR": str(data_dir), "CLA_DEMO": "1" if demo else "0", **environ}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("CLA_", "STREAMLIT_"))}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=app_dir,
            env={**inherited, **settings},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        fuse = threading.Timer(LONGEST_LIFE, process.kill)
        fuse.daemon = True
        fuse.start()
        try:
            url = f"http://localhost:{port}"
            _wait_until_healthy(url, process, log)
            yield Server(url, log, data_dir)
        finally:
            fuse.cancel()
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


@pytest.fixture(scope="session")
def serve() -> Callable[..., object]:
    """``with serve(app_dir, data_dir, demo=True) as server:`` for a test's own server."""
    return serving


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app over the invented authority of the stock, with the demo accounts."""
    data_dir = tmp_path_factory.mktemp("stocked") / "data"
    data_dir.mkdir()
    (data_dir / "cla.db").write_bytes(stock.template())
    store = open_store(f"sqlite:///{data_dir / 'cla.db'}")
    demo_accounts.add(store, [stock.LA])
    store.close()
    with serving(ROOT, data_dir) as server:
        yield server


def sign_in(page: Page, username: str, password: str = DEMO_PASSWORD) -> None:
    """Fill in the form that the page shows and send it."""
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def expect_the_form(page: Page) -> None:
    """The page shows the sign-in form."""
    expect(page.get_by_label("Username")).to_be_visible()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")
