"""Case finder: who to look at in the chosen year, over all stages, and why."""

from cla.access import require
from cla.ui import case_page

user = require("cla.pupils")

case_page.show("Case finder", user)
