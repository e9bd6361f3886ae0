"""Attainment 8 by element beside its estimate, one row a child."""

from cla.access import require
from cla.ui import pupil_pages

user = require("cla.pupils")

pupil_pages.show("att8_pupil_list", "Attainment 8 and Progress 8 pupil list", "ks4", user)
