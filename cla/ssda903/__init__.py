"""The SSDA903 return: layouts, reading, and the rulebook."""

from cla.ssda903.returns import Return

__all__ = ["Return"]
