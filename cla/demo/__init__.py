"""Invented authorities: returns, results and characteristics of children who do not exist.

The same files come out on every machine. The recipe is data/demo/recipe.toml; docs/demo.md says
how the children are made, which errors are planted, and what the figures were tuned to.
"""

from cla.demo.census import census_files, characteristics_files
from cla.demo.current import current_files
from cla.demo.files import DemoFile, as_zip
from cla.demo.loading import load, write_files
from cla.demo.offers import files, return_files
from cla.demo.places import postcodes, providers
from cla.demo.planted import planted
from cla.demo.results import oddities, results_files, results_for

__all__ = [
    "DemoFile",
    "as_zip",
    "census_files",
    "characteristics_files",
    "current_files",
    "files",
    "load",
    "oddities",
    "planted",
    "postcodes",
    "providers",
    "results_files",
    "results_for",
    "return_files",
    "write_files",
]
