"""Key stage 1 results beside care, school and needs, one wide row a child."""

from cla.access import require
from cla.ui import pupil_pages

user = require("cla.pupils")

pupil_pages.show("ks1_pupil_details", "Key stage 1 pupil details", "ks1", user)
