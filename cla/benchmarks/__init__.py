"""What a figure is held against: published figures of England, its regions and authorities."""

from cla.benchmarks.cells import CHARACTERISTICS, UNIT, pool
from cla.benchmarks.ees import Published, Surveyed, read_ees, survey_ees, title_of
from cla.benchmarks.ees_bands import Block, band_column, bands, blocks
from cla.benchmarks.exchange import FORMAT, VERSION, Exchange, read_exchange, write_exchange
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
from cla.benchmarks.neighbours import Neighbour, NeighbourMean, neighbour_mean, neighbours
from cla.benchmarks.standardise import Standardised, figures_of, standardise
from cla.benchmarks.tidy import SYMBOLS

__all__ = [
    "ALL_PUPILS",
    "ATTRIBUTION",
    "CHARACTERISTICS",
    "ENGLAND",
    "FORMAT",
    "LOOKED_AFTER",
    "SYMBOLS",
    "TOTAL",
    "UNIT",
    "VERSION",
    "Block",
    "Exchange",
    "Figure",
    "Library",
    "Neighbour",
    "NeighbourMean",
    "Published",
    "Standardised",
    "Surveyed",
    "areas",
    "band_column",
    "bands",
    "blocks",
    "figures_of",
    "groups",
    "neighbour_mean",
    "neighbours",
    "pool",
    "published",
    "read_ees",
    "read_exchange",
    "series",
    "shipped",
    "standardise",
    "survey_ees",
    "symbol_words",
    "title_of",
    "write_exchange",
]
