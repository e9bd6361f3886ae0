"""What happens once when the server starts, before the first person is let in."""

from __future__ import annotations

import gc
import importlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from cla.access import identity
from cla.access.failures import keep_values_out_of_logs
from cla.access.secret import secret
from cla.store import Store

# Imported before the first page asks for them. Not the sign-in form: Streamlit serves its component
# only if it is imported by a run of the script.
_HEAVY = ("pandas", "pyarrow.parquet", "plotly.express", "pandera.pandas")


def prepared(
    *steps: Callable[[Store], object],
) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """The app's lifespan: check the secret, open the store, take each step, then freeze the heap.

    Raises WeakSecretError or StoreError, which end the process before it serves anything.
    """

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        keep_values_out_of_logs()
        secret()
        store = identity.current_store()
        for step in steps:
            step(store)
        for module in _HEAVY:
            importlib.import_module(module)
        # Streamlit collects all generations after every run; what is loaded now stays for good.
        gc.collect()
        gc.freeze()
        yield
        store.close()

    return lifespan
