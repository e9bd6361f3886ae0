"""What is written down when something fails: never a value."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cla.access.failures import describe, keep_values_out_of_logs, show_reference

ROOT = Path(__file__).resolve().parents[2]
NAME = "Marker Childname"


def failing() -> None:
    raise ValueError(f"bad cell: {NAME}")


@pytest.fixture
def record_factory():
    before = logging.getLogRecordFactory(), sys.excepthook
    import threading

    thread_hook = threading.excepthook
    yield
    logging.setLogRecordFactory(before[0])
    sys.excepthook = before[1]
    threading.excepthook = thread_hook


def test_an_error_is_described_by_type_and_place() -> None:
    try:
        failing()
    except ValueError as error:
        described = describe(error)
    assert described.startswith("ValueError at ") and "test_failures.py" in described
    assert described.endswith("failing") and NAME not in described


def test_log_records_lose_the_message_of_an_exception(
    record_factory: None, caplog: pytest.LogCaptureFixture
) -> None:
    keep_values_out_of_logs()
    keep_values_out_of_logs()  # twice is once
    try:
        failing()
    except ValueError as error:
        logging.getLogger("other").exception("Uncaught app execution")
        logging.getLogger("other").error("because %s", error)
        logging.getLogger("other").error("no exception: %s", "plain", exc_info=None)
    assert NAME not in caplog.text
    assert caplog.text.count("ValueError at") == 2
    assert "no exception: plain" in caplog.text


def test_the_person_reads_a_reference_that_the_log_has_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def script() -> None:
        from cla.access.failures import show_reference

        try:
            raise ValueError("bad cell: Marker Childname")
        except ValueError as error:
            assert show_reference(error)

    at = AppTest.from_function(script).run()
    (shown,) = [error.value for error in at.error]
    reference = shown.split("reference ")[1].split(".")[0]
    assert f"reference {reference}: ValueError" in caplog.text
    assert NAME not in shown and NAME not in caplog.text


def test_what_ends_the_process_or_a_thread_says_no_value() -> None:
    code = (
        "import threading, logging; from cla.access.failures import keep_values_out_of_logs as k;"
        "k()\n"
        f"def fail(): raise ValueError('{NAME}')\n"
        "t = threading.Thread(target=fail); t.start(); t.join(); fail()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 1
    assert ran.stderr.count("ValueError at") == 2 and NAME not in ran.stderr + ran.stdout


def test_show_reference_is_what_the_app_uses() -> None:
    assert show_reference.__name__ in (ROOT / "app.py").read_text(encoding="utf-8")
