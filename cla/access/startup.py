"""What happens once when the server starts, before the first person is let in."""

from __future__ import annotations

import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from cla.access import identity
from cla.access.failures import keep_values_out_of_logs
from cla.access.secret import secret
from cla.store import jobs

# Imported before the first page asks for them. Not the sign-in form: Streamlit serves its component
# only if it is imported by a run of the script.
_HEAVY = ("pandas", "pyarrow.parquet", "plotly.express", "pandera.pandas")


@asynccontextmanager
async def prepared(_: Any) -> AsyncIterator[None]:
    """The app's lifespan: check the secret, open the store, free jobs that died, freeze the heap.

    Raises WeakSecretError or StoreError, which end the process before it serves anything.
    """
    keep_values_out_of_logs()
    secret()
    store = identity.current_store()
    jobs.recover(store)
    for module in _HEAVY:
        importlib.import_module(module)
    # Streamlit collects all generations after every run; what is loaded now stays for good.
    gc.collect()
    gc.freeze()
    yield
    store.close()
