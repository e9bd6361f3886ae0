"""Key stage 2: every measure of our children beside those of England and the region."""

from cla.access import require
from cla.ui import benchmark_page

user = require("cla.view")

benchmark_page.show("ks2_benchmark", user, pupils="ks2_pupil_list.py")
