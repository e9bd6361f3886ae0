"""Progress from key stage 1 to 2 beside that of England and the region."""

from cla.access import require
from cla.ui import benchmark_page

user = require("cla.view")

benchmark_page.show("progress_benchmark", user, pupils="progress_pupil_list.py")
