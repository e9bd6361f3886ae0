"""From files to a current import.

job = submit(store, la=..., kind="ssda903", year=2026, files=[(name, content)], by="ann")
start(store, job.id)               a process of its own does ``run(store, job.id)``
jobs.find(store, job.la, job.id)   the page watches the job's row
imports.make_current(...)          a person decides, having read the findings
"""

from cla.importing.comparison import Comparison, compare, comparison
from cla.importing.kinds import KINDS, Context, Prepared, load_return, prepare_return
from cla.importing.pipeline import run, submit
from cla.importing.validations import Followed, followed
from cla.importing.worker import start

__all__ = [
    "KINDS",
    "Comparison",
    "Context",
    "Followed",
    "Prepared",
    "compare",
    "comparison",
    "followed",
    "load_return",
    "prepare_return",
    "run",
    "start",
    "submit",
]
