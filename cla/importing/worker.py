"""A process of its own for each import: the pages stay quick, and a crash takes only the import."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from threading import Thread

from cla.settings import ROOT
from cla.store import Store, StoreError, jobs


def start(store: Store, job_id: str, command: Sequence[str] | None = None) -> None:
    """Do a queued job in a child process; returns at once.

    The child has no console and gets the database's address by its environment. It outlives the
    page that started it; should it die, the job is marked as interrupted. ``command`` replaces
    ``python -m cla work`` in tests.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell, an id of ours
            [*(command or (sys.executable, "-m", "cla", "work")), job_id],
            cwd=ROOT,
            env={**os.environ, "CLA_DATABASE_URL": store.address},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows only
        )
    except OSError as error:
        jobs.fail(
            store,
            job_id,
            "The import could not be started on this machine; nothing was changed."
            " Try again in a minute.",
            error=type(error).__name__,
        )
        return
    jobs.launched(store, job_id, process.pid)
    Thread(target=_watch, args=(store, job_id, process), name="import", daemon=True).start()


def _watch(store: Store, job_id: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for the child, so that its end is noticed at once and leaves no zombie."""
    process.wait()
    try:
        jobs.interrupt(store, job_id)
    except StoreError:
        return  # busy or full just now: recover() will find the dead process
