"""What a page asks of a benchmark beside the selection: one text, so that reports can be kept by
it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cla.reports.filters_table import TITLES

SPANS = (1, 3)
"""How many years can be taken together."""


@dataclass(frozen=True)
class Asked:
    """The rows and how they are compared.

    ``measure`` and ``column`` for a row a group of one measure, both "" for a row a measure;
    ``years`` taken together; ``like`` the characteristic that similar children share, "" for the
    one that serves best.
    """

    measure: str = ""
    column: str = ""
    years: int = 1
    like: str = ""


def asked(rows: Sequence[tuple[str, str]], about: str, likes: Mapping[str, str]) -> Asked:
    """What ``about`` says: "ks2_rwm_exp.sen;years=3;like=sex", all parts optional.

    Nonsense is as if it were not said: a measure that is not among ``rows``, a column that figures
    cannot be split by, a number of years that is not offered, a characteristic not in ``likes``.
    """
    of, *rest = about.split(";")
    name, _, column = of.partition(".")
    if column not in TITLES or name not in dict(rows):
        name = column = ""
    said = dict(part.partition("=")[::2] for part in rest)
    years = next((span for span in SPANS if str(span) == said.get("years")), 1)
    like = said.get("like", "")
    return Asked(name, column, years, like if like in likes else "")
