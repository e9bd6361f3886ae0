"""What happens once when the server starts, before the first person is let in."""

from __future__ import annotations

import gc
import importlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from threading import Thread
from typing import Any

from cla.access import identity
from cla.access.failures import keep_values_out_of_logs
from cla.access.secret import secret
from cla.store import Store

Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def prepared(modules: Sequence[str]) -> Lifespan:
    """The app's lifespan: check the secret, open the store, load ``modules``.

    The modules are those that the first page will ask for; they load while somebody signs in. Not
    the sign-in form: Streamlit serves its component only if a run of the script imports it.
    Raises WeakSecretError or StoreError, which end the process before it serves anything.
    """

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        keep_values_out_of_logs()
        secret()
        store = identity.current_store()
        Thread(target=_warm_up, args=(store, modules), name="warm-up", daemon=True).start()
        yield
        store.close()

    return lifespan


def _warm_up(store: Store, modules: Sequence[str]) -> None:
    """Free dead jobs, load modules, then leave what is loaded out of all later collections.

    Streamlit collects all generations after every run, which would hold up everybody's pages.
    """
    from cla.store import jobs  # brings pandas along, which the sign-in form does without

    jobs.recover(store)
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
