"""Trends: our measures over the years beside the published ones, breaks and gaps marked."""

from cla.access import require
from cla.ui import trends_page

user = require("cla.view")

trends_page.show(user)
