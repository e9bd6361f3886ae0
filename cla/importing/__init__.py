"""From files to a current import.

job = submit(store, la=..., kind="ssda903", year=2026, files=[(name, content)], by="ann")
start(store, job.id)               a process of its own does ``run(store, job.id)``
jobs.find(store, job.la, job.id)   the page watches the job's row
imports.make_current(...)          a person decides, having read the findings
"""

from cla.importing.beside import BESIDE, PROVIDERS, previous_return, provider_list, something_new
from cla.importing.comparison import Comparison, compare, comparison
from cla.importing.kept import load_return
from cla.importing.kinds import KINDS, Context, Prepared, prepare_return
from cla.importing.pipeline import check_again, run, submit
from cla.importing.published import EES, FiguresChanged, figures_changed, published_frame
from cla.importing.shared import CELLS, SharedFile, load_exchange, shared_files, shared_frame
from cla.importing.validations import Followed, followed
from cla.importing.worker import start

__all__ = [
    "BESIDE",
    "CELLS",
    "EES",
    "KINDS",
    "PROVIDERS",
    "Comparison",
    "Context",
    "FiguresChanged",
    "Followed",
    "Prepared",
    "SharedFile",
    "check_again",
    "compare",
    "comparison",
    "figures_changed",
    "followed",
    "load_exchange",
    "load_return",
    "prepare_return",
    "previous_return",
    "provider_list",
    "published_frame",
    "run",
    "shared_files",
    "shared_frame",
    "something_new",
    "start",
    "submit",
]
