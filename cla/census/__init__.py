"""School characteristics: SEN, free school meals, language, school, attendance, suspensions."""

from cla.census.codes import labels, school_type_group
from cla.census.read import Census, read

__all__ = ["Census", "labels", "read", "school_type_group"]
