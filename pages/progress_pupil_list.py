"""Progress from key stage 1 to 2, one row a child, with where each began."""

from cla.access import require
from cla.ui import child_charts, pupil_pages

user = require("cla.pupils")

TITLE = "Progress from key stage 1 to 2, pupil list"
report = pupil_pages.show("progress_pupil_list", TITLE, "ks2", user)
if report is not None:
    child_charts.from_key_stage_1(report.frame)
