"""Key stage 4 results by subject beside care, school and needs, one wide row a child."""

from cla.access import require
from cla.ui import pupil_pages

user = require("cla.pupils")

pupil_pages.show("ks4_pupil_details", "Key stage 4 pupil details", "ks4", user)
