"""School characteristics: SEN, free school meals, language, school, attendance, suspensions."""

from cla.census.read import Census, read

__all__ = ["Census", "read"]
