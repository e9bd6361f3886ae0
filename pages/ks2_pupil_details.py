"""Key stage 2 results beside care, school and needs, one wide row a child."""

from cla.access import require
from cla.ui import pupil_pages

user = require("cla.pupils")

pupil_pages.show("ks2_pupil_details", "Key stage 2 pupil details", "ks2", user)
