"""Key stage 4: every measure of our children beside those of England and the region."""

from cla.access import require
from cla.ui import benchmark_page

user = require("cla.view")

benchmark_page.show("ks4_benchmark", user, pupils="ks4_pupil_list.py")
