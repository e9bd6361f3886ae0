"""A page's script run on a warm process, and the time from start to a usable page."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.timing import Timing, timed
from cla.settings import ROOT

DATA = ROOT / "build" / "bench"
PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "Home": ("home.py", {}),
    "KS2 Benchmark, all comparators": ("ks2_benchmark.py", {}),
    "the same, three years together": ("ks2_benchmark.py", {"years": "3"}),
    "the same, one measure by SEN": ("ks2_benchmark.py", {"by": "sen"}),
    "the same, all authorities": ("ks2_benchmark.py", {"view": "authorities"}),
    "KS4 Benchmark, all comparators": ("ks4_benchmark.py", {}),
    "Attainment 8 Benchmark, all comparators": ("att8_benchmark.py", {}),
    "KS4 Pupil list": ("ks4_pupil_list.py", {}),
    "Data quality": ("data_quality.py", {}),
    "Import history": ("import_history.py", {}),
}
"""Titles, files and what the address says."""


def prepare() -> None:
    """A store of the benchmarks' own with the demo authorities in it."""
    DATA.mkdir(parents=True, exist_ok=True)
    os.environ.update(CLA_DATA_DIR=str(DATA), CLA_DEMO="1")
    os.environ.pop("CLA_DATABASE_URL", None)
    subprocess.run([sys.executable, "-m", "cla", "demo"], cwd=ROOT, check=True)


def script_runs() -> Iterator[Timing]:
    """Each report page for the demo Virtual School Head, warm."""
    from benchmarks.signed_in import app_of

    app = app_of("demo.vsh")
    for title, (page, address) in PAGES.items():
        app.query_params.clear()
        app.query_params.update(address)
        app.switch_page(page)
        yield timed(f"{title}: script run", app.run, goal=150)


def start() -> Iterator[Timing]:
    """From `streamlit run` to the sign-in form in Chromium, on a made environment."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        runs = []
        for _ in range(3):
            page = browser.new_page()
            begun = time.perf_counter()
            with _server() as address:
                page.goto(address, wait_until="commit")
                page.get_by_role("textbox", name="Username").wait_for(timeout=60_000)
                runs.append((time.perf_counter() - begun) * 1000)
            page.close()
        browser.close()
    yield Timing(
        "Start to the sign-in form", tuple(runs), 5000, "server and browser on one machine"
    )


@contextmanager
def _server() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as attempt:
            attempt.settimeout(0.2)
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError("The server did not start.")


def chromium() -> bool:
    """Whether there is a browser to time the start with."""
    return Path(os.environ.get("CHROMIUM", "/usr/bin/chromium")).exists()
