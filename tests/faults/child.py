"""A process to be killed: ``python -m tests.faults.child ACT ID`` on the store of the settings."""

from __future__ import annotations

import sys

from cla import importing
from cla.settings import settings
from cla.store import imports, open_store
from tests.faults.fakes import KINDS, LA

store = open_store(settings().database_url)
act, identifier = sys.argv[1:]
if act == "work":
    importing.run(store, identifier, KINDS)
elif act == "make-current":
    imports.make_current(store, identifier, LA, "ann")
elif act == "delete":
    imports.delete(store, identifier, LA, "ann")
