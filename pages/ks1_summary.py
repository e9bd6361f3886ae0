"""Key stage 1: how the results of our children spread."""

from cla.access import require
from cla.ui import summary_page

user = require("cla.view")

summary_page.show("ks1_summary", user)
