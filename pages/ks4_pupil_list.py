"""Key stage 4, one row a child: who got what, who is nearly there, who has no result."""

from cla.access import require
from cla.ui import pupil_pages

user = require("cla.pupils")

pupil_pages.show("ks4_pupil_list", "Key stage 4 pupil list", "ks4", user)
