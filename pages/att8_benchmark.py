"""Attainment 8 and Progress 8 beside those of England and the region."""

from cla.access import require
from cla.ui import benchmark_page

user = require("cla.view")

benchmark_page.show("att8_benchmark", user, pupils="att8_pupil_list.py")
