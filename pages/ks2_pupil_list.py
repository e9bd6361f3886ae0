"""Key stage 2, one row a child: scores, how far short, who is nearly there."""

from cla.access import require
from cla.ui import pupil_pages

user = require("cla.pupils")

pupil_pages.show("ks2_pupil_list", "Key stage 2 pupil list", "ks2", user)
