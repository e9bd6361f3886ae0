"""Key stage 1: every measure of our children beside those of England and the region."""

from cla.access import require
from cla.ui import benchmark_page

user = require("cla.view")

benchmark_page.show("ks1_benchmark", user, pupils="ks1_pupil_list.py")
