"""When something fails: a reference number for the person, no values in the log.

Messages of exceptions can hold what was in a cell. The log gets the exception's type and the lines
of code it passed through, never its message; the browser gets a number to quote.
"""

from __future__ import annotations

import logging
import secrets
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

import streamlit as st

_log = logging.getLogger("cla")


def show_reference(error: Exception) -> bool:
    """``on_script_error`` of the app: tell the person a number, and the log the same number."""
    reference = secrets.token_hex(4).upper()
    _log.error("reference %s: %s", reference, describe(error))
    st.error(
        f"This page could not be shown. Nothing was changed. If it happens again, tell your "
        f"administrator the reference {reference}.",
        icon=":material/error:",
    )
    return True


def describe(error: BaseException) -> str:
    """An exception as its type and where it came from: file, line and function, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    places = " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__qualname__} at {places or 'unknown'}"


def keep_values_out_of_logs() -> None:
    """From now on, every log record of this process describes exceptions without their message."""
    make = logging.getLogRecordFactory()
    if getattr(make, "keeps_values_out", False):
        return

    def made(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        # exc_info of a record is (type, error, traceback); logging resolves True before this.
        if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            record.msg = f"{record.getMessage()} [{describe(record.exc_info[1])}]"
            record.args, record.exc_info, record.exc_text = (), None, None
        if isinstance(record.args, tuple):
            shown = (describe(a) if isinstance(a, BaseException) else a for a in record.args)
            record.args = tuple(shown)
        return record

    made.keeps_values_out = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(made)
    sys.excepthook = _uncaught
    threading.excepthook = lambda failed: (
        _log.error("thread: %s", describe(failed.exc_value)) if failed.exc_value else None
    )


def _uncaught(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("stopped by %s", describe(error))
