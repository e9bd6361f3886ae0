"""What a figure is held against: published figures of England, its regions and authorities."""

from cla.benchmarks.cells import CHARACTERISTICS, UNIT, pool
from cla.benchmarks.figures import (
    ALL_PUPILS,
    ATTRIBUTION,
    ENGLAND,
    LOOKED_AFTER,
    TOTAL,
    Figure,
    Library,
    areas,
    groups,
    published,
    series,
    shipped,
    symbol_words,
)
from cla.benchmarks.standardise import Standardised, figures_of, standardise
from cla.benchmarks.tidy import SYMBOLS

__all__ = [
    "ALL_PUPILS",
    "ATTRIBUTION",
    "CHARACTERISTICS",
    "ENGLAND",
    "LOOKED_AFTER",
    "SYMBOLS",
    "TOTAL",
    "UNIT",
    "Figure",
    "Library",
    "Standardised",
    "areas",
    "figures_of",
    "groups",
    "pool",
    "published",
    "series",
    "shipped",
    "standardise",
    "symbol_words",
]
