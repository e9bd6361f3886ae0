"""Key stage 1, one row a child: judgements by subject, phonics, time in care."""

from cla.access import require
from cla.ui import pupil_pages

user = require("cla.pupils")

pupil_pages.show("ks1_pupil_list", "Key stage 1 pupil list", "ks1", user)
