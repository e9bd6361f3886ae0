"""What is kept: imports and their frames, jobs, people, sign-ins, the audit trail.

Modules of functions that take a ``Store`` first: ``imports``, ``jobs``, ``users``, ``sessions``,
``attempts``, ``audit``, ``decisions``, ``backup``. SQLite by default, PostgreSQL by its address.
"""

from __future__ import annotations

from cla.store.engine import Store, StoreBusy, StoreError, StoreFull
from cla.store.schema import migrate

__all__ = ["Store", "StoreBusy", "StoreError", "StoreFull", "open_store"]


def open_store(url: str) -> Store:
    """Open the database at ``url``, creating or upgrading its tables.

    StoreError, in a sentence, when it is damaged, not ours to write, or newer than the program.
    """
    store = Store(url)
    try:
        migrate(store)
    except BaseException:
        store.close()
        raise
    return store
