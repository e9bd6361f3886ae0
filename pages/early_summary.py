"""Early years, phonics and the multiplication check: how the results of our children spread."""

from cla.access import require
from cla.ui import summary_page

user = require("cla.view")

summary_page.show("early_summary", user)
