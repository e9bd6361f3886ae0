"""What a figure is held against: DfE's published figures for England and its regions."""

from cla.benchmarks.figures import (
    ALL_PUPILS,
    ATTRIBUTION,
    ENGLAND,
    LOOKED_AFTER,
    TOTAL,
    Figure,
    areas,
    groups,
    published,
    series,
)

__all__ = [
    "ALL_PUPILS",
    "ATTRIBUTION",
    "ENGLAND",
    "LOOKED_AFTER",
    "TOTAL",
    "Figure",
    "areas",
    "groups",
    "published",
    "series",
]
